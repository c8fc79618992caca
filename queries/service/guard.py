"""What every request passes before its endpoint, and every response after it: refusals, and headers for browsers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

from .exchange import Told
from .problems import problem
from .settings import Settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


class Guard:
    """An ASGI application around another."""

    def __init__(self, app: App, settings: Settings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on; add the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                names = {name for name, _ in given}
                message["headers"] = given + [(n, v) for n, v in ALWAYS if n not in names]
            await send(message)

        refusal = self.refusal(scope)
        if refusal:
            await tell(answer, refusal)
        else:
            await self.app(scope, receive, answer)

    def refusal(self, scope: Scope) -> Told | None:
        """Why a request goes no further."""
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        hosts = headers.get("host", [])
        if len(hosts) != 1 or _name(hosts[0]) not in self.settings.hosts:
            return problem(HTTPStatus.MISDIRECTED_REQUEST, "the service is not called by this name (Host)")
        if headers.get("content-encoding", ["identity"]) != ["identity"]:
            return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "the body has to come as it is, without Content-Encoding")
        return None


def _name(host: str) -> str:
    """A Host header without its port."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower()


async def tell(send: Send, told: Told) -> None:
    """A whole response."""
    headers = [(b"content-type", told.media.encode()), (b"content-length", str(len(told.body)).encode())]
    headers += [(n.lower().encode(), v.encode()) for n, v in told.headers]
    await send({"type": "http.response.start", "status": int(told.status), "headers": headers})
    await send({"type": "http.response.body", "body": told.body})
