"""The table of endpoints: where each stands, what it does in a worker, who may call it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import clinic, page_routes, rest
from .desk import Desk
from .exchange import JSON, Asked, Told
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


PUBLIC = ("/cds-services",)
"""Paths that nobody has to say who they are for: nothing of a patient is asked or told there."""
ROUTES = (
    Route("POST", "/recommend", rest.recommend, wanted=rest.RECOMMEND, schema="answer"),
    Route("POST", "/explain", rest.explain, wanted=rest.EXPLAIN, schema="answer"),
    Route("POST", "/why-not", rest.why_not, wanted=rest.WHY_NOT, schema="why_not"),
    Route("POST", "/ask", rest.ask, wanted=rest.ASK, schema="ask"),
    Route("POST", "/what-if", rest.what_if, wanted=rest.WHAT_IF, schema="what_if"),
    Route("POST", "/compare", rest.compare, wanted=rest.COMPARE, schema="compare"),
    Route("GET", "/cds-services", clinic.services, takes=()),
    Route("POST", "/cds-services/{service}", clinic.cards),
    Route("POST", "/cds-services/{service}/feedback", clinic.feedback),
    Route("POST", "/fhir/$evaluate", clinic.evaluate, (clinic.FHIR, JSON)),
    Route("GET", "/", page_routes.start, takes=()),
    Route("POST", "/", page_routes.page, takes=page_routes.TAKES),
    Route("POST", "/answer.html", page_routes.shared, takes=page_routes.TAKES),
    Route("POST", "/record.yaml", page_routes.record, takes=page_routes.TAKES),
    Route("GET", "/static/{name}", page_routes.static, takes=()),
)
