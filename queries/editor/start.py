"""The language server, started when its packages are installed."""

from __future__ import annotations

from typing import BinaryIO

from ...kb.diagnostics import Diagnostic, Unavailable
from .doors import Doors

PACKAGES = ("pygls", "lsprotocol", "cattrs", "attrs", "attr")


def serve(doors: Doors, version: str, stdin: BinaryIO, stdout: BinaryIO) -> None:
    """Answer an editor over two streams until it ends the conversation. Raises Unavailable without pygls (Q649)."""
    try:
        from .questions import run
    except ImportError as error:
        if (error.name or "").split(".")[0] not in PACKAGES:
            raise
        message = "the language server needs the package pygls, version 2, which is not installed"
        raise Unavailable([Diagnostic("Q649", message, help="install it: `pip install 'guidekb[lsp]'`")]) from None
    run(doors, version, stdin, stdout)
