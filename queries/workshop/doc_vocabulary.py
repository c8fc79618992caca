"""The vocabulary on the page of a guideline: predicates with their sentences and columns, types with their values."""

from __future__ import annotations

from collections.abc import Iterator

from ...kb.ir import Predicate, Program, ValueType, atoms_of
from ...kb.values import written
from ..rendering.markup import Markup, anchor, joined, tag
from .doc_rules import place, rule_id_link

TITLES = {"input": "What is asked of a patient", "table": "What tables hold", "derived": "What rules conclude"}
SENTENCES = ("yes", "no", "unknown", "ask")


def vocabulary(program: Program) -> Iterator[Markup]:
    """Predicates by role, then types; both by name."""
    users: dict[str, list[str]] = {}
    for clause in program.clauses:
        if clause.body:
            for atom in atoms_of(clause):
                users.setdefault(atom.predicate, []).append(clause.id)
    for role, title in TITLES.items():
        found = sorted((p for p in program.predicates if p.role == role), key=lambda p: p.name)
        if found:
            yield tag("h3", title, class_="group")
            yield from (_predicate(p, users.get(p.name, [])) for p in found)
    yield tag("h3", "Types", class_="group")
    yield from (_type(t) for t in sorted(program.types, key=lambda t: t.name))


def _predicate(one: Predicate, users: list[str]) -> Markup:
    columns = joined([joined([c.name, ": ", _type_link(c.type)]) for c in one.columns], ", ")
    flags = f"{'open' if one.open else 'closed'}{', one value' if one.single else ''}"
    sentences = [(word, getattr(one, word)) for word in SENTENCES if getattr(one, word)]
    listed = [tag("div", tag("dt", word), tag("dd", str(text))) for word, text in sentences]
    used = list(dict.fromkeys(users))
    links = joined([rule_id_link(r) for r in used], " ")
    count = f"{len(used)} rule{'' if len(used) == 1 else 's'}"
    return tag(
        "article",
        tag("h4", tag("code", one.name), tag("span", "(", columns, ")", class_="columns")),
        tag("p", flags, " · ", place(one.span), class_="meta"),
        tag("dl", *listed, class_="sentences") if listed else "",
        tag("details", tag("summary", f"in {count}"), tag("p", links)) if used else "",
        class_="find word",
        id=anchor("predicate", one.name),
    )


def _type_link(name: str) -> Markup:
    return tag("a", name, href=f"#{anchor('type', name)}") if name not in ("patient", "field") else tag("span", name)


def _type(one: ValueType) -> Markup:
    if one.labels:
        rows = [tag("div", tag("dt", tag("code", v.name)), tag("dd", v.text)) for v in one.labels]
        body = tag("details", tag("summary", f"{len(rows)} values"), tag("dl", *rows, class_="sentences"))
    else:
        bounds = f" {written(one.low)} to {written(one.high)}" if one.low is not None and one.high is not None else ""
        body = tag("p", f"{one.kind}{bounds} {one.unit}".strip())
    return tag("article", tag("h4", tag("code", one.name)), body, class_="find word", id=anchor("type", one.name))
