"""How long verification takes: the guideline with all its properties, and a synthetic knowledge base of 2,000 rules."""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import perf_counter, process_time

from guidekb.kb.properties import load_verifiable, verifiable
from guidekb.queries.verify.check import Check
from guidekb.queries.verify.diff import difference
from guidekb.queries.verify.mutants import mutants
from guidekb.queries.verify.mutate import fates
from guidekb.queries.verify.run import verify
from guidekb.queries.verify.world import World


def synthetic(modules: int) -> str:
    """Modules of ten rules each, with fields of their own, a default, a chain, and a property that one fact breaks."""
    parts: list[str] = ["derived recommend(Patient: patient, Drug: drug) open."]
    parts.append(f"type drug = {' | '.join(f'd{n}' for n in range(modules))}.\ntype grade = low | mid | high.")
    for n in range(modules):
        parts.append(
            f"input a{n}(Patient: patient) open.\ninput b{n}(Patient: patient, G: grade) open single.\n"
            + "".join(f"derived c{n}_{k}(Patient: patient) open.\n" for k in range(6))
            + f"c{n}_0(P) :- a{n}(P).\nc{n}_0(P) :- b{n}(P, high).\nc{n}_1(P) :- c{n}_0(P), assuming -c{n}_4(P).\n"
            f"c{n}_2(P) :- c{n}_1(P), b{n}(P, mid).\nc{n}_2(P) :- c{n}_1(P), b{n}(P, high).\n"
            f"c{n}_3(P) :- c{n}_2(P), unrecorded b{n}(P, low).\nc{n}_4(P) :- -a{n}(P).\n"
            f"c{n}_5(P) :- c{n}_3(P), c{max(0, n - 1)}_0(P).\n"
            f"recommend(P, d{n}) :- c{n}_3(P).\nrecommend(P, d{n}) :- c{n}_5(P), c{n}_1(P).\n"
            f'never low{n}(P) "low" :- recommend(P, d{n}), b{n}(P, low).\n'
        )
    return "\n".join(parts)


def timed(what: str, work: Callable[[], object]) -> None:
    """Run and report: the time on the clock, and that of the processor."""
    clock, processor = perf_counter(), process_time()
    found = work()
    sys.stdout.write(
        f"{what}: {perf_counter() - clock:.1f} s, processor {process_time() - processor:.1f} s ({found})\n"
    )


def main() -> None:
    """All measurements."""
    given = load_verifiable()
    timed("guideline, all properties and checks", lambda: len(verify(given).verdicts))
    timed("guideline, properties only", lambda: len(list(Check(given).verdicts())))
    timed("guideline against itself", lambda: len(difference(given.program, given.program).changes))
    large = verifiable({"large.dl": synthetic(200)})
    timed("2,000 rules, 200 properties", lambda: len(list(Check(large).verdicts())))
    timed("2,000 rules, properties and all checks", lambda: len(verify(large).verdicts))
    if "--mutants" in sys.argv:
        world = World(given.program)
        timed("all mutants of the guideline", lambda: len(list(fates(world, mutants(world, given.program)))))


if __name__ == "__main__":
    main()
