"""What an endpoint works with: the checked knowledge in each of its languages, and the readers of patient data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from ...kb.diagnostics import Diagnostic, UnknownName, suggest
from ...kb.ir import EDB, Program
from ...kb.translation import ORIGINAL
from ..answers.assess import Knowledge
from ..page.respond import Edited, Reading

Read = Callable[[bytes, str, Program, date | None], Reading]
"""Bytes, the name that messages give them, the program, the day."""
Edit = Callable[[EDB, Sequence[str], Sequence[str], Program, str, date | None], Edited]
"""A record, `field=value` texts, fields to unset, the program, what the new facts come from, the day."""


@dataclass(frozen=True)
class Readers:
    """The functions of the room `facts` that endpoints need; cli.py hands them over, since the rooms do not mix.

    Each is a function of a module, so that it can be sent to a worker. `more`: further ones by name, for endpoints that
    need what the two do not give.
    """

    read: Read
    edit: Edit
    more: Mapping[str, Callable[..., Any]] = field(default_factory=lambda: {})


class Desk:
    """Everything that an endpoint's function is given beside the request. Made once in each worker."""

    def __init__(self, programs: Mapping[str, Program], readers: Readers, public_url: str = "") -> None:
        self.programs, self.readers, self.public_url = dict(programs), readers, public_url
        self._knowledge: dict[str, Knowledge] = {}

    @cached_property
    def program(self) -> Program:
        """The knowledge base in the language in which it was written."""
        return self.programs[ORIGINAL]

    def knowledge(self, language: str = ORIGINAL) -> Knowledge:
        """The knowledge in a language, prepared once. Raises UnknownName."""
        program = self.programs.get(language)
        if program is None:
            help_ = suggest(language, self.programs) or f"its languages are {', '.join(sorted(self.programs))}"
            message = f"the service does not speak `{language[:60]}`"
            raise UnknownName([Diagnostic("Q604", message, help=help_)])
        return self._knowledge.setdefault(language, Knowledge(program))
