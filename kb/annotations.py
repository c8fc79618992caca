"""The annotations that a clause may carry: how many values each has, and what they may be."""

from __future__ import annotations

from dataclasses import dataclass

URGENCIES = ("immediate", "soon", "routine")


@dataclass(frozen=True, slots=True)
class AnnotationForm:
    """`many`: several values are allowed. `one_of`: the values allowed, () for any. `kind`: the type of a value.

    `prose`: its values are the source's words, written in double quotes.
    """

    name: str
    many: bool = False
    one_of: tuple[str, ...] = ()
    kind: type = str
    prose: bool = False

    @property
    def usage(self) -> str:
        """How it is written."""
        value = '"..."' if self.prose else "1" if self.kind is int else " or ".join(self.one_of) or "name"
        return f"write `@{self.name}({value}{', ...' if self.many else ''})`"


FORMS = {
    form.name: form
    for form in (
        AnnotationForm("id"),
        AnnotationForm("overrides", many=True),
        AnnotationForm("reading", many=True),
        AnnotationForm("rationale", many=True),
        AnnotationForm("urgency", one_of=URGENCIES),
        AnnotationForm("wording", prose=True),
        AnnotationForm("basis", prose=True),
        AnnotationForm("priority", kind=int),
    )
}
DEFAULT_PRIORITY = 5
