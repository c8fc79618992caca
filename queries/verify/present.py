"""What the command `verify` shows, and whether it has found something."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from ...kb.diagnostics import Diagnostic, UnknownName, suggest
from ...kb.ir import EDB
from ...kb.normal import normalise
from ...kb.properties import Verifiable
from ..rendering.layout import Layout
from ..wording.sentences import sentences
from .baseline import Baseline, baseline_text, failures
from .check import Check, Progress, silent
from .report_machine import report
from .report_text import report_text
from .run import verify
from .telling import Telling


def verified(
    given: Verifiable, form: str, layout: Layout, today: date | None = None, progress: Progress = silent,
    names: Iterable[str] = (), baseline: Path | None = None, write: Path | None = None, verbose: bool = False,
) -> tuple[str, bool, bool, str]:  # fmt: skip
    """The report; whether something is wrong (with a baseline: new); whether it is partial; the baseline to write."""
    wanted = frozenset(names)
    known = [p.name for p in given.properties]
    for name in sorted(wanted - set(known)):
        help_ = suggest(name, known) or "`guidekb verify` lists the properties"
        raise UnknownName([Diagnostic("V807", f"there is no property `{name}`", help=help_)])
    old = Baseline(baseline) if baseline else None
    found = verify(old.applied(given) if old else given, today, progress, wanted)
    normal = normalise(given.whole)
    tell = Telling(given.whole, normal, layout)
    text = report_text(found, given.whole, normal, layout, verbose) if form == "text" else report(found, tell, form)
    properties, fresh = failures(found, old)
    if old and form == "text":
        new = [*properties, *(f"{f.kind} {f.name}" for f in fresh)]
        text += f"Against the baseline, new: {', '.join(new)}.\n" if new else "Against the baseline: nothing new.\n"
    return text, bool(properties or fresh), found.partial, baseline_text(found, tell) if write else ""


def guarded(given: Verifiable, edbs: Iterable[EDB], today: date | None = None) -> tuple[str, bool]:
    """The properties as guards on real patients: what each of them breaks, and whether any does."""
    from ..answers.assess import contradicted, set_apart
    from ..evaluation.pydatalog_engine import derive

    check = Check(given, today)
    say = sentences(given.whole)
    lines: list[str] = []
    broken = False
    for edb in edbs:
        while apart := contradicted(derive(check.world.normal, edb.facts), edb):
            edb = set_apart(edb, apart)
        model = derive(check.world.normal, edb.facts)
        found = [
            (o, a)
            for o in check.obligations
            for a in sorted(model.atoms, key=repr)
            if a.predicate == o.open and o.property.kind in ("never", "always")
        ]
        broken |= bool(found)
        lines.append(f"{edb.subject}: {'no property is broken' if not found else ''}".rstrip())
        for one, atom in found:
            about = ", ".join(say.named(str(v)) for v in atom.values[1:])
            lines.append(f"  breaks {one.property.name}: {one.property.sentence}" + (f" ({about})" if about else ""))
    return "\n".join(lines) + "\n", broken
