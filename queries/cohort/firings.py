"""Rule instances as rows: which rule fired for which patient, with the values of its variables."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from ...kb.ir import PATIENT, Program, Var, atoms_of
from ...kb.normal import NormalRule
from ...kb.values import sort_key
from ..evaluation.bits import Worlds
from ..evaluation.model import Instance
from .arrow import Rows, numbered, rows_of, varied
from .cuts import Cuts
from .encode import Encoded, told


class Firings:
    """The rules of a program, ready to write their instances."""

    def __init__(self, program: Program, rules: dict[str, NormalRule], cut: Cuts) -> None:
        self.rules, self.restored = rules, cut.restored
        self.shown = {name: _shown(program, rule) for name, rule in rules.items()}

    def rows(self, encoded: Encoded, worlds: Worlds, rows: Rows, fixed: frozenset[str]) -> None:
        """Every instance of every patient, but for those of `fixed` predicates, which rest on tables alone."""
        for instance, bits in sorted(worlds.instances.items(), key=lambda found: instance_key(found[0])):
            rule = self.rules[instance.rule]
            if rule.head.signed in fixed:
                continue
            who = rows_of(bits, encoded.count)
            front = (rule.id, rule.head.signed, rule.clause.statement)
            restored = self.restored.get(rule.id, {})
            parts: list[str | tuple[list[str], Any]] = ["{"]
            for n, (i, name) in enumerate(self.shown[rule.id]):
                parts.append(("," if n else "") + json.dumps(name) + ":")
                parts.append(encoded.numbers[restored[i]] if i in restored else told(instance.values[i]))
            parts.append("}")
            if any(not isinstance(p, str) for p in parts):
                for text, some in varied(numbered(parts, who), who):
                    rows.add((*front, text), some)
            else:
                rows.add((*front, "".join(map(str, parts))), who)


def instance_key(instance: Instance) -> tuple[str, tuple[tuple[int, str | int | Decimal], ...]]:
    """An order of rule instances that is the same in every process, so that equal input gives equal bytes."""
    return instance.rule, tuple(map(sort_key, instance.values))


def _shown(program: Program, rule: NormalRule) -> list[tuple[int, str]]:
    """The variables of a rule that are not its patient, with their places."""
    subjects = {
        term.name
        for atom in atoms_of(rule.clause)
        for column, term in zip(program.predicates_by_name[atom.predicate].columns, atom.args, strict=False)
        if column.type == PATIENT and isinstance(term, Var)
    }
    return [(i, name) for i, name in enumerate(rule.variables) if name not in subjects]
