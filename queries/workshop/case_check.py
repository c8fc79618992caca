"""An answer against what a test case asks of it: the differences in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ...kb.case import ACTIONS, PARTS, Detail, Expectation, Expected
from ...kb.diagnostics import Invalid
from ..answers.answer import Answer, Item
from ..answers.assess import Case
from ..explanations.excerpt import below
from ..explanations.explanation import explain
from ..explanations.report import Report
from ..goals.goals import answers, read_goal

Told = dict[str, list[dict[str, Detail]]]
"""The items of one part, each with its details: several when a prognostic factor has several values."""

SOME = ("because", "blocks", "would_decide")
"""Details of which a case may name some; the others are named in full."""


def told(found: Answer) -> dict[str, Told]:
    """What an answer says, by the parts of a case."""
    actions = {part: _items(i for i in found.recommendations if i.direction == part) for part in ACTIONS}
    missing: Told = {
        m.fact: [{"blocks": m.blocks, "would_decide": m.would_decide, "conflicting": m.conflicting}]
        for m in found.undetermined
    }
    return {
        **actions,
        "alerts": _items(found.alerts),
        "expectations": _items(found.expectations),
        "prognosis": _items(found.prognosis),
        "undetermined": missing,
        "flags": _items(found.flags),
    }


def differences(expectation: Expectation, report: Report) -> tuple[tuple[str, str], ...]:
    """What of an answer is not as expected: the item that it is about, and what is wrong, in a line."""
    found = told(report.answer)
    lines = [line for part in PARTS if part != "holds" for line in _part(part, expectation, found[part], report)]
    return (*lines, *_goals(expectation, report.case), *_cut(report.answer))


def _items(items: Iterable[Item]) -> Told:
    found: Told = {}
    for item in items:
        details: dict[str, Detail] = {"status": item.status, "because": item.rules, "assumes": item.assumes}
        found.setdefault(item.name, []).append({**details, "urgency": item.urgency, "value": item.value})
    return found


def _part(part: str, asked: Expectation, items: Told, report: Report) -> Iterator[tuple[str, str]]:
    said = {name for name, several in items.items() if any(d.get("status") != "excluded" for d in several)}
    expected = asked.wanted.get(part, ())
    for wanted in expected:
        actual = items.get(wanted.item)
        if actual is None:
            yield wanted.item, f"{part}: `{wanted.item}` is missing"
        elif wanted.item not in said and "status" not in wanted.details:
            yield wanted.item, f"{part}: `{wanted.item}` is excluded"
        else:
            tries = [[*_details(part, wanted, one, report)] for one in actual]
            yield from ((wanted.item, line) for line in min(tries, key=len))
    for one in asked.unwanted.get(part, ()):
        if one.name in said:
            yield one.name, f"{part}: `{one.name}` should not be there"
    if part in asked.exactly:
        for name in sorted(said - {wanted.item for wanted in expected}):
            yield name, f"{part}: `{name}` should not be there, as {part} is exact"


def _details(part: str, wanted: Expected, actual: dict[str, Detail], report: Report) -> Iterator[str]:
    for detail, value in wanted.details.items():
        has = actual[detail]
        if detail == "because" and isinstance(has, tuple) and isinstance(value, tuple) and not set(value) <= set(has):
            has = (*has, *_proof_rules(report, part, wanted.item))
        if detail in SOME and isinstance(value, tuple) and isinstance(has, tuple):
            fits = set(value) <= set(has)
        else:
            fits = (set(value) == set(has)) if isinstance(value, tuple) and isinstance(has, tuple) else value == has
        if not fits:
            yield f"{part}: `{wanted.item}` wants {detail} {shown(value)}, and has {shown(has)}"


def _proof_rules(report: Report, part: str, name: str) -> tuple[str, ...]:
    """The rules below the conclusion in its proof."""
    items = tuple(i for i in _of(report.answer, part) if i.name == name)
    alone = replace(report.answer, recommendations=items, alerts=(), expectations=(), prognosis=(), flags=())
    graph = explain(report.case, alone, report.said)  # of these items only, as the whole takes ten times as long
    rules = (graph.nodes[node].rule for node in sorted(below(graph, graph.roots.values())))
    return tuple(dict.fromkeys(rule.id for rule in rules if rule))


def _of(found: Answer, part: str) -> tuple[Item, ...]:
    if part in ACTIONS:
        return tuple(i for i in found.recommendations if i.direction == part)
    parts = {"alerts": found.alerts, "expectations": found.expectations, "prognosis": found.prognosis}
    return parts.get(part, found.flags)


def _goals(asked: Expectation, case: Case) -> Iterator[tuple[str, str]]:
    """Goals over the model that hold and should not, or the other way about."""
    for wanted in asked.wanted.get("holds", ()):
        if not _holds(case, wanted.item):
            yield "", f"holds: `{wanted.item}` does not hold"
    for one in asked.unwanted.get("holds", ()):
        if _holds(case, one.name):
            yield "", f"holds: `{one.name}` should not hold"


def _holds(case: Case, goal: str) -> bool:
    try:
        body = read_goal(case.knowledge.program, goal)
    except Invalid:
        return False  # said by case_names
    return bool(answers(body, case.model.atoms, goal).rows)


def _cut(found: Answer) -> Iterator[tuple[str, str]]:
    if not found.complete:
        yield "", "the search for what could change was cut, so that what is undetermined may be more"


def shown(value: Detail) -> str:
    """A detail as a case would have it."""
    return f"[{', '.join(value)}]" if isinstance(value, tuple) else str(value)
