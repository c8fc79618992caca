"""The REST interface: what the command line prints with `--format json`, beside what it warns of."""

from __future__ import annotations

import json
from datetime import date
from typing import cast

from ...kb.diagnostics import Diagnostic, Invalid, UnknownName, quoted, suggest
from ...kb.ir import EDB
from ...kb.translation import ORIGINAL
from ..answers.assess import Case, Knowledge, assess
from ..asking.ask_text import asked
from ..changes.compare import compare as compared
from ..changes.what_if import what_if as difference
from ..page.respond import Warnings
from ..rendering.layout import Layout
from ..rendering.present import answered, explained, why_not_shown
from ..wording.words import Words, words
from .body import NAME, Body
from .desk import Desk
from .exchange import Asked, Told, text_told
from .problems import diagnostic_data
from .wanted import FIELDS, NAME_OF, PATIENT, SETS, Wanted

LAYOUT = Layout(80)
RECOMMEND = Wanted({"patient": PATIENT}, {"id": NAME_OF})
EXPLAIN = Wanted({"patient": PATIENT, "name": NAME_OF}, {"id": NAME_OF})
WHY_NOT = EXPLAIN
ASK = Wanted({"patient": PATIENT}, {"id": NAME_OF, "name": NAME_OF})
WHAT_IF = Wanted({"patient": PATIENT}, {"id": NAME_OF, "set": SETS, "unset": FIELDS})
COMPARE = Wanted({"first": PATIENT, "second": PATIENT}, {"first_id": NAME_OF, "second_id": NAME_OF})


def recommend(desk: Desk, asked_: Asked) -> Told:
    """What `guidekb recommend` answers; of several patients without `id`, a list."""
    talk = _Talk(desk, RECOMMEND.read(asked_.body))
    shown = [str(answered(assess(talk.knowledge, edb), "jsonl", LAYOUT, talk.said)[0]) for edb in talk.patients()]
    return talk.told(shown[0] if len(shown) == 1 else f"[{', '.join(shown)}]")


def explain(desk: Desk, asked_: Asked) -> Told:
    """What `guidekb explain` answers."""
    talk = _Talk(desk, EXPLAIN.read(asked_.body))
    return talk.told(str(explained(talk.case(), talk.name, LAYOUT, talk.said, "jsonl")))


def why_not(desk: Desk, asked_: Asked) -> Told:
    """What `guidekb why-not` answers."""
    talk = _Talk(desk, WHY_NOT.read(asked_.body))
    return talk.told(why_not_shown(talk.case(), talk.name, LAYOUT, talk.said, "json"))


def ask(desk: Desk, asked_: Asked) -> Told:
    """What `guidekb ask` answers."""
    talk = _Talk(desk, ASK.read(asked_.body))
    return talk.told(asked(talk.case(), talk.name or None, "json", LAYOUT, talk.said))


def what_if(desk: Desk, asked_: Asked) -> Told:
    """What `guidekb what-if` answers."""
    talk = _Talk(desk, WHAT_IF.read(asked_.body))
    sets = cast("dict[str, object]", talk.body.value("set") or {})
    unsets = cast("list[str]", talk.body.value("unset") or [])
    if not sets and not unsets:
        raise Invalid([Diagnostic("Q662", "nothing is supposed", talk.body.span(""), help="give `set` or `unset`")])
    texts = [f"{name}={json.dumps(value)}" for name, value in sets.items()]
    edb, source = talk.one(), talk.said.say("whatif.source")
    changed = desk.readers.edit(edb, texts, unsets, talk.knowledge.program, source, talk.day)
    talk.warnings += changed.warnings
    cases = assess(talk.knowledge, edb), assess(talk.knowledge, changed.edb)
    return talk.told(difference(*cases, "json", LAYOUT, talk.said))


def compare(desk: Desk, asked_: Asked) -> Told:
    """What `guidekb compare` answers."""
    talk = _Talk(desk, COMPARE.read(asked_.body))
    cases = talk.case("first", "first_id"), talk.case("second", "second_id")
    return talk.told(compared(*cases, "json", LAYOUT, talk.said))


class _Talk:
    """One request: its body, the language and the day of the answer, and the warnings so far."""

    def __init__(self, desk: Desk, body: Body) -> None:
        language = str(body.value("language") or ORIGINAL)
        self.desk, self.body = desk, body
        self.knowledge: Knowledge = desk.knowledge(language)
        self.said: Words = words(language)
        day = body.value("as_of")
        self.day = date.fromisoformat(str(day)) if day else None
        self.name = str(body.value("name") or "")
        self.warnings: Warnings = ()

    def patients(self, member: str = "patient", chooser: str = "id") -> tuple[EDB, ...]:
        """The patients of a member, or the one that is chosen. Raises Invalid, UnknownName."""
        name = NAME if member == "patient" else member
        reading = self.desk.readers.read(self.body.alone(member), name, self.knowledge.program, self.day)
        self.warnings += reading.warnings
        found = reading.edbs
        wanted = self.body.value(chooser)
        chosen = tuple(edb for edb in found if wanted in (None, edb.subject))
        if not chosen:
            help_ = suggest(str(wanted), [edb.subject for edb in found])
            message = f"there is no patient {quoted(wanted)} in `{member}`"
            raise UnknownName([Diagnostic("Q603", message, self.body.span(chooser), help=help_)])
        return chosen

    def one(self, member: str = "patient", chooser: str = "id") -> EDB:
        """The one patient that a question is about."""
        first, *others = self.patients(member, chooser)
        if others:
            message = f"`{member}` has {1 + len(others)} patients; choose one with `{chooser}`"
            raise UnknownName([Diagnostic("Q603", message, self.body.span(member))])
        return first

    def case(self, member: str = "patient", chooser: str = "id") -> Case:
        """That patient, assessed."""
        return assess(self.knowledge, self.one(member, chooser))

    def told(self, result: str) -> Told:
        """The result, which is JSON already, with the warnings."""
        warned = json.dumps([diagnostic_data(d) for d in self.warnings], ensure_ascii=False)
        return text_told(f'{{"result": {result}, "warnings": {warned}}}')
