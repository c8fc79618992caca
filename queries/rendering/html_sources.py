"""What an HTML page rests on: the recorded facts with their places, the statements with their rules, the readings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ...kb.ir import Clause, Origin, Program, Statement
from ...kb.printer import print_clause
from ..explanations.explanation import Graph, Node
from ..wording.words import Words
from .html_proof import statement_link
from .markup import Markup, anchor, joined, tag
from .statements import READING


@dataclass
class Cited:
    """What a page has named, and has to show: rules, and statements and readings, by their ids."""

    rules: set[str] = field(default_factory=lambda: set())
    statements: set[str] = field(default_factory=lambda: set())


def fact_table(graph: Graph, used_by: Mapping[str, list[Markup]], said: Words) -> Markup:
    """Every recorded fact of the graph, with its source, its place there and the value as written."""
    facts = sorted((n for n in graph.nodes.values() if n.kind == "recorded"), key=_by_place)
    if not facts:
        return tag("p", said.say("html.no_facts"))
    head = tag("tr", *(tag("th", said.say(f"html.{column}"), scope="col") for column in ("fact", "recorded")))
    rows = [_fact(node, used_by.get(node.id, []), said) for node in facts]
    return tag("table", tag("thead", head), tag("tbody", joined(rows, "\n")))


def unused_facts(graph: Graph, said: Words) -> Markup:
    """The recorded facts that nothing on the page rests on: read, and not lost."""
    if not graph.unused:
        return Markup()
    head = tag("tr", *(tag("th", said.say(f"html.{column}"), scope="col") for column in ("fact", "recorded")))
    rows = [_fact(node, [], said) for node in sorted(graph.unused, key=_by_place)]
    table = tag("table", tag("thead", head), tag("tbody", joined(rows, "\n")))
    return tag("details", tag("summary", said.count("html.unused", len(rows))), table)


def _fact(node: Node, users: list[Markup], said: Words) -> Markup:
    used = tag(
        "details",
        tag("summary", said.count("html.used_by", len(users))),
        tag("ul", *(tag("li", user) for user in users)),
    )
    fact = tag("td", tag("span", node.text), used if users else "")
    return tag(
        "tr",
        fact,
        tag("td", *(_origin(o, said) for o in node.origins)),
        id=node.id or False,
        class_="find" if node.id else False,
    )


def _origin(origin: Origin, said: Words) -> Markup:
    parts = [tag("bdi", said.place(origin.place), class_="place")]
    if origin.written:
        parts.append(tag("span", said.say("html.written"), " ", tag("code", origin.written)))
    parts.append(tag("bdi", origin.source, class_="file"))
    return tag("p", joined(parts, " "), class_="origin")


def _by_place(node: Node) -> list[tuple[int, int | str]]:
    """Numbers in places by their size, so that line 9 stands before line 10."""
    text = "\0".join(f"{o.source}\0{o.place}" for o in node.origins) + f"\0{node.id}"
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in re.split(r"(\d{1,9})", text) if part]


def statement_list(program: Program, cited: Cited, readings: bool, said: Words) -> list[Markup]:
    """The cited statements (or readings), each with its references and the rules that encode it."""
    shown = [s for s in program.statements if s.id in cited.statements and (s.kind == READING) == readings]
    rules = [clause for clause in program.clauses if clause.id in cited.rules]
    return [
        _statement(one, [c for c in rules if c.statement == one.id], said) for one in sorted(shown, key=lambda s: s.id)
    ]


def loose_rules(program: Program, cited: Cited, said: Words) -> list[Markup]:
    """The cited rules that stand under no statement, as in a program that is no guideline."""
    known = {s.id for s in program.statements}
    return [_rule(c, said) for c in program.clauses if c.id in cited.rules and c.statement not in known]


def _statement(one: Statement, rules: Iterable[Clause], said: Words) -> Markup:
    meta = [tag("span", said.phrases.get(f"statement_kind.{one.kind}", one.kind))]
    if one.kind != READING:
        meta.append(tag("span", references(one.refs, said)))
    if one.line is not None:
        meta.append(tag("span", said.say("html.source_line", line=one.line)))
    meta.append(tag("span", tag("code", one.span.place)))
    return tag(
        "article",
        tag("h3", one.id),
        *paragraphs(one.text),
        tag("p", joined(meta, " · "), class_="meta"),
        *(_rule(clause, said) for clause in rules),
        class_="statement find",
        id=anchor("statement", one.id),
    )


def paragraphs(text: str) -> Iterator[Markup]:
    """The text of a statement, which is Markdown: its paragraphs, with what stands in backticks as code."""
    for paragraph in re.split(r"\n\s*\n", text):
        parts = " ".join(paragraph.split()).split("`")
        if len(parts) % 2 == 0:  # the last backtick opens nothing
            parts[-2:] = ["`".join(parts[-2:])]
        yield tag("p", *(tag("code", part) if n % 2 else part for n, part in enumerate(parts)))


def _rule(clause: Clause, said: Words) -> Markup:
    readings = [statement_link(str(r)) for r in clause.values("reading") if r != clause.statement]
    follows = tag("span", said.say("html.follows"), " ", joined(readings, ", "), class_="meta") if readings else ""
    summary = tag("summary", said.say("html.rule", rule=clause.id), " ", tag("code", clause.span.place))
    text = tag("pre", tag("code", joined(print_clause(clause).splitlines(), "\n")))
    return tag("div", tag("details", summary, text), follows, class_="rule", id=anchor("rule", clause.id))


def references(numbers: Iterable[int], said: Words) -> str:
    """The source's reference numbers, or that there are none."""
    listed = said.join(map(str, numbers), "unit")
    return said.say("proof.references", numbers=listed) if listed else said.say("proof.no_references")
