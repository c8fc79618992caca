"""What may stand at a place in a document or a Datalog file, from the vocabulary and the statements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...kb.annotations import FORMS
from ...kb.cursor import DECLARING
from ...kb.declarations import FLAGS, TEMPLATES
from ...kb.declarations import KINDS as NUMBER_KINDS
from ...kb.ir import COMPARISONS, FIELD, NEGATIONS, PATIENT, Predicate
from ...kb.lexer import Source, Token, tokens
from ...kb.literate import KINDS as STATEMENT_KINDS
from ...kb.property import KINDS as PROPERTY_KINDS
from .datalog_names import STATEMENTS, items
from .document_names import block_source
from .snapshot import Snapshot
from .suggestion import Suggestion, keywords, of_type

_WORD = re.compile(r"\w*$")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_KIND = re.compile(r"- \*\*[^*]*\*\*\s*\([\w-]*$")


def completions(at: Snapshot, name: str, line: int, column: int) -> tuple[Suggestion, ...]:
    """What may stand at a place, 1-based; the editor picks those that begin as the word before the place does."""
    lines = at.lines(name)
    if not 1 <= line <= len(lines):
        return ()
    source = Source(name, "\n".join(lines)) if name.endswith(".dl") else _block(at, name, lines, line)
    if source is None:
        before = lines[line - 1][: column - 1]
        return tuple(keywords(STATEMENT_KINDS)) if _KIND.match(before) else ()
    inside = source.text.split("\n")
    here = line - source.line
    if not 0 <= here < len(inside):
        return ()
    start = inside[here][: max(0, column - 1 - source.indent)]
    word = _WORD.search(start)
    begun = start[: word.start()] if word else start
    left = _STRING.sub('""', begun)
    if "%" in left:
        return ()  # a comment
    before, _ = tokens(Source(name, "\n".join([*inside[:here], begun])))
    after, _ = tokens(Source(name, "\n".join([inside[here][len(start) :], *inside[here + 1 :]])))
    cut = items(before)
    current = [] if not cut or cut[-1][-1].text == "." else cut[-1]
    place = _Place(at, current, [*current, *_rest(after)])
    return tuple(place.slots() if left.count('"') % 2 else place.suggestions())


def _block(at: Snapshot, name: str, lines: Sequence[str], line: int) -> Source | None:
    block = next((b for b in at.blocks(name) if b.first < line - 1 <= b.last), None)
    if block is None or (line - 1 == block.last and lines[block.last].strip().startswith(("```", "~~~"))):
        return None
    return block_source(name, lines, block)


def _rest(after: Sequence[Token]) -> list[Token]:
    """The tokens up to the end of the item."""
    end = next((n for n, t in enumerate(after) if t.kind == "end" or (t.kind == "punct" and t.text == ".")), len(after))
    return list(after[:end])


@dataclass(frozen=True)
class _Place:
    """`before`: the tokens of the item that stand before the place; `whole`: all of them."""

    at: Snapshot
    before: Sequence[Token]
    whole: Sequence[Token]

    def suggestions(self) -> Iterable[Suggestion]:
        before, last = self.before, self._text(-1)
        if not before:
            return [*keywords([*sorted(DECLARING), "@", *PROPERTY_KINDS]), *self._heads()]
        if last == "@":
            return [Suggestion(form.name, "annotation", form.usage, f"{form.name}($1)") for form in FORMS.values()]
        if annotation := self._annotation():
            return self._annotated(annotation)
        first = before[0].text if before[0].kind == "name" else ""
        if first == "type":
            return keywords(NUMBER_KINDS) if last == "=" else []
        if first in DECLARING:
            return self._declaring()
        return self._condition(last)

    def slots(self) -> Iterable[Suggestion]:
        """Inside a text: the columns that a sentence may name."""
        if not self.before or self.before[0].text not in DECLARING:
            return []
        columns = [t.text for n, t in enumerate(self.before) if t.kind == "variable" and self._text_at(n - 1) in "(,"]
        return [Suggestion(c, "column", "a slot is written {" + c + "}") for c in columns]

    def _declaring(self) -> Iterable[Suggestion]:
        last = self._text(-1)
        program = self.at.vocabulary
        if last == ":":
            built_in = [Suggestion(PATIENT, "type", "the subject"), Suggestion(FIELD, "type", "a field")]
            return [*built_in, *(Suggestion(t.name, "type", t.kind) for t in program.types)]
        closed = ")" in [t.text for t in self.before]
        given = {t.text for t in self.before if t.kind == "name"}
        return keywords(w for w in (*FLAGS, *TEMPLATES) if w not in given) if closed and last not in TEMPLATES else []

    def _condition(self, last: str) -> Iterable[Suggestion]:
        program = self.at.vocabulary
        if last in COMPARISONS or last == "=<":
            kinds = self._kinds()
            return [*of_type(program, kinds.get(self._text(-2), "")), *self._variables()]
        if inside := self._atom():
            declared = program.predicates_by_name.get(inside[0])
            kind = declared.columns[inside[1]] if declared and inside[1] < declared.arity else None
            own = [Suggestion(kind.name, "variable", f"a {kind.type}"), *of_type(program, kind.type)] if kind else []
            return [*own, *self._variables(), Suggestion("_", "variable", "any")]
        if last == ")" and self._text(0) == "@" and ":-" not in [t.text for t in self.before]:
            return [*self._heads(), *keywords(["@"])]
        if last in (":-", ",", "?-", "=>", "-"):
            words = keywords(NEGATIONS) if last != "-" else []
            return [*words, *map(_goal, program.predicates)]
        return [_goal(p) for p in program.predicates] if last in NEGATIONS else []

    def _heads(self) -> list[Suggestion]:
        return [_goal(p) for p in self.at.vocabulary.predicates if p.role != "input"]

    def _annotation(self) -> str:
        """The annotation whose values are being written, "" when it is none."""
        for n in range(len(self.before) - 1, 1, -1):
            if self.before[n].text == ")":
                return ""
            if self.before[n].text == "(":
                return self.before[n - 1].text if self.before[n - 2].text == "@" else ""
        return ""

    def _annotated(self, name: str) -> Iterable[Suggestion]:
        if name in STATEMENTS:
            found = self.at.program.statements
            wanted = [s for s in found if (s.kind == "reading") == (name == "reading")] or found
            return [Suggestion(s.id, "statement", _short(s.text)) for s in wanted]
        if name == "overrides":
            return [Suggestion(r, "rule") for r in sorted(self.at.rule_ids)]
        return keywords(FORMS[name].one_of) if name in FORMS else []

    def _atom(self) -> tuple[str, int] | None:
        """The atom that is open, and its column that comes next."""
        depth = column = 0
        for n in range(len(self.before) - 1, -1, -1):
            text = self.before[n].text if self.before[n].kind == "punct" else ""
            if text == ")":
                depth += 1
            elif text == "(" and depth:
                depth -= 1
            elif text == "(":
                return (self.before[n - 1].text, column) if n else None
            elif text == "," and not depth:
                column += 1
            elif text in (":-", "@", "?-"):
                return None
        return None

    def _kinds(self) -> dict[str, str]:
        """The types that the conditions of the item give its variables."""
        found: dict[str, str] = {}
        predicate, column = "", 0
        known = self.at.vocabulary.predicates_by_name
        for n, token in enumerate(self.whole):
            if token.text == "(":
                predicate, column = self.whole[n - 1].text if n else "", 0
            elif token.text == ",":
                column += 1
            elif token.kind == "variable" and predicate in known and column < known[predicate].arity:
                found.setdefault(token.text, known[predicate].columns[column].type)
        return found

    def _variables(self) -> list[Suggestion]:
        last = max((n for n, t in enumerate(self.whole) if t.text == "@"), default=-1)  # ids there are no variables
        if last >= 0:
            last = next((n for n in range(last, len(self.whole)) if self.whole[n].text == ")"), len(self.whole))
        names = dict.fromkeys(t.text for t in self.whole[last + 1 :] if t.kind == "variable" and t.text != "_")
        return [Suggestion(name, "variable", "used in this clause") for name in names]

    def _text(self, n: int) -> str:
        return self.before[n].text if -len(self.before) <= n < len(self.before) else ""

    def _text_at(self, n: int) -> str:
        return self._text(n) if n >= 0 else ""


def _goal(one: Predicate) -> Suggestion:
    slots = [f"${{{n}:{'P' if c.type == PATIENT else c.name}}}" for n, c in enumerate(one.columns, 1)]
    form = f"{one.name}({', '.join(slots)})" if slots else one.name
    return Suggestion(one.name, "predicate", one.yes or one.role, form)


def _short(text: str) -> str:
    return text if len(text) <= 100 else text[:99] + "…"
