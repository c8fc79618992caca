"""Lists that say they are the whole of something, so that what is not in them is absent. FHIR says so in few places."""

from __future__ import annotations

from ...kb.ir import Ground
from .chart import Chart
from .elements import code_of, obj, objects, references, text, words
from .resource import Resource

_NONE_KNOWN = ("http://terminology.hl7.org/CodeSystem/list-empty-reason", "nilknown")


def weigh_lists(chart: Chart) -> None:
    """The fields that are listed completely. Read last: each item has to have given its fact by then."""
    for resource in chart.resources.get("List", ()):
        found = chart.find("list", resource.body.get("code"))
        name = found.means[0].name if found.means else ""
        if name not in chart.fields:
            chart.unknown_code(resource, found, "List")
        elif why := _incomplete(chart, resource, name):
            chart.note(resource, why)
        else:
            chart.complete(name, resource)


def _incomplete(chart: Chart, resource: Resource, name: str) -> str:
    """Why a List is not known to be complete; "" when it is."""
    body = resource.body
    if text(body.get("status")) != "current" or text(body.get("mode")) not in ("working", "snapshot"):
        return "a List is complete when its status is `current` and its mode `working` or `snapshot`"
    entries = objects(body.get("entry"))
    system, code = _NONE_KNOWN
    if not entries and code_of(body.get("emptyReason"), system) != code:
        return "an empty List says that there is none only with the emptyReason `nilknown`"
    listed: set[Ground] = set()
    for entry in entries:
        for reference in references(obj(entry.get("item"))):
            found = chart.get(reference, resource)
            atoms = _given(chart, found, name) if found else set[Ground]()
            if found is None or not (atoms or entry.get("deleted") is True):
                return f"its item {words(reference)} is not used here, so that the list is not known to be complete"
            listed |= atoms
    other = next((one for one in chart.accounts.of if not _given(chart, one, name) <= listed), None)
    return f"what {other.label} says is not in it, so that the list is not complete" if other else ""


def _given(chart: Chart, resource: Resource, name: str) -> set[Ground]:
    """The facts of a field that a resource gave."""
    account = chart.accounts.of.get(resource)
    return {g.atom for g in account.facts if g.atom.predicate == name} if account else set()
