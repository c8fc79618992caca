"""One resource as it was found: its type, id and elements, and where in which file it stands."""

from __future__ import annotations

from dataclasses import dataclass

from ...kb.ir import Span
from .document import Document, position
from .elements import Body, words


@dataclass(slots=True, eq=False)
class Resource:
    """A resource. Of a type that is not read, `body` is empty.

    `at` is where it stands in the document, `inside` the path from there to the resource (an entry holds it).
    """

    type: str
    id: str
    url: str
    body: Body
    document: Document
    at: int
    inside: str = ""
    number: int = 0

    @property
    def label(self) -> str:
        """`ResourceType/id`, the name that facts and messages give it."""
        if self.id:
            return f"{self.type}/{words(self.id)}"
        return f"{self.type}/{words(self.url)}" if self.url else f"{self.type or 'resource'} {self.number}"

    def offset(self, element: str = "") -> int:
        """Where an element stands in the document."""
        path = ".".join(filter(None, (self.inside, element)))
        return position(self.document.text, self.at, path) if path else self.at

    def span(self, element: str = "") -> Span:
        """The line and column of an element."""
        return self.document.span(self.offset(element))
