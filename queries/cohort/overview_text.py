"""What a cohort comes to, for a terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ...kb.ir import Ground
from ..names import ADVISE_AGAINST, ALERT, CONSIDER, EXPECT, FLAG, PROGNOSIS, RECOMMEND
from ..rendering.layout import Layout
from ..wording.sentences import Sentences, sentences
from ..wording.words import Words
from .audit import DEPARTED, DONE, NOT_DONE, Audit, Count
from .overview import STATUSES, Line, Overview

TITLES = {
    RECOMMEND: "Recommended",
    CONSIDER: "To be considered",
    ADVISE_AGAINST: "Advised against",
    ALERT: "Alerts",
    EXPECT: "Expected",
    PROGNOSIS: "Prognosis",
    FLAG: "Flags",
}
SHORT = {"undetermined": "open", "not computed": "not computed"}
NOTE = "Not validated for care. Counts are of records: what is not recorded is not a no."


def overview_text(found: Overview, layout: Layout, said: Words) -> str:
    """The counts as a table for each part of the answers."""
    return "\n".join(_lines(found, layout, sentences(found.program, said))) + "\n"


def overview_json(found: Overview) -> str:
    """The counts as one object; equal input gives equal bytes."""
    program = found.program
    data: dict[str, object] = {
        "kb": {"name": program.name, "version": program.version, "sha256": program.sha256},
        "finished": not found.unfinished,
        "patients": found.patients,
        "answers": [{"part": x.part, "name": x.name, "value": x.value, "statuses": x.statuses} for x in found.lines],
        "statements": found.statements,
        "undetermined": [{"field": f, "patients": n, "actions_wait": w} for f, n, w in found.missing],
        "problems": found.problems,
    }
    if found.audit is not None:
        data["audit"] = audit_data(found.audit)
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def audit_data(found: Audit) -> list[dict[str, object]]:
    """The counts of an audit as plain data; `recordable`: the record can tell whether it was done."""
    return [
        {
            "direction": direction,
            "name": name,
            "statement": statement or None,
            "patients": count.patients,
            **count.standing,
            "not_recorded": count.unrecorded,
            "recordable": name in found.told,
        }
        for (direction, name, statement), count in sorted(found.counts.items())
    ]


def audit_json(found: Audit) -> str:
    """The counts of an audit as a list; equal input gives equal bytes."""
    return json.dumps(audit_data(found), ensure_ascii=False, indent=1) + "\n"


def audit_text(found: Audit, unfinished: str, layout: Layout, say: Sentences) -> Iterator[str]:
    """Who of those to whom something is recommended has it on record, and who has what is advised against."""
    yield layout.style(f"{found.patients:,} patients", "bold")
    yield from layout.wrap(unfinished) if unfinished else ()
    whole = {key: count for key, count in found.counts.items() if not key[2]}
    for direction, title, columns in (
        (RECOMMEND, "Recommended, and what is on record of it", (DONE, NOT_DONE)),
        (CONSIDER, "To be considered, and what is on record of it", (DONE, NOT_DONE)),
        (ADVISE_AGAINST, "Advised against, and on record all the same", (DEPARTED,)),
    ):
        rows = [(key[1], count) for key, count in whole.items() if key[0] == direction]
        if not rows:
            continue
        yield from ("", layout.heading(title))
        table: list[tuple[str, Sequence[int | None]]] = []
        for name, count in sorted(rows, key=lambda row: (-_worst(row[1]), -row[1].patients, row[0])):
            told = [*(count.standing[c] for c in columns), count.unrecorded] if name in found.told else ()
            ids = " ".join(k[2] for k in sorted(found.counts) if k[:2] == (direction, name) and k[2])
            text = f"{say.item(Ground(direction, ('', name)))} [{ids}]"
            table.append((text, [count.patients, *(told or [None] * (len(columns) + 1))]))
        heads = ["patients", *(one.replace("_", " ") for one in columns), "not recorded"]
        yield from _table(heads, table, layout)
    if untold := sorted({key[1] for key in whole} - found.told):
        names = ", ".join(untold)
        yield ""
        yield from layout.wrap(f"-: no field of the record tells whether it was done: {names}.")


def _table(heads: Sequence[str], rows: Sequence[tuple[str, Sequence[int | None]]], layout: Layout) -> Iterator[str]:
    """Numbers in columns, then the words; a number that nobody can know is a dash."""
    cells = [["-" if n is None else f"{n:,}" for n in numbers] for _, numbers in rows]
    wide = [max(len(head), *(len(row[i]) for row in cells)) + 2 for i, head in enumerate(heads)]
    yield layout.style("".join(head.rjust(w) for head, w in zip(heads, wide, strict=True)), "dim")
    for (text, _), row in zip(rows, cells, strict=True):
        yield from layout.wrap(text, "".join(c.rjust(w) for c, w in zip(row, wide, strict=True)) + "  ")


def _worst(count: Count) -> int:
    return count.standing[NOT_DONE] + count.standing[DEPARTED]


def _lines(found: Overview, layout: Layout, say: Sentences) -> Iterator[str]:
    yield layout.style(f"{found.patients:,} patients", "bold")
    if found.unfinished:
        yield from layout.wrap(found.unfinished)
    present = {status for line in found.lines for status in line.statuses}
    columns = [status for status in STATUSES if status in present]
    for part, title in TITLES.items():
        rows = [line for line in found.lines if line.part == part]
        if rows:
            yield from ("", layout.heading(title))
            counted = [(words_of(line, say), [line.statuses.get(c, 0) for c in columns]) for line in rows]
            yield from _table([SHORT.get(c, c) for c in columns], counted, layout)
    if found.missing:
        yield from ("", layout.heading("Missing, and it could change something"))
        missing = [(f"{say.unknown(name)} ({name})", [n, waiting]) for name, n, waiting in found.missing]
        yield from _table(["patients", "actions wait"], missing, layout)
    yield from ("", layout.heading("By statement"))
    texts = {statement.id: statement.text for statement in found.program.statements}
    spoken = [
        (f"{statement}: {texts.get(statement, '')}", [statuses.get(c, 0) for c in columns])
        for statement, statuses in sorted(found.statements.items())
    ]
    yield from _table([SHORT.get(c, c) for c in columns], spoken, layout)
    if found.problems:
        counts = ", ".join(f"{code} {count:,} times" for code, count in found.problems.items())
        yield ""
        yield from layout.wrap(f"Problems with the data: {counts}; guidekb explain-code CODE says what each is.")
    yield ""
    yield from layout.wrap(NOTE)


def words_of(line: Line, say: Sentences) -> str:
    """The conclusion in words."""
    text = say.item(Ground(line.part, ("", line.name)))
    return f"{text}: {say.words.say(f'prognosis.{line.value}')}" if line.value else text
