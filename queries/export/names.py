"""Names of another language for our predicates: readable, and different for different predicates."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

FALSE = "false_"


def names(signed: Iterable[str], reserved: Collection[str] = ()) -> dict[str, str]:
    """For each signed name one that is a lower-case word in ASCII, is not reserved, and differs from all others even
    when case does not count.

    `-p` is `false_p` and `applies:ID` is `applies_ID`. The names that can stay as they are come first and stay.
    """
    wanted = list(dict.fromkeys(signed))
    found: dict[str, str] = {}
    taken = {name.casefold() for name in reserved}
    for one in sorted(wanted, key=lambda name: (_plain(name) != name, name)):
        base = plain = _plain(one)
        count = 1
        while plain.casefold() in taken:
            count += 1
            plain = f"{base}_{count}"
        taken.add(plain.casefold())
        found[one] = plain
    return {one: found[one] for one in wanted}


def _plain(signed: str) -> str:
    name = FALSE + signed[1:] if signed.startswith("-") else signed
    word = re.sub(r"[^A-Za-z0-9_]", "_", name)
    return word if re.match("[a-z]", word) else f"p_{word}"
