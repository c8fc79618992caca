"""Patients as test cases for review, as `guidekb test` reads them: what is answered today, with its reasons."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping

from ...kb.case import Detail
from ...kb.ir import EDB, Atom, Const, Ground, Program, Var
from ...kb.printer import print_atom
from ..workshop.case_check import Told
from ..workshop.case_names import PREDICATES
from .judgement import Judged, Survivor

Written = Callable[[EDB], str]
"""A record as the text that the readers of records read; facts/ has it."""
Parts = dict[str, list[dict[str, Detail]]]
"""By part of the answer, items with their details, as a test case has them."""
GOALS = "holds"
SHOWN = {"status", "because", "assumes", "value"}


def case(
    name: str, about: Iterable[str], given: str, wanted: Parts, unwanted: Mapping[str, list[str]],
    exactly: Iterable[str] = (),
) -> str:  # fmt: skip
    """One case; `given` is a record as text. What nothing is expected of is left out.

    exactly: the parts in which there must be nothing else.
    """
    lines = [f"name: {_quoted(name)}"]
    ids = list(dict.fromkeys(about))
    lines += [f"about: [{', '.join(ids)}]"] if ids else []
    fields = [line for line in given.splitlines() if not line.startswith(("id:", "#"))]
    lines += ["given:", *(f"  {line}" for line in fields)] if fields else ["given: {}"]
    lines.append("expect:")
    for part, items in wanted.items():
        lines += [f"  {part}:", *(f"    - {_item(part, one)}" for one in items)]
    refused = [
        f"    {part}: [{', '.join(map(_quoted, names) if part == GOALS else names)}]"
        for part, names in unwanted.items()
        if names
    ]
    lines += ["  not:", *refused] if refused else []
    parts = list(exactly)
    lines += [f"  exactly: [{', '.join(parts)}]"] if parts else []
    return "\n".join(lines) + "\n"


def file_of(section: str, cases: Iterable[str]) -> str:
    """A file of cases."""
    return "---\n".join([f"section: {_quoted(section)}\n", *cases])


def _item(part: str, one: dict[str, Detail]) -> str:
    if part == GOALS:
        return _quoted(str(one["item"]))
    return f"{{{', '.join(_detail(k, v) for k, v in one.items())}}}"


def _detail(name: str, value: Detail) -> str:
    if isinstance(value, tuple):
        return f"{name}: [{', '.join(value)}]"
    return f"{name}: {value if isinstance(value, str) else json.dumps(value)}"


def _quoted(text: str) -> str:
    """In double quotes, which YAML reads as JSON does."""
    return json.dumps(text, ensure_ascii=False)


def survivor_case(judged: Judged, found: Survivor, written: Written) -> str:
    """The case that kills a surviving mutant: what it would change."""
    wanted: Parts = {}
    unwanted: dict[str, list[str]] = {}
    before, after = found.before.parts, found.after.parts
    for part in PREDICATES:
        wanted |= _some(part, [*_only(before[part], after[part])])
        gone = [str(item["item"]) for item in _only(after[part], before[part])]
        unwanted[part] = [name for name in dict.fromkeys(gone) if name not in before[part]]
    if not wanted and not any(unwanted.values()):
        wanted = _some(GOALS, [{"item": goal} for goal in map(goal_of, found.lost)])
        unwanted = {GOALS: [*map(goal_of, found.gained)]}
    statement = judged.mutant.rule.clause.statement
    name = f"Told apart from {judged.mutant.name}"
    return case(name, [statement] if statement else [], written(found.edb), wanted, unwanted)


def goal_of(atom: Ground) -> str:
    """An atom about the patient as a goal over the model."""
    args = (Var("P"), *map(Const, atom.values[1:]))
    return print_atom(Atom(atom.predicate.removeprefix("-"), args, atom.predicate.startswith("-")))


def _some(part: str, items: list[dict[str, Detail]]) -> Parts:
    return {part: items} if items else {}


def _only(first: Told, second: Told) -> Iterator[dict[str, Detail]]:
    """The items of the first that the second has not in this way, with what a reviewer needs to know of them."""
    for name, several in first.items():
        for details in several:
            if not any(_same(details, other) for other in second.get(name, [])):
                yield {"item": name, **shown(details)}


def _same(one: dict[str, Detail], other: dict[str, Detail]) -> bool:
    return all(one.get(key) == other.get(key) for key in ("status", "value", "assumes"))


def shown(details: dict[str, Detail]) -> dict[str, Detail]:
    """The details of an item that a case states."""
    return {key: value for key, value in details.items() if key in SHOWN and value not in ("", ())}


def _undetermined(before: Told, after: Told) -> tuple[Parts, dict[str, list[str]]]:
    wanted = [{"item": n, "conflicting": s[0]["conflicting"]} for n, s in before.items() if s != after.get(n)]
    return _some("undetermined", wanted), {"undetermined": [n for n in after if n not in before]}


def whole_case(name: str, about: Iterable[str], given: str, parts: dict[str, Told], program: Program) -> str:
    """A case that states everything that is answered."""
    known = {s.id for s in program.statements}
    return case(name, [a for a in about if a in known], given, whole_parts(parts), {})


def whole_parts(parts: dict[str, Told]) -> Parts:
    """Everything that is answered, as a case states it; what is undetermined only when there is nothing else."""
    wanted: Parts = {}
    for part in PREDICATES:
        items = [{"item": item, **shown(details)} for item, several in parts[part].items() for details in several]
        wanted |= _some(part, items)
    return wanted or _undetermined(parts["undetermined"], {})[0]
