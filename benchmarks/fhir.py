"""How long a real FHIR bundle of 3 MB takes to parse, map and evaluate, beside what fhir.resources takes to parse it.

The bundle is that of `../shared/data/mcode-pathways` when it is there; else one of the same size is made of an example
and of many resources that are not read. fhir.resources is no dependency of ours and has a Python of its own:

    python3 -m venv /tmp/fhir && /tmp/fhir/bin/pip install fhir.resources==8.3.0
    .venv/bin/python benchmarks/fhir.py /tmp/fhir/bin/python
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from guidekb.facts.fhir.document import document_of
from guidekb.facts.fhir.intake import resources_of
from guidekb.facts.fhir.reading import read_fhir
from guidekb.facts.fields import fields_of
from guidekb.kb.load import HOME, load
from guidekb.queries.answers.assess import Knowledge
from guidekb.queries.evaluation import pydatalog_engine

ROOT = Path(__file__).resolve().parent.parent
REAL = ROOT.parent / "shared" / "data" / "mcode-pathways" / "triple_negative.json"
EXAMPLE = ROOT / "facts" / "examples" / "fhir" / "metastatic-her2-positive.json"
RUNS = 15
LIMIT, FACTOR = 150, 10  # milliseconds for all of it, and how much faster mapping has to be than fhir.resources' parse

PARSE = """
import sys, time
from fhir.resources.R4B.bundle import Bundle
data = open(sys.argv[1], "rb").read()
times = []
for _ in range(4):
    begun = time.perf_counter()
    Bundle.model_validate_json(data)
    times.append(time.perf_counter() - begun)
print(min(times[1:]) * 1000)
"""


def bundle() -> tuple[str, bytes]:
    """What is measured, and how it is called."""
    if REAL.is_file():
        return f"{REAL.parent.name}/{REAL.name}", REAL.read_bytes()
    data = json.loads(EXAMPLE.read_bytes())
    claim = {
        "resourceType": "Claim",
        "status": "active",
        "item": [{"sequence": n, "text": "x" * 80} for n in range(20)],
    }
    data["entry"] += [{"resource": claim | {"id": f"claim-{n}"}} for n in range(900)]
    return f"{EXAMPLE.name} with 900 Claims added (the real data are not here)", json.dumps(data, indent=2).encode()


def best(work: Callable[[], object]) -> float:
    """Milliseconds of the fastest of some runs."""
    times: list[float] = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times) * 1000


def main() -> None:
    """Measure, print, and say whether the limits are kept."""
    name, data = bundle()
    knowledge = Knowledge(load(HOME))
    program = knowledge.program
    fields = fields_of(program)

    def parse() -> object:
        return resources_of(document_of(data, name))

    def read() -> object:
        return read_fhir([(name, data)], fields, program, None)

    def all_of_it() -> object:
        (patient,) = read_fhir([(name, data)], fields, program, None).patients
        return pydatalog_engine.derive(knowledge.normal, patient.edb.facts)

    all_of_it()
    parsed, mapped, whole = best(parse), best(read), best(all_of_it)
    print(f"Python {platform.python_version()}, {platform.machine()}, fastest of {RUNS} warm runs")
    print(f"{name}: {len(data) / 1e6:.2f} MB, {len(resources_of(document_of(data, name)))} resources")
    print(f"parse                     {parsed:8.1f} ms")
    print(f"map                       {mapped - parsed:8.1f} ms")
    print(f"parse, map and evaluate   {whole:8.1f} ms   (limit {LIMIT} ms)")
    assert whole < LIMIT
    if len(sys.argv) < 2:
        print("fhir.resources: not measured; name a Python that has it (see the top of this file)")
        return
    if not REAL.is_file():
        print("fhir.resources: not measured; the bundle made here is not valid FHIR")
        return
    file = REAL
    done = subprocess.run([sys.argv[1], "-c", PARSE, str(file)], capture_output=True, text=True, check=True)
    theirs = float(done.stdout)
    print(f"fhir.resources, parse     {theirs:8.1f} ms   ({theirs / (mapped - parsed):.0f} times our mapping, ", end="")
    print(f"{theirs / mapped:.0f} times our parsing and mapping)")
    assert theirs > FACTOR * (mapped - parsed)


if __name__ == "__main__":
    main()
