"""What the service refuses before anything is read, and what every response carries."""

from __future__ import annotations

import gzip
import json

import pytest
from guidekb.queries.service.access import Access
from guidekb.queries.service.rate import MOST, Rate, client_of
from guidekb.queries.service.settings import Settings, settings_of
from serving import Clock, Site, record, site

TOKEN = "0123456789abcdef0123456789abcdef"  # noqa: S105  (of a test)
BODY = {"patient": {"id": "p", "stage": "localized"}}
SECURITY = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}


def test_every_response_has_the_headers_that_browsers_obey(here: Site) -> None:
    pages = here.ask("GET", "/"), here.ask("GET", "/nothing"), here.ask("DELETE", "/recommend")
    refused = here.post("/recommend", ""), here.ask("GET", "/health", headers={"host": "evil.example"})
    for told in (*pages, *refused, here.post("/recommend", BODY)):
        assert {name: told.headers[name] for name in SECURITY} == SECURITY
        assert "server" not in told.headers
        assert "access-control-allow-origin" not in told.headers


def test_the_page_has_no_script_in_it(here: Site) -> None:
    text = here.ask("GET", "/").text
    assert "<script>" not in text
    assert 'src="static/' in text
    assert " onclick" not in text
    assert " style=" not in text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"host": "localhost.evil.example"}, 421),
        ({"host": "x" * 300}, 421),
        ({"host": ""}, 421),
        ({"host": "LOCALHOST:9000"}, 200),
        ({"host": "127.0.0.1:8080"}, 200),
        ({"host": "[::1]:8080"}, 200),
        ({"host": "localhost:8080", "x-forwarded-host": "evil.example"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost:8080"}, 200),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, 200),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, 403),
        ({"content-encoding": "gzip"}, 415),
        ({"content-encoding": "identity"}, 200),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/json; charset=utf-8"}, 200),
        ({"transfer-encoding": "chunked", "content-length": "3"}, 400),
        ({"content-length": "99999999999"}, 413),
        ({"content-length": "-1"}, 413),
    ],
)
def test_headers_that_are_refused(headers: dict[str, str], status: int, here: Site) -> None:
    assert here.post("/recommend", BODY, headers=headers).status_code == status


def test_a_header_given_twice_is_refused(here: Site) -> None:
    twice = [("content-type", "application/json"), ("content-length", "2"), ("content-length", "3")]
    assert here.ask("POST", "/recommend", content=b"{}", headers=twice).status_code == 400
    hosts = [("host", "localhost"), ("host", "evil.example"), ("content-type", "application/json")]
    assert here.ask("POST", "/recommend", content=b"{}", headers=hosts).status_code == 421


def test_what_is_too_large_is_refused_wherever_it_is_said() -> None:
    small = site(Settings(rate=0, largest=1000))
    told = small.post("/recommend", b"x" * 1001)
    assert (told.status_code, told.json()["detail"]) == (413, "the body is larger than 1,000 bytes")

    async def parts():  # type: ignore[no-untyped-def]
        for _ in range(2000):
            yield b" "

    told = small.ask("POST", "/recommend", content=parts(), headers={"content-type": "application/json"})
    assert told.status_code == 413


def test_a_head_that_is_longer_than_anybody_needs_is_refused(here: Site) -> None:
    for path, more, status in (
        (f"/health?{'a' * 5000}", {}, 414),
        (f"/{'a' * 5000}", {}, 414),
        ("/health", {"x-much": "a" * 40_000}, 431),
        ("/health", {f"x-{n}": "a" * 50 for n in range(700)}, 431),
        (f"/health?{'a' * 3000}", {"x-much": "a" * 20_000}, 200),
    ):
        assert here.ask("GET", path, headers=more).status_code == status


