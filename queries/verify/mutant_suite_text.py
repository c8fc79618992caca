"""What `suite --for mutants` writes: patients as test cases for review, each with the mutants that only it kills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...kb.case import Detail, Expectation, Expected, TestCase
from ...kb.ir import EDB, Ground, Program, Span
from ..answers.assess import Knowledge
from ..names import CONTRADICTED
from ..workshop.case_check import Told
from ..workshop.case_names import PREDICATES
from .case_kills import failing, renamed
from .case_text import GOALS, Parts, Written, case, file_of, goal_of, whole_parts
from .check import Progress, silent
from .judgement import survivor
from .mutant_suite import Kills, MutantSuite, mutant_suite
from .told_apart import answered, ended
from .world import Patient, World

SECTION = "Every change of a rule is noticed"
NAMED = 3
"""Mutants that the name of a case tells; the others are in its comment."""
NOWHERE = Span("", 0, 0, 0)


@dataclass
class _Case:
    """A patient to be written: the record, what is answered, the mutants killed (and killed by nobody else), and goals
    that more mutants are told by."""

    patient: Patient
    edb: EDB
    parts: dict[str, Told]
    kills: frozenset[int]
    only: list[int]
    holds: list[str] = field(default_factory=lambda: [])
    refused: list[str] = field(default_factory=lambda: [])


def mutant_suite_file(
    program: Program, written: Written, progress: Progress = silent, rules: frozenset[str] = frozenset()
) -> tuple[str, tuple[str, ...], MutantSuite]:
    """A file of test cases; what there is to say about the suite, a line each; and the suite.

    Each patient is replayed on pyDatalog: under the rules, where the case passes, and under a mutant that it is there
    for. What the items of an answer do not show of a mutant (a second value) is written as a goal.
    """
    found = mutant_suite(program, progress, rules)
    knowledge = Knowledge(program)
    cases: list[_Case] = []
    untold: list[int] = []
    try:
        _ended(program, knowledge, found, cases, progress)
        untold = _told_by_goals(program, knowledge, found, cases)
    except KeyboardInterrupt:
        found = replace(found, partial=True)
    found = replace(found, patients=tuple((one.patient, one.kills) for one in cases))
    texts = [_text(program, found, n, one, written) for n, one in enumerate(cases, 1)]
    return file_of(SECTION, texts), tuple(_told(found, untold)), found


def _ended(
    program: Program, knowledge: Knowledge, found: MutantSuite, cases: list[_Case], progress: Progress
) -> None:  # fmt: skip
    """Add the patients as cases, with as many more facts as these need, and with what only they kill."""
    world = World(program)
    kills = Kills(world, found.mutants)
    killable = sorted(frozenset[int]().union(*(k for _, k in found.patients)))
    killed = [k for _, k in found.patients]
    for number, (patient, _) in enumerate(found.patients):
        progress(number, len(found.patients), "patients replayed on pyDatalog")
        only = _only(killed, number)
        if not only:  # what was added to others tells all that this one told
            killed[number] = only
            continue

        def still(several: Sequence[Sequence[Ground]], only: frozenset[int] = only) -> list[bool]:
            return [k == only for k in kills.of(several, sorted(only))]

        edb = ended(knowledge, world.space, patient.facts, still, growing=True)
        killed[number] = kills.of([renamed(edb)], killable)[0]
        survivor(knowledge, found.mutants[min(only)], edb)
        cases.append(_Case(patient, edb, answered(knowledge, edb).parts, killed[number], sorted(only)))
    kept = [one.kills for one in cases]
    for number, one in enumerate(cases):
        one.only = sorted(_only(kept, number))


def _only(killed: Sequence[frozenset[int]], number: int) -> frozenset[int]:
    return killed[number] - frozenset[int]().union(*(k for n, k in enumerate(killed) if n != number))


def _told_by_goals(program: Program, knowledge: Knowledge, found: MutantSuite, cases: list[_Case]) -> list[int]:
    """Add the goals that it takes for some case to fail with each mutant; those mutants that no goal tells."""
    world = World(program)
    kills = Kills(world, found.mutants)
    killable = sorted(frozenset[int]().union(*(one.kills for one in cases)))
    tests = [_test(n, one) for n, one in enumerate(cases)]
    listed = [found.mutants[n] for n in killable]
    noticed = {id(m) for m, wrong, _ in failing(program, world.normal, listed, tests) if wrong}
    left = [n for n in killable if id(found.mutants[n]) not in noticed]
    by = kills.of([renamed(one.edb) for one in cases], left)
    untold: list[int] = []
    for n in left:
        one = next(c for c, killed in zip(cases, by, strict=True) if n in killed)
        told = survivor(knowledge, found.mutants[n], one.edb)
        lost = [a for a in told.lost if a.predicate != CONTRADICTED]
        gained = [a for a in told.gained if a.predicate != CONTRADICTED]
        if lost:
            one.holds.append(goal_of(lost[0]))
        elif gained:
            one.refused.append(goal_of(gained[0]))
        else:
            untold.append(n)
    return untold


def _parts(one: _Case) -> Parts:
    """What is answered, without the rules of what is undetermined.

    Which of these are tried depends on what was set apart in the record; a case's record has it as conflicting.
    """
    return {
        part: [
            {key: told for key, told in item.items() if key != "because" or item.get("status") != "undetermined"}
            for item in items
        ]
        for part, items in whole_parts(one.parts).items()
    }


def _test(number: int, one: _Case) -> TestCase:
    """The case as it will be read."""
    wanted = {part: tuple(map(_expected, items)) for part, items in _parts(one).items()}
    asked = Expectation(wanted, {}, frozenset(PREDICATES))
    return TestCase(str(number), "", "", (), (), one.edb, asked, NOWHERE)


def _expected(item: Mapping[str, Detail]) -> Expected:
    return Expected(str(item["item"]), {k: v for k, v in item.items() if k != "item"}, NOWHERE)


def _text(program: Program, found: MutantSuite, number: int, one: _Case, written: Written) -> str:
    own = [found.mutants[n] for n in one.only]
    names = [m.name for m in own]
    more = f", and {len(names) - NAMED} more" if len(names) > NAMED else ""
    known = {s.id for s in program.statements}
    about = [s for m in own for s in [m.rule.clause.statement] if s in known]
    wanted = _parts(one)
    if one.holds:
        wanted[GOALS] = [{"item": goal} for goal in dict.fromkeys(one.holds)]
    unwanted = {GOALS: [*dict.fromkeys(one.refused)]}
    comments = "".join(f"# only here: {name}\n" for name in names)
    title = f"{number}: {'; '.join(names[:NAMED])}{more}"
    return comments + case(title, about, written(one.edb), wanted, unwanted, PREDICATES)


def _told(found: MutantSuite, untold: Sequence[int]) -> list[str]:
    killed = frozenset[int]().union(*(k for _, k in found.patients))
    lines = [f"{len(found.patients)} patients kill {len(killed)} of {len(found.mutants)} mutants."]
    if found.partial:
        return [*lines, "PARTIAL: interrupted; not all mutants are killed, and nothing is proved of the number."]
    if found.equivalent:
        lines.append(f"Nobody kills the other {len(found.equivalent)}: proved to change no answer.")
    if found.least == len(found.patients):
        lines.append("Proved: no suite has fewer.")
    else:
        lines.append(f"Proved: no fewer from these {found.candidates} patients, and no suite at all has fewer than "
                     f"{found.least}.")  # fmt: skip
    for n in untold:
        lines.append(f"No case can say what tells {found.mutants[n].name}: only what is set apart is another.")
    return lines
