"""The forms in which an answer can be shown beside text, all of them made from one explanation graph."""

from __future__ import annotations

import json

from ..kb.ir import Program
from .answer import Answer
from .answer_html import answer_html
from .answer_json import answer_data
from .answer_markdown import answer_markdown
from .explanation import Graph
from .graph_dot import dot
from .graph_mermaid import mermaid
from .graph_svg import PICTURES, drawn
from .words import Words

GRAPHS = ("dot", "mermaid", *PICTURES)
FORMS = ("json", "md", "html", *GRAPHS)
SEVERAL = ("text", "json", "jsonl", "md", "dot")
"""The forms that can hold more than one patient."""


def rendering(
    form: str,
    program: Program,
    answer: Answer,
    graph: Graph,
    said: Words,
    depth: int | None = None,
    notes: tuple[str, ...] = (),
) -> str | bytes:
    """The answer in one of FORMS, or as jsonl; `depth` is for graphs, `notes` come first in a document."""
    if form in ("json", "jsonl"):
        data = answer_data(program, answer, graph)
        return json.dumps(data, ensure_ascii=False, indent=1 if form == "json" else None)
    if form == "html":
        return answer_html(program, answer, graph, said, notes)
    if form == "md":
        return answer_markdown(program, answer, graph, said, notes)
    if form == "mermaid":
        return mermaid(graph, said, depth=depth)
    text = dot(graph, said, depth=depth)
    return text if form == "dot" else drawn(text, form)


def together(results: list[str | bytes], form: str) -> str | bytes:
    """The results for several patients as one output; one alone unless the form is in SEVERAL."""
    if form == "json":
        listed = ",\n".join(map(str, results))
        return f"{listed}\n" if len(results) == 1 else f"[{listed}]\n"
    if form == "jsonl":
        return "".join(f"{result}\n" for result in results)
    return results[0] if len(results) == 1 else "\n".join(map(str, results))
