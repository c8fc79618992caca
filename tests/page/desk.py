"""A desk with the readers that the command line hands over, and forms as a browser posts them."""

from __future__ import annotations

from html.parser import HTMLParser

from guidekb.facts.edit import edited, text_of
from guidekb.facts.example_files import example_bytes, example_names
from guidekb.facts.read import read
from guidekb.kb.load import HOME, load
from guidekb.kb.translation import translate
from guidekb.queries.answers.assess import Knowledge
from guidekb.queries.page.respond import Desk, Doors
from guidekb.queries.page.sent import Sent
from guidekb.queries.wording.words import words

DOORS = Doors(read, edited, text_of, example_names, example_bytes)


def desk(language: str = "en") -> Desk:
    """The installed guideline in a language."""
    program = translate(load(HOME), HOME, language)
    return Desk(Knowledge(program), words(language), DOORS, ("de", "en"))


def form(**fields: str | tuple[str, ...]) -> Sent:
    """A form with these fields; `f__stage` is `f.stage`."""
    named = {name.replace("__", "."): value for name, value in fields.items()}
    return Sent({name: (value,) if isinstance(value, str) else value for name, value in named.items()})


class Posted(HTMLParser):
    """What a browser would post of a form of a page, if nobody touched it."""

    def __init__(self, source: str, form_id: str = "board") -> None:
        super().__init__(convert_charrefs=True)
        self.form_id, self.inside, self.area, self.select = form_id, False, "", ""
        self.pairs: list[tuple[str, str]] = []
        self.first: str | None = None
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = dict(attrs)
        if tag == "form":
            self.inside = a.get("id") == self.form_id
        if not self.inside:
            return
        name, value = a.get("name") or "", a.get("value") or ""
        if tag == "input" and name:
            if a.get("type") not in ("radio", "checkbox", "file") or "checked" in a:
                self.pairs.append((name, value))
        elif tag == "select":
            self.select, self.first = name, None
        elif tag == "option" and self.select:
            self.first = value if self.first is None or "selected" in a else self.first
        elif tag == "textarea":
            self.area = name
            self.pairs.append((name, ""))

    def handle_data(self, data: str) -> None:
        if self.area:
            name, value = self.pairs[-1]
            self.pairs[-1] = name, value + (data.removeprefix("\n") if not value else data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self.select:
            self.pairs.append((self.select, self.first or ""))
            self.select = ""
        elif tag == "textarea":
            self.area = ""
        elif tag == "form":
            self.inside = False

    def sent(self, **more: str) -> Sent:
        """The form, with some fields set."""
        found: dict[str, tuple[str, ...]] = {}
        for name, value in self.pairs:
            found[name] = (*found.get(name, ()), value)
        return Sent({**found, **{name.replace("__", "."): (value,) for name, value in more.items()}})
