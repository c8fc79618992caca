"""Atoms in words: the vocabulary's sentence templates with their slots filled by the labels of values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ...kb.ir import Atom, Column, Const, Ground, Predicate, Program, Value, Var
from ...kb.printer import print_value
from ...kb.variants import SLOT, chosen
from ..names import RECOMMEND
from .words import Words, words


@dataclass(frozen=True, slots=True)
class Sentences:
    """The words of one program. `labels`: by type, the text of each value."""

    predicates: Mapping[str, Predicate]
    labels: Mapping[str, Mapping[Value, str]]
    words: Words
    units: Mapping[str, str]
    """The unit of each type whose values are so many of one."""

    def holds(self, atom: Ground) -> str:
        """The atom as true: the `yes` sentence, or for `-p` the `no` sentence."""
        return self._say(atom, "no" if atom.predicate.startswith("-") else "yes")

    def holds_in(self, atom: Ground, column: int, text: str) -> str:
        """As `holds`, with this text for one of the columns."""
        return self._say(atom, "no" if atom.predicate.startswith("-") else "yes", texts={column: text})

    def wanted(self, pattern: Atom) -> str:
        """A pattern that is asked for; a variable in it is left out, or reads "some"."""
        declared = self.predicates.get(pattern.predicate)
        columns = declared.columns if declared else ()
        texts = {
            i: self.words.say(f"whynot.some_{self._sort(column)}", column=spaced(column.name.lower()))
            for i, (term, column) in enumerate(zip(pattern.args, columns, strict=False))
            if isinstance(term, Var)
        }
        values = tuple(t.value if isinstance(t, Const) else "_" for t in pattern.args)
        return self._say(Ground(pattern.signed, values), "no" if pattern.negated else "yes", texts=texts, free=texts)

    def _sort(self, column: Column) -> str:
        """`amount`: a sentence has the unit after it; `thing`: anything else."""
        return "amount" if column.type in self.units else "thing"

    def denied(self, pattern: Atom) -> str:
        """The pattern as not true: the opposite sentence; a variable in it is left out, or reads "any"."""
        ground, free = self._filled(pattern)
        text = self._say(ground, "yes" if pattern.negated else "no", fallback=False, free=free)
        return text or self.words.say("proof.not_said", text=self.holds(ground))

    def unrecorded(self, pattern: Atom) -> str:
        """That nothing recorded says what the pattern says: the `unknown` sentence when there is one."""
        ground, free = self._filled(Atom(pattern.predicate, pattern.args))
        return self._say(ground, "unknown", fallback=False, free=free) or self.denied(pattern)

    def unknown(self, name: str, values: tuple[Value, ...] = ()) -> str:
        """That the predicate is not recorded."""
        ground, free = self._padded(name, values)
        text = self._say(ground, "unknown", fallback=False, free=free)
        return text or self.words.say("proof.not_recorded", field=spaced(name))

    def ask(self, name: str, values: tuple[Value, ...] = ()) -> str:
        """The question that would make the predicate known."""
        ground, free = self._padded(name, values)
        text = self._say(ground, "ask", fallback=False, free=free)
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
        return self.words.number(value) if isinstance(value, Decimal) else str(value)

    def amount(self, value: Value, kind: str) -> str:
        """A value with its unit, when its type has one."""
        if kind in self.units and isinstance(value, int | Decimal):
            return self.words.amount(value, self.units[kind])
        return self.value(value, kind)

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

    def _filled(self, pattern: Atom) -> tuple[Ground, tuple[int, ...]]:
        """The pattern with "any" for its variables, and the columns that have one."""
        values = tuple(t.value if isinstance(t, Const) else self.words.say("proof.any") for t in pattern.args)
        return Ground(pattern.signed, values), tuple(i for i, t in enumerate(pattern.args) if isinstance(t, Var))

    def _padded(self, name: str, values: tuple[Value, ...]) -> tuple[Ground, range]:
        """As many values as there are columns, "any" for those that are not given; and which these are."""
        free = range(len(values), self.predicates[name].arity)
        return Ground(name, (*values, *(self.words.say("proof.any") for _ in free))), free

    def _say(
        self,
        atom: Ground,
        word: str,
        fallback: bool = True,
        texts: Mapping[int, str] | None = None,
        free: Collection[int] = (),
    ) -> str:
        """The sentence; `texts` are for columns instead of values, `free` the columns without a value."""
        declared = self.predicates.get(atom.predicate.lstrip("-"))
        template = getattr(declared, word) if declared else ""
        if not declared or not template or declared.arity != len(atom.values):
            return print_ground(atom) if fallback else ""
        template = chosen(template, {declared.columns[i].name for i in free})
        slots: dict[str, str] = {}
        for i, (column, value) in enumerate(zip(declared.columns, atom.values, strict=True)):
            unit = self.units.get(column.type)
            with_unit = f"{{{column.name}}} {unit}"
            if texts and i in texts:
                slots[column.name] = texts[i]
            elif unit and with_unit in template:
                template = template.replace(with_unit, f"{{{column.name}}}")
                slots[column.name] = self.amount(value, column.type)
            else:
                slots[column.name] = self.value(value, column.type)
        # One pass, so that a value with braces in it is never read as a slot.
        return SLOT.sub(lambda m: slots.get(m.group(1), m.group(0)), template)


def sentences(program: Program, said: Words | None = None) -> Sentences:
    """The words of a checked program, with the phrases of a language (English by default)."""
    labels: dict[str, dict[Value, str]] = {t.name: {x.name: x.text for x in t.labels} for t in program.types}
    units = {t.name: t.unit for t in program.types if t.unit}
    return Sentences({p.name: p for p in program.predicates}, labels, said or words(), units)


def print_ground(atom: Ground) -> str:
    """The atom in the language itself."""
    args = ", ".join(print_value(v) for v in atom.values)
    return f"{atom.predicate}({args})" if args else atom.predicate


def spaced(name: str) -> str:
    """A name as words: `her2_status` is `her2 status`."""
    return name.replace("_", " ")
