"""The worker processes: each has the checked knowledge at its desk; who does not answer in time is replaced.

The only file that knows pebble. The program is sent to a worker as values, never read from a folder by it: so every
worker, also one that replaces another later, has exactly the knowledge base that was checked.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from http import HTTPStatus

from ...kb.diagnostics import Diagnostic, Invalid, Unavailable
from ...kb.ir import Program
from .desk import Desk, Readers
from .exchange import Asked, Told
from .problems import problem, refused
from .rest import recommend
from .routes import Task

try:
    from pebble import ProcessExpired, ProcessPool
except ImportError:
    help_ = "install it: `pip install 'guidekb[serve]'`"
    raise Unavailable([Diagnostic("Q663", "pebble is not installed", help=help_)]) from None

_desks: list[Desk] = []  # of this worker; one
MOST_TURNS = 4  # time limits that a request may take with its wait


class Office:
    """Workers at one knowledge base. `time_limit` is for one task, in seconds from when a worker begins it."""

    def __init__(
        self, programs: Mapping[str, Program], readers: Readers, workers: int, time_limit: float, public_url: str = ""
    ) -> None:
        self.time_limit, self.workers = time_limit, workers
        self._desk = (dict(programs), readers, public_url)
        self._pool = self._opened()

    def _opened(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self.workers,
            max_tasks=0,
            initializer=_open,
            initargs=self._desk,
            # A fork would copy the locks of this process's threads. (pebble's type of a context is not Python's.)
            context=multiprocessing.get_context("spawn"),  # pyright: ignore[reportArgumentType]
        )

    async def run(self, task: Task, asked: Asked) -> Told:
        """What the task tells; 504 when it takes too long, 503 when its worker ends."""
        try:
            async with asyncio.timeout(self.time_limit * MOST_TURNS):
                return await asyncio.wrap_future(self._scheduled(task, asked))
        except TimeoutError:
            detail = f"the evaluation took longer than {self.time_limit:g} seconds and was ended"
            return problem(HTTPStatus.GATEWAY_TIMEOUT, detail)
        except (ProcessExpired, RuntimeError):
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "the process that evaluated this request ended; try again")

    def _scheduled(self, task: Task, asked: Asked) -> Future[Told]:
        """The task in the queue; a pool that is beyond repair is replaced."""
        try:
            return self._pool.schedule(_work, (task, asked), timeout=self.time_limit)
        except RuntimeError:
            self._pool = self._opened()
            return self._pool.schedule(_work, (task, asked), timeout=self.time_limit)

    async def ready(self) -> None:
        """Returns when workers have begun to answer."""
        await asyncio.gather(*(self.run(_nothing, Asked()) for _ in range(self.workers)))

    def close(self) -> None:
        """Take no more tasks; workers end when those that they have are done. Returns at once."""
        self._pool.close()
        threading.Thread(target=self._pool.join, daemon=True).start()

    def stop(self) -> None:
        """End the workers now."""
        self._pool.stop()
        self._pool.join()


def _open(programs: dict[str, Program], readers: Readers, public_url: str) -> None:
    """A worker's first act. Signals are the front's business, which ends its workers itself.

    A patient of whom nothing is known is answered, so that the first real one does not wait for what is made once.
    """
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_mourn, daemon=True).start()
    desk = Desk(programs, readers, public_url)
    done(recommend, desk, Asked(b'{"patient": {"id": "nobody"}}'))
    gc.collect()
    gc.freeze()  # what is there now stays, and need not be looked at again
    _desks[:] = [desk]


def _mourn() -> None:
    """End with the front, also when that had no time to say so."""
    front = multiprocessing.parent_process()
    if front:
        front.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _work(task: Task, asked: Asked) -> Told:
    return done(task, _desks[0], asked)


def done(task: Task, desk: Desk, asked: Asked) -> Told:
    """What a task tells, with every fault as a problem; what is our own fault says nothing of the request."""
    try:
        return task(desk, asked)
    except Invalid as invalid:
        return refused(invalid)
    except Exception as error:  # a traceback may hold a patient's values: only where it was and what kind is logged
        trace, where = error.__traceback__, ""
        while trace:
            where, trace = f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}", trace.tb_next
        logging.getLogger("guidekb").error("internal error: %s at %s", type(error).__name__, where)
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, f"internal error: {type(error).__name__} at {where}")


def _nothing(_desk: Desk, _asked: Asked) -> Told:
    return Told(200)
