"""Atoms in words: the vocabulary's sentence templates with their slots filled by the labels of values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ..kb.ir import Atom, Const, Ground, Predicate, Program, Value
from ..kb.printer import print_value

_SLOT = re.compile(r"\{([^{}]*)\}")
ANYTHING = "any"


@dataclass(frozen=True, slots=True)
class Sentences:
    """The words of one program. `labels`: by type, the text of each value."""

    predicates: Mapping[str, Predicate]
    labels: Mapping[str, Mapping[Value, str]]

    def holds(self, atom: Ground) -> str:
        """The atom as true: the `yes` sentence, or for `-p` the `no` sentence."""
        return self._say(atom, "no" if atom.predicate.startswith("-") else "yes")

    def denied(self, pattern: Atom) -> str:
        """The pattern as not true: the opposite sentence."""
        values = tuple(t.value if isinstance(t, Const) else ANYTHING for t in pattern.args)
        ground = Ground(pattern.signed, values)
        text = self._say(ground, "yes" if pattern.negated else "no", fallback=False)
        return text or f"it does not hold that {self.holds(ground)}"

    def unknown(self, name: str, values: tuple[Value, ...] = ()) -> str:
        """That the predicate is not recorded."""
        declared = self.predicates[name]
        padded = (*values, *(ANYTHING,) * (declared.arity - len(values)))
        return self._say(Ground(name, padded), "unknown", fallback=False) or f"{words(name)} is not recorded"

    def ask(self, name: str, values: tuple[Value, ...] = ()) -> str:
        """The question that would make the predicate known."""
        declared = self.predicates[name]
        padded = (*values, *(ANYTHING,) * (declared.arity - len(values)))
        return self._say(Ground(name, padded), "ask", fallback=False) or f"What is recorded of {words(name)}?"

    def value(self, value: Value, kind: str = "") -> str:
        """A value in words, by its type when that is known."""
        known = self.labels.get(kind, {}).get(value)
        if known is not None:
            return known
        if isinstance(value, date):
            return value.isoformat()
        return value if isinstance(value, str) else str(value)

    def item(self, atom: Ground) -> str:
        """The last column in words: the action, alert or other thing that a conclusion is about."""
        declared = self.predicates.get(atom.predicate)
        kind = declared.columns[1].type if declared and declared.arity > 1 else ""
        return self.value(atom.values[1], kind) if len(atom.values) > 1 else atom.predicate

    def _say(self, atom: Ground, word: str, fallback: bool = True) -> str:
        declared = self.predicates.get(atom.predicate.lstrip("-"))
        template = getattr(declared, word) if declared else ""
        if not declared or not template or declared.arity != len(atom.values):
            return print_ground(atom) if fallback else ""
        slots = {c.name: self.value(v, c.type) for c, v in zip(declared.columns, atom.values, strict=True)}
        # One pass, so that a value with braces in it is never read as a slot.
        return _SLOT.sub(lambda m: slots.get(m.group(1), m.group(0)), template)


def sentences(program: Program) -> Sentences:
    """The words of a checked program."""
    labels: dict[str, dict[Value, str]] = {t.name: {x.name: x.text for x in t.labels} for t in program.types}
    return Sentences({p.name: p for p in program.predicates}, labels)


def print_ground(atom: Ground) -> str:
    """The atom in the language itself."""
    args = ", ".join(print_value(v) for v in atom.values)
    return f"{atom.predicate}({args})" if args else atom.predicate


def words(name: str) -> str:
    """A name as words: `her2_status` is `her2 status`."""
    return name.replace("_", " ")
