"""W703 and W704: texts that have changed since somebody compared them with their rules, by `reviewed.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from shlex import quote
from typing import cast

from ..diagnostics import Diagnostic, Invalid, quoted
from ..ir import Program, Span, Statement
from ..load import text_of
from .context import Finding, Linted

FILE = "reviewed.json"
LENGTH = 16  # digits of a hash


def unreviewed(at: Linted) -> Iterator[Finding]:
    """W703: the text of a statement is not the one that its rules were reviewed against. W704: they never were."""
    if at.reviewed is None:
        return
    with_rules = {c.statement for c in at.rules}
    for one in at.program.statements:
        if one.id not in with_rules:
            continue
        before = at.reviewed.get(one.id)
        if before is None:
            message = f"the rules of {quoted(one.id)} have not been reviewed"
            yield _finding("W704", message, one, at.folder)
        elif before != digest(one):
            message = f"the text of {quoted(one.id)} has changed since its rules were reviewed"
            yield _finding("W703", message, one, at.folder)


def _finding(code: str, message: str, one: Statement, folder: str) -> Finding:
    where = f"--kb {quote(folder)} " if folder else ""
    help_ = f"compare its rules with the text, then run `guidekb lint {where}--reviewed {one.id}`"
    return Finding(Diagnostic(code, message, one.span, help=help_))


def digest(one: Statement) -> str:
    """The hash of what a statement says; its layout is no part of it."""
    return sha256(f"{one.kind}\0{one.text}".encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]


def read_reviewed(folder: Path) -> dict[str, str] | None:
    """The hashes in the file of a knowledge base, None when it has none. Raises Invalid (E124) for another file."""
    path = folder / FILE
    if not path.exists():
        return None
    return reviewed_of(text_of(path), path.as_posix())


def reviewed_of(text: str, name: str = FILE) -> dict[str, str]:
    """The hashes in the text of such a file. Raises Invalid (E124) for another text."""
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in cast("dict[str, object]", found).values()):
        message = "this is no list of reviewed statements"
        help_ = "it is written by `guidekb lint --reviewed`; delete it, or take the version before"
        raise Invalid([Diagnostic("E124", message, Span(name, 0, 0, 0), help=help_)])
    return cast("dict[str, str]", found)


def reviewed_text(program: Program, before: Mapping[str, str] | None, ids: tuple[str, ...]) -> str:
    """The file with the hashes of these statements as they are now, of all when `all` is among them.

    What is no statement with rules any more is left out, so that the file does not outgrow the guideline.
    """
    with_rules = {c.statement for c in program.clauses if c.body}
    found: dict[str, str] = {}
    for one in sorted(program.statements, key=lambda s: s.id):
        if one.id in with_rules and (one.id in ids or "all" in ids):
            found[one.id] = digest(one)
        elif one.id in with_rules and before and one.id in before:
            found[one.id] = before[one.id]
    return json.dumps(found, indent=1) + "\n"
