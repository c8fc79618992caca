"""Two runs compared: whose answers changed between two versions of the rules or of the data, and why."""

# ruff: noqa: S608 (names of columns are quoted and come from the tables; all else in the SQL is ours)

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .duck import Tables, quoted_name
from .opened import Opened

SHOWN = 3
"""Fields that are named as the reason of a change, those of most patients first."""


@dataclass(frozen=True, slots=True)
class Change:
    """Patients of whom one conclusion changed in the same way, by the same rules.

    `before`, `after`: statuses, "" when it is not concluded. `by_data`: of how many the record changed too; `fields`:
    what in it, and of how many.
    """

    part: str
    name: str
    value: str
    before: str
    after: str
    rules_before: tuple[str, ...]
    rules_after: tuple[str, ...]
    patients: int
    example: str
    by_data: int
    fields: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs. `only_before`, `only_after`: patients of one run; `same_rules`: one version made both."""

    changes: tuple[Change, ...]
    patients: int
    changed: int
    only_before: int
    only_after: int
    data_changed: int
    same_rules: bool

    def __bool__(self) -> bool:
        return bool(self.changes or self.only_before or self.only_after)


def changes(first: Opened, second: Opened, same_rules: bool, memory: int) -> Changes:
    """What the second run says of patients that the first does not, or otherwise. Raises Invalid for broken tables."""
    tables = Tables(first, second, memory=memory)
    tables.make("in_both", ["facts", "facts_2"], "SELECT patient FROM facts JOIN facts_2 USING (patient)")
    tables.run("CREATE TEMP TABLE differing (patient VARCHAR, field VARCHAR)")
    shared = [c for c in tables.columns("facts") if c in set(tables.columns("facts_2")) - {"patient", "source"}]
    for column in shared:
        name = quoted_name(column)
        tables.make(
            "fresh",
            ["facts", "facts_2"],
            f"SELECT a.patient FROM facts a JOIN facts_2 b USING (patient) WHERE a.{name} IS DISTINCT FROM b.{name}",
        )
        tables.run("INSERT INTO differing SELECT patient, ? FROM fresh", [column])
    keys = "patient, part, name, value"
    tables.make(
        "changed",
        ["answers", "answers_2"],
        f"SELECT {keys}, a.said AS before, b.said AS after, coalesce(a.rules, []) AS rules_before, "
        "coalesce(b.rules, []) AS rules_after FROM "
        f"(SELECT {keys}, rules, coalesce(status, 'not computed') AS said FROM answers) a FULL JOIN "
        f"(SELECT {keys}, rules, coalesce(status, 'not computed') AS said FROM answers_2) b USING ({keys}) "
        "WHERE a.said IS DISTINCT FROM b.said AND patient IN (SELECT patient FROM in_both)",
    )
    group = "part, name, value, coalesce(before, ''), coalesce(after, ''), rules_before, rules_after"
    rows = tables.ask(
        (),
        f"SELECT {group}, count(*), min(patient), count(*) FILTER (patient IN (SELECT patient FROM differing)) "
        "FROM changed GROUP BY ALL ORDER BY 8 DESC, 1, 2, 3, 4, 5, 9",
    )
    fields: dict[tuple[object, ...], list[tuple[str, int]]] = {}
    for *key, field, count in tables.ask(
        (),
        f"SELECT {group}, field, count(*) FROM changed JOIN differing USING (patient) GROUP BY ALL "
        "ORDER BY count(*) DESC, field",
    ):
        fields.setdefault(_key(key), []).append((str(field), int(count)))
    found = tuple(_change(row, fields.get(_key(row[:7]), ())) for row in rows)
    one = ("SELECT count(*) FROM facts", "SELECT count(*) FROM facts_2", "SELECT count(*) FROM in_both")
    counted = [
        tables.ask([name] if name else (), sql)[0][0] for name, sql in zip(("facts", "facts_2", ""), one, strict=True)
    ]
    ((changed,),) = tables.ask((), "SELECT count(DISTINCT patient) FROM changed")
    ((data,),) = tables.ask((), "SELECT count(DISTINCT patient) FROM differing")
    return Changes(found, counted[2], changed, counted[0] - counted[2], counted[1] - counted[2], data, same_rules)


def _change(row: tuple[Any, ...], fields: Sequence[tuple[str, int]]) -> Change:
    part, name, value, before, after, gone, new, patients, example, by_data = row
    some = tuple(fields)[:SHOWN]
    return Change(part, name, value, before, after, tuple(gone), tuple(new), patients, example, by_data, some)


def _key(cells: Sequence[Any]) -> tuple[object, ...]:
    """Cells as a key: lists are none."""
    return tuple(str(cell) for cell in cells)
