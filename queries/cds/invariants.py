"""What a schema does not express: the invariants of CDS Hooks on cards, and what our own cards keep beside them."""

from __future__ import annotations

from collections.abc import Iterator

from .card import SUMMARY
from .json_value import Json, items, obj, text
from .refusal import Reason, pointer

_BEHAVIORS = ("all", "any", "at-most-one")


def broken(response: object) -> Iterator[Reason]:
    """The invariants cds-resp-1 to cds-resp-7 that the cards of any service break."""
    for number, card in enumerate(_objects((obj(response) or {}).get("cards"))):
        at = ("cards", number)
        suggestions = _objects(card.get("suggestions"))
        if (
            card.get("selectionBehavior") == "at-most-one"
            and sum(s.get("isRecommended") is True for s in suggestions) > 1
        ):
            yield Reason(pointer(*at), "at most one suggestion is recommended with at-most-one (cds-resp-1)")
        if suggestions and not card.get("selectionBehavior"):
            yield Reason(pointer(*at), "suggestions need a selectionBehavior (cds-resp-6)")
        for place, suggestion in enumerate(suggestions):
            yield from _suggestion(suggestion, (*at, "suggestions", place))
        for place, link in enumerate(_objects(card.get("links"))):
            if "appContext" in link and link.get("type") != "smart":
                yield Reason(pointer(*at, "links", place), "only a smart link has an appContext (cds-resp-3)")
        for place, reason in enumerate(_objects(card.get("overrideReasons"))):
            if not text(reason.get("display")):
                yield Reason(pointer(*at, "overrideReasons", place), "an override reason has a display (cds-resp-4)")


def careless(response: object) -> Iterator[Reason]:
    """What our own cards keep and others need not: nothing empty, an id, a short summary, a type for each link."""
    yield from _empty(response, ())
    for number, card in enumerate(_objects((obj(response) or {}).get("cards"))):
        at = ("cards", number)
        if not text(card.get("uuid")):
            yield Reason(pointer(*at, "uuid"), "a card has an id, for feedback refers to it")
        if len(text(card.get("summary"))) > SUMMARY:
            yield Reason(pointer(*at, "summary"), "a summary has fewer than 140 characters")
        for place, suggestion in enumerate(_objects(card.get("suggestions"))):
            if not text(suggestion.get("uuid")):
                yield Reason(pointer(*at, "suggestions", place, "uuid"), "a suggestion has an id")
        for place, link in enumerate(_objects(card.get("links"))):
            if "type" not in link:
                yield Reason(pointer(*at, "links", place, "type"), "a link has a type")


def _suggestion(suggestion: Json, at: tuple[str | int, ...]) -> Iterator[Reason]:
    if suggestion.get("actionSelectionBehavior", "any") not in _BEHAVIORS:
        yield Reason(pointer(*at), f"actionSelectionBehavior is one of {', '.join(_BEHAVIORS)} (cds-resp-7)")
    for number, action in enumerate(_objects(suggestion.get("actions"))):
        place = pointer(*at, "actions", number)
        if action.get("type") == "delete" and ("resource" in action or not text(action.get("resourceId"))):
            yield Reason(place, "what is deleted has a resourceId and no resource (cds-resp-2)")
        if not text(action.get("description")):
            yield Reason(place, "an action has a description (cds-resp-5)")


def _empty(value: object, at: tuple[str | int, ...]) -> Iterator[Reason]:
    """Members that are null or empty; `cards` and `services` may be empty lists."""
    whole, listed = obj(value), items(value)
    for key, inner in whole.items() if whole is not None else enumerate(listed or ()):
        place = (*at, key)
        if inner is None or inner in ("", [], {}):
            if place not in (("cards",), ("services",)):
                yield Reason(pointer(*place), "it is empty and would be left out")
        else:
            yield from _empty(inner, place)


def _objects(value: object) -> list[Json]:
    return [held for one in items(value) or () if (held := obj(one)) is not None]
