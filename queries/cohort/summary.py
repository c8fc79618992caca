"""The counts of a cohort, from the receipts of its partitions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ...kb.ir import Program
from .receipt import FORMAT, Json


def summary(program: Program, receipts: Iterable[Json], problems: Mapping[str, int], left_out: int) -> Json:
    """How many patients have each conclusion with each status, how often each field is missing, what was wrong."""
    answers: Counter[tuple[str, str, str, str]] = Counter()
    missing: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    for receipt in receipts:
        for part, name, value, status, count in receipt["counts"]:
            answers[part, name, value, status] += count
        missing.update(receipt["missing"])
        totals.update({name: receipt[name] for name in ("patients", "incomplete", "unassessed")})
        totals.update({f"rows:{kind}": count for kind, count in receipt["rows"].items()})
    return {
        "format": FORMAT,
        "kb": {"name": program.name, "version": program.version, "sha256": program.sha256},
        "patients": totals["patients"],
        "left_out": left_out,
        "incomplete": totals["incomplete"],
        "unassessed": totals["unassessed"],
        "rows": {kind.removeprefix("rows:"): n for kind, n in sorted(totals.items()) if kind.startswith("rows:")},
        "answers": [
            {"part": part, "name": name, "value": value, "status": status, "patients": count}
            for (part, name, value, status), count in sorted(
                answers.items(), key=lambda one: (one[0][0], -one[1], one[0])
            )
        ],
        "undetermined": [
            {"field": name, "patients": n} for name, n in sorted(missing.items(), key=lambda one: (-one[1], one[0]))
        ],
        "problems": [{"code": code, "count": n} for code, n in sorted(problems.items())],
    }
