"""A record with some fields changed: read as a record's own values are, refused as they are, weighed as a whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from guidekb.facts.edit import edited, recorded_of, stands
from guidekb.facts.fields import fields_of
from guidekb.facts.read import Reading, read
from guidekb.facts.record_text import record_text
from guidekb.kb.diagnostics import Invalid, render
from guidekb.kb.ir import EDB, Ground, Program
from hypothesis import given
from hypothesis import strategies as st

RECORD = """\
id: ann
age_years: 61
stage: localized
er: positive
her2: conflicting
resectable: not_applicable
syndromes: [dermatomyositis]
antibodies: {anti_yo: negative}
imaging:
  - {order: 1, modality: mammogram, result: negative}
symptom_duration_days: 20
"""

Changed = Callable[..., EDB]


@pytest.fixture
def changed(edb: Callable[[str], EDB], program: Program) -> Changed:
    """The record with changes."""

    def of(*sets: str, unset: tuple[str, ...] = ()) -> EDB:
        done = edited(edb(RECORD), sets, unset, program, "your change")
        assert not done.warnings
        return done.edb

    return of


def refused(base: EDB, program: Program, *sets: str, unset: tuple[str, ...] = ()) -> str:
    """All that is said of changes that cannot be made."""
    with pytest.raises(Invalid) as caught:
        edited(base, sets, unset, program, "your change")
    return "\n".join(map(render, caught.value.diagnostics))


def test_a_value_is_read_as_in_a_record_and_says_where_it_came_from(changed: Changed) -> None:
    found = changed("er=negative", "age_years=62.0")
    assert Ground("er", ("ann", "positive")) not in found.facts
    (origin,) = found.facts[Ground("er", ("ann", "negative"))]
    assert (origin.source, origin.place, origin.written) == ("your change", "er", "negative")
    assert Ground("age_years", ("ann", 62)) in found.facts
    assert Ground("stage", ("ann", "localized")) in found.facts, "the rest stays"


def test_a_list_a_map_and_its_keys(changed: Changed) -> None:
    found = changed("syndromes=[hypercalcemia, polymyositis]", "antibodies.anti_hu=positive")
    assert {f.values[1] for f in found.facts if f.predicate == "syndromes"} == {"hypercalcemia", "polymyositis"}
    assert {f.values[1:] for f in found.facts if f.predicate == "antibodies"} == {
        ("anti_yo", "negative"),
        ("anti_hu", "positive"),
    }
    assert {"syndromes", "antibodies", "imaging"} <= found.listed
    assert "syndromes" not in changed("syndromes=[hypercalcemia, unknown]").listed
    assert not [f for f in changed("antibodies={}").facts if f.predicate == "antibodies"]


def test_marks_are_set_and_taken_away(changed: Changed) -> None:
    found = changed("her2=negative", "resectable=yes", "er=conflicting", "stage=not_applicable")
    assert found.conflicts.keys() == {"er"}
    assert found.not_applicable == {"stage"}
    assert Ground("conflicting", ("ann", "her2")) not in found.facts
    assert Ground("her2", ("ann", "negative")) in found.facts


def test_unset_and_unknown_are_the_same(changed: Changed) -> None:
    for found in (changed("er=unknown"), changed("er="), changed(unset=("er",))):
        assert not [f for f in found.facts if f.predicate == "er"]
    assert "syndromes" not in changed(unset=("syndromes",)).listed


@pytest.mark.parametrize(
    ("sets", "unset", "said"),
    [
        (("er=postive",), (), "`postive` is not a value of `er`"),
        (("er=postive",), (), "1 | er=postive\n  |    ^^^^^^^ did you mean `positive`?"),
        (("age_years=400",), (), "out of range"),
        (("syndromes=dermatomyositis",), (), "write `[dermatomyositis]`"),
        (("stagee=localized",), (), "did you mean `stage`?"),
        ((), ("stagee",), "did you mean `stage`?"),
        (("id=bob",), (), "`id` cannot be changed"),
        (("er",), (), "`er` is given no value"),
        (("er.x=positive",), (), "`er` has no keys"),
        (("er=[",), (), "not YAML"),
        (("er=*a",), (), "anchors and aliases are not read"),
        (("er=a\n---\nb",), (), "`er` wants one value, not several"),
        (("er=\udc80",), (), "a control character (U+DC80) cannot stand here"),
        (("er=positive", "er=negative"), (), "`er` is changed twice"),
        (("er=positive",), ("er",), "`er` is both set and unset"),
        (("antibodies={}", "antibodies.anti_yo=positive"), (), "`antibodies` is changed twice"),
    ],
)
def test_what_cannot_be_is_refused(
    edb: Callable[[str], EDB], program: Program, sets: tuple[str, ...], unset: tuple[str, ...], said: str
) -> None:
    assert said in refused(edb(RECORD), program, *sets, unset=unset)


def test_all_faults_are_told_at_once(edb: Callable[[str], EDB], program: Program) -> None:
    told = refused(edb(RECORD), program, "er=x", "stagee=y", "age_years=z", unset=("q",))
    assert told.count("error[") == 4


def test_the_whole_is_weighed_again(edb: Callable[[str], EDB], program: Program) -> None:
    done = edited(edb(RECORD), ["ivig_start_days_after_onset=30"], [], program, "your change")
    assert done.edb.conflicts.keys() == {"her2", "ivig_start_days_after_onset", "symptom_duration_days"}
    assert [w.code for w in done.warnings] == ["W903"]
    base = edb(RECORD)
    later = Ground("ivig_start_days_after_onset", ("ann", 30))
    assert not stands(base, {*base.facts, later}, program)
    assert stands(base, {*base.facts, Ground("ivig_start_days_after_onset", ("ann", 3))}, program)


def test_a_record_written_back_is_read_as_it_was(reading: Callable[[str], Reading], program: Program) -> None:
    edb = reading(RECORD).edbs[0]
    again = read(record_text(recorded_of(edb), fields_of(program)).encode(), "p.yaml", program).edbs[0]
    assert set(again.facts) == set(edb.facts)
    assert (again.listed, again.not_applicable, again.conflicts.keys()) == (
        edb.listed,
        edb.not_applicable,
        edb.conflicts.keys(),
    )


FIELDS = ("er", "stage", "syndromes", "antibodies.anti_yo", "imaging", "resectable")


@given(st.sampled_from(FIELDS), st.text(max_size=30))
def test_no_value_does_more_than_be_read_or_refused(program: Program, name: str, value: str) -> None:
    base = EDB("ann", {Ground("stage", ("ann", "localized")): ()})
    try:
        done = edited(base, [f"{name}={value}"], [], program, "your change")
    except Invalid as invalid:
        told = "\n".join(map(render, invalid.diagnostics))
        if not told.startswith("error[D9"):
            raise
    else:
        assert done.fields == (name.partition(".")[0],)
