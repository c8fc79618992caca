"""A guideline in prose cut into sentences, each with the heading above it, its line and its reference numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BULLET = re.compile(r"\s*(?:[-*•–]|\(?[0-9]{1,2}[.)]|\(?[a-z]\))\s+")
_SHORT = ("e.g.", "i.e.", "cf.", "vs.", "Dr.", "Fig.", "No.", "al.", "approx.", "resp.", "incl.", "St.", "Tab.", "ca.")
_END = re.compile(r"(?<=[.!?])(?P<refs>(?:\s*\[[0-9,\s–-]+\])?)\s+(?=[A-Z0-9\"“(])")
_NUMBERS = r"[0-9]{1,3}(?:\s*[,–-]\s*[0-9]{1,3})*"
_BRACKETS = re.compile(rf"\s*\[({_NUMBERS})\]")
_AFTER = re.compile(rf"(?P<before>[.!?\w)])\s+(?P<refs>{_NUMBERS})$")
_AMOUNT = re.compile(
    r"(?i)\b(than|over|under|above|below|least|most|to|of|at|about|stage|grade|day|days|week|type|score|level|="
    r"|[<>≤≥])$"
)
LONGEST_HEADING = 100  # characters


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a source. `line` is where it begins, `heading` what stands above it."""

    text: str
    line: int
    refs: tuple[int, ...] = ()
    heading: str = ""


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text, in its order."""
    found: list[Sentence] = []
    heading = ""
    for first, parts, is_heading in _units(text.split("\n")):
        unit = " ".join(parts)
        if is_heading:
            heading = unit.rstrip(": ")
            continue
        for begin, sentence in _cut(unit):
            line = first + _line_of(begin, parts)
            body, refs = _without_refs(sentence)
            if body and not refs and re.fullmatch(rf"{_NUMBERS}\.?", body) and found:
                # Numbers that stand alone belong to the sentence before.
                last = found.pop()
                found.append(Sentence(last.text, last.line, _numbers(body.rstrip(".")), last.heading))
            elif body:
                found.append(Sentence(body, line, refs, heading))
    return tuple(found)


def _line_of(offset: int, parts: list[str]) -> int:
    """The number of the line, from 0, in which a character of the joined lines stands."""
    for number, part in enumerate(parts):
        if offset <= len(part):
            return number
        offset -= len(part) + 1
    return len(parts) - 1


def _units(lines: list[str]) -> Iterator[tuple[int, list[str], bool]]:
    """Headings, and paragraphs or bullets line by line; each with the number of its first line."""
    unit: list[str] = []
    start, listed = 0, False
    for number, line in enumerate(lines, 1):
        text = line.strip()
        bullet = _BULLET.match(line)
        if unit and (not text or bullet or _heads(lines, number, unit, listed)):
            yield start, unit, False
            unit = []
        if not text:
            continue
        if not unit and not bullet and _heads(lines, number, unit, listed):
            yield number, [text.lstrip("# ")], True
            continue
        if not unit:
            start, listed = number, bool(bullet)
        unit.append(line[bullet.end() :].strip() if bullet else text)
    if unit:
        yield start, unit, False


def _heads(lines: list[str], number: int, unit: list[str], listed: bool) -> bool:
    """Whether a line is a heading: short, without a period, after the end of a sentence, before a new beginning.

    A bullet (`listed`) ends where a line is not indented.
    """
    text = lines[number - 1].strip()
    if text.startswith("#"):
        return True
    following = next((x for x in lines[number:] if x.strip()), "")
    begins = bool(_BULLET.match(following)) or following.strip()[:1].isupper()
    ends = _AFTER.sub(r"\g<before>", text)[-1:] in tuple(".!?;,")
    after = not unit or _AFTER.sub(r"\g<before>", unit[-1])[-1:] in tuple(".!?:")
    after = after or (listed and not lines[number - 1][:1].isspace() and text[:1].isupper())
    return len(text) <= LONGEST_HEADING and not _BULLET.match(text) and not ends and after and begins


def _cut(unit: str) -> Iterator[tuple[int, str]]:
    """The sentences of a paragraph, each with where it begins."""
    begin = 0
    for match in _END.finditer(unit):
        piece = unit[begin : match.end("refs")]
        if not piece.rstrip().endswith(_SHORT) and not re.search(r"\b[A-Z]\.$", piece):
            yield begin, piece.strip()
            begin = match.end()
    yield begin, unit[begin:].strip()


def _without_refs(sentence: str) -> tuple[str, tuple[int, ...]]:
    """The sentence without its reference numbers, in brackets or at its end."""
    refs = [n for group in _BRACKETS.findall(sentence) for n in _numbers(group)]
    text = _BRACKETS.sub("", sentence).strip()
    after = _AFTER.search(text)
    if after and not _AMOUNT.search(text[: after.end("before")]):
        refs += _numbers(after["refs"])
        text = text[: after.end("before")]
    return text, tuple(dict.fromkeys(refs))


def _numbers(group: str) -> tuple[int, ...]:
    """`1, 3-5` as 1, 3, 4, 5."""
    found: list[int] = []
    for part in re.split(r"\s*,\s*", group.strip()):
        first, _, last = re.sub(r"\s*[–-]\s*", "-", part).partition("-")
        found += range(int(first), min(int(last or first), int(first) + 50) + 1)
    return tuple(found)
