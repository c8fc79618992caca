"""The same explanations whatever order sets happen to have: two runs of Python with different hashes, byte for byte."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
from random import Random
from guidekb.kb.edb import EDB, ground_key
from guidekb.kb.ir import Program
from guidekb.queries.proofs.proof import prove
from guidekb.queries.proofs.proofs_all import all_proofs
from guidekb.queries.why_not.whynot import situation, why_not
from programs import random_case
from random_worlds import World

for seed in range(40):
    world = World(random_case(Random(seed)))
    for atom in sorted(world.model.atoms, key=ground_key):
        print(prove(world.found, atom))
        print(all_proofs(world.found, atom, 3))
    at = situation(Program(), world.normal, world.model, EDB("p", dict.fromkeys(world.facts, ())))
    for goal in world.false(5):
        print(why_not(at, goal))
"""


def run(hash_seed: str) -> bytes:
    folder = str(Path(__file__).parent)
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": folder, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_explanations_do_not_depend_on_the_order_of_sets() -> None:
    first = run("1")
    assert len(first) > 100_000
    assert first == run("2")
