"""The cards about orders: what speaks against a drafted one or one that is recorded as given, and what it leads to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...kb.ir import Ground
from ..answers.answer import Item
from ..answers.choices import Choosing, choices
from ..explanations.explanation import Graph, proved
from ..explanations.report import Report
from ..fhir.drafts import Drafts, orders
from ..fhir.elements import Data
from ..fhir.precedence import precedences
from ..indicator import PRIORITY, indicator
from ..rendering.answer_markdown import plain
from ..wording.sentences import sentences
from .card import Card, Teller, item_roots
from .ordered import Consequence, Objection, Ordered, consequences, fields_of, objections


def order_cards(teller: Teller, ordered: Sequence[Ordered], after: Report | None, drafts: Drafts) -> Iterator[Card]:
    """A card for each order that something speaks against, and for each consequence of carrying the drafts out."""
    for one in objections(teller.report, ordered):
        yield _objection(teller, one, drafts)
    if after is not None:
        drafted = [o for o in ordered if o.drafted]
        for one in consequences(teller.report, after):
            mine = [o for o in drafted if any(o.place.endswith(place) for place in one.places)] or [
                o for o in drafted if o.facts
            ]
            names = teller.say.words.join(dict.fromkeys(map(_brief, mine)))
            yield _consequence(teller, one, after, names)


def _objection(teller: Teller, one: Objection, drafts: Drafts) -> Card:
    say, order = teller.say.words.say, one.order
    graph = _with(teller, one.required)
    proofs = [graph.roots.get(i.atom) for i in (*one.against, *one.instead)]
    found = [*(i.rules for i in (*one.against, *one.instead)), *(_rules(graph, r) for r in one.required)]
    rules = tuple(dict.fromkeys(rule for rules in found for rule in rules))
    cited = [*(i.statements for i in (*one.against, *one.instead)), *(_statements(graph, r) for r in one.required)]
    statements = tuple(sorted({s for names in cited for s in names}))
    missing = tuple(str(r.values[1]) for r in one.required)
    roots = (*item_roots(graph, (*one.against, *one.instead)), *(graph.roots[r] for r in one.required))
    summary = _summary(teller, one, missing)
    lines = [plain(say("cds.order", order=order.said, place=order.place)), *_conclusions(teller, one, missing)]
    for root in proofs:
        lines += teller.because(graph, root)
    lines += teller.source(statements, rules)
    lines += teller.unknown(missing)
    first_actions = [p.first for p in precedences(teller.report.case.knowledge.program) if p.then in one.actions]
    suggestions = _suggestions(teller, one, drafts, dict.fromkeys(first_actions)) if order.drafted else ()
    return Card(
        "order",
        f"{order.label} {order.place}",
        indicator("order", one.how),
        summary,
        tuple(lines),
        not any(i.assumes for i in (*one.against, *one.instead)),
        rules,
        statements,
        missing,
        roots,
        graph,
        suggestions,
        "any",
        {"how": one.how, "order": {"label": order.label, "said": order.said, "place": order.place},
         "actions": list(one.actions)},
    )  # fmt: skip


def _summary(teller: Teller, one: Objection, missing: Sequence[str]) -> str:
    """The weightiest of what speaks against it: advice against it, what comes first, what is recommended instead."""
    say, state = teller.say.words.say, "cds.ordered" if one.order.drafted else "cds.given"
    if one.against:
        return say(state, order=_brief(one.order), text="; ".join(teller.say.item(i.atom) for i in one.against))
    if missing:
        reasons = teller.say.words.join(map(teller.say.unknown, missing))
        return say(f"{state}_early", order=_brief(one.order), text=reasons)
    others = [teller.say.item(i.atom) for i in one.instead if i.status != "excluded"]
    if others:
        return say(f"{state}_instead", order=_brief(one.order), text="; ".join(others))
    return say(f"{state}_withdrawn", order=_brief(one.order))


def _instead(teller: Teller, item: Item) -> str:
    """Why an action gives way: an exception withdraws it, or another that is recommended excludes it."""
    key = "cds.withdrawn" if item.status == "excluded" else "cds.excluded_by"
    return teller.say.words.say(key, action=teller.say.item(item.atom))


def _brief(order: Ordered) -> str:
    """What is ordered, short enough to leave room for what is said of it."""
    return order.said if len(order.said) <= 40 else order.said[:39].rstrip() + "…"


def _conclusions(teller: Teller, one: Objection, missing: Sequence[str]) -> Iterator[str]:
    """Each thing that speaks against the order, as a sentence."""
    say, told = teller.say.words.say, [teller.say.holds(i.atom) for i in one.against]
    told += [_instead(teller, item) for item in one.instead]
    if missing:
        told.append(say("cds.too_early", reasons=teller.say.words.join(map(teller.say.unknown, missing))))
    yield "\n".join(f"- {plain(text)}" for text in told)


def _suggestions(teller: Teller, one: Objection, drafts: Drafts, first: dict[str, None]) -> tuple[Data, ...]:
    """To take the order back, and to order what comes first when that is recommended."""
    say, made = teller.say.words.say, list[Data]()
    label = one.order.label
    if "/" in label:
        action = {"type": "delete", "description": say("cds.take_back", order=one.order.said), "resourceId": label}
        uuid = teller.uuid("suggestion", "delete", label)
        made.append({"label": say("cds.take_back", order=one.order.said), "uuid": uuid, "actions": [action]})
    for item in teller.report.answer.recommendations:
        if item.name in first and item.status in ("certain", "provisional"):
            made += suggested(teller, item, drafts)
    return tuple(made)


def suggested(teller: Teller, item: Item, drafts: Drafts) -> list[Data]:
    """The orders of a recommended action as one suggestion; none for an action that nobody orders as such."""
    subject = teller.report.answer.subject
    note = f"{', '.join(item.statements)} ({', '.join(item.rules)})"
    resources = orders(item.name, drafts, subject, teller.key, note, PRIORITY[item.urgency])
    if not resources:
        return []
    texts = [draft.text for draft in drafts[item.name]]
    say = teller.say.words.say
    actions = [
        {"type": "create", "description": say("cds.create", text=text), "resource": resource}
        for text, resource in zip(texts, resources, strict=True)
    ]
    return [
        {
            "label": say("cds.create", text=teller.say.item(item.atom)),
            "uuid": teller.uuid("suggestion", item.name),
            "isRecommended": item.status == "certain" and item.direction == "for",
            "actions": actions,
        }
    ]


def _consequence(teller: Teller, one: Consequence, after: Report, names: str) -> Card:
    """An alert or advice that follows once the drafts are carried out."""
    say, program = teller.say.words.say, after.case.knowledge.program
    theirs = Teller(after, sentences(program, teller.say.words), teller.key, teller.page, teller.about)
    text = teller.say.item(one.atom)
    lines = [plain(say("cds.as_if", orders=names))]
    root = after.graph.roots.get(one.atom)
    if one.missing:
        tell = Choosing(after.case.knowledge, teller.say)
        when = [tell.told(c) for c in choices(frozenset({fact}) for fact in one.missing)]
        lines.append(plain(say("cds.follows_if", text=teller.say.holds(one.atom), reasons=" / ".join(when))))
    else:
        lines += theirs.because(after.graph, root)
    lines += theirs.source(one.statements, one.rules)
    lines += theirs.unknown(fields_of(one.missing))
    return Card(
        "consequence",
        f"{one.atom.predicate} {one.atom.values[1]}",
        indicator("order", "could bring about" if one.missing else "brings about"),
        say("cds.could_lead_to" if one.missing else "cds.leads_to", order=names, text=text),
        tuple(lines),
        not one.missing,
        one.rules,
        one.statements,
        fields_of(one.missing),
        (root,) if root and not one.missing else (),
        after.graph,
        more={"orders": names},
    )


def _with(teller: Teller, atoms: Sequence[Ground]) -> Graph:
    """The graph of the answer with the proofs of some more conclusions."""
    own = teller.report.graph
    if not atoms:
        return own
    more = proved(teller.report.case, atoms, teller.say.words)
    return Graph({**own.nodes, **more.nodes}, {**own.roots, **more.roots})


def _rules(graph: Graph, atom: Ground) -> tuple[str, ...]:
    rule = graph.nodes[graph.roots[atom]].rule
    return (rule.id,) if rule else ()


def _statements(graph: Graph, atom: Ground) -> tuple[str, ...]:
    rule = graph.nodes[graph.roots[atom]].rule
    return rule.statements if rule else ()
