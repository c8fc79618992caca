"""The page for one patient: the record as a form, and the answer beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ...kb.diagnostics import Diagnostic, render
from ...kb.ir import EDB, Program
from ..changes.record_changes import record_changes, told
from ..explanations.report import Report
from ..rendering.markup import Markup, joined, tag, verbatim
from ..wording.sentences import Sentences, sentences
from ..wording.words import Words
from .changed import Changed, now_and_before
from .conclusions import Conclusions
from .fields import Field
from .form import Errors, Form
from .given import Givens, packed
from .question import next_question
from .shell import document
from .source import Source, source_form
from .why_not import why_not_part


@dataclass(frozen=True)
class Board:
    """All that the page shows. `typed`: what the form says; `used`: the same without what is wrong (`errors`).

    recorded: the record as it was read. before: the form before the last change, with the report that it had.
    """

    source: Source
    fields: Mapping[str, Field]
    typed: Givens
    used: Givens
    before: Givens
    recorded: EDB
    first: Report
    now: Report
    errors: Errors = field(default_factory=lambda: {})
    warnings: tuple[Diagnostic, ...] = ()
    looked_for: str = ""
    examples: Sequence[str] = ()
    languages: Sequence[str] = ()


def board_html(board: Board, said: Words) -> str:
    """The whole page."""
    return document(said, _Page(board, said).body(), "board")


def start_html(
    program: Program, said: Words, examples: Sequence[str], languages: Sequence[str], typed: str = "",
    wrong: Sequence[Diagnostic] = (), patients: Sequence[str] = (),
) -> str:  # fmt: skip
    """The page before there is a patient, or when what was given for one cannot be read."""
    title = tag("h1", said.say("board.title"))
    header = [_eyebrow(program), title, tag("p", said.say("board.about"), class_="lead"), _disclaimer(said)]
    main = source_form(said, said.language, examples, typed, wrong, patients)
    parts = [
        tag("a", said.say("board.skip_start"), class_="skip", href="#start"),
        _trouble(said),
        tag("header", _languages(said, languages, ""), *header),
        tag("main", main, id="start", tabindex="-1"),
        tag("footer", _knowledge_base(program, said)),
    ]
    return document(said, joined(parts, "\n"), "start")


class _Page:
    def __init__(self, board: Board, said: Words) -> None:
        self.board, self.said = board, said
        self.program = board.now.case.knowledge.program
        self.say: Sentences = sentences(self.program, said)
        is_changed = board.used != board.before
        self.changed = Changed(board.first, board.now, said) if is_changed else None
        self.answer = Conclusions(board.now, said, self.changed.found.items if self.changed else ())

    def body(self) -> Markup:
        """Everything between the tags of the body."""
        said = self.said
        main = tag(
            "form",
            joined([self.state(), tag("div", self.record(), self.beside(), class_="columns")], "\n"),
            method="post",
            enctype="multipart/form-data",
            id="board",
            data_blank=not self.board.source.name and bool(self.board.used),
        )
        parts = [
            tag("a", said.say("html.skip"), class_="skip", href="#answer"),
            _trouble(said),
            tag("header", self.header()),
            tag("main", main),
            tag("section", self.another(), aria_labelledby="another-title", class_="another"),
            tag("footer", _knowledge_base(self.program, said)),
        ]
        return joined(parts, "\n")

    def header(self) -> Markup:
        """Of whom, from where, and what this page is not."""
        report, said = self.board.now, self.said
        known = [said.say("page.recorded_in", source=self.board.source.name)] if self.board.source.name else []
        if report.answer.as_of:
            known.append(said.say("page.as_of", day=said.day(report.answer.as_of)))
        # The first button of a form is what the Enter key presses, and that is not to be another language.
        update = tag("button", type="submit", form="board", name="do", value="update", hidden=True)
        parts = [
            update,
            _languages(said, self.board.languages, "board"),
            _eyebrow(self.program),
            tag("h1", said.say("page.patient", subject=report.case.edb.subject)),
            *([tag("p", joined([tag("bdi", part) for part in known], " · "), class_="meta")] if known else []),
            _disclaimer(said),
        ]
        return joined(parts, "\n")

    def state(self) -> Markup:
        """What the server does not keep: the record, and the form as it was."""
        board, said = self.board, self.said
        hidden = [
            ("lang", said.language), ("text", board.source.text), ("name", board.source.name),
            ("patient", board.source.patient), ("was", packed(board.used)), ("before", packed(board.before)),
        ]  # fmt: skip
        inputs = [tag("input", type="hidden", name=name, value=verbatim(value)) for name, value in hidden]
        return tag("div", joined(inputs, "\n"), id="state", data_part=True, hidden=True)

    def record(self) -> Markup:
        """The left side: what to ask, what was changed, the form."""
        said, board = self.said, self.board
        form = Form(board.now.case.edb, board.fields, board.typed, board.errors, self.say)
        update = tag("button", said.say("board.update"), type="submit", name="do", value="update", class_="primary",
                     id="update")  # fmt: skip
        parts = [
            tag("div", tag("h2", said.say("board.record"), id="record"), update, class_="title"),
            tag("div", self.problems(), id="problems", data_part=True),
            tag("div", self.asked(), id="asked", data_part=True),
            tag("div", self.edited(), id="edited", data_part=True),
            tag("div", form.groups(), id="form"),
        ]
        return tag("section", joined(parts, "\n"), aria_labelledby="record", class_="record")

    def asked(self) -> Markup:
        """The next question."""
        return next_question(self.board.now.case, self.board.fields, self.board.used, self.say)

    def problems(self) -> Markup:
        """What is wrong with the form, and what the reader of the record warns of."""
        parts: list[Markup] = []
        if self.board.errors:
            links = [tag("li", tag("a", self.say.ask(name), href=f"#field-{name}")) for name in self.board.errors]
            text = self.said.count("board.field_errors", len(self.board.errors))
            parts.append(tag("div", tag("p", text), tag("ul", *links), role="alert", class_="findings"))
        if self.board.warnings:
            title = tag("summary", self.said.count("board.warnings", len(self.board.warnings)))
            lines = [
                tag("li", tag("pre", joined(render(w).split("\n"), "\n"), tabindex="0")) for w in self.board.warnings
            ]
            parts.append(tag("details", title, tag("ul", *lines), class_="warnings", id="warnings"))
        return joined(parts, "\n")

    def edited(self) -> Markup:
        """The changes to the record as it was read, each with a way back."""
        first, now = self.board.recorded, self.board.now.case.edb
        found = record_changes(first, now, self.board.now.case.knowledge.predicates)
        if not found or not self.board.source.name:
            return Markup()
        said, rows = self.said, list[Markup]()
        for one in found:
            text = told(self.say, one.field, one.after, one.listed_after)
            undo = tag("button", said.say("board.undo"), type="submit", name="undo", value=one.field, class_="plain",
                       aria_label=said.say("board.undo_of", text=text))  # fmt: skip
            rows.append(tag("li", tag("div", *now_and_before(one, self.say)), undo))
        every = tag("button", said.say("board.undo_all"), type="submit", name="undo", value="*", class_="plain")
        title = tag("h3", said.count("board.edits", len(rows)), id="edits")
        return tag("section", title, tag("ul", *rows), every if len(rows) > 1 else "", aria_labelledby="edits",
                   class_="edits")  # fmt: skip

    def beside(self) -> Markup:
        """The right side: what changed, the answer, why not."""
        said = self.said
        news = self.changed.announced() if self.changed else ""
        # Made first: what it cites is shown among the sources at the end.
        whynot = why_not_part(self.board.now, self.answer.items, self.say, self.board.looked_for)
        jump = tag("a", self.changed.counted(), href="#what-changed") if self.changed else (
            tag("a", said.say("board.to_answer"), href="#answer")
        )  # fmt: skip
        parts = [
            tag("p", news, role="status", class_="hidden", id="news"),
            tag("div", jump, id="jump", data_part=True),
            tag("div", self.tools(), class_="tools"),
            tag("div", self.changed.section(self.answer.items) if self.changed else "", id="changed", data_part=True),
            tag("div", joined(filter(None, self.answer.parts()), "\n"), id="conclusions", data_part=True),
            tag("div", whynot, id="whynot", data_part=True),
            tag("div", self.answer.sources(), id="rests-on", data_part=True),
        ]
        label = said.say("board.answer_label")
        return tag("section", joined(parts, "\n"), id="answer", tabindex="-1", aria_label=label, class_="beside")

    def tools(self) -> Markup:
        """What can be taken away: one file, the record, paper."""
        said = self.said
        return joined(
            [
                tag("button", said.say("board.share"), type="submit", formaction="answer.html"),
                tag("button", said.say("board.save_record"), type="submit", formaction="record.yaml"),
                tag("button", said.say("board.print"), type="button", id="print", hidden=True),
            ],
            "\n",
        )

    def another(self) -> Markup:
        """Another record, or the same as text."""
        said, source = self.said, self.board.source
        title = tag("summary", tag("h2", said.say("board.another"), id="another-title"))
        form = source_form(said, said.language, self.board.examples, source.text)
        return tag("details", title, form, id="another")


def _trouble(said: Words) -> Markup:
    """What the script shows when the service does not answer it."""
    return tag("p", said.say("board.trouble"), role="alert", hidden=True, id="trouble", class_="trouble")


def _eyebrow(program: Program) -> Markup:
    return tag("p", program.name.replace("_", " "), " ", program.version, class_="eyebrow")


def _disclaimer(said: Words) -> Markup:
    return tag("p", said.say("page.disclaimer"), class_="disclaimer", role="note")


def _knowledge_base(program: Program, said: Words) -> Markup:
    slots = {"name": program.name, "version": program.version, "hash": program.sha256}
    return tag("p", said.say("page.knowledge_base", **slots))


def _languages(said: Words, languages: Sequence[str], form: str) -> Markup:
    """The other languages, each in its own words; with a patient the form goes along."""
    names = {"en": "English", "de": "Deutsch"}
    others: Iterator[Markup] = (
        tag(
            "button",
            names.get(one, one),
            type="submit",
            name="language",
            value=one,
            form=form,
            lang=one,
            class_="plain",
        )
        if form
        else tag("a", names.get(one, one), href=f"?lang={one}", lang=one, hreflang=one)
        for one in languages
        if one != said.language
    )
    listed = list(others)
    return tag("nav", *listed, aria_label=said.say("board.language"), class_="languages") if listed else Markup()
