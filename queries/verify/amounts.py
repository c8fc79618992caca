"""Numbers of abstract patients in words: they are far too large for a screen, and for a floating-point number."""

from __future__ import annotations

from math import log10

EXACT = 10**6
"""Up to here all digits are shown."""
LONGEST = 4_000
"""Digits that Python writes without being asked twice."""


def rough(number: int) -> str:
    """`72,576`, or `2.7e88` for what is larger."""
    if number <= EXACT:
        return f"{number:,}"
    power = int(log10(number))
    power += number >= 10 ** (power + 1)
    tenths = (number * 10 + 10**power // 2) // 10**power
    if tenths >= 100:
        power, tenths = power + 1, tenths // 10
    return f"{tenths // 10}.{tenths % 10}e{power}"


def digits(number: int) -> str:
    """All digits, for other programs; roughly when there are thousands of them."""
    return str(number) if number < 10**LONGEST else rough(number)


def share(part: int, whole: int) -> str:
    """`42 %`, or `1 in 460` for what is less than one in a hundred."""
    if part * 100 >= whole:
        return f"{(part * 200 + whole) // (whole * 2)} %"
    return f"1 in {rough((whole * 2 + part) // (part * 2))}"
