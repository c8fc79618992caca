"""Rules and patients as a solver's program, in which every name is a number: no name or text of an author is in it.

INVARIANT (fresh): the variables of an emitted rule are numbered anew, in the order in which they appear.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ...kb.ir import PATIENT, Atom, BodyItem, Comparison, Const, Ground, Literal, Program, Term
from ...kb.normal import RECORDED, NormalRule, bound
from ..evaluation.conditions import compare
from .numbering import PATIENTS, Numbering
from .space import Space

CELL, OPTION, PATIENT_FACT, KIND, STATED, LEARNED = "c", "option", "patient", "kind", "stated", "learned"
ORDER = ("<", "<=", ">", ">=")


class Emitter:
    """Writes the rules of one program; `version` tells its derived predicates from those of other versions.

    copied: the signed names that are the version's own; all that are no inputs when it is not given.
    """

    def __init__(
        self, program: Program, numbering: Numbering, version: int = 0, copied: frozenset[str] | None = None
    ) -> None:
        self._numbering, self._version, self._copied = numbering, version, copied
        self._shared = {p.name for p in program.predicates if p.role == "input"}
        self._about = {p.name: bool(p.columns) and p.columns[0].type == PATIENT for p in program.predicates}

    def name(self, signed: str) -> str:
        """The solver's name of a predicate; inputs are those of all versions."""
        own = signed.removeprefix("-") not in self._shared if self._copied is None else signed in self._copied
        version = self._version if own else 0
        return self._numbering.predicate(signed, version)

    def about_patient(self, signed: str) -> bool:
        """Whether the first column of a declared predicate is a patient."""
        return self._about.get(signed.removeprefix("-"), False)

    def fact(self, atom: Ground) -> str:
        """A fact of the program."""
        return self.name(atom.predicate) + _listed([str(self._numbering.value(v)) for v in atom.values]) + "."

    def rule(self, rule: NormalRule, guards: Sequence[str] = (), head: str | None = None) -> Iterator[str]:
        """A rule, with more conditions (already in the solver's language), or with another head."""
        variables = {name: f"V{n}" for n, name in enumerate(bound(rule.body))}
        body: list[str] = []
        for n, item in enumerate(rule.body):
            written, below = self._condition(item, variables, f"{rule.id}:{n}")
            if written is None:
                return  # a comparison of constants that is false
            body += written
            yield from below
        conclusion = self._atom(rule.head, variables) if head is None else head
        body += guards
        yield f"{conclusion} :- {', '.join(body)}." if body else f"{conclusion}."

    def conditions(self, items: Iterable[BodyItem], variables: Iterable[str], own: str) -> tuple[list[str], list[str]]:
        """Conditions on their own, and rules that they need; [] with a contradiction when one is false."""
        known = {name: f"V{n}" for n, name in enumerate(variables)}
        body: list[str] = []
        rules: list[str] = []
        for n, item in enumerate(items):
            written, below = self._condition(item, known, f"{own}:{n}")
            body += written if written is not None else ["0 = 1"]
            rules += below
        return body, rules

    def _condition(self, item: BodyItem, variables: dict[str, str], own: str) -> tuple[list[str] | None, list[str]]:
        if isinstance(item, Comparison):
            return self._comparison(item, variables), []
        if item.mode == "plain":
            return [self._atom(item.atom, variables)], []
        free = [t.name for t in item.atom.args if not isinstance(t, Const) and t.name not in variables]
        if len(set(free)) == len(free):
            return [f"not {self._atom(item.atom, variables)}"], []
        # one variable twice, for "no value at all": its absence is that of a projection
        inside = {**variables, **{name: f"U{n}" for n, name in enumerate(dict.fromkeys(free))}}
        kept = [variables[n] for n in dict.fromkeys(item.atom.variables) if n in variables]
        projection = self._numbering.predicate(f"projection:{own}", self._version) + _listed(kept)
        return [f"not {projection}"], [f"{projection} :- {self._atom(item.atom, inside)}."]

    def _comparison(self, item: Comparison, variables: dict[str, str]) -> list[str] | None:
        left, right = item.left, item.right
        if isinstance(left, Const) and isinstance(right, Const):
            return [] if compare(left.value, item.op, right.value) else None
        one, other = self._term(left, variables), self._term(right, variables)
        if item.op not in ORDER:
            return [f"{one} {item.op} {other}"]
        kind = f"K{one}_{other}".replace("-", "m")
        return [f"{KIND}({one},{kind})", f"{KIND}({other},{kind})", f"{one} {item.op} {other}"]

    def _atom(self, atom: Atom, variables: dict[str, str]) -> str:
        return self.name(atom.signed) + _listed([self._term(t, variables) for t in atom.args])

    def _term(self, term: Term, variables: dict[str, str]) -> str:
        if isinstance(term, Const):
            return str(self._numbering.value(term.value))
        return variables.get(term.name, "_")


