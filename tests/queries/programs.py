"""Programs for tests: written as text, or random ones that are stratified by construction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from random import Random

from guidekb.kb.ir import (
    COMPARISONS,
    Annotation,
    Atom,
    BodyItem,
    Clause,
    Comparison,
    Const,
    Ground,
    Literal,
    Program,
    Term,
    Value,
    Var,
    canonical,
)
from guidekb.kb.lexer import Source
from guidekb.kb.normal import NormalProgram, ground, normalise
from guidekb.kb.parser import parse

SHAPES = ("none", "left", "right", "double", "mutual")
"""How predicates of a layer may rest on themselves: not; by the first or last condition; by two; on each other."""

ODD_VALUES: tuple[Value, ...] = (
    *(
        "True",
        "False",
        "None",
        "??",
        "X",
        "_",
        "~p",
        "",
        " ",
        "it's",
        '"',
        "a\nb",
        "_pyD_class",
        "p(X) <= q(X)",
        "1",
        "é\u0301",
    ),
    *("__import__('os').abort()", "(", "\\", "%s", "{0}", "\x00", "\U0001f9ec"),
    *(0, 1, -1, 10**40, Decimal("2.65"), Decimal("5.5000000001"), Decimal("5.5"), Decimal("-0.1"), Decimal("1E-30")),
    *(date(2024, 3, 5), date(1, 1, 1), date(9999, 12, 31)),
)
"""Values that an engine, a format string or a text might take for something else."""


def program(text: str) -> NormalProgram:
    """The normal program of a text in our language; a clause without `@id` gets its place as its id."""
    parsed = parse(Source("test.dl", text))
    assert not parsed.problems, parsed.problems
    clauses = (
        c if c.id or not c.body else Clause(c.head, c.body, (*c.annotations, Annotation("id", (f"r{n}",))))
        for n, c in enumerate(parsed.clauses, 1)
    )
    return normalise(Program(clauses=tuple(clauses)))


def facts(text: str) -> frozenset[Ground]:
    """The ground facts of a text in our language."""
    return program(text).facts


@dataclass(frozen=True)
class Case:
    """A random program with facts."""

    program: Program
    facts: tuple[Ground, ...]

    def __repr__(self) -> str:
        clauses = "\n".join(map(_written, self.program.clauses))
        return f"\n{clauses}\n% facts\n" + "\n".join(f"{f.predicate}{f.values!r}" for f in self.facts)


def random_case(rng: Random) -> Case:
    """A program of up to four layers; a condition rests on its own layer only positively, in the layer's shape."""
    values = [*rng.sample(ODD_VALUES, 2), *rng.sample((0, 1, 2, "a", "b"), 1)]
    inputs = [_predicate(rng, f"given{n}") for n in range(3)]
    below = [*inputs, _predicate(rng, "table")]
    clauses = [Clause(_instance(rng, below[-1], values)) for _ in range(2)]
    for layer in range(rng.randint(1, 4)):
        shape = rng.choice(SHAPES)
        own = [_predicate(rng, f"p{layer}{n}") for n in range(2 if shape == "mutual" else rng.randint(1, 2))]
        targets: list[str] = []
        for n in [n for n in range(len(own)) for _ in range(rng.randint(1, 3))]:
            other = own[1 - n] if shape == "mutual" else own[n]
            loop = [] if shape == "none" or rng.random() < 0.4 else [other, other] if shape == "double" else [other]
            clause = _rule(rng, f"r{len(clauses)}", own[n], below, loop, shape, values)
            if clause.head.args:
                if targets and not loop and rng.random() < 0.3:  # an exception rests on lower layers only
                    overrides = Annotation("overrides", tuple(rng.sample(targets, 1)))
                    clause = replace(clause, annotations=(*clause.annotations, overrides))
                targets.append(clause.id)
            clauses.append(clause)
        below += own
    clauses += [Clause(_instance(rng, rng.choice(below[3:]), values)) for _ in range(rng.randint(0, 2))]
    rng.shuffle(clauses)
    given = [_instance(rng, a, values) for a in inputs for _ in range(rng.randint(0, 3 * len(a.args) + 1))]
    given += [_instance(rng, rng.choice(below), values) for _ in range(rng.randint(0, 4))]
    rng.shuffle(given)
    return Case(Program(clauses=tuple(clauses)), tuple(map(ground, given)))


