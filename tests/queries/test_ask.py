"""What to ask, compared with brute force: every completion of a small record is evaluated."""

from __future__ import annotations

from itertools import combinations, product

from guidekb.facts.read import Reading, read_files
from guidekb.kb.ir import EDB, Ground
from guidekb.kb.normal import frozen, normalise, recorded_atoms
from guidekb.queries.answers.assess import Case, Knowledge, assess
from guidekb.queries.asking.ask import Inquiry, inquire
from guidekb.queries.asking.ask_text import AskText
from guidekb.queries.evaluation.reference import derive
from guidekb.queries.rendering.layout import Layout
from guidekb.queries.unknowns.questions import compatible
from guidekb.queries.unknowns.topics import Topic, topic_of
from guidekb.queries.wording.words import words
from hypothesis import example, given, settings
from shown import EXAMPLES, knowledge
from test_changes import DEFAULT_SET_OFF, FACTS, SINGLE, SUBJECT, VOCABULARY, program_of, programs, records

Facts = frozenset[Ground]
Answer = frozenset[Ground]


class Completions:
    """The answer for every completion of a record: a state for each topic, among them that nothing is recorded."""

    def __init__(self, case: Case) -> None:
        predicates = case.knowledge.predicates
        self.normal = frozen(normalise(case.knowledge.program))
        base = derive(normalise(case.knowledge.program), case.edb.facts).atoms
        self.given = {*case.edb.facts, *recorded_atoms(self.normal, base)}
        possible = [f for f in FACTS if any(f == g for g in case.questions.possible(f.predicate, f.values))]
        self.states: dict[Topic, list[Facts]] = {}
        for topic in sorted({topic_of(f, predicates) for f in possible}):
            own = [f for f in possible if topic_of(f, predicates) == topic]
            sets = [frozenset(c) for size in range(len(own) + 1) for c in combinations(own, size)]
            self.states[topic] = [one for one in sets if compatible(one, SINGLE)]
        self.topics = list(self.states)
        self.answers = {row: self.answer(frozenset().union(*row)) for row in product(*self.states.values())}

    def answer(self, facts: Facts) -> Answer:
        """What is recommended when these are recorded too."""
        return frozenset(a for a in derive(self.normal, {*self.given, *facts}).atoms if a.predicate == "recommend")

    def mattering(self) -> set[Topic]:
        """The topics with which some completion says otherwise than without them."""
        found: set[Topic] = set()
        for row, answer in self.answers.items():
            for n, topic in enumerate(self.topics):
                if answer != self.answers[(*row[:n], frozenset(), *row[n + 1 :])]:
                    found.add(topic)
        return found

    def settle(self, chosen: set[Topic]) -> bool:
        """Whether the answer depends on these topics only."""
        seen: dict[tuple[Facts, ...], Answer] = {}
        for row, answer in self.answers.items():
            key = tuple(one for topic, one in zip(self.topics, row, strict=True) if topic in chosen)
            if seen.setdefault(key, answer) != answer:
                return False
        return True

    def after(self, topic: Topic, answer: Facts) -> dict[tuple[Facts, ...], Answer]:
        """The completions that give this answer to a question."""
        place = self.topics.index(topic)
        return {row: found for row, found in self.answers.items() if row[place] == answer}


def of(text: str, edb: EDB) -> tuple[Case, Inquiry, Completions]:
    """A case, what is asked of it, and all its completions."""
    case = assess(Knowledge(program_of(text)), edb, derive)
    return case, inquire(case), Completions(case)


EXCEPTION_LATER = """
@id(r0) recommend(P, one) :- a(P).
@id(r1) @overrides(r0) recommend(P, two) :- b(P), v(P, x), c(P).
c(P) :- a(P). d(P) :- a(P).
"""
"""`a` alone brings `one`; only then `b` and `v` can take it away again, and neither is in a minimal set for `one`."""


