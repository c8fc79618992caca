"""What the command `verify` shows, and whether it has found something."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ...kb.diagnostics import Diagnostic, UnknownName, suggest
from ...kb.ir import EDB, Ground, ground_key
from ...kb.normal import normalise
from ...kb.properties import Verifiable
from ...kb.property import Property
from ..answers.assess import contradicted, set_apart
from ..evaluation.pydatalog_engine import derive
from ..rendering.layout import Layout
from ..wording.sentences import sentences
from .baseline import Baseline, baseline_text, failures
from .check import Check, Progress, silent
from .report_machine import report
from .report_text import report_text
from .run import verify
from .telling import Telling, written


@dataclass(frozen=True, slots=True)
class Shown:
    """What the command prints; whether something is wrong (with a baseline: new); whether it is partial; `kept`: the
    baseline to write, when that was asked for."""

    text: str
    wrong: bool
    partial: bool = False
    kept: str = ""


def verified(
    given: Verifiable, form: str, layout: Layout, today: date | None = None, progress: Progress = silent,
    names: Iterable[str] = (), baseline: Path | None = None, write: Path | None = None, verbose: bool = False,
    folder: str = "",
) -> Shown:  # fmt: skip
    """The report; `folder`: where the documents are, as a reader of the report finds them."""
    wanted = _known(given, names)
    old = Baseline(baseline) if baseline else None
    found = verify(old.applied(given) if old else given, today, progress, wanted)
    normal = normalise(given.whole)
    tell = Telling(given.whole, normal, layout, folder)
    before = found if old is None or write is None else verify(given, today, progress, wanted)  # nothing accepted by it
    kept = baseline_text(before, tell) if write else ""
    found = old.against(found) if old else found
    text = report_text(found, tell, layout, verbose) if form == "text" else report(found, tell, form)
    new = failures(found)
    if old and form == "text":
        text += f"Against the baseline, new: {', '.join(new)}.\n" if new else "Against the baseline: nothing new.\n"
    return Shown(text, bool(new), found.partial, kept)


def _known(given: Verifiable, names: Iterable[str]) -> frozenset[str]:
    wanted = frozenset(names)
    known = [p.name for p in given.properties]
    unknown = [
        Diagnostic("V807", f"there is no property `{name}`", help=suggest(name, known) or "`guidekb verify` lists them")
        for name in sorted(wanted - set(known))
    ]
    if unknown:
        raise UnknownName(unknown)
    return wanted


GUARDS = {"never": "breaks", "always": "breaks", "impossible": "is no record that proofs cover: it breaks"}


def guarded(
    given: Verifiable, edbs: Iterable[EDB], today: date | None = None, names: Iterable[str] = (), form: str = "text"
) -> Shown:
    """The properties as guards on real patients: what each of them breaks, and whether any does."""
    wanted = _known(given, names)
    check = Check(given, today)
    say = sentences(given.whole)
    asked = {o.open: o.property for o in check.obligations if not wanted or o.property.name in wanted}
    rows: list[tuple[EDB, list[tuple[Property, Ground]]]] = []
    for edb in edbs:
        while apart := contradicted(derive(check.world.normal, edb.facts), edb):
            edb = set_apart(edb, apart)
        model = derive(check.world.normal, edb.facts)
        open_atoms = sorted((a for a in model.atoms if a.predicate in asked), key=ground_key)
        rows.append((edb, [(asked[a.predicate], a) for a in open_atoms if asked[a.predicate].kind in GUARDS]))
    broken = any(found for _, found in rows)
    if form == "json":
        data = [
            {
                "patient": edb.subject,
                "broken": [{"property": p.name, "kind": p.kind, "violation": written(a)} for p, a in found],
            }
            for edb, found in rows
        ]
        return Shown(json.dumps(data, ensure_ascii=False, indent=1) + "\n", broken)
    lines: list[str] = []
    for edb, found in rows:
        lines.append(f"{edb.subject}: {'no property is broken' if not found else ''}".rstrip())
        for one, atom in found:
            about = ", ".join(say.named(str(v)) for v in atom.values[1:])
            lines.append(f"  {GUARDS[one.kind]} {one.name}: {one.sentence}" + (f" ({about})" if about else ""))
    return Shown("".join(f"{line}\n" for line in lines), broken)
