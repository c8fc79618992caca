"""Whether a file holds FHIR, by its content and not by its name."""

from __future__ import annotations

LARGEST = 200 * 2**20  # bytes; a patient's whole history in FHIR has a few MB, a bulk export holds many patients
_XML = b"http://hl7.org/fhir"


def is_fhir(data: bytes) -> bool:
    """A JSON object or list with a `resourceType` in it, or FHIR in XML, which is then refused in so many words."""
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return (head[:1] in (b"{", b"[") and b'"resourceType"' in data) or (head[:1] == b"<" and _XML in head)
