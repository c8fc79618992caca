"""A program with its statements back to a guideline document that reads to the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import wrap

from .header import KEYS
from .ir import Clause, Program, Statement
from .literate import NO_RULE, is_text
from .printer import print_clauses, print_program

WIDTH = 120  # characters of a line of text


def print_document(program: Program, header: Mapping[str, str] | None = None) -> str:
    """The header, the declarations, and each statement with its clauses below it.

    Clauses under no statement come first: `read(print_document(p)) == p` when they do in `p` too, and the others stand
    in the order of their statements.
    """
    given = {"name": program.name, "version": program.version, **(header or {})}
    lines = [f"{key}: {given[key]}" for key in KEYS if given.get(key)]
    parts = ["\n".join(["---", *lines, "---"])] if lines else []
    known = {s.id for s in program.statements}
    general = tuple(c for c in program.clauses if c.statement not in known)
    declared = Program(program.types, program.predicates, clauses=general)
    if declared != Program():
        parts.append(_block(print_program(declared).strip(), ""))
    above: tuple[str, ...] = ()
    printed: set[str] = set()
    for one in program.statements:
        parts += _headings(above, one.span.heading)
        above = one.span.heading
        mine = () if one.id in printed else (c for c in program.clauses if c.statement == one.id)
        printed.add(one.id)
        parts.append(_statement(one, mine))
    return "\n\n".join(parts) + "\n"


def _headings(above: tuple[str, ...], wanted: tuple[str, ...]) -> list[str]:
    shared = next((i for i, (a, b) in enumerate(zip(above, wanted, strict=False)) if a != b), len(above))
    return [f"{'#' * (level + 1)} {wanted[level]}" for level in range(min(shared, len(wanted)), len(wanted))]


def _statement(one: Statement, clauses: Iterable[Clause]) -> str:
    refs = [f"refs {', '.join(map(str, one.refs))}"] if one.refs else []
    line = [f"line {one.line}"] if one.line is not None else []
    start = f"- **{one.id}** ({'; '.join([one.kind, *refs, *line])}): "
    first, *others = one.text.split("\n\n") or [""]
    paragraphs = [_paragraph(start + first), *(_paragraph("  " + text) for text in others)]
    if one.no_rule:
        paragraphs.append(_paragraph(f"  {NO_RULE} {one.no_rule}"))
    rules = "\n\n".join(print_clauses(clauses))
    return "\n\n".join([*paragraphs, *([_block(rules, "  ")] if rules else [])])


def _paragraph(text: str) -> str:
    """The text in lines, or in one line where a line would begin with a sign that means something there."""
    lines = wrap(text, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    begins = text.partition("): ")[0]
    whole = not text.startswith("- ") or (lines and len(begins) < len(lines[0]))
    return "\n".join(lines) if whole and all(is_text(line.strip()) for line in lines[1:]) else text


def _block(program: str, indent: str) -> str:
    inside = "\n".join(f"{indent}{line}".rstrip() for line in program.split("\n"))
    return f"{indent}```datalog\n{inside}\n{indent}```"
