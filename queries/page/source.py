"""Where a record comes from: an example, a file, a text that is pasted, or nothing yet; with what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...kb.diagnostics import Diagnostic, render
from ..rendering.markup import Markup, joined, tag, verbatim
from ..wording.words import Words


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a record and what it is called. `patient`: which of several it is about."""

    text: str = ""
    name: str = ""
    patient: str = ""


def source_form(
    said: Words, language: str, examples: Sequence[str], typed: str, wrong: Iterable[Diagnostic] = (),
    patients: Sequence[str] = (),
) -> Markup:  # fmt: skip
    """The ways to a record, and beside the text what is wrong with it, or which of several patients to look at."""
    found = list(wrong)
    parts = [
        tag("input", type="hidden", name="lang", value=language),
        tag("div", _example(said, examples), _file(said), _empty(said), class_="ways"),
        tag("div", _text(said, typed, bool(found)), tag("div", _findings(said, found), _patients(said, patients),
            class_="beside"), class_="text-and-findings"),
    ]  # fmt: skip
    return tag("form", joined(parts, "\n"), method="post", enctype="multipart/form-data", id="source", data_part=True)


def _example(said: Words, examples: Sequence[str]) -> Markup:
    options = [tag("option", name, value=name) for name in examples]
    label = tag("label", said.say("board.example"), for_="example")
    choice = tag("select", *options, name="example", id="example", autocomplete="off")
    button = tag("button", said.say("board.open"), type="submit", name="do", value="example")
    return tag("div", label, tag("div", choice, button, class_="line-and-button"), class_="way")


def _file(said: Words) -> Markup:
    label = tag("label", said.say("board.file"), for_="file")
    choice = tag("input", type="file", name="file", id="file")
    button = tag("button", said.say("board.open"), type="submit", name="do", value="upload")
    return tag("div", label, tag("div", choice, button, class_="line-and-button"), class_="way")


def _empty(said: Words) -> Markup:
    button = tag("button", said.say("board.start_empty"), type="submit", name="do", value="empty")
    return tag("div", tag("span", said.say("board.empty_record")), button, class_="way")


def _text(said: Words, typed: str, is_wrong: bool) -> Markup:
    described = "findings" if is_wrong else "typed-hint"
    label = tag("label", said.say("board.text"), for_="typed")
    hint = tag("p", said.say("board.text_hint"), class_="hint", id="typed-hint")
    # A line break after the tag is not part of the text, so that a text that begins with one keeps it.
    area = tag("textarea", Markup("\n"), verbatim(typed), name="typed", id="typed", rows="14", spellcheck="false",
               autocomplete="off", aria_describedby=described, aria_invalid="true" if is_wrong else False)  # fmt: skip
    button = tag("button", said.say("board.read"), type="submit", name="do", value="read", class_="primary")
    return tag("div", label, hint, area, button, class_="way")


def _findings(said: Words, found: list[Diagnostic]) -> Markup:
    if not found:
        return Markup()
    title = tag("h2", said.count("board.wrong", len(found)), tabindex="-1", id="wrong")
    listed = tag("ul", *(tag("li", tag("pre", tag("code", _lines(render(d))), tabindex="0")) for d in found))
    return tag("div", title, listed, id="findings", role="alert", class_="findings")


def _patients(said: Words, patients: Sequence[str]) -> Markup:
    if not patients:
        return Markup()
    buttons = [tag("button", tag("bdi", p), type="submit", name="patient", value=p, class_="plain") for p in patients]
    title = tag("p", said.count("board.patients", len(patients)))
    return tag("div", title, tag("ul", *(tag("li", one) for one in buttons), class_="choices"), role="status")


def _lines(text: str) -> Markup:
    """A text of several lines: each is escaped, and the breaks between them are kept."""
    return joined(text.split("\n"), "\n")
