"""A guideline document, Markdown that is also the program: its header, headings, statements and `datalog` blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from .diagnostics import Diagnostic, suggest
from .ir import Program, Span, Statement
from .lexer import Source
from .parser import Parsed, parse

KINDS = (
    "recommend-for",
    "recommend-against",
    "expectation",
    "alert",
    "precondition",
    "prognostic",
    "screening-step",
    "reading",
)
HEADER_KEYS = ("name", "version", "title", "source")

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_BULLET = re.compile(r"^- \*\*(?P<id>[^*]*)\*\*(?P<rest>.*)$")
_DETAILS = re.compile(r"^\s*\((?P<details>[^)]*)\)\s*:\s*(?P<text>.*)$")
_FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,}|~{3,})\s*(?P<info>\S*)\s*$")
_NO_RULE = "No rule:"


@dataclass
class _Document:
    """What has been read of one document so far."""

    file: str
    lines: list[str]
    heading: tuple[str, ...] = ()
    current: Statement | None = None
    paragraphs: list[list[str]] = field(default_factory=lambda: [])
    statements: list[Statement] = field(default_factory=lambda: [])
    blocks: list[Parsed] = field(default_factory=lambda: [])
    problems: list[Diagnostic] = field(default_factory=lambda: [])

    def problem(self, code: str, message: str, at: int, column: int = 0, width: int = 1, help: str = "") -> None:  # noqa: A002
        """A problem in the 0-based line `at`."""
        span = Span(self.file, at + 1, column + 1, column + width + 1, self.heading)
        self.problems.append(Diagnostic(code, message, span, self.lines[at], help))

    def close(self) -> None:
        """The bullet that is being read ends."""
        if self.current is None:
            return
        texts = [" ".join(p) for p in self.paragraphs if p]
        reasons = [t.removeprefix(_NO_RULE).strip() for t in texts if t.startswith(_NO_RULE)]
        text = "\n\n".join(t for t in texts if not t.startswith(_NO_RULE))
        self.statements.append(replace(self.current, text=text, no_rule=" ".join(reasons)))
        self.current, self.paragraphs = None, []


def read(file: str, text: str) -> tuple[Program, dict[str, str], tuple[Diagnostic, ...]]:
    """The program of one document, its header, and what could not be read."""
    doc = _Document(file, text.split("\n"))
    at, header = _header(doc)
    while at < len(doc.lines):
        at = _line(doc, at)
    doc.close()
    for block in doc.blocks:
        doc.problems.extend(block.problems)
    program = Program(
        tuple(t for b in doc.blocks for t in b.types),
        tuple(p for b in doc.blocks for p in b.predicates),
        tuple(doc.statements),
        tuple(c for b in doc.blocks for c in b.clauses),
        header.get("name", ""),
        header.get("version", ""),
        frozenset(name for b in doc.blocks for name in b.damaged),
    )
    return program, header, tuple(doc.problems)


def _header(doc: _Document) -> tuple[int, dict[str, str]]:
    """The `---` block of `key: value` lines that may open a document."""
    found: dict[str, str] = {}
    if doc.lines[0].rstrip() != "---":
        return 0, found
    for at, line in enumerate(doc.lines[1:], 1):
        if line.rstrip() == "---":
            return at + 1, found
        key, colon, value = line.partition(":")
        key = key.strip()
        if line.strip() and (not colon or key not in HEADER_KEYS):
            expected = f"a header line is `key: value`; keys are {', '.join(HEADER_KEYS)}"
            doc.problem("E111", f"unknown header line `{line.strip()}`", at, 0, len(line), suggest(key, HEADER_KEYS))
            doc.problems[-1] = replace(doc.problems[-1], help=doc.problems[-1].help or expected)
        elif line.strip():
            found[key] = value.strip()
    doc.problem("E112", "the header that starts here is not closed by a line `---`", 0, 0, 3)
    return len(doc.lines), found


def _line(doc: _Document, at: int) -> int:
    """Read the line (or fenced block) at this position; the position after it."""
    line = doc.lines[at]
    fence = _FENCE.match(line)
    if fence:
        return _block(doc, at, fence)
    heading = _HEADING.match(line)
    if heading:
        doc.close()
        level = len(heading.group(1))
        doc.heading = (*doc.heading[: level - 1], heading.group(2))
    elif bullet := _BULLET.match(line):
        doc.close()
        _bullet(doc, at, bullet)
    elif line.strip() and not line.startswith(" "):
        doc.close()
    elif doc.current is not None:
        _continue(doc, line.strip())
    return at + 1


def _continue(doc: _Document, text: str) -> None:
    if not text:
        doc.paragraphs.append([])
    else:
        if text.startswith(_NO_RULE):
            doc.paragraphs.append([])
        doc.paragraphs[-1].append(text)


def _bullet(doc: _Document, at: int, match: re.Match[str]) -> None:
    """`- **S14** (recommend-for; refs 1, 3; line 11): text`."""
    name = match.group("id").strip()
    column = match.start("id")
    span = Span(doc.file, at + 1, column + 1, column + len(name) + 1, doc.heading)
    details = _DETAILS.match(match.group("rest"))
    if details is None or not name:
        expected = "a statement is `- **S01** (kind; refs 1, 2; line 3): text`"
        doc.problem(
            "E113", f"the statement `{name}` has no details in parentheses and colon", at, 0, len(doc.lines[at])
        )
        doc.problems[-1] = replace(doc.problems[-1], help=expected)
        doc.current, doc.paragraphs = Statement(name, "", "", span=span), [[]]
        return
    kind, *others = [part.strip() for part in details.group("details").split(";")]
    start = match.start("rest") + details.start("details")
    if kind not in KINDS:
        expected = suggest(kind, KINDS) or f"kinds are {', '.join(KINDS)}"
        doc.problem("E114", f"unknown kind of statement `{kind}`", at, start, max(1, len(kind)), expected)
    refs, source_line = _details(doc, at, start, others)
    doc.current = Statement(name, kind, "", refs, source_line, span=span)
    doc.paragraphs = [[details.group("text").strip()]]


def _details(doc: _Document, at: int, start: int, parts: list[str]) -> tuple[tuple[int, ...], int | None]:
    """The reference numbers and the source line."""
    refs: tuple[int, ...] = ()
    line: int | None = None
    for part in parts:
        if found := re.fullmatch(r"refs? (\d{1,4}(?:, ?\d{1,4})*)", part):
            refs = tuple(int(n) for n in found.group(1).split(","))
        elif found := re.fullmatch(r"line (\d{1,6})", part):
            line = int(found.group(1))
        elif part != "no refs":
            expected = "details are `refs 1, 2`, `no refs` and `line 3`"
            column = max(start, doc.lines[at].find(part, start))
            doc.problem("E115", f"unknown detail `{part}`", at, column, max(1, len(part)), expected)
    return refs, line


def _block(doc: _Document, at: int, fence: re.Match[str]) -> int:
    """A fenced block; `datalog` ones are read, the others are passed over."""
    ticks, indent = fence.group("ticks"), len(fence.group("indent"))
    last = at + 1
    while last < len(doc.lines) and not re.fullmatch(rf" *{ticks[0]}{{{len(ticks)},}}\s*", doc.lines[last]):
        last += 1
    if last == len(doc.lines):
        doc.problem("E116", "the block that starts here is not closed", at, indent, len(ticks))
    if fence.group("info") != "datalog":
        return last + 1
    body = doc.lines[at + 1 : last]
    cut = min((len(line) - len(line.lstrip(" ")) for line in body if line.strip()), default=0)
    text = "\n".join(line[min(cut, indent) :] for line in body)
    statement = doc.current.id if doc.current else ""
    doc.blocks.append(parse(Source(doc.file, text, at + 2, min(cut, indent), doc.heading), statement))
    if doc.current:
        doc.paragraphs.append([])
    return last + 1
