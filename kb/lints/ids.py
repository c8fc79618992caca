"""W601: ids that say nothing of their rule; they are what a clinician reads in every explanation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..diagnostics import Diagnostic, quoted
from ..ir import Clause
from .context import Finding, Linted

_VAGUE = re.compile(
    r"(rule|clause|case|cond|condition|test|tmp|temp|todo|fixme|new|old|foo|bar|baz|thing|stuff|misc|other|default|main"
    r"|x|y|z|r|s|a|b|c|p|q)(_?[a-z]?[0-9]*)?"
)
_ENDS = ("_copy", "_tmp", "_temp", "_old", "_new", "_todo", "_fixme", "_bis", "_final", "_v2")
SHORTEST = 4  # letters


def vague_ids(at: Linted) -> Iterator[Finding]:
    """W601: an id that would fit any rule, or that only repeats its statement or its conclusion."""
    for clause in at.rules:
        why = _why(clause)
        if why and clause.id and "@" not in clause.id:
            span = next((a.span for a in clause.annotations if a.name == "id"), clause.span)
            help_ = "say in a few words when it applies, such as `surgery_when_localized`"
            yield Finding(Diagnostic("W601", f"the id {quoted(clause.id)} {why}", span, help=help_))


def _why(clause: Clause) -> str:
    name = clause.id
    if clause.statement and re.sub(r"\W", "", clause.statement).lower() == name.rstrip("abcdef_").lower():
        return "only repeats its statement, which may get another number"
    if re.fullmatch(rf"{re.escape(clause.head.predicate)}(_?[0-9]+)?", name):
        return "only repeats what the rule concludes"
    if _VAGUE.fullmatch(name) or name.endswith(_ENDS) or len(name) < SHORTEST:
        return "does not say what the rule is for"
    return ""
