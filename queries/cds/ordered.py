"""What speaks against a treatment that is drafted or recorded as given: read from the guideline's conclusions.

An order carries out actions. It is advised against when a pitfall that holds opposes one of them, too early when a
`requires` conclusion holds one back, excluded when an exception withdraws one or another that is recommended excludes
it; and it brings about what follows in the record with the order carried out, and rests on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ...kb.ir import Ground, ground_key
from ..answers.answer import Item, clauses, fields, statement_ids, ways
from ..answers.assess import Case
from ..explanations.explanation import Graph
from ..explanations.report import Report
from ..fhir.precedence import holding_back
from ..names import ADVISE_AGAINST, ALERT, EXCLUSIVE, OPPOSES, RECOMMEND

DRAFTS = "context.draftOrders"
"""The source of the facts that stand for orders; made by `facts/fhir/draft_orders.py`."""


class Ordered(Protocol):
    """A treatment as `facts` reads it from an order or from the record."""

    @property
    def label(self) -> str:
        """The resource or field that says it."""
        ...

    @property
    def said(self) -> str:
        """The code or the words."""
        ...

    @property
    def place(self) -> str:
        """The element it was read from."""
        ...

    @property
    def actions(self) -> Sequence[str]:
        """What it carries out."""
        ...

    @property
    def facts(self) -> Sequence[tuple[str, str]]:
        """The fields of the record that stand for it, with the value that each would have."""
        ...

    @property
    def drafted(self) -> bool:
        """Whether it is only drafted."""
        ...


@dataclass(frozen=True, slots=True)
class Objection:
    """What speaks against one order. `how` is a row of the table of indicators; `against` and `required` are proved."""

    how: str
    order: Ordered
    actions: tuple[str, ...]
    against: tuple[Item, ...] = ()
    required: tuple[Ground, ...] = ()
    instead: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Consequence:
    """What the record with the orders carried out leads to.

    missing: facts of which one would have to be so; none when it is. places: the elements of the orders it rests on.
    """

    atom: Ground
    rules: tuple[str, ...]
    statements: tuple[str, ...]
    missing: tuple[Ground, ...] = ()
    places: tuple[str, ...] = ()


def objections(report: Report, orders: Sequence[Ordered]) -> Iterator[Objection]:
    """What speaks against each order, in the record as it is."""
    held = holding_back(report.case)
    for order in orders:
        against: dict[Item, None] = {}
        required: dict[Ground, None] = {}
        instead: dict[Item, None] = {}
        concerned: dict[str, None] = {}
        for action in order.actions:
            pitfalls, waits, others = _opposing(report, action), held.get(action, ()), _excluding(report, action)
            if pitfalls or waits or others:
                concerned[action] = None
            against |= dict.fromkeys(pitfalls)
            required |= dict.fromkeys(waits)
            instead |= dict.fromkeys(others)
        how = _how(bool(against), bool(required), bool(instead))
        if how:
            yield Objection(how, order, tuple(concerned), tuple(against), tuple(required), tuple(instead))


def consequences(before: Report, after: Report) -> Iterator[Consequence]:
    """Alerts and advice against something that rest on an order, or are one unknown fact away because of it.

    What more than one unknown fact could bring about is not told: of a patient of whom little is recorded that would
    be nearly everything.
    """
    told = after.answer
    for item in (*told.alerts, *(i for i in told.recommendations if i.direction == "against")):
        root = after.graph.roots.get(item.atom)
        places = rests_on_orders(after.graph, root) if root else ()
        if places:
            yield Consequence(item.atom, item.rules, item.statements, places=places)
    case = after.case
    for atom in sorted(case.changes.gained, key=ground_key):
        if atom.predicate not in (ALERT, ADVISE_AGAINST) or atom in before.case.model.atoms:
            continue
        already = before.case.changes.gained.get(atom, ())
        sets = [one for one in case.changes.gained[atom] if len(one) == 1 and one not in already]
        if sets:
            rules = clauses(case, ways(case, atom))
            missing = tuple(sorted({fact for one in sets for fact in one}, key=ground_key))
            yield Consequence(atom, tuple(c.id for c in rules), statement_ids(rules), missing)


def rests_on_orders(graph: Graph, root: str) -> tuple[str, ...]:
    """The places of draft orders that recorded facts below a node come from."""
    found: set[str] = set()
    seen: set[str] = set()
    work = [root]
    while work:
        name = work.pop()
        if name not in seen:
            seen.add(name)
            node = graph.nodes[name]
            found |= {origin.place for origin in node.origins if origin.source == DRAFTS}
            work += node.children
    return tuple(sorted(found))


def fields_of(missing: Sequence[Ground]) -> tuple[str, ...]:
    """The fields that hypotheses are about."""
    return fields([frozenset(missing)])


def _how(against: bool, required: bool, instead: bool) -> str:
    if against and required:
        return "against and not before"
    return "against" if against else "not before" if required else "excluded" if instead else ""


def _opposing(report: Report, action: str) -> list[Item]:
    """The advice against a pitfall that opposes the action."""
    pitfalls = {a.values[0] for a in _table(report.case, OPPOSES) if a.values[1] == action}
    return [i for i in report.answer.recommendations if i.direction == "against" and i.name in pitfalls]


def _excluding(report: Report, action: str) -> list[Item]:
    """What withdraws the action, or is recommended and excludes it."""
    case = report.case
    items = report.answer.recommendations
    if Ground(RECOMMEND, (case.edb.subject, action)) in case.model.atoms:
        return []
    others = {a.values[1] for a in _table(case, EXCLUSIVE) if a.values[0] == action}
    withdrawn = [i for i in items if i.name == action and i.status == "excluded" and _by_exception(i)]
    return [*withdrawn, *(i for i in items if i.atom.predicate == RECOMMEND and i.name in others and not i.blocked_by)]


def _by_exception(item: Item) -> bool:
    """An action that only advice against it excludes is told with that advice."""
    return any(guard.predicate.startswith("overridden:") for guard in item.blocked_by)


def _table(case: Case, name: str) -> list[Ground]:
    return [a for a in case.model.atoms if a.predicate == name and len(a.values) == 2]
