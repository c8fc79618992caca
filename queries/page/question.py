"""The next question to ask, answerable where it stands, with what each answer would lead to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..answers.assess import Case, reopened
from ..asking.ask import Inquiry, Question, inquire
from ..asking.ask_text import AskText, grouped
from ..rendering.layout import Layout
from ..rendering.markup import Markup, joined, tag
from ..unknowns.topics import Topic
from ..wording.sentences import Sentences, spaced
from .controls import Controls
from .fields import Field
from .given import Given, Row
from .posted import ASKED, field_posted
from .sent import Sent

WIDE = 100_000
"""Columns of a line that is not broken."""


def next_question(case: Case, fields: Mapping[str, Field], givens: Mapping[str, Given], say: Sentences) -> Markup:
    """The best question, or that nothing is left to ask."""
    said = say.words
    wide = reopened(case)
    found = inquire(wide)
    title = tag("h2", said.say("ask.next"), id="ask-next")
    if not found.questions:
        return _section(title, [tag("p", said.say("ask.nothing")), *_required(found, say)])
    first = found.questions[0]
    text = AskText(wide, Layout(WIDE), said)
    body = [
        _control(first, fields[first.topic.field], givens, say, text.ask(first.topic)),
        tag("p", next(text.why(first)).strip(), class_="why"),
        tag("details", tag("summary", said.say("board.outcomes")), _outcomes(text, first), id="outcomes"),
        *_others(found, text),
        *_required(found, say),
    ]
    return _section(title, body)


def answered(sent: Sent, fields: Mapping[str, Field], givens: Mapping[str, Given]) -> dict[str, Given]:
    """The form with the answer to the question in place of what it said."""
    name, _, key = sent.one("asked").partition(":")
    field = fields.get(name)
    if field is None:
        return dict(givens)
    if not key or field.shape != "map":
        given = field_posted(sent, field, ASKED)
        given = replace(given, extent="some") if given.rows and field.is_many and not given.extent else given
        return {**givens, name: given} if given else dict(givens)
    value = sent.one(f"{ASKED}{name}")
    before = givens.get(name, Given())
    rows: tuple[Row, ...] = (*(row for row in before.rows if row[0] != key), (key, value))
    return {**givens, name: Given(rows, before.extent or "some")} if value else dict(givens)


def _section(title: Markup, body: list[Markup]) -> Markup:
    return tag("section", title, joined(body, "\n"), aria_labelledby="ask-next", class_="ask")


def _control(question: Question, field: Field, givens: Mapping[str, Given], say: Sentences, asked: str) -> Markup:
    """The controls of the field that is asked for, or of the one entry of a map, and a button."""
    topic = question.topic
    controls = Controls(say, ASKED)
    given = givens.get(topic.field, Given())
    hidden = tag("input", type="hidden", name="asked", value=":".join((topic.field, *map(str, topic.key[:1]))))
    if topic.key and field.shape == "map":
        options = controls.options(field.types[-1])
        legend = tag("legend", asked)
        inside = tag("fieldset", legend, controls.radios(field, (), options, ""), id=controls.id_of(field))
    else:
        inside = controls.field(field, given if question.conflicting or field.is_many else Given(), "")
    warn = [tag("p", say.words.say("answer.conflicting", field=spaced(topic.field)), class_="warn")]
    button = tag("button", say.words.say("board.answer"), type="submit", name="do", value="answer", class_="primary")
    return joined([hidden, *(warn if question.conflicting else []), inside, button], "\n")


def _outcomes(text: AskText, question: Question) -> Markup:
    """What each answer leads to; answers that lead to the same are one."""
    rows: list[Markup] = []
    for group in grouped(question.outcomes):
        first, told = group[0], list[str]()
        if first.impossible:
            told.append(text.said.say("ask.impossible"))
        else:
            for atoms, key in ((first.gained, "ask.gained"), (first.lost, "ask.lost"), (first.settled, "ask.certain")):
                told += [text.said.say(key, text=line) for line in text.conclusions(atoms)]
            told = told or [text.said.say("ask.no_change")]
            told.append(text.remaining(first.questions))
        title = tag("dt", text.answer(question.topic, group).rstrip(":"))
        rows.append(tag("div", title, *(tag("dd", line) for line in told)))
    return tag("dl", joined(rows, "\n"), class_="outcomes")


def _others(found: Inquiry, text: AskText) -> Iterator[Markup]:
    """What else is open, each leading to its place in the form."""
    others: list[Topic] = [q.topic for q in found.questions[1:]]
    others += [topic for topic in (*found.later, *found.perhaps) if topic not in others]
    if others:
        listed = [tag("li", tag("a", text.ask(topic), href=f"#field-{topic.field}")) for topic in others]
        yield tag("details", tag("summary", text.said.count("board.also_open", len(others))), tag("ul", *listed),
                  id="also-open")  # fmt: skip


def _required(found: Inquiry, say: Sentences) -> Iterator[Markup]:
    """What the guideline wants to be known, although it changes nothing."""
    if found.required:
        links = [tag("a", say.ask(name), href=f"#field-{name}") for name in found.required]
        yield tag("p", tag("span", f"{say.words.say('ask.required')}: "), joined(links, ", "), class_="why")
