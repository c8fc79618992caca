"""The form: every field of the vocabulary under its heading, with what is recorded of it told before it is opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...kb.diagnostics import Diagnostic
from ...kb.ir import EDB, Ground
from ..changes.record_changes import facts_by_field, told
from ..rendering.markup import Markup, anchor, joined, tag
from ..wording.sentences import Sentences
from .controls import Controls
from .fields import Field, Group, groups_of
from .given import Given, Givens
from .posted import FORM

MOST_PLACES = 3
Errors = Mapping[str, tuple[Diagnostic, ...]]
"""What is wrong with the values of fields."""


class Form:
    """The form of one record. `givens` may say what the record does not: what is wrong, which `errors` tell."""

    def __init__(self, edb: EDB, fields: Mapping[str, Field], givens: Givens, errors: Errors, say: Sentences) -> None:
        self.edb, self.fields, self.givens, self.errors, self.say, self.said = (
            edb,
            fields,
            givens,
            errors,
            say,
            say.words,
        )
        self.facts: dict[str, list[Ground]] = facts_by_field(edb)
        self.controls = Controls(say, FORM)

    def groups(self) -> Markup:
        """A fold for each heading; the first is open when nothing is recorded yet."""
        groups = groups_of(self.fields.values())
        opened = {n for n, group in enumerate(groups) if any(f.name in self.errors for f in group.fields)}
        if not any(self.givens.values()):
            opened.add(0)
        return joined((self.group(group, n, n in opened) for n, group in enumerate(groups)), "\n")

    def group(self, group: Group, number: int, is_open: bool) -> Markup:
        """One heading: what is recorded under it in a few lines, and its fields."""
        known = [field for field in group.fields if self.givens.get(field.name)]
        slots = {"known": len(known), "all": len(group.fields)}
        count = tag("span", self.said.say("board.count", **slots), class_="count")
        title = tag("h3", group.title or self.said.say("board.fields"))
        facts = [tag("li", self.recorded(field)) for field in known]
        preview = tag("ul", joined(facts, "\n"), class_="preview") if facts else ""
        summary = tag("summary", tag("span", title, " ", count, class_="head"), id=f"head-{number}", data_part=True)
        fields = joined(map(self.field, group.fields), "\n")
        return tag(
            "div",
            tag("details", summary, tag("div", fields, class_="fields"), id=f"group-{number}", open=is_open),
            tag("div", preview, id=f"preview-{number}", data_part=True),
            class_="group",
        )

    def recorded(self, field: Field) -> str:
        """What is recorded of a field, in a sentence."""
        return told(self.say, field.name, self.facts.get(field.name, ()), field.name in self.edb.listed)

    def field(self, field: Field) -> Markup:
        """One field: its question, its controls, what is wrong with it, where it is recorded."""
        name, given = field.name, self.givens.get(field.name, Given())
        notes = [*self.wrong(field), *self.places(field)]
        described = " ".join(note_id for note_id, _ in notes)
        kind = "known" if given else "unknown"
        state = joined((note for _, note in notes), "\n")
        return tag(
            "div",
            self.controls.field(field, given, described),
            state,
            class_=f"field {kind}{' wrong' if name in self.errors else ''}",
            id=f"field-{name}",
            data_part=True,
        )

    def wrong(self, field: Field) -> Iterable[tuple[str, Markup]]:
        """What is wrong with the value that somebody gave."""
        for n, error in enumerate(self.errors.get(field.name, ())):
            note_id = anchor("error", field.name, n)
            text = f"{error.message[:1].upper()}{error.message[1:]}"
            more = [tag("span", f" ({error.help})")] if error.help else []
            unused = tag("span", f" {self.said.say('board.not_used')}")
            yield note_id, tag("p", tag("strong", text), *more, unused, class_="error", id=note_id)

    def places(self, field: Field) -> Iterable[tuple[str, Markup]]:
        """Where it is recorded, and as what."""
        facts = self.facts.get(field.name, ())
        every = (o.place for f in facts for o in self.edb.facts[f] if o.place and o.place != field.name)
        found = dict.fromkeys(place.removeprefix(f"{field.name} ") for place in every)
        if found:
            listed = [_bare(self.said.place(f" {p}").strip()) for p in list(found)[:MOST_PLACES]]
            note_id = anchor("place", field.name)
            text = self.said.join(listed, "unit") + (" …" if len(found) > MOST_PLACES else "")
            yield note_id, tag("p", tag("bdi", text), class_="place", id=note_id)


def _bare(place: str) -> str:
    """A place that is all in parentheses without them."""
    return place[1:-1] if place.startswith("(") and place.endswith(")") else place
