"""Rules as clauses of an engine that proves from the goal down, written so that one query finds all their instances.

Rule i, with V its bound variables and S one of them, becomes, where other rules ask for its head,

    f_i(V) <= body,   head <= f_i(V),   fired(S, i, V) <= f_i(V).

Two shorter forms say the same in special cases: `fired(S, i, V) <= body` when no rule asks for the head; and
`head <= body, fired(S, i, V) <= head` when V can be read off the head, and nothing else concludes or records it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from typing import Literal as OneOf

from ...kb.ir import Atom, Comparison, Const, Literal, Var
from ...kb.normal import NormalRule
from .conditions import Test, conditions, ordered

if TYPE_CHECKING:
    from .pydatalog_engine import Database

Store = OneOf["here", "stored", "fresh"]
"""Where the rules of a stage find a predicate's atoms: concluded in the same query (or given, when no rule concludes
them); stored after an earlier stage or round; or new in the last round."""


@dataclass(frozen=True, slots=True)
class Written:
    """A rule as the engine has it, in up to three forms, with what reads its answers.

    `head` is the head's predicate; `places` its values: constants, or places in the values of the rule's variables.
    `asks`: the predicates that its conditions ask for in the same query. `subject`: the variable S, "" without any.
    `shared` is () when no rule of the query asks for the head, `alone` when V cannot be read off the head.
    """

    id: str
    head: str
    places: tuple[Const | int, ...]
    asks: frozenset[str]
    subject: str
    direct: tuple[Any, ...]
    alone: tuple[Any, ...] = ()
    shared: tuple[Any, ...] = ()


class Writer:
    """Writes the rules of one stage into a database. `depths`: the stage of each predicate that a rule concludes."""

    def __init__(
        self, database: Database, depths: Mapping[str, int], depth: int, recursive: bool, tables: Collection[str]
    ) -> None:
        self._database = database
        self._depths = depths
        self._depth = depth
        self._recursive = recursive
        self._tables = tables
        self.first = database.predicate(f"first {depth}", 3)
        """`fired` of all rule instances; in a recursive stage, of those of the first round."""
        self.again = database.predicate(f"again {depth}", 3)
        """In a recursive stage, `fired` of the instances that use an atom of the last round."""

    def write(self, n: int, rule: NormalRule) -> Written:
        """The rule, as number n."""
        clause, goal = self._database.clause, self._goal
        positive, tests = conditions(rule)
        subject = self._subject(positive)
        fired = self._database.fired(self.first, subject, n, rule.variables)
        body = [goal(c) for c in ordered(positive, tests, subject=subject)]
        atoms = (*positive, *(t.atom for t in tests if isinstance(t, Literal)))
        written = (
            rule.id,
            rule.head.signed,
            tuple(t if isinstance(t, Const) else rule.variables.index(t.name) for t in rule.head.args),
            frozenset(a.signed for a in atoms if self._depths.get(a.signed) == self._depth),
            subject,
        )
        if self._recursive:
            again = self._database.fired(self.again, subject, n, rule.variables)
            fresh = [
                clause(again, [goal(first, "fresh"), *map(goal, others)])
                for i, atom in enumerate(positive)
                if self._depths.get(atom.signed) == self._depth
                for first, *others in [ordered(positive, tests, i, subject)]
            ]
            return Written(*written, (clause(fired, body), *fresh))
        head = goal(rule.head)
        instance = self._database.instance(n, rule.variables)
        readable = set(rule.variables) <= set(rule.head.variables)
        return Written(
            *written,
            direct=(clause(fired, body),),
            alone=(clause(head, body), clause(fired, [head])) if readable else (),
            shared=(clause(instance, body), clause(head, [instance]), clause(fired, [instance])),
        )

    def _subject(self, positive: Collection[Atom]) -> str:
        """The variable most often in the first column of what no table says: in a guideline, the patient."""
        first = (a.args[0] for a in positive if a.args and a.signed not in self._tables)
        common = Counter(t.name for t in first if isinstance(t, Var)).most_common(1)
        return common[0][0] if common else ""

    def _goal(self, condition: Atom | Test, store: Store | None = None) -> Any:
        """A condition, or a head, as the rules of this stage write it."""
        database = self._database
        if isinstance(condition, Comparison):
            return database.literal(database.comparisons[condition.op], (condition.left, condition.right))
        atom = condition if isinstance(condition, Atom) else condition.atom
        if store is None:
            depth = self._depths.get(atom.signed)
            store = "here" if depth is None or (depth == self._depth and not self._recursive) else "stored"
        predicate = database.relation(atom.signed, len(atom.args), store)
        return database.literal(predicate, atom.args, negated=condition is not atom)
