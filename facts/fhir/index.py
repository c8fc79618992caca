"""References to resources: relative, absolute, `urn:uuid:` and contained, all found inside the data that were given."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .document import Document
from .elements import objects, text
from .resource import Resource

_TAIL = re.compile(r"(?:^|/)([A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64})(?:/_history/[^/]+)?$")


class Index:
    """The resources by every name that a reference may use. A name is looked up in the holder's own document first.

    `repeated` are second copies with the first. A name that several documents use for different things is none outside
    of them.
    """

    def __init__(self, resources: Iterable[Resource], repeated: Iterable[tuple[Resource, Resource]] = ()) -> None:
        self._own: dict[tuple[Document, str], Resource] = {}
        self._all: dict[str, Resource | None] = {}
        for one in resources:
            self._add(one, one)
        for copy, one in repeated:
            self._add(copy, one)

    def _add(self, named: Resource, one: Resource) -> None:
        for name in (named.url, f"{named.type}/{named.id}" if named.id else ""):
            if name:
                self._own.setdefault((named.document, name), one)
                self._all[name] = one if self._all.get(name, one) is one else None

    def get(self, reference: str, holder: Resource) -> Resource | None:
        """The resource that a reference names."""
        if reference.startswith("#"):
            return _contained(reference[1:], holder)
        for name in (reference, reference.split("/_history/")[0], _tail(reference)):
            found = self._own.get((holder.document, name)) or self._all.get(name)
            # An absolute address names a resource of its own server: one of the same id elsewhere is another.
            if found and not (name != reference and "://" in reference and "://" in found.url and name != found.url):
                return found
        return None


def _tail(reference: str) -> str:
    match = _TAIL.search(reference)
    return match[1] if match else ""


def _contained(name: str, holder: Resource) -> Resource | None:
    for number, body in enumerate(objects(holder.body.get("contained"))):
        if text(body.get("id")) == name:
            inside = ".".join(filter(None, (holder.inside, f"contained[{number}]")))
            return Resource(text(body.get("resourceType")), name, "", body, holder.document, holder.at, inside)
    return None
