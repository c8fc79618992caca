"""HTML that is escaped by construction: text becomes markup only through `tag`, which escapes what it is given."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from ...kb.diagnostics import printable

VOID = frozenset({"br", "hr", "input", "link", "meta"})


class Markup(str):
    """Text that is HTML already; any other text is escaped where it is put in."""

    __slots__ = ()


def escape(text: str) -> Markup:
    """The text as HTML; control characters and marks that turn the direction of writing are shown, not obeyed."""
    return text if isinstance(text, Markup) else Markup(html.escape(printable(text), quote=True))


def verbatim(text: str) -> Markup:
    """The text as HTML, every sign of it as it is: for what a control holds, and posts again."""
    return Markup(html.escape(text, quote=True))


def tag(name: str, /, *children: str, **attributes: str | bool) -> Markup:
    """An element. `class_` is `class`, `aria_label` is `aria-label`; True: without a value; False: not there."""
    given = "".join(_attribute(key, value) for key, value in attributes.items() if value is not False)
    if name in VOID:
        return Markup(f"<{name}{given}>")
    return Markup(f"<{name}{given}>{joined(children)}</{name}>")


def joined(parts: Iterable[str], between: str = "") -> Markup:
    """The parts, each escaped when it is not markup; what stands between them is ours, and put in as it is."""
    return Markup(between.join(escape(part) for part in parts))


def anchor(kind: str, *names: object) -> str:
    """An id that is safe in an attribute and in a link, and different for different names."""
    return "-".join((kind, *(re.sub(r"[^A-Za-z0-9]", _coded, str(name)) for name in names)))


def _coded(match: re.Match[str]) -> str:
    character = match.group()
    return character if character in "_" else f".{ord(character):x}."


def _attribute(key: str, value: str | bool) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if isinstance(value, bool) else f' {name}="{escape(value)}"'
