"""The properties of a knowledge base with its program: read from beside the rules, checked as the rules are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from .checks import check
from .diagnostics import Diagnostic, Invalid, Note, nearest, with_lines
from .ir import PATIENT, Annotation, Atom, Clause, Column, Comparison, Const, Literal, Predicate, Program, Span, Var
from .lexer import Source
from .literate import document
from .load import HOME, assemble, documents, text_of
from .parser import Parsed, parse
from .property import Property, Waiver
from .values import Value

FOLDER = "properties"


@dataclass(frozen=True)
class Verifiable:
    """A checked program with its properties. `program` is the guideline alone; `helpers` are declarations and rules
    that only properties use."""

    program: Program
    helpers: Program
    properties: tuple[Property, ...]
    waivers: tuple[Waiver, ...]

    @property
    def whole(self) -> Program:
        """The program with the helpers."""
        one, other = self.program, self.helpers
        return replace(
            one,
            types=one.types + other.types,
            predicates=one.predicates + other.predicates,
            clauses=one.clauses + other.clauses,
        )


def property_documents(folder: Path) -> tuple[Path, ...]:
    """The documents that hold only properties; guidelines may hold some too."""
    found = (folder / FOLDER).iterdir() if (folder / FOLDER).is_dir() else ()
    return tuple(sorted(p for p in found if p.suffix in (".md", ".dl")))


def load_verifiable(folder: Path = HOME) -> Verifiable:
    """The program of a folder and its properties. Raises Invalid with everything that is wrong with either."""
    paths = (*documents(folder), *property_documents(folder))
    return verifiable({path.relative_to(folder).as_posix(): text_of(path) for path in paths})


def verifiable(texts: Mapping[str, str]) -> Verifiable:
    """As `load_verifiable`, from named texts; those named `properties/...` hold properties and their helpers."""
    own = {name: text for name, text in texts.items() if not name.startswith(f"{FOLDER}/")}
    program, problems = assemble(own)
    blocks = {name: _blocks(name, text) for name, text in texts.items()}
    problems += [p for name in blocks if name not in own for b in blocks[name] for p in b.problems]
    found = of_blocks(program, blocks)
    if not problems:
        problems += wrong(found)
    if problems:
        raise Invalid(with_lines(problems, texts))
    return found


def of_blocks(program: Program, blocks: Mapping[str, Iterable[Parsed]]) -> Verifiable:
    """A program with the properties, and what only they use, in the blocks of its files; unchecked."""
    listed = [p for name in sorted(blocks) for b in blocks[name] for p in b.properties]
    return Verifiable(
        program,
        _helpers(b for name in sorted(blocks) if name.startswith(f"{FOLDER}/") for b in blocks[name]),
        tuple(p for p in listed if isinstance(p, Property)),
        tuple(p for p in listed if isinstance(p, Waiver)),
    )


def wrong(found: Verifiable) -> list[Diagnostic]:
    """What is wrong with a program and its properties, each property looked at as a rule."""
    return [*check(_as_rules(found)), *_named(found)]


def _blocks(name: str, text: str) -> tuple[Parsed, ...]:
    return document(name, text).parsed if name.endswith(".md") else (parse(Source(name, text)),)


def _helpers(blocks: Iterable[Parsed]) -> Program:
    parts = list(blocks)
    clauses = (_with_id(c, f"helper@{n}") if c.body and not c.id else c for b in parts for n, c in _numbered(b))
    return Program(
        tuple(t for b in parts for t in b.types),
        tuple(p for b in parts for p in b.predicates),
        (),
        tuple(replace(c, statement=FOLDER) for c in clauses),
    )


def _numbered(block: Parsed) -> Iterable[tuple[int, Clause]]:
    return ((c.span.line, c) for c in block.clauses)


def _with_id(clause: Clause, name: str) -> Clause:
    return replace(clause, annotations=(Annotation("id", (name,), clause.span), *clause.annotations))


def _as_rules(found: Verifiable) -> Program:
    """The program with each property as a rule, so that every check of rules is one of properties."""
    whole = found.whole
    kinds = {p.name: p for p in whole.predicates}
    predicates: dict[str, Predicate] = {}
    clauses: list[Clause] = []
    for n, one in enumerate((*found.properties, *found.waivers)):
        body = one.body + (one.then if isinstance(one, Property) else ())
        head, own = one.head, f"property_{n}"
        if isinstance(one, Waiver):  # what it does not say of the violation is true of any
            bound = {name for i in body if isinstance(i, Literal) for name in i.atom.variables}
            head = replace(head, args=tuple(a for a in head.args if not isinstance(a, Var) or a.name in bound))
        predicates[own] = _declared(own, head, body, kinds)
        clauses.append(_with_id(Clause(replace(head, predicate=own), body, (), FOLDER, one.span), own))
    return replace(whole, predicates=(*whole.predicates, *predicates.values()), clauses=(*whole.clauses, *clauses))


def _declared(name: str, head: Atom, body: Iterable[Literal | Comparison], kinds: Mapping[str, Predicate]) -> Predicate:
    """The property as a predicate, whose columns have the types that its conditions give its variables."""
    typed: dict[str, str] = {}
    for item in body:
        declared = kinds.get(item.atom.predicate) if isinstance(item, Literal) else None
        if isinstance(item, Literal) and declared:
            for term, column in zip(item.atom.args, declared.columns, strict=False):
                if isinstance(term, Var):
                    typed.setdefault(term.name, column.type)
    columns = tuple(
        Column(f"C{i}", typed.get(t.name, PATIENT) if isinstance(t, Var) else PATIENT) for i, t in enumerate(head.args)
    )
    return Predicate(name, columns, open=True, yes=" ".join(f"{{{c.name}}}" for c in columns) or name)


def _named(found: Verifiable) -> Iterable[Diagnostic]:
    """V801 two properties with one name, V802 a waiver of none, V803 an odd argument."""
    first: dict[str, Span] = {}
    for one in found.properties:
        if one.name in first:
            note = Note(first[one.name], "first used here")
            message = f"the property `{one.name}` is written twice"
            yield Diagnostic("V801", message, one.span, help="give one of them another name", notes=(note,))
        first.setdefault(one.name, one.span)
        if any(isinstance(a, Const) or a.anonymous for a in one.head.args):
            message = f"the property `{one.name}` has an argument that is no named variable"
            yield Diagnostic(
                "V803", message, one.span, help="write `name(P, Action)`, with variables of the conditions"
            )
    arities = {p.name: len(p.head.args) for p in found.properties}
    for waiver in found.waivers:
        name = waiver.head.predicate
        if name not in arities:
            near = nearest(name, arities)
            help_ = f"did you mean `{near}`?" if near else "a waiver names a property"
            yield Diagnostic("V802", f"there is no property `{name}` to accept violations of", waiver.span, help=help_)
        elif len(waiver.head.args) != arities[name]:
            message = f"the property `{name}` has {arities[name]} arguments, here {len(waiver.head.args)}"
            yield Diagnostic("V802", message, waiver.span)


def in_force(waiver: Waiver, today: date | None) -> bool:
    """Whether a waiver still holds on a day; one without an end always does."""
    return waiver.until is None or today is None or today <= waiver.until


def constants(items: Iterable[Literal | Comparison]) -> set[Value]:
    """The constants in conditions."""
    found: set[Value] = set()
    for item in items:
        terms = (item.left, item.right) if isinstance(item, Comparison) else item.atom.args
        found |= {t.value for t in terms if isinstance(t, Const)}
    return found
