"""YAML to a tree with positions, from the parser's events: nothing is constructed, so nothing in a file can act."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

import yaml

from ..kb.diagnostics import Invalid
from .findings import Findings, quoted
from .source import Source
from .tree import Builder, Node, Scalar, ScalarKind

_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_REFUSED = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NULL = re.compile(r"~|null|Null|NULL|")
_BOOLEAN = re.compile(r"(?i:yes|no|true|false|on|off)")
_NUMBER = re.compile(
    r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9][0-9_]*|0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+"
    r"|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|\.(?:inf|Inf|INF))|\.(?:nan|NaN|NAN)"
)


def yaml_tree(source: Source, findings: Findings) -> list[Node]:
    """The documents of a YAML stream; null documents are left out."""
    if refused := _REFUSED.search(source.text):
        message = f"a control character (U+{ord(refused[0]):04X}) cannot stand here"
        raise findings.fatal("D905", message, source.span(refused.start()), "is this a text file?")
    builder = Builder(source, findings)
    try:
        for event in _events(source.text):
            _take(event, builder)
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, builder) from None
    except yaml.YAMLError as error:
        raise findings.fatal("D907", f"not YAML: {error}", source.span(0)) from None
    return [root for root in builder.roots if not (isinstance(root, Scalar) and root.kind == "null")]


def _events(text: str) -> Iterator[yaml.Event]:
    return cast("Iterator[yaml.Event]", yaml.parse(text, Loader=_LOADER))  # pyright: ignore[reportUnknownMemberType]


def _take(event: yaml.Event, builder: Builder) -> None:
    source, findings = builder.source, builder.findings
    if isinstance(event, yaml.NodeEvent):
        start, end = event.start_mark.index, event.end_mark.index
        if event.anchor is not None:
            help = "write the value again in each place"  # noqa: A001
            raise findings.fatal("D910", "anchors and aliases are not read", source.span(start, end), help)
        if isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)) and event.tag is not None:
            tag = source.text[start:end].split(maxsplit=1)[0]
            message = f"the tag {quoted(tag)} is not read"
            raise findings.fatal("D910", message, source.span(start, start + len(tag)), "write the value without a tag")
        if isinstance(event, yaml.ScalarEvent):
            if _SURROGATE.search(event.value):  # libyaml refuses it; the parser in Python does not
                raise findings.fatal("D907", "not YAML: this text holds half a character", source.span(start, end))
            builder.scalar(Scalar(start, end, event.value, "text" if event.style else _kind(event.value)))
        else:
            builder.begin(start, isinstance(event, yaml.MappingStartEvent))
    elif isinstance(event, yaml.CollectionEndEvent):
        builder.end(event.end_mark.index)


def _kind(text: str) -> ScalarKind:
    """What YAML 1.1 makes of an unquoted scalar."""
    if _NULL.fullmatch(text):
        return "null"
    if _BOOLEAN.fullmatch(text):
        return "boolean"
    return "number" if _NUMBER.fullmatch(text) else "word"


def _not_yaml(error: yaml.MarkedYAMLError, builder: Builder) -> Invalid:
    source = builder.source
    mark = error.problem_mark or error.context_mark
    at = min(mark.index, len(source.text)) if mark else 0
    problem = error.problem or "it cannot be read"
    if "nesting depth" in problem:  # the limit of libyaml's own, which its tokens reach before our events do
        return builder.too_deep(at)
    message = f"not YAML: {problem}" + (f", {error.context}" if error.context else "")
    help = ""  # noqa: A001
    if source.text[at : at + 1] == "\t":
        help = "indent with spaces, not with tabs"  # noqa: A001
    elif "mapping values are not allowed" in problem:
        help = "a text with `: ` in it has to be quoted; a field starts a line"  # noqa: A001
    return builder.findings.fatal("D907", message, source.span(at), help)
