"""What a browser posts, in both encodings, and what no browser would."""

from __future__ import annotations

import httpx
from guidekb.queries.page.given import Given, canonical, packed, unpacked
from guidekb.queries.page.sent import MULTIPART, URLENCODED, sent
from hypothesis import given
from hypothesis import strategies as st

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


@given(st.dictionaries(TEXT, st.builds(Given, st.lists(st.tuples(TEXT, TEXT)).map(tuple), TEXT, TEXT)))
def test_the_state_comes_back_as_it_was(state: dict[str, Given]) -> None:
    assert unpacked(packed(state)) == {name: canonical(one) for name, one in state.items() if one}


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(repr))
def test_a_state_that_is_none_is_empty_or_one(text: str) -> None:
    assert isinstance(unpacked(text), dict)
