"""A plain Datalog file of facts to what it records of each patient; each fact is held against its declaration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from ..kb.edb import Ground, Origin
from ..kb.ir import Atom, Clause, Const, Program, Span, Var
from ..kb.lexer import Source as Piece
from ..kb.parser import parse
from ..kb.values import Value
from .fields import CONFLICTING, LISTED, META, NOT_APPLICABLE, Field, Fields
from .findings import SHOWN, Findings, quoted
from .record import LONGEST_ID
from .recorded import Fact, Mark, Recorded
from .source import Source
from .values import fault_of

LINES, CHARACTERS = (
    1000,
    100_000,
)  # that are parsed at once at most: memory stays small, a spoilt file is given up early
_OPENING = re.compile(r"(?:\s++|%[^\n]*+)*+-?[a-z][A-Za-z0-9_]*+\s*+\(")
_CODE = re.compile(r"""(?:[^%'"]++|'(?:[^'\\]++|\\.)*+'|"(?:[^"\\]++|\\.)*+")*+""")


def is_datalog(source: Source) -> bool:
    """Whether a text holds Datalog facts: by the name of its file, or because it opens with one."""
    return source.name.endswith(".dl") or _OPENING.match(source.text) is not None


def datalog_facts(
    source: Source, fields: Fields, program: Program, findings: Findings, as_of: date | None
) -> list[Recorded]:
    """What the facts of a file record, by patient, in the order of their first facts."""
    reader = _Reader(source, fields, program, findings, as_of)
    for piece in _pieces(source, findings):
        parsed = parse(piece)
        findings.add(parsed.problems)
        for declaration in (*parsed.types, *parsed.predicates):
            findings.error(
                "D941", "a file of facts holds no declarations", declaration.span, "they belong to the program"
            )
        for goal in parsed.goals:
            span = goal[0].span
            findings.error("D941", "a file of facts holds no queries", span, "ask with `guidekb query`")
        for clause in parsed.clauses:
            reader.clause(clause)
        if len(findings.errors) >= SHOWN:
            break
    if not reader.found and not findings.errors:
        findings.error("D904", "the file holds no facts", source.span(0), "a fact is written `stage(p1, metastatic).`")
    return list(reader.found.values())


def _pieces(source: Source, findings: Findings) -> Iterator[Piece]:
    """The text in pieces that end with a fact; a fact without an end is not looked for through the whole file."""
    begin, last = 1, len(source.starts)
    for number in range(1, last + 1):
        end = source.starts[number] if number < last else len(source.text)
        lines, size = number + 1 - begin, end - source.starts[begin - 1]
        if lines > LINES or size > CHARACTERS:
            message = f"no fact ends in these {LINES:,} lines" if lines > LINES else "this fact has no end"
            span = source.span(source.starts[begin - 1])
            raise findings.fatal("D948", message, span, "a fact ends with a period at the end of a line")
        if number == last or ((lines >= LINES // 5 or size >= CHARACTERS // 5) and _ends_a_fact(source.line(number))):
            text = "\n".join(source.line(n) for n in range(begin, number + 1))
            yield Piece(source.name, text, begin)
            begin = number + 1


def _ends_a_fact(line: str) -> bool:
    """Whether the line ends with a period that is in no quotes and no comment (quotes do not go over lines)."""
    code = _CODE.match(line)
    rest = line[code.end() :] if code else line
    return rest[:1] in ("", "%") and line[: len(line) - len(rest)].rstrip().endswith(".")


class _Reader:
    def __init__(
        self, source: Source, fields: Fields, program: Program, findings: Findings, as_of: date | None
    ) -> None:
        self.source = source
        self.fields = fields
        self.others = {p.name: p for p in program.predicates}
        self.findings = findings
        self.as_of = as_of
        self.found: dict[str, Recorded] = {}

    def clause(self, clause: Clause) -> None:
        """One fact; everything else is an error."""
        if clause.body:
            message = "this is a rule, and a file of facts holds facts only"
            self.findings.error("D941", message, clause.span, "rules are given with `guidekb query --rules`")
        elif clause.annotations:
            span = clause.annotations[0].span
            self.findings.error("D941", "a fact of a patient has no annotation", span, "remove it")
        else:
            self.fact(clause.head, clause.span)

    def fact(self, atom: Atom, span: Span) -> None:
        values = self.values(atom)
        if values is None:
            return
        subject = self.subject(atom, values)
        field = self.fields.get(atom.predicate)
        if atom.predicate in META:
            self.mark(atom, subject, values, span)
        elif field is None:
            self.undeclared(atom)
        elif self.fits(atom, field, values) and subject:
            self.record(atom, field, subject, values, span)

    def values(self, atom: Atom) -> tuple[Value, ...] | None:
        """The values of a ground atom."""
        for term in atom.args:
            if isinstance(term, Var):
                help = "" if term.name.startswith("_") else f"a value with a capital is quoted: `'{term.name}'`"  # noqa: A001
                name = "_" if term.name[1:].isdigit() else term.name
                message = f"`{name}` is a variable, and a fact has values only"
                self.findings.error("D945", message, term.span, help)
                return None
        return tuple(a.value for a in atom.args if isinstance(a, Const))

    def subject(self, atom: Atom, values: tuple[Value, ...]) -> str:
        """The patient's id, "" when it is none."""
        subject = str(values[0]) if values else ""
        if len(subject) > LONGEST_ID:
            message = f"the patient's id has {len(subject):,} characters"
            self.findings.error("D921", message, atom.args[0].span, f"{LONGEST_ID} at most")
            return ""
        if values and not subject.strip():
            self.findings.error("D921", "the patient's id is empty", atom.args[0].span)
        return subject.strip() and subject

    def patient(self, subject: str, span: Span) -> Recorded:
        return self.found.setdefault(subject, Recorded(subject, span))

    def mark(self, atom: Atom, subject: str, values: tuple[Value, ...], span: Span) -> None:
        """`not_applicable(p1, er).`, `conflicting(p1, er).`, `listed(p1, imaging).`"""
        if atom.negated or len(values) != 2:
            message = f"`{atom.predicate}` is written `{atom.predicate}(patient, field)`"
            self.findings.error("D943", message, atom.span)
            return
        name = str(values[1])
        field = self.fields.get(name)
        if field is None:
            help = self.findings.near(name, self.fields)  # noqa: A001
            message = f"a patient record has no field {quoted(name)}"
            self.findings.error("D923", message, atom.args[1].span, help)
        elif atom.predicate == LISTED and not field.is_many:
            self.findings.error("D947", f"`{name}` is no list", atom.args[1].span)
        elif subject:
            recorded = self.patient(subject, span)
            mark = Mark(self.origin(span, name), span)
            if atom.predicate == LISTED:
                recorded.listed.add(name)
            elif atom.predicate == NOT_APPLICABLE:
                recorded.not_applicable.setdefault(name, mark)
            elif atom.predicate == CONFLICTING:
                recorded.conflicting.setdefault(name, mark)

    def undeclared(self, atom: Atom) -> None:
        other = self.others.get(atom.predicate)
        if other is None:
            help = self.findings.near(atom.predicate, (*self.fields, *META))  # noqa: A001
            self.findings.error("D942", f"there is no predicate {quoted(atom.predicate)}", atom.span, help)
            return
        why = "it follows from rules" if other.role == "derived" else "it is a table of the program"
        message = f"`{atom.predicate}` cannot be recorded of a patient: {why}"
        self.findings.error("D944", message, atom.span)

    def fits(self, atom: Atom, field: Field, values: tuple[Value, ...]) -> bool:
        """Whether the fact has the columns that its declaration gives, with values that they can have."""
        if len(values) != field.predicate.arity:
            columns = ", ".join(c.name for c in field.predicate.columns)
            message = f"`{field.name}` has {field.predicate.arity} columns, not {len(values)}"
            self.findings.error("D943", message, atom.span, f"write `{field.name}({columns})`")
            return False
        if atom.negated and not field.predicate.open:
            message = f"`-{field.name}` cannot be recorded: what is not recorded of it is false"
            self.findings.error("D946", message, atom.span, "leave it out")
            return False
        good = True
        for value, column, term in zip(values[1:], field.types, atom.args[1:], strict=True):
            fault = fault_of(value, column, f"`{field.name}`", self.findings)
            if fault:
                self.findings.error(fault[0], fault[1], term.span, fault[2])
                good = False
        return good

    def record(self, atom: Atom, field: Field, subject: str, values: tuple[Value, ...], span: Span) -> None:
        recorded = self.patient(subject, span)
        for day in values:
            if isinstance(day, date) and self.as_of and day > self.as_of:
                message = f"this fact is dated {day}, after {self.as_of}, and is left out"
                self.findings.warn("W901", message, span)
                return
            if isinstance(day, date):
                recorded.dated(day)
        recorded.facts.append(Fact(Ground(atom.signed, (subject, *values[1:])), self.origin(span, field.name), span))

    def origin(self, span: Span, name: str) -> Origin:
        line = self.source.line(span.line)[span.column - 1 : span.end - 1]
        return Origin(self.source.name, f"{name} (line {span.line})", line)
