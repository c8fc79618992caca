"""A record with some fields changed: each new value is read as a record's own, and the whole is weighed again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ..kb.diagnostics import Diagnostic, Invalid
from ..kb.edb import EDB, Ground, Origin
from ..kb.ir import NOWHERE, Program, Span
from .conflicts import settle
from .fields import ID, META, Field, Fields, fields_of
from .findings import Findings, quoted
from .reader import Reader
from .record import read_field, unknown_field
from .record_text import record_text
from .recorded import Fact, Mark, Recorded
from .source import text_source
from .tree import Mapping, Node, Scalar
from .yaml_tree import yaml_tree

NO_VALUE = Scalar(0, 0, "", "null")


@dataclass(frozen=True, slots=True)
class Edited:
    """The changed record, the fields that were named, and what the user has to know of it."""

    edb: EDB
    fields: tuple[str, ...]
    warnings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class _Argument:
    """A change, its text, in which `value` stands at the end, and how messages name it and its opposite."""

    sets: bool
    text: str
    value: str
    options: tuple[str, str]

    @property
    def option(self) -> str:
        """How it is named."""
        return self.options[not self.sets]


@dataclass(frozen=True, slots=True)
class _Edit:
    """A field, or one key of a map, and what it says now."""

    field: Field
    key: str
    part: Recorded
    errors: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...]


def edited(
    edb: EDB, sets: Sequence[str], unsets: Sequence[str], program: Program, source: str, as_of: date | None = None,
    options: tuple[str, str] = ("--set", "--unset"),
) -> Edited:  # fmt: skip
    """The record with `field=value` (YAML; `map.key=value` for one key of a map) set, and fields made unknown.

    `source` is where the new facts are said to come from, `options` how messages name the two ways to
    change. Raises Invalid with everything that is wrong.
    """
    fields = fields_of(program)
    found: list[_Edit] = []
    errors: list[Diagnostic] = []
    for argument in (
        *(_Argument(True, text, text.partition("=")[2], options) for text in sets),
        *(_Argument(False, text, "", options) for text in unsets),
    ):
        findings = Findings(text_source(argument.text, argument.option))
        chosen = _field(argument, fields, findings)
        if chosen:
            part = Recorded(edb.subject, NOWHERE)
            edit = _read(argument, *chosen, part, source, as_of)
            errors += edit.errors
            if earlier := next((e for e in found if _same(e, edit)), None):
                _twice(argument, earlier, findings)
            found.append(edit)
        errors += findings.errors
    if errors:
        raise Invalid(errors)
    merged = _merged(edb, found)
    weighed = Findings(text_source("", source))
    result = settle(merged, fields, weighed, as_of)
    warnings = (*(w for e in found for w in e.warnings), *weighed.warnings)
    return Edited(result, tuple(dict.fromkeys(e.field.name for e in found)), warnings)


def _field(argument: _Argument, fields: Fields, findings: Findings) -> tuple[Field, str] | None:
    """The field that an argument is about, and the key if it names one; None when findings has an error."""
    left, equals, _ = argument.text.partition("=") if argument.sets else (argument.text, "", "")
    name, _, key = left.strip().partition(".")
    span = findings.source.span(0, max(len(name), 1))
    chosen = fields.get(name)
    if name == ID:
        findings.error("D921", "`id` cannot be changed", span)
    elif chosen is None:
        unknown_field(Scalar(0, max(len(name), 1), name, "word"), fields, findings)
    elif argument.sets and not equals:
        help_ = f"write `{name}=VALUE`, or `{argument.options[1]} {name}`"
        findings.error("D924", f"`{name}` is given no value", span, help_)
    elif key and chosen.shape != "map":
        findings.error("D924", f"`{name}` has no keys", span, "only a map has them: `antibodies.anti_yo=positive`")
    else:
        return chosen, key
    return None


def _read(
    argument: _Argument, chosen: Field, key: str, part: Recorded, source: str, as_of: date | None
) -> _Edit:  # fmt: skip
    """The value as the record's reader reads it; errors point into the argument."""
    findings = Findings(text_source(argument.value, argument.option))
    try:
        roots = yaml_tree(findings.source, findings) or [NO_VALUE]
        if len(roots) > 1:
            findings.error("D924", f"`{chosen.name}` wants one value, not several", findings.source.span(0))
        node: Node = roots[0]
        if key:
            node = Mapping(node.start, node.end, ((Scalar(node.start, node.end, key, "word"), node),))
        read_field(Reader({chosen.name: chosen}, findings, part, as_of), chosen, node)
    except Invalid:
        pass  # what is fatal stands among the errors
    part.facts[:] = [f._replace(origin=_origin(f.origin, source), span=NOWHERE) for f in part.facts]
    for marks in (part.not_applicable, part.conflicting):
        marks.update({n: Mark(_origin(m.origin, source), NOWHERE) for n, m in marks.items()})
    errors = tuple(_shifted(d, argument) for d in findings.all_errors())
    return _Edit(chosen, key, part, errors, tuple(_shifted(d, argument) for d in findings.warnings))


