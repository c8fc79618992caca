"""References to resources: relative, absolute, `urn:uuid:` and contained, all found inside the data that were given."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .elements import objects, text
from .resource import Resource

_TAIL = re.compile(r"(?:^|/)([A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64})(?:/_history/[^/]+)?$")


class Index:
    """The resources by every name that a reference may use; `repeated` are second copies with the first."""

    def __init__(self, resources: Iterable[Resource], repeated: Iterable[tuple[Resource, Resource]] = ()) -> None:
        self._by_name: dict[str, Resource] = {}
        for one in resources:
            if one.url:
                self._by_name.setdefault(one.url, one)
            if one.id:
                self._by_name.setdefault(f"{one.type}/{one.id}", one)
        for other, one in repeated:
            if other.url:
                self._by_name.setdefault(other.url, one)

    def get(self, reference: str, holder: Resource | None = None) -> Resource | None:
        """The resource that a reference names; `holder` is the one that it stands in, for contained resources."""
        if reference.startswith("#"):
            return _contained(reference[1:], holder) if holder else None
        found = self._by_name.get(reference) or self._by_name.get(reference.split("/_history/")[0])
        if found or "://" not in reference:
            return found or self._by_name.get(_tail(reference))
        # An absolute address names a resource of its own server: one of the same id elsewhere is another.
        local = self._by_name.get(_tail(reference))
        return local if local and "://" not in local.url else None


def _tail(reference: str) -> str:
    match = _TAIL.search(reference)
    return match[1] if match else ""


def _contained(name: str, holder: Resource) -> Resource | None:
    for number, body in enumerate(objects(holder.body.get("contained"))):
        if text(body.get("id")) == name:
            inside = ".".join(filter(None, (holder.inside, f"contained[{number}]")))
            return Resource(text(body.get("resourceType")), name, "", body, holder.document, holder.at, inside)
    return None