def _listed(terms: Sequence[str]) -> str:
    return f"({','.join(terms)})" if terms else ""


def kinds(numbering: Numbering) -> Iterator[str]:
    """What may be compared by order: numbers, and dates."""
    for value in numbering.values:
        if numbering.kind(value) < 2:
            yield f"{KIND}({numbering.value(value)},{numbering.kind(value)})."


def patients(found: Space, numbering: Numbering, free: Sequence[int] = PATIENTS[:1]) -> Iterator[str]:
    """The space: every free patient has at most one option of each cell; each option is a fact."""
    yield from (f"{PATIENT_FACT}({p})." for p in free)
    for c, cell in enumerate(found.cells):
        for o, fact in enumerate(cell.options):
            yield f"{OPTION}({c},{o})."
            name = numbering.predicate(fact.predicate)
            rest = [str(numbering.value(v)) for v in fact.values[1:]]
            yield f"{name}{_listed(['P', *rest])} :- {CELL}(P,{c},{o})."
    yield f"{{ {CELL}(P,C,O) : {OPTION}(C,O) }} 1 :- {PATIENT_FACT}(P), {OPTION}(C,_)."


def least(found: Space, patient: int = PATIENTS[0]) -> Iterator[str]:
    """What makes a patient small: few facts; then, among equals, those that stand first in the vocabulary."""
    count = len(found.cells)
    yield f"#minimize {{ 1@2,C : {CELL}({patient},C,_) }}."
    yield f"#minimize {{ C*{_most(found)}+O@1,C,O : {CELL}({patient},C,O), O >= 0, C < {count} }}."


def _most(found: Space) -> int:
    return max((len(c.options) for c in found.cells), default=1)


def learning(found: Space, one: int, other: int) -> Iterator[str]:
    """The other patient is the one, with exactly one more fact that may become known: `learned(C,O)`."""
    yield from _open_cells(found, one, other)
    yield f"1 {{ {LEARNED}(C,O) : learnable(C,O) }} 1."
    yield f":- {LEARNED}(C,_), taken({one},C)."
    yield f":- {LEARNED}(C,_), closed(C)."
    yield f"{CELL}({other},C,O) :- {LEARNED}(C,O)."


def completing(found: Space, one: int, other: int) -> Iterator[str]:
    """The other patient is the one, with any number of facts more that may become known; also with none."""
    yield from _open_cells(found, one, other)
    more = f"{{ {CELL}({other},C,O) : learnable(C,O) }} 1"
    yield f"{more} :- learnable(C,_), not taken({one},C), not closed(C)."


def records(rules: Iterable[NormalRule], emitter: Emitter) -> Iterator[str]:
    """Of a hypothetical program, what `recorded:p` holds of: for both patients, of what the first one's record says."""
    one, other = PATIENTS
    asked = {
        (item.atom.signed, len(item.atom.args))
        for rule in rules
        for item in rule.body
        if isinstance(item, Literal) and item.atom.signed.startswith(RECORDED)
    }
    for signed, arity in sorted(asked):
        own, kept = emitter.name(signed), emitter.name(signed.removeprefix(RECORDED))
        rest = [f"V{n}" for n in range(1, arity)]
        if emitter.about_patient(signed.removeprefix(RECORDED)):
            for patient in (one, other):
                yield f"{own}{_listed([str(patient), *rest])} :- {kept}{_listed([str(one), *rest])}."
        else:
            row = _listed(["V0", *rest][:arity])
            yield f"{own}{row} :- {kept}{row}."


def _open_cells(found: Space, one: int, other: int) -> Iterator[str]:
    """What the other patient has of the one; which options may be learned, and which lists are complete."""
    listed: dict[str, list[int]] = {}
    for c, cell in enumerate(found.cells):
        if cell.listed:
            listed.setdefault(cell.field, []).append(c)
        for o, may in enumerate(cell.learnable):
            if may:
                yield f"learnable({c},{o})."
    for n, cells in enumerate(listed.values()):
        yield from (f"list({n},{c})." for c in cells)
    yield f"taken({one},C) :- {CELL}({one},C,_)."
    yield f"begun(L) :- taken({one},C), list(L,C)."
    yield "closed(C) :- begun(L), list(L,C)."
    yield f"{CELL}({other},C,O) :- {CELL}({one},C,O)."