@settings(max_examples=120, deadline=None)
@example(VOCABULARY + DEFAULT_SET_OFF, EDB(SUBJECT, {}))
@example(VOCABULARY + EXCEPTION_LATER, EDB(SUBJECT, {}))
@given(programs(), records())
def test_the_questions_are_those_of_brute_force(text: str, edb: EDB) -> None:
    case, found, every = of(text, edb)
    assert not found.cut
    assert not found.perhaps
    assert set(found.settling) == every.mattering()
    certain = {a for a in case.model.atoms if a.predicate == "recommend" and a not in case.changes.lost}
    assert certain == frozenset.intersection(*every.answers.values())
    for topic in [q.topic for q in found.questions]:  # it changes something as things stand: some minimal set has it
        assert topic not in found.later


@settings(max_examples=60, deadline=None)
@given(programs(), records())
def test_they_settle_everything_and_no_fewer_do(text: str, edb: EDB) -> None:
    _, found, every = of(text, edb)
    asked = set(found.settling)
    assert every.settle(asked)
    for topic in asked:
        assert not every.settle(asked - {topic})


@settings(max_examples=60, deadline=None)
@given(programs(), records())
def test_what_an_answer_leads_to(text: str, edb: EDB) -> None:
    _, found, every = of(text, edb)
    now = every.answer(frozenset())
    for question in found.questions:
        for outcome in question.outcomes:
            then = every.answer(outcome.facts)
            assert set(outcome.gained) == then - now
            assert set(outcome.lost) == now - then
            after = every.after(question.topic, outcome.facts)
            open_ = frozenset.union(*after.values()) - frozenset.intersection(*after.values())
            assert outcome.conclusions >= len(open_), "what is open afterwards is within the bound"
            assert not {*outcome.settled} & open_
        worst = question.worst
        assert all((o.questions, o.conclusions) <= worst for o in question.outcomes)
    assert [q.worst for q in found.questions] == sorted(q.worst for q in found.questions)


def test_a_record_of_which_nothing_is_known_and_one_that_is_complete() -> None:
    rule = "@id(r0) recommend(P, one) :- a(P), assuming -b(P).\nc(P) :- a(P). d(P) :- a(P)."
    _, empty, _ = of(VOCABULARY + rule, EDB(SUBJECT, {}))
    assert [q.topic.field for q in empty.questions] == ["a"]
    assert [topic.field for topic in empty.later] == ["b"]
    assert [topic.field for topic in empty.settling] == ["a", "b"]
    facts = {Ground("a", (SUBJECT,)): (), Ground("-b", (SUBJECT,)): ()}
    _, full, _ = of(VOCABULARY + rule, EDB(SUBJECT, facts))
    assert (full.questions, full.later, full.settling) == ((), (), ())


def test_the_words_of_a_question() -> None:
    rule = "@id(r0) recommend(P, one) :- v(P, x), l(P, m), assuming -b(P).\nc(P) :- a(P). d(P) :- a(P)."
    case, found, _ = of(VOCABULARY + rule, EDB(SUBJECT, {}))
    assert "\n".join(AskText(case, Layout(), words("en")).lines(found)).startswith(
        """\
Patient p

ASK NEXT
  ? What is recorded of l? (l)
      it can change: one
      • none:
          nothing changes at once
          everything is settled then
      • m:
          nothing changes at once
          at most 2 questions are open then

ALSO OPEN
  ? What is recorded of v? (v)
      it can change: one

MATTERS ONLY AFTER OTHER ANSWERS
  • What is recorded of b? (b)

TO SETTLE EVERYTHING
  The answers to these 3 settle everything, whatever they are, and no fewer do:
  b, l, and v.
"""
    )


def test_of_every_example_it_is_known_what_matters() -> None:
    for path in sorted(EXAMPLES.glob("*.yaml")):
        for _, reading in read_files((str(path),), knowledge().program, None):
            assert isinstance(reading, Reading)
            for edb in reading.edbs:
                found = inquire(assess(knowledge(), edb, derive))
                assert not found.perhaps, path.name
