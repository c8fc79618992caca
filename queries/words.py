"""The phrases that renderings use, one catalog for each language; lists, plurals and dates by Babel's rules."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from ..kb.diagnostics import Diagnostic, UnknownName, suggest

Style = Literal["standard", "or", "unit"]

FOLDER = Path(__file__).with_name("wording")
DEFAULT = "en"
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Words:
    """The phrases of one language, by key such as `answer.recommended`."""

    language: str
    phrases: Mapping[str, str]

    def say(self, key: str, **slots: object) -> str:
        """The phrase with its slots filled, in one pass: what fills a slot is never read as a slot."""
        return _SLOT.sub(lambda m: str(slots[m.group(1)]), self.phrases[key])

    def count(self, key: str, number: int, **slots: object) -> str:
        """The phrase `KEY.one` or `KEY.other`, as the language's plural rule says, with the slot `number`."""
        from babel import Locale

        form = Locale.parse(self.language).plural_form(number)
        return self.say(f"{key}.{form}", number=number, **slots)

    def join(self, items: Iterable[str], how: Style = "standard") -> str:
        """`a, b and c`; how: standard, or, unit (without a final word)."""
        listed = list(items)
        if len(listed) < 2:
            return "".join(listed)
        from babel.lists import format_list

        return format_list(listed, style=how, locale=self.language)

    def day(self, value: date) -> str:
        """A date in full, unambiguous words."""
        from babel.dates import format_date

        return format_date(value, "long", locale=self.language)


def languages() -> tuple[str, ...]:
    """The languages that have a catalog."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def words(language: str = DEFAULT) -> Words:
    """The phrases of a language. Raises UnknownName when it has no catalog.

    INVARIANT (catalogs): all have the keys and slots of the English one; tests/queries/test_words.py holds it.
    """
    known = languages()
    if language not in known:
        help_ = suggest(language, known) or f"languages are {', '.join(known)}"
        raise UnknownName([Diagnostic("Q604", f"there is no wording for the language `{language}`", help=help_)])
    return Words(language, flatten(tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))))


def flatten(table: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    """Nested tables as keys with periods."""
    found: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            found |= flatten(value, f"{prefix}{key}.")  # pyright: ignore[reportUnknownArgumentType]
        else:
            found[f"{prefix}{key}"] = str(value)
    return found
