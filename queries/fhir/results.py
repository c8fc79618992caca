"""The results for one patient as one Bundle of FHIR R4: guidance, requests, issues, and where they come from."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ...kb.ir import Program
from ..answers.assess import Case
from ..explanations.report import Report, report
from ..rendering.answer_json import answer_data
from ..stable import fingerprint, stable_uuid
from ..wording.sentences import sentences
from ..wording.words import Words
from .drafts import Drafts
from .elements import ABSENT, Data, canonical, edition, entry, to
from .guidance import guidance
from .issues import issues
from .request_group import request_group


def results(told: Report, said: Words, software: str, drafts: Drafts | None = None, recorded: str = "") -> Data:
    """The Bundle. `software` is its version; `recorded` the instant for the Provenance, "" where there is no clock.

    Equal input gives equal output: ids are made from the answer and what they name.
    """
    program = told.case.knowledge.program
    say, key = sentences(program, said), answer_id(told)
    requests = request_group(told, say, drafts or {}, key)
    found = [
        *guidance(told, say, key, str(requests[0]["id"]) if requests else ""),
        *requests,
        *issues(told, say, key),
    ]
    found += [device(stable_uuid(key, "Device"), software), _provenance(program, found, key, recorded)]
    return {
        "resourceType": "Bundle",
        "id": stable_uuid(key),
        "type": "collection",
        "entry": [entry(resource) for resource in found],
    }


def answer_id(told: Report) -> str:
    """The hash of all that is answered and of what it rests on: knowledge base, facts, where they were recorded."""
    return fingerprint(answer_data(told.case.knowledge.program, told.answer, told.graph))


def answered(case: Case, said: Words, software: str, drafts: Drafts) -> tuple[str, bool]:
    """The Bundle of a case in one line, and whether nothing in the answer is undetermined."""
    told = report(case, said)
    return json.dumps(results(told, said, software, drafts), ensure_ascii=False), not told.answer.undetermined


def together(lines: list[str]) -> str:
    """The Bundle of one patient to be read; of several patients one line each, as NDJSON."""
    if len(lines) == 1:
        return json.dumps(json.loads(lines[0]), ensure_ascii=False, indent=1) + "\n"
    return "".join(f"{line}\n" for line in lines)


def device(uuid: str, software: str) -> Data:
    """The program that answered."""
    return {
        "resourceType": "Device",
        "id": uuid,
        "deviceName": [{"name": "guidekb", "type": "model-name"}],
        "version": [{"value": software}],
    }


def _provenance(program: Program, made: list[Data], key: str, recorded: str) -> Data:
    """Which knowledge base and which program everything else in the Bundle comes from."""
    unknown: Mapping[str, object] = {"_recorded": {"extension": [{"url": ABSENT, "valueCode": "unknown"}]}}
    source: Data = {
        "identifier": {"system": canonical(program), "value": f"{program.version} sha256 {program.sha256}"},
        "display": f"{program.name} {edition(program)}",
    }
    return {
        "resourceType": "Provenance",
        "id": stable_uuid(key, "Provenance"),
        "target": [to(str(one["id"])) for one in made if one["resourceType"] != "Device"],
        **({"recorded": recorded} if recorded else unknown),
        "agent": [{"who": to(stable_uuid(key, "Device"))}],
        "entity": [{"role": "source", "what": source}],
    }
