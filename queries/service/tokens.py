"""The JSON Web Tokens by which CDS Hooks clients say who they are. The only file that knows PyJWT.

Keys come from files that were given at the start; a `jku` in a token is never followed. The algorithm is the key's,
never the token's: a key of the curve P-384 verifies ES384, an RSA key RS384, and nothing else verifies anything.
"""

# PyJWT's keys are those of whatever cryptography gives, which has no type here.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn, cast

from ...kb.diagnostics import Diagnostic, Invalid, Unavailable, quoted

LEEWAY = 60  # seconds that two clocks may differ
LONGEST = 3600  # seconds that a token may be valid: it is remembered as long, so that it is used once
LARGEST = 8192  # characters of a token
MOST_SEEN = 100_000  # tokens remembered at once
SHORTEST_RSA = 2048  # bits
ALGORITHMS = {("EC", "P-384"): "ES384", ("RSA", ""): "RS384"}
NEEDED = ("iss", "aud", "exp", "iat", "jti")


@dataclass(frozen=True, slots=True)
class _Key:
    algorithm: str
    key: Any


class Clients:
    """The clients that are let in: for each issuer its keys by id, and the tokens that were used already."""

    def __init__(self, keys: Mapping[str, Mapping[str, _Key]]) -> None:
        self.keys = keys
        self._seen: dict[tuple[str, str], float] = {}

    def wrong(self, token: str, audience: str, now: float) -> str:
        """Why a token is not accepted, in words that say nothing of its content; "" when it is, and then only once."""
        import jwt

        if len(token) > LARGEST:
            return "the token is too long"
        try:
            header = cast("dict[str, object]", jwt.get_unverified_header(token))
            claims = cast("dict[str, object]", jwt.decode(token, options={"verify_signature": False}))
            key = self.keys.get(str(claims.get("iss")), {}).get(str(header.get("kid")))
            if key is None:
                return "the token's issuer or key is not known here"
            if header.get("alg") != key.algorithm:
                return f"the token is not signed with {key.algorithm}"
            if header.get("crit") is not None:
                return "the token asks for an extension that is not known here"
            # Times are held against our clock below.
            wanted = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "require": [*NEEDED]}
            checked = jwt.decode(token, key.key, [key.algorithm], audience=audience, options=cast(Any, wanted))
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            return _reasons(jwt).get(type(error), "the token is not valid")
        return self._wrong_time(checked, now) or self._used(checked, now)

    def _wrong_time(self, claims: Mapping[str, Any], now: float) -> str:
        times = [claims["exp"], claims["iat"], claims.get("nbf", claims["iat"])]
        if not all(isinstance(t, int | float) and not isinstance(t, bool) and isfinite(t) for t in times):
            return "the token's times are no numbers"
        until, since, after = times
        if now > until + LEEWAY:
            return "the token has expired"
        if max(since, after) > now + LEEWAY:
            return "the token is not valid yet"
        if until - now > LONGEST + LEEWAY:
            return f"the token is valid for more than {LONGEST} seconds"
        return ""

    def _used(self, claims: Mapping[str, Any], now: float) -> str:
        name = (str(claims["iss"]), str(claims["jti"]))
        if name in self._seen and self._seen[name] + LEEWAY >= now:
            return "the token was used already"
        if len(self._seen) >= MOST_SEEN:
            self._seen = {n: until for n, until in self._seen.items() if until + LEEWAY >= now}
            if len(self._seen) >= MOST_SEEN:
                return "too many tokens were used; wait until some have expired"
        self._seen[name] = float(claims["exp"])
        return ""


def clients(pairs: Iterable[tuple[str, Path]]) -> Clients:
    """The clients of `ISSUER=FILE` options; each file is a JWK set with public keys. Raises Invalid, Unavailable."""
    return Clients({issuer: _keys(path) for issuer, path in pairs})


def _keys(path: Path) -> dict[str, _Key]:
    try:
        import jwt
    except ImportError:
        help_ = "install it: `pip install 'guidekb[serve]'`"
        raise Unavailable([Diagnostic("Q663", "PyJWT is not installed", help=help_)]) from None
    try:
        with path.open("rb") as file:
            data = json.loads(file.read(2**20))
        listed = data["keys"]
        if not isinstance(listed, list) or not listed:
            raise TypeError
    except OSError as error:
        _fail(f"cannot read the keys {quoted(path)}: {(error.strerror or 'it failed').lower()}")
    except (ValueError, TypeError, KeyError, RecursionError):
        _fail(f"{quoted(path)} is no JWK set", 'it is JSON: `{"keys": [...]}`')
    found: dict[str, _Key] = {}
    for number, one in enumerate(cast("list[object]", listed), 1):
        kid, key = _key(one, f"key {number} of {quoted(path)}", jwt)
        if kid in found:
            _fail(f"{quoted(path)} has two keys with the id {quoted(kid)}")
        found[kid] = key
    return found


def _key(one: object, which: str, jwt: Any) -> tuple[str, _Key]:
    """A public key with its id and the one algorithm that it is for."""
    data = cast("dict[str, object]", one) if isinstance(one, dict) else {}
    algorithm = ALGORITHMS.get((str(data.get("kty")), str(data.get("crv", ""))))
    if algorithm is None:
        _fail(f"{which} is neither an elliptic key of P-384 nor an RSA key")
    if data.get("alg", algorithm) != algorithm:
        _fail(f"{which} is for another algorithm than {algorithm}")
    if "d" in data:
        _fail(f"{which} is a private key", "give the public key alone, and take that one for known")
    if not isinstance(data.get("kid"), str):
        _fail(f"{which} has no `kid`")
    try:
        key = jwt.PyJWK(data, algorithm).key
    except (jwt.PyJWTError, ValueError, TypeError):
        _fail(f"{which} cannot be read")
    if algorithm == "RS384" and key.key_size < SHORTEST_RSA:
        _fail(f"{which} has fewer than {SHORTEST_RSA} bits")
    return str(data["kid"]), _Key(algorithm, key)


def _reasons(jwt: Any) -> dict[type[BaseException], str]:
    return {
        jwt.InvalidSignatureError: "the token's signature is wrong",
        jwt.InvalidAudienceError: "the token is for another address",
        jwt.MissingRequiredClaimError: f"the token lacks one of {', '.join(NEEDED)}",
    }


def _fail(message: str, help: str = "") -> NoReturn:  # noqa: A002  (the field's name)
    raise Invalid([Diagnostic("Q664", message, help=help)])
