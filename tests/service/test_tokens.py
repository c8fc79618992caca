"""The signed tokens of CDS Hooks clients: what is let in once, and everything that is not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from guidekb.kb.diagnostics import Invalid
from guidekb.queries.service import tokens
from guidekb.queries.service.access import Access, read_token
from guidekb.queries.service.settings import Settings, settings_of
from guidekb.queries.service.tokens import LEEWAY, LONGEST, Clients, clients
from serving import Clock, site

ISSUER, AUDIENCE = "https://ehr.example.org", "https://cds.example.org/recommend"
CURVE, RSA = ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)
OTHER = ec.generate_private_key(ec.SECP384R1())
NOW = Clock().seconds


def jwk(key: Any, kid: str, **more: object) -> dict[str, object]:
    """A public key as a JWK."""
    made = jwt.algorithms.ECAlgorithm if isinstance(key, ec.EllipticCurvePublicKey) else jwt.algorithms.RSAAlgorithm
    return {**json.loads(made.to_jwk(key)), "kid": kid, **more}


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """The client's key set."""
    path = tmp_path / "ehr.jwks.json"
    path.write_text(
        json.dumps({"keys": [jwk(CURVE.public_key(), "ec"), jwk(RSA.public_key(), "rsa")]}), encoding="utf-8"
    )
    return path


@pytest.fixture
def known(keys: Path) -> Clients:
    """The one client that is let in."""
    return clients([(ISSUER, keys)])


def claims(**more: object) -> dict[str, object]:
    """What a good token says; None leaves a claim out."""
    said = {"iss": ISSUER, "aud": AUDIENCE, "iat": int(NOW), "exp": int(NOW) + 300, "jti": "1", **more}
    return {key: value for key, value in said.items() if value is not None}


def signed(key: Any = CURVE, algorithm: str = "ES384", kid: str | None = "ec", head: dict[str, object] | None = None,
           **more: object) -> str:  # fmt: skip
    """A signed token."""
    headers = {"typ": "JWT", **({"kid": kid} if kid else {}), **(head or {})}
    return jwt.encode(claims(**more), key, algorithm, headers)


def raw(head: object, body: object, signature: bytes = b"") -> str:
    """A token put together by hand."""

    def part(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    return ".".join((part(json.dumps(head).encode()), part(json.dumps(body).encode()), part(signature)))


def test_a_good_token_of_either_kind_is_let_in_once(known: Clients) -> None:
    for token in (signed(), signed(RSA, "RS384", "rsa", jti="2"), signed(jti="3", aud=[AUDIENCE, "https://x"])):
        assert known.wrong(token, AUDIENCE, NOW) == ""
        assert known.wrong(token, AUDIENCE, NOW) == "the token was used already"


def confused() -> str:
    """The public key taken for the secret of an HMAC, which a careless verifier would do."""
    pem = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    unsigned = raw({"alg": "HS384", "kid": "rsa", "typ": "JWT"}, claims()).rstrip(".")
    signature = hmac.new(pem, unsigned.encode(), hashlib.sha384).digest()
    return f"{unsigned}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


HEAD = {"alg": "ES384", "kid": "ec"}
REFUSED = (
    ("nothing", "the token is not valid"),
    ("a.b.c", "the token is not valid"),
    ("x" * 9000, "the token is too long"),
    (raw({"alg": "none", "kid": "ec"}, claims()), "the token is not signed with ES384"),
    (raw({"alg": "nOnE", "kid": "ec"}, claims()), "the token is not signed with ES384"),
    (raw({"alg": "ES384", "kid": "ec"}, claims()), "the token's signature is wrong"),
    (raw(HEAD, claims(), b"\0" * 96), "the token's signature is wrong"),
    (raw([], claims()), "the token is not valid"),
    (raw(HEAD, []), "the token is not valid"),
    (raw({**HEAD, "kid": ["ec"]}, claims()), "the token is not valid"),
    (raw(HEAD, claims(iss={"a": 1})), "the token's issuer or key is not known here"),
    (confused(), "the token is not signed with RS384"),
    (signed(OTHER), "the token's signature is wrong"),
    (signed(RSA, "RS384"), "the token is not signed with ES384"),
    (signed(RSA, "RS256", "rsa"), "the token is not signed with RS384"),
    (signed(RSA, "PS384", "rsa"), "the token is not signed with RS384"),
    (signed(kid=None), "the token's issuer or key is not known here"),
    (signed(kid="other"), "the token's issuer or key is not known here"),
    (signed(iss="https://evil.example"), "the token's issuer or key is not known here"),
    (signed(OTHER, head={"jku": "https://evil.example/keys", "jwk": jwk(OTHER.public_key(), "ec")}),
     "the token's signature is wrong"),
    (signed(aud="https://other.example"), "the token is for another address"),
    (signed(aud=AUDIENCE + "/x"), "the token is for another address"),
    (signed(aud=None), "the token lacks one of iss, aud, exp, iat, jti"),
    (signed(jti=None), "the token lacks one of iss, aud, exp, iat, jti"),
    (signed(exp=None), "the token lacks one of iss, aud, exp, iat, jti"),
    (signed(exp=int(NOW) - LEEWAY - 1, iat=int(NOW) - 400), "the token has expired"),
    (signed(iat=int(NOW) + LEEWAY + 1), "the token is not valid yet"),
    (signed(nbf=int(NOW) + LEEWAY + 1), "the token is not valid yet"),
    (signed(exp=int(NOW) + LONGEST + LEEWAY + 1), f"the token is valid for more than {LONGEST} seconds"),
    (signed(exp="tomorrow"), "the token's times are no numbers"),
    (signed(exp=float("nan")), "the token's times are no numbers"),
    (signed(exp=float("inf")), "the token's times are no numbers"),
    (signed(exp=True), "the token's times are no numbers"),
)  # fmt: skip


@pytest.mark.parametrize(("token", "why"), REFUSED, ids=[f"{n}-{why}" for n, (_, why) in enumerate(REFUSED)])
def test_what_is_not_let_in(token: str, why: str, known: Clients) -> None:
    assert known.wrong(token, AUDIENCE, NOW) == why


def test_an_altered_token_is_not_let_in(known: Clients) -> None:
    head, body, signature = signed().split(".")
    other = raw({}, claims(jti="2")).split(".")[1]
    assert known.wrong(f"{head}.{other}.{signature}", AUDIENCE, NOW) == "the token's signature is wrong"
    assert known.wrong(f"{head}.{body}.{signature[:-4]}AAAA", AUDIENCE, NOW) == "the token's signature is wrong"


def test_tokens_are_remembered_as_long_as_they_are_valid_and_not_without_end(
    known: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "MOST_SEEN", 3)
    told = [known.wrong(signed(jti=str(n)), AUDIENCE, NOW) for n in range(4)]
    assert told == ["", "", "", "too many tokens were used; wait until some have expired"]
    later = NOW + 300 + LEEWAY + 1
    assert known.wrong(signed(jti="0", iat=int(later), exp=int(later) + 300), AUDIENCE, later) == ""


def test_a_client_is_let_in_over_http_for_the_address_that_it_calls(known: Clients) -> None:
    url = "https://cds.example.org"
    guarded = site(settings_of("127.0.0.1", (), url + "/", (), Settings(rate=0)), Access(clients=known))
    asked = {"patient": {"id": "p", "stage": "localized"}}
    assert guarded.post("/recommend", asked).headers["www-authenticate"] == 'Bearer realm="guidekb"'
    token = {"authorization": f"Bearer {signed()}"}
    assert guarded.post("/explain", asked, headers=token).status_code == 401
    assert guarded.post("/recommend", asked, headers=token).status_code == 200
    again = guarded.post("/recommend", asked, headers=token)
    assert (again.status_code, again.json()["detail"]) == (401, "the token was used already")
    assert guarded.ask("GET", "/cds-services").status_code == 200
    assert signed() not in "".join(guarded.logged)


def test_one_clients_key_does_not_open_the_door_for_another(tmp_path: Path, keys: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"keys": [jwk(OTHER.public_key(), "ec")]}), encoding="utf-8")
    both = clients([(ISSUER, keys), ("https://other.example", other)])
    assert both.wrong(signed(OTHER), AUDIENCE, NOW) == "the token's signature is wrong"
    assert both.wrong(signed(OTHER, iss="https://other.example"), AUDIENCE, NOW) == ""
    assert both.wrong(signed(), AUDIENCE, NOW) == ""  # the same `jti` of another issuer is another token


