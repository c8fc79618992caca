"""Which test cases fail with a mutant in place: read off all worlds at once where an item is there or is not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ...kb.case import Expectation, Expected, TestCase
from ...kb.diagnostics import Invalid
from ...kb.ir import EDB, Atom, Const, Ground, Literal, Program, Value
from ...kb.normal import NormalProgram
from ..answers.assess import Knowledge
from ..goals.goals import read_goal
from ..names import UNDETERMINED
from ..workshop.case_names import PREDICATES
from ..workshop.case_run import Runner
from .mutant_worlds import MutantWorlds, worlds_of
from .mutants import Mutant, mutated
from .space import SUBJECT

PASSED = "passed"


def renamed(edb: EDB) -> tuple[Ground, ...]:
    """The facts of a record about the one subject that all patients here have."""
    return tuple(Ground(f.predicate, tuple(SUBJECT if v == edb.subject else v for v in f.values)) for f in edb.facts)


def failing(
    program: Program, normal: NormalProgram, listed: Sequence[Mutant], cases: Sequence[TestCase]
) -> Iterator[tuple[Mutant, tuple[TestCase, ...], tuple[TestCase, ...]]]:
    """Each mutant with the cases that fail for an item or a rule of the answer, and others whose patient it touches.

    A case counts as failing when the answer's atoms or its rules make it fail, which is never said wrongly. Of the
    others, those whose patient's model is touched at all may still fail for a status, or for what is undetermined.
    """
    usable = [c for c in cases if c.edb is not None and not c.problems]
    patients = [renamed(c.edb) for c in usable if c.edb]
    for part in worlds_of(normal, listed, patients, SUBJECT, apart=True):
        reader = _Reader(program, part)
        wrong: list[int] = []
        touched: list[int] = []
        differing = part.differences() | _union(map(part.differing, reader.fired.values()))
        for n, case in enumerate(usable):
            fails = reader.wrong(n, case.expectation)
            wrong.append(0 if fails & 1 else fails)  # a case that fails anyhow tells nothing
            touched.append(part.of(n, differing) & ~wrong[-1])
        for k, mutant in enumerate(part.mutants, 1):
            yield (
                mutant,
                tuple(c for c, bits in zip(usable, wrong, strict=True) if bits >> k & 1),
                tuple(c for c, bits in zip(usable, touched, strict=True) if bits >> k & 1),
            )


class _Reader:
    """Reads of all worlds what cases ask of an answer."""

    def __init__(self, program: Program, part: MutantWorlds) -> None:
        self._program, self._part = program, part
        self._rows: dict[str, list[tuple[tuple[Value, ...], int]]] = {}
        for atom, bits in part.worlds.atoms.items():
            self._rows.setdefault(atom.predicate, []).append((atom.values, bits))
        self.fired: dict[str, int] = {}
        """By rule, the worlds in which its body is true."""
        for instance, bits in part.worlds.instances.items():
            self.fired[instance.rule] = self.fired.get(instance.rule, 0) | bits

    def wrong(self, patient: int, asked: Expectation) -> int:
        """Of a patient's worlds, those in which the expectation is surely not met."""
        found = 0
        whole = (1 << self._part.width) - 1
        for part, items in asked.wanted.items():
            for item in items:
                if part == "holds":
                    there = self._goal(item.item)
                    found |= 0 if there is None else whole & ~self._part.of(patient, there)
                elif part in PREDICATES:
                    found |= self._item(patient, part, item, whole)
        for part, names in asked.unwanted.items():
            for one in names:
                there = self._goal(one.name) if part == "holds" else self._there(part, one.name)
                found |= self._part.of(patient, there or 0)
        for part in asked.exactly & PREDICATES.keys():
            named = {item.item for item in asked.wanted.get(part, ())}
            rows = self._rows.get(PREDICATES[part], ())
            found |= self._part.of(patient, _union(bits for values, bits in rows if str(values[1]) not in named))
        return found

    def _item(self, patient: int, part: str, item: Expected, whole: int) -> int:
        status, value = item.details.get("status"), str(item.details.get("value", ""))
        if value == UNDETERMINED:  # as a rule has it, or as unknown facts leave it
            other = self._there(part, item.item) & ~self._there(part, item.item, UNDETERMINED)
            return self._part.of(patient, other)
        if status in (UNDETERMINED, "excluded"):
            return self._part.of(patient, self._there(part, item.item))
        if part == "prognosis" and not value and not status:
            return 0  # it may be there as undetermined
        missing = whole & ~self._part.of(patient, self._there(part, item.item, value))
        because = item.details.get("because", ())
        for rule in because if isinstance(because, tuple) else ():
            missing |= whole & ~self._part.of(patient, self.fired.get(rule, 0))
        return missing

    def _there(self, part: str, item: str, value: str = "") -> int:
        """The worlds in which an item follows."""
        rows = self._rows.get(PREDICATES.get(part, ""), ())
        return _union(bits for values, bits in rows if str(values[1]) == item and value in ("", str(values[-1])))

    def _goal(self, text: str) -> int | None:
        """The worlds in which a goal of one plain condition holds; None for any other goal."""
        try:
            body = read_goal(self._program, text)
        except Invalid:
            return None
        if len(body) != 1 or not isinstance(body[0], Literal) or body[0].mode != "plain":
            return None
        return _union(bits for values, bits in self._rows.get(body[0].atom.signed, ()) if _fits(body[0].atom, values))


def _fits(atom: Atom, values: tuple[Value, ...]) -> bool:
    known: dict[str, Value] = {}
    return all(
        term.value == value if isinstance(term, Const) else known.setdefault(term.name, value) == value
        for term, value in zip(atom.args, values, strict=True)
    )


def _union(several: Iterable[int]) -> int:
    found = 0
    for bits in several:
        found |= bits
    return found


def first_failing(program: Program, mutant: Mutant, cases: Sequence[TestCase]) -> TestCase | None:
    """The first case that does not pass when it is run in full with the mutant in place."""
    runner = Runner(Knowledge(mutated(program, mutant)))
    return next((case for case in cases if runner.run(case).status != PASSED), None)
