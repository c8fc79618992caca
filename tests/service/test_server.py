"""A real server on a real socket: clients that are slow, rude or many, and answers that are never mixed up."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from serving import EXAMPLES, ROOT, Served, Site, started

PATIENTS = sorted(p.name for p in EXAMPLES.glob("*.yaml"))[:16]


def said(server: Served, data: bytes, then: float = 0, more: bytes = b"") -> bytes:
    """What comes back when these bytes are sent; until the server closes the connection or says no more."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(data)
        if more:
            threading.Event().wait(then)
            connection.sendall(more)
        connection.settimeout(30)
        found = b""
        while part := connection.recv(65536):
            found += part
        return found


def head(*lines: str, body: bytes = b"") -> bytes:
    """A request for /recommend with these header lines, after which the server is to close."""
    return "\r\n".join(("POST /recommend HTTP/1.1", "Connection: close", *lines, "", "")).encode() + body


def get(path: str) -> bytes:
    """A request for an address as it stands."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()


HOST, JSON = "Host: localhost", "Content-Type: application/json"
BODY = b'{"patient": {"id": "p", "stage": "localized"}}'
LENGTH = f"Content-Length: {len(BODY)}"
RUDE = {
    "good": (head(HOST, JSON, LENGTH, body=BODY), 200),
    "no host": (head(JSON, LENGTH, body=BODY), 400),
    "another host": (head("Host: evil.example", JSON, LENGTH, body=BODY), 421),
    "two hosts": (head(HOST, "Host: evil.example", JSON, LENGTH, body=BODY), 400),
    "two lengths": (head(HOST, JSON, LENGTH, "Content-Length: 5", body=BODY), 400),
    "two lengths in one": (head(HOST, JSON, f"{LENGTH}, 5", body=BODY), 400),
    "a negative length": (head(HOST, JSON, "Content-Length: -1", body=BODY), 400),
    "length and chunks": (head(HOST, JSON, LENGTH, "Transfer-Encoding: chunked", body=b"0\r\n\r\n"), 400),
    "an odd coding": (head(HOST, JSON, "Transfer-Encoding: xchunked", body=b"0\r\n\r\n"), 400),
    "a bad chunk": (head(HOST, JSON, "Transfer-Encoding: chunked", body=b"zz\r\n{}\r\n0\r\n\r\n"), 400),
    "a huge header": (head(HOST, JSON, "X-Much: " + "a" * 100_000, LENGTH, body=BODY), 431),
    "many headers": (head(HOST, JSON, *(f"X-{n}: {'a' * 50}" for n in range(2000)), LENGTH, body=BODY), 431),
    "a long address": (get("/" + "a" * 100_000), 414),
    "a blank in a name": (head(HOST, JSON, "X Bad: 1", LENGTH, body=BODY), 400),
    "a folded header": (head(HOST, JSON, "X-A: 1", " evil: 2", LENGTH, body=BODY), 200),
    "a NUL": (head(HOST, JSON, "X-A: \0", LENGTH, body=BODY), 400),
    "a bare line feed in a value": (head(HOST, JSON, "X-A: 1\nX-B: 2", LENGTH, body=BODY), 200),
    "too large by its length": (head(HOST, JSON, "Content-Length: 999999999", body=b"{"), 413),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    "another protocol": (b"SSH-2.0-client\r\n\r\n", 400),
    "an upgrade": (head(HOST, JSON, "Upgrade: websocket", LENGTH, body=BODY).replace(b"close", b"Upgrade"), 200),
    "a traversal": (get("/static/../../pyproject.toml"), 404),
    "a hidden traversal": (get("/static/%2e%2e%2fpyproject.toml"), 404),
    "a whole address": (get("http://evil.example/health"), 404),
    "another's name as path": (get("//evil.example/"), 404),
}


@pytest.mark.parametrize("what", RUDE)
def test_a_rude_request_is_refused_and_the_next_one_answered(what: str, server: Served) -> None:
    data, status = RUDE[what]
    if what == "an upgrade":  # there is no other protocol, and the connection stays open
        data = data.replace(b"Connection: Upgrade\r\n", b"Connection: Upgrade, close\r\n")
    told = said(server, data)
    # What is too long is refused by the server itself, with 400, when it comes in pieces.
    assert int(told.split(b" ", 2)[1]) in ({status, 400} if status in (414, 431) else {status}), told[:300]
    assert b"Traceback" not in told
    assert server.get("/health").status_code == 200


def test_requests_sent_at_once_are_answered_one_after_the_other(server: Served) -> None:
    one = head(HOST, JSON, LENGTH, body=BODY).replace(b"Connection: close\r\n", b"")
    other = BODY.replace(b'"p"', b'"q"')
    told = said(server, one + head(HOST, JSON, LENGTH, body=other))
    assert told.count(b"HTTP/1.1 200 OK") == 2
    assert told.index(b'"patient": "p"') < told.index(b'"patient": "q"')


def test_a_client_that_is_too_slow_is_let_go(tmp_path: Path) -> None:
    with started(tmp_path, "--patience", "0.5") as server:
        assert said(server, b"POST /recommend HT") == b""
        assert said(server, b"") == b""
        assert said(server, head(HOST, JSON, LENGTH, body=BODY[:5])).split(b" ", 2)[1] == b"408"
        drip = head(HOST, JSON, LENGTH, body=BODY)
        assert said(server, drip[:40], 0.1, drip[40:]).split(b" ", 2)[1] == b"200"
        kept = head(HOST, JSON, LENGTH, body=BODY).replace(b"Connection: close\r\n", b"")
        assert said(server, kept, 0.2, b"POST /recom").count(b"HTTP/1.1 200 OK") == 1  # and then it is closed
        assert server.get("/health").status_code == 200


def test_answers_to_many_at_once_are_each_ones_own(server: Served, here: Site) -> None:
    texts = {name: (EXAMPLES / name).read_text(encoding="utf-8") for name in PATIENTS}
    alone = {name: here.post("/recommend", {"patient": text}).json() for name, text in texts.items()}

    def one(name: str) -> tuple[str, Any]:
        return name, server.post("/recommend", {"patient": texts[name]}).json()

    with ThreadPoolExecutor(12) as many:
        for name, told in many.map(one, PATIENTS * 3):
            assert told == alone[name], name


def test_it_never_calls_anybody(server: Served) -> None:
    """Not the FHIR server that a request names, nor any other address in it."""
    with socket.create_server(("127.0.0.1", 0)) as trap:
        url = f"http://127.0.0.1:{trap.getsockname()[1]}"
        bundle = json.loads((EXAMPLES / "fhir" / "hypercalcemia.json").read_text(encoding="utf-8"))
        patient = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Patient")
        patient["photo"] = [{"url": f"{url}/photo"}]
        hook = {"hook": "patient-view", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "fhirServer": url,
                "fhirAuthorization": {"access_token": "x", "token_type": "Bearer", "expires_in": 300, "scope": "x",
                                      "subject": "x"},
                "context": {"userId": "Practitioner/1", "patientId": patient["id"]},
                "prefetch": {"patient": patient}}  # fmt: skip
        told = server.post("/cds-services/guidekb-patient-view", hook)
        assert told.status_code == 200, told.text
        assert url not in told.text
        assert (
            server.post("/recommend", {"patient": {**bundle, "link": [{"relation": "next", "url": url}]}}).status_code
            == 200
        )
        assert server.post("/recommend", {"patient": f"{url}/record.yaml"}).status_code == 422
        assert server.post("/recommend", {"patient": "file:///etc/passwd"}).status_code == 422
        trap.settimeout(0.2)
        with pytest.raises(TimeoutError):
            trap.accept()


def test_what_it_said_has_nothing_of_a_patient(server: Served) -> None:
    name = "Xanthippe-4711"
    server.post("/recommend", {"patient": {"id": name, "stage": name}})
    server.get(f"/{name}?{name}={name}", headers={"user-agent": name})
    said(server, f"GET /{name} HTTP/1.1\r\nX {name}: {name}\r\n\r\n".encode())
    text = server.hears('"route": "-", "status": 404')
    assert name not in text
    assert "Traceback" not in text


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("page", ["README.md", "docs/clinic.md"])
def test_a_request_of_the_pages_works_as_it_is_printed(page: str, server: Served) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    block = re.search(r"(?ms)^```sh\nguidekb serve &\n(curl .*?)^```$", text)
    assert block
    command = block.group(1).replace("http://localhost:8080", f"http://localhost:{server.port}")
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, timeout=60)
    told = json.loads(done.stdout)
    assert told["result"]["patient"] == "p"
    assert told["result"].get("recommendations") or told["result"].get("conclusions")
    assert told["warnings"] == []
