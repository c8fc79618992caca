"""Time: what is current on a day, and what year or month alone leaves open."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from fhir_build import (
    BREAST_CANCER,
    CALCIUM,
    DERMATOMYOSITIS,
    ER,
    POSITIVE,
    TERMS,
    concept,
    condition,
    observation,
    patient,
    stated,
    told,
)
from guidekb.facts.fhir.dates import Days, NoDate, add_months, days_between, days_of, months_between, years_between
from hypothesis import given
from hypothesis import strategies as st

UCUM = {"system": "http://unitsofmeasure.org"}


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-02-29", "2024-02-29", "2024-02-29"),
        ("2024-02-29T23:59:59.999+02:00", "2024-02-29", "2024-02-29"),
        ("2024-02-29T12:00Z", "2024-02-29", "2024-02-29"),
    ],
)
def test_a_date_is_a_range_of_days(written: str, low: str, high: str) -> None:
    assert days_of(written) == Days(date.fromisoformat(low), date.fromisoformat(high))


@pytest.mark.parametrize(
    "written",
    ["", "24", "2024-2", "2024-13", "2023-02-29", "2024-02-30", "02/03/2024", "2024-02-01 12:00", "0000", "٢٠٢٤",
     "2024-02-01T25:00:00Z", "2024-02-01T"],
)  # fmt: skip
def test_what_is_no_date(written: str) -> None:
    with pytest.raises(NoDate):
        days_of(written)


def _between(start: str, end: str) -> tuple[object, object, object]:
    one, other = days_of(start), days_of(end)
    return days_between(one, other), months_between(one, other), years_between(one, other)


def test_intervals() -> None:
    assert _between("2019-02-06", "2024-03-06") == ((1855, 1855), (61, 61), (5, 5))
    assert _between("2024-01-31", "2024-02-29") == ((29, 29), (1, 1), (0, 0))
    assert _between("2019-06", "2019-08-15") == ((46, 75), (Decimal("1.52"), Decimal("2.45")), (0, 0))
    assert years_between(days_of("1960"), days_of("2024-03-01")) == (63, 64)


days = st.dates(date(1900, 1, 1), date(2100, 1, 1))


@given(days, st.integers(0, 1200), st.integers(1, 27))
def test_a_part_of_a_month_never_becomes_a_whole_one(start: date, months: int, more: int) -> None:
    end = add_months(start, months)
    exact = months_between(Days(start, start), Days(end, end)).low
    later = months_between(Days(start, start), Days(end, date.fromordinal(end.toordinal() + more))).high
    assert exact == months
    assert exact < later < months + 1


@given(days, days)
def test_intervals_have_a_direction(one: date, other: date) -> None:
    forward, back = days_between(Days(one, one), Days(other, other)), days_between(Days(other, other), Days(one, one))
    assert forward.low == -back.low


def test_the_newest_date_is_the_day_of_the_answer() -> None:
    read = told(condition(BREAST_CANCER, onsetDateTime="2020-01-01"), observation(CALCIUM, day="2024-03-01"))
    assert read.edb.as_of == date(2024, 3, 1)
    assert read.of("age_years") == ["63"]
    assert told(condition(BREAST_CANCER), observation(CALCIUM, day="2024-03")).edb.as_of == date(2024, 3, 31)
    assert told(patient()).edb.as_of is None


def test_what_is_later_than_the_day_is_left_out() -> None:
    result = observation(ER, day="2024-03-01", valueCodeableConcept=POSITIVE)
    cancer = condition(BREAST_CANCER, onsetDateTime="2020-01-01")
    assert told(cancer, result, as_of="2024-03-01").of("er") == ["positive"]
    read = told(cancer, result, as_of="2024-02-29")
    assert read.of("er") == []
    assert read.warnings == ["W901 Observation/o1 is not used: it is dated 2024-03-01, after 2024-02-29"]
    partly = told(cancer, observation(ER, day="2024", valueCodeableConcept=POSITIVE), as_of="2024-02-29")
    assert partly.why("Observation/o1") == "it is dated 2024-01-01 to 2024-12-31, perhaps after 2024-02-29"


def test_a_syndrome_that_ended_later_was_there_on_the_day() -> None:
    over = condition(DERMATOMYOSITIS, clinical="resolved", onsetDateTime="2023-05-01", abatementDateTime="2024-02-01")
    assert told(over, as_of="2024-01-01").of("syndromes") == ["dermatomyositis"]
    assert told(over, as_of="2024-03-01").of("syndromes") == ["not dermatomyositis"]
    assert told(over, as_of="2023-01-01").of("syndromes") == []


def test_a_number_that_dates_leave_open_is_not_recorded_and_its_range_is_told() -> None:
    read = told(patient(birthDate="1960"), condition(DERMATOMYOSITIS, onsetDateTime="2024-01"), as_of="2024-03-01")
    assert (read.of("age_years"), read.of("symptom_duration_days")) == ([], [])
    assert read.warnings == [
        "W960 age_years lies between 63 and 64 by Patient/p1 birthDate; it is not recorded",
        "W960 symptom_duration_days lies between 30 and 60 by Condition/c1 onsetDateTime; it is not recorded",
    ]
    assert ["birthDate" in w.line or "onsetDateTime" in w.line for w in read.reading.warnings] == [True, True]


def test_an_exact_number_from_partial_dates() -> None:
    read = told(patient(birthDate="1960-05"), condition(DERMATOMYOSITIS, onsetDateTime="2024-03-01"))
    assert read.of("age_years") == ["63"]


def test_the_end_of_a_remission_decides_whether_it_was_long() -> None:
    def remission(abatement: str) -> list[str]:
        cancer = condition(BREAST_CANCER, clinical="remission", onsetDateTime="2018", abatementDateTime=abatement)
        return told(cancer, as_of="2024-03-01").of("remission_long_term")

    assert remission("2022-02-28") == ["yes"]
    assert remission("2022-03-01") == ["no"]
    assert remission("2021") == ["yes"]
    assert remission("2022") == []


@pytest.mark.parametrize(
    ("age", "days_"),
    [
        ({"value": 63, "code": "a"} | UCUM, "2023-05-20 to 2024-05-19"),
        ({"value": 60, "code": "mo"} | UCUM, "1965-05-20 to 1965-06-19"),
        ({"value": 63, "code": "a"}, ""),
        ({"value": 63, "code": "furlong"} | UCUM, ""),
        ({"value": 63.5, "code": "a"} | UCUM, ""),
        ({"value": 63, "code": "a", "comparator": "<"} | UCUM, ""),
        ({"value": 10**30, "code": "a"} | UCUM, ""),
    ],
)
def test_an_onset_as_an_age(age: dict[str, object], days_: str) -> None:
    read = told(condition(DERMATOMYOSITIS, onsetAge=age), stated("surgery", "none", "2025-01-01"))
    (one,) = read.chart.kinds["syndromes"]
    assert (str(one.onset) if one.onset else "") == days_


def test_onsets_that_are_no_date_are_said() -> None:
    read = told(condition(DERMATOMYOSITIS, onsetString="about a year ago"))
    assert read.of("syndromes") == ["dermatomyositis"]
    assert read.account("Condition/c1").notes == [
        "onsetString gives no date",
        "it has no onset, so that the length of the symptoms is not known",
    ]


@pytest.mark.parametrize(
    ("onset", "timing"),
    [
        ("2023-12-31", ["before_cancer_diagnosis"]),
        ("2024-01-05", ["simultaneous"]),
        ("2024-01", []),
        ("2024-02-01", []),
    ],
)
def test_the_onset_of_a_syndrome_relative_to_the_cancer(onset: str, timing: list[str]) -> None:
    read = told(
        condition(BREAST_CANCER, "k", onsetDateTime="2024-01-05"), condition(DERMATOMYOSITIS, onsetDateTime=onset)
    )
    assert read.of("syndrome_timing") == timing


def test_an_onset_after_a_remission() -> None:
    read = told(
        condition(BREAST_CANCER, "k", "remission", onsetDateTime="2018-06-30", abatementDateTime="2019-02"),
        condition(DERMATOMYOSITIS, onsetDateTime="2024-07-30"),
    )
    assert read.facts["syndrome_timing: after_remission"] == [
        "Condition/c1 onsetDateTime",
        "Condition/k abatementDateTime",
    ]


# ---- calcium: a number is no diagnosis ----

HIGH = [concept(TERMS + "v3-ObservationInterpretation", "H", "High")]
NORMAL = [concept(TERMS + "v3-ObservationInterpretation", "N", "Normal")]


def test_a_calcium_alone_asserts_nothing() -> None:
    read = told(observation(CALCIUM, valueQuantity={"value": 13.9, "unit": "mg/dL"}))
    assert read.of("syndromes") == []
    assert read.why("Observation/o1") == "its value is a number without a verdict: 13.9 mg/dL"


def test_a_calcium_that_the_laboratory_calls_high() -> None:
    read = told(observation(CALCIUM, valueQuantity={"value": 13.9, "unit": "furlong"}, interpretation=HIGH))
    assert read.facts["syndromes: hypercalcemia"] == ["Observation/o1 interpretation[0]"]
    normal = told(observation(CALCIUM, interpretation=NORMAL))
    assert (normal.of("syndromes"), normal.why("Observation/o1")) == (
        [],
        "a normal calcium neither shows nor rules out hypercalcemia by itself",
    )


def test_only_the_latest_calcium_is_current() -> None:
    high = observation(CALCIUM, "o1", "2024-02-01", interpretation=HIGH)
    assert told(high, observation(CALCIUM, "o2", "2024-03-01", interpretation=NORMAL)).of("syndromes") == []
    assert told(high, observation(CALCIUM, "o2", "2024-01-01", interpretation=NORMAL)).of("syndromes") == [
        "hypercalcemia"
    ]
