"""What a cohort comes to, as one HTML page that needs no other: a bar for each count, and the numbers beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...kb.ir import Ground
from ..names import ADVISE_AGAINST, RECOMMEND
from ..rendering.html_page import page
from ..rendering.markup import Markup, joined, tag
from ..wording.sentences import Sentences, sentences
from ..wording.words import Words
from .audit import DEPARTED, DONE, NOT_DONE, Audit
from .overview import STATUSES, Overview
from .overview_text import NOTE, TITLES, words_of

WIDE, HIGH = 1000, 10
"""Units of a bar's picture; the page gives it its size."""
COLOURS = {
    "certain": 0, "provisional": 1, "conflicting": 2, "undetermined": 3, "excluded": 4, "not computed": 5,
    "done": 0, "not done": 2, "departed": 2, "not recorded": 3,
    "an action waits for it": 1, "only other answers do": 3,
}  # fmt: skip
"""The class of each kind of count; the numbers and the legend say the same in words."""
Row = tuple[str, str, Sequence[int]]
"""What it is of, an id to show beside, and its counts."""


def overview_html(found: Overview, said: Words) -> str:
    """The whole document. Equal input gives equal bytes."""
    say, program = sentences(found.program, said), found.program
    title = f"Cohort: {found.patients:,} patients"
    header = joined(
        [
            tag("p", program.name.replace("_", " "), " ", program.version, class_="eyebrow"),
            tag("h1", title),
            tag("p", NOTE, class_="disclaimer", role="note"),
            *([tag("p", found.unfinished, class_="note")] if found.unfinished else []),
        ],
        "\n",
    )
    statuses = [s for s in STATUSES if any(s in line.statuses for line in found.lines)]
    parts = [_numbers(found)]
    if found.audit is not None:
        parts += _audit(found.audit, say, found.patients)
    for part, name in TITLES.items():
        rows: list[Row] = [
            (words_of(line, say), "", [line.statuses.get(s, 0) for s in statuses])
            for line in found.lines
            if line.part == part
        ]
        parts.append(_section(name, statuses, rows, found.patients))
    missing: list[Row] = [(say.unknown(f), f, [waiting, n - waiting]) for f, n, waiting in found.missing]
    parts.append(
        _section("Missing, and it could change something", ["an action waits for it", "only other answers do"], missing,
                 found.patients)
    )  # fmt: skip
    texts = {statement.id: statement.text for statement in program.statements}
    spoken: list[Row] = [
        (texts.get(s, s), s, [counts.get(status, 0) for status in statuses])
        for s, counts in sorted(found.statements.items())
    ]
    parts.append(_section("By statement", statuses, spoken, found.patients))
    footer = tag("p", said.say("page.knowledge_base", name=program.name, version=program.version, hash=program.sha256))
    return page(said, title, header, joined(filter(None, parts), "\n"), footer, "cohort.css")


def _numbers(found: Overview) -> Markup:
    told = {
        "patients": found.patients,
        "conclusions": sum(line.patients for line in found.lines),
        "fields that could change something": sum(patients for _, patients, _ in found.missing),
        "problems with the data": sum(found.problems.values()),
    }
    cells = [tag("div", tag("dt", name), tag("dd", f"{count:,}")) for name, count in told.items()]
    return tag("dl", *cells, class_="numbers")


def _audit(found: Audit, say: Sentences, patients: int) -> list[Markup]:
    """What is on record of what is recommended, and of what is advised against."""
    ids = {key[:2]: " ".join(k[2] for k in sorted(found.counts) if k[:2] == key[:2] and k[2]) for key in found.counts}
    parts: list[Markup] = []
    for direction, title, columns in (
        (RECOMMEND, "Recommended, and what is on record of it", (DONE, NOT_DONE)),
        (ADVISE_AGAINST, "Advised against, and on record all the same", (DEPARTED,)),
    ):
        rows: list[Row] = []
        for (key, name, statement), count in found.counts.items():
            if key == direction and not statement and name in found.told:
                cells = [*(count.standing[one] for one in columns), count.unrecorded]
                rows.append((say.item(Ground(direction, ("", name))), ids[key, name], cells))
        rows.sort(key=lambda row: (-row[2][len(columns) - 1], -sum(row[2]), row[0]))
        heads = [*(one.replace("_", " ") for one in columns), "not recorded"]
        parts.append(_section(title, heads, rows, patients))
    return parts


def _section(title: str, heads: Sequence[str], rows: Sequence[Row], patients: int) -> Markup:
    """A table with a bar in each row; nothing when it has no rows."""
    if not rows:
        return Markup()
    legend = tag("ul", *(tag("li", _swatch(COLOURS[head]), head) for head in heads), class_="legend")
    names = (tag("th", head, scope="col", class_="number") for head in heads)
    first, last = tag("th", "what", scope="col", class_="name"), tag("th", "of all patients", scope="col", class_="bar")
    head = tag("tr", first, *names, last)
    body: list[Markup] = []
    for text, name, counts in rows:
        label = tag("th", text, *([" ", tag("span", name, class_="id")] if name else []), scope="row")
        numbers = (tag("td", f"{count:,}", class_="number") for count in counts)
        body.append(tag("tr", label, *numbers, tag("td", _bar(heads, counts, patients), class_="bar")))
    table = tag("table", tag("thead", head), tag("tbody", joined(body, "\n")), class_="counts")
    return tag("section", tag("h2", title), legend, tag("div", table, class_="scroll", tabindex="0", role="region",
               aria_label=title), class_="answer")  # fmt: skip


def _bar(heads: Iterable[str], counts: Iterable[int], patients: int) -> Markup:
    """The counts side by side; the numbers stand in the row, so that the picture says nothing of its own."""
    x, parts = 0.0, list[Markup]()
    for head, count in zip(heads, counts, strict=True):
        width = WIDE * count / max(patients, 1)
        if count:
            parts.append(
                tag("rect", x=f"{x:.2f}", y="0", width=f"{width:.2f}", height=str(HIGH), class_=f"k{COLOURS[head]}")
            )
        x += width
    return tag("svg", *parts, viewBox=f"0 0 {WIDE} {HIGH}", preserveAspectRatio="none", aria_hidden="true")


def _swatch(number: int) -> Markup:
    return tag(
        "svg", tag("rect", width="10", height="10", class_=f"k{number}"), viewBox="0 0 10 10", aria_hidden="true"
    )
