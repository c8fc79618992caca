"""A standalone Spark cluster on loopback: a master, and workers of one core each that a test may kill."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 180  # seconds for a Java process to say that it is up


@dataclass
class Cluster:
    """Its address, and its workers."""

    master: str
    workers: list[subprocess.Popen[bytes]]

    def kill_one(self) -> None:
        """The worker, its executor and what that has started are gone, as when a machine loses its power."""
        kill(self.workers.pop())


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """The processes, until the end of the block; their output and work stay in the folder."""
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": "-Dspark.worker.ui.enabled=false -Dspark.master.ui.enabled=false",
    }
    running: list[subprocess.Popen[bytes]] = []

    def start(kind: str, name: str, *arguments: str) -> Path:
        log = folder / f"{name}.log"
        command = [home / "bin" / "spark-class", f"org.apache.spark.deploy.{kind}", "--host", "127.0.0.1", *arguments]
        with log.open("wb") as out:
            running.append(
                subprocess.Popen(command, env=environment, stdout=out, stderr=out, cwd=folder, start_new_session=True)
            )
        return log

    try:
        log = start("master.Master", "master", "--port", "0", "--webui-port", "0")
        master = said(log, r"Starting Spark master at (spark://127\.0\.0\.1:\d+)")
        for n in range(workers):
            work = ("--cores", "1", "--memory", "1g", "--webui-port", "0", "--work-dir", str(folder / f"work{n}"))
            said(start("worker.Worker", f"worker{n}", *work, master), r"(Successfully registered)")
        yield Cluster(master, running[1:])
    finally:
        for process in running:
            kill(process)


def said(log: Path, pattern: str) -> str:
    """What a process has said of itself, when it has."""
    for _ in range(PATIENCE * 10):
        if found := re.search(pattern, log.read_text(errors="replace")):
            return found[1]
        time.sleep(0.1)
    raise AssertionError(f"{pattern} is not in {log}:\n{log.read_text(errors='replace')[-2000:]}")


def kill(process: subprocess.Popen[bytes]) -> None:
    """The process and its children at once, without a chance to tidy up."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
