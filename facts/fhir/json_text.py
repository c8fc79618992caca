"""JSON text to values, fast, with the offset of each resource: positions inside one are looked up only for an error."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import NoReturn, cast

Json = str | int | Decimal | float | bool | None | list["Json"] | dict[str, "Json"]

_SPACE = re.compile(r"[ \t\n\r]*+")


class Fault(Exception):  # noqa: N818  (a finding on its way to a diagnostic)
    """What is wrong with a text, and at which offset."""

    def __init__(self, at: int, message: str, help: str = "") -> None:  # noqa: A002
        self.at = at
        self.message = message
        self.help = help
        super().__init__(message)


def skip(text: str, at: int) -> int:
    """The offset after any white space."""
    return cast("re.Match[str]", _SPACE.match(text, at)).end()


def value_at(text: str, at: int, careful: bool = False) -> tuple[Json, int]:
    """The value that begins at an offset, and where it ends. Careful: a name twice in one object is a fault."""
    try:
        decoded: tuple[Json, int] = (_CAREFUL if careful else _FAST).raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise Fault(min(error.pos, len(text)), _plainly(text, error)) from None
    except RecursionError:
        raise Fault(at, "it is nested too deeply to be read") from None
    except _Twice as twice:
        raise Fault(at, f"`{twice}` is given twice in one object", "keep one of them") from None
    except ValueError as error:  # a number beyond what Python converts, or one of the words that JSON does not have
        raise Fault(at, str(error) if isinstance(error, _NoNumber) else "a number in it is too long") from None
    return decoded


def members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """The members of the object at an offset, whose values are not looked into: name, and where the value begins."""
    at = skip(text, at + 1)
    while text[at : at + 1] != "}":
        name, begin = _name(text, at)
        yield name, begin
        at = _after(text, value_at(text, begin)[1], "}")


def streamed(text: str, at: int, listed: str) -> tuple[dict[str, Json], list[tuple[Json, int, int]], int]:
    """The object at an offset; the items of its member `listed` apart, when that is a list; where the object ends."""
    found: dict[str, Json] = {}
    several: list[tuple[Json, int, int]] = []
    at = skip(text, at + 1)
    while text[at : at + 1] != "}":
        name, begin = _name(text, at)
        if name in found:
            raise Fault(at, f"`{name}` is given twice in one object", "keep one of them")
        if name == listed and text[begin : begin + 1] == "[":
            several = list(items(text, begin))
            found[name] = []
            end = skip(text, several[-1][2] if several else begin + 1) + 1
        else:
            found[name], end = value_at(text, begin, careful=True)
        at = _after(text, end, "}")
    return found, several, at + 1


def items(text: str, at: int) -> Iterator[tuple[Json, int, int]]:
    """The items of the list at an offset: value, begin and end."""
    at = skip(text, at + 1)
    while text[at : at + 1] != "]":
        value, end = value_at(text, at)
        yield value, at, end
        at = _after(text, end, "]")


def _name(text: str, at: int) -> tuple[str, int]:
    """The name of the member at an offset, and where its value begins."""
    if text[at : at + 1] != '"':
        raise Fault(at, "expected a name in double quotes or `}`")
    name, at = value_at(text, at)
    at = skip(text, at)
    if text[at : at + 1] != ":":
        raise Fault(at, "expected `:`")
    return str(name), skip(text, at + 1)


def _after(text: str, at: int, closing: str) -> int:
    """Where the next item begins, or the closing sign stands."""
    at = skip(text, at)
    if text[at : at + 1] == closing:
        return at
    if at >= len(text):
        raise Fault(at, f"the text ends where `{closing}` is missing")
    if text[at : at + 1] != ",":
        raise Fault(at, f"expected `,` or `{closing}`")
    at = skip(text, at + 1)
    if text[at : at + 1] == closing:
        raise Fault(at, f"expected a value, found `{closing}`", "remove the comma before it")
    return at


@contextmanager
def without_collection() -> Generator[None]:
    """No garbage collection while many objects are made that all stay: parsing takes two thirds of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Twice(Exception):  # noqa: N818
    pass


class _NoNumber(ValueError):  # noqa: N818
    pass


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return found


def _no_number(word: str) -> NoReturn:
    raise _NoNumber(f"JSON has no number `{word}`")


_FAST = json.JSONDecoder(parse_constant=_no_number)
_CAREFUL = json.JSONDecoder(object_pairs_hook=_object, parse_float=Decimal, parse_constant=_no_number)


def _plainly(text: str, error: json.JSONDecodeError) -> str:
    if error.pos >= len(text.rstrip()):
        return "the text ends in the middle of a value"
    if error.msg.startswith("Unterminated"):
        return "this text has no closing double quote"
    return error.msg[:1].lower() + error.msg[1:]
