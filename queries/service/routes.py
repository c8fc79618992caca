"""The table of endpoints: where each stands, what it does in a worker, who may call it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import rest
from .desk import Desk
from .exchange import HTML, JSON, Asked, Told, text_told
from .wanted import Wanted

Task = Callable[[Desk, Asked], Told]
"""An endpoint: a function of a module (it is sent to a worker by its name). May raise Invalid."""


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint. `path` may have parts in braces. `takes`: media types of its body, none for GET."""

    method: str
    path: str
    task: Task
    takes: tuple[str, ...] = (JSON,)
    wanted: Wanted | None = None
    schema: str = ""
    """The file of queries/rendering that holds the schema of the result, for the OpenAPI document."""


def page(_desk: Desk, _asked: Asked) -> Told:
    """The page, until there is one."""
    return text_told("<!doctype html><html lang=en><title>guidekb</title><h1>guidekb</h1>", media=HTML)


ROUTES = (
    Route("POST", "/recommend", rest.recommend, wanted=rest.RECOMMEND, schema="answer"),
    Route("POST", "/explain", rest.explain, wanted=rest.EXPLAIN, schema="answer"),
    Route("POST", "/why-not", rest.why_not, wanted=rest.WHY_NOT, schema="why_not"),
    Route("POST", "/ask", rest.ask, wanted=rest.ASK, schema="ask"),
    Route("POST", "/what-if", rest.what_if, wanted=rest.WHAT_IF, schema="what_if"),
    Route("POST", "/compare", rest.compare, wanted=rest.COMPARE, schema="compare"),
    Route("GET", "/", page, takes=()),
)
