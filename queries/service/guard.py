"""What every request passes before its endpoint, and every response after it: refusals, headers, the access log."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any

from .exchange import Told
from .problems import problem
from .rate import Rate, client_of
from .service import Service

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

ROUTE = "guidekb.route"  # where in the scope an endpoint writes its path as the table of routes has it
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
LONGEST_HOST = 255
LONGEST_ADDRESS = 4096  # bytes of a path with its query
LARGEST_HEAD = 32 * 1024  # bytes of headers
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cache-control", b"no-store"),
)


class Guard:
    """An ASGI application around another. `public`: paths that need no credentials."""

    def __init__(self, app: App, service: Service, public: frozenset[str]) -> None:
        self.app, self.service, self.public = app, service, public
        self.rate = Rate(service.settings.rate, service.settings.burst, service.world.steady)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on; add the headers; write the log."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status, size = self.service.world.steady(), 0, 0

        async def answer(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                given = list(message.get("headers", ()))
                names = {name.lower() for name, _ in given}
                message["headers"] = given + [(n, v) for n, v in ALWAYS if n not in names]
            size += len(message.get("body", b""))
            await send(message)

        try:
            refusal = self.refusal(scope)
            if refusal:
                await tell(answer, refusal)
            else:
                await self.app(scope, receive, answer)
        except Exception as error:  # its message may hold a patient's values
            logging.getLogger("guidekb").error("internal error: %s", type(error).__name__)
            if not status:
                await tell(answer, problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal error"))
        finally:
            method = scope["method"] if scope["method"] in METHODS else "-"
            self.service.log(method, scope.get(ROUTE, "-"), status, size, self.service.world.steady() - begun)

    def refusal(self, scope: Scope) -> Told | None:
        """Why a request goes no further."""
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        path = scope["path"]
        client = client_of(scope["client"][0]) if scope.get("client") else "-"
        wait = 0.0 if path == "/health" else self.rate.wait(client)
        if wait:
            told = problem(HTTPStatus.TOO_MANY_REQUESTS, "too many requests from this address")
            return Told(told.status, told.body, told.media, (("retry-after", str(int(wait) + 1)),))
        return (
            self._head(scope)
            or self._framing(headers)
            or self._name(headers)
            or self._origin(scope["method"], headers)
            or self._who(path, headers)
        )

    def _head(self, scope: Scope) -> Told | None:
        """A head that is longer than any client's needs to be; the server bounds it only while it is incomplete."""
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST_ADDRESS:
            return problem(HTTPStatus.REQUEST_URI_TOO_LONG, "the address is too long")
        if sum(len(name) + len(value) for name, value in scope["headers"]) > LARGEST_HEAD:
            return problem(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the headers are too large")
        return None

    def _framing(self, headers: dict[str, list[str]]) -> Told | None:
        """What two readers of one request could understand differently, or what grows when it is unpacked."""
        lengths = headers.get("content-length", [])
        if len(lengths) > 1 or (lengths and "transfer-encoding" in headers):
            return problem(HTTPStatus.BAD_REQUEST, "the length of the body is given twice")
        if lengths and (not lengths[0].isdigit() or int(lengths[0][:19]) > self.service.settings.largest):
            return too_large(self.service.settings.largest)
        if headers.get("content-encoding", ["identity"]) != ["identity"]:
            return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "the body has to come as it is, without Content-Encoding")
        return None

    def _name(self, headers: dict[str, list[str]]) -> Told | None:
        """By its address or a name of its own only: a name that another site lets point here is refused."""
        hosts = headers.get("host", [])
        if len(hosts) == 1 and len(hosts[0]) <= LONGEST_HOST:
            name = host_name(hosts[0])
            if name in self.service.settings.hosts or is_address(name):
                return None
        return problem(HTTPStatus.MISDIRECTED_REQUEST, "the service is not called by this name (Host)")

    def _origin(self, method: str, headers: dict[str, list[str]]) -> Told | None:
        """A script of another site may not make a browser call here, even where it could not read the answer."""
        origins = headers.get("origin", [])
        if method in ("GET", "HEAD", "OPTIONS") or not origins or headers.get("sec-fetch-site") == ["same-origin"]:
            return None  # the last is said by browsers alone, and no script can say it
        settings = self.service.settings
        own = {f"{scheme}://{headers['host'][0]}" for scheme in ("http", "https")} | {settings.public_url}
        if len(origins) == 1 and origins[0] in own | {*settings.origins}:
            return None
        return problem(HTTPStatus.FORBIDDEN, "this origin may not call the service")

    def _who(self, path: str, headers: dict[str, list[str]]) -> Told | None:
        if path in self.public:
            return None
        given = headers.get("authorization", [])
        audience = self.service.settings.public_url.rstrip("/") + path
        return self.service.access.refusal(given[0] if len(given) == 1 else "", audience, self.service.world.now())


def host_name(host: str) -> str:
    """A Host header without its port."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower()


def is_address(name: str) -> bool:
    """Whether a name is an address itself, which no other site can let point elsewhere."""
    try:
        ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def too_large(largest: int) -> Told:
    """The refusal of a body."""
    return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is larger than {largest:,} bytes")


async def tell(send: Send, told: Told) -> None:
    """A whole response."""
    headers = [(b"content-type", told.media.encode()), (b"content-length", str(len(told.body)).encode())]
    headers += [(n.lower().encode(), v.encode()) for n, v in told.headers]
    await send({"type": "http.response.start", "status": int(told.status), "headers": headers})
    await send({"type": "http.response.body", "body": told.body})
