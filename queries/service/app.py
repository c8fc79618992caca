"""The ASGI application: routes to endpoints, behind the guard. The only file that knows Starlette."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus

from ...kb.diagnostics import Diagnostic, Unavailable
from .exchange import HTML, Asked, Told, json_told, text_told
from .guard import ROUTE, Guard, too_large
from .openapi import docs, openapi
from .problems import problem
from .routes import PUBLIC, ROUTES, Route
from .service import Service

try:
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.middleware.cors import CORSMiddleware
    from starlette.requests import ClientDisconnect, Request
    from starlette.responses import Response
    from starlette.routing import Route as StarletteRoute
except ImportError:
    help_ = "install it: `pip install 'guidekb[serve]'`"
    raise Unavailable([Diagnostic("Q663", "Starlette is not installed", help=help_)]) from None

Endpoint = Callable[[Request], Awaitable[Response]]
OWN = ("/health", "/ready", "/metrics", "/openapi.json", "/docs")
ERRORS = {404: "there is nothing at this address", 405: "this address does not take this method"}


def app(service: Service, routes: Sequence[Route] = ROUTES) -> Starlette:
    """The application of a service. Its lifespan starts the workers, and ends them."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        await service.start()
        try:
            yield
        finally:
            await asyncio.to_thread(service.stop)

    described = openapi(routes, service.access, service.settings.public_url)
    own = (
        service.health,
        service.ready,
        service.counted,
        lambda: json_told(described),
        lambda: text_told(docs(described), media=HTML),
    )
    found = [StarletteRoute(path, _own(path, told), methods=["GET"]) for path, told in zip(OWN, own, strict=True)]
    found += [StarletteRoute(r.path, _endpoint(service, r), methods=[r.method]) for r in routes]
    built = Starlette(routes=found, lifespan=lifespan, exception_handlers={HTTPException: _no_route})
    built.router.redirect_slashes = False  # a redirect repeats what the Host header said
    if service.settings.origins:
        built.add_middleware(
            CORSMiddleware,
            allow_origins=service.settings.origins,
            allow_methods=["GET", "POST"],
            allow_headers=["authorization", "content-type"],
        )
    built.add_middleware(Guard, service=service, public=frozenset((*OWN[:2], *OWN[3:], *PUBLIC)))
    return built


def _own(path: str, told: Callable[[], Told]) -> Endpoint:
    """An endpoint of the service itself, which needs no worker."""

    async def answer(request: Request) -> Response:
        request.scope[ROUTE] = path
        return _response(told())

    return answer


def _endpoint(service: Service, route: Route) -> Endpoint:
    """An endpoint whose task a worker does."""

    async def answer(request: Request) -> Response:
        request.scope[ROUTE] = route.path
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if route.takes and media not in route.takes:
            detail = f"the body has to be {' or '.join(route.takes)}"
            return _response(problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail))
        try:
            body = await _body(request, service.settings.largest, service.settings.body_time)
        except TimeoutError:
            told = problem(HTTPStatus.REQUEST_TIMEOUT, "the body did not arrive in time")
            return _response(Told(told.status, told.body, told.media, (("connection", "close"),)))
        except ClientDisconnect:
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        if body is None:
            return _response(too_large(service.settings.largest))
        asked = Asked(body, media, dict(request.path_params), dict(request.query_params), service.instant())
        return _response(await service.answer(route, asked))

    return answer


async def _body(request: Request, largest: int, seconds: float) -> bytes | None:
    """The body; None when it is larger than may be, and then no more of it than that is kept."""
    parts: list[bytes] = []
    size = 0
    async with asyncio.timeout(seconds):
        async for part in request.stream():
            size += len(part)
            if size > largest:
                return None
            parts.append(part)
    return b"".join(parts)


async def _no_route(_request: Request, error: Exception) -> Response:
    status, headers = HTTPStatus.INTERNAL_SERVER_ERROR, dict[str, str]()
    if isinstance(error, HTTPException):
        status, headers = HTTPStatus(error.status_code), dict(error.headers or {})
    told = problem(status, ERRORS.get(status, status.phrase.lower()))
    return _response(Told(told.status, told.body, told.media, tuple(headers.items())))


def _response(told: Told) -> Response:
    response = Response(told.body, told.status)
    response.headers["content-type"] = told.media
    for name, value in told.headers:
        response.headers.append(name, value)
    return response
