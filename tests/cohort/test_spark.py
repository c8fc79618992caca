"""A cohort on Spark: the rows of a run in one process, byte for byte, also when a worker dies in mid-job."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from spark_cluster import cluster

PARTITIONS = 12
GUIDEKB = str(Path(sys.executable).with_name("guidekb"))
pytestmark = [
    pytest.mark.java,
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java"),
]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Patients who differ in what the rules ask for, so that each partition has some work."""
    folder = tmp_path_factory.mktemp("source")
    patients = [
        {
            "id": f"p{n:03}",
            "breast_cancer_status": "known_active",
            "stage": ("localized", "metastatic")[n % 2],
            "her2": ("positive", "negative", None)[n % 3],
            "er": ("positive", "negative")[n // 2 % 2],
            "syndromes": [("dermatomyositis", "cerebellar_degeneration", "hypercalcemia")[n % 3]],
            "age_years": 30 + n % 50,
            "infection_excluded": (True, None)[n // 4 % 2],
        }
        for n in range(240)
    ]
    known = [{k: v for k, v in patient.items() if v is not None} for patient in patients]
    (folder / "patients.json").write_text(json.dumps(known), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def here(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files that a run without Spark writes."""
    out = tmp_path_factory.mktemp("here") / "out"
    done = subprocess.run(command(source, out), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return content(out)


def command(source: Path, out: Path, *more: str) -> list[str]:
    """The run of a cohort."""
    return [GUIDEKB, "cohort", "run", str(source), "--out", str(out), "--partitions", str(PARTITIONS), *more]


def content(folder: Path) -> dict[str, bytes]:
    """All files of a folder by name; that there is no other file in it is told by the comparison."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_killed_worker_changes_nothing(source: Path, here: dict[str, bytes], tmp_path: Path) -> None:
    """Two workers; one dies, with its executor, when some partitions are done and some are being evaluated."""
    out = tmp_path / "out"
    with cluster(tmp_path) as spark:
        conf = ("--spark-conf", "spark.executor.memory=512m", "--spark-conf", "spark.driver.host=127.0.0.1")
        running = subprocess.Popen(
            command(source, out, "--spark", spark.master, *conf), stderr=subprocess.PIPE, text=True
        )
        done = out / "done"
        while running.poll() is None and len(list(done.glob("part-*.json"))) < 2:
            time.sleep(0.02)
        spark.kill_one()
        at_the_kill = len(list(done.glob("part-*.json")))
        _, err = running.communicate(timeout=600)
        assert running.returncode == 0, err
    assert 2 <= at_the_kill < PARTITIONS, "the worker was not killed in mid-job"
    assert any((tmp_path / "work0").iterdir()), "the first worker never ran an executor"
    assert any((tmp_path / "work1").iterdir()), "the second worker never ran an executor"
    assert content(out) == here


def test_what_is_done_is_kept_and_what_cannot_be_read_is_named(
    source: Path, here: dict[str, bytes], tmp_path: Path
) -> None:
    """The folder is the same, whoever evaluates. One partition lost a file, and one has broken facts."""
    out = tmp_path / "out"
    assert subprocess.run(command(source, out), capture_output=True, check=False).returncode == 0
    (out / "answers" / "part-00003.parquet").unlink()
    (out / "firings" / ".part-00003.parquet.half.tmp").write_bytes(b"of a killed task")
    (out / "facts" / "part-00005.parquet").write_bytes(b"PAR1 and no more")
    done = subprocess.run(command(source, out, "--spark", "local[1]"), capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert "error[Q671]: the partition `part-00005.parquet` cannot be read" in done.stderr
    assert "Traceback" not in done.stderr
    after = content(out)
    unfinished = {"manifest.json", "facts/part-00005.parquet", "done/part-00005.json"}
    assert {name: after[name] for name in after if name not in unfinished} == {
        name: here[name] for name in here if name not in unfinished
    }
    assert "manifest.json" not in after
    assert "done/part-00005.json" not in after


def test_a_cluster_that_is_not_there(source: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        command(source, tmp_path / "out", "--spark", "nonsense://x"), capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "error[Q674]: Spark does not start at `nonsense://x`:" in done.stderr
    assert "Traceback" not in done.stderr
