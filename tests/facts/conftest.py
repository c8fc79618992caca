"""A small vocabulary with a field of every shape, and short ways to read a text against it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from guidekb.facts.read import Reading, read
from guidekb.kb.diagnostics import Invalid, render
from guidekb.kb.ir import EDB, Program
from guidekb.kb.lexer import Source
from guidekb.kb.parser import parse

VOCABULARY = """
type age = integer 0..130 "years".
type days = integer 0..36500 "days".
type months = number 0..1200 "months".
type stage = localized | metastatic.
type status = positive | negative.
type report = positive | negative | unknown.
type specimen = primary | metastasis | unknown.
type syndrome = dermatomyositis | polymyositis | hypercalcemia.
type site = bone | liver | ...
type antibody = anti_yo | anti_hu.
type modality = mammogram | breast_mri | ct_chest_abdomen_pelvis.
type result = negative | suspicious.
type words = text.
type day = date.
type treatment = symbol.
type order = integer 1..1000.

input conflicting(Patient: patient, Field: field) closed.
input not_applicable(Patient: patient, Field: field) closed.
input age_years(Patient: patient, Age: age) open single.
input stage(Patient: patient, Stage: stage) open single.
input stage_detail(Patient: patient, Detail: words) open single.
input er(Patient: patient, Status: status) open single.
input her2(Patient: patient, Status: status) open single.
input resectable(Patient: patient) open.
input syndromes(Patient: patient, Syndrome: syndrome) open.
input metastatic_sites(Patient: patient, Site: site) closed.
input other_treatments(Patient: patient, Treatment: treatment) open.
input antibodies(Patient: patient, Antibody: antibody, Result: status) open single.
input imaging(Patient: patient, Order: order, Modality: modality, Result: result) open.
input receptor_results(Patient: patient, Order: order, Specimen: specimen, Er: report, Her2: report) closed.
input disease_free_interval_months(Patient: patient, Months: months) open single.
input symptom_duration_days(Patient: patient, Days: days) open single.
input ivig_start_days_after_onset(Patient: patient, Days: days) open single.
input relapse_date(Patient: patient, Day: day) open single.
derived recommend(Patient: patient, Treatment: treatment) open.
table group(Syndrome: syndrome, Group: treatment) closed.
"""


@pytest.fixture(scope="session")
def program() -> Program:
    """The small vocabulary."""
    parsed = parse(Source("vocabulary.dl", VOCABULARY))
    assert not parsed.problems
    return Program(parsed.types, parsed.predicates)


@pytest.fixture(scope="session")
def reading(program: Program) -> Callable[..., Reading]:
    """A text or bytes to what is read from it."""

    def of(data: str | bytes, name: str = "p.yaml", as_of: date | None = None) -> Reading:
        return read(data.encode() if isinstance(data, str) else data, name, program, as_of)

    return of


@pytest.fixture(scope="session")
def edb(reading: Callable[..., Reading]) -> Callable[..., EDB]:
    """A text of one patient to the EDB, without warnings."""

    def of(data: str, name: str = "p.yaml") -> EDB:
        found = reading(data, name)
        assert not found.warnings
        (one,) = found.edbs
        return one

    return of


@pytest.fixture(scope="session")
def told(reading: Callable[..., Reading]) -> Callable[..., str]:
    """A text or bytes to everything that the user is told of it: errors, or else warnings."""

    def of(data: str | bytes, name: str = "p.yaml", as_of: date | None = None) -> str:
        try:
            diagnostics = reading(data, name, as_of).warnings
        except Invalid as invalid:
            diagnostics = invalid.diagnostics
        return "\n".join(map(render, diagnostics))

    return of
