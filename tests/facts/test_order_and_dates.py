"""Items in time order, dates, and the day that an answer is for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from guidekb.facts.read import Reading
from guidekb.kb.ir import EDB, Ground

DATED = """\
id: p1
imaging:
  - {date: 2024-05-02, modality: mammogram, result: negative}
  - {date: 2024-04-30, modality: ct_chest_abdomen_pelvis, result: negative}
  - {date: 2024-05-02, modality: breast_mri, result: suspicious}
"""


def test_dates_give_the_order_and_a_day_has_one_number(edb: Callable[[str], EDB]) -> None:
    patient = edb(DATED)
    assert set(patient.facts) == {
        Ground("imaging", ("p1", 1, "ct_chest_abdomen_pelvis", "negative")),
        Ground("imaging", ("p1", 2, "mammogram", "negative")),
        Ground("imaging", ("p1", 2, "breast_mri", "suspicious")),
    }
    assert patient.as_of == date(2024, 5, 2)


def test_one_item_needs_no_order(edb: Callable[[str], EDB]) -> None:
    patient = edb("id: p1\nimaging: [{modality: mammogram, result: negative}]")
    assert set(patient.facts) == {Ground("imaging", ("p1", 1, "mammogram", "negative"))}


def test_the_place_in_the_list_is_no_order(told: Callable[..., str]) -> None:
    record = """\
id: p1
imaging:
  - {modality: mammogram, result: negative}
  - {order: 2, modality: breast_mri, result: negative}
"""
    assert (
        told(record)
        == """\
error[D932]: imaging item 1 does not say its `order`
 --> p.yaml:3:5
3 |   - {modality: mammogram, result: negative}
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ give every item of `imaging` an `order`, or every one a `date`"""
    )


def test_one_order_and_two_dates(told: Callable[..., str]) -> None:
    record = """\
id: p1
imaging:
  - {order: 1, date: 2024-05-01, modality: mammogram, result: negative}
  - {order: 1, date: 2024-05-02, modality: breast_mri, result: negative}
"""
    assert told(record).splitlines()[0] == (
        "error[D932]: imaging item 2 and imaging item 1 have the same `order` and different dates"
    )


def test_what_is_later_than_the_day_asked_for_is_left_out(reading: Callable[..., Reading]) -> None:
    found = reading(DATED, as_of=date(2024, 5, 1))
    (patient,) = found.edbs
    assert set(patient.facts) == {Ground("imaging", ("p1", 1, "ct_chest_abdomen_pelvis", "negative"))}
    assert patient.as_of == date(2024, 5, 1)
    assert [warning.message for warning in found.warnings] == [
        "`imaging item 1` is dated 2024-05-02, after 2024-05-01, and is left out",
        "`imaging item 3` is dated 2024-05-02, after 2024-05-01, and is left out",
    ]


def test_the_day_asked_for_counts_without_any_date(reading: Callable[..., Reading]) -> None:
    assert reading("id: p1", as_of=date(2024, 5, 1)).edbs[0].as_of == date(2024, 5, 1)
    assert reading("id: p1\nrelapse_date: 2023-01-31").edbs[0].as_of == date(2023, 1, 31)
