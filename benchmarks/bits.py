"""How long many hypothetical versions of one patient take as bits, against one run of another evaluator for each.

The guideline is a made-up one of the size and shape of a real one (tables with a recursive hierarchy, findings, tests,
recommendations, exceptions, negation, thresholds), so that this can be run without any guideline.
"""

from __future__ import annotations

import os
import platform
import random
import statistics
import time
from collections.abc import Callable, Iterator

from guidekb.kb.ir import Annotation, Atom, Clause, Comparison, Const, Ground, Literal, Program, Term, Value, Var
from guidekb.kb.normal import NormalProgram, normalise
from guidekb.queries.evaluation import bits, pydatalog_engine, reference

WORLDS = (1, 100, 1_000, 10_000)
PATIENT = "p1"
SYNDROMES, ANTIBODIES, FINDINGS = 16, 20, 30


def term(value: Value) -> Term:
    """A name in capitals is a variable."""
    return Var(value) if isinstance(value, str) and value.isupper() else Const(value)


def has(name: str, *values: Value) -> Literal:
    """A condition: recorded or derived, `-` false, `not ` neither."""
    mode = "not" if name.startswith("not ") else "plain"
    name = name.removeprefix("not ")
    return Literal(Atom(name.removeprefix("-"), tuple(map(term, values)), name.startswith("-")), mode)


def clauses() -> Iterator[Clause]:
    """The tables and about 130 rules."""
    chance = random.Random(7)
    number = 0

    def rule(head: Literal, *body: Literal | Comparison, overrides: str = "") -> Clause:
        nonlocal number
        number += 1
        notes = [Annotation("id", (f"r{number}",))] + [Annotation("overrides", (overrides,))] * bool(overrides)
        return Clause(head.atom, body, tuple(notes))

    def fact(name: str, *values: Value) -> Clause:
        return Clause(has(name, *values).atom)

    for s in range(SYNDROMES):
        yield fact("part_of", f"s{s}", f"class{s % 5}")
        yield fact("part_of", f"class{s % 5}", "any")
    for a in range(ANTIBODIES):
        yield fact("points_to", f"ab{a}", f"s{a % SYNDROMES}")
        yield fact("risk", f"ab{a}", ("high", "intermediate", "lower")[a % 3])
    yield rule(has("isa", "X", "Y"), has("part_of", "X", "Y"))
    yield rule(has("isa", "X", "Z"), has("part_of", "X", "Y"), has("isa", "Y", "Z"))
    yield rule(has("high_risk", "P"), has("antibody", "P", "A", "positive"), has("risk", "A", "high"))
    yield rule(has("suggested", "P", "S"), has("antibody", "P", "A", "positive"), has("points_to", "A", "S"))
    yield rule(has("probable", "P", "S"), has("syndrome", "P", "S"), has("suggested", "P", "S"))
    yield rule(has("probable", "P", "S"), has("syndrome", "P", "S"), has("high_risk", "P"))
    yield rule(has("affected", "P", "C"), has("syndrome", "P", "S"), has("isa", "S", "C"))
    yield rule(has("affected", "P", "C"), has("affected", "P", "S"), has("isa", "S", "C"))
    yield rule(has("open_question", "P"), has("syndrome", "P", "S"), has("not probable", "P", "S"))
    yield rule(has("unexplained", "P"), has("patient", "P"), has("not probable", "P", "_S"))
    for s in range(SYNDROMES):
        findings = [f"f{f}" for f in chance.sample(range(FINDINGS), 3)]
        for f in findings:
            yield rule(has("expected", "P", f), has("probable", "P", f"s{s}"), has("-finding", "P", f))
        yield rule(has("syndrome", "P", f"s{s}"), *(has("finding", "P", f) for f in findings[:2]))
        general = rule(has("recommend", "P", f"image{s % 6}"), has("probable", "P", f"s{s}"), has("patient", "P"))
        yield general
        if s % 2:
            yield rule(
                has("advise_against", "P", f"image{s % 6}"),
                has("egfr", "P", "E"),
                Comparison(Var("E"), "<", Const(30 + s)),
                has("affected", "P", f"class{s % 5}"),
                overrides=general.id,
            )
        yield rule(
            has("recommend", "P", f"treat{s}"),
            has("probable", "P", f"s{s}"),
            has("her2", "P", "H"),
            Comparison(Var("H"), "!=", Const("unknown")),
            has("not contraindicated", "P", f"treat{s}"),
        )
        yield rule(has("contraindicated", "P", f"treat{s}"), has("finding", "P", findings[2]), has("stage", "P", 4))
    for k in range(8):
        yield rule(has("repeat", "P", k), has("months", "P", "M"), Comparison(Var("M"), ">=", Const(3 * k)))


