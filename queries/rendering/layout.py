"""Lines of text for a terminal: wrapping, glyphs with an ASCII fallback, and emphasis that vanishes when piped."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from ...kb.diagnostics import printable

NARROWEST = 40  # columns

GLYPHS = {"yes": "✓", "no": "✗", "unknown": "?", "excluded": "⊘", "conflict": "⚡", "item": "•", "rule": "─"}
ASCII = {"yes": "[+]", "no": "[-]", "unknown": "[?]", "excluded": "[o]", "conflict": "[!]", "item": "*", "rule": "-"}
_CODES = {"bold": "1", "dim": "2", "green": "32", "red": "31", "yellow": "33"}


@dataclass(frozen=True, slots=True)
class Layout:
    """How wide the page is, and whether it has colour and glyphs beyond ASCII."""

    width: int = 80
    colour: bool = False
    ascii: bool = False

    def glyph(self, name: str) -> str:
        """The sign, or its ASCII form."""
        return (ASCII if self.ascii else GLYPHS)[name]

    def style(self, text: str, *styles: str) -> str:
        """Emphasis; a second signal only, the words carry the meaning."""
        if not self.colour or not styles:
            return text
        return f"\x1b[{';'.join(_CODES[s] for s in styles)}m{text}\x1b[0m"

    def wrap(self, text: str, first: str = "", rest: str | None = None) -> list[str]:
        """The text in lines, the first after `first`, the others after `rest` (as much blank when not given)."""
        indent = " " * len(first) if rest is None else rest
        width = max(self.width, NARROWEST)
        lines = textwrap.wrap(
            printable(" ".join(text.split())),
            width,
            initial_indent=first,
            subsequent_indent=indent,
            break_long_words=True,
            break_on_hyphens=False,
        )
        return lines or [first.rstrip()]

    def heading(self, text: str) -> str:
        """A section's heading."""
        return self.style(text.upper(), "bold")