def localised(case: Case, *subjects: str) -> Case:
    """The case as a guideline: every atom but the table's begins with the patient; each patient has the same facts."""
    patient = Var("P")

    def atom(a: Atom, subject: Term = patient) -> Atom:
        return a if a.predicate == "table" else replace(a, args=(subject, *a.args))

    def item(i: BodyItem) -> BodyItem:
        return i if isinstance(i, Comparison) else replace(i, atom=atom(i.atom))

    clauses: list[Clause] = []
    for clause in case.program.clauses:
        if clause.body:
            body = (Literal(Atom("patient", (patient,))), *map(item, clause.body))
            clauses.append(replace(clause, head=atom(clause.head), body=body))
        else:
            clauses += [replace(clause, head=atom(clause.head, Const(subject))) for subject in subjects]
    given = [Ground("patient", (subject,)) for subject in subjects]
    for fact in case.facts:
        own = [fact] if fact.predicate == "table" else [Ground(fact.predicate, (s, *fact.values)) for s in subjects]
        given += own
    return Case(Program(clauses=tuple(clauses)), tuple(given))


def random_patient(program: Program, rng: Random) -> tuple[Ground, ...]:
    """Facts of one patient that fit a guideline's declarations: any values, recorded true, false, or not at all."""
    types = {t.name: t for t in program.types}

    def value(name: str) -> Value:
        declared = types.get(name)
        if name == "patient":
            return "p1"
        if declared is not None and declared.labels:
            return rng.choice(declared.labels).name
        kind = declared.kind if declared is not None else name
        if kind in ("integer", "number"):
            low = int(declared.low) if declared is not None and declared.low is not None else 0
            high = int(declared.high) if declared is not None and declared.high is not None else 200
            number = rng.choice((low, high, rng.randint(low, high), rng.randint(low, min(high, low + 60))))
            return (
                number
                if kind == "integer" or number == high
                else canonical(number + rng.choice((Decimal(0), Decimal("0.5"))))
            )
        return date(2024, rng.randint(1, 3), rng.randint(1, 28)) if kind == "date" else rng.choice(("a", "b"))

    given: list[Ground] = []
    for predicate in program.predicates:
        if predicate.role == "input" and rng.random() < 0.7:
            for _ in range(1 if predicate.single or predicate.arity == 1 else rng.randint(0, 3)):
                sign = "-" if predicate.open and predicate.arity == 1 and rng.random() < 0.5 else ""
                given.append(Ground(sign + predicate.name, tuple(value(column.type) for column in predicate.columns)))
    return tuple(given)


def _predicate(rng: Random, name: str) -> Atom:
    """A predicate as an atom whose arguments do not matter."""
    return Atom(name, (Var("_"),) * rng.choice((0, 1, 1, 2, 2, 3)), negated=rng.random() < 0.2)


def _instance(rng: Random, predicate: Atom, values: Sequence[Value]) -> Atom:
    return replace(predicate, args=tuple(Const(rng.choice(values)) for _ in predicate.args))


def _rule(
    rng: Random, name: str, head: Atom, below: Sequence[Atom], loop: Sequence[Atom], shape: str, values: Sequence[Value]
) -> Clause:
    def atom(predicate: Atom, variables: Sequence[str], constants: float = 0.12) -> Atom:
        terms: list[Term] = [
            Var(rng.choice(variables)) if variables and rng.random() > constants else Const(rng.choice(values))
            for _ in predicate.args
        ]
        return replace(predicate, args=tuple(terms))

    positive = [atom(rng.choice(below), "XYZ") for _ in range(rng.randint(0 if loop else 1, 2))]
    looped = [atom(predicate, "XYZ", 0.05) for predicate in loop]
    positive = [*looped, *positive] if shape == "left" else [*positive, *looped]
    bound = sorted({name for a in positive for name in a.variables})
    body: list[BodyItem] = [Literal(a) for a in positive]
    for _ in range(rng.choice((0, 0, 0, 1, 1, 2))):
        tested = atom(rng.choice(below), [*bound, *bound, "Unbound"] if rng.random() < 0.2 else bound)
        if rng.random() < 0.3:
            body.append(Literal(replace(tested, negated=not tested.negated), "assuming"))
        else:
            body.append(Literal(tested, "not"))
    for _ in range(rng.choice((0, 0, 0, 0, 1, 2))):
        left, right = atom(Atom("", (Var("_"), Var("_"))), bound).args
        body.append(Comparison(left, rng.choice(COMPARISONS), right))
    if shape != "left" or rng.random() < 0.5:
        rng.shuffle(body)
    return Clause(atom(head, bound), tuple(body), (Annotation("id", (name,)),))


def _written(clause: Clause) -> str:
    """Near enough to our language to be read in a failing test."""

    def term(t: Term) -> str:
        return t.name if isinstance(t, Var) else repr(t.value)

    def item(i: BodyItem) -> str:
        if isinstance(i, Comparison):
            return f"{term(i.left)} {i.op} {term(i.right)}"
        return f"{'' if i.mode == 'plain' else i.mode + ' '}{i.atom.signed}({', '.join(map(term, i.atom.args))})"

    annotations = "".join(f"@{a.name}{a.args} " for a in clause.annotations)
    return f"{annotations}{item(Literal(clause.head))} :- {', '.join(map(item, clause.body))}."
