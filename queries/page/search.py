"""What somebody looks for, by name or words, among the things that an answer can say."""

from __future__ import annotations

from collections.abc import Mapping

from ...kb.diagnostics import nearest
from ...kb.ir import Program
from ..answers.named import nameable
from ..wording.sentences import Sentences

MOST = 12
"""Things that are offered when the words fit several."""


def named(program: Program, say: Sentences) -> dict[str, str]:
    """Everything that can be asked about, with its words, in their order."""
    found = {name: say.named(name) for name in nameable(program)}
    return dict(sorted(found.items(), key=lambda one: one[1].casefold()))


def looked_for(text: str, names: Mapping[str, str]) -> list[str]:
    """The names that a text means: one when it is exact, else those that have all its words, else the nearest one."""
    wanted = text.strip().casefold()
    exact = [name for name, words in names.items() if wanted in (name.casefold(), words.casefold())]
    if exact:
        return exact[:1]
    words = wanted.replace("_", " ").split()
    found = [n for n, said in names.items() if words and all(w in f"{n} {said}".casefold() for w in words)]
    if found or not wanted:
        return found[:MOST]
    by_words = {said.casefold(): name for name, said in names.items()}
    near = nearest(wanted, names) or by_words.get(nearest(wanted, by_words), "")
    return [near] if near else []
