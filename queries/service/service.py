"""The running service: which knowledge base answers now, how another takes its place, and what it says of itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Protocol

from ...kb.diagnostics import Invalid, render
from ...kb.ir import Program
from ...kb.translation import ORIGINAL
from .exchange import Asked, Told, json_told
from .problems import problem
from .routes import Route, Task
from .settings import Settings

Programs = Mapping[str, Program]
Source = Callable[[], Programs]
"""Reads and checks the knowledge base, in each of its languages. Raises Invalid."""
Tell = Callable[[str], None]
"""Says a line to who runs the service."""


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


class Service:
    """One knowledge base, its workers, and the requests that wait for them."""

    def __init__(
        self, source: Source, open_office: Callable[[Programs], Workers], settings: Settings, tell: Tell
    ) -> None:
        self.source, self.open_office, self.settings, self.tell = source, open_office, settings, tell
        self.programs: Programs = source()
        self.refused: str = ""
        """Why the knowledge base that was read last is not used; "" when it is."""
        self.waiting = 0
        self.stopping = False
        self._office: Workers | None = None
        self._reloading = asyncio.Lock()

    async def start(self) -> None:
        """Open the office, and wait until it answers."""
        self._office = self.open_office(self.programs)
        await self._office.ready()

    async def answer(self, route: Route, asked: Asked) -> Told:
        """What an endpoint tells, unless too many wait already."""
        office = self._office
        if office is None or self.stopping:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "the service is starting or stopping")
        if self.waiting >= self.settings.waiting + self.settings.workers:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "too many requests wait already; try again")
        self.waiting += 1
        try:
            return await office.run(route.task, asked)
        finally:
            self.waiting -= 1

    async def reload(self) -> bool:
        """Read the knowledge base again; one that is broken is refused, and the old one stays. Nothing is dropped."""
        async with self._reloading:
            try:
                programs = await asyncio.to_thread(self.source)
            except Invalid as invalid:
                self.refused = f"{len(invalid.diagnostics)} errors" if invalid.diagnostics[1:] else "1 error"
                for diagnostic in invalid.diagnostics:
                    self.tell(render(diagnostic))
                self.tell(f"the knowledge base is not reloaded: {self.refused}; {self._named()} goes on answering")
                return False
            office = self.open_office(programs)
            await office.ready()
            before, self._office, self.programs, self.refused = self._office, office, programs, ""
            if before:
                before.close()  # what it has begun it finishes
            self.tell(f"reloaded: {self._named()}")
            return True

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

    def _named(self) -> str:
        program = self.programs[ORIGINAL]
        return f"{program.name} {program.version}, sha256 {program.sha256[:12]}"


def kb_data(program: Program) -> dict[str, str]:
    """Which knowledge base answers, as the answers say it."""
    return {"name": program.name, "version": program.version, "sha256": program.sha256}
