"""A failed case for its author: what is wrong, what was given, and the proof or the lack behind each difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ...kb.case import PARTS, Detail, TestCase
from ...kb.diagnostics import UnknownName
from ..explanations.report import Report
from ..rendering.layout import Layout
from ..rendering.present import explained
from ..wording.words import Words
from .case_check import shown, told

MOST = 3
"""How many items are explained; the others usually have the same cause."""


def failure(
    case: TestCase, found: Report, wrong: Sequence[tuple[str, str]], layout: Layout, said: Words
) -> str:  # fmt: skip
    """The failure as text: expected and actual, then why or why not."""
    about = f" ({', '.join(one.name for one in case.about)})" if case.about else ""
    lines = [f"{case.place}: {case.name}{about}"]
    lines += (f"  {layout.glyph('no')} {line}" for _, line in wrong)
    lines += ["", "given", *(line for one in case.given for line in layout.wrap(one, "  ", "    "))]
    lines += ["", "the answer has", *_answer(found, layout)]
    for name in list(dict.fromkeys(name for name, _ in wrong if name))[:MOST]:
        lines += _why(found, name, layout, said)
    return "\n".join(lines) + "\n"


def _answer(found: Report, layout: Layout) -> Iterator[str]:
    parts = told(found.answer)
    for part in PARTS:
        names = [
            f"{name} ({_marks(details)})" if _marks(details) else name
            for name, several in parts.get(part, {}).items()
            for details in several
        ]
        if names:
            yield from layout.wrap(f"{part}: {'; '.join(names)}", "  ", "    ")


def _marks(details: Mapping[str, Detail]) -> str:
    marks = (details.get(word, "") for word in ("value", "status", "assumes"))
    return ", ".join(dict.fromkeys(shown(m) for m in marks if m))


def _why(found: Report, name: str, layout: Layout, said: Words) -> Iterable[str]:
    """The proof of an item that is there, or what it would take for one that is not."""
    try:
        text = explained(found.case, name, layout, said)
    except UnknownName:
        return ()
    return [
        "",
        f"why {name}" if _is_there(found, name) else f"why not {name}",
        *(f"  {line}" for line in str(text).splitlines()),
    ]


def _is_there(found: Report, name: str) -> bool:
    answer = found.answer
    parts = (answer.recommendations, answer.alerts, answer.expectations, answer.prognosis, answer.flags)
    return any(item.name == name for part in parts for item in part)
