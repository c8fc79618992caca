"""The table of statements: for each its kind, and the rules that encode it or the reason why none does."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ...kb.ir import Program, Statement
from .layout import Layout

READING = "reading"


@dataclass(frozen=True, slots=True)
class Row:
    """One statement; `rules` encode it, `shown_with` give it as their reason."""

    statement: Statement
    rules: tuple[str, ...]
    shown_with: tuple[str, ...]


def table(program: Program, kinds: tuple[str, ...] = ()) -> tuple[Row, ...]:
    """The statements in order of id; readings only when `kinds` asks for them."""
    rows: list[Row] = []
    for one in sorted(program.statements, key=lambda s: s.id):
        if one.kind in kinds or (not kinds and one.kind != READING):
            rules = tuple(c.id for c in program.clauses if c.body and c.statement == one.id)
            shown = tuple(c.id for c in program.clauses if one.id in c.values("rationale"))
            rows.append(Row(one, rules, shown))
    return tuple(rows)


def statements_text(program: Program, form: str, layout: Layout) -> str:
    """The table for a terminal, or as JSON."""
    rows = table(program)
    if form == "json":
        return json.dumps([_data(row) for row in rows], ensure_ascii=False, indent=2) + "\n"
    lines = [line for row in rows for line in _lines(row, layout)]
    encoded = sum(bool(row.rules) for row in rows)
    lines.append(f"{len(rows)} statements: {encoded} with rules, {len(rows) - encoded} with a reason for having none")
    return "\n".join(lines) + "\n"


def _lines(row: Row, layout: Layout) -> list[str]:
    one = row.statement
    what = ", ".join(row.rules) or f"no rule: {one.no_rule or 'shown with ' + ', '.join(row.shown_with)}"
    return layout.wrap(what, f"{one.id:5}{one.kind:18}", " " * 23)


def _data(row: Row) -> dict[str, object]:
    one = row.statement
    return {
        "statement": one.id,
        "kind": one.kind,
        "text": one.text,
        "references": list(one.refs),
        "source_line": one.line,
        "place": one.span.place,
        "rules": list(row.rules),
        "shown_with": list(row.shown_with),
        "no_rule": one.no_rule,
    }
