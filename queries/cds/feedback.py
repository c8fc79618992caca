"""What clinicians did with cards, checked: values to be stored beside the answer; no rule is ever changed by them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .json_value import Json, items, obj, text
from .refusal import Reason, Refusal, pointer, refused
from .request import UUID

OUTCOMES = ("accepted", "overridden")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
LONGEST_COMMENT = 10_000  # characters


@dataclass(frozen=True, slots=True)
class Feedback:
    """One card's outcome. `accepted`: ids of the suggestions taken. `reason`: the code of an override reason."""

    card: str
    outcome: str
    timestamp: str
    accepted: tuple[str, ...] = ()
    reason: str = ""
    reason_system: str = ""
    comment: str = ""


def feedback(body: object) -> tuple[Feedback, ...] | Refusal:
    """The items of a feedback request, or a 400 with everything that is wrong with them."""
    return refused(faults(body)) or tuple(
        _item(obj(one) or {}) for one in items((obj(body) or {}).get("feedback")) or ()
    )


def faults(body: object) -> Iterator[Reason]:
    """Everything that is malformed, with the invariants cds-fb-1 to cds-fb-3."""
    listed = items((obj(body) or {}).get("feedback"))
    if not listed:
        yield Reason("/feedback", "expected a list with at least one item", "required")
        return
    for number, one in enumerate(listed):
        yield from _faults(obj(one), ("feedback", number))


def _faults(one: Json | None, at: tuple[str | int, ...]) -> Iterator[Reason]:
    if one is None:
        yield Reason(pointer(*at), "expected an object", "structure")
        return
    card, when = one.get("card"), one.get("outcomeTimestamp")
    if not isinstance(card, str) or not UUID.fullmatch(card):
        yield Reason(pointer(*at, "card"), "expected the UUID of a card", "required")
    if not isinstance(when, str) or not _INSTANT.fullmatch(when):
        yield Reason(pointer(*at, "outcomeTimestamp"), "expected an instant such as 2026-01-31T12:00:00Z", "required")
    outcome = one.get("outcome")
    if outcome not in OUTCOMES:
        yield Reason(pointer(*at, "outcome"), f"expected one of {', '.join(OUTCOMES)}", "value")
    yield from _accepted(one, at, outcome == "accepted")
    yield from _override(one, at)


def _accepted(one: Json, at: tuple[str | int, ...], required: bool) -> Iterator[Reason]:
    taken = items(one.get("acceptedSuggestions"))
    if required and not taken:
        yield Reason(
            pointer(*at, "acceptedSuggestions"), "it is required when the outcome is accepted (cds-fb-1)", "required"
        )
    if "acceptedSuggestions" in one and taken is None:
        yield Reason(pointer(*at, "acceptedSuggestions"), "expected a list", "structure")
    for number, suggestion in enumerate(taken or ()):
        if not UUID.fullmatch(text((obj(suggestion) or {}).get("id"))):
            place = pointer(*at, "acceptedSuggestions", number, "id")
            yield Reason(place, "expected the UUID of a suggestion (cds-fb-2)", "required")


def _override(one: Json, at: tuple[str | int, ...]) -> Iterator[Reason]:
    """cds-fb-3: an override reason says something."""
    if "overrideReason" not in one:
        return
    given = obj(one["overrideReason"])
    place = pointer(*at, "overrideReason")
    if given is None or not (given.get("reason") or given.get("userComment")):
        yield Reason(place, "expected `reason` or `userComment` (cds-fb-3)", "required")
        return
    reason, comment = given.get("reason"), given.get("userComment")
    if "reason" in given and not text((obj(reason) or {}).get("code")):
        yield Reason(f"{place}/reason", "expected a Coding with a code", "structure")
    if "userComment" in given and not isinstance(comment, str):
        yield Reason(f"{place}/userComment", "expected a text", "structure")
    elif isinstance(comment, str) and len(comment) > LONGEST_COMMENT:
        yield Reason(f"{place}/userComment", f"longer than {LONGEST_COMMENT} characters", "too-long")


def _item(one: Json) -> Feedback:
    override = obj(one.get("overrideReason")) or {}
    reason = obj(override.get("reason")) or {}
    taken = items(one.get("acceptedSuggestions")) or ()
    return Feedback(
        text(one["card"]),
        text(one["outcome"]),
        text(one["outcomeTimestamp"]),
        tuple(text((obj(s) or {}).get("id")) for s in taken),
        text(reason.get("code")),
        text(reason.get("system")),
        text(override.get("userComment")),
    )
