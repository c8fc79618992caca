"""What a lint sees, and what it finds: a finding may bring the lines that would mend it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from ..diagnostics import Diagnostic
from ..format import item_lines
from ..ir import Clause, Program, Span, Statement
from ..lexer import Source
from ..literate import blocks
from ..pieces import Item, Piece, pieces


@dataclass(frozen=True, slots=True)
class Fix:
    """Lines to put in place of the lines `first` to `last` (1-based) of a file; none deletes them."""

    file: str
    first: int
    last: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend, with the lines that do so when that is safe."""

    diagnostic: Diagnostic
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece of the program with the indentation of its block."""

    piece: Piece
    indent: int


@dataclass(frozen=True)
class Linted:
    """A checked program with its texts; `reviewed`: the hash of each statement's text when its rules were reviewed, and
    `fired`: the rules that a test shows; None when there is no such list. `folder`: where a command finds it; "" is the
    installed one."""

    program: Program
    texts: Mapping[str, str] = field(default_factory=lambda: {})
    reviewed: Mapping[str, str] | None = None
    fired: frozenset[str] | None = None
    folder: str = ""

    @cached_property
    def statements(self) -> Mapping[str, Statement]:
        """Statements and readings by id."""
        return {s.id: s for s in self.program.statements}

    @cached_property
    def rules(self) -> tuple[Clause, ...]:
        """The clauses with a body."""
        return tuple(c for c in self.program.clauses if c.body)

    @cached_property
    def placed(self) -> Mapping[str, tuple[Placed, ...]]:
        """The comments and items of each file."""
        return {name: _placed(name, text) for name, text in self.texts.items()}

    def item_at(self, span: Span) -> Placed | None:
        """The item around a place, when nothing else stands on its lines."""
        found = [p for p in self.placed.get(span.file, ()) if isinstance(p.piece, Item)]
        around = [p for p in found if isinstance(p.piece, Item) and p.piece.first <= span.line <= p.piece.last]
        return around[0] if len(around) == 1 else None

    def change(self, span: Span, how: Callable[[Item], Item | None]) -> Fix | None:
        """The fix that changes the item around a place; None when it cannot be made safely."""
        placed = self.item_at(span)
        if placed is None or not isinstance(placed.piece, Item):
            return None
        item = placed.piece
        others = (p.piece for p in self.placed[span.file] if p is not placed)
        taken = {n for o in others for n in (range(o.first, o.last + 1) if isinstance(o, Item) else (o.line,))}
        changed = how(item)
        if changed is None or not taken.isdisjoint(range(item.first, item.last + 1)):
            return None
        indent = " " * placed.indent
        return Fix(span.file, item.first, item.last, tuple(f"{indent}{line}" for line in item_lines(changed)))


@lru_cache(maxsize=32)  # an editor asks again on every keystroke, and has changed one file of many
def _placed(name: str, text: str) -> tuple[Placed, ...]:
    if not name.endswith(".md"):
        return tuple(Placed(p, 0) for p in pieces(Source(name, text)))
    lines = text.split("\n")
    found: list[Placed] = []
    for block in blocks(text, name):
        body = lines[block.first + 1 : block.last]
        fence = len(lines[block.first]) - len(lines[block.first].lstrip())
        cut = min([fence, *(len(line) - len(line.lstrip(" \t")) for line in body if line.strip())])
        source = Source(name, "\n".join(line[cut:] for line in body), block.first + 2, cut)
        found += [Placed(p, cut) for p in pieces(source)]
    return tuple(found)


def without_condition(item: Item, span: Span) -> Item | None:
    """The item without the condition that begins at a place; None when comments would go with it."""
    lines = list(item.lines)
    at = next(
        (n for n, x in enumerate(lines) if x.part == "condition" and _begins(x.tokens[0].span, span)),
        None,
    )
    if at is None or lines[at].above or lines[at].after:
        return None
    if at == len(lines) - 1:
        before = lines[at - 1]
        if before.part != "condition":
            return None  # the only condition
        # Its comma gives way to the period.
        lines[at - 1] = replace(before, tokens=(*before.tokens[:-1], lines[at].tokens[-1]))
    del lines[at]
    return Item(tuple(lines))


def _begins(one: Span, other: Span) -> bool:
    return (one.line, one.column) == (other.line, other.column)
