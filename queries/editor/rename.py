"""A name changed wherever it stands in a knowledge base, with proof that nothing else changes; or why it cannot be."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ...kb.cursor import NEVER_A_FACT
from ...kb.declarations import KINDS as NUMBER_KINDS
from ...kb.diagnostics import Diagnostic, Invalid, quoted
from ...kb.ir import FIELD, PATIENT
from ...kb.lints.reviewed import digest, reviewed_of
from .. import names as software
from .findings import base, findings
from .folder import PROPERTIES, REVIEWED, only
from .mention import NOUNS, Kind, Mention
from .renaming import Renaming, numbered
from .snapshot import Snapshot

_LOWER, _UPPER, _ID = re.compile(r"[a-z][A-Za-z0-9_]*"), re.compile(r"[A-Z][A-Za-z0-9_]*"), re.compile(r"[A-Za-z]\w*")
_FORMS: dict[Kind, tuple[re.Pattern[str], str]] = {
    "variable": (_UPPER, "begins with a capital letter and has letters a-z, digits and `_`"),
    "statement": (_ID, "begins with a letter and has letters, digits and `_`"),
}
_LOWER_FORM = (_LOWER, "begins with a small letter and has letters a-z, digits and `_`")
WIRED = frozenset(v for k, v in vars(software).items() if k.isupper() and isinstance(v, str))
"""Predicates that the software itself reads answers by."""
OWN_VALUES = frozenset({software.CONTRADICTION, software.UNDETERMINED})
"""Values that it reads them by."""
ANSWERS = frozenset({"yes", "no", "true", "false", "on", "off", "null", "unknown", "conflicting", "not_applicable"})
"""What a record says in place of a value."""


class Refused(Exception):  # noqa: N818  (it says what happened)
    """A name that is not changed, and why, in a sentence for the author."""


@dataclass(frozen=True)
class Edit:
    """A text in place of the columns `start` to `end`, 1-based, of a line of a file."""

    file: str
    line: int
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Renamed:
    """The edits of all files; the text of `reviewed.json` when that changes; what the author has to know."""

    edits: tuple[Edit, ...]
    reviewed: str | None = None
    warning: str = ""


def renamable(at: Snapshot, one: Mention | None) -> Mention:
    """The name, when it can be changed. Raises Refused."""
    if one is None:
        raise Refused("there is no name here that can be changed")
    if one.kind == "column":
        raise Refused("a column is renamed by hand: records may name it, and sentences do")
    if one.name in _wired(one.kind):
        raise Refused(f"the software reads answers by `{one.name}`, so it keeps its name")
    if one.kind == "type" and one.name in (PATIENT, FIELD):
        raise Refused(f"the type `{one.name}` is built in")
    if one.kind != "variable" and not any(m.defines for m in at.everywhere.get(one.key, ())):
        raise Refused(f"the {NOUNS[one.kind]} `{one.name}` is not declared in this knowledge base")
    return one


def rename(at: Snapshot, one: Mention | None, new: str) -> Renamed:
    """The changes that give it the new name everywhere. Raises Refused, also when they would change a meaning."""
    one = renamable(at, one)
    _legible(at)
    _allowed(at, one, new)
    if new == one.name:
        return Renamed(())
    mentions = at.everywhere[one.key]
    edits = tuple(_edit(at, m, one, new) for m in mentions)
    texts = edited(at.texts, edits)
    after = replace(at, texts=texts)
    reviewed = _reviewed(at, after, one, new)
    after = replace(after, reviewed=reviewed if reviewed is not None else at.reviewed)
    _same(at, after, one, new)
    return Renamed(edits, reviewed, _warning(at, one))


def edited(texts: Mapping[str, str], edits: Iterable[Edit]) -> dict[str, str]:
    """The texts with the edits made."""
    lines = {name: text.split("\n") for name, text in texts.items()}
    for e in sorted(set(edits), key=lambda e: (e.file, e.line, -e.start)):
        line = lines[e.file][e.line - 1]
        lines[e.file][e.line - 1] = line[: e.start - 1] + e.text + line[e.end - 1 :]
    return {name: "\n".join(own) for name, own in lines.items()}


def _wired(kind: Kind) -> frozenset[str]:
    return WIRED - OWN_VALUES if kind == "predicate" else OWN_VALUES if kind == "value" else frozenset()


def _legible(at: Snapshot) -> None:
    """Every file must be read, or a name in it could be missed."""
    faults: list[Diagnostic] = [*at.unreadable, *at.assembled[1]]
    faults += (p for n in only(at.texts, "property", "plain") for block in at.parsed(n) for p in block.problems)
    for names in at.languages.values():
        faults += at.program_of(*names)[1]
    for name in only(at.texts, "case"):
        try:
            at.doors.words(name, at.texts[name], ())
        except Invalid as invalid:
            faults += invalid.diagnostics
    if faults:
        raise Refused(
            f"mend {faults[0].span.place or 'the files'} first: a name in what cannot be read would be missed"
        )


def _allowed(at: Snapshot, one: Mention, new: str) -> None:
    form, words = _FORMS.get(one.kind, _LOWER_FORM)
    noun = NOUNS[one.kind]
    if not (form.fullmatch(new) and new.isascii()):
        raise Refused(f"{quoted(new)} is no name of a {noun}: that {words}")
    reserved: set[str] = {*NEVER_A_FACT, *(NUMBER_KINDS if one.kind in ("type", "value") else ())}
    if new in reserved and one.kind not in ("variable", "statement"):
        raise Refused(f"`{new}` is a word of the language")
    if new in _wired(one.kind):
        raise Refused(f"the software reads answers by `{new}`, so nothing else may have that name")
    if one.kind == "value" and new in ANSWERS:
        raise Refused(f"in a record `{new}` is said in place of a value")
    if one.kind == "type" and new in (PATIENT, FIELD):
        raise Refused(f"the type `{new}` is built in")
    kinds = ("rule", "property") if one.kind in ("rule", "property") else (one.kind,)
    for kind in kinds:
        taken = at.everywhere.get((kind, new, one.of), ())
        if taken and new != one.name:
            raise Refused(f"there is a {NOUNS[kind]} `{new}` already: {taken[0].span.place}")


def _edit(at: Snapshot, mention: Mention, one: Mention, new: str) -> Edit:
    span = mention.span
    line = at.lines(span.file)[span.line - 1]
    written = line[span.column - 1 : span.end - 1]
    if written != mention.name and written != f"'{mention.name}'":
        raise Refused(f"`{one.name}` is written with signs at {span.place} that have to be changed by hand")
    text = new
    if mention.defines and one.kind == "value":
        kind = at.vocabulary.types_by_name.get(one.of)
        label = next((x for x in kind.labels if x.name == one.name), None) if kind else None
        if label and not label.given:  # its words were made from its name, and stay what they are
            text = f'{new} "{label.text}"'
    return Edit(span.file, span.line, span.column, span.end, text)


def _reviewed(at: Snapshot, after: Snapshot, one: Mention, new: str) -> str | None:
    """`reviewed.json` with the statement's new id, and the hashes of texts that only speak of a new name."""
    if at.reviewed is None:
        return None
    try:
        before = reviewed_of(at.reviewed)
    except Invalid:
        raise Refused(f"`{REVIEWED}` cannot be read") from None
    old = {s.id: digest(s) for s in at.program.statements}
    now = {s.id: digest(s) for s in after.program.statements}
    found: dict[str, str] = {}
    for name, hashed in before.items():
        called = new if one.kind == "statement" and name == one.name else name
        found[called] = now.get(called, hashed) if old.get(name) == hashed else hashed
    return json.dumps(dict(sorted(found.items())), indent=1) + "\n" if found != before else None


