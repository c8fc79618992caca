"""Other engines running an exported program: what each concludes, as our ground atoms."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from guidekb.kb.ir import Ground, Value, canonical
from guidekb.queries.evaluation import reference
from guidekb.queries.export.clingo import RESERVED as CLINGO_WORDS
from guidekb.queries.export.clingo import clingo, clingo_value
from guidekb.queries.export.names import names
from guidekb.queries.export.numbers import unit
from guidekb.queries.export.plan import Plan
from guidekb.queries.export.prolog import RESERVED as PROLOG_WORDS
from guidekb.queries.export.prolog import prolog
from guidekb.queries.export.souffle import RESERVED as SOUFFLE_WORDS
from guidekb.queries.export.souffle import souffle
from guidekb.queries.export.sql import sql
from souffle_subset import run

TELL = r"""
tell(A) :- atom(A), !, atom_codes(A, Cs), format(" a"), forall(member(C, Cs), format(".~d", [C])).
tell(I) :- integer(I), !, format(" i.~d", [I]).
tell(R) :- rational(R, N, D), !, format(" r.~d.~d", [N, D]).
tell(date(Y, M, D)) :- format(" d.~d.~d.~d", [Y, M, D]).
told :- forall((answer(A), call(A)), (A =.. [N|As], format("~w", [N]), forall(member(X, As), tell(X)), nl)).
"""
"""Prolog that prints every conclusion with the kind of each value and the codes of each character."""


def expected(plan: Plan) -> set[Ground]:
    """What our reference evaluator concludes, of the relations that an export tells."""
    told = {relation.signed for relation in plan.answers}
    return {atom for atom in reference.derive(plan.normal, plan.given).atoms if atom.predicate in told}


def by_prolog(plan: Plan, folder: Path) -> set[Ground]:
    """SWI-Prolog's conclusions."""
    program = shutil.which("swipl")
    if program is None:
        pytest.skip("SWI-Prolog is not installed (Debian: swi-prolog-nox)")
    (folder / "program.pl").write_text(prolog(plan), encoding="utf-8")
    (folder / "told.pl").write_text(TELL, encoding="utf-8")
    command = [program, "--on-error=halt", "-g", "told", "-t", "halt", "program.pl", "told.pl"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    ours = {name: signed for signed, name in names(plan.relations, PROLOG_WORDS).items()}
    return {Ground(ours[line.split()[0]], tuple(map(_told, line.split()[1:]))) for line in done.stdout.splitlines()}


def _told(cell: str) -> Value:
    kind, *rest = cell.split(".")
    numbers = [int(n) for n in rest]
    if kind == "a":
        return "".join(map(chr, numbers))
    if kind == "d":
        return date(*numbers)
    if kind == "r":
        quotient = Fraction(*numbers)
        places = next(n for n in range(100) if (quotient * 10**n).denominator == 1)
        return canonical(Decimal(int(quotient * 10**places)).scaleb(-places))
    return numbers[0]


def by_clingo(plan: Plan) -> set[str]:
    """clingo's conclusions, as it writes them."""
    clingo_ = pytest.importorskip("clingo")
    said: list[str] = []
    control: Any = clingo_.Control(["--warn=no-global-variable"], logger=lambda _, text: said.append(text))
    control.add("base", [], clingo(plan))
    control.ground([("base", [])])
    found: list[set[str]] = []
    control.solve(on_model=lambda model: found.append({str(s) for s in model.symbols(shown=True)}))
    assert not said, said
    assert len(found) == 1, "a stratified program has one answer set"
    return found[0]


def as_clingo(plan: Plan, atoms: Iterable[Ground]) -> set[str]:
    """Our atoms as clingo writes them."""
    called, units = names(plan.relations, CLINGO_WORDS), unit(plan.values)
    cells = ((called[a.predicate], ",".join(clingo_value(v, units) for v in a.values)) for a in atoms)
    return {f"{name}({values})" if values else name for name, values in cells}


def by_sqlite(plan: Plan) -> set[tuple[str, tuple[object, ...]]]:
    """SQLite's conclusions, as its rows."""
    called = names(plan.relations)
    with sqlite3.connect(":memory:") as connection:
        connection.executescript(sql(plan))
        return {
            (r.signed, tuple(row) if r.columns else ())
            for r in plan.answers
            for row in connection.execute(f'SELECT * FROM "{called[r.signed]}"')  # noqa: S608
        }


def as_sqlite(atoms: Iterable[Ground]) -> set[tuple[str, tuple[object, ...]]]:
    """Our atoms as rows: dates are texts, decimals are doubles."""
    return {(a.predicate, tuple(map(_cell, a.values))) for a in atoms}


def _cell(value: Value) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def souffle_heads(text: str) -> set[str]:
    """The relations that a Soufflé program declares."""
    return set(re.findall(r"(?m)^\.decl (\w+)\(", text))


def by_souffle_subset(plan: Plan) -> dict[str, set[tuple[int | str, ...]]]:
    """The rows that our own reading of the Soufflé program gives; it was not run by Soufflé."""
    return run(souffle(plan))


def as_souffle(plan: Plan, atoms: Iterable[Ground]) -> dict[str, set[tuple[int | str, ...]]]:
    """Our atoms as rows of Soufflé's relations: numbers in their unit, dates as numbers."""
    called, units = names(plan.relations, SOUFFLE_WORDS), unit(plan.values)
    found: dict[str, set[tuple[int | str, ...]]] = {called[r.signed]: set() for r in plan.answers}
    for atom in atoms:
        found[called[atom.predicate]].add(tuple(_number(v, units) for v in atom.values))
    return found


def _number(value: Value, units: int) -> int | str:
    if isinstance(value, date):
        return value.year * 10_000 + value.month * 100 + value.day
    return value if isinstance(value, str) else int(value * units)
