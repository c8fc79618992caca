"""Forms that no page of ours would post: every one gets a page, and nothing of it becomes markup."""

from __future__ import annotations

import pytest
from desk import Posted, form
from guidekb.queries.page.respond import Desk
from guidekb.queries.page.sent import Sent
from html_seen import Seen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shown import HOSTILE

RECORD = "{id: p1, stage: localized, syndromes: [dermatomyositis], antibodies: {anti_yo: positive}}"
NAMES = (
    "do", "undo", "asked", "w", "pick", "was", "before", "patient", "f.her2", "f.age_years", "f.age_years:mark",
    "f.syndromes", "f.syndromes:extent", "f.metastatic_sites:other", "f.antibodies:0:antibody", "f.antibodies:0:result",
    "f.imaging:0:order", "f.imaging:0:modality", "f.imaging:1:result", "f.stage_detail", "q.her2", "q.antibodies",
)  # fmt: skip
VALUES = st.text(st.characters(exclude_categories=("Cs",)), max_size=20) | st.sampled_from(
    (*HOSTILE[:13], "unknown", "not_applicable", "conflicting", "all", "positive", "not positive", "*", "syndromes",
     "answer", "antibodies:anti_hu", "imaging:x", "anti_yo", "1e999", "1" * 50, "[", "{}", "&x", "*x", "!!python/x")
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(NAMES), st.lists(VALUES, min_size=1, max_size=2).map(tuple), max_size=4))
def test_every_form_gets_a_page(page: Desk, fields: dict[str, tuple[str, ...]]) -> None:
    source = page.page(Sent({"text": (RECORD,), "name": ("x.yaml",), "was": ("{}",), **fields}))
    assert Seen(source).open == []


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_words_stay_words(number: int, page: Desk) -> None:
    text = HOSTILE[number].encode("utf-8", "replace").decode()
    plain, wrong = (page.page(form(do="read", typed=f"id: p\nstage: {word}\n")) for word in ("x", repr(text)))
    tags = {tag for tag, _ in Seen(wrong).skeleton}
    assert tags == {tag for tag, _ in Seen(plain).skeleton}
    board = page.page(form(do="read", typed="{id: p, stage: localized}"))
    same = page.page(Posted(board).sent(do="update", f__age_years=text, w=text, undo=text, pick=text))
    assert Seen(same).open == []
    assert not {t for t, _ in Seen(same).skeleton} & {"img", "b", "iframe"}
