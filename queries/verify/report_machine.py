"""The report of a verification for other programs: JSON, JUnit, SARIF; and Markdown for a pull request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from ...kb.ir import Span
from ..rendering.answer_markdown import plain
from .amounts import digits
from .classes import Box, in_order
from .telling import Telling, written
from .verdict import GOOD, Finding, Verdict, Verification

FORMS = ("json", "junit", "sarif", "md")


def report(found: Verification, tell: Telling, form: str) -> str:
    """The report in one of FORMS."""
    return {"json": _json, "junit": _junit, "sarif": _sarif, "md": _markdown}[form](found, tell)


def _data(verdict: Verdict, tell: Telling) -> dict[str, object]:
    one = verdict.property
    data: dict[str, object] = {
        "property": one.name, "kind": one.kind, "sentence": one.sentence,
        "place": one.span.place if one.span.file else "",
        "status": verdict.status, "relies_on": list(verdict.relies_on), "why": verdict.why,
        "waivers": [
            {"reason": w.reason, "by": w.by, "until": w.until.isoformat() if w.until else None} for w in verdict.waivers
        ],
    }  # fmt: skip
    return data | _shown(verdict, tell)


def _shown(verdict: Verdict, tell: Telling) -> dict[str, object]:
    """The class and the smallest patient, as far as there are any."""
    data: dict[str, object] = {}
    if verdict.patients:
        boxes = verdict.patients.boxes
        data["classes"] = [tell.written(b) for b in boxes]
        data["classes_in_words"] = [[tell.condition(c) for c in in_order(b)] for b in boxes]
        data["all_classes"] = verdict.patients.whole
        data["violations"] = [written(v) for v in verdict.violations]
    if verdict.witness:
        data["smallest_patient"] = [written(f) for f in verdict.witness.facts]
        data["learned"] = written(verdict.witness.learned) if verdict.witness.learned else None
    return data


def _finding(one: Finding, tell: Telling) -> dict[str, object]:
    data: dict[str, object] = {
        "kind": one.kind, "name": one.name, "text": one.text, "weight": one.weight, "place": one.place,
    }  # fmt: skip
    return data | (_shown(one.verdict, tell) if one.verdict else {})


def _json(found: Verification, tell: Telling) -> str:
    data = {
        "properties": [_data(v, tell) for v in found.verdicts],
        "findings": [_finding(f, tell) for f in found.findings],
        "limits": list(found.limits),
        "patients": digits(found.patients),
        "rules": found.rules,
        "partial": found.partial,
        "not_done": list(found.left),
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _told(verdict: Verdict, tell: Telling) -> str:
    lines = [f"{verdict.status}: {verdict.property.sentence}", verdict.why]
    lines += [tell.written(box) for box in (verdict.patients.boxes if verdict.patients else ())]
    return "\n".join(filter(None, lines))


def _junit(found: Verification, tell: Telling) -> str:
    bad = [v for v in found.verdicts if v.status not in GOOD and v.status != "not finished"]
    errors = [f for f in found.findings if f.weight == "error"]
    skipped = [v for v in found.verdicts if v.status == "not finished"]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    counts = f'tests="{len(found.verdicts) + len(errors)}" failures="{len(bad) + len(errors)}" skipped="{len(skipped)}"'
    lines.append(f'<testsuite name="guidekb verify" {counts}>')
    for verdict in found.verdicts:
        lines.append(f'  <testcase classname="property" name={_quoted(verdict.property.name)}>')
        if verdict in skipped:
            lines.append('    <skipped message="interrupted"/>')
        elif verdict in bad:
            lines.append(f"    <failure message={_quoted(verdict.status)}>{_plain(_told(verdict, tell))}</failure>")
        lines.append("  </testcase>")
    for one in errors:
        text = "\n".join((one.text, *(tell.written(box) for box in _boxes(one.verdict))))
        lines.append(f"  <testcase classname={_quoted(one.kind)} name={_quoted(one.name)}>")
        lines += [f"    <failure message={_quoted(one.kind)}>{_plain(text)}</failure>", "  </testcase>"]
    return "\n".join([*lines, "</testsuite>"]) + "\n"


def _plain(text: str) -> str:
    """Text for XML, in which control characters have no place at all."""
    return escape("".join(c if c.isprintable() or c == "\n" else "?" for c in text))


def _quoted(text: str) -> str:
    return quoteattr("".join(c if c.isprintable() else "?" for c in text))


def _boxes(verdict: Verdict | None) -> tuple[Box, ...]:
    return verdict.patients.boxes if verdict and verdict.patients else ()


def _sarif(found: Verification, tell: Telling) -> str:
    results: list[dict[str, object]] = []
    described: dict[str, str] = {}
    for verdict in found.verdicts:
        if verdict.status not in GOOD and verdict.status != "not finished":
            one = verdict.property
            described[one.name] = one.sentence
            results.append(_result(one.name, _told(verdict, tell), "error", one.span, tell))
    for one in found.findings:
        file, _, line = one.place.rpartition(":")
        span = Span(file, int(line) if line.isdigit() else 1, 1, 2)
        described.setdefault(one.kind, one.kind)
        text = "\n".join((one.text, *(tell.written(box) for box in _boxes(one.verdict))))
        results.append(_result(one.kind, text, one.weight, span, tell))
    rules = [{"id": name, "shortDescription": {"text": text}} for name, text in described.items()]
    run = {
        "tool": {"driver": {"name": "guidekb", "rules": rules}},
        "invocations": [{"executionSuccessful": not found.partial}],
        "results": results,
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _result(rule: str, text: str, level: str, span: Span, tell: Telling) -> dict[str, object]:
    result: dict[str, object] = {"ruleId": rule, "level": level, "message": {"text": text}}
    if span.file:
        region = {"startLine": max(1, span.line), "startColumn": max(1, span.column)}
        uri = quote(f"{tell.folder}/{span.file}" if tell.folder else span.file)
        result["locations"] = [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}]
    return result


def _markdown(found: Verification, tell: Telling) -> str:
    bad = [v for v in found.verdicts if v.status not in GOOD]
    lines = [f"**{len(found.verdicts) - len(bad)} of {len(found.verdicts)} properties hold for every patient.**"]
    for verdict in bad:
        if verdict.status != "not finished":
            lines += ["", f"### {verdict.status}: `{verdict.property.name}`", "", plain(verdict.property.sentence)]
            lines += [*_shown_markdown(verdict, tell)]
    errors = [f for f in found.findings if f.weight == "error"]
    for one in errors:
        lines += ["", f"### {one.kind}", "", plain(one.text)]
        lines += [*_shown_markdown(one.verdict, tell)] if one.verdict else []
    if not errors and found.whole and not found.partial:
        lines += ["", "No conflict, no exclusive actions together, no dead rule."]
    for limit in found.limits:
        lines += ["", f"Limit: {limit}."]
    if found.partial:
        lines += ["", f"Partial: interrupted. Not done: {', '.join(found.left)}."]
    return "\n".join(lines) + "\n"


def _shown_markdown(verdict: Verdict, tell: Telling) -> Iterator[str]:
    boxes = _boxes(verdict)
    if boxes:
        yield from ("", "For:", "")
        for box in boxes:
            words = plain("; ".join(map(tell.condition, in_order(box))) or "every patient")
            yield f"- {words}" + (f" (`{tell.written(box)}`)" if box else "")
        if verdict.patients and not verdict.patients.whole:
            yield "- and others"
    if verdict.witness:
        facts = plain("; ".join(map(tell.fact, verdict.witness.facts)))
        learned = plain(tell.fact(verdict.witness.learned)) if verdict.witness.learned else ""
        yield from ("", f"Smallest patient: {facts}{f'; and then: {learned}' if learned else ''}.")
    elif verdict.why:
        yield from ("", f"{plain(verdict.why)}.")
