"""How long `guidekb lsp` takes from a keystroke in the first guideline to the findings of the whole knowledge base.

    python benchmarks/editor.py [rounds]

The server is a process of its own, spoken to as by an editor. Figures are medians in seconds, from the message
that a text has changed to the findings, with and without the pause that waits for the next keystroke.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "editor"))

from client import Client, spot
from guidekb.kb.load import HOME
from guidekb.queries.editor.server import PAUSE

GUIDELINE, READINGS, VOCABULARY = (
    HOME / "guidelines" / "paraneoplastic_breast.md",
    HOME / "guidelines" / "paraneoplastic_breast_readings.md",
    HOME / "vocabulary.md",
)
EDITS = (
    ("a word of a statement", GUIDELINE, "Localized, resectable disease goes", "Localized, resectable disease g{}s"),
    ("a value in a rule", GUIDELINE, "stage_is(P, metastatic)", "stage_is(P, metastatic{})"),
    ("a period is missing", READINGS, "stage_is(P, metastatic).", "stage_is(P, metastatic) % {}"),
    ("a sentence of the vocabulary", VOCABULARY, '"the age is not recorded"', '"no age is recorded {}"'),
)


def main(rounds: int) -> None:
    """Make each edit as often as asked, each time a little different."""
    start = perf_counter()
    client = Client()
    uris = {path: client.open(path) for path in (GUIDELINE, READINGS, VOCABULARY)}
    print(f"from the start to the first findings: {perf_counter() - start:.2f} s")
    client.hear("workspace/codeLens/refresh")
    print(f"until the cases have run: {perf_counter() - start:.2f} s")
    for what, path, old, new in EDITS:
        text = path.read_text(encoding="utf-8")
        if old not in text:
            raise SystemExit(f"{what}: not found in {path.name}")
        times: list[float] = []
        for n in range(rounds):
            start = perf_counter()
            client.change(uris[path], text.replace(old, new.format(n), 1))
            times.append(perf_counter() - start)
        client.change(uris[path], text)
        middle = statistics.median(times)
        print(f"{what}: {middle:.2f} s, {middle - PAUSE:.2f} s without the pause, at most {max(times):.2f} s")
    text = GUIDELINE.read_text(encoding="utf-8")
    for method in ("hover", "completion", "definition"):
        times = []
        for _ in range(rounds):
            start = perf_counter()
            client.at(method, uris[GUIDELINE], spot(text, "stage_is(P, |metastatic)"))
            times.append(perf_counter() - start)
        print(f"{method}: {statistics.median(times) * 1000:.0f} ms")
    client.end()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
