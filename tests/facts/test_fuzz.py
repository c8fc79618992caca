"""Whatever the bytes, they are read or refused: only `Invalid` is raised. What is written well is read as meant."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from guidekb.facts.read import Reading
from guidekb.kb.diagnostics import Invalid, render
from guidekb.kb.ir import Ground
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Read = Callable[..., Reading]
FOLDER = Path(__file__).parents[2] / "facts" / "examples"
EXAMPLES = [path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.is_file()]
quick = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

FIELDS = ("id", "age_years", "stage", "stage_detail", "er", "resectable", "syndromes", "antibodies", "imaging",
          "receptor_results", "relapse_date", "disease_free_interval_months", "other_treatments", "x")  # fmt: skip
WORDS = st.sampled_from(
    ["unknown", "not_applicable", "conflicting", "positive", "negative", "localized", "yes", "no", "2024-02-30",
     "2024-02-29", "anti_yo", "mammogram", "order", "date", "note", "modality", "result", "er", "", "'", "&a", "*a"]
)  # fmt: skip
LEAVES = st.one_of(WORDS, st.text(), st.none(), st.booleans(), st.integers(), st.floats())
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(WORDS, st.text(max_size=3)), inner, max_size=4)
    ),
    max_leaves=20,
)
RECORDS = st.dictionaries(st.sampled_from(FIELDS), TREES, max_size=8)


def survives(reading: Read, data: bytes, name: str = "p", as_of: date | None = None) -> None:
    """The bytes are read, or refused with errors that can be shown."""
    found: Reading | Invalid
    try:
        found = reading(data, name, as_of)
    except Invalid as invalid:
        found = invalid
    if isinstance(found, Invalid):
        diagnostics = found.diagnostics
        assert diagnostics
        assert all(d.severity == "error" and d.span.file == name for d in diagnostics)
    else:
        diagnostics = found.warnings
        assert found.edbs
    shown = map(render, diagnostics)
    assert all(character.isprintable() or character == "\n" for text in shown for character in text)


@given(st.binary(max_size=200))
@quick
def test_any_bytes(reading: Read, data: bytes) -> None:
    survives(reading, data)
    survives(reading, data, "p.dl")


@given(st.text(alphabet=st.sampled_from("[]{}:,-\"'\\ \n\tu1e.%&*!|>?#@`~aid()_\u2028\x85é😀"), max_size=60))
@quick
def test_any_signs(reading: Read, text: str) -> None:
    for opening in ("", "{", '{"id":', "id: p\n", "stage("):
        survives(reading, (opening + text).encode())
    survives(reading, text.encode(), "p.dl")


@given(st.sampled_from(EXAMPLES), st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 40), st.binary(max_size=6))))
@quick
def test_examples_with_pieces_put_in_other_ones_place(
    reading: Read, data: bytes, edits: list[tuple[int, int, bytes]]
) -> None:
    for at, length, piece in edits:
        at %= len(data)
        data = data[:at] + piece + data[at + length :] or b"."
    survives(reading, data)
    survives(reading, data, "p.dl")


@given(st.one_of(RECORDS, st.lists(RECORDS, max_size=3), TREES), st.none() | st.dates(), st.none() | st.integers(1, 4))
@quick
def test_any_tree(reading: Read, tree: object, as_of: date | None, indent: int | None) -> None:
    survives(reading, json.dumps(tree, indent=indent).encode(), as_of=as_of)
    try:
        text = yaml.safe_dump(tree, allow_unicode=True)
    except yaml.YAMLError:  # a half character
        return
    survives(reading, text.encode(errors="replace"), as_of=as_of)


def values(column: str) -> st.SearchStrategy[object]:
    """Values of a field that are as they should be."""
    return {
        "age_years": st.integers(0, 130),
        "stage": st.sampled_from(["localized", "metastatic", "unknown", None]),
        "stage_detail": st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1),
        "resectable": st.sampled_from([True, False, "yes", "no", "unknown", None]),
        "syndromes": st.lists(st.sampled_from(["dermatomyositis", "polymyositis"]), unique=True),
        "antibodies": st.dictionaries(
            st.sampled_from(["anti_yo", "anti_hu"]), st.sampled_from(["positive", "negative", "unknown"])
        ),
        "imaging": st.lists(
            st.fixed_dictionaries(
                {
                    "order": st.integers(1, 1000),
                    "modality": st.sampled_from(["mammogram", "breast_mri"]),
                    "result": st.sampled_from(["negative", "suspicious"]),
                },
                optional={"note": st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]))},
            )
        ),
        "disease_free_interval_months": st.decimals(0, 1200, places=2),
        "relapse_date": st.dates(),
    }[column]


GOOD = st.fixed_dictionaries(
    {"id": st.text(st.characters(codec="utf-8"), min_size=1, max_size=200).filter(str.strip)},
    optional={
        name: values(name)
        for name in ("age_years", "stage", "stage_detail", "resectable", "syndromes", "antibodies", "imaging",
                     "disease_free_interval_months", "relapse_date")
    },
)  # fmt: skip


def meant(record: dict[str, object]) -> set[Ground]:
    """The facts that a good record means, by the plain words of docs/language.md."""
    subject, found = str(record["id"]), set[Ground]()
    for name, value in record.items():
        if name == "id" or value in ("unknown", None) or value in ("not_applicable", "conflicting"):
            continue
        if name == "resectable":
            found.add(Ground("resectable" if value in (True, "yes") else "-resectable", (subject,)))
        elif isinstance(value, dict):
            found |= {Ground(name, (subject, key, v)) for key, v in value.items() if v != "unknown"}
        elif isinstance(value, list):
            for item in value:
                columns = (item["order"], item["modality"], item["result"]) if isinstance(item, dict) else (item,)
                found.add(Ground(name, (subject, *columns)))
        else:
            found.add(Ground(name, (subject, value)))  # pyright: ignore[reportArgumentType]
    return found


@given(GOOD)
@quick
def test_what_is_written_as_json_is_read_as_it_was_meant(reading: Read, record: dict[str, object]) -> None:
    plain = {k: float(v) if isinstance(v, Decimal) else str(v) if isinstance(v, date) else v for k, v in record.items()}
    for ascii_only in (True, False):
        (edb,) = reading(json.dumps(plain, ensure_ascii=ascii_only)).edbs
        if not edb.conflicts:  # an interval longer than a life
            assert set(edb.facts) == meant(record)


@given(GOOD)
@quick
def test_what_is_written_as_yaml_is_read_as_it_was_meant(reading: Read, record: dict[str, object]) -> None:
    plain = {k: float(v) if isinstance(v, Decimal) else v for k, v in record.items()}
    text = yaml.safe_dump(plain, allow_unicode=True)
    if yaml.safe_load(text) != plain:  # PyYAML does not write every text so that it reads it again
        return
    (edb,) = reading(text).edbs
    if not edb.conflicts:
        assert set(edb.facts) == meant(record)


@pytest.mark.parametrize("data", EXAMPLES)
def test_examples_cut_short(reading: Read, data: bytes) -> None:
    for end in range(0, len(data), 41):
        survives(reading, data[:end])
