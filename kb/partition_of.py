"""In which partition a patient is: the same for every source, every run and every engine that has MD5."""

from __future__ import annotations

from hashlib import md5


def partition_of(subject: str, partitions: int) -> int:
    """The first 8 hexadecimal digits of the MD5 of the id in UTF-8, as a number, modulo the number of partitions."""
    digest = md5(subject.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
    return int(digest[:8], 16) % partitions
