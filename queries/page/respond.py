"""From what a browser posted to the page, the file to share, or the record: reading, changing, answering, no more.

The state lives in the page: the text of the record goes along with every form, and nothing is kept here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from ...kb.diagnostics import Diagnostic, Invalid
from ...kb.ir import EDB, Program
from ..answers.assess import Knowledge, assess
from ..explanations.report import Report, report
from ..rendering.answer_html import answer_html
from ..wording.words import Words
from .board import Board, board_html, start_html
from .fields import Field, fields_of
from .given import Given, Givens, canonical, edits, recorded, unpacked
from .posted import posted
from .question import answered
from .sent import Sent
from .source import Source

EMPTY = 'id: "{name}"\n'
Warnings = tuple[Diagnostic, ...]


class Reading(Protocol):
    """What was read: a record for each patient, and what the user has to know."""

    @property
    def edbs(self) -> tuple[EDB, ...]:
        """The patients in the order of the text."""
        ...

    @property
    def warnings(self) -> Warnings:
        """What was left out, and the like."""
        ...


class Edited(Protocol):
    """A changed record."""

    @property
    def edb(self) -> EDB:
        """The record with the changes."""
        ...

    @property
    def warnings(self) -> Warnings:
        """What was left out, and the like."""
        ...


@dataclass(frozen=True)
class Doors:
    """What the page needs of the room of patient data. `read` and `edit` raise Invalid.

    record: a record as text. examples: the names of the example patients. example: one of them by its name.
    """

    read: Callable[[bytes, str, Program, date | None], Reading]
    edit: Callable[[EDB, Sequence[str], Sequence[str], Program, str, date | None], Edited]
    record: Callable[[EDB, Program], str]
    examples: Callable[[], Sequence[str]]
    example: Callable[[str], bytes]


class Desk:
    """One request: the knowledge in its language, the doors, the words."""

    def __init__(self, knowledge: Knowledge, said: Words, doors: Doors, languages: Sequence[str]) -> None:
        self.knowledge, self.said, self.doors, self.languages = knowledge, said, doors, languages
        self.program = knowledge.program
        self.fields: dict[str, Field] = fields_of(self.program)
        self.examples = tuple(doors.examples())

    def start(self, typed: str = "", wrong: Sequence[Diagnostic] = (), patients: Sequence[str] = ()) -> str:
        """The page before there is a patient."""
        return start_html(self.program, self.said, self.examples, self.languages, typed, wrong, patients)

    def page(self, sent: Sent) -> str:
        """What a form leads to: the board of a patient, or what is wrong with the record."""
        content, name = self._chosen(sent)
        if not content.strip():
            missing = Diagnostic("D904", self.said.say("board.nothing_given"))
            return self.start(sent.one("typed"), [missing])
        text = content.decode("utf-8-sig", "replace")
        try:
            reading = self.doors.read(content, name, self.program, None)
        except Invalid as invalid:
            return self.start(text, invalid.diagnostics)
        edb = _wanted(reading.edbs, sent.one("patient"))
        if edb is None:
            return self.start(text, (), [one.subject for one in reading.edbs])
        several = len(reading.edbs) > 1
        source = Source(text, name if sent.one("do") != "empty" else "", edb.subject if several else "")
        return board_html(self.board(sent, source, edb, reading.warnings), self.said)

    def board(self, sent: Sent, source: Source, edb: EDB, warnings: Warnings) -> Board:
        """The board of a record with the changes that the form has made to it."""
        of_record = recorded(edb, self.fields)
        if sent.one("was"):  # a form of this record; without it the record is new
            was, before = (unpacked(sent.one(name), self.fields) for name in ("was", "before"))
            typed = self._typed(sent, of_record, was)
        else:
            was = before = typed = of_record
        changed, errors = self._edited(edb, of_record, typed)
        used = {n: g for n, g in typed.items() if n not in errors} | {n: was[n] for n in errors if n in was}
        if errors:
            changed, _ = self._edited(edb, of_record, used)
        if not _same(used, was):
            before = was
        now = self._report(changed.edb)
        first = now if _same(used, before) else self._report(self._edited(edb, of_record, before)[0].edb)
        return Board(
            source, self.fields, typed, used, before if first is not now else used, edb, first, now, errors,
            (*warnings, *changed.warnings), sent.one("pick") or sent.one("w"), self.examples, self.languages,
        )  # fmt: skip

    def shared(self, sent: Sent) -> str:
        """The answer as one file that needs no other."""
        board = self._board_of(sent)
        return answer_html(self.program, board.now.answer, board.now.graph, self.said)

    def record(self, sent: Sent) -> str:
        """The record with its changes, as text."""
        return self.doors.record(self._board_of(sent).now.case.edb, self.program)

    def _board_of(self, sent: Sent) -> Board:
        """The board that a form came from. Raises Invalid."""
        source = Source(sent.one("text"), sent.one("name"), sent.one("patient"))
        reading = self.doors.read(source.text.encode(), source.name, self.program, None)
        edb = _wanted(reading.edbs, source.patient)
        if edb is None:
            raise Invalid([Diagnostic("Q603", "the text has several patients, and it is not said which is meant")])
        return self.board(sent, source, edb, ())

    def _chosen(self, sent: Sent) -> tuple[bytes, str]:
        """The record that was asked for, and what to call it."""
        match sent.one("do"):
            case "example":
                name = sent.one("example")
                return (self.doors.example(name), name) if name in self.examples else (b"", "")
            case "upload":
                file = sent.files.get("file")
                return (file.content, file.name) if file else (b"", "")
            case "empty":
                return EMPTY.format(name=self.said.say("board.nobody")).encode(), ""
            case _ if "typed" in sent.fields:
                return sent.one("typed").encode("utf-8", "replace"), self.said.say("board.pasted")
            case _:
                return sent.one("text").encode("utf-8", "replace"), sent.one("name")

    def _typed(self, sent: Sent, of_record: Givens, was: Givens) -> dict[str, Given]:
        """What the form says, after an answer to the question or a way back."""
        typed = posted(sent, self.fields, was)
        if sent.one("do") == "answer":
            typed = answered(sent, self.fields, typed)
        undo = sent.one("undo")
        if undo == "*":
            return dict(of_record)
        if undo:
            typed.pop(undo, None)
            typed |= {undo: of_record[undo]} if undo in of_record else {}
        return typed

    def _edited(self, edb: EDB, of_record: Givens, wanted: Givens) -> tuple[_Changed, dict[str, Warnings]]:
        """The record as a form has it, and by field what is wrong with it; then it is the record as it was."""
        sets, unsets = edits(wanted, of_record, self.fields)
        if not sets and not unsets:
            return _Changed(edb), {}
        try:
            done = self._edit(edb, sets, unsets)
        except Invalid as invalid:
            names = (one.partition("=")[0] for one in sets)
            return _Changed(edb), self._wrong(edb, sets) or dict.fromkeys(names, invalid.diagnostics)
        return _Changed(_with_origins(done.edb, edb), done.warnings), {}

    def _edit(self, edb: EDB, sets: Sequence[str], unsets: Sequence[str]) -> Edited:
        return self.doors.edit(edb, sets, unsets, self.program, self.said.say("whatif.source"), None)

    def _wrong(self, edb: EDB, sets: Sequence[str]) -> dict[str, Warnings]:
        """By field what is wrong with its value."""
        found: dict[str, Warnings] = {}
        for one in sets:
            try:
                self._edit(edb, [one], ())
            except Invalid as invalid:
                found[one.partition("=")[0]] = invalid.diagnostics
        return found

    def _report(self, edb: EDB) -> Report:
        return report(assess(self.knowledge, edb), self.said)


@dataclass(frozen=True, slots=True)
class _Changed:
    edb: EDB
    warnings: Warnings = ()


def _wanted(edbs: Sequence[EDB], patient: str) -> EDB | None:
    """The patient that is meant; None when that is not said of several."""
    chosen = [edb for edb in edbs if edb.subject == patient] if patient else list(edbs)
    return chosen[0] if len(chosen) == 1 else None


def _with_origins(edb: EDB, before: EDB) -> EDB:
    """The changed record, in which a fact that was there before still says where it was recorded."""
    return replace(edb, facts={fact: before.facts.get(fact, origins) for fact, origins in edb.facts.items()})


def _same(one: Givens, other: Givens) -> bool:
    """Whether two forms say the same."""
    names: Mapping[str, None] = dict.fromkeys((*one, *other))
    nothing = Given()
    return all(canonical(one.get(n, nothing)) == canonical(other.get(n, nothing)) for n in names)
