"""A field of one of the plain shapes to facts: yes or no, one value, a list of values, a map."""

from __future__ import annotations

from .fields import EXAMPLES, Field
from .findings import quoted, shown
from .reader import Reader
from .tree import Mapping, Node, Scalar, Sequence, is_unknown
from .values import typed, yes_or_no

NOT = "not "


def read_yes_or_no(reader: Reader, field: Field, node: Node) -> None:
    """`p(P)` for yes, `-p(P)` for no."""
    if not isinstance(node, Scalar):
        reader.wrong_shape(field, node)
        return
    answer = yes_or_no(node, f"`{field.name}`", reader.findings)
    if answer is not None:
        reader.fact(field.name if answer else f"-{field.name}", (), node, field.name)


def read_value(reader: Reader, field: Field, node: Node) -> None:
    """One value."""
    if not isinstance(node, Scalar):
        reader.wrong_shape(field, node)
        return
    _value(reader, field, node, field.name, or_unknown=True)


def _value(reader: Reader, field: Field, node: Scalar, place: str, or_unknown: bool = False) -> None:
    """A value of a field; `not x` says of a value of a set that it is ruled out, which is recorded as false."""
    column = field.types[0]
    plain = node.text.removeprefix(NOT)
    ruled_out = plain != node.text and column.kind == "symbols"
    if ruled_out and not field.predicate.open:
        message = f"{quoted(node.text)} cannot be said of `{field.name}`: what is not recorded of it is false"
        reader.error("D946", message, node, "leave it out")
        return
    scalar = node._replace(start=node.end - len(plain), text=plain) if ruled_out else node
    value = typed(scalar, column, f"`{field.name}`", reader.findings, or_unknown)
    if value is not None:
        reader.fact(f"-{field.name}" if ruled_out else field.name, (value,), node, place)


def read_list(reader: Reader, field: Field, node: Node) -> None:
    """A fact for each value of a list."""
    if not isinstance(node, Sequence):
        reader.wrong_shape(field, node)
        return
    reader.recorded.listed.add(field.name)
    for number, item in enumerate(node.items, 1):
        place = f"{field.name} item {number}"
        if is_unknown(item):
            reader.incomplete(field, item, place)
        elif not isinstance(item, Scalar):
            reader.error("D924", f"`{field.name}` wants {EXAMPLES['list']}", item)
        else:
            _value(reader, field, item, place)


def read_map(reader: Reader, field: Field, node: Node) -> None:
    """A fact for each name with its value."""
    if not isinstance(node, Mapping):
        reader.wrong_shape(field, node)
        return
    reader.recorded.listed.add(field.name)
    for key, item in node.entries:
        name = typed(key, field.types[0], f"`{field.name}`", reader.findings)
        if name is None:
            continue
        place = f"{field.name}.{shown(key.text)}"
        if is_unknown(item):
            reader.incomplete(field, item, place)
        elif not isinstance(item, Scalar):
            reader.error("D924", f"{quoted(place)} wants one value", item)
        else:
            value = typed(item, field.types[1], quoted(place), reader.findings, or_unknown=True)
            if value is not None:
                reader.fact(field.name, (name, value), item, place)