def test_a_bomb_is_not_unpacked(here: Site) -> None:
    bomb = gzip.compress(b" " * 10_000_000)
    for encoding in ("gzip", "x-gzip", "deflate", "br", "zstd", "gzip, gzip", "GZIP"):
        assert here.post("/recommend", bomb, headers={"content-encoding": encoding}).status_code == 415
    assert here.post("/recommend", bomb).status_code == 400


def test_addresses_that_lead_nowhere(here: Site) -> None:
    outside = ("/static/../../pyproject.toml", "/static/..%2f..%2fpyproject.toml", "/static/%2e%2e/%2e%2e/cli.py")
    for path in (*outside, "/static//etc/passwd", "/static/board.css%00", "/static/", "/health/"):
        told = here.ask("GET", path)
        assert told.status_code == 404, path
        assert told.headers["content-type"] == "application/problem+json"
        assert "location" not in told.headers
    assert here.ask("GET", "/static/board.css").status_code == 200
    assert here.ask("GET", "/recommend").status_code == 405
    assert here.ask("TRACE", "/recommend").status_code == 405


def test_another_site_may_call_only_when_it_is_named() -> None:
    friend = "https://ehr.example.org"
    open_to = site(settings_of("127.0.0.1", (), "", (friend,), Settings(rate=0)))
    told = open_to.post("/recommend", BODY, headers={"origin": friend})
    assert (told.status_code, told.headers["access-control-allow-origin"]) == (200, friend)
    assert open_to.post("/recommend", BODY, headers={"origin": "https://evil.example"}).status_code == 403
    asks = {"origin": friend, "access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    assert open_to.ask("OPTIONS", "/recommend", headers=asks).headers["access-control-allow-origin"] == friend
    told = open_to.ask("OPTIONS", "/recommend", headers={**asks, "origin": "https://evil.example"})
    assert "access-control-allow-origin" not in told.headers


def test_its_own_names_are_those_that_it_was_given() -> None:
    named = site(settings_of("0.0.0.0", ("cds",), "https://cds.example.org/kb/", (), Settings(rate=0)))  # noqa: S104
    for host, status in (("cds", 200), ("cds.example.org", 200), ("10.0.0.7:8080", 200), ("other", 421)):
        assert named.ask("GET", "/health", headers={"host": host}).status_code == status


# ---- who may call ----


def test_with_a_token_only_who_has_it_is_let_in() -> None:
    guarded = site(access=Access(TOKEN))
    for path in ("/", "/metrics", "/static/board.css", "/nothing"):
        told = guarded.ask("GET", path)
        assert (told.status_code, told.headers["www-authenticate"]) == (401, 'Basic realm="guidekb", charset="UTF-8"')
    assert guarded.post("/recommend", BODY).status_code == 401
    for wrong in (
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        "Bearer",
        "Bearer ",
        TOKEN,
        "Basic !!!",
        "Basic",
        "Digest x",
        "",
    ):
        assert guarded.post("/recommend", BODY, headers={"authorization": wrong}).status_code == 401, wrong
    assert guarded.post("/recommend", BODY, headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert guarded.post("/recommend", BODY, headers={"authorization": f"bearer  {TOKEN} "}).status_code == 200
    twice = [("authorization", f"Bearer {TOKEN}"), ("authorization", "Bearer x"), ("content-type", "application/json")]
    assert guarded.ask("POST", "/recommend", content=b"{}", headers=twice).status_code == 401
    for path in ("/health", "/ready", "/openapi.json", "/docs", "/cds-services"):
        assert guarded.ask("GET", path).status_code == 200, path


def test_a_browser_gives_the_token_as_password() -> None:
    guarded = site(access=Access(TOKEN))
    assert guarded.ask("GET", "/", auth=("anybody", TOKEN)).status_code == 200
    assert guarded.ask("GET", "/", auth=(TOKEN, "")).status_code == 401


# ---- how often ----


def test_a_client_that_calls_too_often_waits_and_others_do_not() -> None:
    slow = site(Settings(rate=2, burst=3))
    assert [slow.ask("GET", "/cds-services").status_code for _ in range(4)] == [200, 200, 200, 429]
    told = slow.ask("GET", "/cds-services")
    assert told.headers["retry-after"] == "1"
    assert slow.ask("GET", "/cds-services", client="10.0.0.2").status_code == 200
    assert slow.ask("GET", "/health").status_code == 200
    slow.clock.seconds += 0.5
    assert [slow.ask("GET", "/cds-services").status_code for _ in range(2)] == [200, 429]
    slow.clock.seconds += 3600
    assert [slow.ask("GET", "/cds-services").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_wrong_tokens_are_counted_too() -> None:
    guarded = site(Settings(rate=1, burst=5), access=Access(TOKEN))
    told = [guarded.ask("GET", "/", headers={"authorization": f"Bearer {n}"}).status_code for n in range(7)]
    assert told == [401] * 5 + [429] * 2


def test_the_table_of_clients_has_an_end_and_time_never_runs_backwards() -> None:
    clock = Clock()
    rate = Rate(1, 1, clock)
    for number in range(MOST + 5):
        assert rate.wait(str(number)) == 0
    assert len(rate._buckets) == MOST
    assert rate.wait(str(MOST + 4)) == 1
    clock.seconds -= 100
    assert rate.wait(str(MOST + 4)) == 1


def test_a_network_of_ipv6_is_one_client() -> None:
    assert client_of("2001:db8:1:2::1") == client_of("2001:db8:1:2:ffff::9") != client_of("2001:db8:1:3::1")
    assert client_of("::ffff:10.0.0.1") != client_of("::ffff:10.0.0.2")
    assert client_of("10.0.0.1") != client_of("10.0.0.2")
    assert client_of("testclient") == "testclient"


# ---- what is written down ----


def test_the_log_says_what_was_asked_for_and_nothing_of_whom() -> None:
    noted = site()
    name = "Xanthippe-4711"
    noted.post("/recommend", {"patient": {"id": name, "her2": name}})
    noted.ask("GET", f"/{name}?patient={name}", headers={"user-agent": name, "referer": name})
    noted.ask(name, f"/static/{name}")
    noted.post(f"/cds-services/{name}/feedback?x={name}", {"feedback": name})
    lines = [json.loads(line) for line in noted.logged]
    assert [(one["method"], one["route"], one["status"]) for one in lines] == [
        ("POST", "/recommend", 422),
        ("GET", "-", 404),
        ("-", "-", 405),
        ("POST", "/cds-services/{service}/feedback", 404),
    ]
    assert lines[0]["time"] == "2027-01-15T08:00:00.000+00:00"
    assert name not in "".join((*noted.logged, *noted.told, noted.ask("GET", "/metrics").text))


def test_the_metrics_count_routes_and_statuses() -> None:
    counted = site()
    counted.post("/recommend", BODY)
    counted.post("/recommend", "")
    text = counted.ask("GET", "/metrics").text
    assert 'guidekb_requests_total{method="POST",route="/recommend",status="200"} 1' in text
    assert 'guidekb_requests_total{method="POST",route="/recommend",status="400"} 1' in text
    assert 'guidekb_request_seconds_count{route="/recommend"} 2' in text
    assert 'guidekb_kb_info{name="paraneoplastic_breast+tnm_breast"' in text
    assert counted.ask("GET", "/metrics").headers["content-type"].startswith("text/plain; version=0.0.4")


def test_a_name_in_a_record_is_no_markup_anywhere(here: Site) -> None:
    evil = "<script>alert(1)</script>\"'&`${x}"
    told = here.post("/recommend", {"patient": {"id": evil, "stage": "localized"}})
    assert (told.status_code, told.headers["content-type"]) == (200, "application/json")
    form = {"do": "paste", "typed": json.dumps({"id": evil, "stage": "localized"})}
    page = here.ask("POST", "/", data=form)
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert evil not in page.text
    assert record("published-01.yaml") not in page.text
