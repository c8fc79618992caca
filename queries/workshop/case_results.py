"""What came of many cases: as text, as JSON, and as the JUnit XML that build servers read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from xml.etree import ElementTree as Xml

from ...kb.diagnostics import printable
from .case_run import Outcome

WORDS = {"passed": "passed", "failed": "failed", "error": "in error"}


def file_line(path: str, outcomes: Sequence[Outcome]) -> str:
    """One line for a file of cases."""
    return f"{printable(path)}: {counted(outcomes)}"


def counted(outcomes: Sequence[Outcome]) -> str:
    """`23 passed, 1 failed`."""
    counts = Counter(o.status for o in outcomes)
    return ", ".join(f"{counts[s]} {w}" for s, w in WORDS.items() if counts[s]) or "no case picked"


def closing(outcomes: Sequence[Outcome]) -> str:
    """The reports of what did not pass, and the last line."""
    bad = [o for o in outcomes if o.status != "passed"]
    reports = [f"\n{o.status.upper()} {o.report.rstrip()}\n" for o in bad]
    total = f"{len(outcomes)} case{'' if len(outcomes) == 1 else 's'}: {counted(outcomes)}\n"
    return "".join([*reports, "\n" if reports else "", total])


def as_json(outcomes: Sequence[Outcome]) -> str:
    """All outcomes as one object."""
    cases = [
        {
            "place": o.place,
            "section": o.section,
            "name": o.name,
            "status": o.status,
            "wrong": list(o.wrong),
        }
        for o in outcomes
    ]
    counts = Counter(o.status for o in outcomes)
    data = {"ok": len(outcomes) == counts["passed"] > 0, **{s: counts[s] for s in WORDS}, "cases": cases}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def as_junit(outcomes: Sequence[Outcome]) -> str:
    """All outcomes as JUnit XML: a suite, a case each with its file as its class."""
    counts = Counter(o.status for o in outcomes)
    totals = {"tests": str(len(outcomes)), "failures": str(counts["failed"]), "errors": str(counts["error"])}
    suites = Xml.Element("testsuites", totals)
    suite = Xml.SubElement(suites, "testsuite", {"name": "guidekb", **totals, "skipped": "0"})
    for o in outcomes:
        file, _, line = o.place.rpartition(":")
        attributes = {"classname": _xml(file or o.place), "name": _xml(f"{o.name} [{line}]" if file else o.name)}
        case = Xml.SubElement(suite, "testcase", attributes)
        if o.status != "passed":
            kind = "failure" if o.status == "failed" else "error"
            Xml.SubElement(case, kind, {"message": _xml("; ".join(o.wrong))}).text = _xml(o.report)
    Xml.indent(suites)
    return Xml.tostring(suites, "unicode", xml_declaration=True) + "\n"


def _xml(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return "".join(
        c if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "￾￿") else "�" for c in text
    )
