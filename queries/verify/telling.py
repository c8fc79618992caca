"""Patients, classes and proofs of verification, in sentences and in the language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...kb.ir import Atom, Const, Ground, Program, Var, sort_key
from ...kb.normal import NormalProgram
from ...kb.printer import print_atom, print_value
from ..proofs.step import Absent, Positive, Proof
from ..rendering.layout import Layout
from ..wording.sentences import Sentences, sentences
from .classes import Box, Condition, in_order
from .ranges import Range
from .space import SUBJECT


class Telling:
    """Says what is found about one program; `folder`: where its documents are, for those who open them."""

    def __init__(self, program: Program, normal: NormalProgram, layout: Layout, folder: str = "") -> None:
        self.layout, self.folder = layout, folder
        self.say: Sentences = sentences(program)
        self.program = program
        self.rules = {rule.clause.id: rule.clause for rule in normal.rules}

    def condition(self, one: Condition) -> str:
        """A condition of a class as a sentence."""
        if one.span and not one.holds:
            return self.say.unknown(one.atom.predicate)
        if one.span:
            return self.say.holds_in(one.atom, len(one.atom.values) - 1, _span(one.span))
        if one.holds:
            return self.say.holds(one.atom)
        negated = one.atom.predicate.startswith("-")
        atom = Atom(one.atom.predicate.removeprefix("-"), tuple(map(Const, one.atom.values)), negated)
        declared = self.program.predicates_by_name.get(atom.predicate)
        if declared is not None and declared.role == "input":
            return f"it is not recorded that {self.say.holds(one.atom)}"
        return f"it does not follow that {self.say.holds(one.atom)}" if negated else self.say.denied(atom)

    def written(self, box: Box) -> str:
        """A class in the language, as the conditions of a waiver."""
        return ", ".join(map(self._written, in_order(box)))

    def _written(self, one: Condition) -> str:
        declared = self.program.predicates_by_name.get(one.atom.predicate.removeprefix("-"))
        name = one.atom.predicate.removeprefix("-")
        if one.span:
            return _ranged(name, one.span, one.holds)
        args = (Var("P"), *map(Const, one.atom.values[1:]))
        text = print_atom(Atom(name, args, one.atom.predicate.startswith("-")))
        if one.holds:
            return text
        return f"{'unrecorded' if declared is None or declared.open else 'not'} {text}"

    def fact(self, fact: Ground) -> str:
        """A fact as a sentence."""
        return self.say.holds(fact)

    def proof(self, proof: Proof, indent: str, shown: set[Ground]) -> Iterator[str]:
        """A proof as an indented tree; what was shown before is only named."""
        yield from self._step(proof, proof.root, indent, shown)

    def _step(self, proof: Proof, atom: Ground, indent: str, shown: set[Ground]) -> Iterator[str]:
        step = proof.steps[atom]
        again = atom in shown and step.kind == "derived"
        shown.add(atom)
        text = self.say.holds(atom) + (" (shown above)" if again else "")
        yield from self.layout.wrap(text, f"{indent}{self.layout.glyph('yes')} ")
        if again or step.kind != "derived":
            return
        clause = self.rules.get(step.rule)
        if clause is not None and clause.statement:
            place = f"rule {step.rule}, {clause.span.place} ({clause.statement})"
            yield from (self.layout.style(line, "dim") for line in self.layout.wrap(place, f"{indent}  "))
        for premise in step.premises:
            if isinstance(premise, Positive):
                yield from self._step(proof, premise.atom, f"{indent}  ", shown)
            elif isinstance(premise, Absent):
                if ":" not in premise.atom.predicate:
                    text = "nothing says: " + self.say.wanted(premise.atom)
                    yield from self.layout.wrap(text, f"{indent}  {self.layout.glyph('yes')} ")
            else:
                text = f"{print_value(premise.left)} {premise.op} {print_value(premise.right)}"
                yield from self.layout.wrap(text, f"{indent}  {self.layout.glyph('yes')} ")


def _span(span: Range) -> str:
    """`41 to 60`, `more than 40`, `at most 3`."""
    low, high = (print_value(v) if v is not None else "" for v in (span.low, span.high))
    if low and low == high:
        return low
    if low and high and span.low_in and span.high_in:
        return f"{low} to {high}"
    above = f"{'at least' if span.low_in else 'more than'} {low}" if low else ""
    below = f"{'at most' if span.high_in else 'less than'} {high}" if high else ""
    return " and ".join(filter(None, (above, below))) or "anything"


def _ranged(name: str, span: Range, holds: bool) -> str:
    """A range in the language, with a variable named after the field."""
    if not holds:
        return f"unrecorded {name}(P, _)"
    if span.low is None and span.high is None:
        return f"{name}(P, _)"
    variable = "".join(part.capitalize() for part in name.split("_"))
    if span.low == span.high:
        return f"{name}(P, {print_value(span.low)})" if span.low is not None else f"{name}(P, _)"
    goals = [f"{name}(P, {variable})"]
    if span.low is not None:
        goals.append(f"{variable} {'>=' if span.low_in else '>'} {print_value(span.low)}")
    if span.high is not None:
        goals.append(f"{variable} {'<=' if span.high_in else '<'} {print_value(span.high)}")
    return ", ".join(goals)


def written(fact: Ground) -> str:
    """A fact in the language, for other programs."""
    return f"{fact.predicate}({', '.join(map(print_value, fact.values))})"


def record(facts: Sequence[Ground], program: Program, name: str = SUBJECT, comment: str = "") -> str:
    """A patient as a record in YAML, which the reader of records reads back to the same facts."""
    lines = [f"# {comment}"] if comment else []
    lines.append(f"id: {name}")
    for one in program.predicates:
        mine = [f for f in facts if f.predicate.removeprefix("-") == one.name]
        marks = [
            f.predicate for f in facts if f.predicate in ("conflicting", "not_applicable") and one.name in f.values
        ]
        if one.role != "input" or one.name in ("conflicting", "not_applicable"):
            continue
        if marks:
            lines.append(f"{one.name}: {marks[0]}")
        elif mine:
            lines += _field(one.name, [c.name.lower() for c in one.columns[1:]], one.single, mine)
    return "\n".join(lines) + "\n"


def _field(name: str, keys: Sequence[str], single: bool, facts: Sequence[Ground]) -> Iterator[str]:
    rows = sorted((f.values[1:] for f in facts), key=lambda row: [sort_key(v) for v in row])
    texts = [[_plain(str(v)) for v in row] for row in rows]
    if not keys:
        yield f"{name}: {'no' if facts[0].predicate.startswith('-') else 'yes'}"
    elif len(keys) == 1 and single:
        yield f"{name}: {texts[0][0]}"
    elif len(keys) == 1:
        yield f"{name}: [{', '.join(row[0] for row in texts)}]"
    elif len(keys) == 2 and single:
        yield f"{name}: {{{', '.join(f'{row[0]}: {row[1]}' for row in texts)}}}"
    else:
        yield f"{name}:"
        yield from (f"  - {{{', '.join(f'{k}: {v}' for k, v in zip(keys, row, strict=True))}}}" for row in texts)


def _plain(text: str) -> str:
    """A value that YAML takes for nothing else."""
    return f'"{text}"' if text in ("yes", "no", "on", "off", "true", "false", "null", "?", "y", "n") else text
