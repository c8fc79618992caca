"""`not x` in a record: a value, or an item of a list, that is recorded as false."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from guidekb.facts.read import Reading
from guidekb.kb.ir import EDB, Ground


def test_an_item_that_is_ruled_out(edb: Callable[..., EDB]) -> None:
    read = edb("id: p1\nsyndromes: [not dermatomyositis, polymyositis, unknown]\n")
    assert read.facts.keys() == {
        Ground("-syndromes", ("p1", "dermatomyositis")),
        Ground("syndromes", ("p1", "polymyositis")),
    }
    assert not read.listed
    (origin,) = read.facts[Ground("-syndromes", ("p1", "dermatomyositis"))]
    assert (origin.place, origin.written) == ("syndromes item 1 (line 2)", "not dermatomyositis")


def test_a_value_that_is_ruled_out(edb: Callable[..., EDB]) -> None:
    assert edb("id: p1\nstage: not metastatic\n").facts.keys() == {Ground("-stage", ("p1", "metastatic"))}
    assert edb('{"id": "p1", "stage": "not metastatic"}').facts.keys() == {Ground("-stage", ("p1", "metastatic"))}


def test_a_text_may_begin_with_not(edb: Callable[..., EDB]) -> None:
    assert edb('id: p1\nstage_detail: "not staged"\n').facts.keys() == {Ground("stage_detail", ("p1", "not staged"))}


def test_what_is_and_is_not_contradicts_itself(reading: Callable[..., Reading]) -> None:
    (read,) = reading("id: p1\nsyndromes: [dermatomyositis, not dermatomyositis]\n").edbs
    assert read.conflicts.keys() == {"syndromes"}


@pytest.mark.parametrize("text", ["stage: not metastatik", "stage: not", "syndromes: [not not dermatomyositis]",
                                  "metastatic_sites: [not bone]", "age_years: not 12"])  # fmt: skip
def test_what_cannot_be_ruled_out(told: Callable[..., str], text: str) -> None:
    assert told(f"id: p1\n{text}\n").startswith("error[D9")
