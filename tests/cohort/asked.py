"""A cohort of a few hundred patients who differ in what the rules and the audit ask for, and the commands on it."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from guidekb.cli import main

CHOICES: dict[str, list[Any]] = {
    "breast_cancer_status": ["known_active", "known_active", "suspected", "treated_no_evident_disease"],
    "stage": ["localized", "metastatic", None],
    "resectable": [True, False, None],
    "er": ["positive", "negative", None],
    "pr": ["positive", "negative"],
    "her2": ["positive", "negative", None],
    "menopausal_status": ["postmenopausal", None],
    "clinically_aggressive_disease": [True, False, None],
    "syndromes": [["dermatomyositis"], ["cerebellar_degeneration"], ["hypercalcemia"], ["necrotizing_myopathy"]],
    "metastatic_sites": [None, None, ["liver"]],
    "infection_excluded": [True, False, None],
    "immunotherapy_given": [["ivig"], ["azathioprine"], None],
    "corticosteroids": ["oral", "none", "iv_pulse", "planned_before_cancer_treatment", None],
    "cancer_systemic_therapy": ["none", "endocrine", "ongoing", None],
    "cancer_treatment_started": [True, False, None],
    "surgery": ["done", "none", None],
    "imaging": [[{"modality": "mammogram", "result": "negative"}], None],
    "bisphosphonate": ["ongoing", "none", None],
    "restaging_done": [True, False, None],
    "prior_breast_cancer": [True, None],
    "remission_long_term": [True, None],
    "ivig_start_days_after_onset": [20, 31, 40, None],
    "antibodies": [{"anti_yo": "positive"}, None],
}


def patients(count: int) -> list[dict[str, Any]]:
    """Records by chance, the same at every call; None is not recorded."""
    chance = Random(7)  # noqa: S311
    made: list[dict[str, Any]] = []
    for n in range(count):
        chosen = {field: chance.choice(values) for field, values in CHOICES.items()}
        made.append({"id": f"p{n:04}"} | {field: value for field, value in chosen.items() if value is not None})
    return made


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


def run(*arguments: str | Path) -> Ran:
    """A command, in this process."""
    out, err = io.StringIO(), io.StringIO()
    code, given = 0, sys.argv
    sys.argv = ["guidekb", *map(str, arguments)]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    finally:
        sys.argv = given
    return Ran(code, out.getvalue(), err.getvalue())


def cohort_of(records: list[dict[str, Any]], folder: Path, *more: str | Path) -> Path:
    """The folder of results of a run over these records."""
    source, out = folder / "source", folder / "out"
    source.mkdir(parents=True)
    (source / "patients.json").write_text(json.dumps(records), encoding="utf-8")
    done = run("cohort", "run", source, "--out", out, "--partitions", "3", *more)
    assert done.code == 0, done.err
    return out
