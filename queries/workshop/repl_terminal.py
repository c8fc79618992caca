"""Lines from a terminal, with completion and history. The only file that knows prompt_toolkit, which is optional."""

# prompt_toolkit need not be installed where the types are checked.
# pyright: reportMissingImports=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Ask = Callable[[str], str]
"""Asks for a line; raises EOFError at the end, KeyboardInterrupt when the line is given up."""


def terminal(words: Callable[[str], tuple[str, ...]], history: str | None) -> Ask | None:
    """How to ask for a line; None when prompt_toolkit is not installed. `history`: a file, or None to keep no lines
    after the end: they may hold what is recorded of a patient."""
    try:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.completion import Completer, Completion
        from prompt_toolkit.history import FileHistory, InMemoryHistory
    except ImportError:
        return None

    class Words(Completer):
        """Our completions as prompt_toolkit's."""

        def get_completions(self, document: Any, complete_event: Any) -> Any:
            """The words for the text before the cursor."""
            del complete_event
            line = document.current_line_before_cursor
            start = -len(line.split()[-1]) if line.strip().startswith(":") and " " not in line.strip() else None
            for word in words(line):
                yield Completion(
                    word, start_position=-len(document.get_word_before_cursor()) if start is None else start
                )

    session: Any = PromptSession(
        completer=Words(), history=FileHistory(history) if history else InMemoryHistory(), complete_while_typing=False
    )
    return session.prompt
