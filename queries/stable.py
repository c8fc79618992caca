"""Ids that follow from what they name: the same thing has the same id in every run, and two things have two."""

from __future__ import annotations

import hashlib
import json

_NAMESPACE = bytes.fromhex("5b1f0c2a6e0d5f6f9a3e2d7c41b8e906")  # ours, drawn once; it keeps our ids apart from others'


def stable_uuid(*parts: str) -> str:
    """The UUID of version 5 (RFC 9562) of these texts; Python's `uuid` is not imported here, for it can draw too."""
    name = json.dumps(parts, ensure_ascii=True).encode()
    digest = bytearray(hashlib.sha1(_NAMESPACE + name, usedforsecurity=False).digest()[:16])
    digest[6] = (digest[6] & 0x0F) | 0x50
    digest[8] = (digest[8] & 0x3F) | 0x80
    shown = digest.hex()
    return "-".join((shown[:8], shown[8:12], shown[12:16], shown[16:20], shown[20:]))


def fingerprint(data: object) -> str:
    """The SHA-256 of plain data, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
