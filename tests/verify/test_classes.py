"""A class is exact: it says of every patient who is one, with every number and not only those that the solver knows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from guidekb.kb.ir import Ground
from guidekb.kb.properties import verifiable
from guidekb.queries.evaluation import reference
from guidekb.queries.rendering.layout import Layout
from guidekb.queries.verify.check import Check
from guidekb.queries.verify.telling import Telling
from guidekb.queries.verify.verdict import Verdict
from small import SMALL

KINDS = [(a, b) for a in (False, True) for b in (False, True)]
ILL = (None, "ill", "-ill")


def patients() -> Iterator[list[Ground]]:
    """Every patient of the small vocabulary."""
    for size, kinds, ill in product((None, *range(101)), KINDS, ILL):
        facts = [Ground("kinds", ("patient", k)) for k, there in zip("ab", kinds, strict=True) if there]
        facts += [Ground("big", ("patient", size))] if size is not None else []
        yield facts + ([Ground(ill, ("patient",))] if ill else [])


def checked(text: str) -> tuple[Check, Verdict]:
    """The only property of a text."""
    check = Check(verifiable({"small.dl": SMALL, "properties/x.dl": text}))
    return check, next(iter(check.verdicts()))


CLASSES = {
    "a range": (
        "never x(P) \"x\" :- big(P, S), S > 20, S <= 70, ill(P).", ["big(P, Big), Big >= 21, Big <= 70, ill(P)"],
    ),
    "one number": ("never x(P) \"x\" :- big(P, 33).", ["big(P, 33)"]),
    "an end": ("never x(P) \"x\" :- big(P, S), S < 3.", ["big(P, Big), Big <= 2"]),
    "two ranges": (
        "never x(P) \"x\" :- big(P, S), S != 50.", ["big(P, Big), Big <= 49", "big(P, Big), Big >= 51"],
    ),
    "recorded at all": ("never x(P) \"x\" :- big(P, _).", ["big(P, _)"]),
    "not a number": (
        "never x(P) \"x\" :- ill(P), unrecorded big(P, 50).",
        ["big(P, Big), Big <= 49, ill(P)", "big(P, Big), Big >= 51, ill(P)", "ill(P), unrecorded big(P, _)"],
    ),
    "through a rule": (
        "never x(P) \"x\" :- recommend(P, a).", ["big(P, Big), Big >= 41, kinds(P, a), unrecorded well(P)"],
    ),
    "everybody": ("never x(P) \"x\" :- kinds(P, b).\nnever y(P) \"y\" :- big(P, 3).", ["kinds(P, b)"]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CLASSES.values(), ids=CLASSES)
def test_a_class_holds_who_breaks_the_property_and_nobody_else(text: str, expected: list[str]) -> None:
    check, verdict = checked(text)
    assert verdict.status == "violated"
    assert verdict.patients
    assert verdict.patients.whole
    tell = Telling(check.given.whole, check.world.normal, Layout())
    written = [tell.written(box) for box in verdict.patients.boxes]
    assert sorted(written) == sorted(expected)
    waivers = "\n".join(f'accept x(P) "known" by "a test" :- {box}.' for box in written)
    accepting = Check(verifiable({"small.dl": SMALL, "properties/x.dl": f"{text}\n{waivers}"}))
    for facts in patients():
        atoms = {a.predicate for a in reference.derive(accepting.world.normal, facts).atoms}
        assert ("found:x" in atoms) == ("waived:x" in atoms), facts
