"""The answer to a request: cards for what is recommended, advised against and alerted to, or for the orders alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from ..answers.answer import Item
from ..explanations.report import Report
from ..fhir.drafts import Drafts
from ..fhir.elements import Data
from ..fhir.issues import pressing
from ..fhir.results import answer_id
from ..indicator import INDICATORS, indicator
from ..rendering.answer_markdown import plain
from ..rendering.answer_text import headline, marks_of, unsettled
from ..stable import stable_uuid
from ..wording.sentences import sentences
from ..wording.words import Words
from .card import OURS, Card, Teller, item_roots, pruned
from .order_cards import order_cards, suggested
from .ordered import Ordered
from .services import PREFETCH


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked beside the record.

    states, unused: what became of each key of the prefetch, and resources that were not used. ordered, unread: the
    orders that mean something, and why others do not. after: the report of the record with the drafts carried out.
    page, about: addresses of the page of this answer and of the guideline. most: the number of cards, None for all.
    """

    hook: str
    states: Mapping[str, str] = field(default_factory=lambda: {})
    unused: Sequence[str] = ()
    ordered: Sequence[Ordered] = ()
    unread: Sequence[str] = ()
    drafts: Drafts = field(default_factory=lambda: {})
    after: Report | None = None
    page: str = ""
    about: str = ""
    most: int | None = None


def response(told: Report, said: Words, asked: Asked) -> Data:
    """The body. Equal input gives equal output; what a cap leaves out is counted in `extension`."""
    program = told.case.knowledge.program
    key = answer_id(told)
    teller = Teller(told, sentences(program, said), key, asked.page, asked.about)
    is_order = asked.hook != "patient-view"
    cards = list(_order_view(teller, asked) if is_order else _patient_view(teller, asked))
    cards.sort(key=_order)
    shown = cards if asked.most is None else cards[: asked.most]
    extension = {
        "answer": stable_uuid(key),
        "kb": {"name": program.name, "version": program.version, "sha256": program.sha256},
        "prefetch": {key: asked.states.get(key, "not delivered") for key in (*PREFETCH, *asked.states)},
        "unused": list(asked.unused),
        "orders_not_read": list(asked.unread),
        "left_out": len(cards) - len(shown),
    }
    return {"cards": [teller.card(card) for card in shown], "extension": cast("Data", pruned({OURS: extension}))}


def _order(card: Card) -> tuple[int, bool, str, str]:
    """By indicator, certain before possible, then by rule; what is put together from several comes last."""
    rule = "~" if card.name == "all" else next(iter(card.rules), "~")
    return INDICATORS.index(card.indicator), not card.certain, rule, card.name


def _order_view(teller: Teller, asked: Asked) -> Iterator[Card]:
    """Only what concerns the drafted orders: a card that says nothing about them would be in the way."""
    drafted = [o for o in asked.ordered if o.drafted]
    yield from order_cards(teller, drafted, asked.after, asked.drafts)


def _patient_view(teller: Teller, asked: Asked) -> Iterator[Card]:
    answer = teller.report.answer
    for item in (*answer.recommendations, *answer.alerts):
        if item.status != "excluded":
            yield _card(teller, item, asked.drafts)
    yield from order_cards(teller, [o for o in asked.ordered if not o.drafted], None, asked.drafts)
    yield from _expected(teller)
    yield from _unknown(teller, asked.states)


