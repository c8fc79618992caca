"""What differs between two runs, in words and as JSON: each change with its patients, its rules and its facts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from ...kb.ir import Ground
from ..rendering.layout import Layout
from ..wording.sentences import Sentences
from .change import Change, Changes


def changes_json(found: Changes) -> str:
    """All of it as one object."""
    data = asdict(found)
    data["changes"] = [
        {**one, "fields": [{"field": f, "patients": n} for f, n in one["fields"]]} for one in data["changes"]
    ]
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def changes_text(found: Changes, first: Path, second: Path, layout: Layout, say: Sentences) -> str:
    """A paragraph for each change, those of most patients first."""
    return "\n".join(_lines(found, (first, second), layout, say)) + "\n"


def _lines(found: Changes, runs: tuple[Path, Path], layout: Layout, say: Sentences) -> Iterator[str]:
    rules = "the same rules" if found.same_rules else "two versions of the rules"
    yield layout.style(f"{found.changed:,} of {found.patients:,} patients have another answer", "bold")
    data = f"the records of {found.data_changed:,} of them differ" if found.data_changed else "their records are alike"
    yield from layout.wrap(f"Both runs have these patients, by {rules}; {data}.")
    for count, where in ((found.only_before, "first"), (found.only_after, "second")):
        if count:
            yield from layout.wrap(f"{count:,} patients are in the {where} run only.")
    for one in found.changes:
        yield ""
        yield from layout.wrap(_headline(one, say), f"{one.patients:>8,}  ")
        for line in (
            *_why(one, found.same_rules),
            f"guidekb cohort explain {runs[bool(one.after)]} {one.example} {one.name}",
        ):
            yield from layout.wrap(line, " " * 10)
    if not found:
        yield "Nothing differs."


def _headline(one: Change, say: Sentences) -> str:
    text = say.item(Ground(one.part, ("", one.name)))
    value = f" ({one.value})" if one.value else ""
    return f"{one.part.replace('_', ' ')}, {text}{value}: {one.before or 'not said'} → {one.after or 'not said'}"


def _why(one: Change, same_rules: bool) -> Iterator[str]:
    """By which rules, and by which facts."""
    gone = [rule for rule in one.rules_before if rule not in one.rules_after]
    new = [rule for rule in one.rules_after if rule not in one.rules_before]
    for rules, what in ((gone, "no longer by"), (new, "now by")):
        if rules:
            yield f"{what} {', '.join(rules)}"
    if one.rules_after and not gone and not new:
        yield f"by {', '.join(one.rules_after)}, as before"
    if one.fields:
        told = ", ".join(f"{field} ({count:,})" for field, count in one.fields)
        yield f"what their records say differs: {told}"
    if one.by_data < one.patients:
        rest = one.patients - one.by_data
        cause = "what the rules say of others of their facts" if same_rules else "the rules"
        yield f"{rest:,} with the same record: it is {cause} that changed"
