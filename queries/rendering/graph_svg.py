"""Pictures by Graphviz, when it is installed: its program `dot` is given the graph on its standard input."""

from __future__ import annotations

import shutil
import subprocess

from ...kb.diagnostics import Diagnostic, Unavailable

PICTURES = ("svg", "png")


def drawn(dot: str, form: str) -> bytes:
    """The picture of a graph in Graphviz's language. Raises Unavailable."""
    program = shutil.which("dot")
    if program is None:
        help_ = "install it (Debian: `apt-get install graphviz`), or write --format dot and draw that elsewhere"
        raise Unavailable(
            [Diagnostic("Q605", f"{form} pictures are drawn by Graphviz, which is not installed", help=help_)]
        )
    text = dot.encode("utf-8", "replace")
    done = subprocess.run([program, f"-T{form}"], input=text, capture_output=True, check=False)  # noqa: S603 (no shell)
    if done.returncode != 0:
        said = " ".join(done.stderr.decode("utf-8", "replace").split())[:300]
        raise Unavailable([Diagnostic("Q606", f"Graphviz could not draw the graph: {said or 'it gave no reason'}")])
    return done.stdout
