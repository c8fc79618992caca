"""Where the pages of the lints are."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).with_name("errors.md")
