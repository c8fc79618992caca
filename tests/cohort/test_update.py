"""Changed patients into a cohort, as a full run over the end state (long: one cohort, and every way to stop)."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from asked import Ran, patients, run
from guidekb.kb.load import HOME
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TABLES = ("answers", "firings", "undetermined")
PARTITIONS = 3
STRIDE = int(os.environ.get("GUIDEKB_STRIDE", "5"))
"""Of the steps between which a run may be killed every fifth is tried; 1 tries all, which takes minutes."""
GUIDEKB = [sys.executable, "-c", "from guidekb.cli import main; main()"]
Records = dict[str, dict[str, Any]]
POOL = {record["id"]: record for record in patients(36)}
BASE: Records = dict(list(POOL.items())[:30])


def changed(record: dict[str, Any], how: int) -> dict[str, Any]:
    """The record as it may be later."""
    return record | ({"stage": "metastatic", "her2": "positive"}, {"er": "negative", "surgery": "done"}, {})[how]


def source_of(records: Records, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "patients.json").write_text(json.dumps(list(records.values())), encoding="utf-8")
    return folder


def full(records: Records, folder: Path) -> Path:
    """The cohort from all records at once."""
    ran = run(
        "cohort", "run", source_of(records, folder / "source"), "--out", folder / "out", "--partitions", PARTITIONS
    )
    assert ran.code == 0, ran.err
    return folder / "out"


def update(out: Path, folder: Path, records: Records, *more: str | Path) -> Ran:
    """The cohort with these records changed."""
    return run("cohort", "run", source_of(records, folder), "--out", out, "--update", *more)


def digest(out: Path) -> dict[str, str]:
    """Of each table, whatever the order of its rows: of each patient the rows of the newest file (docs/cohort.md)."""
    newest: dict[str, str] = {}
    stems = sorted(path.stem for path in (out / "done").glob("part-*.json"))
    for stem in stems:
        newest |= dict.fromkeys(pq.read_table(out / "facts" / f"{stem}.parquet")["patient"].to_pylist(), stem)
    found: dict[str, str] = {"patients": " ".join(sorted(newest))}
    for kind in TABLES:
        rows: list[str] = []
        for stem in stems:
            table = pq.read_table(out / kind / f"{stem}.parquet").to_pylist()
            rows += [json.dumps(row) for row in table if newest[row["patient"]] == stem]
        found[kind] = sha256("\n".join(sorted(rows)).encode()).hexdigest()
    return found


def results(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for kind in TABLES for p in sorted((out / kind).glob("*"))}


def summary(out: Path) -> Any:
    return json.loads((out / "summary.json").read_text(encoding="utf-8"))


STEPS = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from(sorted(POOL)), st.integers(0, 2), max_size=6),
        st.sets(st.sampled_from(sorted(POOL)), max_size=2),
        st.sampled_from(["0", "0.1", "0.5", "1"]),
    ).filter(lambda step: bool(step[0]) or bool(step[1])),
    min_size=1,
    max_size=4,
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cohort before anything changes."""
    return full(BASE, tmp_path_factory.mktemp("base"))


