"""A small knowledge base with everything that one can have: properties, a translation, cases, gaps, reviewed texts."""

from __future__ import annotations

import json
from pathlib import Path

from guidekb.kb.lints.reviewed import reviewed_text
from guidekb.kb.load import load

VOCABULARY = """\
# Words 🎗

```datalog
type stage = localized | metastatic.
type action = surgery "surgery" | tamoxifen "tamoxifen".
type marker = er "ER 🧬" | 'HER2 status' "HER2".
type result = positive | negative.
type alert = none_known "none".

input stage(Patient: patient, Stage: stage) open single
    yes     "the stage is {Stage}"
    no      "the stage is not {Stage}"
    unknown "the stage is not recorded"
    ask     "What is the stage?".

input resectable(Patient: patient) open
    yes     "the tumor is resectable"
    no      "the tumor is not resectable"
    unknown "whether the tumor is resectable is not recorded".

input markers(Patient: patient, Marker: marker, Result: result) open single
    yes     "🧬 {Marker} is {Result}"
    no      "{Marker} is not {Result}".

table wanted(Field: field) closed
    yes "{Field} is wanted".

wanted(stage).

derived early(Patient: patient) open
    yes "the disease is early"
    no  "the disease is not early".

derived recommend(Patient: patient, Action: action) open
    yes "{Action} is recommended"
    no  "{Action} is not recommended".
```
"""

GUIDELINE = """\
---
name: small
version: 1
---

# A small guideline

- **A01** (reading): What is 🎗 early? Localized disease. The rule `early_disease` says so, for S01.

  ```datalog
  @id(early_disease) @reading(A01)
  early(P) :- stage(P, Stage), Stage = localized.
  ```

- **S01** (recommend-for; refs 1; line 2): Early disease that can be resected is operated on (A01).

  ```datalog
  @id(early_surgery) @reading(A01) @urgency(soon)
  recommend(P, surgery) :-
      early(P),
      resectable(P).
  ```

- **S02** (recommend-for): A positive ER asks for tamoxifen.

  ```datalog
  @id(er_positive) @rationale(S03)
  recommend(P, tamoxifen) :- markers(P, er, positive).

  % An exception.
  @id(not_with_surgery) @overrides(er_positive)
  recommend(P, surgery) :- markers(P, 'HER2 status', Result), Result = positive, early(P).
  ```

- **S03** (expectation): Tamoxifen needs the receptor.

  No rule: it gives the reason for S02.
"""

PROPERTIES = """\
# Properties

```datalog
table operates(Action: action) closed
    yes "{Action} is an operation".

operates(surgery).

never both(P) "nobody is operated on and has advanced disease" :-
    recommend(P, A),
    operates(A),
    stage(P, metastatic).
```
"""

GERMAN = """\
# Wörter

```datalog
type stage = localized "lokal" | metastatic "metastasiert".
type action = surgery "Operation" | tamoxifen "Tamoxifen".
type marker = er "ER" | 'HER2 status' "HER2".
type result = positive "positiv" | negative "negativ".
type alert = none_known "keine".

input stage(Patient: patient, Stage: stage) open single
    yes     "das Stadium ist {Stage}"
    no      "das Stadium ist nicht {Stage}"
    unknown "das Stadium ist nicht bekannt"
    ask     "Welches Stadium?".

input resectable(Patient: patient) open
    yes     "der Tumor ist resektabel"
    no      "der Tumor ist nicht resektabel"
    unknown "ob er resektabel ist, ist nicht bekannt".

input markers(Patient: patient, Marker: marker, Result: result) open single
    yes     "{Marker} ist {Result}"
    no      "{Marker} ist nicht {Result}".

table wanted(Field: field) closed
    yes "{Field} ist gesucht".

derived early(Patient: patient) open
    yes "die Krankheit ist früh"
    no  "die Krankheit ist nicht früh".

derived recommend(Patient: patient, Action: action) open
    yes "{Action} wird empfohlen"
    no  "{Action} wird nicht empfohlen".
```

- **A01** (reading): Was heißt früh? Lokal.

- **S01** (recommend-for): Frühe Krankheit wird operiert (A01).

- **S02** (recommend-for): ER-positiv bekommt Tamoxifen.

- **S03** (expectation): Tamoxifen braucht den Rezeptor.

  No rule: Grund für S02.
"""

CASES = """\
section: Early disease 🎗
given: {stage: localized, resectable: yes}
---
name: Early disease is operated on
about: [S01, A01]
expect:
  for:
    - {item: surgery, because: [early_surgery], urgency: soon}
  holds: ["early(P), stage(P, localized)"]
---
name: Tamoxifen by the receptor
about: [S02]
given: {markers: {er: positive, HER2 status: negative}}
columns: [stage,      for,                  not for]
rows:
  -      [localized,  [surgery, tamoxifen], ~]
  -      [metastatic, tamoxifen,            surgery]
---
name: From a record
about: [S01]
patient: ../record.yaml
expect: {for: [surgery]}
---
name: HER2 calls for surgery
about: [S02]
given: {resectable: no, markers: {HER2 status: positive}}
expect: {for: [{item: surgery, because: [not_with_surgery]}]}
"""

GAPS = """\
- rule: early_surgery
  condition: "resectable(P)"
  never: fails
  because: it is a small guideline for tests
"""


def small(folder: Path) -> Path:
    """The knowledge base in a folder, with its texts reviewed."""
    kb = folder / "kb"
    for path, text in (
        ("vocabulary.md", VOCABULARY),
        ("guidelines/small.md", GUIDELINE),
        ("properties/small.md", PROPERTIES),
        ("lang/de/small.md", GERMAN),
        ("saved.dl", "% Who has early disease.\n?- early(P), stage(P, localized).\n"),
        ("cases/small.yaml", CASES),
        ("cases/gaps.yaml", GAPS),
        ("record.yaml", "id: r1\nresectable: yes\nstage: unknown\n"),
    ):
        (kb / path).parent.mkdir(parents=True, exist_ok=True)
        (kb / path).write_text(text, encoding="utf-8")
    (kb / "reviewed.json").write_text(reviewed_text(load(kb), None, ("all",)), encoding="utf-8")
    assert json.loads((kb / "reviewed.json").read_text("utf-8"))
    return kb
