"""The coverage of a program as one page: the text of the guideline, each part in the color of what tests show of it.

A color is never alone: every part says in words what was seen of it. The page needs no other file and runs no script.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from ...kb.ir import Program, Statement
from ...kb.printer import print_atom
from ..rendering.layout import GLYPHS
from ..rendering.markup import Markup, anchor, joined, tag
from .coverage_data import MEASURES, Coverage, Outcome, RuleCovered, condition_text

STYLE = Path(__file__).parent.parent / "rendering" / "html" / "coverage.css"
WORDS = {"covered": "covered", "partly": "partly covered", "uncovered": "not covered"}


def coverage_html(program: Program, found: Coverage) -> str:
    """The whole document."""
    title = f"Test coverage of {program.name} {program.version}"
    body = joined(
        [
            tag("h1", title),
            tag("p", f"By {found.patients} test patients. Knowledge base sha256 {program.sha256[:12]}.", class_="soft"),
            _numbers(found),
            _missing(found),
            tag("main", joined(_text(program, found), "\n")),
        ],
        "\n",
    )
    document = joined([_head(title), tag("body", body)], "\n")
    return f"<!doctype html>\n{tag('html', document, lang='en')}\n"


def _numbers(found: Coverage) -> Markup:
    rows: list[Markup] = []
    for measure in MEASURES:
        covered, of = found.counts(measure)
        cells = (str(covered), str(of), f"{min(found.percent(measure), 100 if covered == of else 99.9):.1f} %")
        rows.append(tag("tr", tag("th", measure, scope="row"), *(tag("td", c, class_="number") for c in cells)))
    head = tag("tr", *(tag("th", t, scope="col") for t in ("", "covered", "of", "share")))
    meant = f"{found.meant} outcomes of conditions are gaps that are meant." if found.meant else ""
    return joined([tag("table", tag("thead", head), tag("tbody", *rows)), tag("p", meant, class_="soft")])


def _missing(found: Coverage) -> Markup:
    """Links to what is not covered."""
    gaps = [rule for rule in found.rules if not rule.complete]
    if not gaps:
        return tag("p", "Nothing is left to be covered.")
    links = (tag("li", tag("a", r.rule.id, href=f"#{anchor('rule', r.rule.id)}")) for r in gaps)
    return tag("section", tag("h2", "Not covered"), tag("ul", *links))


def _text(program: Program, found: Coverage) -> Iterator[Markup]:
    """The statements under their headings, in the order of the documents."""
    rules = {s.statement.id: s.rules for s in found.statements}
    above: tuple[str, ...] = ()
    for one in program.statements:
        heading = one.span.heading
        shared = next((i for i, (a, b) in enumerate(zip(above, heading, strict=False)) if a != b), len(above))
        for level in range(min(shared, len(heading)), len(heading)):
            yield tag(f"h{min(level + 2, 6)}", heading[level])
        above = heading
        yield _statement(one, rules.get(one.id, ()))
    stray = [r for r in found.rules if not r.rule.statement]
    if stray:
        yield tag("h2", "Rules under no statement")
        yield tag("div", *map(_rule, stray), class_="statement")


def _statement(one: Statement, rules: Iterable[RuleCovered]) -> Markup:
    listed = tuple(rules)
    state = _state([r.concluded > 0 for r in listed], [r.complete for r in listed]) if listed else ""
    refs = f"; refs {', '.join(map(str, one.refs))}" if one.refs else ""
    note = WORDS[state] if state else f"no rule: {one.no_rule}" if one.no_rule else "no rule"
    start = tag("p", tag("strong", one.id), f" ({one.kind}{refs}) ", tag("span", f"— {note}", class_="soft"))
    paragraphs = (tag("p", text) for text in one.text.split("\n\n"))
    return tag("div", start, *paragraphs, *map(_rule, listed), class_=f"statement {state}".strip())


def _state(any_of: list[bool], all_of: list[bool]) -> str:
    return "covered" if all(all_of) else "partly" if any(any_of) else "uncovered"


def _rule(rule: RuleCovered) -> Markup:
    clause = rule.rule
    times = f"concludes for {rule.concluded} patients" if rule.concluded else "concludes for no patient"
    head = tag(
        "div", tag("code", f"{print_atom(clause.head)} :-"), tag("span", f" {clause.id}, {times}", class_="soft")
    )
    pairs = zip(rule.outcomes[::2], rule.outcomes[1::2], strict=True)
    items = (_condition(holds, fails) for holds, fails in pairs)
    return tag("div", head, tag("ul", *items), class_="rule", id=anchor("rule", clause.id))


def _condition(holds: Outcome, fails: Outcome) -> Markup:
    state = _state([holds.covered, fails.covered], [holds.covered, fails.covered])
    said = f"{_seen(holds, 'holds', 'never holds')}, {_seen(fails, 'fails alone', 'never fails alone')}"
    return tag("li", tag("code", condition_text(holds.condition)), tag("span", f" {said}", class_="soft"), class_=state)


def _seen(one: Outcome, yes: str, no: str) -> str:
    if one.seen:
        return f"{GLYPHS['yes']} {yes}"
    return f"({no}, as {one.because})" if one.because else f"{GLYPHS['no']} {no}"


def _head(title: str) -> Markup:
    style = _style()
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("link", rel="icon", href="data:,"),
        Markup(f"<style>{style}</style>"),
    )


@cache
def _style() -> str:
    """Our style, as it stands in its file. INVARIANT (raw): no data is ever put into it."""
    return STYLE.read_text(encoding="utf-8")
