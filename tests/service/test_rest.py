"""The REST interface answers what the command line prints, and refuses with the codes that the command line has."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from guidekb.cli import cli
from serving import EXAMPLES, ROOT, Site, record

ONE, OTHER = "metastatic-hr-positive.yaml", "published-01.yaml"
FHIR = json.loads((EXAMPLES / "fhir" / "hypercalcemia.json").read_text(encoding="utf-8"))


Printed = Callable[..., Any]


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Printed:
    """What a command prints in JSON of files that have the names that the service gives to parts of a request."""
    monkeypatch.chdir(tmp_path)

    def one(command: str, *words: str, **named: str) -> Any:
        for name, example in named.items():
            Path(name).write_text(record(example), encoding="utf-8")
        done = CliRunner().invoke(cli, [command, *named, *words, "--format", "json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    return one


COMMANDS = (
    ("/recommend", {}, ("recommend",)),
    ("/recommend", {"language": "de"}, ("recommend", "--lang", "de")),
    ("/recommend", {"as_of": "2020-01-01"}, ("recommend", "--as-of", "2020-01-01")),
    ("/explain", {"name": "endocrine_therapy"}, ("explain", "endocrine_therapy")),
    ("/why-not", {"name": "trastuzumab_plus_chemotherapy"}, ("why-not", "trastuzumab_plus_chemotherapy")),
    ("/ask", {}, ("ask",)),
    ("/ask", {"name": "endocrine_therapy"}, ("ask", "endocrine_therapy")),
    ("/what-if", {"set": {"her2": "positive", "syndromes": ["dermatomyositis"]}, "unset": ["menopausal_status"]},
     ("what-if", "--set", "her2=positive", "--set", "syndromes=[dermatomyositis]", "--unset", "menopausal_status")),
)  # fmt: skip


@pytest.mark.parametrize(("path", "more", "words"), COMMANDS, ids=lambda value: str(value)[:40])
def test_the_same_answer_as_the_command_line(
    path: str, more: dict[str, object], words: tuple[str, ...], here: Site, printed: Printed
) -> None:
    told = here.post(path, {"patient": record(ONE), **more})
    assert told.status_code == 200, told.text
    assert told.json()["result"] == printed(*words, request=ONE)


def test_two_records_are_compared_as_the_command_line_does(here: Site, printed: Printed) -> None:
    told = here.post("/compare", {"first": record(ONE), "second": record(OTHER)})
    assert told.json()["result"] == printed("compare", first=ONE, second=OTHER)


def test_a_record_as_an_object_and_fhir_give_the_same_answers(here: Site, printed: Printed) -> None:
    text = here.post("/recommend", {"patient": record(ONE)}).json()["result"]
    data = here.post("/recommend", json.dumps({"patient": yaml.safe_load(record(ONE))}, default=str)).json()["result"]
    assert [(r["action"], r["status"]) for r in data["recommendations"]] == [
        (r["action"], r["status"]) for r in text["recommendations"]
    ]
    told = here.post("/recommend", {"patient": FHIR}).json()
    assert told["result"] == printed("recommend", request="fhir/hypercalcemia.json")


def test_several_patients_are_a_list_and_one_of_them_is_chosen(here: Site) -> None:
    both = [{"id": "a", "stage": "localized"}, {"id": "b", "stage": "metastatic"}]
    assert [one["patient"] for one in here.post("/recommend", {"patient": both}).json()["result"]] == ["a", "b"]
    assert here.post("/recommend", {"patient": both, "id": "b"}).json()["result"]["patient"] == "b"
    wrong = here.post("/explain", {"patient": both, "name": "mammogram"})
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (404, "Q603")
    assert here.post("/recommend", {"patient": both, "id": "c"}).status_code == 404


def test_what_the_reader_warns_of_is_told(here: Site) -> None:
    body = {"patient": {"id": "p", "imaging": [{"modality": "mammogram", "result": "negative", "date": "2024-05-01"}]},
            "as_of": "2024-01-01"}  # fmt: skip
    told = here.post("/recommend", body).json()
    assert [(w["code"], w["severity"], w["source"]) for w in told["warnings"]] == [("W901", "warning", "request")]


REFUSED = (
    (b"", 400, "Q661", "the body is no JSON object"),
    (b"[]", 400, "Q661", "the body is no JSON object"),
    (b'{"patient": ', 400, "Q661", "the body is no JSON: expecting value"),
    (b'{"patient": {},}', 400, "Q661", "the body is no JSON: expecting property name enclosed in double quotes"),
    (b'{"patient": {}} {}', 400, "Q661", "the body is no JSON: extra data"),
    (b'{"patient": NaN}', 400, "Q661", "`NaN` is no number of JSON"),
    (b'{"patient": {}, "patient": {}}', 400, "Q661", "`patient` stands twice"),
    (b'{"patient": "\xff"}', 400, "Q661", "the body is not UTF-8: byte 13 does not belong there"),
    (b'{"patient": ' + b"[" * 200 + b"]" * 200 + b"}", 400, "Q661",
     "lists and objects lie more than 100 deep inside each other"),
    (b'{"x": ' + b"9" * 5000 + b"}", 400, "Q661", "the body has a number that is too long to be read"),
    (b"{}", 422, "Q662", "`patient` is missing"),
    (b'{"patient": 1}', 422, "Q662", "`patient` is not a record or FHIR as an object or list, or the text of a file"),
    (b'{"patient": {}, "as_of": "2024-13-01"}', 422, "Q662", "`as_of` is not a day, as `2024-07-20`"),
    (b'{"patient": {"id": "p"}, "langauge": "de"}', 422, "Q662", "`langauge` is no part of this request"),
    (b'{"patient": {"id": "p"}, "language": "xx"}', 404, "Q604", "the service does not speak `xx`"),
    (b'{"patient": {"id": "p", "her2": "maybe"}}', 422, "D926", "`maybe` is not a value of `her2`"),
    (b'{"patient": ""}', 422, "D904", "the file is empty"),
    (b'{"patient": "\\u0000"}', 422, "D905", "the file is binary, not text"),
    (b'{"patient": "<script>"}', 422, "D912", ""),
)  # fmt: skip


@pytest.mark.parametrize(("body", "status", "code", "message"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_is_wrong_is_refused_with_its_code(body: bytes, status: int, code: str, message: str, here: Site) -> None:
    told = here.post("/recommend", body)
    data = told.json()
    assert told.headers["content-type"] == "application/problem+json"
    assert (told.status_code, data["status"], data["errors"][0]["code"]) == (status, status, code)
    assert message in data["errors"][0]["message"]


def test_an_unknown_name_is_never_an_empty_answer(here: Site) -> None:
    for path in ("/explain", "/why-not", "/ask"):
        told = here.post(path, {"patient": record(ONE), "name": "mamogram"})
        assert (told.status_code, told.json()["errors"][0]["code"]) == (404, "Q602")
        assert told.json()["errors"][0]["help"] == "did you mean `mammogram`?"


def test_all_that_is_wrong_is_told_at_once_with_its_line_in_the_request(here: Site) -> None:
    body = b'{"patient": {"id": "p",\n  "her2": "maybe",\n  "staeg": "localized"}}'
    found = here.post("/recommend", body).json()["errors"]
    assert [(e["code"], e["source"], e["line"]) for e in found] == [("D926", "request", 2), ("D923", "request", 3)]


def test_a_change_is_wanted_and_a_wrong_one_refused(here: Site) -> None:
    for more, code in (({}, "Q662"), ({"set": {"her2": "maybe"}}, "D926"), ({"set": {"a=b #": 1}}, "Q662"),
                       ({"unset": ["nothing"]}, "D923"), ({"unset": "her2"}, "Q662")):  # fmt: skip
        told = here.post("/what-if", {"patient": record(ONE), **more})
        assert (told.status_code, told.json()["errors"][0]["code"]) == (422, code)
        assert "--" not in told.text  # no option of the command line


def test_the_codes_of_the_service_have_their_page() -> None:
    page = (ROOT / "queries" / "errors.md").read_text(encoding="utf-8")
    assert all(f"## Q66{n} " in page for n in range(1, 10))
