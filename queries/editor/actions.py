"""What an editor can mend at a place: the safe fixes of lints, and names that a finding takes for misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...kb.diagnostics import Diagnostic
from ...kb.lints.context import Fix
from .findings import Findings
from .rename import Edit
from .snapshot import Snapshot

_MEANT = re.compile(r"did you mean `([^`]+)`\?")
_QUOTED = re.compile(r"`([^`]+)`")
_ARITY = re.compile(r"/\d+$")


@dataclass(frozen=True)
class Action:
    """A change that mends a finding: whole lines of a fix, or one edit."""

    title: str
    mends: Diagnostic
    fix: Fix | None = None
    edit: Edit | None = None


def actions(at: Snapshot, found: Findings, name: str, first: int, last: int) -> Iterator[Action]:
    """What can be mended in the lines from `first` to `last`, 1-based."""
    for one in found.fixes:
        if one.fix and one.diagnostic.span.file == name and first <= one.diagnostic.span.line <= last:
            yield Action(f"Mend {one.diagnostic.code}: {one.diagnostic.message}", one.diagnostic, fix=one.fix)
    for d in found.of(name):
        if first <= d.span.line <= last and (edit := _spelling(at, d)):
            yield Action(f"Write `{edit.text}`", d, edit=edit)


def _spelling(at: Snapshot, d: Diagnostic) -> Edit | None:
    """The near name in place of the wrong one, where the finding shows just where that stands."""
    meant = _MEANT.search(d.help)
    wrong = _QUOTED.findall(d.message)
    lines = at.lines(d.span.file) if d.span.file in at.texts else []
    if meant is None or not wrong or not 1 <= d.span.line <= len(lines):
        return None
    line = lines[d.span.line - 1]
    near = _ARITY.sub("", meant[1])
    for word in (_ARITY.sub("", w) for w in wrong):
        places = [m.start() for m in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", line)]
        inside = [p for p in places if d.span.column - 1 <= p < max(d.span.end - 1, d.span.column)]
        if len(inside) == 1 and word != near:
            start = inside[0] + 1
            return Edit(d.span.file, d.span.line, start, start + len(word), near)
    return None
