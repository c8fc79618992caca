"""What clinicians made of cards, in a file that only grows: a JSON line each, on the disk before it is confirmed.

No patient is in it: cards are named by their id, reasons by their code, and of a comment only that there was one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from ...kb.diagnostics import Diagnostic, Invalid, quoted

FILE = "feedback.jsonl"


class Kept:
    """The file in a folder. Raises Invalid (Q666) when it cannot be written to."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            os.close(self._open())
        except OSError as error:
            why = (error.strerror or "it failed").lower()
            raise Invalid([Diagnostic("Q666", f"cannot keep feedback in {quoted(folder)}: {why}")]) from None

    def add(self, lines: Iterable[Mapping[str, object]]) -> None:
        """Write lines at the end, whole, and wait until the disk has them. Raises OSError."""
        text = "".join(json.dumps(line, ensure_ascii=True, sort_keys=True) + "\n" for line in lines)
        file = self._open()
        try:
            size = os.fstat(file).st_size
            if size and os.lseek(file, size - 1, os.SEEK_SET) >= 0 and os.read(file, 1) != b"\n":
                text = "\n" + text  # a line that a crash cut short stays alone
            data = memoryview(text.encode("ascii"))
            while data:
                data = data[os.write(file, data) :]
            os.fsync(file)
        finally:
            os.close(file)

    def _open(self) -> int:
        return os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
