"""What the source gives as strength and evidence: no grades, so that a grade is said to be absent, never made up."""

from __future__ import annotations

from collections.abc import Iterable

from ...kb.ir import Clause, Program, Statement
from .elements import ABSENT, Data, told

NOT_GRADED = "not graded in source"
_EXTENSIONS = (
    "http://hl7.org/fhir/StructureDefinition/cqf-strengthOfRecommendation",
    "http://hl7.org/fhir/StructureDefinition/cqf-qualityOfEvidence",
)


def basis(rules: Iterable[Clause]) -> str:
    """What the source says that a statement rests on, in its own words; "" when it says nothing."""
    return ", ".join(dict.fromkeys(str(v) for c in rules for v in c.values("basis")))


def cited(statement: Statement) -> str:
    """The source's reference numbers; the source lists none of them."""
    return ", ".join(f"ref {n} (not listed in source)" for n in statement.refs)


def documentation(program: Program, statements: Iterable[str]) -> list[Data]:
    """Each statement that a conclusion rests on as a RelatedArtifact, with the absence of grades said in it."""
    known = {s.id: s for s in program.statements}
    found: list[Data] = []
    for name in statements:
        if name in known:
            one = known[name]
            references = cited(one)
            found.append(
                {
                    "type": "justification",
                    "label": name,
                    "display": told(one.text),
                    **({"citation": references} if references else {}),
                    "extension": [{"url": url, "valueCodeableConcept": _absent()} for url in _EXTENSIONS],
                }
            )
    return found


def _absent() -> Data:
    return {"extension": [{"url": ABSENT, "valueCode": "unknown"}], "text": NOT_GRADED}
