"""Atoms in words: the vocabulary's sentence templates with their slots filled by the labels of values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..kb.ir import Atom, Column, Const, Ground, Predicate, Program, Value, Var
from ..kb.printer import print_value
from .names import RECOMMEND
from .words import Words, words

_SLOT = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Sentences:
    """The words of one program. `labels`: by type, the text of each value."""

    predicates: Mapping[str, Predicate]
    labels: Mapping[str, Mapping[Value, str]]
    words: Words
    units: frozenset[str] = frozenset()
    """The types whose values are so many of a unit."""

    def holds(self, atom: Ground) -> str:
        """The atom as true: the `yes` sentence, or for `-p` the `no` sentence."""
        return self._say(atom, "no" if atom.predicate.startswith("-") else "yes")

    def holds_in(self, atom: Ground, column: int, text: str) -> str:
        """As `holds`, with this text for one of the columns."""
        return self._say(atom, "no" if atom.predicate.startswith("-") else "yes", texts={column: text})

    def wanted(self, pattern: Atom) -> str:
        """A pattern that is asked for; a variable in it reads "some"."""
        declared = self.predicates.get(pattern.predicate)
        columns = declared.columns if declared else ()
        texts = {
            i: self.words.say(f"whynot.some_{self._sort(column)}", column=spaced(column.name.lower()))
            for i, (term, column) in enumerate(zip(pattern.args, columns, strict=False))
            if isinstance(term, Var)
        }
        values = tuple(t.value if isinstance(t, Const) else "_" for t in pattern.args)
        return self._say(Ground(pattern.signed, values), "no" if pattern.negated else "yes", texts=texts)

    def _sort(self, column: Column) -> str:
        """`amount`: a sentence has the unit after it; `thing`: anything else."""
        return "amount" if column.type in self.units else "thing"

    def denied(self, pattern: Atom) -> str:
        """The pattern as not true: the opposite sentence."""
        values = tuple(t.value if isinstance(t, Const) else self.words.say("proof.any") for t in pattern.args)
        ground = Ground(pattern.signed, values)
        text = self._say(ground, "yes" if pattern.negated else "no", fallback=False)
        return text or self.words.say("proof.not_said", text=self.holds(ground))

    def unrecorded(self, pattern: Atom) -> str:
        """That nothing recorded says what the pattern says: the `unknown` sentence when there is one."""
        values = tuple(t.value if isinstance(t, Const) else self.words.say("proof.any") for t in pattern.args)
        return self._say(Ground(pattern.predicate, values), "unknown", fallback=False) or self.denied(pattern)

    def unknown(self, name: str, values: tuple[Value, ...] = ()) -> str:
        """That the predicate is not recorded."""
        text = self._say(self._padded(name, values), "unknown", fallback=False)
        return text or self.words.say("proof.not_recorded", field=spaced(name))

    def ask(self, name: str, values: tuple[Value, ...] = ()) -> str:
        """The question that would make the predicate known."""
        text = self._say(self._padded(name, values), "ask", fallback=False)
        return text or self.words.say("proof.what_is", field=spaced(name))

    def value(self, value: Value, kind: str = "") -> str:
        """A value in words, by its type when that is known."""
        known = self.labels.get(kind, {}).get(value)
        if known is not None:
            return known
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, str) and self.labels.get(kind):
            return spaced(value)  # a name that the vocabulary does not list
        return format(value, "f") if isinstance(value, Decimal) else str(value)

    def item(self, atom: Ground) -> str:
        """The last column in words: the action, alert or other thing that a conclusion is about."""
        declared = self.predicates.get(atom.predicate)
        kind = declared.columns[1].type if declared and declared.arity > 1 else ""
        return self.value(atom.values[1], kind) if len(atom.values) > 1 else atom.predicate

    def named(self, name: str) -> str:
        """The words for a value of any type, such as an alert."""
        return next((self.value(name, kind) for kind, known in self.labels.items() if name in known), name)

    def action(self, name: str) -> str:
        """The words for an action."""
        return self.item(Ground(RECOMMEND, ("", name)))

    def _padded(self, name: str, values: tuple[Value, ...]) -> Ground:
        missing = self.predicates[name].arity - len(values)
        return Ground(name, (*values, *(self.words.say("proof.any"),) * missing))

    def _say(self, atom: Ground, word: str, fallback: bool = True, texts: Mapping[int, str] | None = None) -> str:
        declared = self.predicates.get(atom.predicate.lstrip("-"))
        template = getattr(declared, word) if declared else ""
        if not declared or not template or declared.arity != len(atom.values):
            return print_ground(atom) if fallback else ""
        slots = {c.name: self.value(v, c.type) for c, v in zip(declared.columns, atom.values, strict=True)}
        slots |= {declared.columns[i].name: text for i, text in (texts or {}).items()}
        # One pass, so that a value with braces in it is never read as a slot.
        return _SLOT.sub(lambda m: slots.get(m.group(1), m.group(0)), template)


def sentences(program: Program, said: Words | None = None) -> Sentences:
    """The words of a checked program, with the phrases of a language (English by default)."""
    labels: dict[str, dict[Value, str]] = {t.name: {x.name: x.text for x in t.labels} for t in program.types}
    units = frozenset(t.name for t in program.types if t.unit)
    return Sentences({p.name: p for p in program.predicates}, labels, said or words(), units)


def print_ground(atom: Ground) -> str:
    """The atom in the language itself."""
    args = ", ".join(print_value(v) for v in atom.values)
    return f"{atom.predicate}({args})" if args else atom.predicate


def spaced(name: str) -> str:
    """A name as words: `her2_status` is `her2 status`."""
    return name.replace("_", " ")
