"""Who may call: everybody, or who has the token of the service or a token of a known CDS Hooks client."""

from __future__ import annotations

import binascii
from base64 import b64decode
from hashlib import sha256
from hmac import compare_digest
from http import HTTPStatus
from pathlib import Path

from ...kb.diagnostics import Diagnostic, Invalid, quoted
from .exchange import Told
from .problems import problem
from .tokens import Clients

SHORTEST = 16  # characters of a token; what is shorter can be guessed


class Access:
    """Without a token and without clients everybody is let in; with one of them, only who has it."""

    def __init__(self, token: str = "", clients: Clients | None = None) -> None:
        self._token = sha256(token.encode()).digest() if token else b""
        self._clients = clients

    @property
    def is_open(self) -> bool:
        """Whether nobody has to say who they are."""
        return not self._token and self._clients is None

    def refusal(self, authorization: str, audience: str, now: float) -> Told | None:
        """Why a caller is not let in. `audience` is the address called, as a client's token has to name it."""
        if self.is_open:
            return None
        scheme, _, credential = authorization.partition(" ")
        credential = credential.strip()
        reason = "say who you are (Authorization)"
        if scheme.lower() == "basic" and self._is_token(_password(credential)):
            return None
        if scheme.lower() == "bearer":
            if self._is_token(credential):
                return None
            reason = "the token is not known"
            if self._clients and credential.count(".") == 2:
                reason = self._clients.wrong(credential, audience, now)
        if not reason:
            return None
        told = problem(HTTPStatus.UNAUTHORIZED, reason)
        asks = 'Basic realm="guidekb", charset="UTF-8"' if self._token else 'Bearer realm="guidekb"'
        return Told(told.status, told.body, told.media, (("www-authenticate", asks),))

    def _is_token(self, credential: str) -> bool:
        """Compared as digests, in a time that says nothing of how much is right."""
        return bool(self._token) and compare_digest(sha256(credential.encode()).digest(), self._token)


def _password(credential: str) -> str:
    """The password of basic authentication, by which a browser can give the token; the name does not matter."""
    try:
        return b64decode(credential, validate=True).decode("utf-8").partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def read_token(path: Path) -> str:
    """The token in a file. Raises Invalid (Q665)."""
    try:
        with path.open("rb") as file:
            token = file.read(4096).decode("ascii").strip()
    except OSError as error:
        message = f"cannot read the token file {quoted(path)}: {(error.strerror or 'it failed').lower()}"
        raise Invalid([Diagnostic("Q665", message)]) from None
    except UnicodeDecodeError:
        token = ""
    if len(token) < SHORTEST or not token.isprintable() or " " in token:
        message = f"the token file {quoted(path)} does not hold one token of at least {SHORTEST} characters"
        help_ = "make one: `openssl rand -hex 32`"
        raise Invalid([Diagnostic("Q665", message, help=help_)])
    return token
