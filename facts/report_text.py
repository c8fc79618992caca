"""A report as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..kb.diagnostics import printable
from ..kb.ir import Origin
from .report import Patient, Report, Source, Unread


def report_text(report: Report) -> str:
    """The report for reading: facts, then what gave none, then codes."""
    return "\n\n".join("\n".join(_patient(p, report)) for p in report.patients) + "\n"


def report_record(report: Report) -> str:
    """The records of the patients, as YAML documents."""
    return "---\n".join(p.record for p in report.patients)


def report_json(report: Report) -> str:
    """The report for programs; every resource has an item of its own."""
    found = {
        "source": report.source,
        "patients": [_as_json(p) for p in report.patients],
        "other_resources": [_resource(u) for u in report.others],
        "warnings": [{"code": w.code, "message": w.message, "place": str(w.span)} for w in report.warnings],
    }
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _patient(p: Patient, report: Report) -> Iterator[str]:
    day = f", as of {p.as_of}" if p.as_of else ""
    yield f"Patient {printable(p.id)}{day}, recorded in {printable(report.source)}"
    yield from _sources("Facts", p.facts)
    if p.complete:
        yield from ("", "Complete lists", f"  {', '.join(p.complete)}")
    yield from _sources("Not applicable", p.not_applicable)
    yield from _sources("Contradictions, of which nothing is used", p.conflicts)
    if not (p.resources or report.others):
        return
    none = [*(r for r in p.resources if not r.facts), *report.others]
    total = len(p.resources) + len(report.others)
    yield from ("", f"Resources that gave no fact: {len(none)} of {total}")
    yield from _reasons(none)
    partly = [r for r in p.resources if r.facts and r.why]
    if partly:
        yield from ("", "Not everything in these was used")
        yield from _reasons(partly)
    if p.codes:
        yield from ("", "Codes that are not in the table")
        for c in p.codes:
            times = "once" if c.times == 1 else f"{c.times} times"
            yield f"  {c.system} {printable(c.code)} {c.display}".rstrip() + f" ({c.use}, {times})"


def _sources(title: str, sources: tuple[Source, ...]) -> Iterator[str]:
    if not sources:
        return
    yield from ("", f"{title}: {len(sources)}")
    for s in sources:
        yield f"  {printable(s.said)}"
        yield from (f"      {_origin(o)}" for o in s.origins)
        if s.more:
            yield f"      and {s.more} more"


def _origin(origin: Origin) -> str:
    shown = printable(" ".join(origin.written.split()))
    return f"{printable(origin.place)}" + (f": {shown}" if shown else "")


def _reasons(resources: list[Unread]) -> Iterator[str]:
    """The resources by reason, in the order in which the reasons first come up."""
    by_reason: dict[str, list[str]] = {}
    for r in resources:
        by_reason.setdefault("; ".join(r.why), []).append(r.resource)
    for why, labels in by_reason.items():
        yield f"  {printable(why)}"
        kinds = {label.split("/")[0] for label in labels}
        if why == "not a type that is read":
            yield "      " + ", ".join(f"{sum(one.startswith(k + '/') for one in labels)} {k}" for k in sorted(kinds))
        else:
            yield from (f"      {label}" for label in labels)


def _as_json(p: Patient) -> dict[str, Any]:
    return {
        "id": p.id,
        "as_of": str(p.as_of) if p.as_of else None,
        "facts": [_source(s) for s in p.facts],
        "complete": list(p.complete),
        "not_applicable": [_source(s) for s in p.not_applicable],
        "conflicts": [_source(s) for s in p.conflicts],
        "resources": [_resource(r) for r in p.resources],
        "codes_not_used": [c._asdict() for c in p.codes],
    }


def _source(s: Source) -> dict[str, Any]:
    origins = [{"source": o.source, "place": o.place, "written": o.written} for o in s.origins]
    return {"field": s.field, "said": s.said, "origins": origins, "more_origins": s.more}


def _resource(r: Unread) -> dict[str, Any]:
    return {"resource": r.resource, "facts": list(r.facts), "not_used": list(r.why)}
