"""`guidekb serve` on the command line: what it refuses at its start, what it warns of, TLS with and without clients."""

from __future__ import annotations

import datetime
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from guidekb.cli import cli, main
from guidekb.kb.diagnostics import Invalid
from guidekb.queries.service.access import Access
from guidekb.queries.service.server import Tls, is_loopback, listen, warnings
from guidekb.queries.service.settings import Settings, settings_of
from serving import started

DAY = datetime.datetime(2026, 1, 1)


def authority(folder: Path, name: str, *sans: x509.GeneralName) -> tuple[Path, Path]:
    """A certificate that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(DAY)
        .not_valid_after(DAY + datetime.timedelta(days=36500))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    if sans:
        made = made.add_extension(x509.SubjectAlternativeName(sans), critical=False)
    certificate, private = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, private


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """The exit code and standard error of a service that does not start."""
    monkeypatch.setattr("sys.argv", ["guidekb", "serve", "--port", "0", *words])
    with pytest.raises(SystemExit) as stop:
        main()
    told = capsys.readouterr()
    assert told.out == ""
    return int(stop.value.code or 0), told.err


def test_what_it_refuses_at_its_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("short").write_text("abc", encoding="utf-8")
    Path("empty").mkdir()
    authority(tmp_path, "one")
    authority(tmp_path, "two")
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = str(other.getsockname()[1])
        for words, code, message in (
            (("--port", taken), 2, f"error[Q669]: cannot listen at `127.0.0.1`, port {taken}: address already in use"),
            (("--host", "256.1.1.1"), 2, "error[Q669]: cannot listen at `256.1.1.1`, port 0:"),
            (("--port", "70000"), 2, "Error: Invalid value for '--port'"),
            (("--workers", "0"), 2, "Error: Invalid value for '--workers'"),
            (("--token-file", "none"), 2, "error[Q665]: cannot read the token file `none`: no such file or directory"),
            (("--token-file", "short"), 2, "error[Q665]: the token file `short` does not hold one token"),
            (("--kb", "empty"), 3, "error[E1"),
            (("--kb", "none"), 3, "error[E1"),
            (("--client", "x"), 2, "Error: --client is ISSUER=FILE, not `x`"),
            (("--client", "x=none"), 2, "Error: --client needs --public-url"),
            (("--client", "x=none", "--public-url", "https://a"), 2, "error[Q664]: cannot read the keys `none`"),
            (("--public-url", "cds.example.org"), 2, "error[Q667]: `cds.example.org` is no address of a site"),
            (("--allow-origin", "https://a/b"), 2, "error[Q667]: `https://a/b` is no origin of a site"),
            (("--allow-origin", "*"), 2, "error[Q667]: `*` is no origin of a site"),
            (("--data", "short/x"), 2, "error[Q666]: cannot keep feedback in `short/x`"),
            (("--tls-cert", "one.pem"), 2, "Error: TLS needs --tls-cert and --tls-key together"),
            (("--tls-client-ca", "one.pem"), 2, "Error: TLS needs --tls-cert"),
            (("--tls-cert", "one.pem", "--tls-key", "two.key"), 2, "error[Q668]: cannot use the certificate and key"),
            (("--tls-cert", "none", "--tls-key", "two.key"), 2, "error[Q668]: cannot use the certificate and key"),
            (("--tls-cert", "one.pem", "--tls-key", "one.key", "--tls-client-ca", "short"), 2, "error[Q668]:"),
        ):
            found = run(monkeypatch, capsys, *words)
            assert (found[0], message in found[1]) == (code, True), (words, found)


@pytest.mark.parametrize(
    ("package", "name"), [("starlette", "Starlette"), ("uvicorn", "uvicorn"), ("pebble", "pebble")]
)
def test_without_its_packages_it_says_what_to_install(package: str, name: str) -> None:
    program = f"import sys; sys.modules['{package}'] = None; sys.argv = ['guidekb', 'serve']; "
    program += "from guidekb import cli; cli.main()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (
        2, f"error[Q663]: {name} is not installed\n  = install it: `pip install 'guidekb[serve]'`\n"
    )  # fmt: skip


def test_a_port_that_is_taken_is_said_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(Invalid) as found:
        listen("127.0.0.1", other.getsockname()[1])
    assert found.value.diagnostics[0].help == "another program listens there; choose another --port"


def test_it_warns_before_others_can_reach_it() -> None:
    tls = Tls(Path("c"), Path("k"), Path("ca"))
    assert warnings("127.0.0.1", Access(), None) == ()
    assert warnings("::1", Access(), None) == ()
    assert warnings("0.0.0.0", Access(), None) == (  # noqa: S104
        "warning: the service can be reached from other machines, at `0.0.0.0`",
        "warning: whoever reaches it is let in: give --token-file, --client or --tls-client-ca",
        "warning: what is sent can be read on the way: put a proxy with TLS in front, or give --tls-cert",
        "  = docs/clinic.md says what to put in front",
    )
    assert len(warnings("10.0.0.1", Access("0123456789abcdef"), None)) == 3
    assert len(warnings("10.0.0.1", Access(), tls)) == 2
    assert is_loopback("localhost")
    assert is_loopback("127.8.0.1")
    assert not is_loopback("example.org")


def test_an_address_of_a_site() -> None:
    assert settings_of("h", (), "https://a.example:8443/kb/", (), Settings()).public_url == "https://a.example:8443/kb"
    for wrong in ("ftp://a", "https://", "https://u@a", "https://a?x", "https://a:99999", "https://[", "a b"):
        with pytest.raises(Invalid, match="is no address of a site"):
            settings_of("h", (), wrong, (), Settings())


def test_over_tls_only_clients_with_a_certificate_are_let_in(tmp_path: Path) -> None:
    own = authority(tmp_path, "server", x509.DNSName("localhost"))
    friend, stranger = authority(tmp_path, "friend"), authority(tmp_path, "stranger")
    options = ("--tls-cert", own[0], "--tls-key", own[1], "--tls-client-ca", friend[0], "--patience", "2")
    with started(tmp_path / "run", *map(str, options)) as server:
        assert server.url.startswith("https://127.0.0.1:")
        url = f"https://localhost:{server.port}/health"

        def context(certificate: tuple[Path, Path] | None) -> ssl.SSLContext:
            made = ssl.create_default_context(cafile=str(own[0]))
            if certificate:
                made.load_cert_chain(*certificate)
            return made

        for _ in range(200):  # until its workers are up
            try:
                told = httpx.get(url, verify=context(friend))
                break
            except httpx.ConnectError:
                server.process.poll()
        assert told.status_code == 200
        for other in (None, stranger):
            with pytest.raises((httpx.ReadError, httpx.ConnectError, httpx.RemoteProtocolError)):
                httpx.get(url, verify=context(other))
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as plain:
            plain.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert b"200 OK" not in plain.recv(1000)
        assert httpx.get(url, verify=context(friend)).status_code == 200
        assert "Traceback" not in server.said


def test_the_help_names_every_option_of_the_page() -> None:
    told = CliRunner().invoke(cli, ["serve", "--help"]).output
    page = (Path(__file__).parents[2] / "docs" / "clinic.md").read_text(encoding="utf-8")
    options = {word.strip(",") for word in told.split() if word.startswith("--")} - {"--help", "--kb"}
    assert not [option for option in options if option not in page]
