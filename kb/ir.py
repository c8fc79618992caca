"""The guideline program as plain frozen values: terms, atoms, literals, clauses, declarations, statements.

INVARIANT (location): every node carries a span; equality and hashing ignore it, so that programs compare by meaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal as OneOf
from typing import NamedTuple

# Read together with the program by everyone, and kept in files of their own.
from .edb import EDB as EDB
from .edb import Ground as Ground
from .edb import Origin as Origin
from .edb import ground_key as ground_key
from .values import Value as Value
from .values import canonical as canonical
from .values import sort_key as sort_key

COMPARISONS = ("<", "<=", ">", ">=", "=", "!=")


class Span(NamedTuple):
    """Where a node stands: file, 1-based line and column, the column after its end, and the headings above it.

    A tuple, because a program has ten thousand of them and they are a third of the time to read it.
    """

    file: str
    line: int
    column: int
    end: int
    heading: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    @property
    def place(self) -> str:
        """`file:line`, the form that traces print."""
        return f"{self.file}:{self.line}"


NOWHERE = Span("", 0, 0, 0)


def _span() -> Span:
    return field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Var:
    """A variable.

    INVARIANT (anonymous): only the parser's names for `_` start with an underscore (`_1`, `_2`, anew in each clause).
    """

    name: str
    span: Span = _span()

    @property
    def anonymous(self) -> bool:
        """True for `_`, which stands for a value that does not matter."""
        return self.name.startswith("_")

    def __str__(self) -> str:
        return "_" if self.anonymous else self.name


@dataclass(frozen=True, slots=True)
class Const:
    """A constant."""

    value: Value
    span: Span = _span()


Term = Var | Const


@dataclass(frozen=True, slots=True)
class Atom:
    """`p(X, a)`, or `-p(X, a)` (recorded or derived false) when `negated`."""

    predicate: str
    args: tuple[Term, ...]
    negated: bool = False
    span: Span = _span()

    @property
    def signed(self) -> str:
        """The predicate's name with its sign: `p` or `-p`, the name that evaluators use."""
        return f"-{self.predicate}" if self.negated else self.predicate

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the variables, each once, in order of appearance."""
        return tuple(dict.fromkeys(a.name for a in self.args if isinstance(a, Var)))


Mode = OneOf["plain", "not", "assuming", "unrecorded"]
NEGATIONS: tuple[Mode, ...] = ("not", "assuming", "unrecorded")


@dataclass(frozen=True, slots=True)
class Literal:
    """One condition of a body.

    plain: the atom is recorded or derived.  not: it is not (allowed on closed predicates only).
    assuming: `assuming -p(X)` holds unless `p(X)` is recorded or derived; unknown is taken as -p, visibly.
    unrecorded: `unrecorded p(X)` holds while `p(X)` is neither recorded nor derived; it is about the record, not about
    the patient, and so assumes nothing.
    """

    atom: Atom
    mode: Mode = "plain"
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left op right`; op is one of COMPARISONS; it binds nothing."""

    left: Term
    op: str
    right: Term
    span: Span = _span()


BodyItem = Literal | Comparison


@dataclass(frozen=True, slots=True)
class Annotation:
    """`@name(args)` before a clause; the known ones are in `annotations.py`."""

    name: str
    args: tuple[Value, ...] = ()
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Clause:
    """A rule, or a fact when the body is empty; `statement` is the id of its bullet ("" in plain files)."""

    head: Atom
    body: tuple[BodyItem, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    statement: str = field(default="", compare=False)
    span: Span = _span()

    def values(self, annotation: str) -> tuple[Value, ...]:
        """All arguments given to the annotation of this name."""
        return tuple(value for a in self.annotations if a.name == annotation for value in a.args)

    @property
    def id(self) -> str:
        """The author's `@id`, or "" when there is none."""
        return str(next(iter(self.values("id")), ""))


@dataclass(frozen=True, slots=True)
class Label:
    """One value of a symbol type with the words that sentences use for it; `given`: they are not made from the name."""

    name: str
    text: str
    span: Span = _span()
    given: bool = field(default=True, compare=False, repr=False)


Kind = OneOf["symbols", "symbol", "integer", "number", "date", "text"]


@dataclass(frozen=True, slots=True)
class ValueType:
    """A declared type of column. `labels` for kind symbols; `low` and `high` (inclusive) and `unit` for numbers.

    `more`: data may hold other symbols than the labels; rules may not.
    """

    name: str
    kind: Kind
    labels: tuple[Label, ...] = ()
    low: int | Decimal | None = None
    high: int | Decimal | None = None
    unit: str = ""
    more: bool = False
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a predicate: its name (the slot in templates) and the name of its type."""

    name: str
    type: str
    span: Span = _span()


Role = OneOf["input", "table", "derived"]


@dataclass(frozen=True, slots=True)
class Predicate:
    """A declared predicate.

    input: facts of a patient (EDB). table: facts written in the program. derived: concluded by rules (IDB).
    open: not recorded means unknown. closed: not recorded means false.
    single: the last column has one value for each combination of the others.
    fixed: of an input, nothing that is done can change what is true of it.
    yes, no, unknown, ask: sentence templates with `{Column}` slots; "" when not given. `sentence_spans` has the place
    of each that is given, by its word.
    """

    name: str
    columns: tuple[Column, ...]
    role: Role = "derived"
    open: bool = False
    single: bool = False
    yes: str = ""
    no: str = ""
    unknown: str = ""
    ask: str = ""
    fixed: bool = False
    span: Span = _span()
    sentence_spans: tuple[tuple[str, Span], ...] = field(default=(), compare=False, repr=False)

    @property
    def arity(self) -> int:
        """How many columns it has."""
        return len(self.columns)


@dataclass(frozen=True, slots=True)
class Statement:
    """One bullet of a guideline: what the source says, restated; or a reading: what we decided where it is silent.

    `refs`: the source's own reference numbers. `line`: the line of the source. `no_rule`: why it needs no rule, or "".
    """

    id: str
    kind: str
    text: str
    refs: tuple[int, ...] = ()
    line: int | None = None
    no_rule: str = ""
    span: Span = _span()


PATIENT = "patient"  # the built-in type of subjects
FIELD = "field"  # the built-in type of names of input predicates


@dataclass(frozen=True)
class Program:
    """Everything read from one or more documents, before or after the checks.

    `damaged`: names, rule ids and statement ids inside what could not be parsed, and `half_declared` the types and
    predicates whose declaration could not: checks do not complain of their absence.
    """

    types: tuple[ValueType, ...] = ()
    predicates: tuple[Predicate, ...] = ()
    statements: tuple[Statement, ...] = ()
    clauses: tuple[Clause, ...] = ()
    name: str = ""
    version: str = ""
    damaged: frozenset[str] = field(default=frozenset(), compare=False)
    sha256: str = field(default="", compare=False)
    half_declared: frozenset[str] = field(default=frozenset(), compare=False)

    @cached_property
    def types_by_name(self) -> dict[str, ValueType]:
        """Declared and built-in types; of a type declared twice the first counts."""
        built_in = (ValueType(PATIENT, "symbol"), ValueType(FIELD, "symbol"))
        return {t.name: t for t in (*reversed(self.types), *built_in)}

    @cached_property
    def predicates_by_name(self) -> dict[str, Predicate]:
        """Declared predicates; of one declared twice the first counts."""
        return {p.name: p for p in reversed(self.predicates)}


def atoms_of(clause: Clause) -> Iterator[Atom]:
    """The head and every atom of the body."""
    yield clause.head
    for item in clause.body:
        if isinstance(item, Literal):
            yield item.atom
