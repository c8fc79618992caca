"""What was found before, kept in a file: a later run is compared by classes of patients, not by colours."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from ...kb.diagnostics import Diagnostic, Invalid
from ...kb.ir import Var
from ...kb.parser import parse_goals
from ...kb.properties import Verifiable
from ...kb.property import Waiver
from .telling import Telling
from .verdict import Finding, Verification

REASON = "baseline"


def baseline_text(found: Verification, tell: Telling) -> str:
    """The file: of each property that fails its status and its classes, and the findings by kind and name."""
    properties = {
        v.property.name: {
            "status": v.status,
            "classes": [tell.written(b) for b in v.patients.boxes] if v.patients else [],
        }
        for v in found.verdicts
        if v.status != "proved"
    }
    listed = sorted([f.kind, f.name] for f in found.findings if f.kind != "not analysable")
    data = {"properties": properties, "findings": listed}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


class Baseline:
    """A baseline that was read. Raises Invalid when the file is none."""

    def __init__(self, path: Path) -> None:
        try:
            data = cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))
            self.properties = cast("dict[str, dict[str, Any]]", data["properties"])
            self.findings = {(str(kind), str(name)) for kind, name in data["findings"]}
        except (OSError, ValueError, KeyError, TypeError) as error:
            help_ = "write one with `guidekb verify --write-baseline FILE`"
            raise Invalid([Diagnostic("V806", f"cannot read the baseline `{path}`: {error}", help=help_)]) from None

    def applied(self, given: Verifiable) -> Verifiable:
        """The properties with the classes of the baseline accepted: what is outside of them is new."""
        waivers: list[Waiver] = []
        for one in given.properties:
            for text in self.properties.get(one.name, {}).get("classes", []):
                goals = parse_goals(str(text)).goals
                if goals:
                    args = (Var("P"), *(Var(f"_{n}") for n in range(1, len(one.head.args))))
                    waivers.append(Waiver(replace(one.head, args=args), REASON, REASON, None, goals[0]))
        return replace(given, waivers=(*given.waivers, *waivers))

    def is_new(self, finding: Finding) -> bool:
        """Whether a finding was not there before."""
        return (finding.kind, finding.name) not in self.findings

    def known(self, name: str, status: str) -> bool:
        """Whether a property had this status before, for what has no class."""
        return self.properties.get(name, {}).get("status") == status and status != "violated"


def failures(found: Verification, baseline: Baseline | None) -> tuple[list[str], list[Finding]]:
    """What makes a run fail: properties by name, and findings. With a baseline, only what is new."""
    bad = [v for v in found.verdicts if v.status not in ("proved", "accepted")]
    if baseline is not None:
        bad = [v for v in bad if not baseline.known(v.property.name, v.status)]
    errors: Iterable[Finding] = (f for f in found.findings if f.weight == "error")
    fresh = [f for f in errors if baseline is None or baseline.is_new(f)]
    return [v.property.name for v in bad], [f for f in fresh if f.kind != "not analysable"]
