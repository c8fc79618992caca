"""The guideline itself in FHIR R4: a PlanDefinition of its actions, and a Library that holds the documents."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping

from ...kb.annotations import URGENCIES
from ...kb.header import header_of
from ...kb.ir import Clause, Const, Ground, Program
from ..answers.answer import statement_ids
from ..indicator import PRIORITY
from ..names import CONSIDER, RECOMMEND
from ..stable import stable_uuid
from ..wording.sentences import Sentences, sentences
from ..wording.words import words as words_of
from .elements import Data, action_id, canonical, edition, entry, told
from .precedence import precedences
from .results import device
from .strength import documentation

LIBRARY_TYPE = "http://terminology.hl7.org/CodeSystem/library-type"


def definition(program: Program, texts: Mapping[str, str], software: str) -> Data:
    """A Bundle with both. `texts` are the documents by name; what is no action (alerts, advice against) is in them."""
    key = f"{program.name} {edition(program)}"
    library = _library(program, texts, key)
    made = [_plan(program, texts, key, f"{library['url']}|{edition(program)}"), library]
    maker = device(stable_uuid(key, "Device"), software)
    return {
        "resourceType": "Bundle",
        "id": stable_uuid(key),
        "type": "collection",
        "entry": [entry(one) for one in (*made, maker)],
    }


def exported(program: Program, texts: Mapping[str, str], software: str) -> str:
    """The Bundle as text."""
    return json.dumps(definition(program, texts, software), ensure_ascii=False, indent=1) + "\n"


def _plan(program: Program, texts: Mapping[str, str], key: str, library: str) -> Data:
    headers = _headers(texts)
    sources = [told(h["source"]) for h in headers if h.get("source")]
    refs = sorted({ref for s in program.statements for ref in s.refs})
    artifacts = [{"type": "derived-from", "display": source} for source in sources]
    artifacts += [{"type": "citation", "label": f"ref {n}", "display": "not listed in source"} for n in refs]
    return {
        "resourceType": "PlanDefinition",
        "id": stable_uuid(key, "PlanDefinition"),
        **_shared(program, headers, ""),
        **({"relatedArtifact": artifacts} if artifacts else {}),
        "library": [library],
        **({"action": actions} if (actions := _actions(program)) else {}),
    }


def _library(program: Program, texts: Mapping[str, str], key: str) -> Data:
    return {
        "resourceType": "Library",
        "id": stable_uuid(key, "Library"),
        **_shared(program, _headers(texts), ":library"),
        "type": {"coding": [{"system": LIBRARY_TYPE, "code": "logic-library", "display": "Logic Library"}]},
        "content": [_attachment(name, text) for name, text in texts.items()],
    }


def _attachment(name: str, text: str) -> Data:
    """A document, whole. FHIR's `hash` is a SHA-1; what tells versions apart is the SHA-256 in the version."""
    data = text.encode()
    return {
        "contentType": "text/markdown",
        "data": base64.b64encode(data).decode(),
        "size": len(data),
        "hash": base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode(),
        "title": told(name),
    }


def _shared(program: Program, headers: list[dict[str, str]], part: str) -> Data:
    """What both resources say of themselves. `status` is draft: nothing here has been validated for care."""
    title = "; ".join(h["title"] for h in headers if h.get("title")) or program.name
    words = re.findall(r"[A-Za-z0-9]+", program.name + part)
    return {
        "url": canonical(program) + part,
        "version": edition(program),
        "name": "".join(word.capitalize() for word in words) or "Guideline",
        "title": told(title),
        "status": "draft",
        "experimental": True,
        "description": words_of().say("page.disclaimer"),
    }


def _headers(texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [dict(header_of(name, text.split("\n")).values) for name, text in texts.items()]


def _actions(program: Program) -> list[Data]:
    """One action for each name that a rule recommends or has considered, in the order of the documents."""
    rules: dict[tuple[str, str], list[Clause]] = {}
    for clause in program.clauses:
        name = next((str(t.value) for t in clause.head.args[1:2] if isinstance(t, Const)), "")
        if clause.body and name and clause.head.predicate in (RECOMMEND, CONSIDER):
            rules.setdefault((clause.head.predicate, name), []).append(clause)
    say = sentences(program)
    ids = {action_id(name) for _, name in rules}
    after = {(action_id(p.first), action_id(p.then)): None for p in precedences(program)}
    found: list[Data] = []
    for (direction, name), clauses in rules.items():
        made = _action(program, say, direction, name, clauses)
        later = [then for first, then in after if first == made["id"] and then in ids]
        if later:
            made["relatedAction"] = [{"actionId": then, "relationship": "before-start"} for then in later]
        found.append(made)
    return found


def _action(program: Program, say: Sentences, direction: str, name: str, clauses: Iterable[Clause]) -> Data:
    rules = tuple(clauses)
    statements = statement_ids(rules)
    known = {s.id: s for s in program.statements}
    urgencies = [str(u) for c in rules for u in c.values("urgency")]
    urgency = min(urgencies, key=URGENCIES.index, default="routine")
    text = " ".join(known[c.statement].text for c in {c.statement: c for c in rules}.values() if c.statement in known)
    return {
        "id": action_id(name),
        "prefix": " ".join(statements),
        "title": told(say.item(Ground(direction, ("", name)))),
        **({"description": told(text)} if text else {}),
        "textEquivalent": told(f"{say.item(Ground(direction, ('', name)))} [{', '.join(c.id for c in rules)}]"),
        "priority": PRIORITY[urgency],
        **({"documentation": documents} if (documents := documentation(program, statements)) else {}),
        "condition": [_condition(rules)],
        **({"requiredBehavior": "could"} if direction == CONSIDER else {}),
    }


def _condition(rules: Iterable[Clause]) -> Data:
    """When the action applies is said by rules that no engine of FHIR knows: left to one, it never does."""
    named = ", ".join(c.id for c in rules)
    text = f"guidekb evaluates it: {named}, in the Library; a patient's results are GuidanceResponse and RequestGroup"
    return {
        "kind": "applicability",
        "expression": {"description": told(text), "language": "text/fhirpath", "expression": "false"},
    }
