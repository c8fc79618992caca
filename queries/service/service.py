"""The running service: which knowledge base answers now, how another takes its place, and what it says of itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Protocol

from ...kb.diagnostics import Diagnostic, Invalid, render
from ...kb.ir import Program
from ...kb.translation import ORIGINAL
from .access import Access
from .exchange import Asked, Told, json_told, text_told
from .feedback import Kept
from .metrics import TEXT, Metrics
from .problems import problem
from .routes import Route, Task
from .settings import Settings

Programs = Mapping[str, Program]
Source = Callable[[], Programs]
"""Reads and checks the knowledge base, in each of its languages. Raises Invalid."""


class Workers(Protocol):
    """Who evaluates: a pool of processes, or in tests this process."""

    async def run(self, task: Task, asked: Asked) -> Told:
        """What a task tells."""
        ...

    async def ready(self) -> None:
        """Returns when tasks can be answered without a start."""
        ...

    def close(self) -> None:
        """Take no more tasks, end when those begun are done."""
        ...

    def stop(self) -> None:
        """End now."""
        ...


@dataclass(frozen=True)
class World:
    """What the service is given of the world outside. `now` is the time of day and `steady` a stopwatch, in seconds.

    `tell` says a line to who runs the service, `log` writes one line of the access log.
    """

    now: Callable[[], float]
    steady: Callable[[], float]
    tell: Callable[[str], None]
    log: Callable[[str], None]


class Service:
    """One knowledge base, its workers, and the requests that wait for them."""

    def __init__(
        self,
        source: Source,
        open_office: Callable[[Programs], Workers],
        settings: Settings,
        world: World,
        access: Access | None = None,
        kept: Kept | None = None,
    ) -> None:
        self.source, self.open_office, self.settings, self.world = source, open_office, settings, world
        self.access, self.kept, self.metrics = access or Access(), kept, Metrics()
        self.programs: Programs = source()
        self.refused: str = ""
        """Why the knowledge base that was read last is not used; "" when it is."""
        self.waiting = 0
        self.stopping = False
        self._office: Workers | None = None
        self._reloading = asyncio.Lock()
        self._keeping = asyncio.Lock()

    async def start(self) -> None:
        """Open the office, and wait until it answers."""
        self._office, self.stopping = self.open_office(self.programs), False
        await self._office.ready()

    async def answer(self, route: Route, asked: Asked) -> Told:
        """What an endpoint tells, unless too many wait already; what it gives to be kept is kept before."""
        office = self._office
        if office is None or self.stopping:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "the service is starting or stopping")
        if self.waiting >= self.settings.waiting + self.settings.workers:
            return _later("too many requests wait already; try again")
        self.waiting += 1
        try:
            told = await office.run(route.task, asked)
        finally:
            self.waiting -= 1
        return await self._keep(told) if told.kept else told

    async def _keep(self, told: Told) -> Told:
        if self.kept is None:
            return problem(HTTPStatus.NOT_FOUND, "feedback is not kept here: the service was started without --data")
        lines = [{"time": self.instant(), "kb": self.programs[ORIGINAL].sha256, **line} for line in told.kept]
        try:
            async with self._keeping:
                await asyncio.to_thread(self.kept.add, lines)
        except OSError as error:
            self.world.tell(f"feedback could not be kept: {(error.strerror or 'it failed').lower()}")
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "the feedback could not be kept; try again")
        return told

    async def reload(self) -> bool:
        """Read the knowledge base again; one that is broken is refused, and the old one stays. Nothing is dropped."""
        async with self._reloading:
            try:
                programs = await asyncio.to_thread(self.source)
                office = self.open_office(programs)
                await office.ready()
            except Invalid as invalid:
                return self._refuse(invalid.diagnostics)
            before, self._office, self.programs, self.refused = self._office, office, programs, ""
            if before:
                before.close()  # what it has begun it finishes
            self.metrics.reloads["done"] += 1
            self.world.tell(f"reloaded: {self._named()}")
            return True

    def _refuse(self, found: tuple[Diagnostic, ...]) -> bool:
        self.refused = "1 error" if len(found) == 1 else f"{len(found)} errors"
        self.metrics.reloads["refused"] += 1
        for diagnostic in found:
            self.world.tell(render(diagnostic))
        self.world.tell(f"the knowledge base is not reloaded: {self.refused}; {self._named()} goes on answering")
        return False

    def instant(self) -> str:
        """Now, as FHIR writes it."""
        return datetime.fromtimestamp(self.world.now(), UTC).isoformat(timespec="seconds")

    def stop(self) -> None:
        """End the workers."""
        self.stopping = True
        if self._office:
            self._office.stop()

    def health(self) -> Told:
        """Whether it answers, and with which knowledge base; 503 when it does not."""
        up = self._office is not None and not self.stopping
        data = {
            "status": "ok" if up and not self.refused else "outdated" if up else "unavailable",
            "kb": kb_data(self.programs[ORIGINAL]),
            "languages": sorted(self.programs),
            "reload_refused": self.refused or None,
        }
        return json_told(data, HTTPStatus.OK if up else HTTPStatus.SERVICE_UNAVAILABLE)

    def ready(self) -> Told:
        """Whether a request would be taken now: for who distributes requests."""
        free = self.waiting < self.settings.waiting + self.settings.workers
        if self._office is None or self.stopping or not free:
            return _later("not now")
        return json_told({"status": "ready"})

    def counted(self) -> Told:
        """The metrics."""
        gauges = {"waiting": float(self.waiting), "workers": float(self.settings.workers)}
        return text_told(self.metrics.text(gauges, kb_data(self.programs[ORIGINAL])), media=TEXT)

    def log(self, method: str, route: str, status: int, size: int, seconds: float) -> None:
        """Count a request, and write its line: what was asked for by the table of routes, and never with what."""
        self.metrics.count(method, route, status, seconds)
        time = datetime.fromtimestamp(self.world.now(), UTC).isoformat(timespec="milliseconds")
        line = {"time": time, "method": method, "route": route, "status": status, "bytes": size}
        self.world.log(json.dumps({**line, "ms": round(seconds * 1000, 1)}))

    def _named(self) -> str:
        program = self.programs[ORIGINAL]
        return f"{program.name} {program.version}, sha256 {program.sha256[:12]}"


def _later(detail: str) -> Told:
    told = problem(HTTPStatus.SERVICE_UNAVAILABLE, detail)
    return Told(told.status, told.body, told.media, (("retry-after", "1"),))


def kb_data(program: Program) -> dict[str, str]:
    """Which knowledge base answers, as the answers say it."""
    return {"name": program.name, "version": program.version, "sha256": program.sha256}
