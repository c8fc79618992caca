"""The controls of one field: choices, boxes to tick, rows of a table; unknown comes first and looks like it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...kb.ir import ValueType
from ..rendering.markup import Markup, anchor, joined, tag, verbatim
from ..wording.sentences import Sentences, spaced
from ..wording.words import Words
from .fields import MARKS, Field
from .given import ALL, NO, NOT, SOME, YES, Given

FEW = 4
"""Values that are shown side by side; more are in a list that opens."""
SPARE = 2
"""Empty rows after those that are filled."""

Option = tuple[str, str]
"""A value as the record has it, and its words."""


@dataclass(frozen=True, slots=True)
class Controls:
    """Makes the controls of fields. `prefix` begins their names, so that a field can be on a page twice."""

    say: Sentences
    prefix: str

    @property
    def said(self) -> Words:
        """The phrases of the language."""
        return self.say.words

    def id_of(self, field: Field, *parts: object) -> str:
        """The id of a control."""
        return anchor(self.prefix.rstrip("."), field.name, *parts)

    def name(self, field: Field, *parts: object) -> str:
        """The name under which a control is posted."""
        return ":".join((self.prefix + field.name, *map(str, parts)))

    def field(self, field: Field, given: Given, described: str) -> Markup:
        """All controls of a field under its question; `described`: the ids of what else is said of it."""
        if field.shape == "yes or no":
            return self.choice(field, self.yes_or_no(), given, described)
        if field.shape == "value":
            return self.value(field, given, described)
        rows = self.boxes(field, given) if field.shape == "list" else self.table(field, given)
        return self.group(field, joined([self.extent(field, given), rows], "\n"), described)

    def group(self, field: Field, inside: Markup, described: str) -> Markup:
        """A question with several controls."""
        legend = tag("legend", self.question(field))
        return tag("fieldset", legend, inside, id=self.id_of(field), aria_describedby=described or False)

    def question(self, field: Field) -> str:
        """What is asked."""
        return self.say.ask(field.name)

    def yes_or_no(self) -> list[Option]:
        """The two values of a field that has no other."""
        return [(YES, self.said.say("interview.yes")), (NO, self.said.say("interview.no"))]

    def value(self, field: Field, given: Given, described: str) -> Markup:
        """One value of a set, a number, a date or a text."""
        kind = field.types[0]
        if not kind.labels:
            return self.written(field, kind, given, described)
        options = self.options(kind)
        if len(options) <= FEW:
            return self.choice(field, options, given, described)
        label = tag("label", self.question(field), for_=self.id_of(field))
        return joined([label, self.select(field, (), options, given.value, described)], "\n")

    def options(self, kind: ValueType) -> list[Option]:
        """The values of a type."""
        return [(label.name, label.text) for label in kind.labels]

    def choice(self, field: Field, options: Sequence[Option], given: Given, described: str) -> Markup:
        """Few values side by side."""
        return self.group(field, self.radios(field, (), options, given.value), described)

    def radios(self, field: Field, parts: Sequence[str], options: Sequence[Option], value: str) -> Markup:
        """One of several; unknown is the first, and has its own look."""
        offered = [("", self.said.say("board.unknown")), *options, *self.unusual(field, options, value)]
        shown = [
            tag(
                "label",
                tag(
                    "input", type="radio", name=self.name(field, *parts), value=verbatim(name), checked=name == value,
                    id=self.id_of(field, *parts, n),
                ),
                tag("span", text),
                class_="option unknown" if not name else "option",
            )
            for n, (name, text) in enumerate(offered)
        ]  # fmt: skip
        return tag("div", joined(shown, "\n"), class_="options")

    def unusual(self, field: Field, options: Sequence[Option], value: str) -> list[Option]:
        """What a record says and the form does not offer: a mark, a value ruled out, a name that no rule knows."""
        if not value or value in (name for name, _ in options):
            return []
        if value in MARKS:
            return [(value, self.said.say(f"board.{value}"))]
        plain = value.removeprefix(NOT)
        text = dict(options).get(plain) or self.say.value(plain, field.types[-1].name if field.types else "")
        return [(value, self.said.say("board.ruled_out", value=text) if plain != value else text)]

    def select(
        self,
        field: Field,
        parts: Sequence[object],
        options: Sequence[Option],
        value: str,
        described: str,
        label: str = "",
    ) -> Markup:
        """One of many in a list that opens."""
        offered = [("", self.said.say("board.unknown")), *options, *self.unusual(field, options, value)]
        listed = [tag("option", text, value=verbatim(name), selected=name == value) for name, text in offered]
        return tag(
            "select", joined(listed, "\n"), name=self.name(field, *parts), id=self.id_of(field, *parts),
            aria_describedby=described or False, aria_label=label or False, autocomplete="off",
        )  # fmt: skip

    def written(self, field: Field, kind: ValueType, given: Given, described: str) -> Markup:
        """A number with its unit and range, a date, or a text."""
        hint, hint_id = self.range(kind), self.id_of(field, "hint")
        parts = [
            tag("label", self.question(field), for_=self.id_of(field)),
            tag(
                "span",
                self.input(field, (), kind, "" if given.mark else given.value, f"{hint_id} {described}".strip()),
                tag("span", hint or self.said.say("board.empty"), class_="hint", id=hint_id),
                class_="written",
            ),
        ]
        if given.mark:
            box = tag("input", type="checkbox", name=self.name(field, "mark"), value=given.mark, checked=True,
                      id=self.id_of(field, "mark"))  # fmt: skip
            parts.append(tag("label", box, tag("span", self.said.say(f"board.{given.mark}")), class_="option"))
        return joined(parts, "\n")

    def input(
        self, field: Field, parts: Sequence[object], kind: ValueType, value: str, described: str, label: str = ""
    ) -> Markup:
        """A line to write in. Numbers are texts, so that what was typed is still there when it is none."""
        modes = {"integer": "numeric", "number": "decimal"}
        common: dict[str, str | bool] = {
            "name": self.name(field, *parts), "id": self.id_of(field, *parts), "autocomplete": "off",
            "class_": kind.kind, "aria_describedby": described or False, "aria_label": label or False,
        }  # fmt: skip
        if "\n" in value:  # a line to write in would lose the break, and so change what is recorded
            return tag("textarea", Markup("\n"), verbatim(value), rows="3", **common)
        return tag(
            "input",
            type="date" if kind.kind == "date" else "text",
            value=verbatim(value),
            inputmode=modes.get(kind.kind, False),
            placeholder=" ",
            **common,
        )

    def range(self, kind: ValueType) -> str:
        """The unit of a number, and from where to where it may go."""
        if kind.kind not in ("integer", "number"):
            return ""
        if kind.low is None or kind.high is None:
            return kind.unit
        low, high = self.said.number(kind.low), self.said.number(kind.high)
        return self.said.say("board.range", low=low, high=high, unit=kind.unit).strip()

    def extent(self, field: Field, given: Given) -> Markup:
        """Whether a list is recorded, and whether it is complete; what a closed one does not have, is not."""
        if not field.predicate.open:
            kept = tag("input", type="hidden", name=self.name(field, "extent"), value=given.extent)
            return tag("p", self.said.say("board.closed"), kept, class_="hint")
        options = [
            (SOME, self.said.say("board.some")),
            (ALL, self.said.say("board.all" if given.rows else "board.none")),
        ]
        return self.radios(field, ("extent",), options, given.mark or given.extent)

    def boxes(self, field: Field, given: Given) -> Markup:
        """A box for each value of a list, and a line for other ones where there may be some."""
        kind = field.types[0]
        ticked = [row[0] for row in given.rows]
        options = self.options(kind)
        options += [(name, self.unusual(field, options, name)[0][1]) for name in ticked if name not in dict(options)]
        shown = [
            tag(
                "label",
                tag("input", type="checkbox", name=self.name(field), value=verbatim(name), checked=name in ticked,
                    id=self.id_of(field, "box", n)),
                tag("span", text),
                class_="option",
            )
            for n, (name, text) in enumerate(options)
        ]  # fmt: skip
        parts = [tag("div", joined(shown, "\n"), class_="options boxes")] if shown else []
        if kind.more or not kind.labels:
            text = self.said.say("board.others" if shown else "board.several")
            line = tag("input", type="text", name=self.name(field, "other"), id=self.id_of(field, "other"),
                       value="", autocomplete="off")  # fmt: skip
            parts.append(tag("label", tag("span", text), line, class_="other"))
        return self.folded(field, parts, len(shown), bool(ticked))

    def folded(self, field: Field, parts: list[Markup], count: int, is_open: bool) -> Markup:
        """Many boxes behind a fold, unless one of them is ticked."""
        body = joined(parts, "\n")
        if count <= 2 * FEW:
            return body
        title = tag("summary", self.said.count("board.values", count))
        return tag("details", title, body, open=is_open, id=self.id_of(field, "fold"), class_="boxes-fold")

    def table(self, field: Field, given: Given) -> Markup:
        """A row for each entry of a map or of a list of objects, and some that are empty."""
        rows = [*given.rows, *[("",) * len(field.keys)] * SPARE]
        return tag("div", joined((self.row(field, n, row) for n, row in enumerate(rows)), "\n"), class_="rows")

    def row(self, field: Field, number: int, row: Sequence[str]) -> Markup:
        """One entry: a control for each column, named by it."""
        cells = [
            self.cell(field, number, key, kind, text)
            for key, kind, text in zip(field.keys, field.types, row, strict=True)
        ]
        label = self.said.say("board.row", number=number + 1)
        return tag("div", joined(cells, "\n"), role="group", aria_label=label, class_="row")

    def cell(self, field: Field, number: int, key: str, kind: ValueType, text: str) -> Markup:
        """A control under the name of its column."""
        parts = (number, key)
        name = tag("span", self.column(key), class_="column")
        if not kind.labels:
            # A number in a list: what stands first came first, unless somebody says otherwise.
            value = text or (str(number + 1) if key == "order" else "")
            return tag("label", name, self.input(field, parts, kind, value, ""), class_=f"cell {kind.kind}")
        return tag("label", name, self.select(field, parts, list(self._offered(kind, text)), text, ""), class_="cell")

    def _offered(self, kind: ValueType, text: str) -> Iterator[Option]:
        """The values of a column; what the record says beside them too."""
        options = self.options(kind)
        yield from options
        if text and text not in dict(options):
            yield text, self.say.value(text, kind.name)

    def column(self, key: str) -> str:
        """The name of a column in words."""
        return self.said.phrases.get(f"board.column.{key}") or spaced(self.say.named(key))
