"""The HTTP server: sockets, TLS, signals, and clients that are too slow. The only file that knows uvicorn."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import ssl
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from math import ceil
from pathlib import Path
from typing import Any

from ...kb.diagnostics import Diagnostic, Invalid, Unavailable, quoted
from .access import Access
from .guard import LARGEST_HEAD, App
from .service import Service

try:
    from uvicorn import Config, Server
    from uvicorn.protocols.http.h11_impl import H11Protocol
except ImportError:
    help_ = "install it: `pip install 'guidekb[serve]'`"
    raise Unavailable([Diagnostic("Q663", "uvicorn is not installed", help=help_)]) from None

CONNECTIONS = 512
LONGEST_COMPLAINT = 200  # characters
KEEP_ALIVE = 15  # seconds that a connection may be idle between two requests
GRACE = 30  # seconds that requests have to finish when the service is told to stop


@dataclass(frozen=True)
class Tls:
    """Files of the server's certificate and key; with `clients`, only clients with a certificate of that authority."""

    certificate: Path
    key: Path
    clients: Path | None = None

    def checked(self) -> Tls:
        """Itself, when the files can be used. Raises Invalid (Q668)."""
        try:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate, self.key, password="")
            if self.clients:
                context.load_verify_locations(self.clients)
        except (OSError, ValueError) as error:  # of which an SSLError is one
            why = (getattr(error, "strerror", "") or str(error)).lower()
            named = ", ".join(quoted(path) for path in (self.certificate, self.key, self.clients) if path)
            raise Invalid([Diagnostic("Q668", f"cannot use the certificate and key: {why}", help=named)]) from None
        return self


def warnings(host: str, access: Access, tls: Tls | None) -> tuple[str, ...]:
    """What to know before the service listens where others can reach it."""
    if is_loopback(host):
        return ()
    found = [f"warning: the service can be reached from other machines, at {quoted(host)}"]
    if access.is_open and not (tls and tls.clients):
        found.append("warning: whoever reaches it is let in: give --token-file, --client or --tls-client-ca")
    if not tls:
        found.append("warning: what is sent can be read on the way: put a proxy with TLS in front, or give --tls-cert")
    return (*found, "  = docs/clinic.md says what to put in front")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def address(host: str, opened: socket.socket, tls: Tls | None) -> str:
    """Where the service is, for people."""
    shown = f"[{host}]" if ":" in host else host
    return f"http{'s' if tls else ''}://{shown}:{opened.getsockname()[1]}/"


def listen(host: str, port: int) -> socket.socket:
    """A socket at an address. Raises Invalid (Q669)."""
    opened = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        opened.listen(256)
    except (OSError, UnicodeError) as error:
        opened.close()
        why = (getattr(error, "strerror", "") or "this is no address").lower()
        help_ = "another program listens there; choose another --port" if "in use" in why else ""
        raise Invalid(
            [Diagnostic("Q669", f"cannot listen at {quoted(host)}, port {port}: {why}", help=help_)]
        ) from None
    return opened


def serve(application: App, service: Service, opened: socket.socket, tls: Tls | None, proxies: tuple[str, ...]) -> None:
    """Answer until told to stop (SIGTERM, SIGINT); SIGHUP reads the knowledge base again."""
    config = Config(
        application,  # type: ignore[arg-type]  (its own names for the same ASGI types)
        http=_protocol(service.settings.body_time),
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        limit_concurrency=CONNECTIONS,
        backlog=256,
        timeout_keep_alive=ceil(min(KEEP_ALIVE, service.settings.body_time)),
        timeout_graceful_shutdown=GRACE,
        h11_max_incomplete_event_size=2 * LARGEST_HEAD,
        **_ssl(tls),
    )
    logging.getLogger().addHandler(_Told(service.world.tell))
    asyncio.run(_run(_Obedient(config), service, opened))


class _Told(logging.Handler):
    """What the server's libraries complain of, in one line each: no traceback, which could show a patient's values."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        self._tell(f"{record.levelname.lower()}: {record.getMessage().partition(chr(10))[0][:LONGEST_COMPLAINT]}")


class _Obedient(Server):
    """A server for which being told to stop is no accident: it ends with code 0 once the requests are answered."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        if not hasattr(signal, "SIGHUP"):  # where a loop takes no signals
            with super().capture_signals():
                yield
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


async def _run(server: Server, service: Service, opened: socket.socket) -> None:
    running: set[asyncio.Task[bool]] = set()

    def reload() -> None:
        task = asyncio.get_running_loop().create_task(service.reload())
        running.add(task)
        task.add_done_callback(running.discard)

    if hasattr(signal, "SIGHUP"):
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reload)
    await server.serve(sockets=[opened])


def _ssl(tls: Tls | None) -> dict[str, Any]:
    if tls is None:
        return {}
    found: dict[str, Any] = {"ssl_certfile": str(tls.certificate), "ssl_keyfile": str(tls.key)}
    if tls.clients:
        found |= {"ssl_ca_certs": str(tls.clients), "ssl_cert_reqs": ssl.CERT_REQUIRED}
    return found


def _protocol(seconds: float) -> type[H11Protocol]:
    """HTTP in which the head of a request has to arrive in time: uvicorn itself waits for it without end."""

    class Timely(H11Protocol):
        _patience: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self._idle() and self._patience is None:
                self._wait()  # the next head has begun
            elif not self._idle():
                self._enough()

        def connection_lost(self, exc: Exception | None) -> None:
            self._enough()
            super().connection_lost(exc)

        def _idle(self) -> bool:
            cycle: Any = self.cycle
            return cycle is None or bool(cycle.response_complete)

        def _wait(self) -> None:
            self._patience = self.loop.call_later(seconds, self._late)

        def _enough(self) -> None:
            if self._patience is not None:
                self._patience.cancel()
                self._patience = None

        def _late(self) -> None:
            self._patience = None
            if self._idle():
                self.transport.close()

    return Timely
