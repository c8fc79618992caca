"""How long `guidekb watch` takes from a save of the first guideline to its answers: checks, cases touched, all others.

    python benchmarks/watch.py [rounds]

Each edit is made to a copy of the knowledge base, and taken back before the next round; figures are medians in seconds.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from guidekb.facts.case_files import case_files, folders_of
from guidekb.facts.cases import read_cases
from guidekb.kb.load import HOME, load
from guidekb.queries.workshop.watch import Watch

GUIDELINE, VOCABULARY = "guidelines/paraneoplastic_breast.md", "vocabulary.md"
EDITS = (
    ("a heading", GUIDELINE, "## Primary approach", "## The primary approach"),
    ("the text of statement S24", GUIDELINE, "Immunotherapy of a neurological syndrome begins only when",
     "Immunotherapy of a neurological syndrome only begins when"),
    ("a sentence of the vocabulary", VOCABULARY, '"the age is not recorded"', '"no age is recorded"'),
    ("the priority of a rule that fires in many", GUIDELINE, "@id(treat_cancer_first)",
     "@id(treat_cancer_first) @priority(2)"),
    ("the priority of a rule that fires in some", GUIDELINE, "@id(early_ivig_in_anti_yo_disease)",
     "@id(early_ivig_in_anti_yo_disease) @priority(2)"),
    ("a condition that some records do not meet", GUIDELINE,
     "recommend(P, oral_corticosteroid) :- dermatomyositis_or_polymyositis(P).",
     "recommend(P, oral_corticosteroid) :- dermatomyositis_or_polymyositis(P), breast_cancer_status(P, known_active)."),
    ("a condition on a rule that fires in most", GUIDELINE,
     "recommend(P, treat_underlying_cancer_as_primary) :- pns_with_active_breast_cancer(P).",
     "recommend(P, treat_underlying_cancer_as_primary) :- pns_with_active_breast_cancer(P), resectable(P)."),
)  # fmt: skip


def main(rounds: int) -> None:
    """Make each edit, and take the time of each part of what follows."""
    with tempfile.TemporaryDirectory() as folder:
        kb = Path(folder) / "kb"
        kb.mkdir()
        shutil.copy(HOME / VOCABULARY, kb)
        shutil.copytree(HOME / "guidelines", kb / "guidelines")
        paths = folders_of(HOME)

        watch = Watch(lambda: load(kb), lambda: dict.fromkeys(case_files(paths)), read_cases)
        start = perf_counter()
        batch = watch.save()
        number = len(list(watch.run((*batch.touched, *batch.others))))
        print(f"at the start: {number} cases in {perf_counter() - start:.1f} s")
        for what, file, old, new in EDITS:
            path = kb / file
            text = path.read_text(encoding="utf-8")
            if text.count(old) == 0:
                raise SystemExit(f"{what}: not found in {file}")
            times: list[tuple[float, float, float]] = []
            counts: set[str] = set()
            for _ in range(rounds):
                for edited in (text.replace(old, new, 1), text):  # taking it back is an edit like it
                    path.write_text(edited, encoding="utf-8")
                    start = perf_counter()
                    batch = watch.save()
                    saved = perf_counter()
                    list(watch.run(batch.touched))
                    touched = perf_counter()
                    list(watch.run(batch.others))
                    times.append((saved - start, touched - start, perf_counter() - start))
                    counts.add(f"{len(batch.touched)} touched, {len(batch.others)} others")
            checks, first, all_ = (statistics.median(one) for one in zip(*times, strict=True))
            print(
                f"{what}: checks {checks:.2f} s, touched {first:.2f} s, all {all_:.2f} s; {'; '.join(sorted(counts))}"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
