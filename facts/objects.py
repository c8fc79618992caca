"""A list of objects to facts: one for each item, in time order by their numbers or by their dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from ..kb.ir import ValueType
from ..kb.values import Value, sort_key
from .fields import EXAMPLES, Field
from .findings import quoted
from .reader import Reader
from .tree import Mapping, Node, Scalar, Sequence, is_unknown
from .values import date_of, typed

UNKNOWN = "unknown"
ORDER, DATE, NOTE = "order", "date", "note"


@dataclass(slots=True)
class _Item:
    """One object: its place, its columns' values so far, its date; `bad` when an error was found in it."""

    node: Mapping
    place: str
    values: dict[str, Value]
    day: date | None = None
    unknown: Node | None = None
    bad: bool = False


def read_objects(reader: Reader, field: Field, node: Node) -> None:
    """The facts of a list of objects."""
    if not isinstance(node, Sequence):
        reader.wrong_shape(field, node)
        return
    reader.recorded.listed.add(field.name)
    items: list[_Item] = []
    for number, entry in enumerate(node.items, 1):
        place = f"{field.name} item {number}"
        if is_unknown(entry):
            reader.incomplete(field, entry, place)
        elif isinstance(entry, Mapping):
            items.append(_item(reader, field, entry, place))
        else:
            reader.error("D924", f"`{field.name}` wants {EXAMPLES['objects']}", entry)
    if any(item.bad for item in items) or (ORDER in field.keys and not _in_order(reader, field, items)):
        return
    for item in items:
        if item.unknown is not None:
            reader.incomplete(field, item.unknown, f"the `{field.keys[-1]}` of {item.place}")
        else:
            reader.fact(field.name, tuple(item.values[key] for key in field.keys), item.node, item.place, item.day)


def _item(reader: Reader, field: Field, node: Mapping, place: str) -> _Item:
    """The columns of one object. A key that is not given is unknown."""
    item = _Item(node, place, {})
    before = len(reader.findings.errors) + reader.findings.more
    given = {key.text: value for key, value in node.entries}
    for key, value in node.entries:
        if key.text == DATE and DATE not in field.keys and not is_unknown(value):
            item.day = _day(reader, value, place)
        elif key.text == NOTE and NOTE not in field.keys:
            if not isinstance(value, Scalar):
                reader.error("D924", f"`{NOTE}` of {place} wants a text", value)
        elif key.text not in (*field.keys, DATE):
            help = reader.findings.near(key.text, (*field.keys, DATE, NOTE))  # noqa: A001
            reader.error("D931", f"an item of `{field.name}` has no key {quoted(key.text)}", key, help)
    for key, column in zip(field.keys, field.types, strict=True):
        _column(reader, item, key, column, given.get(key), is_last=key == field.keys[-1])
    item.bad = len(reader.findings.errors) + reader.findings.more > before
    return item


def _column(reader: Reader, item: _Item, key: str, column: ValueType, node: Node | None, is_last: bool) -> None:
    if node is None or is_unknown(node):
        if UNKNOWN in (label.name for label in column.labels):
            item.values[key] = UNKNOWN
        elif is_last:
            item.unknown = node or item.node
        elif key != ORDER:
            reader.error(
                "D933", f"{item.place} does not say its `{key}`", node or item.node, "an item cannot do without it"
            )
    elif not isinstance(node, Scalar):
        reader.error("D924", f"`{key}` of {item.place} wants one value", node)
    else:
        value = typed(node, column, f"`{key}`", reader.findings)
        if value is not None:
            item.values[key] = value


def _day(reader: Reader, node: Node, place: str) -> date | None:
    if isinstance(node, Scalar):
        return date_of(node, f"`{DATE}` of {place}", reader.findings)
    reader.error("D924", f"`{DATE}` of {place} wants one value", node)
    return None


def _in_order(reader: Reader, field: Field, items: list[_Item]) -> bool:
    """Give the items that have no number one by their dates; numbers and dates that disagree are an error."""
    unnumbered = [item for item in items if ORDER not in item.values]
    if not unnumbered:
        return _agree(reader, items)
    days = sorted({item.day for item in items if item.day})
    if len(unnumbered) < len(items) or (len(items) > 1 and not all(item.day for item in items)):
        message = f"{unnumbered[0].place} does not say its `{ORDER}`"
        reader.error(
            "D932",
            message,
            unnumbered[0].node,
            f"give every item of `{field.name}` an `{ORDER}`, or every one a `{DATE}`",
        )
        return False
    for item in items:
        item.values[ORDER] = days.index(item.day) + 1 if item.day else 1
    return True


def _agree(reader: Reader, items: list[_Item]) -> bool:
    """Whether equal numbers have equal dates, and later numbers none that are earlier."""
    dated = [(item.values[ORDER], item.day, item) for item in items if item.day]
    dated.sort(key=lambda d: (sort_key(d[0]), d[1]))
    for (number, day, item), (next_number, next_day, following) in pairwise(dated):
        if next_day < day or (next_number == number and next_day != day):
            message = f"{following.place} has a later `{ORDER}` and an earlier `{DATE}` than {item.place}"
            if next_number == number:
                message = f"{following.place} and {item.place} have the same `{ORDER}` and different dates"
            reader.error("D932", message, following.node, "correct the one that is wrong")
            return False
    return True
