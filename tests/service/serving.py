"""Starts the service for a test: in this process without sockets, or as `guidekb serve`; and asks it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from guidekb.facts.edit import edited, text_of
from guidekb.facts.example_files import example_bytes, example_names
from guidekb.facts.fhir.draft_orders import read_orders, recorded_orders, with_orders
from guidekb.facts.fhir.order_table import drafts
from guidekb.facts.fhir.prefetch import read_prefetch
from guidekb.facts.read import read
from guidekb.kb.ir import Program
from guidekb.kb.load import HOME
from guidekb.queries.service.access import Access
from guidekb.queries.service.app import app
from guidekb.queries.service.desk import Desk, Readers
from guidekb.queries.service.exchange import Asked, Told
from guidekb.queries.service.feedback import Kept
from guidekb.queries.service.knowledge import source
from guidekb.queries.service.office import done
from guidekb.queries.service.routes import ROUTES, Route, Task
from guidekb.queries.service.service import Service, World
from guidekb.queries.service.settings import Settings

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "facts" / "examples"
MORE = {"record": text_of, "examples": example_names, "example": example_bytes, "drafts": drafts,
        "read_prefetch": read_prefetch, "read_orders": read_orders, "recorded_orders": recorded_orders,
        "with_orders": with_orders}  # fmt: skip
READERS = Readers(read, partial(edited, options=("set", "unset")), MORE)  # as cli.py gives them
BASE = "http://localhost:8080"
_programs: dict[str, Program] = {}


def programs() -> dict[str, Program]:
    """The knowledge base, read once for all tests."""
    if not _programs:
        _programs.update(source(HOME)())
    return _programs


class Here:
    """A desk in this process in place of worker processes."""

    def __init__(self, known: Mapping[str, Program]) -> None:
        self.desk = Desk(known, READERS, "")

    async def run(self, task: Task, asked: Asked) -> Told:
        """What the task tells."""
        return done(task, self.desk, asked)

    async def ready(self) -> None:
        """It is."""

    def close(self) -> None:
        """Nothing to end."""

    stop = close


@dataclass
class Clock:
    """Time that stands still until a test moves it."""

    seconds: float = 1_800_000_000.0

    def __call__(self) -> float:
        """Seconds."""
        return self.seconds


@dataclass
class Site:
    """A service in this process, with what it said and logged."""

    service: Service
    application: Any
    clock: Clock
    told: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, client: str = "127.0.0.1", **more: Any) -> httpx.Response:
        """One request."""

        async def one() -> httpx.Response:
            transport = httpx.ASGITransport(self.application, client=(client, 1))
            async with httpx.AsyncClient(transport=transport, base_url=BASE) as asking:
                return await asking.request(method, path, **more)

        return asyncio.run(one())

    def post(self, path: str, body: object, **more: Any) -> httpx.Response:
        """A JSON body; bytes and text are sent as they are."""
        content = (
            body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        )
        headers = {"content-type": "application/json", **more.pop("headers", {})}
        return self.ask("POST", path, content=content, headers=headers, **more)


def site(settings: Settings | None = None, access: Access | None = None, kept: Kept | None = None,
         routes: tuple[Route, ...] = ROUTES, **more: Any) -> Site:  # fmt: skip
    """A service in this process."""
    clock, told, logged = Clock(), list[str](), list[str]()
    world = World(clock, clock, told.append, logged.append)
    settings = settings or Settings(rate=0)
    service = Service(more.get("source", programs), more.get("office", Here), settings, world, access, kept)
    asyncio.run(service.start())
    return Site(service, app(service, routes), clock, told, logged)


def never(_desk: Desk, _asked: Asked) -> Told:
    """A task that does not return."""
    while True:
        pass


def dies(_desk: Desk, _asked: Asked) -> Told:
    """A task whose process ends."""
    os._exit(3)


def fails(_desk: Desk, _asked: Asked) -> Told:
    """A task with a fault, whose message holds what was recorded."""
    raise ZeroDivisionError("Xanthippe-4711")


def record(name: str) -> str:
    """The text of an example."""
    return (EXAMPLES / name).read_text(encoding="utf-8")


@dataclass(frozen=True)
class Served:
    """A running `guidekb serve`."""

    process: subprocess.Popen[str]
    url: str
    folder: Path
    verify: Any = False
    """What a client trusts; to trust nobody is quicker where there is no TLS."""

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rstrip("/").rpartition(":")[2])

    def post(self, path: str, body: object, **more: Any) -> httpx.Response:
        """A JSON body."""
        return httpx.post(self.url.rstrip("/") + path, json=body, timeout=60, verify=self.verify, **more)

    def get(self, path: str, **more: Any) -> httpx.Response:
        """A page."""
        return httpx.get(self.url.rstrip("/") + path, timeout=60, verify=self.verify, **more)

    @property
    def said(self) -> str:
        """Everything on standard error until now."""
        return (self.folder / "stderr").read_text(encoding="utf-8")

    def hears(self, what: str, times: int = 1) -> str:
        """Wait until standard error has this."""
        for _ in range(1800):
            if self.said.count(what) >= times:
                return self.said
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.05)
                break
        assert self.said.count(what) >= times, self.said
        return self.said

    def end(self, by: int = signal.SIGTERM) -> int:
        """Its exit code."""
        self.process.send_signal(by)
        return self.process.wait(60)


@contextlib.contextmanager
def started(folder: Path, *options: str) -> Iterator[Served]:
    """`guidekb serve` on a free port, until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [str(Path(sys.executable).parent / "guidekb"), "serve", "--port", "0", *options]
    with (folder / "stderr").open("w") as told:
        process = subprocess.Popen(
            command, stderr=told, stdout=subprocess.DEVNULL, text=True, cwd=folder, env={**os.environ}
        )
    served = Served(process, "", folder)
    try:
        said = served.hears("guidekb serves at ")
        found = re.search(r"guidekb serves at (\S+)", said)
        assert found
        served = Served(process, found.group(1), folder)
        wait(served)
        yield served
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(60)


def wait(served: Served) -> None:
    """Until it answers; its workers need a moment."""
    scheme_is_tls = served.url.startswith("https")
    for _ in range(1800):
        with contextlib.suppress(httpx.TransportError):
            if scheme_is_tls or served.get("/health").status_code == 200:
                return
        with contextlib.suppress(subprocess.TimeoutExpired):
            served.process.wait(0.05)
            break
    raise AssertionError(served.said)
