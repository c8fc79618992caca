"""A knowledge base small enough to know the fate of each of its mutants beforehand, and its test cases."""

from __future__ import annotations

from pathlib import Path

from guidekb.facts.cases import read_cases
from guidekb.kb.case import TestCase
from guidekb.kb.properties import Verifiable, load_verifiable

VOCABULARY = """# Words

- What is recorded, and what is said.

  ```datalog
  type drug = aspirin "aspirin" | paracetamol "paracetamol".
  type act = rest "rest" | drink "drink".
  type degrees = integer 30..45.

  input fever(Patient: patient) open
      yes "there is fever" no "there is no fever" unknown "whether there is fever is not recorded".
  input bleeding(Patient: patient) open
      yes "there is bleeding" no "there is no bleeding" unknown "whether there is bleeding is not recorded".
  input temperature(Patient: patient, Degrees: degrees) open single
      yes "the temperature is {Degrees}" unknown "the temperature is not recorded".
  derived hot(Patient: patient) open yes "the patient is hot" unknown "whether the patient is hot is unknown".
  derived recommend(Patient: patient, Action: act) open yes "{Action} is recommended".
  derived advise_against(Patient: patient, Pitfall: drug) open yes "{Pitfall} is advised against".
  ```
"""
RULES = """---
name: fever
version: 1.0.0
---

# Fever

- **F1** (recommend-for): With fever, rest; with bleeding too, no aspirin.

  ```datalog
  @id(hot_by_word)
  hot(P) :- fever(P).

  @id(hot_by_degrees)
  hot(P) :- temperature(P, Degrees), Degrees >= 38.

  @id(rest_when_hot)
  recommend(P, rest) :- hot(P).

  @id(rest_with_fever)
  recommend(P, rest) :- fever(P), hot(P).

  @id(no_aspirin)
  advise_against(P, aspirin) :- bleeding(P), hot(P).
  ```
"""
PROPERTIES = """# Properties

- With bleeding and fever aspirin is always advised against.

  ```datalog
  always warned(P) "bleeding and fever: no aspirin" :- bleeding(P), fever(P) => advise_against(P, aspirin).
  ```
"""
CASES = """section: Fever
---
name: A fever that is recorded in words
given: {fever: yes, bleeding: no}
expect: {for: [rest], against: [], exactly: [for, against]}
---
name: Without fever nothing is said
given: {fever: no, bleeding: yes, temperature: 37}
expect: {for: [], against: [], exactly: [for, against]}
---
name: Bleeding
given: {fever: no, bleeding: yes, temperature: 39}
expect: {against: [aspirin]}
"""


def written(folder: Path) -> tuple[Verifiable, list[TestCase]]:
    """The knowledge base in a folder `kb` of this folder, with its cases in `cases`."""
    files = {
        "kb/vocabulary.md": VOCABULARY,
        "kb/guidelines/fever.md": RULES,
        "kb/properties/fever.md": PROPERTIES,
        "cases/fever.yaml": CASES,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    given = load_verifiable(folder / "kb")
    return given, [*read_cases(folder / "cases/fever.yaml", given.program)]
