"""A statement or a rule put into a guideline document, where it belongs; the rest of the document stays as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import indent

from .diagnostics import Diagnostic, Invalid, UnknownName, quoted, suggest, with_lines
from .documents import print_document
from .format import formatted
from .ir import Program, Span, Statement
from .lexer import Source
from .literate import KINDS, blocks, read
from .load import text_of
from .parser import parse
from .scaffold import refused

SKELETON = "conclusion(P) :-\n    first_condition(P),\n    second_condition(P)."


def new_statement(
    name: str, text: str, kind: str, said: str, given_id: str = "", refs: tuple[int, ...] = (), line: int | None = None,
    elsewhere: Mapping[str, str] | None = None,
) -> tuple[str, str]:  # fmt: skip
    """The document with a statement after its last one, and its id: the next free one when none is given.

    `elsewhere`: the other documents of its knowledge base, by name, whose ids are taken too. The letter is the one that
    the document has for such statements.
    """
    program = _read(name, text)
    if kind not in KINDS:
        raise refused(
            f"{quoted(kind)} is no kind of statement", suggest(kind, KINDS) or f"kinds are {', '.join(KINDS)}"
        )
    ids = [s.id for s in program.statements]
    taken = _taken({**(elsewhere or {}), name: text})
    chosen = given_id or _next([*taken], _letter(program.statements, kind))
    if chosen in taken:
        message = f"there is a statement {quoted(chosen)} already, at {taken[chosen].place}"
        raise refused(message, f"`{_next([*taken], chosen[:1])}` is free")
    said = " ".join(said.split()) or "What the source says, restated."
    bullet = print_document(Program(statements=(Statement(chosen, kind, said, refs, line),))).strip()
    lines = text.rstrip("\n").split("\n")
    at = _end(lines, max((s.span.line for s in program.statements), default=0), text) if ids else len(lines)
    return "\n".join([*lines[:at], "", bullet, *lines[at:]]) + "\n", chosen


def new_rule(name: str, text: str, rule_id: str, statement: str, rule: str = "") -> str:
    """The document with a rule under a statement: the given one, or one to be filled in."""
    program = _read(name, text)
    ids = [s.id for s in program.statements]
    if statement not in ids:
        help_ = suggest(statement, ids)
        raise UnknownName([Diagnostic("E126", f"`{name}` has no statement {quoted(statement)}", help=help_)])
    if not re.fullmatch(r"[a-z][A-Za-z0-9_]*", rule_id) or rule_id in [c.id for c in program.clauses]:
        why = "is used already" if re.fullmatch(r"[a-z][A-Za-z0-9_]*", rule_id) else "is no id of a rule"
        raise refused(f"{quoted(rule_id)} {why}", "an id is one lower-case word that says when the rule applies")
    reading = f" @reading({statement})" if program.statements[ids.index(statement)].kind == "reading" else ""
    body = rule.strip() or SKELETON
    whole = f"@id({rule_id}){reading}\n{body if body.endswith('.') else body + '.'}"
    parsed = parse(Source("rule", whole))
    if parsed.problems or len(parsed.clauses) != 1:
        problems = parsed.problems or refused("one rule is added at a time").diagnostics
        raise Invalid(with_lines(problems, {"rule": whole}))
    lines = text.rstrip("\n").split("\n")
    program_text = indent(formatted(whole, 2), "  ", lambda line: bool(line.strip()))
    mine = [b for b in blocks(text) if b.statement == statement]
    if mine:
        at = mine[-1].last
        empty = not "".join(lines[mine[-1].first + 1 : at]).strip()
        return "\n".join([*lines[:at], *([] if empty else [""]), program_text, *lines[at:]]) + "\n"
    at = _end(lines, program.statements[ids.index(statement)].span.line, text)
    block = f"  ```datalog\n{program_text}\n  ```"
    return "\n".join([*lines[:at], "", block, *lines[at:]]) + "\n"


def _read(name: str, text: str) -> Program:
    program, _, problems = read(name, text)
    if problems:
        raise Invalid(with_lines(problems, {name: text}))
    return program


def elsewhere(path: Path) -> dict[str, str]:
    """The other documents of the knowledge base that a document stands in, by path. Raises Invalid (E118)."""
    if path.absolute().parent.name != "guidelines":
        return {}
    others = (other for other in sorted(path.parent.glob("*.md")) if other.name != path.name)
    return {other.as_posix(): text_of(other) for other in others}


def _taken(texts: Mapping[str, str]) -> dict[str, Span]:
    """The ids of statements in documents, and where each stands; a document with errors has those that can be read."""
    return {one.id: one.span for name, text in texts.items() for one in read(name, text)[0].statements}


def _letter(statements: tuple[Statement, ...], kind: str) -> str:
    """The letter that the ids of this kind begin with in a document; where it has none, A for readings and S."""
    of_kind = [one.id[0] for one in statements if (one.kind == "reading") == (kind == "reading")]
    return max(of_kind, key=of_kind.count) if of_kind else "A" if kind == "reading" else "S"


def _next(ids: list[str], letter: str) -> str:
    numbers = [int(i[1:]) for i in ids if re.fullmatch(rf"{letter}[0-9]+", i)]
    width = max((len(i) - 1 for i in ids if i.startswith(letter)), default=2)
    return f"{letter}{max(numbers, default=0) + 1:0{width}}"


def _end(lines: list[str], start: int, text: str) -> int:
    """Where the statement that begins at a 1-based line ends: after its last line that is not empty."""
    inside = {n for b in blocks(text) for n in range(b.first, b.last + 1)}
    at = start
    while at < len(lines):
        line = lines[at]
        if at not in inside and line.strip() and not line.startswith((" ", "\t")) and not lines[at - 1].strip():
            break  # not indented after an empty line
        if at not in inside and line.startswith(("#", "- **", "<!--")):
            break
        at += 1
    while at > start and not lines[at - 1].strip():
        at -= 1
    return at
