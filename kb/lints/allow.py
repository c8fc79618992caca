"""Findings that an author allows, with the reason, in a comment: `% lint: allow W604 because ...`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from ..diagnostics import Diagnostic, Invalid, quoted, suggest
from ..fences import closing, fence_of
from ..ir import Span
from ..pieces import Comment, Item
from .context import Finding, Fix, Linted

_ALLOW = re.compile(r"(?i)\s*lint\s*:\s*(?P<rest>.*)")
_FORM = re.compile(r"allow\s+(?P<codes>[A-Z][0-9]+(?:\s*,\s*[A-Z][0-9]+)*)\s+because\s+(?P<reason>\S.*)")
_PROSE = re.compile(r"\s*<!--(?P<inside>.*?)-->\s*")
WRITTEN = "write `lint: allow W604 because ...`"


@dataclass(frozen=True, slots=True)
class Allowed:
    """A comment that allows findings of some codes in the lines `first` to `last`. `own`: it has its line to itself."""

    codes: tuple[str, ...]
    span: Span
    first: int
    last: int
    own: bool


def allowances(at: Linted, known: Collection[str]) -> tuple[Allowed, ...]:
    """All of them. Raises Invalid (E123) for one that names no known code or gives no reason."""
    problems: list[Diagnostic] = []
    found: list[Allowed] = []
    for file, text in at.texts.items():
        lines = text.split("\n")
        for comment, first, last, own in (*_in_program(at, file), *_in_prose(file, lines)):
            match = _ALLOW.match(comment.text.lstrip("%"))
            if match:
                column = lines[comment.line - 1].find(comment.text.strip()) + 1
                span = Span(file, comment.line, max(column, 1), max(column, 1) + len(comment.text.strip()))
                codes = _codes(match["rest"], known, span, problems)
                found.append(Allowed(codes, span, first, last, own))
    if problems:
        raise Invalid(problems)
    return tuple(found)


def _codes(rest: str, known: Collection[str], span: Span, problems: list[Diagnostic]) -> tuple[str, ...]:
    form = _FORM.fullmatch(rest.strip())
    if form is None:
        why = "gives no reason" if re.search("allow", rest) and "because" not in rest else "cannot be read"
        problems.append(Diagnostic("E123", f"this allowance {why}", span, help=WRITTEN))
        return ()
    codes = tuple(re.split(r"\s*,\s*", form["codes"]))
    for code in codes:
        if code not in known:
            help_ = suggest(code, known) or "`guidekb lint --list` shows them"
            problems.append(Diagnostic("E123", f"there is no finding {quoted(code)} to allow", span, help=help_))
    return codes


_Scoped = tuple[Comment, int, int, bool]


def _in_program(at: Linted, file: str) -> Iterator[_Scoped]:
    """Above an item it is for the item; inside, for the line below or for its own."""
    placed = at.placed[file]
    for n, one in enumerate(placed):
        if isinstance(one.piece, Comment):
            below = next((p.piece for p in placed[n:] if isinstance(p.piece, Item)), None)
            between = placed[n + 1].piece if n + 1 < len(placed) else None
            gap = between is None or (between.line if isinstance(between, Comment) else between.first) > (
                one.piece.line + 1
            )
            first, last = (below.first, below.last) if below and not gap else (0, 0)
            yield one.piece, first, last, True
            continue
        for line in one.piece.lines:
            first, last = line.tokens[0].span.line, line.tokens[-1].span.line
            for comment in line.above:
                yield comment, first, last, True
            if line.after:
                yield line.after, line.after.line, line.after.line, False


def _in_prose(file: str, lines: list[str]) -> Iterator[_Scoped]:
    """A comment of the document is for the line below it, where a statement begins."""
    if not file.endswith(".md"):
        return
    at = 0
    while at < len(lines):
        fence = fence_of(lines[at])
        last, whole = closing(lines, at, fence) if fence else (at, False)
        comment = None if fence else _PROSE.fullmatch(lines[at])
        if comment:
            below = next((n for n in range(at + 1, len(lines)) if lines[n].strip()), at)
            yield Comment(comment["inside"].strip(), at + 1), below + 1, below + 1, True
        at = last + 1 if whole else at + 1


def filtered(found: Iterable[Finding], allowed: tuple[Allowed, ...], ran: Collection[str]) -> tuple[Finding, ...]:
    """The findings that are not allowed, with W691 for each allowance that allowed nothing; `ran`: the codes sought."""
    used: set[tuple[Allowed, str]] = set()
    left: list[Finding] = []
    for one in found:
        d = one.diagnostic
        by = [
            a for a in allowed if d.code in a.codes and d.span.file == a.span.file and a.first <= d.span.line <= a.last
        ]
        used.update((a, d.code) for a in by)
        left += [] if by else [one]
    for a in allowed:
        idle = [code for code in a.codes if code in ran and (a, code) not in used]
        if idle and "W691" in ran:
            message = f"this allows {', '.join(map(quoted, idle))}, and there is none here"
            whole = a.own and len(idle) == len(a.codes)
            fix = Fix(a.span.file, a.span.line, a.span.line, ()) if whole else None
            left.append(Finding(Diagnostic("W691", message, a.span, help="delete it"), fix))
    return tuple(left)
