"""Workers: one that does not return, or dies, is replaced; a knowledge base is replaced while requests run."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from guidekb.kb.diagnostics import Diagnostic, Invalid
from guidekb.kb.load import HOME
from guidekb.queries.service.desk import Desk
from guidekb.queries.service.exchange import Asked, Told
from guidekb.queries.service.office import Office
from guidekb.queries.service.rest import recommend
from guidekb.queries.service.settings import Settings
from serving import READERS, Here, Served, dies, fails, never, programs, record, site, started

BODY = json.dumps({"patient": record("published-01.yaml")}).encode()


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """One worker."""
    found = Office(programs(), READERS, 1, 1.5)
    yield found
    found.stop()


def answer(office: Office, task: object, body: bytes = BODY) -> tuple[int, dict[str, object]]:
    """The status and the JSON of one task."""

    async def one() -> Told:
        await office.ready()
        return await office.run(task, Asked(body))  # type: ignore[arg-type]

    told = asyncio.run(one())
    return int(told.status), json.loads(told.body)


def test_a_worker_that_does_not_return_or_ends_is_replaced(office: Office) -> None:
    right = answer(office, recommend)
    assert right[0] == 200
    status, data = answer(office, never)
    assert (status, data["detail"]) == (504, "the evaluation took longer than 1.5 seconds and was ended")
    assert answer(office, recommend) == right
    status, data = answer(office, dies)
    assert (status, data["detail"]) == (503, "the process that evaluated this request ended; try again")
    assert answer(office, recommend) == right


def unknown(_desk: Desk, _asked: Asked) -> Told:
    """A task of a module that a worker does not find: pebble's pool breaks on it."""
    return Told(200)


def test_a_pool_that_breaks_is_replaced(office: Office) -> None:
    assert answer(office, unknown)[0] in (503, 504)
    assert answer(office, recommend)[0] == 200


def test_a_fault_of_ours_says_where_it_is_and_nothing_of_the_patient(office: Office) -> None:
    status, data = answer(office, fails)
    assert (status, str(data["detail"]).split(" at ")[0]) == (500, "internal error: ZeroDivisionError")
    assert "Xanthippe" not in json.dumps(data)


def test_too_many_that_wait_are_told_to_come_again() -> None:
    class Busy(Here):
        async def run(self, task: object, asked: Asked) -> Told:  # noqa: ARG002
            await asyncio.sleep(0.2)
            return Told(200, b"{}")

    busy = site(Settings(workers=1, waiting=2, rate=0), office=Busy)

    async def many() -> list[int]:
        from guidekb.queries.service.routes import ROUTES

        told = await asyncio.gather(*(busy.service.answer(ROUTES[0], Asked()) for _ in range(5)))
        assert busy.service.waiting == 0
        return [int(one.status) for one in told]

    assert sorted(asyncio.run(many())) == [200, 200, 200, 503, 503]


def test_a_broken_knowledge_base_is_refused_and_the_old_one_stays() -> None:
    good: list[bool] = [True]

    def source() -> dict[str, object]:
        if good:
            return dict(programs())
        raise Invalid([Diagnostic("E201", "expected a period"), Diagnostic("E301", "no such predicate")])

    held = site(source=source)
    assert held.ask("GET", "/health").json()["status"] == "ok"
    good.clear()
    assert asyncio.run(held.service.reload()) is False
    told = held.ask("GET", "/health")
    assert (told.status_code, told.json()["status"], told.json()["reload_refused"]) == (200, "outdated", "2 errors")
    assert held.post("/recommend", BODY).status_code == 200
    assert held.told[:2] == ["error[E201]: expected a period", "error[E301]: no such predicate"]
    assert held.told[2].startswith(
        "the knowledge base is not reloaded: 2 errors; paraneoplastic_breast+tnm_breast 0.1.0"
    )
    good.append(True)
    assert asyncio.run(held.service.reload()) is True
    assert held.ask("GET", "/health").json()["status"] == "ok"
    assert 'guidekb_reloads_total{outcome="refused"} 1' in held.ask("GET", "/metrics").text


@pytest.fixture
def changing(tmp_path: Path) -> Iterator[Served]:
    """A server with a knowledge base of its own."""
    shutil.copytree(HOME, tmp_path / "kb", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    with started(tmp_path, "--kb", "kb", "--workers", "2", "--rate", "0") as served:
        yield served


def test_a_reload_drops_no_request_and_a_stop_lets_them_finish(changing: Served) -> None:
    guideline = next((changing.folder / "kb" / "guidelines").glob("paraneoplastic_breast.md"))
    text = guideline.read_text(encoding="utf-8")
    first = changing.get("/health").json()["kb"]["sha256"]
    stop, asked = threading.Event(), json.loads(BODY)
    versions: set[str] = set()

    def keep_asking() -> int:
        number = 0
        while not stop.is_set():
            told = changing.post("/recommend", asked)
            assert told.status_code == 200, told.text
            versions.add(told.json()["result"]["kb"]["sha256"])
            number += 1
        return number

    with ThreadPoolExecutor(3) as many:
        running = [many.submit(keep_asking) for _ in range(3)]
        try:
            guideline.write_text(text + "\nA sentence more.\n", encoding="utf-8")
            changing.process.send_signal(signal.SIGHUP)
            changing.hears("reloaded: ")
            second = changing.get("/health").json()["kb"]["sha256"]
            guideline.write_text(
                f"{text}\n```datalog\nrecommend(P, rest :- stage(P, localized).\n```\n", encoding="utf-8"
            )
            changing.process.send_signal(signal.SIGHUP)
            changing.hears("the knowledge base is not reloaded: ")
            told = changing.get("/health").json()
        finally:
            stop.set()
        assert all(one.result() for one in running)
    assert second != first
    assert (told["status"], told["reload_refused"], told["languages"]) == ("outdated", "1 error", ["de", "en"])
    assert changing.post("/recommend", asked).json()["result"]["kb"]["sha256"] == second
    assert versions <= {first, second}
    with ThreadPoolExecutor(4) as many:
        last = [many.submit(changing.post, "/recommend", asked) for _ in range(4)]
        changing.hears('"route": "/health"')
        code = changing.end()
        codes = {one.result().status_code for one in last if not one.exception()}
    assert code == 0, changing.said
    assert codes <= {200, 503}
    assert "Traceback" not in changing.said


def test_workers_end_with_a_front_that_is_killed(tmp_path: Path) -> None:
    with started(tmp_path, "--workers", "2") as served:
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(served.process.pid)], capture_output=True, text=True, check=False
        )
        workers = [int(pid) for pid in listed.stdout.split()]
        assert len(workers) >= 2
        served.process.kill()
        served.process.wait()
        for _ in range(200):
            if not any(_alive(pid) for pid in workers):
                break
            threading.Event().wait(0.05)
        assert not any(_alive(pid) for pid in workers)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3] if Path("/proc").exists() else True
