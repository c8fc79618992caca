"""Which resources of a patient can be used at all: R4, safe to read, not retracted, with real dates, known in time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from .account import Accounts
from .dates import Days
from .elements import code_of, objects, text
from .r4 import READ, other_version
from .resource import Resource
from .times import BadDate, dates_of, known, newest

_FACTS = READ - {"Medication", "Specimen", "Patient"}  # types that say something by themselves
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"


class Usable(NamedTuple):
    """The resources by type, and the day that the answer is for."""

    resources: dict[str, list[Resource]]
    as_of: date | None


def usable(ones: Iterable[Resource], accounts: Accounts, born: Days | None, as_of: date | None) -> Usable:
    """Sort out what cannot be used. Each has a note, and the user is told how many there are."""
    left: list[Resource] = []
    odd: dict[str, list[Resource]] = {}
    for one in ones:
        fault = next((f for check in _CHECKS if (f := check(one))), None) or _unborn(one, born)
        if fault:
            accounts.note(one, fault[1])
            odd.setdefault(fault[0], []).append(one)
        else:
            left.append(one)
    for one in left:
        held = {text(c.get("resourceType")) for c in objects(one.body.get("contained"))} & _FACTS
        if held:
            accounts.note(one, f"what it contains is not read by itself: {', '.join(sorted(held))}")
    day = as_of or max((d.high for one in left if (d := newest(one))), default=None)
    if as_of:
        left = [one for one in left if _known_by(one, as_of, accounts, odd)]
    for code, several in odd.items():
        _tell(code, several, accounts, as_of)
    by_type: dict[str, list[Resource]] = {}
    for one in left:
        by_type.setdefault(one.type, []).append(one)
    return Usable(by_type, day)


def _not_r4(one: Resource) -> tuple[str, str] | None:
    found = other_version(one.type, one.body)
    return ("W956", f"not FHIR R4: {found[1]}") if found else None


def _unsafe(one: Resource) -> tuple[str, str] | None:
    name = next((n for n in ("modifierExtension", "implicitRules") if one.body.get(n)), None)
    return ("W957", f"`{name}` changes its meaning in a way that is not known here") if name else None


def _retracted(one: Resource) -> tuple[str, str] | None:
    retracted = "entered-in-error" in (
        text(one.body.get("status")),
        code_of(one.body.get("verificationStatus"), VERIFICATION),
    )
    return ("", "it was entered in error") if retracted else None


def _undated(one: Resource) -> tuple[str, str] | None:
    bad = next((d for _, d in dates_of(one) if isinstance(d, BadDate)), None)
    return ("W958", f"`{bad.element}` is no date: `{bad.written[:40]}`") if bad else None


def _unborn(one: Resource, born: Days | None) -> tuple[str, str] | None:
    early = born and next((e for e, d in dates_of(one) if isinstance(d, Days) and d.high < born.low), None)
    return ("W959", f"`{early}` lies before the birth of the patient") if early else None


_CHECKS: tuple[Callable[[Resource], tuple[str, str] | None], ...] = (_not_r4, _unsafe, _retracted, _undated)


def _known_by(one: Resource, as_of: date, accounts: Accounts, odd: dict[str, list[Resource]]) -> bool:
    days = known(one)
    if days is None or days.high <= as_of:
        return True
    accounts.note(one, f"it is dated {days}, " + (f"after {as_of}" if days.low > as_of else f"perhaps after {as_of}"))
    odd.setdefault("W901", []).append(one)
    return False


_WHY = {
    "W956": "not FHIR R4",
    "W957": "made under rules that are not known here",
    "W958": "without a real date",
    "W959": "dated before the birth of the patient",
}


def _tell(code: str, several: list[Resource], accounts: Accounts, as_of: date | None) -> None:
    if not code:
        return
    first = several[0]
    why = f"dated after {as_of}" if code == "W901" else _WHY[code]
    is_one = len(several) == 1
    message = f"{first.label} is not used: {accounts[first].notes[-1]}"
    if not is_one:
        message = f"{len(several):,} resources are {why} and are not used, {first.label} first"
    first.document.warn(code, message, first.at, "`guidekb facts` lists each resource that is not used, and why")
