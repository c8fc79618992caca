"""How long explanations take beside the evaluation that they explain: `python benchmarks/explain.py`.

For each example patient, in one warm process: the evaluation on pyDatalog with every rule instance; the proofs of all
conclusions; what unknown facts could change; the whole answer with its explanation graph; the sizes of JSON and HTML.
Medians; the ratio is to the evaluation in the same run.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from evaluate import machine
from guidekb.facts.read import read_files
from guidekb.kb.ir import EDB
from guidekb.kb.load import load
from guidekb.queries.answers.answer import answer
from guidekb.queries.answers.assess import Knowledge, assess
from guidekb.queries.evaluation import pydatalog_engine
from guidekb.queries.explanations.explanation import explain
from guidekb.queries.names import DECIDED, FLAG
from guidekb.queries.proofs.derivations import derivations
from guidekb.queries.proofs.proof import prove
from guidekb.queries.rendering.answer_html import answer_html
from guidekb.queries.rendering.answer_json import answer_data
from guidekb.queries.wording.words import words

RUNS = 25
EXAMPLES = Path(__file__).parents[1] / "facts" / "examples"


def median_ms(work: Callable[[], object]) -> float:
    """The median of RUNS runs after one that is not counted."""
    work()
    taken: list[float] = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


def row(knowledge: Knowledge, edb: EDB) -> list[float]:
    """Evaluation, evaluation with proofs, whole case, explanations (ms); JSON and HTML (kB)."""

    def proofs() -> None:
        model = pydatalog_engine.derive(knowledge.normal, edb.facts)
        found = derivations(knowledge.normal, model, edb.facts)
        for atom in model.atoms:
            if atom.predicate in (*DECIDED, FLAG):
                prove(found, atom)

    case = assess(knowledge, edb)
    found = answer(case)
    graph = explain(case, found)
    data = json.dumps(answer_data(knowledge.program, found, graph), ensure_ascii=False)
    page = answer_html(knowledge.program, found, graph, words())
    return [
        median_ms(lambda: pydatalog_engine.derive(knowledge.normal, edb.facts)),
        median_ms(proofs),
        median_ms(lambda: assess(knowledge, edb)),
        median_ms(lambda: explain(case, answer(case))),
        len(data.encode()) / 1000,
        len(page.encode()) / 1000,
    ]


def main() -> None:
    """Print the table."""
    knowledge = Knowledge(load())
    paths = sorted(str(p) for p in EXAMPLES.iterdir() if p.is_file())
    print(machine())
    print(f"{'patient':36}{'evaluate':>9}{'+proofs':>9}{'case':>9}{'explain':>9}{'ratio':>7}{'JSON':>7}{'HTML':>7}")
    rows: list[list[float]] = []
    for _, reading in read_files(paths, knowledge.program):
        for edb in getattr(reading, "edbs", ()):
            one = row(knowledge, edb)
            rows.append(one)
            print(f"{edb.subject:36}{one[0]:9.2f}{one[1]:9.2f}{one[2]:9.2f}{one[3]:9.2f}", end="")
            print(f"{one[3] / one[0]:7.2f}{one[4]:7.1f}{one[5]:7.1f}")
    middle = [statistics.median(column) for column in zip(*rows, strict=True)]
    print(f"{'median':36}{middle[0]:9.2f}{middle[1]:9.2f}{middle[2]:9.2f}{middle[3]:9.2f}", end="")
    print(f"{middle[3] / middle[0]:7.2f}{middle[4]:7.1f}{middle[5]:7.1f}")
    print("times in ms, sizes in kB; `case` is the evaluation with the search for what unknown facts could change")


if __name__ == "__main__":
    main()
