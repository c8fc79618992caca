"""What a browser posts: fields of a form and the files in it, from either encoding that forms have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
MOST_FIELDS = 5_000
_BOUNDARY = re.compile(rb"--([\w'()+,./:=?-]{1,70})\r\n")
LONGEST_NAME = 200  # characters of the name of a file


@dataclass(frozen=True, slots=True)
class File:
    """A file that was chosen: what it is called, without its folder, and what is in it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """One form. Every name may stand several times; a file that was not chosen is not there."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {})
    files: Mapping[str, File] = field(default_factory=lambda: {})

    def one(self, name: str) -> str:
        """The first value of a name; "" when it is not there."""
        return next(iter(self.fields.get(name, ())), "")


def sent(body: bytes, media: str) -> Sent:
    """The form in the body of a request; what cannot be read as one is an empty form."""
    if media == MULTIPART:
        return _parts(body)
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace")
    return _collected(pairs[:MOST_FIELDS], {})


def _parts(body: bytes) -> Sent:
    """The boundary between the parts is what the body begins with."""
    begins = _BOUNDARY.match(body)
    if begins is None:
        return Sent()
    head = b'Content-Type: multipart/form-data; boundary="%s"\r\n\r\n' % begins[1]
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    pairs: list[tuple[str, str]] = []
    files: dict[str, File] = {}
    for part in message.iter_parts() if message.is_multipart() else ():
        name, file = part.get_param("name", header="content-disposition"), part.get_filename()
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes) or len(pairs) >= MOST_FIELDS:
            continue
        if file is None:
            pairs.append((name, content.decode("utf-8", "replace")))
        elif file or content:
            files[name] = File(file.replace("\\", "/").rpartition("/")[2][:LONGEST_NAME], content)
    return _collected(pairs, files)


def _collected(pairs: list[tuple[str, str]], files: dict[str, File]) -> Sent:
    """Browsers send every line break as CR LF; a record has one kind."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        found[name] = (*found.get(name, ()), value.replace("\r\n", "\n"))
    return Sent(found, files)
