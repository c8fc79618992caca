"""What a browser posts, in both encodings, and what no browser would."""

from __future__ import annotations

import json

import httpx
from guidekb.kb.load import HOME, load
from guidekb.queries.page.fields import fields_of
from guidekb.queries.page.given import Given, canonical, packed, unpacked
from guidekb.queries.page.sent import MULTIPART, URLENCODED, sent
from hypothesis import given
from hypothesis import strategies as st

JSON = st.recursive(st.none() | st.integers() | st.text(), lambda one: st.lists(one) | st.dictionaries(st.text(), one))
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=40).map(lambda t: t.replace("\r", "\n"))


@given(
    st.dictionaries(st.from_regex(r"[a-z][a-z.:0-9]{0,8}", fullmatch=True), TEXT, min_size=1, max_size=5), st.binary()
)
def test_fields_and_a_file_come_as_they_were_sent(fields: dict[str, str], content: bytes) -> None:
    files = {"file": ("Maria Muster.json", content)}
    request = httpx.Request("POST", "http://x/", data=fields, files=files)
    found = sent(request.read(), MULTIPART)
    assert {name: found.one(name) for name in fields} == fields
    assert (found.files["file"].name, found.files["file"].content) == ("Maria Muster.json", content)
    request = httpx.Request("POST", "http://x/", data=fields)
    assert {name: sent(request.read(), URLENCODED).one(name) for name in fields} == fields


@given(st.binary(max_size=300), st.sampled_from([MULTIPART, URLENCODED, ""]))
def test_anything_is_a_form_or_an_empty_one(body: bytes, media: str) -> None:
    sent(body, media)
    sent(b"--x\r\n" + body + b"\r\n--x--", media)


def test_a_name_of_a_file_has_no_folder() -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="C:\\\\a\\\\..\\\\b.json"\r\n\r\n{}\r\n--x--\r\n'
    )
    assert sent(body, MULTIPART).files["file"].name == "b.json"


def test_line_breaks_are_of_one_kind() -> None:
    assert sent(b"a=1%0D%0A2", URLENCODED).one("a") == "1\n2"


FIELDS = fields_of(load(HOME))
STATES = st.fixed_dictionaries(
    {},
    optional={
        "her2": st.builds(Given, TEXT.map(lambda t: ((t,),))),
        "antibodies": st.builds(Given, st.lists(st.tuples(TEXT, TEXT)).map(tuple), st.sampled_from(["some", "all"])),
        "age_years": st.builds(Given, st.just(()), st.just(""), st.sampled_from(["not_applicable", "conflicting"])),
    },
)


@given(STATES)
def test_the_state_comes_back_as_it_was(state: dict[str, Given]) -> None:
    assert unpacked(packed(state), FIELDS) == {name: canonical(one) for name, one in state.items() if one}


@given(
    st.text() | st.dictionaries(st.sampled_from(["imaging", "her2", "x"]), JSON).map(json.dumps) | JSON.map(json.dumps)
)
def test_a_state_that_is_none_is_empty_or_fits_the_fields(text: str) -> None:
    for name, one in unpacked(text, FIELDS).items():
        assert {len(row) for row in one.rows} <= {len(FIELDS[name].types)}