@given(steps=STEPS)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_sequence_of_changes_ends_as_a_full_run(
    steps: list[tuple[dict[str, int], set[str], str]], base: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("changes")
    out, state = folder / "out", dict(BASE)
    shutil.copytree(base, out)
    for n, (change, removed, share) in enumerate(steps):
        new = {name: changed(POOL[name], how) for name, how in change.items() if name not in removed}
        left = folder / f"left{n}.txt"
        left.write_text("\n".join(removed) + "\n ", encoding="utf-8")
        sources = [source_of(new, folder / f"step{n}")] if new else []
        more = ["--removed", left] if removed else []
        ran = run("cohort", "run", *sources, "--out", out, "--update", "--rewrite-share", share, *more)
        assert ran.code == 0, ran.err
        state = {name: record for name, record in (state | new).items() if name not in removed}
    wanted = full(state, folder / "full")
    assert digest(out) == digest(wanted)
    told, said = summary(out), summary(wanted)
    told.pop("problems"), said.pop("problems")
    assert told == said
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["patients"] == len(state)
    assert sum(part["patients"] - part["superseded"] for part in manifest["partitions"]) == len(state)
    last = run("cohort", "run", *sources, "--out", out, "--update", "--rewrite-share", "0", *more)
    assert last.code == 0, last.err
    assert results(out) == results(wanted)
    shown = [json.loads(run("cohort", "summary", of, "--format", "json").out) for of in (out, wanted)]
    for one in shown:
        one.pop("problems", None)
    assert shown[0] == shown[1]


def test_few_changes_lie_beside_and_many_make_a_partition_anew(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(base, out)
    stamps = {p: p.stat().st_mtime_ns for p in out.glob("done/*.json")}
    one = {"p0003": changed(POOL["p0003"], 0)}
    ran = update(out, tmp_path / "one", one, "--rewrite-share", "0.2")
    assert "30 patients in 3 partitions and 1 files of changes, 3 of them done before" in ran.out
    assert all(p.stat().st_mtime_ns == stamp for p, stamp in stamps.items())
    ((delta,),) = [[p.stem for p in out.glob("facts/*-d001.parquet")]]
    assert pq.read_table(out / "facts" / f"{delta}.parquet")["patient"].to_pylist() == ["p0003"]
    explained = run("cohort", "explain", out, "p0003", "histopathological_confirmation")
    assert explained.code == 0, explained.err
    again = update(out, tmp_path / "one", one, "--rewrite-share", "0.2")  # the same once more changes nothing
    assert "4 of them done before" in again.out
    every = {name: changed(record, 1) for name, record in BASE.items()}
    ran = update(out, tmp_path / "every", every)
    assert "30 patients in 3 partitions\n" in ran.out
    assert not list(out.rglob("*-d*"))
    assert results(out) == results(full(every, tmp_path / "full"))


def test_a_full_source_again_drops_changes_and_keeps_what_is_the_same(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(base, out)
    assert update(out, tmp_path / "one", {"p0003": changed(POOL["p0003"], 0)}, "--rewrite-share", "1").code == 0
    before = base.parent / "source"
    ran = run("cohort", "run", before, "--out", out)
    assert "30 patients in 3 partitions, 3 of them done before" in ran.out
    assert results(out) == results(base)
    changed_source = source_of(BASE | {"p0003": changed(POOL["p0003"], 0)}, before)
    try:
        ran = run("cohort", "run", changed_source, "--out", out)
        assert "30 patients in 3 partitions, 2 of them done before" in ran.out
    finally:
        source_of(BASE, before)


class Killed(BaseException):
    """The process is gone: nothing that it would have done still happens."""


@contextmanager
def killed_at(number: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The process ends before the change of the file system with this number; the list has how many there were."""
    count = [0]

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            if count[0] >= number:
                raise Killed
            count[0] += 1
            return real(*given, **named)

        return call

    with monkeypatch.context() as patch:
        for name in ("replace", "unlink", "mkdir"):
            patch.setattr(Path, name, dying(getattr(Path, name)))
        patch.setattr(shutil, "rmtree", dying(shutil.rmtree))
        yield count


def test_a_kill_between_any_two_steps_loses_nothing(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changes to one partition lie beside, another is made anew without one patient, over changes that are there."""
    start = tmp_path / "start"
    shutil.copytree(base, start)
    assert update(start, tmp_path / "first", {"p0003": changed(POOL["p0003"], 0)}, "--rewrite-share", "1").code == 0
    new = {name: changed(POOL[name], 1) for name in ("p0003", "p0004", "p0031")}
    left = tmp_path / "left.txt"
    left.write_text("p0007\n", encoding="utf-8")
    more = ("--rewrite-share", "0.12", "--removed", left)
    old = digest(start)
    wanted = full({k: v for k, v in (BASE | new).items() if k != "p0007"}, tmp_path / "full")
    end, total, point = digest(wanted), 10_000, 0
    kinds: set[str] = set()
    while point < total:
        out = tmp_path / f"out{point}"
        shutil.copytree(start, out)
        with killed_at(point, monkeypatch) as count:
            try:
                update(out, tmp_path / "second", new, *more)
                total = count[0]
            except Killed:
                pass
        seen = run("cohort", "summary", out, "--width", "300")
        if (out / "manifest.json").exists():
            assert digest(out) in (old, end), point
            assert seen.code == 0
            kinds.add("finished")
        elif seen.code == 0:
            assert "not finished" in seen.out, point
            kinds.add("unfinished")
        else:
            assert "Q677" in seen.err, seen.err
        ran = update(out, tmp_path / "second", new, *more)
        assert ran.code == 0, (point, ran.err)
        assert digest(out) == end, point
        assert summary(out)["answers"] == summary(wanted)["answers"]
        assert not list(out.rglob(".*")), point
        shutil.rmtree(out)
        point += STRIDE
    assert total > 20
    assert kinds == {"finished", "unfinished"}


def test_ctrl_c_keeps_what_is_finished(tmp_path: Path) -> None:
    source, out = source_of(POOL, tmp_path / "source"), tmp_path / "out"
    command = [*GUIDEKB, "cohort", "run", str(source), "--out", str(out), "--partitions", "24"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not list(out.glob("done/part-*.json")):
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    said, err = process.communicate()
    assert (process.returncode, said) == (130, "")
    assert "Traceback" not in err
    done = len(list(out.glob("done/part-*.json")))
    assert 0 < done < 24
    seen = run("cohort", "summary", out)
    assert seen.code == 0, seen.err
    assert f"the run is not finished: {done} of 24 partitions are done" in seen.out + seen.err
    again = run("cohort", "run", source, "--out", out, "--partitions", "24")
    assert f"36 patients in 24 partitions, {done} of them done before" in again.out


def test_other_rules_evaluate_all_again_and_say_so(base: Path, tmp_path: Path) -> None:
    kb, out = tmp_path / "kb", tmp_path / "out"
    shutil.copytree(HOME, kb, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    readings = kb / "guidelines" / "paraneoplastic_breast_readings.md"
    readings.write_text(readings.read_text(encoding="utf-8").replace("Days <= 31", "Days <= 30"), encoding="utf-8")
    shutil.copytree(base, out)
    ran = update(out, tmp_path / "one", {"p0003": changed(POOL["p0003"], 0)}, "--rewrite-share", "1", "--kb", kb)
    assert "W662" in ran.err
    assert "every patient is evaluated again" in ran.err
    assert ran.out.startswith("30 patients in 3 partitions and 1 files of changes\n")
    again = update(out, tmp_path / "one", {"p0003": changed(POOL["p0003"], 0)}, "--rewrite-share", "1", "--kb", kb)
    assert ("W662" in again.err, "4 of them done before" in again.out) == (False, True)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("{new}", "--out", "{tmp}/nothing", "--update"), 4, "error[D980]"),
        (("{new}", "--out", "{tmp}/new/patients.json/x", "--update"), 4, "error[D980]"),
        (("{new}", "--out", "{tmp}/new/patients.json/x"), 2, "cannot write to"),
        (("{new}", "--out", "{tmp}/new/patients.json"), 4, "error[Q672]"),
        (("{new}", "--out", "{out}", "--removed", "{left}"), 2, "are for --update"),
        (("{new}", "--out", "{out}", "--update", "--partitions", "2"), 2, "stay as they are"),
        (("--out", "{out}", "--update"), 2, "Missing argument 'SOURCE'"),
        (("{new}", "--out", "{out}", "--update", "--removed", "{left}"), 4, "error[D982]"),
        (("--out", "{out}", "--update", "--removed", "{tmp}/none.txt"), 4, "error[D901]"),
        (("--out", "{out}", "--update", "--removed", "{long}"), 4, "error[D921]"),
        (("{tmp}/none", "--out", "{out}", "--update"), 4, "error[D901]"),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(
    words: tuple[str, ...], code: int, message: str, base: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(base, out)
    new = source_of({"p0003": POOL["p0003"]}, tmp_path / "new")
    (tmp_path / "left.txt").write_text("p0003\n")
    (tmp_path / "long.txt").write_text("x" * 300 + "\n")
    places = {"new": new, "out": out, "tmp": tmp_path, "left": tmp_path / "left.txt", "long": tmp_path / "long.txt"}
    ran = run("cohort", "run", *(word.format(**places) for word in words))
    assert (ran.code, ran.out) == (code, "")
    assert message in ran.err
    assert "Traceback" not in ran.err
    assert {p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()} == {
        p.relative_to(base): p.read_bytes() for p in base.rglob("*") if p.is_file()
    }


def test_who_cannot_be_read_any_more_is_answered_no_more(base: Path, tmp_path: Path) -> None:
    """A table names a patient with a value that cannot be read: his older answers would be of another record."""
    import pyarrow as pa

    out, tables = tmp_path / "out", tmp_path / "tables" / "stage"
    shutil.copytree(base, out)
    tables.mkdir(parents=True)
    pq.write_table(
        pa.table({"patient": ["p0003", "p0004"], "stage": ["metastatik", "localized"]}), tables / "a.parquet"
    )
    ran = run("cohort", "run", tables.parent, "--out", out, "--update")
    assert ran.code == 4
    assert "29 patients" in ran.out
    assert run("cohort", "explain", out, "p0003", "mammogram").code == 6
    mended = update(out, tmp_path / "mended", {"p0003": POOL["p0003"]})
    told = [p for p in pq.read_table(out / "problems" / "source.parquet").to_pylist() if p["patient"] == "p0003"]
    assert ("30 patients" in mended.out, told) == (True, [])


def test_a_full_disk_leaves_what_was_there(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(base, out)
    before, new = digest(out), {name: changed(record, 0) for name, record in POOL.items()}
    source = source_of(new, tmp_path / "new")
    command = [*GUIDEKB, "cohort", "run", str(source), "--out", str(out), "--update"]
    full_disk = subprocess.run(
        command, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, 9_000)),
    )  # fmt: skip
    assert (full_disk.returncode, full_disk.stdout) == (2, "")
    assert "cannot write to" in full_disk.stderr
    assert "Traceback" not in full_disk.stderr
    assert digest(out) == before
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert digest(out) == digest(full(new, tmp_path / "full"))
