"""A document to its records: JSON or YAML, told apart by content; one record, a list, or several documents."""

from __future__ import annotations

from collections.abc import Iterator

from .findings import Findings
from .json_tree import is_json, json_tree
from .source import Source
from .tree import Mapping, Node, Sequence
from .yaml_tree import yaml_tree

_SHAPE = "a patient record is a map of fields, such as `id: p1`"


def records(source: Source, findings: Findings) -> list[Mapping]:
    """The records of a document; anything that is no record is an error."""
    roots = json_tree(source, findings) if is_json(source.text) else yaml_tree(source, findings)
    if not roots:
        raise findings.fatal(
            "D904", "the file holds no record", source.span(0), "a patient record has at least an `id`"
        )
    return [record for root in roots for record in _records(root, source, findings)]


def _records(root: Node, source: Source, findings: Findings) -> Iterator[Mapping]:
    span = source.span(root.start, root.end)
    if isinstance(root, Mapping):
        yield root
    elif not isinstance(root, Sequence):
        findings.error("D912", "expected a patient record, found a single value", span, _SHAPE)
    elif not root.items:
        findings.error("D912", "the list holds no patient record", span, _SHAPE)
    else:
        for item in root.items:
            if isinstance(item, Mapping):
                yield item
            else:
                found = "a list" if isinstance(item, Sequence) else "a single value"
                message = f"expected a patient record, found {found}"
                findings.error("D912", message, source.span(item.start, item.end), _SHAPE)
