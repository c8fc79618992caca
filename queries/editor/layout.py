"""A document in canonical layout, as the few lines that have to change."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import NamedTuple

from ...kb.format_document import canonical_text


class LineEdit(NamedTuple):
    """The lines `first` up to but not `last`, 0-based, give way to a text."""

    first: int
    last: int
    text: str


def formatting(name: str, text: str) -> tuple[LineEdit, ...]:
    """The edits. Raises Invalid for a text that cannot be read: it is left as it is."""
    return line_edits(text, canonical_text(name, text))


def line_edits(before: str, after: str) -> tuple[LineEdit, ...]:
    """The lines that make one text the other; both have newlines as line ends."""
    old, new = before.split("\n"), after.split("\n")
    # A text of the editor has a last line after its last newline; a line that is put in brings its own newline.
    found: list[LineEdit] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        text = "".join(f"{line}\n" for line in new[c:d])
        if b == len(old):  # the last line has no newline
            text = "\n".join(new[c:d])
            if a > 0 and c == d:
                return (*found, LineEdit(a - 1, b, new[c - 1] if c else ""))
            if a == len(old):
                return (*found, LineEdit(a - 1, b, "\n".join(new[c - 1 : d])))
        found.append(LineEdit(a, b, text))
    return tuple(found)


def applied(text: str, edits: tuple[LineEdit, ...]) -> str:
    """The text with the edits made."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1].removesuffix("\n")
    for first, last, new in reversed(edits):
        lines[first:last] = [new]
    return "".join(lines)
