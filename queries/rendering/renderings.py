"""The forms in which an answer can be shown beside text, all of them made from one explanation graph."""

from __future__ import annotations

import json

from ...kb.ir import Program
from ..answers.answer import Answer
from ..explanations.explanation import Graph
from ..wording.words import Words
from .graph_svg import PICTURES, drawn

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
    """The answer in one of FORMS, or as jsonl; `depth` is for graphs, `notes` come first in a document.

    A form's own file is read only when it is asked for: what is shown in text starts without them.
    """
    if form in ("json", "jsonl"):
        from .answer_json import answer_data

        data = answer_data(program, answer, graph)
        return json.dumps(data, ensure_ascii=False, indent=1 if form == "json" else None)
    if form == "html":
        from .answer_html import answer_html

        return answer_html(program, answer, graph, said, notes)
    if form == "md":
        from .answer_markdown import answer_markdown

        return answer_markdown(program, answer, graph, said, notes)
    if form == "mermaid":
        from .graph_mermaid import mermaid

        return mermaid(graph, said, depth=depth)
    from .graph_dot import dot

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