def _same(at: Snapshot, after: Snapshot, one: Mention, new: str) -> None:
    """The edited files are read as the old ones, up to the name, and nothing more or less is wrong with them."""
    to = Renaming(one, new, at.vocabulary)
    wanted, found = to.verifiable(at.verifiable), after.verifiable
    same = wanted == found
    if one.kind == "variable":
        same = numbered(at.program) == numbered(after.program) and not after.assembled[1]
    codes = [Counter(d.code for ds in findings(base(s)).by_file.values() for d in ds) for s in (at, after)]
    for found_ in codes:
        del found_["W601"]  # a vague id is a matter of the name itself
    under = [tuple(c.statement for c in s.program.clauses) for s in (at, after)]
    if one.kind == "statement":
        under[0] = tuple(new if name == one.name else name for name in under[0])
    if not same or codes[0] != codes[1] or under[0] != under[1]:
        raise Refused(f"`{new}` in place of `{one.name}` would change more than the name, so nothing is changed")


def _warning(at: Snapshot, one: Mention) -> str:
    """What still has the old name and is no part of what is changed."""
    inputs = [p for p in at.program.predicates if p.role == "input"]
    field = one.kind == "predicate" and one.name in at.fields
    value = one.kind == "value" and any(one.of == c.type for p in inputs for c in p.columns)
    said: list[str] = []
    if field or value:
        said.append(
            f"patient records elsewhere, and the reader of FHIR, still use the {'field' if field else 'value'} "
            f"`{one.name}`, and what they give under that name is not read any more"
        )
    baseline = at.folder / PROPERTIES / "baseline.json"
    listed = baseline.read_text(encoding="utf-8", errors="replace") if baseline.is_file() else ""
    if one.kind in ("rule", "value", "predicate", "property") and f'"{one.name}"' in listed:
        said.append(f"`{baseline.name}` names `{one.name}`: write it again with `guidekb verify --write-baseline`")
    return "; ".join(said)
