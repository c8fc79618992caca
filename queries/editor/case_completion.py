"""What may stand at a place in a file of cases: its keys, fields with their values, statements, parts of an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ...kb.annotations import URGENCIES
from ...kb.case import ACTIONS, DETAILS, PARTS
from ...kb.ir import Program
from ..answers.answer import STATUSES
from ..names import UNDETERMINED
from .case_names import given_type, is_list_of_maps, item_type
from .snapshot import Snapshot
from .suggestion import Suggestion, keywords, of_type

TOP = ("name", "about", "given", "expect", "rows", "columns", "patient", "as_of", "section")
ROW = ("given", "expect")
EXPECT = (*PARTS, "not", "exactly", "transcript")
_KEY = re.compile(r"([\w][\w .-]*?)\s*:(?=\s|$)")
_PIECE = re.compile(r"""\s+\#.*|"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|[{}\[\],]|[^\s{}\[\],:"']+(?:\s*:(?=\s|$))?|:|\s+""")


@dataclass
class _Frame:
    """An open `{` or `[`, and the key of it that waits for its value."""

    sign: str
    key: str = ""


@dataclass
class _Scan:
    """Where the end of a text is: the keys above it by their indentation, then the open braces of its flow."""

    block: list[tuple[int, str]] = field(default_factory=lambda: [])
    flow: list[_Frame] = field(default_factory=lambda: [])
    waits: bool = True  # whether a key could stand here

    def line(self, text: str) -> None:
        """Take in a line of the text."""
        at = 0
        if not self.flow:
            at, self.waits = len(text) - len(text.lstrip()), True
            while text[at : at + 2] == "- ":
                at += 2
                at += len(text[at:]) - len(text[at:].lstrip())
            if not text[at:].strip():
                at = len(text)
            self.block = [(n, key) for n, key in self.block if n < at or (n == at and text.lstrip().startswith("- "))]
            if key := _KEY.match(text, at):
                self.block = [(n, k) for n, k in self.block if n < at]
                self.block.append((at, key[1]))
                at, self.waits = key.end(), False
        self._pieces(text[at:])

    def _pieces(self, text: str) -> None:
        for piece in _PIECE.findall(text):
            word = piece.strip()
            top = self.flow[-1] if self.flow else None
            if word.startswith("#"):
                return
            if word in ("{", "["):
                self.flow.append(_Frame(word))
            elif word in ("}", "]") and self.flow:
                self.flow.pop()
            elif top and word == ",":
                top.key = ""
            elif top and top.sign == "{" and word.endswith(":") and not top.key:
                top.key = word[:-1].strip()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys above the place."""
        return (*(key for _, key in self.block), *(f.key for f in self.flow if f.sign == "{" and f.key))

    @property
    def wants_key(self) -> bool:
        """Whether a key could stand here."""
        return self.flow[-1].sign == "{" and not self.flow[-1].key if self.flow else self.waits


def case_completions(at: Snapshot, name: str, line: int, column: int) -> tuple[Suggestion, ...]:
    """What may stand at a place, 1-based."""
    lines = at.lines(name)
    if not 1 <= line <= len(lines):
        return ()
    first = next((n + 1 for n in range(line - 2, -1, -1) if lines[n].startswith("---")), 0)
    scan = _Scan()
    for text in lines[first : line - 1]:
        if text.strip():
            scan.line(text)
    start = lines[line - 1][: column - 1]
    if not start.strip() and not scan.flow:
        scan.line(start + "?")
    else:
        scan.line(start.rstrip("\n"))
    return tuple(_words(at, scan.keys, scan.wants_key))


def _words(at: Snapshot, keys: tuple[str, ...], wants_key: bool) -> Iterable[Suggestion]:
    program = at.program
    inside = tuple(k for k in keys if k != "rows")
    if not inside:
        return keywords(ROW if keys else TOP)
    if inside[0] == "about":
        return _statements(at)
    if inside[0] == "given":
        return _given(at, inside[1:], wants_key)
    if inside == ("columns",):
        return [*_fields(at), *keywords([*PARTS, *(f"not {p}" for p in PARTS)])]
    if inside[0] != "expect":
        return [Suggestion(r, "rule") for r in sorted(at.rule_ids)] if inside == ("rule",) else []
    below = tuple(k for k in inside[1:] if k != "not")
    if not below:
        return keywords(PARTS if "not" in inside else EXPECT)
    return _expected(at, program, below, wants_key)


def _expected(at: Snapshot, program: Program, keys: tuple[str, ...], wants_key: bool) -> Iterable[Suggestion]:
    part, last = keys[0], keys[-1]
    if part == "exactly":
        return keywords(PARTS[:-1])
    if last in ("because",):
        return [Suggestion(r, "rule") for r in sorted(at.rule_ids)]
    if last == "blocks":
        return _statements(at)
    if last == "assumes" or (part == "undetermined" and last in (part, "item") and not wants_key):
        return _fields(at)
    if last == "would_decide":
        return [s for p in ACTIONS for s in of_type(program, item_type(p, program))][:2000]
    if last == "status":
        return keywords((*STATUSES, UNDETERMINED))
    if last == "urgency":
        return keywords(URGENCIES)
    own = list(of_type(program, item_type(part, program, 2 if part == "prognosis" and len(keys) > 1 else 1)))
    details = keywords(("item", *DETAILS.get(part, ()))) if wants_key and keys == (part,) else []
    return [*details, *own]


def _given(at: Snapshot, keys: tuple[str, ...], wants_key: bool) -> Iterable[Suggestion]:
    declared = at.program.predicates_by_name.get(keys[0]) if keys else None
    if declared is None:
        return [] if keys else _fields(at)
    if declared.arity == 1:
        return keywords(("yes", "no", "unknown"))
    if is_list_of_maps(declared) and (wants_key or len(keys) == 1):
        return [Suggestion(c.name.lower(), "column", c.type) for c in declared.columns[1:]]
    unknown = keywords(("unknown",)) if not wants_key else []
    return [*of_type(at.program, given_type(declared, keys, wants_key)), *unknown]


def _fields(at: Snapshot) -> list[Suggestion]:
    known = at.program.predicates_by_name
    return [Suggestion(name, "field", known[name].ask or known[name].yes, f"{name}: ") for name in at.fields]


def _statements(at: Snapshot) -> list[Suggestion]:
    return [Suggestion(s.id, "statement", s.text[:100]) for s in at.program.statements]
