"""A document or a `.dl` file in canonical layout, with proof that its meaning and its comments are the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .diagnostics import Diagnostic, Invalid, with_lines
from .fences import closing, fence_of
from .format import formatted
from .ir import Program, Span
from .lexer import Source, unix
from .literate import blocks, read
from .parser import parse
from .pieces import Comment, pieces

UNDER_A_STATEMENT = 2  # blanks before the block of a statement


def canonical_text(name: str, text: str) -> str:
    """The text of a file in canonical layout. Raises Invalid when it cannot be read, or when its meaning would change.

    Lines end with a newline. INVARIANT (meaning): the result is read as the same program, statements and comments.
    """
    text = unix(text)
    document = name.endswith(".md")
    before, problems = _meaning(name, text)
    if problems:
        raise Invalid(with_lines(problems, {name: text}))
    result = _document(text) if document else _ended(formatted(text))
    after, problems = _meaning(name, result)
    if problems or before != after or _remarks(name, text) != _remarks(name, result):
        message = "the layout of this file cannot be made canonical without changing what it says"
        raise Invalid([Diagnostic("E122", message, Span(name, 0, 0, 0), help="it is left as it is; this is a bug")])
    return result


def _meaning(name: str, text: str) -> tuple[object, Sequence[Diagnostic]]:
    """All that is read of a file, and what cannot be read; places are no part of it."""
    if not name.endswith(".md"):
        parsed = parse(Source(name, text))
        return (parsed.types, parsed.predicates, parsed.clauses, parsed.goals), parsed.problems
    program, header, problems = read(name, text)
    return (_plain(program), header), problems


def _plain(program: Program) -> object:
    """The program with what comparing programs leaves out: the statement of each rule, the headings above each."""
    under = tuple(c.statement for c in program.clauses)
    headings = tuple(s.span.heading for s in program.statements)
    return program, under, headings


def _remarks(name: str, text: str) -> Counter[str]:
    """The comments of the program, and the lines of the document outside it."""
    lines = text.split("\n")
    if not name.endswith(".md"):
        return Counter(_comments(text))
    found: Counter[str] = Counter()
    at = 0
    for block in blocks(text):
        found.update(line.rstrip() for line in lines[at : block.first])
        found.update(_comments("\n".join(lines[block.first + 1 : block.last])))
        at = block.last + 1
    found.update(line.rstrip() for line in lines[at:])
    del found[""]
    return found


def _comments(text: str) -> list[str]:
    found = pieces(Source("", text))
    return [c.text for p in found for c in ((p,) if isinstance(p, Comment) else p.comments)]


def _document(text: str) -> str:
    lines = text.split("\n")
    result: list[str] = []
    at = 0
    for block in blocks(text):
        result += _prose(lines, at, block.first)
        result += _block(lines[block.first : block.last + 1], bool(block.statement))
        at = block.last + 1
    return _ended("\n".join([*result, *_prose(lines, at, len(lines))]))


def _block(lines: Sequence[str], stated: bool) -> list[str]:
    """A block with its fences: under a statement it is indented as the bullet's text is."""
    opening, *body, end = lines
    indent = " " * UNDER_A_STATEMENT if stated else opening[: len(opening) - len(opening.lstrip())]
    program = formatted("\n".join(body), len(indent))
    inside = [f"{indent}{line}".rstrip() for line in program.split("\n")] if program else []
    return [indent + opening.strip(), *inside, indent + end.strip()]


def _prose(lines: Sequence[str], at: int, end: int) -> list[str]:
    """Lines outside the program, without blanks at their ends; other blocks stay as they are."""
    result: list[str] = []
    before = list(lines[:end])
    while at < end:
        fence = fence_of(lines[at])
        last, whole = closing(before, at, fence) if fence else (at, False)
        if fence and whole:
            result += lines[at : last + 1]
            at = last + 1
            continue
        following = lines[at + 1].strip() if at + 1 < len(lines) else ""
        plain = lines[at].rstrip()
        breaks = plain and following and lines[at].endswith("  ")  # two blanks are a line break in Markdown
        result.append(plain + "  " * bool(breaks))
        at += 1
    return result


def _ended(text: str) -> str:
    """The text with one newline at its end; an empty one stays empty."""
    ended = text.rstrip("\n")
    return f"{ended}\n" if ended else ""
