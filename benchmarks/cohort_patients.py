"""Synthetic patients as tables of facts, always the same for the same number: the contract of docs/cohort.md.

    python benchmarks/cohort_patients.py 100000 FOLDER

Who is drawn follows no statistics of real patients; the values are those of the vocabulary, so that all rules are busy.
"""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq

BLOCK = 250_000
"""Patients drawn at once; a file of each table for each block."""
FLAGS = {
    "family_history_strong": 0.3, "screening_up_to_date": 0.4, "breast_cancer_histology_confirmed": 0.7,
    "resectable": 0.5, "metastatic_site_biopsied": 0.25, "visceral_involvement": 0.3,
    "clinically_aggressive_disease": 0.3, "prior_breast_cancer": 0.6, "remission_long_term": 0.15,
    "restaging_done": 0.35, "infection_excluded": 0.5, "cancer_treatment_started": 0.6,
    "cancer_treatment_completed": 0.3,
}  # fmt: skip
"""How often each is recorded; of those, half as true."""
VALUES: dict[str, tuple[str, float, tuple[str, ...]]] = {
    "sex": ("sex", 0.95, ("female",) * 19 + ("male",)),
    "menopausal_status": ("status", 0.7, ("postmenopausal", "postmenopausal", "premenopausal")),
    "breast_cancer_status": ("status", 0.95, ("known_active",) * 5 + ("suspected", "none_known", "prior_in_remission",
                             "treated_no_evident_disease", "excluded")),
    "stage": ("stage", 0.8, ("localized", "localized", "metastatic")),
    "er": ("status", 0.75, ("positive", "positive", "positive", "negative")),
    "pr": ("status", 0.7, ("positive", "positive", "negative")),
    "her2": ("status", 0.7, ("negative", "negative", "negative", "positive")),
    "metastatic_burden": ("burden", 0.2, ("limited", "extensive_or_bulky")),
    "syndrome_attribution": ("cause", 0.5, ("paraneoplastic", "paraneoplastic", "unclear", "other_cause")),
    "syndrome_timing": ("timing", 0.6, ("before_cancer_diagnosis", "simultaneous", "during_treatment",
                        "after_treatment", "after_remission")),
    "suspicion_for_breast_cancer": ("suspicion", 0.3, ("high", "low")),
    "surgery": ("status", 0.6, ("done", "none")),
    "cancer_systemic_therapy": ("therapy", 0.5, ("none", "neoadjuvant_chemotherapy", "endocrine", "ongoing",
                                "completed")),
    "corticosteroids": ("treatment", 0.4, ("none", "oral", "iv_pulse", "ongoing", "planned_before_cancer_treatment")),
}  # fmt: skip
NUMBERS = {
    "age_years": ("age", 0.98, 25, 90),
    "symptom_duration_days": ("days", 0.6, 120, 400),
    "ivig_start_days_after_onset": ("days", 0.25, 3, 90),
}
LISTS: dict[str, tuple[str, float, int, tuple[str, ...]]] = {
    "syndromes": ("syndrome", 0.9, 2, ("dermatomyositis", "polymyositis", "hypercalcemia", "cerebellar_degeneration",
                  "limbic_encephalitis", "anti_nmdar_encephalitis", "sensory_neuronopathy", "opsoclonus_myoclonus",
                  "stiff_person_syndrome", "cancer_associated_retinopathy")),
    "metastatic_sites": ("site", 0.3, 3, ("lung", "liver", "bone", "brain", "lymph_node", "skin", "pleura")),
    "immunotherapy_given": ("immunotherapy", 0.3, 2, ("ivig", "methylprednisolone", "cyclophosphamide", "rituximab")),
}  # fmt: skip
ANTIBODIES = ("anti_yo", "anti_hu", "anti_ri", "anti_nmdar", "anti_tif1_gamma", "anti_mi2", "anti_amphiphysin")
MODALITIES = ("ct_chest_abdomen_pelvis", "mammogram", "breast_mri", "pet_ct", "brain_mri", "breast_ultrasound")


def blocks(count: int, uuids: bool = True) -> Iterator[dict[str, pa.Table]]:
    """The tables of some patients after the others."""
    for begin in range(0, count, BLOCK):
        size = min(BLOCK, count - begin)
        rng = Random(f"cohort {begin}")
        ids = [str(uuid.UUID(int=rng.getrandbits(128), version=4)) if uuids else f"p{begin + i}" for i in range(size)]
        yield _tables(rng, pa.array(ids))


def _tables(rng: Random, ids: pa.Array) -> dict[str, pa.Table]:
    size = len(ids)

    def some(share: float) -> pa.Array:
        return pa.array([i for i in range(size) if rng.random() < share], pa.int32())

    tables = {"patients": pa.table({"patient": ids})}
    for name, share in FLAGS.items():
        who = some(share)
        tables[name] = pa.table({"patient": ids.take(who), "value": [rng.random() < 0.5 for _ in range(len(who))]})
    for name, (key, share, values) in VALUES.items():
        who = some(share)
        tables[name] = pa.table({"patient": ids.take(who), key: rng.choices(values, k=len(who))})
    for name, (key, share, low, high) in NUMBERS.items():
        who = some(share)
        tables[name] = pa.table({"patient": ids.take(who), key: [rng.randint(low, high) for _ in range(len(who))]})
    who = some(0.3)
    months = [rng.randint(0, 240) / 2 for _ in range(len(who))]
    tables["disease_free_interval_months"] = pa.table({"patient": ids.take(who), "months": months})
    listed: list[tuple[int, str]] = []
    for name, (key, share, most, values) in LISTS.items():
        rows = [(i, v) for i in some(share).to_pylist() for v in rng.sample(values, rng.randint(1, most))]
        listed += [(i, name) for i in dict.fromkeys(i for i, _ in rows)]
        tables[name] = pa.table({"patient": ids.take(pa.array([i for i, _ in rows])), key: [v for _, v in rows]})
    rows3 = [(i, a) for i in some(0.5).to_pylist() for a in rng.sample(ANTIBODIES, rng.randint(1, 3))]
    tables["antibodies"] = pa.table({
        "patient": ids.take(pa.array([i for i, _ in rows3])),
        "antibody": [a for _, a in rows3],
        "result": rng.choices(("positive", "negative", "negative"), k=len(rows3)),
    })  # fmt: skip
    rows4 = [(i, n) for i in some(0.5).to_pylist() for n in range(1, rng.randint(2, 4))]
    tables["imaging"] = pa.table({
        "patient": ids.take(pa.array([i for i, _ in rows4])),
        "order": [n for _, n in rows4],
        "modality": rng.choices(MODALITIES, k=len(rows4)),
        "result": rng.choices(("negative", "suspicious"), k=len(rows4)),
    })  # fmt: skip
    tables["listed"] = pa.table(
        {"patient": ids.take(pa.array([i for i, _ in listed])), "field": [f for _, f in listed]}
    )
    return tables


def write(count: int, folder: Path, uuids: bool = True) -> None:
    """The tables as Parquet files, if they are not there."""
    if (folder / "patients").is_dir():
        return
    for number, tables in enumerate(blocks(count, uuids)):
        for name, table in tables.items():
            place = folder / name
            place.mkdir(parents=True, exist_ok=True)
            pq.write_table(table, place / f"part-{number:05d}.parquet", compression="zstd")


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
