"""What an endpoint is asked and what it tells: plain values that cross from the front to a worker and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

JSON = "application/json"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as far as an endpoint may know it: no address, no credentials, no headers but the media type.

    `params` are the parts of the path that the route names, `query` the parameters after `?` (never patient data).
    `now` is the instant of the request in UTC, in ISO 8601.
    """

    body: bytes = b""
    media: str = ""
    params: Mapping[str, str] = field(default_factory=lambda: {})
    query: Mapping[str, str] = field(default_factory=lambda: {})
    now: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One response. `headers` are only those that the front does not set itself.

    `kept`: lines that have to be on the disk before the response is given.
    """

    status: int
    body: bytes = b""
    media: str = JSON
    headers: tuple[tuple[str, str], ...] = ()
    kept: tuple[Mapping[str, object], ...] = ()


def json_told(data: object, status: int = 200, media: str = JSON) -> Told:
    """A response in JSON; a lone surrogate, for which UTF-8 has no bytes, is written as JSON's escape."""
    return text_told(json.dumps(data, ensure_ascii=False), status, media)


def text_told(text: str, status: int = 200, media: str = JSON) -> Told:
    """A response of text in UTF-8."""
    return Told(status, text.encode("utf-8", "backslashreplace"), media)
