"""What a cohort comes to: how many have each conclusion with each status, by statement, and what is missing of whom."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ...kb.ir import Program
from ..names import ADVISE_AGAINST, ALERT, CONSIDER, EXPECT, FLAG, PROGNOSIS, RECOMMEND
from .audit import Audit
from .duck import Tables
from .opened import Opened

PARTS = (RECOMMEND, CONSIDER, ADVISE_AGAINST, ALERT, EXPECT, PROGNOSIS, FLAG)
STATUSES = ("certain", "provisional", "conflicting", "undetermined", "excluded", "not computed")


@dataclass(frozen=True, slots=True)
class Line:
    """One conclusion: how many patients have it, by status."""

    part: str
    name: str
    value: str
    statuses: dict[str, int]

    @property
    def patients(self) -> int:
        """All together, whatever the status."""
        return sum(self.statuses.values())


@dataclass(frozen=True, slots=True)
class Overview:
    """The counts. `statements`: patients of whom something is said by each; `missing`: patients by unknown field, with
    those for whom an action waits for it. `problems`: by code."""

    program: Program
    patients: int
    unfinished: str
    lines: tuple[Line, ...]
    statements: dict[str, dict[str, int]]
    missing: tuple[tuple[str, int, int], ...]
    problems: dict[str, int]
    audit: Audit | None = None


def overview(program: Program, of: Opened, memory: int, audited: Audit | None = None) -> Overview:
    """The counts of a folder. Raises Invalid when a table cannot be read."""
    tables = Tables(of, memory=memory)
    found: dict[tuple[str, str, str], dict[str, int]] = {}
    counted = tables.ask(
        ["answers"],
        "SELECT part, name, value, coalesce(status, 'not computed'), count(*) FROM answers GROUP BY ALL ORDER BY ALL",
    )
    for part, name, value, status, count in counted:
        found.setdefault((part, name, value), {})[status] = count
    lines = [Line(*key, statuses) for key, statuses in found.items()]
    lines.sort(key=lambda line: (PARTS.index(line.part), -line.patients, line.name, line.value))
    statements: dict[str, dict[str, int]] = {}
    for statement, status, count in tables.ask(
        ["answers"],
        "SELECT statement, status, count(DISTINCT patient) FROM (SELECT patient, coalesce(status, 'not computed') AS "
        "status, unnest(statements) AS statement FROM answers) GROUP BY ALL ORDER BY ALL",
    ):
        statements.setdefault(statement, {})[status] = count
    missing = tables.ask(
        ["undetermined"],
        "SELECT field, count(*), count(*) FILTER (len(would_decide) > 0) FROM undetermined "
        "GROUP BY 1 ORDER BY 2 DESC, 1",
    )
    ((patients,),) = tables.ask(["facts"], "SELECT count(*) FROM facts")
    told = tables.ask(["problems"], "SELECT code, sum(rows)::BIGINT FROM problems GROUP BY 1")
    source = of.out / "problems" / "source.parquet"
    if source.is_file():
        told += tables.ask((), "SELECT code, sum(rows)::BIGINT FROM read_parquet(?) GROUP BY 1", [[str(source)]])
    problems = Counter[str]()
    for code, count in sorted(told):
        problems[str(code)] += int(count)
    rows = tuple((str(field), int(n), int(waiting)) for field, n, waiting in missing)
    return Overview(program, patients, of.unfinished(), tuple(lines), statements, rows, dict(problems), audited)
