"""How the service runs: addresses, limits and credentials, decided once at its start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MIB = 2**20


@dataclass(frozen=True)
class Settings:
    """Everything that `guidekb serve` can be told. Sizes in bytes, times in seconds, rates in requests a second."""

    workers: int = 1
    largest: int = 8 * MIB
    """The largest body of a request."""
    time_limit: float = 10.0
    """What one evaluation may take; then its worker is ended and replaced."""
    body_time: float = 10.0
    """What a client may take to send a request, head or body."""
    waiting: int = 64
    """Requests that may wait for a worker; one more is told to come again."""
    rate: float = 100.0
    """Requests a second that one client may make on average; 0 for no limit."""
    burst: int = 200
    """Requests that one client may make at once."""
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    """Names by which the service may be called (the Host header), so that no other site's name leads a browser here."""
    origins: tuple[str, ...] = ()
    """Sites whose scripts may call the service (CORS)."""
    public_url: str = ""
    """Where clients reach the service: for links, and for the audience of CDS Hooks tokens."""
    data: Path | None = None
    """The folder where feedback is kept."""
