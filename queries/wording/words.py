"""The phrases that renderings use, one catalog for each language; lists, plurals and dates by Babel's rules."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, reduce
from pathlib import Path
from typing import Literal, cast

from ...kb.diagnostics import Diagnostic, UnknownName, suggest

Style = Literal["standard", "or", "unit"]

FOLDER = Path(__file__).parent
DEFAULT = "en"
DIGITS = "0.############"
"""Babel's pattern of a number with every digit and no separator of thousands."""
_SLOT = re.compile(r"\{(\w+)\}")
_PLACE = re.compile(r"(?<= )(item) (\d+)(?= \(|$)|(?<= \()(line) (\d+)(?=\)$)")


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

        if how == "unit":  # of three and more, Babel has no pattern in some languages; pair by pair, it has
            return reduce(lambda a, b: format_list([a, b], style=how, locale=self.language), listed)
        return format_list(listed, style=how, locale=self.language)

    def number(self, value: int | Decimal) -> str:
        """A number as the language writes it, with every digit and no separator of thousands."""
        return _number(value, self.language)

    def amount(self, value: int | Decimal, unit: str) -> str:
        """So many of a unit: `1 day`, `14 days`; a unit that Babel does not know stands behind the number."""
        return _amount(value, unit, self.language)

    def place(self, text: str) -> str:
        """A place in a record, `syndromes item 1 (line 16)`, which readers of records write in English."""
        return _PLACE.sub(lambda m: self.say(f"place.{m[1] or m[3]}", number=m[2] or m[4]), text)

    def day(self, value: date) -> str:
        """A date in full, unambiguous words."""
        from babel.dates import format_date

        return format_date(value, "long", locale=self.language)


@cache
def _number(value: int | Decimal, language: str) -> str:
    from babel.numbers import format_decimal

    return format_decimal(value, DIGITS, locale=language)


@cache
def _amount(value: int | Decimal, unit: str, language: str) -> str:
    from babel.units import format_unit

    name, length = _units(language).get(unit, ("", "long"))
    if not name:
        return f"{_number(value, language)} {unit}"
    return format_unit(value, name, length, format=DIGITS, locale=language)


@cache
def _units(language: str) -> Mapping[str, tuple[str, Literal["short", "long", "narrow"]]]:
    """Babel's name, and the length of the form, of each unit by what the language calls it."""
    from babel import Locale

    found: dict[str, tuple[str, Literal["short", "long", "narrow"]]] = {}
    names = cast(Mapping[str, Mapping[str, str]], Locale.parse(language).unit_display_names)
    for length in ("long", "short"):
        for name, forms in names.items():
            if length in forms:
                found.setdefault(forms[length], (name, length))
    return found


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
