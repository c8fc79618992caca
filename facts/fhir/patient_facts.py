"""One patient's resources to what they record: read each type, then weigh what was found, topic by topic."""

from __future__ import annotations

from datetime import date

from ...kb.ir import Program
from ..fields import Fields
from ..recorded import Recorded
from .account import Accounts
from .cancer import weigh_cancer
from .chart import Chart
from .codes import Table
from .conditions import read_conditions
from .family import born, read_family, weigh_patient
from .fields_said import weigh_fields
from .imaging import read_reports, weigh_imaging
from .index import Index
from .intervals import weigh_intervals
from .lists import weigh_lists
from .medications import read_medications
from .metastases import weigh_metastases
from .observations import read_observations
from .people import Person
from .procedures import read_procedures
from .receptors import weigh_receptors
from .resource import Resource
from .stage import weigh_stage
from .syndromes import weigh_syndromes
from .treatments import weigh_treatments
from .usable import usable

_GROUPS = "syndrome_group"  # the table of the vocabulary that says which syndromes are neurological


def chart_of(
    person: Person, index: Index, table: Table, fields: Fields, program: Program, as_of: date | None, exactly: bool
) -> Chart:
    """The chart of a patient, with every fact and every account."""
    accounts = Accounts()
    birth = born(person.patient) if person.patient else None
    ones = usable(person.resources, accounts, birth, as_of)
    first = person.patient or person.resources[0]
    recorded = Recorded(person.subject, first.span("id" if person.patient else ""))
    recorded.newest = ones.as_of
    day = ones.as_of or (birth.high if birth else date.min)
    chart = Chart(
        recorded=recorded,
        index=index,
        table=table,
        accounts=accounts,
        as_of=day,
        born=birth,
        resources=ones.resources,
        usable=frozenset(one for several in ones.resources.values() for one in several),
        fields=fields,
        neurological=neurological(program),
        exactly=exactly,
    )
    read_conditions(chart)
    read_observations(chart)
    read_procedures(chart)
    read_reports(chart)
    read_family(chart)
    courses = read_medications(chart)
    if person.patient:
        weigh_patient(chart, person.patient, is_dated=ones.as_of is not None)
    weigh_cancer(chart)
    weigh_metastases(chart)
    weigh_stage(chart)
    weigh_receptors(chart)
    weigh_syndromes(chart)
    weigh_treatments(chart, courses)
    weigh_imaging(chart)
    weigh_intervals(chart, courses)
    weigh_fields(chart)
    weigh_lists(chart)
    for one in _all(person):
        _ = accounts[one]  # each has an account, whatever became of it
    return chart


def _all(person: Person) -> list[Resource]:
    return [*([person.patient] if person.patient else []), *person.resources]


def neurological(program: Program) -> frozenset[str]:
    """The syndromes that the vocabulary's table puts into a neurological group."""
    rows = [[getattr(a, "value", "") for a in c.head.args] for c in program.clauses if c.head.predicate == _GROUPS]
    return frozenset(str(name) for name, group in rows if str(group).startswith("neurological"))