SMALL = rsa.generate_private_key(65537, 1024)  # noqa: S505  (is to be refused)
PUBLIC = jwk(CURVE.public_key(), "ec")
BAD_KEYS = (
    ("", "is no JWK set"),
    ("[]", "is no JWK set"),
    ('{"keys": []}', "is no JWK set"),
    ("{" * 5000, "is no JWK set"),
    (json.dumps({"keys": [1]}), "key 1 of `k` is neither an elliptic key of P-384 nor an RSA key"),
    (
        json.dumps({"keys": [{"kty": "oct", "kid": "a", "k": "AAAA"}]}),
        "is neither an elliptic key of P-384 nor an RSA key",
    ),
    (json.dumps({"keys": [jwk(ec.generate_private_key(ec.SECP256R1()).public_key(), "a")]}), "is neither an elliptic"),
    (json.dumps({"keys": [jwk(RSA.public_key(), "a", alg="RS256")]}), "is for another algorithm than RS384"),
    (json.dumps({"keys": [jwk(SMALL.public_key(), "a")]}), "has fewer than 2048 bits"),
    (json.dumps({"keys": [{**PUBLIC, "d": "AAAA"}]}), "is a private key"),
    (json.dumps({"keys": [{k: v for k, v in PUBLIC.items() if k != "kid"}]}), "has no `kid`"),
    (json.dumps({"keys": [{**PUBLIC, "x": "AAAA"}]}), "cannot be read"),
    (json.dumps({"keys": [PUBLIC, PUBLIC]}), "has two keys with the id `ec`"),
)


@pytest.mark.parametrize(("text", "message"), BAD_KEYS, ids=[f"{n}" for n in range(len(BAD_KEYS))])
def test_keys_that_cannot_be_used(text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("k")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Invalid) as found:
        clients([(ISSUER, path)])
    assert [d.code for d in found.value.diagnostics] == ["Q664"]
    assert message in found.value.diagnostics[0].message


def test_the_file_of_the_token(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("0123456789abcdef\n", encoding="utf-8")
    assert read_token(path) == "0123456789abcdef"
    for text in (b"", b"short\n", b"0123456789abcdef with blanks", b"0123456789abcdef\n0123456789abcdef", b"\xff" * 20):
        path.write_bytes(text)
        with pytest.raises(Invalid, match="does not hold one token of at least 16 characters"):
            read_token(path)
    with pytest.raises(Invalid, match="cannot read the token file"):
        read_token(tmp_path / "none")
