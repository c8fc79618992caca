"""The names in files of cases, of gaps and in patient records, each by the keys above it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ...kb.case import PARTS
from ...kb.case_word import CaseWord
from ...kb.ir import FIELD, PATIENT, Column, Predicate, Program
from ...kb.lexer import Source
from ..workshop.case_names import PREDICATES
from .datalog_names import datalog_names
from .document_names import spoken
from .mention import Kind, Mention

STATEMENT_KEYS = ("about", "blocks")
FIELD_KEYS = ("undetermined", "assumes")
TOLD = (("name",), ("section",), ("because",))
"""What is told in sentences."""


@dataclass(frozen=True, slots=True)
class Written:
    """Where a name of the program is written in a word: `typed` is its type when it is a value."""

    kind: Kind | None
    of: str = ""
    name: str = ""
    """Its name in the program, where that is written otherwise."""


def case_mentions(words: Iterable[CaseWord], program: Program) -> Iterator[Mention]:
    """The mentions in a file of cases or of gaps."""
    ids = frozenset(s.id for s in program.statements)
    for word in words:
        if _is_goal(word):
            yield from _goal(word, program)
        elif word.keys in TOLD and not word.is_key and word.verbatim:
            at = word.span
            for one in spoken(at.file, at.line, word.text, 0, ids):
                span = one.span._replace(column=one.span.column + at.column - 1, end=one.span.end + at.column - 1)
                yield replace(one, span=span)
        else:
            found = meaning(word.keys, word.is_key, word.text, program)
            if found.kind:
                yield Mention(found.kind, found.name or word.text, word.span, found.of)


def record_mentions(words: Iterable[CaseWord], program: Program) -> Iterator[Mention]:
    """The mentions in a patient record: what a case has below `given`."""
    return case_mentions((replace(w, keys=("given", *w.keys)) for w in words), program)


def meaning(keys: tuple[str, ...], is_key: bool, text: str, program: Program) -> Written:
    """What a word below these keys names; for an editor also a word that names nothing yet."""
    keys = tuple(k for k in keys if k != "rows")
    if keys[:1] == ("given",):
        return _given(keys[1:], is_key, text, program)
    if keys == ("columns",):
        return Written("predicate") if text in program.predicates_by_name else Written(None)
    if keys[:1] == ("about",):
        return Written("statement")
    if not keys:
        return Written(None)
    return _expected(tuple(k for k in keys if k not in ("expect", "not")), is_key, program)


def _given(keys: tuple[str, ...], is_key: bool, text: str, program: Program) -> Written:
    if not keys:
        return Written("predicate") if is_key and text != "id" else Written(None)
    field = program.predicates_by_name.get(keys[0])
    if field is None:
        return Written(None)
    if is_list_of_maps(field) and is_key:
        column = _column(field, text)
        return Written("column", field.name, column.name) if column else Written(None)
    return _value(given_type(field, keys, is_key), text, program)


def is_list_of_maps(field: Predicate) -> bool:
    """Whether a record gives the field as a list of maps, whose keys are the columns."""
    return field.arity > 2 and not (field.single and field.arity == 3)


def given_type(field: Predicate, keys: tuple[str, ...], is_key: bool) -> str:
    """The type of a value of a field, or of a key of its map; "" for what is no value. `keys` begin with the field."""
    if field.arity < 2:
        return ""
    if is_list_of_maps(field):
        column = None if is_key else _column(field, keys[-1])
        return column.type if column else ""
    if field.arity == 3:
        return field.columns[1 if is_key else 2].type
    return "" if is_key else field.columns[-1].type


def _column(field: Predicate, key: str) -> Column | None:
    return next((c for c in field.columns[1:] if c.name.lower() == key), None)


def _value(kind: str, text: str, program: Program) -> Written:
    """A value of a type, when the type has it: `unknown` and the like are none."""
    if kind == FIELD:
        return Written("predicate")
    declared = program.types_by_name.get(kind)
    known = declared is not None and any(label.name == text for label in declared.labels)
    return Written("value", kind) if known and kind != PATIENT else Written(None)


def _expected(keys: tuple[str, ...], is_key: bool, program: Program) -> Written:
    """A word of an expectation, or of a gap."""
    last = keys[-1] if keys else ""
    if (keys == ("rule",) or (last == "because" and len(keys) > 1)) and not is_key:
        return Written("rule")
    if last in STATEMENT_KEYS and not is_key:
        return Written("statement")
    if last == "would_decide" and not is_key:
        return _item("for", program)
    part = keys[0] if keys else ""
    item = keys == (part,) or keys == (part, "item")
    if (last in FIELD_KEYS and not is_key) or (part == "undetermined" and item and not is_key):
        return Written("predicate")
    if part == "prognosis":
        if is_key:
            return _item(part, program) if keys == (part,) else Written(None)
        return _item(part, program, 2) if len(keys) == 2 or last == "value" else Written(None)
    return _item(part, program) if part in PARTS and item and not is_key else Written(None)


def _item(part: str, program: Program, column: int = 1) -> Written:
    kind = item_type(part, program, column)
    return Written("value", kind) if kind else Written(None)


def item_type(part: str, program: Program, column: int = 1) -> str:
    """The type of the items of a part of an answer; "" for a part without such."""
    declared = program.predicates_by_name.get(PREDICATES.get(part, ""))
    return declared.columns[column].type if declared and declared.arity > column else ""


def _is_goal(word: CaseWord) -> bool:
    """Whether the word is Datalog: a goal, or the condition of a gap."""
    return not word.is_key and word.keys[-1:] in (("holds",), ("condition",))


def _goal(word: CaseWord, program: Program) -> Iterator[Mention]:
    if not word.verbatim:
        return
    at = word.span
    source = Source(at.file, word.text, at.line, at.column - 1)
    yield from (m for m in datalog_names(source, program) if m.kind != "variable")
