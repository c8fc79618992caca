"""A guideline document, Markdown that is also the program: headings, statements, blocks (long: one grammar)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from .diagnostics import Diagnostic, quoted, suggest
from .fences import Fence, closing, fence_of
from .header import Header, header_of
from .ir import Program, Span, Statement
from .lexer import HIDDEN, Source, in_prose, unix
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
NO_RULE = "No rule:"
FORM = "a statement is written `- **S01** (kind; refs 1, 2; line 3): text`"

_BULLET = re.compile(r"- \*\*(?P<id>[^*]*)\*\*(?P<rest>.*)")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_DETAILS = re.compile(r"\s*\((?P<details>[^)]*)\)\s*:(?P<text>.*)")
_NEARLY = re.compile(
    r"\s*(?:[-*+]|[0-9]{1,3}[.)])\s{1,4}[*_]{0,3}(?P<id>[A-Z]\w{0,20}?)[*_]{0,3}:?\s?\((?P<kind>[\w-]{1,40})"
)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of the program: the 0-based lines of its two fences, and the id of the bullet that it is under."""

    first: int
    last: int
    statement: str


@dataclass
class _Document:
    """What has been read of one document so far."""

    file: str
    lines: list[str]
    hides: bool
    heading: tuple[str, ...] = ()
    current: Statement | None = None
    paragraphs: list[list[str]] = field(default_factory=lambda: [])
    said: int | None = None  # how many paragraphs stood above the statement's first block; those below comment on it
    statements: list[Statement] = field(default_factory=lambda: [])
    blocks: list[Parsed] = field(default_factory=lambda: [])
    problems: list[Diagnostic] = field(default_factory=lambda: [])
    damaged: set[str] = field(default_factory=lambda: set())
    endless: dict[str, int] = field(default_factory=lambda: {})  # the signs that nothing below closes
    places: list[Block] = field(default_factory=lambda: [])
    again: int = 0  # up to this line, what looked like a block is read as text

    def problem(self, code: str, message: str, at: int, column: int = 0, width: int = 1, help: str = "") -> None:  # noqa: A002
        """A problem in the 0-based line `at`."""
        span = Span(self.file, at + 1, column + 1, column + max(1, width) + 1, self.heading)
        self.problems.append(Diagnostic(code, message, span, self.lines[at], help))

    def close(self) -> None:
        """The bullet that is being read ends."""
        one = self.current
        if one is None:
            return
        texts = [" ".join(" ".join(p).split()) for p in self.paragraphs]
        reasons = [t.removeprefix(NO_RULE).strip() for t in texts if t.startswith(NO_RULE)]
        text = "\n\n".join(t for t in texts[: self.said] if t and not t.startswith(NO_RULE))
        if not text and one.id not in self.damaged:
            self.problem("E113", f"the statement {quoted(one.id)} has no text", one.span.line - 1, 0, 1, FORM)
            self.damaged.add(one.id)
        self.statements.append(replace(one, text=text, no_rule=" ".join(filter(None, reasons))))
        self.current, self.paragraphs, self.said = None, [], None


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it is read: its program and header, what could not be read, its blocks and what each holds."""

    program: Program
    header: dict[str, str]
    problems: tuple[Diagnostic, ...]
    blocks: tuple[Block, ...]
    parsed: tuple[Parsed, ...]


@lru_cache(maxsize=32)  # who reads, lints and formats a text, and an editor above all, asks for its parts one by one
def document(file: str, text: str) -> Document:
    """Everything that a document holds."""
    doc, header = _document(file, text)
    for block in doc.blocks:
        doc.problems.extend(replace(d, line=doc.lines[d.span.line - 1]) for d in block.problems)
    program = Program(
        tuple(t for b in doc.blocks for t in b.types),
        tuple(p for b in doc.blocks for p in b.predicates),
        tuple(doc.statements),
        tuple(c for b in doc.blocks for c in b.clauses),
        header.values.get("name", ""),
        header.values.get("version", ""),
        frozenset(doc.damaged).union(*(b.damaged for b in doc.blocks)),
        half_declared=frozenset[str]().union(*(b.half_declared for b in doc.blocks)),
    )
    return Document(program, header.values, tuple(doc.problems), tuple(doc.places), tuple(doc.blocks))


def read(file: str, text: str) -> tuple[Program, dict[str, str], tuple[Diagnostic, ...]]:
    """The program of one document, its header, and what could not be read."""
    one = document(file, text)
    return one.program, one.header, one.problems


def blocks(text: str, file: str = "") -> tuple[Block, ...]:
    """Where the blocks of the program stand in a document."""
    return document(file, text).blocks


def _document(file: str, text: str) -> tuple[_Document, Header]:
    text = unix(text)
    doc = _Document(file, text.split("\n"), HIDDEN.search(text) is not None)
    header = header_of(file, doc.lines)
    doc.problems.extend(header.problems)
    at = header.end
    while at < len(doc.lines):
        at = _line(doc, at)
    doc.close()
    return doc, header


def is_text(line: str) -> bool:
    """Whether a line of a statement is read as nothing but its text."""
    return not (fence_of(line) or line.startswith(("<!--", NO_RULE)) or _is_nearly(line))


def _line(doc: _Document, at: int) -> int:
    """Read the line (or fenced block) at this position; the position after it."""
    line = doc.lines[at]
    if doc.hides:
        for problem in in_prose(doc.file, doc.lines, at, doc.heading):
            doc.problems.append(replace(problem, line=line))
    if fence := fence_of(line):
        return _block(doc, at, fence)
    if line.lstrip().startswith("<!--"):
        return _comment(doc, at)
    if line.startswith("#") and (heading := _heading(line)):
        doc.close()
        level, title = heading
        doc.heading = (*doc.heading[: level - 1], title)
    elif (bullet := _BULLET.fullmatch(line)) and _is_statement(bullet):
        doc.close()
        _bullet(doc, at, bullet)
    elif _is_nearly(line):
        doc.close()
        doc.problem("E113", "this looks like a statement and is not written as one", at, 0, len(line), FORM)
        doc.damaged.update(re.findall(r"\w+", line)[:2])
    elif line.strip() and not line[0].isspace() and not _goes_on(doc, at):
        doc.close()
    elif doc.current is not None:
        _continue(doc, line.strip())
    return at + 1


def _heading(line: str) -> tuple[int, str] | None:
    """The level and the text of `## A heading`."""
    level = len(line) - len(line.lstrip("#"))
    if level > 6 or line[level : level + 1] not in (" ", "\t", ""):
        return None
    title = line[level:].strip()
    opened = title.rstrip("#")
    return level, opened.rstrip() if not opened or opened[-1].isspace() else title


def _comment(doc: _Document, at: int) -> int:
    """What a comment hides from the reader is no part of the program either."""
    last = at
    while "<!--" not in doc.endless and last < len(doc.lines):
        if "-->" in doc.lines[last]:
            return last + 1
        last += 1
    if doc.endless.setdefault("<!--", at) == at:
        column = doc.lines[at].index("<")
        doc.problem("E116", "the comment that starts here is not closed", at, column, 4, "write `-->` where it ends")
    return at + 1


def _goes_on(doc: _Document, at: int) -> bool:
    """Whether a line that is not indented goes on with the paragraph above it, as Markdown has it."""
    above = doc.lines[at - 1].strip() if at else ""
    opens = re.match(r"[-*+>|<=]|[0-9]{1,9}[.)]", doc.lines[at])
    ended = not above or fence_of(above) is not None or above.endswith("-->")
    return doc.current is not None and not ended and not opens


def _continue(doc: _Document, text: str) -> None:
    if not text:
        doc.paragraphs.append([])
    else:
        if text.startswith(NO_RULE):
            doc.paragraphs.append([])
        doc.paragraphs[-1].append(text)


def _is_statement(bullet: re.Match[str]) -> bool:
    """A bold word in a list is a statement when a kind follows it, or when it looks like an id."""
    details = _DETAILS.fullmatch(bullet["rest"])
    has_kind = details is not None and details["details"].partition(";")[0].strip() in KINDS
    return has_kind or re.fullmatch(r"\s*[A-Z]\w*[0-9]\w*\s*", bullet["id"]) is not None


def _is_nearly(line: str) -> bool:
    """A line that would be a statement but for a sign."""
    nearly = _NEARLY.match(line)
    return nearly is not None and nearly["kind"] in KINDS


def _bullet(doc: _Document, at: int, match: re.Match[str]) -> None:
    """`- **S14** (recommend-for; refs 1, 3; line 11): text`."""
    name = match["id"].strip()
    column = match.start("id")
    span = Span(doc.file, at + 1, column + 1, column + max(1, len(name)) + 1, doc.heading)
    details = _DETAILS.fullmatch(match["rest"])
    if details is None or not _NAME.fullmatch(name):
        message = f"the statement {quoted(name)} has no kind in parentheses and colon after its id"
        if not _NAME.fullmatch(name):
            message = f"{quoted(name)} is no id of a statement" if name else "this statement has no id"
        doc.problem("E113", message, at, 0, len(doc.lines[at]), FORM)
        doc.damaged.add(name)
        doc.current, doc.paragraphs = Statement(name, "", "", span=span), [[]]
        return
    kind, *others = details["details"].split(";")
    start = match.start("rest") + details.start("details")
    if kind.strip() not in KINDS:
        expected = suggest(kind.strip(), KINDS) or f"kinds are {', '.join(KINDS)}"
        doc.problem("E114", f"unknown kind of statement {quoted(kind.strip())}", at, start, len(kind), expected)
        doc.damaged.add(name)
    refs, source_line = _details(doc, at, start + len(kind) + 1, others)
    doc.current = Statement(name, kind.strip(), "", refs, source_line, span=span)
    doc.paragraphs = [[details["text"].strip()]]


def _details(doc: _Document, at: int, column: int, parts: list[str]) -> tuple[tuple[int, ...], int | None]:
    """The reference numbers and the source line."""
    refs: tuple[int, ...] = ()
    line: int | None = None
    seen: set[str] = set()
    for part in parts:
        text = part.strip()
        word = text.partition(" ")[0].removesuffix("s") if text != "no refs" else "ref"
        indent = len(part) - len(part.lstrip())
        if word in seen:
            doc.problem("E115", f"the detail {quoted(text)} is given twice", at, column + indent, len(text))
        elif found := re.fullmatch(r"refs? ([0-9]{1,4}(?:, ?[0-9]{1,4})*)", text):
            refs = tuple(int(n) for n in found.group(1).split(","))
        elif found := re.fullmatch(r"line ([0-9]{1,6})", text):
            line = int(found.group(1))
        elif not text:
            doc.problem("E115", "there is no detail after this `;`", at, column - 1, 1, "delete it")
        elif text != "no refs":
            expected = "details are `refs 1, 2`, `no refs` and `line 3`"
            doc.problem("E115", f"unknown detail {quoted(text)}", at, column + indent, len(text), expected)
        seen.add(word)
        column += len(part) + 1
    return refs, line


def _block(doc: _Document, at: int, fence: Fence) -> int:
    """A fenced block; `datalog` ones are read, the others are passed over."""
    if at < doc.again or doc.endless.get(fence.sign, fence.length + 1) <= fence.length:
        return at + 1  # nothing below can close it, as has been said
    last, whole = closing(doc.lines, at, fence)
    if not whole:
        if last < len(doc.lines) or fence.sign not in doc.endless:
            help_ = f"close it with a line of {fence.length} {'backticks' if fence.sign == '`' else 'tildes'}"
            doc.problem("E116", "the block that starts here is not closed", at, fence.indent, fence.length, help_)
        if last == len(doc.lines):
            doc.endless[fence.sign] = fence.length
    elif warning := fence.not_read(doc.lines[at + 1 : last]):
        doc.problem("E120", warning, at, fence.indent, len(doc.lines[at].strip()), "mark it `datalog`, or `text`")
    if not fence.is_program:
        doc.again = max(doc.again, 0 if whole else last)
        return last + 1 if whole else at + 1
    body = doc.lines[at + 1 : last]
    cut = min([fence.indent, *(len(line) - len(line.lstrip(" \t")) for line in body if line.strip())])
    source = Source(doc.file, "\n".join(line[cut:] for line in body), at + 2, cut, doc.heading)
    statement = doc.current.id if doc.current else ""
    parsed = parse(source, statement)
    doc.places.append(Block(at, last, statement))
    for goal in parsed.goals:
        first = goal[0].span
        help_ = "ask it with `guidekb query`, or keep it as a saved query"
        doc.problem("E121", "a guideline holds no query", first.line - 1, first.column - 1, 1, help_)
    # What an unclosed block takes from the text below it is no fault of the program.
    doc.blocks.append(parsed if whole else replace(parsed, problems=()))
    if doc.current:
        doc.said = len(doc.paragraphs) if doc.said is None else doc.said
        doc.paragraphs.append([])
    return last + whole
