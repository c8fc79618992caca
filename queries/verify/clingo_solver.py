"""The solver: one ground program asked many times. The only file that knows clingo.

It is given programs whose every name is a number (see `emit.py`), and gives back atoms as names and numbers.
"""

# clingo's types are only partly known to a type checker.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingImports=false, reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ...kb.diagnostics import Diagnostic, Unavailable

Fact = tuple[str, tuple[int, ...]]
"""An atom of a solver's program."""
Assumption = tuple[Fact, bool]
"""An atom with what it is taken to be."""
PATIENCE = 0.05  # seconds between two looks at whether the user has interrupted


class Solver:
    """A program, grounded. `shown`: names with their arities; answers hold the atoms of these."""

    def __init__(self, program: str, shown: Iterable[tuple[str, int]], *arguments: str) -> None:
        clingo = _clingo()
        self._clingo = clingo
        shows = "#show.\n" + "".join(f"#show {name}/{arity}.\n" for name, arity in shown)
        self._numbers: dict[Fact, int] = {}
        self._control: Any = clingo.Control(["--warn=none", "--seed=1", *arguments])
        self._control.add("base", [], program + shows)
        self._control.ground([("base", [])])
        self._control.configuration.solve.models = 1
        self._control.configuration.solve.opt_mode = "ignore"
        self._control.configuration.solver.opt_strategy = "usc"

    def find(self, assumptions: Sequence[Assumption] = ()) -> frozenset[Fact] | None:
        """The shown atoms of some answer under the assumptions; None when there is none."""
        return next(self._answers(assumptions), None)

    def smallest(self, assumptions: Sequence[Assumption] = ()) -> frozenset[Fact] | None:
        """An answer with the least cost, by the program's own `#minimize`."""
        self._control.configuration.solve.opt_mode = "opt"
        self._control.configuration.solve.models = 0
        try:
            return self._last(assumptions)
        finally:
            self._control.configuration.solve.opt_mode = "ignore"
            self._control.configuration.solve.models = 1

    def brave(self, assumptions: Sequence[Assumption] = ()) -> frozenset[Fact]:
        """Every shown atom that is in some answer."""
        self._control.configuration.solve.enum_mode = "brave"
        self._control.configuration.solve.models = 0
        try:
            return self._last(assumptions) or frozenset()
        finally:
            self._control.configuration.solve.enum_mode = "auto"
            self._control.configuration.solve.models = 1

    def all(self) -> Iterator[frozenset[Fact]]:
        """The shown atoms of every answer; for small programs."""
        self._control.configuration.solve.models = 0
        yield from self._answers(())
        self._control.configuration.solve.models = 1

    def core(self, assumptions: Sequence[Assumption]) -> tuple[Assumption, ...] | None:
        """Assumptions among these that cannot all be true; None when all can."""
        impossible = next((a for a in assumptions if a[1] and not self.known(a[0])), None)
        if impossible is not None:
            return (impossible,)
        with self._solving(assumptions) as handle:
            if _next(handle) is not None:
                return None
            wanted = set(handle.core())
        return tuple(a for a in assumptions if self._literal(a) in wanted)

    def known(self, fact: Fact) -> bool:
        """Whether some answer could hold the atom, as far as grounding tells."""
        return self._number(fact) != 0

    def always(self, fact: Fact) -> bool:
        """Whether every answer holds the atom, as far as grounding tells."""
        found = self._control.symbolic_atoms[self._symbol(fact)]
        return found is not None and found.is_fact

    def add(self, name: str, program: str) -> None:
        """More rules, grounded at once."""
        self._control.add(name, [], program)
        self._control.ground([(name, [])])
        self._numbers = {fact: number for fact, number in self._numbers.items() if number}

    def _answers(self, assumptions: Sequence[Assumption]) -> Iterator[frozenset[Fact]]:
        if any(truth and not self.known(fact) for fact, truth in assumptions):
            return
        with self._solving(assumptions) as handle:
            while (model := _next(handle)) is not None:
                yield _shown(model)
                handle.resume()

    def _last(self, assumptions: Sequence[Assumption]) -> frozenset[Fact] | None:
        """The shown atoms of the last answer: that with the least cost, or all that any answer has. None: no answer."""
        if any(truth and not self.known(fact) for fact, truth in assumptions):
            return None
        with self._solving(assumptions) as handle:
            found = False
            while _next(handle) is not None:
                found = True
                handle.resume()
            return _shown(handle.last()) if found else None

    def _solving(self, assumptions: Sequence[Assumption]) -> Any:
        given = [literal for literal in map(self._literal, assumptions) if literal]
        return self._control.solve(assumptions=given, yield_=True, async_=True)

    def _literal(self, assumption: Assumption) -> int:
        fact, truth = assumption
        number = self._number(fact)
        return number if truth else -number

    def _number(self, fact: Fact) -> int:
        """The solver's own number of an atom; 0 for one that no answer can hold."""
        number = self._numbers.get(fact)
        if number is None:
            found = self._control.symbolic_atoms[self._symbol(fact)]
            number = self._numbers[fact] = 0 if found is None else int(found.literal)
        return number

    def _symbol(self, fact: Fact) -> Any:
        name, numbers = fact
        return self._clingo.Function(name, [self._clingo.Number(n) for n in numbers])


def _shown(model: Any) -> frozenset[Fact]:
    return frozenset((s.name, tuple(a.number for a in s.arguments)) for s in model.symbols(shown=True))


def _next(handle: Any) -> Any:
    """The next answer, waited for in pieces, so that an interruption is noticed."""
    while not handle.wait(PATIENCE):
        pass
    return handle.model()


def _clingo() -> Any:
    try:
        import clingo
    except ImportError:
        message = "the solver clingo is not installed"
        raise Unavailable([Diagnostic("V804", message, help="install it: `pip install 'guidekb[verify]'`")]) from None
    return clingo
