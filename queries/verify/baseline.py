"""What was found before, kept in a file: a later run is compared by classes of patients, not by colours."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from ...kb.diagnostics import Diagnostic, Invalid
from ...kb.ir import Literal, Var
from ...kb.parser import parse_goals
from ...kb.properties import Verifiable
from ...kb.property import Waiver
from .lints import NEEDLESS, NOT_ANALYSABLE
from .obligations import built_in
from .telling import Telling
from .verdict import GOOD, Finding, Verdict, Verification

REASON = "baseline"


def baseline_text(found: Verification, tell: Telling) -> str:
    """The file: of each property that fails its status and its classes, and the findings by kind and name."""
    verdicts = [*found.verdicts, *(f.verdict for f in found.findings if f.verdict)]
    properties = {
        v.property.name: {
            "status": v.status,
            "classes": [tell.written(b) for b in v.patients.boxes] if v.patients else [],
        }
        for v in verdicts
        if v.status not in GOOD
    }
    listed = sorted([f.kind, f.name] for f in found.findings if f.kind != NOT_ANALYSABLE)
    data = {"properties": properties, "findings": listed}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


class Baseline:
    """A baseline that was read. Raises Invalid when the file is none."""

    def __init__(self, path: Path) -> None:
        try:
            data = cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))
            self.properties = {
                str(name): (str(one["status"]), tuple(map(str, one["classes"])))
                for name, one in cast("dict[str, Any]", data["properties"]).items()
            }
            self.findings = {(str(kind), str(name)) for kind, name in data["findings"]}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no baseline"
            help_ = "write one with `guidekb verify --write-baseline FILE`"
            raise Invalid([Diagnostic("V806", f"cannot read the baseline `{path}`: {why}", help=help_)]) from None

    def applied(self, given: Verifiable) -> Verifiable:
        """The properties with the classes of the baseline accepted: what is outside of them is new."""
        waivers: list[Waiver] = []
        names = given.whole.predicates_by_name.keys()
        for one in (*given.properties, *built_in(given.program)):
            for text in self.properties.get(one.name, ("", ()))[1]:
                goals = parse_goals(text).goals if text else ((),)
                # of a class in words that there are no more, nothing is accepted
                if goals and all(i.atom.predicate in names for i in goals[0] if isinstance(i, Literal)):
                    args = (Var("P"), *(Var(f"_{n}") for n in range(1, len(one.head.args))))
                    waivers.append(Waiver(replace(one.head, args=args), REASON, REASON, None, goals[0]))
        return replace(given, waivers=(*given.waivers, *waivers))

    def against(self, found: Verification) -> Verification:
        """What was found, with what was known before as accepted, or as a note. A violation is known by its class, so
        that one that is left is new."""
        verdicts = (self._known(v) for v in found.verdicts)
        findings = (f for f in found.findings if not (f.kind == NEEDLESS and f.text.endswith(f": {REASON}")))
        return replace(
            found,
            verdicts=tuple(verdicts),
            findings=tuple(replace(f, weight="note") if self._is_known(f) else f for f in findings),
        )

    def _known(self, verdict: Verdict) -> Verdict:
        before, _ = self.properties.get(verdict.property.name, ("", ()))
        if before != verdict.status or verdict.status in (*GOOD, "violated", "not finished"):
            return verdict
        return replace(verdict, status="accepted", why=f"{verdict.status}, and known in the baseline")

    def _is_known(self, finding: Finding) -> bool:
        return finding.verdict is None and (finding.kind, finding.name) in self.findings


def failures(found: Verification) -> list[str]:
    """What makes a run fail: properties by name, and findings that are errors."""
    bad = [v.property.name for v in found.verdicts if v.status not in (*GOOD, "not finished")]
    return [*bad, *(f"{f.kind} {f.name}" for f in found.findings if f.weight == "error")]
