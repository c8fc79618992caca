"""Values and predicates as numbers, so that no name and no text reaches the solver."""

from __future__ import annotations

from collections.abc import Iterable

from ...kb.ir import Ground, Value, sort_key
from .clingo_solver import Fact

PATIENTS = (-1, -2)
"""The numbers of the patients: the one, and the one that it is compared with."""


class Numbering:
    """Numbers for the values (in their order) and for the predicates of the versions of a program.

    INVARIANT (order): of two numbers, or two dates, the greater value has the greater number.
    """

    def __init__(self, values: Iterable[Value]) -> None:
        self.values: tuple[Value, ...] = tuple(sorted(set(values), key=sort_key))
        self._numbers = {value: n for n, value in enumerate(self.values)}
        self._predicates: dict[tuple[int, str], int] = {}
        self._names: list[tuple[int, str]] = []

    def value(self, value: Value) -> int:
        """The number of a value."""
        return self._numbers[value]

    def has(self, value: Value) -> bool:
        """Whether the value has a number: some rule, table or record can hold it."""
        return value in self._numbers

    def kind(self, value: Value) -> int:
        """What may be compared with what: 0 numbers, 1 dates, 2 everything else."""
        return sort_key(value)[0]

    def predicate(self, signed: str, version: int = 0) -> str:
        """The solver's name of a predicate of a version (0: shared by all)."""
        key = (version, signed)
        if key not in self._predicates:
            self._predicates[key] = len(self._predicates)
            self._names.append(key)
        return f"a{self._predicates[key]}"

    def read(self, fact: Fact, subject: str) -> Ground:
        """An atom of the solver as an atom of the program; patients become the subject."""
        name, numbers = fact
        _, signed = self._names[int(name[1:])]
        return Ground(signed, tuple(subject if n < 0 else self.values[n] for n in numbers))

    def fact(self, atom: Ground, patient: int | None, version: int = 0) -> Fact:
        """An atom of the program as one of the solver; `patient` is the number of its first column, if that is one."""
        rest = atom.values if patient is None else atom.values[1:]
        first = () if patient is None else (patient,)
        return self.predicate(atom.predicate, version), (*first, *(self.value(v) for v in rest))
