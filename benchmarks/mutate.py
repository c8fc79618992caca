"""What it costs to judge every mutant of the seed guideline, and to find its suites; medians of a few runs.

Run it alone on the machine: `python benchmarks/mutate.py [RUNS]`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter

from guidekb.facts.case_files import case_files, folders_of
from guidekb.facts.cases import read_cases
from guidekb.kb.load import HOME
from guidekb.kb.properties import load_verifiable
from guidekb.queries.verify.judgement import judge
from guidekb.queries.verify.mcdc import condition_suite
from guidekb.queries.verify.suite import rule_suite


def seconds(work: Callable[[], object], runs: int) -> float:
    """The median time of some runs."""
    found: list[float] = []
    for _ in range(runs):
        start = perf_counter()
        work()
        found.append(perf_counter() - start)
    return median(found)


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    given = load_verifiable(HOME)
    cases = [c for path in case_files(folders_of(HOME)) for c in read_cases(path, given.program)]
    judged = judge(given, cases)
    print(f"{sum(bool(c.body) for c in given.program.clauses)} rules, {len(cases)} test cases, medians of {runs} runs")
    print(f"{len(judged.judged)} mutants judged: {seconds(lambda: judge(given, cases), runs):.1f} s")
    rules, conditions = rule_suite(given.program), condition_suite(given.program)
    print(f"suite for rules, {len(rules.patients)} patients: {seconds(lambda: rule_suite(given.program), runs):.1f} s")
    took = seconds(lambda: condition_suite(given.program), runs)
    print(f"suite for conditions, {len(conditions.patients)} patients: {took:.1f} s")


if __name__ == "__main__":
    main()