def _card(teller: Teller, item: Item, drafts: Drafts) -> Card:
    """A recommendation, a piece of advice against something, or an alert."""
    say, graph = teller.say, teller.report.graph
    kind = "alert" if item.atom.predicate == "alert" else item.direction
    pressed = pressing(item, teller.report.answer)
    marks = marks_of(item, say)
    lines = [f"**{plain(say.words.say(f'cds.{kind}', text=headline(item, say)))}**"]
    lines += [plain("; ".join(marks))] if marks else []
    lines += teller.because(graph, graph.roots.get(item.atom))
    lines += teller.source(item.statements, item.rules)
    lines += teller.unknown(item.assumes)
    can_order = kind in ("for", "consider") and item.status in ("certain", "provisional")
    urgency = say.words.say(f"urgency.{item.urgency}") if kind == "for" and item.urgency else ""
    status = "" if item.status == "certain" else say.words.say(f"status.{item.status}")
    beside = ", ".join(filter(None, (urgency, status)))
    text = f"{headline(item, say)} ({beside})" if beside else headline(item, say)
    return Card(
        kind,
        item.name,
        pressed,
        say.words.say(f"cds.{kind}", text=text),
        tuple(lines),
        item.status == "certain",
        item.rules,
        item.statements,
        item.assumes,
        item_roots(graph, (item,)),
        graph,
        tuple(suggested(teller, item, drafts)) if can_order else (),
        more={"status": item.status, "urgency": item.urgency, "wording": item.wording},
    )


def _expected(teller: Teller) -> Iterator[Card]:
    """What to expect and the prognosis, together on one card that only informs."""
    answer, say = teller.report.answer, teller.say
    items = (*answer.expectations, *answer.prognosis)
    if not items:
        return
    lines: list[str] = []
    for key, found in (("answer.expectations", answer.expectations), ("answer.prognosis", answer.prognosis)):
        if found:
            lines.append(f"**{plain(say.words.say(key))}**")
            lines.append("\n".join(f"- {_line(teller, item)}" for item in found))
    yield Card(
        "expectation",
        "all",
        indicator("expectation"),
        say.words.count("cds.expected", len(items)),
        tuple(lines),
        all(item.status == "certain" for item in items),
        tuple(dict.fromkeys(rule for item in items for rule in item.rules)),
        tuple(sorted({s for item in items for s in item.statements})),
        tuple(sorted({name for item in items for name in item.assumes})),
        item_roots(teller.report.graph, items),
        can_be_overridden=False,
    )


def _line(teller: Teller, item: Item) -> str:
    marks = marks_of(item, teller.say)
    text = headline(item, teller.say) + (f" ({'; '.join(marks)})" if marks else "")
    return f"{plain(text)} [{plain(' '.join(item.statements))}]"


def _unknown(teller: Teller, states: Mapping[str, str]) -> Iterator[Card]:
    """What cannot be decided: each unknown fact with what it would decide, and what became of the prefetch."""
    answer, say = teller.report.answer, teller.say
    if not answer.undetermined and answer.complete:
        return
    lines: list[str] = []
    for one in answer.undetermined:
        decides = [*map(say.action, one.would_decide), *map(say.item, one.others)]
        text = f"**{plain(say.ask(one.fact))}** {plain(unsettled(one, say))}"
        if decides:
            text += f" – {plain(say.words.say('answer.would_decide', actions=say.words.join(decides)))}"
        lines.append(f"- {text} [{plain(' '.join(one.blocks))}]")
    shown = ["\n".join(lines)] if lines else []
    if not answer.complete:
        shown.append(plain(say.words.say("answer.cut")))
    if states:
        absent = [(key, states.get(key, "not delivered")) for key in PREFETCH if states.get(key) != "found"]
        told = (f"- `{key}`: {plain(_state(teller, state))}" for key, state in absent)
        shown += [plain(say.words.say("cds.prefetch")), "\n".join(told)] if absent else []
    yield Card(
        "undetermined",
        "all",
        indicator("undetermined"),
        say.words.count("cds.unknown", len(answer.undetermined))
        if answer.undetermined
        else say.words.say("answer.cut"),
        tuple(shown),
        False,
        (),
        tuple(sorted({s for m in answer.undetermined for s in m.blocks})),
        tuple(m.fact for m in answer.undetermined),
        more={
            "undetermined": [
                {"fact": m.fact, "blocks": list(m.blocks), "would_decide": list(m.would_decide)}
                for m in answer.undetermined
            ]
        },
        can_be_overridden=False,
    )


def _state(teller: Teller, state: str) -> str:
    """What became of a key, in words; the message of an OperationOutcome comes after it."""
    name, _, message = state.partition(": ")
    words = teller.say.words.say(f"cds.state.{name.replace(',', '').replace(' ', '_')}")
    return f"{words}: {message}" if message else words
