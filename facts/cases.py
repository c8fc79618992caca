"""Test cases from YAML files, each with its patient's record, read as any record is, and what the answer has to say.

A file is a stream of documents. Its first may be a head (`section`, and a `given` that all its patients share); every
other one is a case: `name`, `about` (statements), `given` (fields, in place of the head's), and `expect`, or `rows` of
a patient each. `patient: FILE` takes the record of a file, which `given` then changes. docs/test_cases.md has it all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ..kb.case import Expectation, Named, TestCase
from ..kb.diagnostics import Diagnostic, Invalid, order
from ..kb.edb import EDB
from ..kb.ir import Program
from .case_nodes import CaseNodes, Entries, cells, columns_of
from .conflicts import settle
from .document import records
from .fields import ID, Fields, fields_of
from .findings import Findings, one_of, quoted
from .read import read
from .record import read_record
from .recorded import Recorded
from .source import Source, bytes_of, source_of
from .tree import Mapping as MapNode
from .tree import Node, Scalar, Sequence
from .values import date_of

HEAD = ("section", "given", "patient", "as_of")
CASE = ("name", "about", "given", "patient", "as_of", "expect", "columns", "rows")
ROW = ("given", "expect")


@dataclass(frozen=True, slots=True)
class _Shared:
    """What a case has before its own words: of the head, of the case for its rows."""

    section: str = ""
    name: str = ""
    about: tuple[Named, ...] = ()
    given: Entries | None = None
    patient: str = ""
    as_of: date | None = None


def _from_disk(path: str) -> bytes:
    return bytes_of(path, None)


def read_cases(
    path: Path, program: Program, content: Callable[[str], bytes] = _from_disk
) -> tuple[TestCase, ...]:  # fmt: skip
    """The cases of a file, in its order; a fault of one case is among its own problems. Raises Invalid for no YAML.

    `content`: what a file holds, for an editor that has not saved it.
    """
    source = source_of(content(path.as_posix()), path.as_posix())
    findings = Findings(source)
    documents = records(source, findings)
    findings.raise_if_any()
    reader = _Reader(source, path.parent, program, fields_of(program), content)
    first, *others = documents
    if not any(key.text == "section" for key, _ in first.entries):
        return tuple(case for document in documents for case in reader.cases(document, _Shared()))
    head = reader.head(first)
    if not others:
        span = source.span(first.start)
        raise Invalid([Diagnostic("D962", "the file has no case after its head", span, source.line(span.line))])
    return tuple(case for document in others for case in reader.cases(document, head))


@dataclass(frozen=True, slots=True)
class _Reader:
    source: Source
    folder: Path
    program: Program
    fields: Fields
    content: Callable[[str], bytes]

    def head(self, node: Node) -> _Shared:
        """What the head says; a fault in it is a fault of the file."""
        findings = Findings(self.source)
        shared = self._shared(node, HEAD, "the head of a file of cases", _Shared(), CaseNodes(findings))[0]
        findings.raise_if_any()
        return shared

    def cases(self, node: Node, shared: _Shared) -> Iterator[TestCase]:
        """The case of a document, or one for each of its rows."""
        findings = Findings(self.source)
        nodes = CaseNodes(findings)
        own, entries = self._shared(node, CASE, "a case", shared, nodes)
        if not own.name and not findings.errors:
            nodes.wrong("D962", "the case has no `name`", node, "say in a sentence what it shows")
        rows = entries.get("rows")
        if ("expect" in entries) == (rows is not None) and not findings.errors:
            nodes.wrong("D962", "a case has either `expect` or `rows`", node)
        if findings.errors or rows is None:
            yield self._case(node, own, entries, findings)
        elif not isinstance(rows[1], Sequence) or not rows[1].items:
            nodes.wrong("D963", "`rows` is a list of patients", rows[1])
            yield self._case(node, own, entries, findings)
        else:
            columns = nodes.named(entries["columns"][1], "`columns`") if "columns" in entries else ()
            self._columns(columns, findings)
            for row in rows[1].items:
                yield self._row(row, own, columns, findings)

    def _shared(
        self, node: Node, allowed: tuple[str, ...], what: str, above: _Shared, nodes: CaseNodes
    ) -> tuple[_Shared, Entries]:
        entries = nodes.entries(node, allowed, what)
        given = nodes.entries(entries["given"][1], (), "`given`") if "given" in entries else {}
        day = entries.get("as_of")
        return _Shared(
            nodes.text(entries["section"][1], "`section`") if "section" in entries else above.section,
            nodes.text(entries["name"][1], "`name`") if "name" in entries else above.name,
            nodes.named(entries["about"][1], "`about`") if "about" in entries else above.about,
            {**(above.given or {}), **given},
            nodes.text(entries["patient"][1], "`patient`") if "patient" in entries else above.patient,
            date_of(day[1], "`as_of`", nodes.findings) if day and isinstance(day[1], Scalar) else above.as_of,
        ), entries

    def _columns(self, columns: tuple[Named, ...], findings: Findings) -> None:
        known = columns_of(self.fields)
        for one in columns:
            if one.name not in known:
                help_ = findings.near(one.name, known) or "a field of the record, or a part of the answer"
                findings.error("D961", f"a table has no column {quoted(one.name)}", one.span, help_)

    def _row(self, row: Node, own: _Shared, columns: tuple[Named, ...], above: Findings) -> TestCase:
        findings = Findings(self.source)
        findings.add(above.errors)
        nodes = CaseNodes(findings)
        if not columns or isinstance(row, MapNode):
            shared, entries = self._shared(row, ROW, "a row", own, nodes)
            if "expect" not in entries and not findings.errors:
                nodes.wrong("D962", "the row has no `expect`", row)
            return self._case(row, shared, entries, findings)
        if not isinstance(row, Sequence) or len(row.items) != len(columns):
            found = f"{len(row.items)} values" if isinstance(row, Sequence) else "one value"
            nodes.wrong("D963", f"a row of this table has {len(columns)} values, and this one {found}", row)
            return self._case(row, own, {}, findings)
        given, wanted, unwanted = cells([c.name for c in columns], row, self.fields)
        if unwanted:
            refused = MapNode(row.start, row.end, tuple(unwanted.values()))
            wanted["not"] = (Scalar(row.start, row.end, "not", "word"), refused)
        expect = MapNode(row.start, row.end, tuple(wanted.values()))
        if not wanted:
            nodes.wrong("D962", "the row expects nothing", row)
        key = Scalar(row.start, row.end, "expect", "word")
        shared = replace(own, given={**(own.given or {}), **given})
        return self._case(row, shared, {"expect": (key, expect)}, findings)

    def _case(self, node: Node, own: _Shared, entries: Entries, findings: Findings) -> TestCase:
        span = self.source.span(node.start)
        expectation = Expectation({}, {})
        edb: EDB | None = None
        if not findings.errors:
            expectation = CaseNodes(findings).expectation(entries["expect"][1] if "expect" in entries else None)
            edb = self._edb(span.place, own, findings)
        given = tuple(f"{name}: {self._written(value)}" for name, (_, value) in (own.given or {}).items())
        from_file = (f"patient: {own.patient}",) if own.patient else ()
        problems = tuple(sorted(dict.fromkeys(findings.errors), key=order))
        usable = None if problems else edb
        return TestCase(
            span.place, own.name, own.section, own.about, (*from_file, *given), usable, expectation, span, problems
        )

    def _written(self, node: Node) -> str:
        return " ".join(self.source.text[node.start : node.end].split())

    def _edb(self, place: str, own: _Shared, findings: Findings) -> EDB | None:
        """The record that is given, under the place of the case as the patient's id."""
        given = own.given or {}
        base = self._patient(own, findings) if own.patient else None
        name = base.subject if base else place
        given = {key: value for key, value in given.items() if not (base and key == ID)}
        own_id = () if ID in given else ((Scalar(0, 0, ID, "word"), Scalar(0, 0, name, "text")),)
        found = read_record(MapNode(0, 0, (*own_id, *given.values())), self.fields, findings, own.as_of)
        if found is None or (own.patient and base is None):
            return None
        merged = _changed(base, found, {name: value for name, (_, value) in given.items()}) if base else found
        return settle(merged, self.fields, findings, own.as_of)

    def _patient(self, own: _Shared, findings: Findings) -> Recorded | None:
        """The record of a file, whose place is told from the folder of the case."""
        path = (self.folder / own.patient).as_posix()
        try:
            found = read(self.content(path), path, self.program, own.as_of).recorded
        except Invalid as invalid:
            findings.errors += invalid.diagnostics
            return None
        if len(found) != 1:
            ids = one_of(r.subject for r in found[:5])
            findings.error("D963", f"`{own.patient}` holds {len(found)} patients", self.source.span(0), ids)
            return None
        return found[0]


def _changed(base: Recorded, change: Recorded, given: dict[str, Node]) -> Recorded:
    """The record of a file with the given fields in place of its own; `unknown` takes a field away."""
    apart = {name for name in given if name != ID}
    kept = [f for f in base.facts if f.atom.predicate.removeprefix("-") not in apart]
    result = replace(change, facts=[*kept, *change.facts], listed=(base.listed - apart) | change.listed)
    result.not_applicable = {n: m for n, m in base.not_applicable.items() if n not in apart} | change.not_applicable
    result.conflicting = {n: m for n, m in base.conflicting.items() if n not in apart} | change.conflicting
    if base.newest:
        result.dated(base.newest)
    return result
