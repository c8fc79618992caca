"""How the service runs: addresses, limits and credentials, decided once at its start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from ...kb.diagnostics import Diagnostic, Invalid, quoted

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
    hosts: tuple[str, ...] = ("localhost",)
    """Names by which the service may be called (Host), beside its address: no other name leads a browser here."""
    origins: tuple[str, ...] = ()
    """Sites whose scripts may call the service (CORS)."""
    public_url: str = ""
    """Where clients reach the service: for links, and for the audience of CDS Hooks tokens."""


def settings_of(
    host: str, names: tuple[str, ...], public_url: str, origins: tuple[str, ...], settings: Settings
) -> Settings:
    """The settings with the names and addresses that the command line was given. Raises Invalid (Q667)."""
    wrong = [
        Diagnostic("Q667", f"{quoted(url)} is no {what} of a site", help="it is like `https://cds.example.org`")
        for what, urls in (("address", (public_url,) if public_url else ()), ("origin", origins))
        for url in urls
        if not _is_site(url, what == "address")
    ]
    if wrong:
        raise Invalid(wrong)
    known = [*settings.hosts, host, *names, *((urlsplit(public_url).hostname or "",) if public_url else ())]
    hosts = tuple(dict.fromkeys(name.lower() for name in known if name))
    return replace(settings, hosts=hosts, public_url=public_url.rstrip("/"), origins=origins)


def _is_site(url: str, path: bool) -> bool:
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and not (parts.username or parts.query or parts.fragment)
            and (path or not parts.path)
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return False
