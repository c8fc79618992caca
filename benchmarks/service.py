"""How long a CDS Hooks client waits: a patient-view call on loopback, one after the other and at a steady rate.

    python benchmarks/service.py [seconds] [requests a second] [workers]

A real `guidekb serve` answers; every answer is compared with the first for the same patient. Milliseconds of wall time,
from before the request is sent until its answer is read. CDS Hooks names 500 ms as what a client may expect.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent
FHIR = ROOT / "facts" / "examples" / "fhir"
TYPES = {"conditions": "Condition", "observations": "Observation", "procedures": "Procedure",
         "medicationAdministrations": "MedicationAdministration", "diagnosticReports": "DiagnosticReport"}  # fmt: skip
PATH = "/cds-services/guidekb-patient-view"
HEADERS = {"content-type": "application/json"}
UUID = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"


def bodies() -> dict[str, bytes]:
    """A request for each example bundle with one patient."""
    found: dict[str, bytes] = {}
    for path in sorted(FHIR.glob("*.json")):
        resources = [entry["resource"] for entry in json.loads(path.read_text("utf-8")).get("entry", ())]
        patients = [one for one in resources if one["resourceType"] == "Patient"]
        if len(patients) != 1:
            continue
        prefetch: dict[str, object] = {"patient": patients[0]}
        for key, name in TYPES.items():
            entries = [{"resource": one} for one in resources if one["resourceType"] == name]
            prefetch[key] = {"resourceType": "Bundle", "type": "searchset", "entry": entries}
        context = {"userId": "Practitioner/1", "patientId": patients[0]["id"]}
        request = {"hook": "patient-view", "hookInstance": UUID, "context": context, "prefetch": prefetch}
        found[path.stem] = json.dumps(request).encode()
    return found


@contextmanager
def served(workers: int) -> Iterator[tuple[str, int]]:
    """A service on a free port: its address and the process."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "stderr")
        command = [str(Path(sys.executable).parent / "guidekb"), "serve", "--port", "0", "--rate", "0"]
        with told.open("w") as stderr:
            process = subprocess.Popen([*command, "--workers", str(workers)], stderr=stderr)
        try:
            while not (match := re.search(r"serves at (\S+)/", told.read_text())):
                time.sleep(0.05)
                assert process.poll() is None, told.read_text()
            while True:
                try:
                    httpx.get(f"{match[1]}/health")
                    break
                except httpx.TransportError:
                    time.sleep(0.05)
            yield match[1], process.pid
        finally:
            process.terminate()
            process.wait()


def row(what: str, times: list[float]) -> None:
    """A line of percentiles."""
    times = sorted(times)
    at = [times[min(len(times) - 1, int(len(times) * share))] for share in (0.5, 0.95, 0.99)]
    print(f"{what:44} {len(times):6} " + " ".join(f"{ms:8.1f}" for ms in (*at, times[-1])))


def alone(url: str, asked: dict[str, bytes]) -> dict[str, bytes]:
    """One call after the other; the answers."""
    answers: dict[str, bytes] = {}
    every: list[float] = []
    with httpx.Client(base_url=url) as client:
        for _ in range(5):
            for body in asked.values():
                client.post(PATH, content=body, headers=HEADERS)
        for _ in range(20):
            for name, body in asked.items():
                start = time.perf_counter()
                told = client.post(PATH, content=body, headers=HEADERS)
                every.append((time.perf_counter() - start) * 1000)
                assert told.status_code == 200
                assert answers.setdefault(name, told.content) == told.content
    row("one after the other", every)
    return answers


async def steady(url: str, asked: dict[str, bytes], answers: dict[str, bytes], seconds: int, rate: int) -> None:
    """Calls at a fixed rate, whether the ones before are answered or not."""
    times: list[float] = []
    wrong = 0
    names = list(asked)

    async with httpx.AsyncClient(base_url=url, limits=httpx.Limits(max_connections=400), timeout=60) as client:

        async def one(name: str) -> None:
            nonlocal wrong
            start = time.perf_counter()
            told = await client.post(PATH, content=asked[name], headers=HEADERS)
            times.append((time.perf_counter() - start) * 1000)
            wrong += told.status_code != 200 or told.content != answers[name]

        tasks: list[asyncio.Task[None]] = []
        begun = time.perf_counter()
        for number in range(seconds * rate):
            await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            tasks.append(asyncio.create_task(one(names[number % len(names)])))
        await asyncio.gather(*tasks)
    row(f"{rate} a second for {seconds} s", times)
    print(f"{wrong} of {len(times)} not answered, or with another answer than alone")


def memory(pid: int) -> str:
    """Resident memory of the front and its workers."""
    listed = subprocess.run(["ps", "-o", "rss=", "--pid", str(pid), "--ppid", str(pid)], capture_output=True, text=True)
    return f"{sum(map(int, listed.stdout.split())) / 1024:.0f} MiB"


def main() -> None:
    """Every figure."""
    numbers = [int(word) for word in sys.argv[1:]]
    seconds, rate, workers = (*numbers, *(10, 20, 2)[len(numbers) :])
    asked = bodies()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{workers} workers, {len(asked)} patients, load {os.getloadavg()[0]:.1f} before")
    median = statistics.median(map(len, asked.values())) / 1024
    print(f"a request has {median:.0f} KiB (median)")
    print(f"\n{'':44} {'calls':>6} {'p50':>8} {'p95':>8} {'p99':>8} {'longest':>8}")
    with served(workers) as (url, pid):
        answers = alone(url, asked)
        before = memory(pid)
        asyncio.run(steady(url, asked, answers, seconds, rate))
        print(f"memory of all processes: {before} before, {memory(pid)} after")


if __name__ == "__main__":
    main()
