"""What is done of a cohort: a receipt for each partition, the plan before the first, the manifest after the last."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from ...kb.diagnostics import Diagnostic, Invalid, quoted
from ..save import save

FORMAT = 1
"""Changes when files of an earlier version cannot be continued."""
PLAN, MANIFEST, SUMMARY, DONE = "cohort.json", "manifest.json", "summary.json", "done"
KINDS = ("answers", "firings", "undetermined", "problems")
"""The folders of results; each has one file for each partition and each delta."""
Json = dict[str, Any]


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """A small file, whole or not at all; equal content gives equal bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save(path, json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def read_json(path: Path) -> Json | None:
    """The content; None when there is none, or none that can be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return cast("Json", found) if isinstance(found, dict) else None


def plan_of(out: Path) -> Json | None:
    """What an earlier run in this folder was of; None for a folder that is new or empty. Raises Invalid for others."""
    if not out.exists():
        return None
    if not out.is_dir():
        raise Invalid([Diagnostic("Q672", f"{quoted(out)} is a file; results go into a folder")])
    plan = read_json(out / PLAN)
    if plan is None and any(out.iterdir()):
        help_ = "name a folder that is new or empty, or one that an earlier run has made"
        raise Invalid([Diagnostic("Q672", f"{quoted(out)} holds other things than results of a cohort", help=help_)])
    if plan is not None and plan.get("format") != FORMAT:
        message = f"{quoted(out)} was written by another version of guidekb (format {plan.get('format')})"
        raise Invalid([Diagnostic("Q672", message, help="choose another folder")])
    return plan


def receipt_of(out: Path, stem: str, kb: str, facts: Path | None) -> Json | None:
    """The receipt of what is done and still true: same rules, same facts, all files whole. None otherwise."""
    found = read_json(out / DONE / f"{stem}.json")
    if found is None or found.get("format") != FORMAT or found.get("kb_sha256") != kb:
        return None
    try:
        if facts is not None and found.get("facts_sha256") != digest_of(facts):
            return None
        whole = all(digest_of(out / kind / f"{stem}.parquet") == found["files"][kind] for kind in KINDS)
    except (OSError, KeyError, TypeError):
        return None
    return found if whole else None


def keep_only(out: Path, stems: Collection[str]) -> None:
    """Other partitions than these count as not done from now on, and the run as not finished."""
    (out / MANIFEST).unlink(missing_ok=True)
    for path in (out / DONE).glob("part-*.json"):
        if path.stem not in stems:
            path.unlink(missing_ok=True)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(2**20):
            digest.update(block)
    return digest.hexdigest()
