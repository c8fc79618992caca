"""A patient record to what it records: each field by its shape."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from .fields import ID, META, Field, Fields, Shape
from .findings import Findings, quoted
from .objects import read_objects
from .reader import Reader
from .recorded import Recorded
from .shapes import read_list, read_map, read_value, read_yes_or_no
from .tree import Mapping, Node, Scalar, Sequence, is_unknown

LONGEST_ID = 200  # characters


def read_record(record: Mapping, fields: Fields, findings: Findings, as_of: date | None) -> Recorded | None:
    """What a record says; None when it has no usable id (and then findings has the reason)."""
    subject = _subject(record, findings)
    span = findings.source.span(*_id_place(record))
    reader = Reader(fields, findings, Recorded(subject or "", span), as_of)
    for key, node in record.entries:
        if key.text == ID:
            continue
        field = fields.get(key.text)
        if field is None:
            unknown_field(key, fields, findings)
        else:
            read_field(reader, field, node)
    return reader.recorded if subject else None


def read_field(reader: Reader, field: Field, node: Node) -> None:
    """Record what a field says, by its shape; nothing when it is unknown."""
    if not is_unknown(node) and not reader.is_marked(field, node):
        _SHAPES[field.shape](reader, field, node)


def _id_place(record: Mapping) -> tuple[int, int]:
    node = next((node for key, node in record.entries if key.text == ID), record)
    return node.start, node.end


def _subject(record: Mapping, findings: Findings) -> str | None:
    """The patient's id: any text, or a number as it is written."""
    node = next((node for key, node in record.entries if key.text == ID), None)
    span = findings.source.span(*_id_place(record))
    if node is None or is_unknown(node):
        findings.error("D920", "the record has no `id`", span, "add `id: ` and a name or number for the patient")
    elif not isinstance(node, Scalar) or node.kind == "boolean":
        found = quoted(node.text) if isinstance(node, Scalar) else "a list" if isinstance(node, Sequence) else "a map"
        findings.error("D921", f"`id` wants a text, not {found}", span, "put it in quotes if it is meant so")
    elif not node.text.strip():
        findings.error("D921", "`id` is empty", span)
    elif len(node.text) > LONGEST_ID:
        findings.error("D921", f"`id` has {len(node.text):,} characters", span, f"{LONGEST_ID} at most")
    else:
        return node.text
    return None


def unknown_field(key: Scalar, fields: Fields, findings: Findings) -> None:
    """The error for a name that no field has."""
    message = f"a patient record has no field {quoted(key.text)}"
    near = findings.near(key.text, (*fields, ID))
    near = f"write `{key.text}` as the value of a field" if key.text in META else near
    findings.error("D923", message, findings.source.span(key.start, key.end), near)


_SHAPES: dict[Shape, Callable[[Reader, Field, Node], None]] = {
    "yes or no": read_yes_or_no,
    "value": read_value,
    "list": read_list,
    "map": read_map,
    "objects": read_objects,
}
