"""Where facts were recorded, in words: a file that is the only one is named once, elsewhere only the place in it."""

from __future__ import annotations

from collections.abc import Iterable

from ...kb.ir import Origin
from ..wording.words import Words
from .explanation import Graph


class Places:
    """The places of one graph. `source`: its only file, or "" when there are several."""

    def __init__(self, graph: Graph, said: Words) -> None:
        self.said = said
        sources = {origin.source for node in graph.nodes.values() for origin in node.origins}
        self.source = sources.pop() if len(sources) == 1 else ""

    def place(self, origin: Origin) -> str:
        """The place of one fact."""
        place = self.said.place(origin.place)
        return place if self.source else self.said.say("proof.place_of", place=place, source=origin.source)

    def all(self, origins: Iterable[Origin]) -> str:
        """The places of a fact that was recorded more than once."""
        return self.said.join(map(self.place, origins))
