"""The tests on the page of a guideline: which cases exercise a statement or a rule, and what no case shows of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...kb.case import Gap, TestCase
from ...kb.ir import Program
from ...kb.normal import normalise
from ..rendering.markup import Markup, anchor, joined, tag
from .coverage_data import MEASURES, Coverage, Outcome, RuleCovered, condition_text, coverage
from .coverage_seen import Seen

LABELS = {
    "statements": "statements and readings with rules, of which one concludes something",
    "rules": "rules that conclude something",
    "conditions": "conditions seen to hold, and seen to fail alone",
}


@dataclass(frozen=True, slots=True)
class Exercised:
    """What test patients show. `cases`: by rule, those for whom it concludes something; `about`: by statement."""

    coverage: Coverage
    cases: Mapping[str, tuple[TestCase, ...]]
    about: Mapping[str, tuple[TestCase, ...]]

    @property
    def rules(self) -> dict[str, RuleCovered]:
        """Each rule's coverage."""
        return {one.rule.id: one for one in self.coverage.rules}


def exercise_of(program: Program, cases: Iterable[TestCase], gaps: Sequence[Gap]) -> Exercised | None:
    """What these cases show; None when there is none with a record. Their expectations are not judged."""
    usable = [(case, case.edb) for case in cases if case.edb]
    if not usable:
        return None
    normal = normalise(program)
    seen = Seen(program, normal)
    for _, edb in usable:
        seen.add_record(normal, edb)
    by_rule = {name: tuple(usable[n - 1][0] for n in sorted(one.patients)) for name, one in seen.rules.items()}
    about: dict[str, list[TestCase]] = {}
    for case, _ in usable:
        for one in case.about:
            about.setdefault(one.name, []).append(case)
    return Exercised(coverage(seen, gaps), by_rule, {name: tuple(some) for name, some in about.items()})


def exercised(found: Exercised, rule: str) -> Iterator[Markup]:
    """Below a rule: the cases for which it concludes something, behind a fold; and what none shows."""
    cases = found.cases.get(rule, ())
    if cases:
        yield _fold(f"Concludes for {_patients(len(cases))}", cases)
    else:
        yield tag("p", "Concludes for no test patient.", class_="note")
    covered = found.rules.get(rule)
    open_ = [o for o in covered.outcomes if not o.seen and not o.condition.constant] if covered else []
    if open_:
        yield tag("ul", *(tag("li", *_gap(o)) for o in open_), class_="meta gaps")


def about(found: Exercised, statement: str) -> Iterator[Markup]:
    """Beside a statement: the cases that say that they are about it."""
    if cases := found.about.get(statement):
        yield _fold(f"{_patients(len(cases)).capitalize()} about it", cases)


def totals(found: Exercised) -> Iterator[Markup]:
    """The whole in numbers, and every gap that is left, with why."""
    patients = f"{_patients(found.coverage.patients).capitalize()} of the test cases beside the guideline. "
    n = found.coverage.meant
    meant = (
        f" Of the conditions, {n} need not be seen: they only look up a table, or are gaps that are meant." if n else ""
    )
    command = tag("code", "guidekb test")
    told = "Whether they get what they should is for ", command, "; here is what they exercise.", meant
    yield tag("p", patients, *told, class_="meta")
    rows = [tag("tr", *(tag("th", word, scope="col") for word in ("Measure", "covered", "of", "share")))]
    for measure in MEASURES:
        covered, of = found.coverage.counts(measure)
        share = f"{found.coverage.percent(measure):.1f} %"
        cells = (tag("td", str(covered)), tag("td", str(of)), tag("td", share))
        rows.append(tag("tr", tag("th", LABELS[measure], scope="row"), *cells))
    yield tag("table", *rows, class_="totals")
    gaps = [
        tag("li", tag("a", tag("code", one.rule.id), href=f"#{anchor('rule', one.rule.id)}"), ": ", *_gap(o))
        for one in found.coverage.rules
        for o in one.outcomes
        if not o.seen and not o.condition.constant
    ]
    if gaps:
        yield tag("h3", "What no test shows")
        yield tag("ul", *gaps, class_="find")


def _gap(one: Outcome) -> Iterator[Markup | str]:
    yield tag("code", condition_text(one.condition))
    yield " is in no test seen to hold" if one.holds else " is in no test the only one that fails"
    yield f": {one.because}" if one.because else ""


def _patients(number: int) -> str:
    return f"{number} test patient{'' if number == 1 else 's'}"


def _fold(summary: str, cases: Iterable[TestCase]) -> Markup:
    """The cases by name, each with where it stands; the rows of a table together."""
    by_name: dict[tuple[str, str], list[str]] = {}
    for case in cases:
        file, _, line = case.place.rpartition(":")
        by_name.setdefault((file.rpartition("/")[2], case.name), []).append(line)
    rows = [
        tag("li", name, " ", tag("code", f"{file}:{', '.join(lines[:6])}{', …' if len(lines) > 6 else ''}"))
        for (file, name), lines in by_name.items()
    ]
    return tag("details", tag("summary", summary), tag("ul", joined(rows, "\n")), class_="tests")
