"""The file of gaps: conditions that no test will show both ways, each with the reason why."""

from __future__ import annotations

from pathlib import Path

from ..kb.case import Gap
from ..kb.diagnostics import Invalid
from .case_nodes import CaseNodes
from .document import records
from .findings import Findings
from .source import bytes_of, source_of

KEYS = ("rule", "condition", "never", "because")


def read_gaps(path: Path) -> tuple[Gap, ...]:
    """The gaps of a file: maps with `rule`, `condition`, `never` (holds or fails) and `because`. Raises Invalid."""
    source = source_of(bytes_of(str(path), None), path.as_posix())
    findings = Findings(source)
    nodes = CaseNodes(findings)
    found: list[Gap] = []
    for record in records(source, findings):
        entries = nodes.entries(record, KEYS, "a gap")
        if lacking := [key for key in KEYS if key not in entries]:
            nodes.wrong("D962", f"the gap has no `{lacking[0]}`", record, f"a gap has `{'`, `'.join(KEYS)}`")
            continue
        rule, condition, because = (nodes.text(entries[key][1], f"`{key}`") for key in ("rule", "condition", "because"))
        never = nodes.text(entries["never"][1], "`never`")
        if never not in ("holds", "fails"):
            nodes.wrong("D963", "`never` is `holds` or `fails`", entries["never"][1])
            continue
        found.append(Gap(rule, condition, "holds" if never == "holds" else "fails", because, source.span(record.start)))
    if findings.errors:
        raise Invalid(findings.all_errors())
    return tuple(found)
