"""facts/codes.csv, the reviewed table: every row means something that the record can say, and none is unverified."""

from __future__ import annotations

import pytest
from fhir_build import ICD, LOINC, RXNORM, SNOMED, concept, vocabulary
from guidekb.facts.fhir.codes import ANY_TISSUE, Row, table, table_of
from guidekb.facts.fhir.elements import Coding
from guidekb.facts.fields import Field, fields_of
from guidekb.kb.diagnostics import Invalid

FIELDS = fields_of(vocabulary())
ROWS = table().rows
SYSTEMS = "name,uri\nSNOMED CT,http://snomed.info/sct\nICD-10-CM,http://hl7.org/fhir/sid/icd-10-cm\n"
HEAD = "system,code,display,use,means,seen\n"

NAMES = {  # what a code may mean beside a field of the record, by its use
    "condition": {
        "breast_cancer",
        "history_of_breast_cancer",
        "other_cancer",
        "metastasis",
        "regional_node",
        "paraneoplastic",
        "other_cause",
        "infection",
        "hormone_receptors",
        "context",
    },
    "observation": {"m_category", "metastasis_history", "metastasis_sites", "hormone_receptors", "calcium", "context"},
    "procedure": {"surgery", "biopsy", "cancer_treatment", "pathology", "context"},
    "medication": {"chemotherapy", "endocrine", "her2_directed", "targeted", "bisphosphonate", "corticosteroid"},
    "morphology": {"malignant"},
    "route": {"oral", "intravenous"},
}
MARKS = {"er", "pr", "her2", "hormone_receptors", "surgery"}


def _values(field: Field, use: str) -> set[str]:
    """The values that a code may give to a field: the answer, or of a map and of objects the name that is asked for."""
    column = field.types[-1]
    if use in ("observation", "procedure") and len(field.types) > 1:
        column = field.types[1] if field.shape == "objects" else field.types[0]
    return {label.name for label in column.labels} if column.labels else {"denosumab"}


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r.system} {r.code}")
def test_a_row_means_something_that_the_record_can_say(row: Row) -> None:
    for meaning in row.means:
        if row.use in ("answer", "site"):
            assert not meaning.value
        elif row.use == "list":
            assert FIELDS[meaning.name].is_many
        elif meaning.value in (ANY_TISSUE, "breast"):
            assert meaning.name in MARKS
        elif meaning.value:
            assert meaning.name in FIELDS or meaning.name == "hormone_receptors"
            known = _values(FIELDS[meaning.name], row.use) if meaning.name in FIELDS else {"positive", "negative"}
            assert meaning.value in known | {"other_site"}
        else:
            assert meaning.name in NAMES.get(row.use, set()) or (row.use == "observation" and meaning.name in FIELDS)


def test_answers_and_sites_are_words_of_the_vocabulary() -> None:
    labels = {label.name for t in vocabulary().types for label in t.labels}
    ours = {"yes", "no", "present", "absent", "breast", "axillary_node"}
    said = {m.name for r in ROWS if r.use in ("answer", "site") for m in r.means}
    assert said <= labels | ours


def test_no_code_is_here_that_could_not_be_verified() -> None:
    """The codes that shared/reference/fhir.md tells not to encode, and those that one source alone gives."""
    unverified = {
        *("623626", "1176263", "1176465", "5666", "G11.9", "G04.81", "G04.90"),
        *("1222837003", "1222838008", "1222841004", "1222770000", "1222801008", "1222805004"),
        *("36150-1", "36149-3", "24605-8", "24677-7", "1381843006", "1148700003", "289903006", "116602009", "6902"),
    }
    assert not unverified & {r.code for r in ROWS}


def test_a_code_has_one_meaning_in_each_use() -> None:
    assert len({(r.use, r.system, r.code) for r in ROWS}) == len(ROWS)


def test_a_field_that_no_published_code_gives_can_be_stated() -> None:
    stated = {m.name for r in ROWS if r.system == "guidekb" and r.use == "observation" for m in r.means}
    lists = {m.name for r in ROWS if r.system == "guidekb" and r.use == "list" for m in r.means}
    computed = {"age_years", "sex", "stage_detail", "receptor_results", "symptom_duration_days"}
    computed |= {"disease_free_interval_months", "ivig_start_days_after_onset"}
    assert FIELDS.keys() == stated | lists | computed


@pytest.mark.parametrize(
    ("system", "code", "means"),
    [
        (ICD, "C50.412", "breast_cancer"),
        (ICD, "C50.929", "breast_cancer"),
        (ICD, "C79.81", "context"),
        (ICD, "C79.51", "metastasis; metastatic_sites=bone"),
        (ICD, "C78.02", "metastasis; metastatic_sites=lung"),
        (ICD, "C77.3", "regional_node"),
        (ICD, "C77.1", "context"),
        (ICD, "C18.0", "other_cancer"),
        (ICD, "C80.1", "context"),
        (ICD, "D05.12", "context"),
        (ICD, "I10", ""),
        (SNOMED, "25483700", ""),
        ("http://snomed.info/sct/", "254837009", ""),
        ("", "254837009", ""),
        ("urn:oid:2.16.840.1.113883.6.96", "254837009", "breast_cancer"),
        (LOINC, "254837009", ""),
    ],
)
def test_a_code_is_matched_exactly_and_icd_by_its_branches(system: str, code: str, means: str) -> None:
    row = table().row("condition", Coding(system, code, "Malignant neoplasm of breast"))
    said = "; ".join(map(str, row.means)) if row else ""
    assert said == means


def test_the_use_of_a_code_matters() -> None:
    negative = Coding(SNOMED, "260385009", "")
    assert table().row("answer", negative)
    assert table().row("condition", negative) is None
    assert table().row("medication", Coding(RXNORM, "84857", ""))


def test_words_are_compared_whole() -> None:
    ivig = {"text": " Intravenous  Immunoglobulin "}
    assert [m.value for m in table().find("medication", ivig).means] == ["ivig"]
    assert not table().find("medication", {"text": "no intravenous immunoglobulin"}).means
    known = concept(SNOMED, "93761005") | {"text": "limbic encephalitis"}
    assert [m.name for m in table().find("condition", known).means] == ["other_cancer"], "codes come before words"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("SNOMED CT,1,x,answer,positive", "a row has 6 cells, not 5"),
        ("SNOMED,1,x,answer,positive,y", "`SNOMED` is no name of code_systems.csv"),
        ("SNOMED CT,1,x,anser,positive,y", "`anser` is no use of a code"),
        ("SNOMED CT,1*,x,answer,positive,y", "only a code of ICD-10-CM may end with `*`"),
        ("ICD-10-CM,C*0,x,condition,context,y", "only a code of ICD-10-CM may end with `*`"),
        ("SNOMED CT,1,x,answer,positive,", "no cell is empty"),
        ("SNOMED CT,1,x,answer,positive,y\nSNOMED CT,1,x,answer,negative,y", "has a row for `answer` in line 2"),
    ],
)
def test_a_fault_of_the_table(row: str, message: str) -> None:
    with pytest.raises(Invalid, match="the table of codes") as caught:
        table_of(HEAD + row + "\n", SYSTEMS)
    assert message in caught.value.diagnostics[0].message


def test_other_columns() -> None:
    with pytest.raises(Invalid, match="the columns are system,code"):
        table_of("code,system\n", SYSTEMS)
