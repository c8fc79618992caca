"""Progress with the time left, on a terminal; and Ctrl-C in another process, which prints what is finished."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from guidekb.kb.properties import verifiable
from guidekb.queries.verify import run as runs
from guidekb.queries.verify.run import verify
from small import PROPERTIES, SMALL, in_folder

GUIDEKB = [sys.executable, "-c", "from guidekb.cli import main; main()"]


def heavy(folder: Path) -> Path:
    """A folder with more properties than are proved in a second or two, each through a chain of its own."""
    rules, properties = [SMALL], [PROPERTIES]
    for n in range(220):
        rules.append(
            f'derived c{n}(Patient: patient, Kind: kind) open yes "c{n} of {{Kind}}".\n'
            f"@id(c{n}) c{n}(P, K) :- recommend(P, K), big(P, S), S > {n % 90}.\n"
        )
        properties.append(f'stable s{n}(P, K) "s{n}" :- c{n}(P, K), kinds(P, K), well(P).\n')
    return in_folder(folder, "".join(rules), "".join(properties))


def test_ctrl_c_prints_what_is_finished_and_says_that_it_is_partial(tmp_path: Path) -> None:
    """The signal comes once the first properties are told to be done."""
    folder, main = heavy(tmp_path / "kb"), tmp_path / "main.py"
    main.write_text(
        "import sys\nfrom guidekb import cli\n"
        "def progress():\n"
        "    return lambda done, total, doing: print('done', done, file=sys.stderr, flush=True)\n"
        "cli._progress = progress\ncli.main()\n"
    )
    words = [sys.executable, str(main), "verify", "--kb", str(folder), "--format", "json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        assert process.stdout
        assert process.stderr.readline() == "done 1\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert "Traceback" not in err
    assert process.returncode == 130
    data = json.loads(out)
    assert data["partial"] is True
    assert "whether each property can fail" in data["not_done"]
    statuses = [p["status"] for p in data["properties"]]
    assert statuses[0] == "proved"
    assert statuses[-1] == "not finished"
    assert len(statuses) == 222


def test_a_partial_text_says_what_was_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_: object) -> frozenset[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "unfalsifiable", stop)
    found = verify(verifiable({"small.dl": SMALL, "properties/x.dl": PROPERTIES}))
    assert found.partial
    assert [v.status for v in found.verdicts] == ["proved", "proved"]
    assert found.left[0] == "whether each property can fail"
    assert "dead rules" in found.left
    assert found.findings == ()


def test_progress_is_told_on_a_terminal_after_a_second_with_the_time_left(tmp_path: Path) -> None:
    """By a clock that is a second further each time that it is looked at."""
    folder, main = in_folder(tmp_path / "kb", SMALL, PROPERTIES), tmp_path / "main.py"
    main.write_text(
        "import itertools, time\nfrom guidekb import cli\nticks = itertools.count()\n"
        "time.monotonic = lambda: float(next(ticks))\ncli.main()\n"
    )
    ours, theirs = pty.openpty()
    words = [sys.executable, str(main), "verify", "--kb", str(folder)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        told = b""
        try:
            while more := os.read(ours, 4096):
                told += more
        except OSError:  # the other side is closed
            pass
        os.close(ours)
    assert process.returncode == 0
    assert told.decode().splitlines() == [
        "2 of 10, about 8 s left: whether each property can fail",
        "4 of 10, about 6 s left: dead rules",
        "6 of 10, about 4 s left: vacuous conditions",
        "8 of 10, about 2 s left: withdrawable answers",
    ]


def test_a_short_run_says_nothing_on_the_side(tmp_path: Path) -> None:
    folder = in_folder(tmp_path / "kb", SMALL, PROPERTIES)
    done = subprocess.run([*GUIDEKB, "verify", "--kb", str(folder)], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
