"""The ASGI application: routes to endpoints, behind the guard. The only file that knows Starlette."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus

from ...kb.diagnostics import Diagnostic, Unavailable
from .exchange import Asked, Told
from .guard import Guard
from .problems import problem
from .routes import ROUTES, Route
from .service import Service

try:
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.requests import ClientDisconnect, Request
    from starlette.responses import Response
    from starlette.routing import Route as StarletteRoute
except ImportError:
    help_ = "install it: `pip install 'guidekb[serve]'`"
    raise Unavailable([Diagnostic("Q663", "Starlette is not installed", help=help_)]) from None

Endpoint = Callable[[Request], Awaitable[Response]]


def app(service: Service, routes: Sequence[Route] = ROUTES) -> Starlette:
    """The application of a service. Its lifespan starts the workers, and ends them."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        await service.start()
        try:
            yield
        finally:
            await asyncio.to_thread(service.stop)

    async def health(_request: Request) -> Response:
        return _response(service.health())

    found = [StarletteRoute("/health", health, methods=["GET"])]
    found += [StarletteRoute(r.path, _endpoint(service, r), methods=[r.method]) for r in routes]
    built = Starlette(routes=found, lifespan=lifespan, exception_handlers={HTTPException: _no_route})
    built.router.redirect_slashes = False  # a redirect repeats what the Host header said
    built.add_middleware(Guard, settings=service.settings)
    return built


def _endpoint(service: Service, route: Route) -> Endpoint:
    async def answer(request: Request) -> Response:
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if route.takes and media not in route.takes:
            detail = f"the body has to be {' or '.join(route.takes)}"
            return _response(problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail))
        try:
            body = await _body(request, service.settings.largest, service.settings.body_time)
        except TimeoutError:
            return _response(problem(HTTPStatus.REQUEST_TIMEOUT, "the body did not arrive in time"))
        except ClientDisconnect:
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        if body is None:
            detail = f"the body is larger than {service.settings.largest:,} bytes"
            return _response(problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail))
        asked = Asked(body, media, dict(request.path_params), dict(request.query_params))
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
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    detail = {404: "there is nothing at this address", 405: "this address does not take this method"}
    response = _response(problem(status, detail.get(status, HTTPStatus(status).phrase.lower())))
    response.headers.update(headers)
    return response


def _response(told: Told) -> Response:
    response = Response(told.body, told.status, media_type=None)
    response.headers["content-type"] = told.media
    for name, value in told.headers:
        response.headers.append(name, value)
    return response
