"""A result written to a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def save(path: Path, result: str | bytes) -> None:
    """Write beside, then rename: who reads the file sees the old content or the new one. Raises OSError.

    What is no ordinary file (a pipe, a terminal) cannot be renamed onto, and is written to. A link stays a link.
    """
    # A lone surrogate, which UTF-8 has no bytes for, is written as the escape that JSON has for it.
    content = result if isinstance(result, bytes) else result.encode("utf-8", "backslashreplace")
    target = path.resolve()
    if target.exists() and not target.is_file():
        target.write_bytes(content)
        return
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
    handle, beside = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).chmod(mode)
        Path(beside).replace(target)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def _umask() -> int:
    """What new files are not allowed to be; there is no way to read it but to set it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
