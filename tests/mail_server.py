"""A mail server for tests: takes one mail after another over a real socket, with STARTTLS and a log-in where asked."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_string, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class MailServer:
    """What the server is told to do, and what it took.

    Arguments:
        login: user and password that it asks for; None where it asks for none.
        refuses: an answer that it gives to a mail instead of taking it.
        certificate: file with its key and its certificate; without one it knows no STARTTLS.
    """

    port: int = 0
    login: tuple[str, str] | None = None
    refuses: str = ""
    certificate: Path | None = None
    encrypts_at_once: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        try:
            self._converse(cast("_Server", self.server).told)
        finally:
            # Where it was encrypted on the way, this is no longer the socket that the server closes.
            self.rfile.close()
            self.request.close()

    def _converse(self, told: MailServer) -> None:
        encrypted, let_in = told.encrypts_at_once, told.login is None
        if told.encrypts_at_once:
            self._encrypt(told)
        self._say("220 here")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            told.heard.append(line)
            verb = line.upper().split(" ")[0]
            if verb == "EHLO":
                extras = ["STARTTLS"] if told.certificate and not encrypted else []
                extras += ["AUTH PLAIN"] if told.login else []
                names = ["localhost", *extras]
                self._say("\r\n".join(f"250{' ' if each is names[-1] else '-'}{each}" for each in names))
            elif verb == "STARTTLS" and told.certificate:
                self._say("220 go on")
                self._encrypt(told)
                encrypted = True
            elif verb == "AUTH" and told.login:
                expected = base64.b64encode("\0{}\0{}".format(*told.login).encode()).decode()
                let_in = line.split(" ")[-1] == expected
                self._say("235 come in" if let_in else "535 the password s3cret-of-mail is wrong")
            elif verb == "DATA" and let_in and not told.refuses:
                self._say("354 go on")
                body = b"".join(iter(self.rfile.readline, b".\r\n"))
                told.mails.append(message_from_string(body.decode(), policy=policy.default))
                told.encrypted.append(encrypted)
                self._say("250 taken")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            elif verb in ("MAIL", "RCPT", "RSET") and let_in:
                self._say("250 well")
            else:
                self._say(told.refuses or "530 log in first")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _encrypt(self, told: MailServer) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        assert told.certificate is not None
        context.load_cert_chain(told.certificate)
        self.request = context.wrap_socket(self.request, server_side=True)
        self.connection = self.request
        self.rfile, self.wfile = self.request.makefile("rb"), socketserver._SocketWriter(self.request)  # type: ignore[attr-defined]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, told: MailServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told = told

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up on an untrusted certificate is what some tests are about."""


@contextmanager
def serve_mail(told: MailServer) -> Iterator[MailServer]:
    """Run a mail server on loopback while the block runs."""
    with _Server(told) as server:
        told.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()


def make_certificate(folder: Path, host: str = "localhost") -> Path:
    """Write a key and a certificate that it signed itself into one file, and return its path."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "certificate.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
