"""Files that are no record at all: what is told, to the letter."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Told = Callable[..., str]
SHAPE = "a patient record is a map of fields, such as `id: p1`"


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", "\ufeff".encode()], ids=["nothing", "blanks", "byte order mark"])
def test_empty(told: Told, data: bytes) -> None:
    assert told(data) == "error[D904]: the file is empty\n --> p.yaml\n  = a patient record has at least an `id`"


@pytest.mark.parametrize("text", ["# a comment", "---", "null", "--- ~\n---\n...\n"])
def test_no_record(told: Told, text: str) -> None:
    assert told(text).startswith("error[D904]: the file holds no record\n --> p.yaml:1:1\n")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16(told: Told, encoding: str) -> None:
    message = "error[D903]: the file is UTF-16, not UTF-8\n --> p.yaml\n  = save it as UTF-8"
    assert told("id: p1\nstage: localized\n".encode(encoding)) == message


def test_latin_1(told: Told) -> None:
    assert (
        told("id: p1\r\nstage_detail: Größe é\r\n".encode("latin-1"))
        == """\
error[D903]: the file is not UTF-8: byte 0xf6 does not belong here
 --> p.yaml:2:17
2 | stage_detail: Gr��e �
  |                 ^ save it as UTF-8; it may be Latin-1 or Windows-1252"""
    )


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"id: p\0", b'{"id": "p\0"}'])
def test_binary(told: Told, data: bytes) -> None:
    found = told(data)
    assert found.startswith(("error[D905]: the file is binary, not text", "error[D903]: the file is not UTF-8"))


JSON = [
    ('{"id": "p1"', "the file ends where `}` is missing", 12, ""),
    ('[{"id": "p1"}', "the file ends where `]` is missing", 14, ""),
    ('{"id": ', "the file ends where `}` is missing", 8, ""),
    ('{"id": "p1', "this text has no closing double quote", 8, ""),
    ('{"id": "p1"} x', "the document goes on after its end with `x`", 14, "put several records in a list"),
    ('{"id": "p1"}{"id": "p2"}', "the document goes on after its end with `{`", 13, "put several records in a list"),
    ('{"id": "p1",}', "expected a name in double quotes, found `}`", 13, "remove the comma before it"),
    ('["a",]', "expected a value, found `]`", 6, "remove the comma before it"),
    ('{"id" "p1"}', 'expected `:`, found `"`', 7, ""),
    ('{"id": "p1" "er": 1}', 'expected `,` or `}`, found `"`', 13, ""),
    ('["id"}', "expected `,` or `]`, found `}`", 6, ""),
    ('{"id": p1}', "expected a value, found `p1`", 8, ""),
    ("{\"id\": 'p1'}", "expected a value, found `'`", 8, "JSON has double quotes only"),
    ('{"id": NaN}', "expected a value, found `NaN`", 8, "JSON has no such number; leave out what is not known"),
    (
        '{"id": -Infinity}',
        "expected a value, found `-Infinity`",
        8,
        "JSON has no such number; leave out what is not known",
    ),
    ('{"id": 01}', "expected a value, found `01`", 8, ""),
    ('{"id": 1.}', "expected a value, found `1.`", 8, ""),
    ('{"id": +1}', "expected a value, found `+1`", 8, ""),
    ('{"id": 1e}', "expected a value, found `1e`", 8, ""),
    (
        '{"id": True}',
        "expected a value, found `True`",
        8,
        "JSON knows `true`, `false` and `null`; put words in double quotes",
    ),
    ('{"id": truex}', "expected a value, found `truex`", 8, ""),
    ('{"id": "a\tb"}', "a text cannot go over a line or hold a control character", 10, r"write `\n` or `\t`"),
    ('{"id": "a\nb"}', "a text cannot go over a line or hold a control character", 10, r"write `\n` or `\t`"),
    (r'{"id": "\x41"}', "this is no escape of JSON", 9, r"write a backslash as `\\`"),
    (r'{"id": "\u12"}', "this is no escape of JSON", 10, r"write a backslash as `\\`"),
    (r'{"id": "\ud800"}', r"this text holds half a character (a lone `\ud800` to `\udfff`)", 8, ""),
    ('{"id": /* c */ 1}', "expected a value, found `/`", 8, ""),
    ('{"id":\xa0"p1"}', "expected a value, found `\xa0`", 7, ""),
]


@pytest.mark.parametrize(("text", "message", "column", "help_"), JSON, ids=[case[0] for case in JSON])
def test_not_json(told: Told, text: str, message: str, column: int, help_: str) -> None:
    first, place, line, caret, *_ = told(text, "p").splitlines()
    assert first == f"error[D906]: not JSON: {message}".replace("\xa0", "�")
    assert place == f" --> p:1:{column}"
    assert caret.startswith("  | " + " " * (column - 1) + "^")
    assert caret.endswith(f" {help_}" if help_ else "^")
    assert line.startswith("1 | ")


def test_what_was_opened_is_named(told: Told) -> None:
    assert (
        told('[\n  {"id": "p1",\n   "er": "positive"\n')
        == """\
error[D906]: not JSON: the file ends where `}` is missing
 --> p.yaml:4:1
   = it was opened here (p.yaml:2)""".replace("   = ", "  = ")
    )


YAML = [
    ("id: [", "error[D907]: not YAML: "),
    ("id: 'p1", "error[D907]: not YAML: "),
    ("id: p1\n\tstage: localized", "error[D907]: not YAML: "),
    ("id: p1\n  stage: localized", "error[D907]: not YAML: "),
    ("%FOO\n---\nid: p1", "error[D907]: not YAML: "),
    ("id: @p1", "error[D907]: not YAML: "),
    ("id: p1\x07", "error[D905]: a control character (U+0007) cannot stand here\n"),
    ("id: &a p1\ner: *a", "error[D910]: anchors and aliases are not read\n"),
    ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "error[D910]: anchors and aliases are not read\n"),
    ("id: *a", "error[D910]: anchors and aliases are not read\n"),
    (
        "id: !!python/object/apply:os.system ['true']",
        "error[D910]: the tag `!!python/object/apply:os.system` is not read\n",
    ),
    ("!!binary aWQ=: p1", "error[D910]: the tag `!!binary` is not read\n"),
    ("? [id]\n: p1", "error[D912]: a key has to be a name, not a list or a map\n"),
    ("{[id]: p1}", "error[D912]: a key has to be a name, not a list or a map\n"),
    ("p1", f"error[D912]: expected a patient record, found a single value\n --> p.yaml:1:1\n1 | p1\n  | ^^ {SHAPE}"),
    ('"p1"', "error[D912]: expected a patient record, found a single value\n"),
    ("[]", f"error[D912]: the list holds no patient record\n --> p.yaml:1:1\n1 | []\n  | ^^ {SHAPE}"),
    ("- - id: p1", "error[D912]: expected a patient record, found a list\n"),
]


@pytest.mark.parametrize(("text", "beginning"), YAML, ids=[case[0] for case in YAML])
def test_no_yaml_record(told: Told, text: str, beginning: str) -> None:
    assert told(text).startswith(beginning)


def test_yaml_that_goes_wrong_is_shown_with_its_line(told: Told) -> None:
    assert (
        told("id: p1\n\tstage: localized\n")
        == """\
error[D907]: not YAML: found a tab character that violates indentation, while scanning a plain scalar
 --> p.yaml:2:1
2 |  stage: localized
  | ^ indent with spaces, not with tabs"""
    )


def test_half_a_character_in_yaml(told: Told) -> None:
    assert told(r'id: "\ud800"').startswith("error[D907]: not YAML: ")
