"""What an Observation answers: its value in any form, its interpretation, or why there is none."""

from __future__ import annotations

from typing import NamedTuple

from .chart import Chart
from .elements import Body, codings, obj, objects, said, text, words
from .json_text import Json
from .resource import Resource
from .statuses import ABSENT, why_no_result
from .units import as_written

NOT_APPLICABLE = "not-applicable"
_INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_INTERPRETED = {
    "POS": "positive",
    "DET": "positive",
    "NEG": "negative",
    "ND": "negative",
    "H": "high",
    "HH": "high",
    "HU": "high",
    "N": "normal",
    "L": "low",
    "LL": "low",
    "LU": "low",
}
_FORMS = (
    "valueCodeableConcept",
    "valueBoolean",
    "valueString",
    "valueQuantity",
    "valueRatio",
    "valueInteger",
    "valueRange",
    "valueDateTime",
    "valuePeriod",
    "valueTime",
    "valueSampledData",
)


class Answer(NamedTuple):
    """A value in the words of the record, "" when there is none; then `why` says why. `absent`: a dataAbsentReason."""

    value: str = ""
    element: str = ""
    said: str = ""
    why: str = ""
    absent: str = ""


class Part(NamedTuple):
    """An Observation, or one of its components: a code with its value, and the path to it."""

    body: Body
    path: str = ""


def parts(resource: Resource) -> list[Part]:
    """The Observation itself and its components."""
    components = enumerate(objects(resource.body.get("component")))
    return [Part(resource.body), *(Part(one, f"component[{number}].") for number, one in components)]


def answer(chart: Chart, resource: Resource, part: Part) -> Answer:
    """The answer of a part. A value that only shows a number says nothing without a verdict beside it."""
    if why := why_no_result(resource.body):
        return Answer(why=why)
    found = _answer(chart, resource, part.body)
    return found._replace(element=f"{part.path}{found.element}") if found.element else found


def _answer(chart: Chart, resource: Resource, body: Body) -> Answer:
    if absent := _absent(body.get("dataAbsentReason")):
        return Answer(element="dataAbsentReason", why=f"its value is absent: {absent}", absent=absent)
    given = [form for form in _FORMS if form in body]
    for form in given[1:]:
        chart.note(resource, f"R4 allows one value, and `{form}` is not used")
    verdict = _verdict(body.get("interpretation"))
    if not given:
        return verdict or Answer(why="it has no value")
    found = _value(chart, body[given[0]], given[0])
    if verdict and {verdict.value, found.value} == {"positive", "negative"}:
        return Answer(why=f"its value says {found.value} and its interpretation {verdict.value}")
    return found if found.value or found.absent else verdict or found


def _absent(concept: Json) -> str:
    """The code of a dataAbsentReason, wherever it stands."""
    return next((c.code for c in codings(concept) if c.system == ABSENT), "")


def _verdict(interpretation: Json) -> Answer | None:
    for number, concept in enumerate(objects(interpretation)):
        for coding in codings(concept):
            if coding.system == _INTERPRETATION and coding.code in _INTERPRETED:
                shown = f"interpretation {coding.code} {coding.display}".strip()
                return Answer(_INTERPRETED[coding.code], f"interpretation[{number}]", shown)
    return None


def _value(chart: Chart, value: Json, form: str) -> Answer:
    if form == "valueBoolean":
        return Answer("yes" if value is True else "no", form, str(value).lower())
    if form == "valueCodeableConcept":
        if absent := _absent(value):
            return Answer(element=form, why=f"its value is absent: {absent}", absent=absent)
        found = chart.find("answer", value)
        if found.means:
            return Answer(found.means[0].name, form, found.said)
        why = found.said if found.disagree else said(value)
        return Answer(element=form, said=said(value), why=f"its value is not in the table of codes ({why})")
    if form == "valueString":
        row = chart.table.words("answer", text(value))
        if row:
            return Answer(row.means[0].name, form, f"read from the text `{words(value)}`")
        why = f"its value is a text that states no verdict: `{words(value)}`"
        return Answer(element=form, said=words(value), why=why)
    if form == "valueQuantity":
        shown = as_written(obj(value))
        return Answer(element=form, said=shown, why=f"its value is a number without a verdict: {shown}")
    return Answer(element=form, why=f"its value is in `{form}`, without a verdict")