def _origin(origin: Origin, source: str) -> Origin:
    """An argument has no lines."""
    return Origin(source, origin.place.partition(" (line ")[0], origin.written)


def _shifted(d: Diagnostic, argument: _Argument) -> Diagnostic:
    """The finding in the whole argument, of which the value is the end."""
    s, start = d.span, len(argument.text) - len(argument.value)
    if s.line != 1:
        return d
    return replace(d, line=argument.text.partition("\n")[0], span=Span(s.file, 1, s.column + start, s.end + start))


def _same(one: _Edit, other: _Edit) -> bool:
    """Whether both change the same thing; two keys of one map are not the same."""
    return one.field.name == other.field.name and (one.key == other.key or not (one.key and other.key))


def _twice(argument: _Argument, earlier: _Edit, findings: Findings) -> None:
    name = earlier.field.name
    both = "both set and unset" if not argument.sets and earlier.part.facts else "changed twice"
    findings.error("D911", f"{quoted(name)} is {both}", findings.source.span(0, len(name)), "keep one of the changes")


def recorded_of(edb: EDB) -> Recorded:
    """What a record was found to say, as if it had just been read; of what is contradicted, that it is."""
    found = Recorded(edb.subject, NOWHERE)
    found.listed = set(edb.listed)
    found.newest = edb.as_of
    for atom, origins in edb.facts.items():
        if atom.predicate not in META:
            found.facts += [Fact(atom, origin, NOWHERE) for origin in origins or (Origin("", ""),)]
    for name in edb.not_applicable:
        found.not_applicable[name] = Mark(_marked(edb, "not_applicable", name), NOWHERE)
    for name in edb.conflicts:
        found.conflicting[name] = Mark(_marked(edb, "conflicting", name), NOWHERE)
    return found


def text_of(edb: EDB, program: Program) -> str:
    """A record, as it was read or changed, as a text in YAML that says the same."""
    return record_text(recorded_of(edb), fields_of(program))


def stands(edb: EDB, facts: Collection[Ground], program: Program) -> bool:
    """Whether a record with these facts in place of its own would contradict itself no more than it does."""
    changed = recorded_of(replace(edb, facts=dict.fromkeys(facts, ()), conflicts={}, not_applicable=frozenset()))
    weighed = settle(changed, fields_of(program), Findings(text_source("", "")), edb.as_of)
    return weighed.conflicts.keys() <= edb.conflicts.keys()


def _merged(edb: EDB, edits: Iterable[_Edit]) -> Recorded:
    """What the record says, with the changed fields in place of what they said."""
    merged = recorded_of(edb)
    for edit in edits:
        name, part = edit.field.name, edit.part
        kept = [f for f in merged.facts if f.atom.predicate.removeprefix("-") != name or _kept(f, edit)]
        merged.facts = kept + part.facts
        merged.not_applicable.pop(name, None)
        merged.conflicting.pop(name, None)
        merged.not_applicable |= part.not_applicable
        merged.conflicting |= part.conflicting
        if not (edit.key and name in merged.listed):
            merged.listed.discard(name)
        if not edit.key:
            merged.listed |= part.listed
        if part.newest:
            merged.dated(part.newest)
    return merged


def _kept(fact: Fact, edit: _Edit) -> bool:
    """Whether a fact of the changed field stays: only that of another key of the map."""
    return bool(edit.key) and fact.atom.values[1] != edit.key


def _marked(edb: EDB, mark: str, name: str) -> Origin:
    origins = next((o for f, o in edb.facts.items() if f.predicate == mark and f.values[1:] == (name,)), ())
    return next(iter(origins or edb.conflicts.get(name, ())), Origin("", ""))
