"""A knowledge base that is small enough to try every patient, with numbers, a list, a default; in a folder, too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

WORDS = """
type size = integer 0..100.
type kind = a | b.
input big(Patient: patient, Size: size) open single yes "the size is {Size}".
input kinds(Patient: patient, Kind: kind) open yes "there is kind {Kind}".
input ill(Patient: patient) open yes "the patient is ill".
table good(Kind: kind) closed yes "kind {Kind} is good".
derived well(Patient: patient) open yes "the patient is well".
derived recommend(Patient: patient, Kind: kind) open yes "{Kind} is recommended".
"""
RULES = """
good(a).
@id(not_ill) well(P) :- -ill(P).
@id(good_kind) well(P) :- kinds(P, K), good(K), assuming -ill(P).
@id(large) recommend(P, K) :- kinds(P, K), assuming -well(P), big(P, S), S > 40.
@id(small_and_bare) recommend(P, b) :- unrecorded kinds(P, _), big(P, S), S <= 40, well(P).
"""
SMALL = WORDS + RULES
PROPERTIES = """
never recommended_to_the_well(P, Kind) "what is for the large is recommended to somebody who is well" :-
    recommend(P, Kind), well(P), big(P, Size), Size > 40.
possible bare(P) "who has no kind can be advised" :- recommend(P, b), unrecorded kinds(P, _).
"""
HEADER = "---\nname: small\nversion: 0.1.0\ntitle: Small\n---\n\n# Small\n\nReferences: 1. A book.\n"


def edited(before: str, after: str, text: str = SMALL) -> str:
    """The text with one part replaced, which it has exactly once."""
    assert text.count(before) == 1, before
    return text.replace(before, after)


def in_folder(folder: Path, rules: str, properties: str = "") -> Path:
    """A knowledge base of plain rules as documents in a folder."""
    declared = [line for line in rules.splitlines() if line.split(" ")[0] in ("type", "input", "table", "derived")]
    rest = [f"  {line}" for line in rules.splitlines() if line and line not in declared]
    block, bullet = "```datalog\n", "- **X01** (recommend-for; ref 1; line 1): Who is large needs something."
    files = {
        "vocabulary.md": "\n".join(("# Words", "", block, *declared, "```", "")),
        "guidelines/small.md": "\n".join((HEADER, bullet, "", f"  {block}", *rest, "  ```", "")),
        "properties/small.md": f"# Properties\n\n{block}{properties}```\n",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Ran:
    """The exit code and what was printed."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]
"""Runs the command line in this process, as a user would see it."""
