"""How long `guidekb watch` takes from a save of the first guideline to its answer: checks, and the cases touched."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from pathlib import Path
from time import perf_counter

from guidekb.facts.case_files import case_files, folders_of
from guidekb.facts.cases import read_cases
from guidekb.kb.load import HOME, load
from guidekb.queries.workshop.watch import Watch

RULES = ("oral_steroid_for_symptoms", "early_ivig_in_anti_yo_disease")
GUIDELINE = "guidelines/paraneoplastic_breast.md"


def main() -> None:
    """Change the priority of a rule, and take the time of each part of what follows."""
    with tempfile.TemporaryDirectory() as folder:
        kb = Path(folder) / "kb"
        kb.mkdir()
        shutil.copy(HOME / "vocabulary.md", kb)
        shutil.copytree(HOME / "guidelines", kb / "guidelines")
        paths = folders_of(HOME)

        watch = Watch(lambda: load(kb), lambda: dict.fromkeys(case_files(paths)), read_cases)
        start = perf_counter()
        batch = watch.save()
        number = len(list(watch.run((*batch.touched, *batch.others))))
        print(f"at the start: {number} cases in {perf_counter() - start:.1f} s")
        for rule in RULES:
            told: list[str] = []
            times: list[tuple[float, float, float]] = []
            for round_ in range(3):
                path = kb / GUIDELINE
                text = path.read_text(encoding="utf-8")
                place = f"@id({rule})"
                edited = text.replace(f"{place} @priority({round_})", place)
                path.write_text(edited.replace(place, f"{place} @priority({round_ + 1})"), encoding="utf-8")
                start = perf_counter()
                batch = watch.save()
                saved = perf_counter()
                first = next(iter(watch.run(batch.touched)), None)
                one = perf_counter()
                rest = list(watch.run(batch.touched[1:]))
                done = perf_counter()
                list(watch.run(batch.others))
                times.append((saved - start, one - start, done - start))
                told = [f"{(first is not None) + len(rest)} cases touched, {len(batch.others)} others"]
            medians = [statistics.median(one) for one in zip(*times, strict=True)]
            print(
                f"{rule}: from the save, checks {medians[0]:.2f} s, first case {medians[1]:.2f} s, "
                f"all touched {medians[2]:.2f} s; {told[0]}"
            )


if __name__ == "__main__":
    main()
