"""The report of a verification for other programs: JSON, JUnit, SARIF; and Markdown for a pull request."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape, quoteattr

from ...kb.ir import Span
from .amounts import digits
from .classes import in_order
from .telling import Telling, written
from .verdict import Finding, Verdict, Verification

FORMS = ("json", "junit", "sarif", "md")


def report(found: Verification, tell: Telling, form: str) -> str:
    """The report in one of FORMS."""
    return {"json": _json, "junit": _junit, "sarif": _sarif, "md": _markdown}[form](found, tell)


def _data(verdict: Verdict, tell: Telling) -> dict[str, object]:
    one = verdict.property
    data: dict[str, object] = {
        "property": one.name, "kind": one.kind, "sentence": one.sentence, "place": one.span.place,
        "status": verdict.status, "relies_on": list(verdict.relies_on), "why": verdict.why,
    }  # fmt: skip
    if verdict.patients:
        boxes = verdict.patients.boxes
        data["classes"] = [tell.written(b) for b in boxes]
        data["classes_in_words"] = [[tell.condition(c) for c in in_order(b)] for b in boxes]
        data["all_classes"] = verdict.patients.whole
    if verdict.witness:
        data["smallest_patient"] = [written(f) for f in verdict.witness.facts]
        data["learned"] = written(verdict.witness.learned) if verdict.witness.learned else None
    return data


def _finding(one: Finding) -> dict[str, object]:
    return {"kind": one.kind, "name": one.name, "text": one.text, "weight": one.weight, "place": one.place}


def _json(found: Verification, tell: Telling) -> str:
    data = {
        "properties": [_data(v, tell) for v in found.verdicts],
        "findings": [_finding(f) for f in found.findings],
        "limits": list(found.limits),
        "patients": digits(found.patients),
        "rules": found.rules,
        "partial": found.partial,
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _told(verdict: Verdict, tell: Telling) -> str:
    lines = [f"{verdict.status}: {verdict.property.sentence}", verdict.why]
    lines += [tell.written(box) for box in (verdict.patients.boxes if verdict.patients else ())]
    return "\n".join(filter(None, lines))


def _junit(found: Verification, tell: Telling) -> str:
    bad = [v for v in found.verdicts if v.status not in ("proved", "accepted")]
    errors = [f for f in found.findings if f.weight == "error"]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    total = len(found.verdicts) + len(errors)
    lines.append(f'<testsuite name="guidekb verify" tests="{total}" failures="{len(bad) + len(errors)}">')
    for verdict in found.verdicts:
        lines.append(f'  <testcase classname="property" name={quoteattr(verdict.property.name)}>')
        if verdict in bad:
            text = escape(_told(verdict, tell))
            lines.append(f"    <failure message={quoteattr(verdict.status)}>{text}</failure>")
        lines.append("  </testcase>")
    for one in errors:
        lines.append(f"  <testcase classname={quoteattr(one.kind)} name={quoteattr(one.name)}>")
        lines += [f"    <failure message={quoteattr(one.kind)}>{escape(one.text)}</failure>", "  </testcase>"]
    return "\n".join([*lines, "</testsuite>"]) + "\n"


def _sarif(found: Verification, tell: Telling) -> str:
    results: list[dict[str, object]] = []
    for verdict in found.verdicts:
        if verdict.status not in ("proved", "accepted"):
            results.append(_result(verdict.property.name, _told(verdict, tell), "error", verdict.property.span))
    for one in found.findings:
        file, _, line = one.place.rpartition(":")
        span = Span(file, int(line) if line.isdigit() else 1, 1, 2)
        results.append(_result(one.kind, one.text, one.weight, span))
    rules = [{"id": name} for name in dict.fromkeys(str(r["ruleId"]) for r in results)]
    run = {"tool": {"driver": {"name": "guidekb", "rules": rules}}, "results": results}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _result(rule: str, text: str, level: str, span: Span) -> dict[str, object]:
    result: dict[str, object] = {"ruleId": rule, "level": level, "message": {"text": text}}
    if span.file:
        region = {"startLine": span.line, "startColumn": span.column}
        result["locations"] = [{"physicalLocation": {"artifactLocation": {"uri": f"kb/{span.file}"}, "region": region}}]
    return result


def _markdown(found: Verification, tell: Telling) -> str:
    bad = [v for v in found.verdicts if v.status not in ("proved", "accepted")]
    lines = [f"**{len(found.verdicts) - len(bad)} of {len(found.verdicts)} properties hold for every patient.**", ""]
    for verdict in bad:
        lines += [f"### {verdict.status}: `{verdict.property.name}`", "", verdict.property.sentence, ""]
        lines += [f"- `{tell.written(box)}`" for box in (verdict.patients.boxes if verdict.patients else ())]
        if verdict.witness:
            lines += ["", "Smallest patient: " + "; ".join(map(tell.fact, verdict.witness.facts)), ""]
        elif verdict.why:
            lines += [verdict.why, ""]
    errors = [f for f in found.findings if f.weight == "error"]
    lines += [f"- {f.kind}: {f.text}" for f in errors] or ["No conflict, no exclusive actions together, no dead rule."]
    lines += ["", *(f"Limit: {limit}." for limit in found.limits)]
    return "\n".join([*lines, *(["", "Partial: interrupted."] if found.partial else [])]) + "\n"
