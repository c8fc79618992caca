"""The fields in which two records differ, and what each says of them, as values and in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ...kb.ir import EDB, Ground, Predicate, Value, ground_key
from ..names import CONFLICTING, NOT_APPLICABLE
from ..rendering.layout import Layout
from ..unknowns.questions import negation
from ..wording.sentences import Sentences, spaced

MARKS = (CONFLICTING, NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field in two records: its facts in each, marks among them; none where it is unknown or an empty list."""

    field: str
    before: tuple[Ground, ...]
    after: tuple[Ground, ...]
    listed_before: bool = False
    listed_after: bool = False


def record_changes(before: EDB, after: EDB, predicates: Mapping[str, Predicate]) -> tuple[FieldChange, ...]:
    """The fields that differ, in the order of the vocabulary; whose record each is makes no difference."""
    first, second = facts_by_field(before), facts_by_field(after)
    found: list[FieldChange] = []
    for name in predicates:
        one, other = first.get(name, ()), second.get(name, ())
        lists = (name in before.listed, name in after.listed)
        if list(map(_apart, one)) != list(map(_apart, other)) or lists[0] != lists[1]:
            found.append(FieldChange(name, tuple(one), tuple(other), *lists))
    return tuple(found)


def facts_by_field(edb: EDB) -> dict[str, list[Ground]]:
    """The facts of each field, with the marks that the field has, in a fixed order."""
    found: dict[str, list[Ground]] = {}
    for fact in sorted(edb.facts, key=ground_key):
        name = str(fact.values[1]) if fact.predicate in MARKS else fact.predicate.lstrip("-")
        found.setdefault(name, []).append(fact)
    return found


def _apart(fact: Ground) -> tuple[str, tuple[Value, ...]]:
    """A fact without its subject."""
    return fact.predicate, fact.values[1:]


def told(say: Sentences, name: str, facts: Iterable[Ground], listed: bool) -> str:
    """What a record says of a field, in a sentence without its period."""
    phrases: list[str] = []
    for fact in facts:
        if fact.predicate in MARKS:
            phrases.append(say.words.say(f"record.{fact.predicate}", field=spaced(name)))
        else:
            phrases.append(say.holds(fact))
    if phrases:
        return say.words.join(phrases)
    return say.words.say("record.empty", field=spaced(name)) if listed else say.unknown(name)


def news(say: Sentences, change: FieldChange) -> list[str]:
    """What the second record says of a field that the first does not; of a list, item by item."""
    declared = say.predicates[change.field]
    marked = any(fact.predicate in MARKS for fact in (*change.before, *change.after))
    if declared.single or declared.arity < 2 or marked or not change.before:
        return [told(say, change.field, change.after, change.listed_after)]
    before, after = set(map(_apart, change.before)), set(map(_apart, change.after))
    came = [say.holds(fact) for fact in change.after if _apart(fact) not in before]
    went = [fact for fact in change.before if _apart(fact) not in after]
    gone = [say.holds(Ground(negation(fact.predicate), fact.values)) for fact in went]
    if not change.after and not change.listed_after:
        return [say.unknown(change.field)]
    return [*dict.fromkeys([*came, *gone])] or [told(say, change.field, change.after, change.listed_after)]


def placed(say: Sentences, edb: EDB, facts: Iterable[Ground], text: str) -> str:
    """A sentence with where its facts were recorded, each place once."""
    origins = dict.fromkeys(say.words.place(o.place) for fact in facts for o in edb.facts.get(fact, ()) if o.place)
    return say.words.say("proof.reason_recorded", text=text, places=say.words.join(origins)) if origins else text


def change_lines(
    before: EDB,
    after: EDB,
    changes: Iterable[FieldChange],
    say: Sentences,
    layout: Layout,
    was: str = "record.was",
) -> Iterator[str]:
    """Each field with what it says now, and what it said before, in the phrase `was`."""
    for change in changes:
        now = told(say, change.field, change.after, change.listed_after)
        past = told(say, change.field, change.before, change.listed_before)
        yield from layout.wrap(placed(say, after, change.after, now), f"  {layout.glyph('item')} ")
        yield from layout.wrap(say.words.say(was, text=placed(say, before, change.before, past)), "      ")
