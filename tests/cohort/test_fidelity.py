"""A cohort says of each patient what is said of him alone: models, rule instances, proofs, statuses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cohorts import Results, edb_of, instances, parts, run
from guidekb.facts.read import Reading, read_files
from guidekb.kb.ir import EDB, Atom, Column, Const, Ground, Literal, Predicate, Program
from guidekb.kb.load import load
from guidekb.kb.normal import normalise
from guidekb.queries.answers.answer import Answer, answer
from guidekb.queries.answers.assess import Knowledge, assess, contradicted, set_apart
from guidekb.queries.cohort.apart import settled
from guidekb.queries.cohort.arrow import Rows
from guidekb.queries.cohort.conclusions import answer_rows, undetermined_rows
from guidekb.queries.cohort.encode import encode
from guidekb.queries.cohort.partition import Evaluator
from guidekb.queries.cohort.single import derive_one
from guidekb.queries.evaluation import pydatalog_engine, reference
from guidekb.queries.evaluation.model import Model
from guidekb.queries.evaluation.stages import fixed
from guidekb.queries.proofs.derivations import derivations
from guidekb.queries.proofs.proof import prove
from programs import Case, localised, random_case, random_patient

ROOT = Path(__file__).parents[2]
PROGRAM = load()
KNOWLEDGE = Knowledge(PROGRAM)


def alone(edb: EDB) -> tuple[EDB, Model]:
    """The record as it is answered, and its model by pyDatalog."""
    model = pydatalog_engine.derive(KNOWLEDGE.normal, edb.facts)
    while apart := contradicted(model, edb):
        edb = set_apart(edb, apart)
        model = pydatalog_engine.derive(KNOWLEDGE.normal, edb.facts)
    return edb, model


def random_edbs(count: int, seed: int) -> list[EDB]:
    """Patients of whom anything is recorded, now more and now less."""
    rng = Random(seed)  # noqa: S311
    many = [p.name for p in PROGRAM.predicates if p.role == "input" and p.arity > 1 and not p.single]
    found: list[EDB] = []
    for n in range(count):
        facts = [f for f in random_patient(PROGRAM, rng) if f.predicate not in ("conflicting", "not_applicable")]
        share = rng.choice((1, 0.6, 0.3))
        found.append(
            edb_of(f"p{n:05d}", [f for f in facts if rng.random() < share], rng.sample(many, rng.randint(0, 3)))
        )
    return found


def test_rule_instances_and_conclusions_of_2000_random_patients_are_pydatalogs() -> None:
    edbs = random_edbs(2000, 8)
    made, closed, rules = Evaluator(PROGRAM), fixed(KNOWLEDGE.normal), KNOWLEDGE.rules
    begin = 0
    for part in parts(PROGRAM, edbs, 777):  # slices that end inside bytes
        encoded = encode(part, made.columns, made.cuts)
        worlds = settled(KNOWLEDGE.normal, encoded).worlds
        rows = Rows("firings", part.patients)
        made.firings.rows(encoded, worlds, rows, closed)
        fired: dict[str, list[Any]] = {}
        for row in rows.table().to_pylist():
            fired.setdefault(row.pop("patient"), []).append(row)
        for n, edb in enumerate(edbs[begin : begin + part.count]):
            record, model = alone(edb)
            wanted = {i for i in model.instances if rules[i.rule].head.signed not in closed}
            found = instances(fired.get(edb.subject, ()), rules, edb.subject, wanted)
            assert found == wanted, edb.subject
            shown = {(a.predicate, *a.values[1:]) for a, bits in worlds.atoms.items() if bits >> n & 1}
            parts_of = {a for a in shown if a[0] in PARTS}
            assert parts_of == {(a.predicate, *a.values[1:]) for a in model.atoms if a.predicate in PARTS}
            if n % 100 == 0:
                same_proofs(record, model, found)
        begin += part.count
    assert begin == len(edbs)


PARTS = ("recommend", "consider", "advise_against", "alert", "expect", "prognosis", "flag")


def same_proofs(record: EDB, model: Model, found: Iterable[Any]) -> None:
    """The proofs out of the instances of a cohort are those of the patient alone."""
    closed = fixed(KNOWLEDGE.normal)
    tables = {i for i in model.instances if KNOWLEDGE.rules[i.rule].head.signed in closed}
    ours = derivations(KNOWLEDGE.normal, Model(model.atoms, frozenset({*found, *tables})), record.facts)
    theirs = derivations(KNOWLEDGE.normal, model, record.facts)
    for atom in model.atoms:
        if atom.predicate in PARTS:
            assert prove(ours, atom) == prove(theirs, atom)


def rows_of(found: Answer) -> tuple[set[Any], set[Any]]:
    """The rows of answers, and those of undetermined but for the statements (docs/cohort.md)."""
    return set(answer_rows(found)), {cells[:4] for cells in undetermined_rows(found)}


def got_rows(got: Results, patient: str) -> tuple[set[Any], set[Any]]:
    def cells(kind: str) -> Iterable[tuple[Any, ...]]:
        for row in got.rows(kind, patient):
            yield tuple(tuple(v) if isinstance(v, list) else v for v in row.values())

    return set(cells("answers")), {row[:4] for row in cells("undetermined")}


def test_statuses_and_what_is_undetermined_are_those_of_the_patient_alone(tmp_path: Path) -> None:
    edbs = random_edbs(25, 3)
    got = run(PROGRAM, edbs, tmp_path)
    for edb in edbs:
        assert got_rows(got, edb.subject) == rows_of(answer(assess(KNOWLEDGE, edb, derive_one))), edb.subject


def test_every_example_patient(tmp_path: Path) -> None:
    paths = sorted(p for p in (ROOT / "facts" / "examples").rglob("*") if p.suffix in (".yaml", ".json", ".dl"))
    for number, (_, reading) in enumerate(read_files(map(str, paths), PROGRAM)):
        if isinstance(reading, Reading):
            got = run(PROGRAM, reading.edbs, tmp_path / str(number))
            for edb in reading.edbs:
                wanted = rows_of(answer(assess(KNOWLEDGE, edb)))
                assert got_rows(got, edb.subject) == wanted, edb.subject


SHARED = ROOT.parent / "shared" / "data"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real bundles lie in ../shared/data")
def test_real_bundles(tmp_path: Path) -> None:
    bundles = sorted(p for p in SHARED.rglob("*.json") if b'"Bundle"' in p.read_bytes()[:4000])
    edbs: dict[str, EDB] = {}
    for path in bundles:
        for _, reading in read_files([str(path)], PROGRAM):
            if isinstance(reading, Reading):
                edbs |= {edb.subject: edb for edb in reading.edbs}
    assert len(edbs) > 5
    got = run(PROGRAM, edbs.values(), tmp_path)
    for edb in edbs.values():
        assert got_rows(got, edb.subject) == rows_of(answer(assess(KNOWLEDGE, edb, derive_one))), edb.subject


# ---- programs of all kinds ----


def typed(case: Case, rng: Random) -> tuple[Program, tuple[Ground, ...]]:
    """A random program about patients, declared, with whole numbers for its values; some fields have a single one."""
    local = localised(case, "p")
    numbers: dict[object, int] = {}

    def number(value: object) -> int:
        return numbers.setdefault(value, len(numbers) * 2)

    def const(term: Any) -> Any:
        return Const(number(term.value)) if isinstance(term, Const) else term

    def atom(a: Atom) -> Atom:
        return replace(
            a, predicate="person" if a.predicate == "patient" else a.predicate, args=tuple(map(const, a.args))
        )

    def item(i: Any) -> Any:
        return (
            replace(i, atom=atom(i.atom))
            if isinstance(i, Literal)
            else replace(i, left=const(i.left), right=const(i.right))
        )

    clauses = [replace(c, head=atom(c.head), body=tuple(map(item, c.body))) for c in local.program.clauses]
    clauses = [c for c in clauses if c.body or c.head.predicate == "table"]  # no fact of a patient in the program
    arity: dict[str, int] = {}
    for clause in clauses:
        for a in (clause.head, *(i.atom for i in clause.body if isinstance(i, Literal))):
            arity.setdefault(a.predicate, len(a.args))
    inputs = {n for n in arity if n.startswith("given") or n == "person"}
    single = {n for n in inputs if arity[n] == 2 and rng.random() < 0.6}
    predicates = tuple(
        Predicate(
            name,
            tuple(Column(f"C{i}", "patient" if i == 0 else "integer") for i in range(n)),
            "input" if name in inputs else "derived",
            open=True,
            single=name in single,
        )
        for name, n in sorted(arity.items())
        if name != "table"
    )
    tables = tuple(
        Predicate(name, tuple(Column(f"C{i}", "integer") for i in range(n)), "table")
        for name, n in arity.items()
        if name == "table"
    )
    given = [
        Ground("person" if f.predicate == "patient" else f.predicate, ("p", *map(number, f.values[1:])))
        for f in local.facts
        if f.predicate != "table" and (f.predicate.lstrip("-") in inputs or f.predicate == "patient")
    ]
    return Program(predicates=predicates + tables, clauses=tuple(clauses)), tuple(given)


def patients_of(program: Program, facts: tuple[Ground, ...], rng: Random) -> list[EDB]:
    """Some patients, each with part of the facts, one value where there can be one, other numbers here and there."""
    single = {p.name for p in program.predicates if p.single}
    found: list[EDB] = []
    for n in range(12):
        kept: dict[object, Ground] = {}
        for fact in rng.sample(facts, len(facts)):
            if fact.predicate != "person" and rng.random() < 0.4:
                continue
            if fact.predicate in single and rng.random() < 0.5:
                fact = Ground(fact.predicate, ("p", rng.randint(-3, 9)))
            name = fact.predicate.lstrip("-")
            key = name if fact.predicate in single or len(fact.values) == 1 else (name, fact.values)
            kept.setdefault(key, fact)
        found.append(edb_of(f"p{n:02d}", kept.values()))
    return found


def test_random_programs_with_negation_and_recursion() -> None:
    fired = 0
    for seed in range(120):
        rng = Random(seed)  # noqa: S311
        program, facts = typed(random_case(rng), rng)
        rules, edbs = normalise(program), patients_of(program, facts, rng)
        by_id, closed = {r.id: r for r in rules.rules}, fixed(rules)
        made = Evaluator(program)
        (part,) = parts(program, edbs, 100)
        encoded = encode(part, made.columns, made.cuts)
        rows = Rows("firings", part.patients)
        made.firings.rows(encoded, settled(rules, encoded).worlds, rows, closed)
        fired_rows: dict[str, list[Any]] = {}
        for row in rows.table().to_pylist():
            fired_rows.setdefault(row.pop("patient"), []).append(row)
        for edb in edbs:
            model = reference.derive(rules, edb.facts)
            wanted = {i for i in model.instances if by_id[i.rule].head.signed not in closed}
            found = instances(fired_rows.get(edb.subject, ()), by_id, edb.subject, wanted)
            assert found == wanted, (seed, edb.subject)
            fired += len(wanted)
    assert fired > 4000
