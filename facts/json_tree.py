"""JSON to a tree with positions: the standard library keeps none, and YAML 1.1 is no superset of JSON."""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder
from typing import Literal as OneOf

from ..kb.diagnostics import Invalid, Note
from .findings import Findings, quoted
from .source import Source
from .tree import Builder, Node, Scalar, ScalarKind

_SPACE = re.compile(r"[ \t\n\r]*+")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?(?![\w.+-])")
_CONSTANT = re.compile(r"(?:true|false|null)(?![\w.+-])")
_WORD = re.compile(r"[\w.+-]+|.", re.DOTALL)
_STRINGS = JSONDecoder()
_SURROGATE = re.compile("[\ud800-\udfff]")
_BEGINNING = re.compile(r'\s*+[\[{][\s\[{]*+(?:["\]}]|-?[0-9]|$)')

_State = OneOf["value", "item or end", "key or end", "key", "colon", "comma"]

_WANTED = {
    "value": "a value",
    "item or end": "a value or `]`",
    "key or end": "a name in double quotes or `}`",
    "key": "a name in double quotes",
    "colon": "`:`",
}


def is_json(text: str) -> bool:
    """Whether a document has to be judged as JSON: its first list or map holds a quoted name, as YAML's rarely do."""
    return _BEGINNING.match(text) is not None


def json_tree(source: Source, findings: Findings) -> list[Node]:
    """The one value of a JSON document."""
    reader = _Reader(source, findings)
    reader.run()
    return reader.builder.roots


class _Reader:
    def __init__(self, source: Source, findings: Findings) -> None:
        self.source = source
        self.findings = findings
        self.builder = Builder(source, findings)
        self.at = 0
        self.state: _State = "value"

    def run(self) -> None:
        text, builder = self.source.text, self.builder
        while True:
            self.at = _SPACE.match(text, self.at).end()  # pyright: ignore[reportOptionalMemberAccess]  (it matches anything)
            sign = text[self.at : self.at + 1]
            if self.state == "comma" and not builder.frames:
                if sign:
                    raise self.fail(
                        f"the document goes on after its end with {self.word()}", "put several records in a list"
                    )
                return
            if not sign:
                raise self.unfinished()
            if self.state == "comma":
                self.comma(sign)
            elif self.state == "colon":
                self.colon(sign)
            elif (sign == "]" and self.state == "item or end") or (sign == "}" and self.state == "key or end"):
                self.close()
            elif self.state in ("key", "key or end"):
                if sign != '"':
                    raise self.unexpected()
                self.string()
                self.state = "colon"
            else:
                self.value(sign)

    def value(self, sign: str) -> None:
        if sign in "[{":
            self.builder.begin(self.at, sign == "{")
            self.at += 1
            self.state = "key or end" if sign == "{" else "item or end"
            return
        if sign == '"':
            self.string()
        elif number := _NUMBER.match(self.source.text, self.at):
            self.scalar(number.end(), "number")
        elif constant := _CONSTANT.match(self.source.text, self.at):
            self.scalar(constant.end(), "null" if sign == "n" else "boolean")
        else:
            raise self.unexpected()
        self.state = "comma"

    def scalar(self, end: int, kind: ScalarKind) -> None:
        self.builder.scalar(Scalar(self.at, end, self.source.text[self.at : end], kind))
        self.at = end

    def string(self) -> None:
        start = self.at
        try:
            decoded: tuple[str, int] = _STRINGS.raw_decode(self.source.text, start)
        except JSONDecodeError as error:
            self.at = min(error.pos, len(self.source.text))
            if error.msg.startswith("Unterminated"):
                self.at = start
                raise self.fail("this text has no closing double quote") from None
            if "control character" in error.msg:
                raise self.fail(
                    "a text cannot go over a line or hold a control character", r"write `\n` or `\t`"
                ) from None
            raise self.fail(r"this is no escape of JSON", r"write a backslash as `\\`") from None
        value, self.at = decoded
        if _SURROGATE.search(value):
            raise self.fail_at(start, self.at, r"this text holds half a character (a lone `\ud800` to `\udfff`)")
        self.builder.scalar(Scalar(start, self.at, value, "text"))

    def colon(self, sign: str) -> None:
        if sign != ":":
            raise self.unexpected()
        self.at += 1
        self.state = "value"

    def comma(self, sign: str) -> None:
        closing = "}" if self.builder.frames[-1].is_map else "]"
        if sign == closing:
            self.close()
        elif sign == ",":
            self.at += 1
            self.state = "key" if closing == "}" else "value"
        else:
            raise self.fail(f"expected `,` or `{closing}`, found {self.word()}")

    def close(self) -> None:
        self.at += 1
        self.builder.end(self.at)
        self.state = "comma"

    def word(self) -> str:
        found = _WORD.match(self.source.text, self.at, self.at + 80)
        return quoted(found[0] if found else "")

    def unexpected(self) -> Invalid:
        word = self.word()
        help = ""  # noqa: A001
        if word in ("`NaN`", "`Infinity`", "`-Infinity`"):
            help = "JSON has no such number; leave out what is not known"  # noqa: A001
        elif word in ("`}`", "`]`"):
            help = "remove the comma before it"  # noqa: A001
        elif word == "`'`":
            help = "JSON has double quotes only"  # noqa: A001
        elif word.lower() in ("`yes`", "`no`", "`true`", "`false`", "`none`"):
            help = "JSON knows `true`, `false` and `null`; put words in double quotes"  # noqa: A001
        return self.fail(f"expected {_WANTED[self.state]}, found {word}", help)

    def unfinished(self) -> Invalid:
        if not self.builder.frames:
            return self.fail("the document has no value")
        sign = "}" if self.builder.frames[-1].is_map else "]"
        note = Note(self.builder.opened, "it was opened here")
        span = self.source.span(len(self.source.text))
        return self.findings.fatal("D906", f"not JSON: the file ends where `{sign}` is missing", span, notes=(note,))

    def fail(self, message: str, help: str = "") -> Invalid:  # noqa: A002
        return self.fail_at(self.at, self.at + 1, message, help)

    def fail_at(self, start: int, end: int, message: str, help: str = "") -> Invalid:  # noqa: A002
        return self.findings.fatal("D906", f"not JSON: {message}", self.source.span(start, end), help)