def versions(count: int) -> list[list[Ground]]:
    """The patient as recorded (25 facts), then versions of it in which some of the values are others."""
    chance = random.Random(11)
    antibodies = [f"ab{a}" for a in chance.sample(range(ANTIBODIES), 6)]
    findings = [f"f{f}" for f in chance.sample(range(FINDINGS), 14)]
    options: list[list[list[Ground]]] = [
        [[Ground("patient", (PATIENT,))]],
        [[Ground("syndrome", (PATIENT, f"s{s}"))] for s in (3, 4, 5)],
        *([[Ground("antibody", (PATIENT, a, v))] for v in ("positive", "negative")] for a in antibodies),
        *([[Ground("finding", (PATIENT, f))], [Ground("-finding", (PATIENT, f))], []] for f in findings),
        [[Ground("egfr", (PATIENT, v))] for v in (25, 36, 60, 90)],
        [[Ground("her2", (PATIENT, v))] for v in ("negative", "positive", "unknown")],
        [[Ground("stage", (PATIENT, v))] for v in (2, 3, 4)],
    ]
    usual = [fact for option in options for fact in option[0]]
    others = [[f for o in options for f in (o[0] if chance.random() < 0.6 else chance.choice(o))] for _ in range(count)]
    return [usual, *others][:count]


def median(call: Callable[[], object], seconds: float = 1.0) -> float:
    """The median time of a call, in milliseconds, after one call that does not count."""
    call()
    times: list[float] = []
    while len(times) < 5 or (sum(times) < seconds and len(times) < 500):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def main() -> None:
    """Print the machine, and a line for each number of worlds."""
    program: NormalProgram = normalise(Program(clauses=tuple(clauses())))
    usual = versions(1)[0]
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {platform.platform()}, {os.cpu_count()} cores"
    )
    print(f"{len(program.rules)} rules, {len(program.facts)} table facts, {len(usual)} facts of the patient")
    start = time.perf_counter()
    bits.Prepared(program)
    print(f"prepare, once for a program: {1000 * (time.perf_counter() - start):.2f} ms")
    one = {
        "reference": median(lambda: reference.derive(program, usual)),
        "pyDatalog": median(lambda: pydatalog_engine.derive(program, usual)),
    }
    print("one world: " + ", ".join(f"{name} {ms:.2f} ms" for name, ms in one.items()))
    print(
        f"{'worlds':>8} {'facts':>6} {'pack ms':>8} {'bits ms':>8} {'instances':>9}  times as fast as one run each of"
    )
    for count in WORLDS:
        worlds = versions(count)
        facts, n = bits.pack(worlds)
        found = bits.derive_worlds(program, facts, n)
        assert found.model(0) == reference.derive(program, worlds[0])
        packing = median(lambda worlds=worlds: bits.pack(worlds))
        ms = median(lambda facts=facts, n=n: bits.derive_worlds(program, facts, n))
        ratios = ", ".join(f"{name} {single * n / ms:,.1f}" for name, single in one.items())
        print(f"{n:>8,} {len(facts):>6} {packing:>8.2f} {ms:>8.2f} {len(found.instances):>9}  {ratios}")


if __name__ == "__main__":
    main()
