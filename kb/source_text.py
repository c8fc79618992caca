"""A guideline in prose cut into headings and sentences, each of these with its line and its reference numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_BULLET = re.compile(r"\s*(?:[-*•–]|\(?(?P<number>[0-9]{1,2})[.)]|\(?(?P<letter>[a-z])\))\s+(?=\S)")
_SHORT = ("e.g.", "i.e.", "cf.", "vs.", "Dr.", "Fig.", "No.", "al.", "approx.", "resp.", "incl.", "St.", "Tab.", "ca.")
_END = re.compile(r"(?<=[.!?])(?P<refs>(?:\s*\[[0-9,\s–-]+\])?)\s+(?=[A-Z0-9\"“(])")
_NUMBERS = r"[0-9]{1,3}(?:\s*[,–-]\s*[0-9]{1,3})*"
_BRACKETS = re.compile(rf"\s*\[({_NUMBERS})\]")
_AFTER = re.compile(rf"(?P<before>[.!?\w)])\s+(?P<refs>{_NUMBERS})$")
_AMOUNT = re.compile(
    r"(?i)\b(than|over|under|above|below|least|most|to|of|at|about|stage|grade|day|days|week|type|score|level|="
    r"|[<>≤≥])$"
)
_ENDED = re.compile(rf"""[.!?;,]["”’')]*(?:\s*\[[0-9,\s–-]+\]|\s+{_NUMBERS}|(?<=[a-z)][.!?]){_NUMBERS})*\.?$""")
_NUMBERED = re.compile(rf"""[.!?]["”’')]*\s+{_NUMBERS}$""")  # the end of a sentence with its references
LONGEST_HEADING = 100  # characters
LONGEST_RANGE = 50  # references: `1-400` is no list of them


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a source. `line` is where it begins, `heading` what stands above it."""

    text: str
    line: int
    refs: tuple[int, ...] = ()
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a source, without its signs."""

    text: str
    line: int


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text, in its order."""
    return tuple(part for part in parts_of(text) if isinstance(part, Sentence))


def parts_of(text: str) -> tuple[Heading | Sentence, ...]:
    """The headings and sentences of a text, in its order: every word of it stands in one of them."""
    found: list[Heading | Sentence] = []
    heading = ""
    for first, parts, is_heading in _units(text.split("\n")):
        unit = " ".join(parts)
        if is_heading:
            heading = unit.rstrip(": ")
            found.extend([Heading(heading, first)] if heading else [])
            continue
        before = len(found)
        for begin, sentence in _cut(unit):
            body, refs = _without_refs(sentence)
            if re.fullmatch(rf"{_NUMBERS}\.?", body) and not refs:
                body, refs = "", _numbers(body.rstrip("."))
            last = found[-1] if len(found) > before else None
            if not body and refs and isinstance(last, Sentence):
                # Numbers that stand alone belong to the sentence before.
                found[-1] = replace(last, refs=tuple(dict.fromkeys((*last.refs, *refs))))
            elif sentence:
                line = first + _line_of(begin, parts)
                found.append(Sentence(body or sentence, line, refs if body else (), heading))
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
    seen: set[int] = set()  # the numbers of bullets, and the letters as numbers
    for number, line in enumerate(lines, 1):
        text = line.strip()
        bullet = _BULLET.match(line)
        if bullet and (place := _place(bullet)) is not None:
            if unit and place and place - 1 not in seen and not _ENDED.search(unit[-1]):
                bullet = None  # the end of a sentence that goes on from the line before: `at most` / `50. Then`
            else:
                seen.add(place)
        numbered = unit and _NUMBERED.search(unit[-1]) and text[:1].isupper()
        if unit and (not text or bullet or numbered or _heads(lines, number, unit, listed)):
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


def _place(bullet: re.Match[str]) -> int | None:
    """The place that a bullet has in its list, from 0, by its number or letter."""
    if bullet["number"]:
        return max(0, int(bullet["number"]) - 1)
    return ord(bullet["letter"]) - ord("a") if bullet["letter"] else None


def _heads(lines: list[str], number: int, unit: list[str], listed: bool) -> bool:
    """Whether a line is a heading: short, without a period, after the end of a sentence, before a new beginning.

    A bullet (`listed`) ends where a line is not indented.
    """
    text = lines[number - 1].strip()
    if text.startswith("#"):
        return True
    following = next((x for x in lines[number:] if x.strip()), "")
    bullet = _BULLET.match(following)
    begins = bool(bullet and not _place(bullet)) or following.strip()[:1].isupper()
    ends = _ENDED.search(text) or re.fullmatch(rf"\[?{_NUMBERS}\]?\.?", text)
    after = not unit or _ENDED.search(unit[-1]) or unit[-1].endswith(":")
    after = after or (listed and not lines[number - 1][:1].isspace() and text[:1].isupper())
    return len(text) <= LONGEST_HEADING and not (_BULLET.match(text) or ends) and bool(after) and begins


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
    text = _BRACKETS.sub(lambda found: "" if _numbers(found[1]) else found[0], sentence).strip()
    after = _AFTER.search(text)
    if after and _numbers(after["refs"]) and not _AMOUNT.search(text[: after.end("before")]):
        refs += _numbers(after["refs"])
        text = text[: after.end("before")]
    return text, tuple(dict.fromkeys(refs))


def _numbers(group: str) -> tuple[int, ...]:
    """`1, 3-5` as 1, 3, 4, 5; nothing when a part is no range of references, such as `5-3`."""
    found: list[int] = []
    for part in re.split(r"\s*,\s*", group.strip()):
        first, _, last = re.sub(r"\s*[–-]\s*", "-", part).partition("-")
        if not 0 <= int(last or first) - int(first) <= LONGEST_RANGE:
            return ()
        found += range(int(first), int(last or first) + 1)
    return tuple(found)
