"""Telling people: a real command, a real mail server, a real web server, and what each way answers when it fails."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from channelkit.clock import Clock
from channelkit.database.alerts import Alert
from channelkit.onboarding.alert_check import check_alerts
from channelkit.settings.alert_section import AlertSettings, EmailSettings
from channelkit.settings.secret import Secret
from channelkit.watch.telling import Message, has_reached, tell
from tests.mail_server import MailServer, make_certificate, serve_mail

CLOCK = Clock(speed=1000.0, real_epoch=time.time(), epoch=1_796_000_000.0)
LATE = Alert(
    *(1, "late/sync", "late", "", "Job sync did not run when it was due."),
    *("See: channelkit schedule status", 1_796_000_000_000, 1_796_000_300_000, 3, None),
)
GONE = replace(LATE, id=2, key="read-only/us", kind="read-only", store="us", words="Store us is\nread-only <!channel>.")
MESSAGE = Message(new=(LATE,), over=(GONE,))


def secret(folder: Path, name: str, text: str) -> Secret:
    path = folder / name
    path.touch(mode=0o600)
    path.write_text(text)
    return Secret(f"file:{name}", folder)


# ---------------------------------------------------------------- what is said


def test_a_message_says_what_is_new_and_what_is_over_and_what_to_do() -> None:
    assert MESSAGE.subject == "channelkit: 1 new, 1 over (late, read-only)"
    assert "NEW: Job sync did not run when it was due." in MESSAGE.text
    assert "To do: See: channelkit schedule status" in MESSAGE.text
    assert "OVER [us]: Store us is read-only <!channel>. It was so since 2026-11-30" in MESSAGE.text


def test_where_slack_reads_it_nobody_can_be_called_by_what_a_name_holds() -> None:
    text = MESSAGE.body()["text"]
    assert "<" not in text and "&lt;!channel&gt;" in text


def test_nobody_is_told_where_the_settings_name_no_way() -> None:
    assert tell(MESSAGE, AlertSettings(), CLOCK) == {}


# ---------------------------------------------------------------- a command


def test_a_command_gets_its_arguments_as_they_are_and_reads_json(tmp_path: Path) -> None:
    program = "import sys; open(sys.argv[1], 'w').write(sys.argv[2] + sys.stdin.read())"
    odd = "$(touch x); `id` *"
    settings = AlertSettings(command=(sys.executable, "-c", program, str(tmp_path / "told"), odd))
    assert tell(MESSAGE, settings, CLOCK) == {"command": "told"}
    said = (tmp_path / "told").read_text()
    assert said.startswith(odd)
    body = json.loads(said.removeprefix(odd))
    assert [(alert["state"], alert["key"]) for alert in body["alerts"]] == [
        ("new", "late/sync"),
        ("over", "read-only/us"),
    ]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("/nowhere/page-me",), "The program /nowhere/page-me is not there."),
        ((sys.executable, "-c", "print('s3cret'); raise SystemExit(4)"), "ended with 4"),
    ],
    ids=["missing", "failing"],
)
def test_a_command_that_fails_says_how_and_not_what_it_printed(command: tuple[str, ...], words: str) -> None:
    answers = tell(MESSAGE, AlertSettings(command=command), CLOCK)
    assert words in answers["command"] and "s3cret" not in answers["command"]
    assert not has_reached(answers)


def test_a_command_may_end_without_reading_what_it_is_told() -> None:
    assert has_reached(tell(MESSAGE, AlertSettings(command=(sys.executable, "-c", "")), CLOCK))


# ---------------------------------------------------------------- mail


def mail(port: int, **changed: Any) -> EmailSettings:
    usual: dict[str, Any] = {
        "host": "localhost",
        "security": "none",
        "sender": "kit@shop.example",
        "to": ("ada@shop.example",),
    }
    return EmailSettings(port=port, **(usual | changed))


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The server's certificate, which this process trusts."""
    path = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


def test_a_mail_arrives_with_its_subject_and_text() -> None:
    with serve_mail(MailServer()) as server:
        settings = AlertSettings(email=mail(server.port, to=("ada@shop.example", "bob@shop.example")))
        assert tell(MESSAGE, settings, CLOCK) == {"email": "told"}
    (got,) = server.mails
    assert got["Subject"] == MESSAGE.subject and got["To"] == "ada@shop.example, bob@shop.example"
    assert got["Auto-Submitted"] == "auto-generated" and got["Message-ID"]
    assert "To do: See: channelkit schedule status" in got.get_content()
    assert "rcpt TO:<bob@shop.example>" in server.heard


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_is_encrypted_before_the_password_is_said(tmp_path: Path, certificate: Path, security: str) -> None:
    login = ("ada", "s3cret-of-mail")
    told = MailServer(login=login, certificate=certificate, encrypts_at_once=security == "tls")
    with serve_mail(told) as server:
        section = mail(server.port, security=security, user="ada", password=secret(tmp_path, "password", login[1]))
        assert tell(MESSAGE, AlertSettings(email=section), CLOCK) == {"email": "told"}
    assert server.encrypted == [True]


def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    with serve_mail(MailServer(login=("ada", "x"), certificate=make_certificate(tmp_path))) as server:
        section = mail(server.port, security="starttls", user="ada", password=secret(tmp_path, "password", "x"))
        answer = tell(MESSAGE, AlertSettings(email=section), CLOCK)["email"]
    assert "certificate" in answer and not [line for line in server.heard if line.upper().startswith(("AUTH", "MAIL"))]


def test_a_server_that_cannot_encrypt_gets_no_mail_where_that_is_asked_for() -> None:
    with serve_mail(MailServer()) as server:
        answer = tell(MESSAGE, AlertSettings(email=mail(server.port, security="starttls")), CLOCK)["email"]
    assert "STARTTLS" in answer and server.mails == []


def test_a_wrong_password_is_told_without_the_password(tmp_path: Path, certificate: Path) -> None:
    with serve_mail(MailServer(login=("ada", "right"), certificate=certificate)) as server:
        section = mail(
            server.port, security="starttls", user="ada", password=secret(tmp_path, "password", "s3cret-of-mail")
        )
        answer = tell(MESSAGE, AlertSettings(email=section), CLOCK)["email"]
    assert "Look at user and password under [alerts.email]." in answer and "s3cret-of-mail" not in answer


def test_a_server_that_takes_no_mail_or_is_not_there_is_told() -> None:
    with serve_mail(MailServer(refuses="554 not from you")) as server:
        answer = tell(MESSAGE, AlertSettings(email=mail(server.port)), CLOCK)["email"]
        assert "it answered 554" in answer
        port = server.port
    assert "took no mail (ConnectionRefusedError)" in tell(MESSAGE, AlertSettings(email=mail(port)), CLOCK)["email"]


# ---------------------------------------------------------------- a webhook


class _Hook(BaseHTTPRequestHandler):
    status = 200
    got: list[tuple[str, dict[str, Any]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.path, json.loads(body)))
        self.send_response(self.status)
        self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def hook() -> Iterator[tuple[str, type[_Hook]]]:
    """A web server's address, and its handler with what it got."""
    handler = type("Hook", (_Hook,), {"got": [], "status": 200})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/services/T0KEN", handler
        server.shutdown()
        thread.join()


def test_a_webhook_gets_text_and_alerts_by_post(tmp_path: Path, hook: tuple[str, type[_Hook]]) -> None:
    url, handler = hook
    settings = AlertSettings(webhook=secret(tmp_path, "hook", url))
    assert tell(MESSAGE, settings, CLOCK) == {"webhook": "told"}
    ((path, body),) = handler.got
    assert path == "/services/T0KEN" and body == MESSAGE.body()


@pytest.mark.parametrize(("status", "calls"), [(404, 1), (302, 1), (500, 1)], ids=str)
def test_a_webhook_that_refuses_is_told_without_its_address(
    tmp_path: Path, hook: tuple[str, type[_Hook]], status: int, calls: int
) -> None:
    url, handler = hook
    handler.status = status
    answer = tell(MESSAGE, AlertSettings(webhook=secret(tmp_path, "hook", url)), CLOCK)["webhook"]
    assert str(status) in answer and "T0KEN" not in answer and len(handler.got) == calls


@pytest.mark.parametrize("url", ["ftp://x/T0KEN", "http://[bad/T0KEN", "http://127.0.0.1:1/T0KEN"])
def test_an_address_that_leads_nowhere_is_told_without_the_address(tmp_path: Path, url: str) -> None:
    answer = tell(MESSAGE, AlertSettings(webhook=secret(tmp_path, "hook", url)), CLOCK)["webhook"]
    assert answer != "told" and "T0KEN" not in answer


def test_a_way_that_fails_does_not_keep_others_from_telling(tmp_path: Path, hook: tuple[str, type[_Hook]]) -> None:
    settings = AlertSettings(
        command=("/nowhere/page-me",), webhook=secret(tmp_path, "hook", hook[0]), email=mail(1, sender="")
    )
    answers = tell(MESSAGE, settings, CLOCK)
    assert answers["webhook"] == "told" and has_reached(answers)
    assert "is not there" in answers["command"] and "no sender" in answers["email"]


# ---------------------------------------------------------------- the doctor


def test_the_doctor_says_who_would_be_told_and_what_is_missing(tmp_path: Path) -> None:
    assert "Nobody is told" in check_alerts(AlertSettings()).words
    good = AlertSettings(command=(sys.executable,), email=mail(25), webhook=secret(tmp_path, "hook", "https://x"))
    assert check_alerts(good).words.endswith("and mail to 1 reader and a webhook.")
    for bad in (
        AlertSettings(command=("/nowhere/page-me",)),
        AlertSettings(email=mail(25, to=())),
        AlertSettings(email=mail(25, user="ada", password=Secret("file:gone", tmp_path))),
        AlertSettings(webhook=Secret("env:NO_SUCH_HOOK")),
    ):
        found = check_alerts(bad)
        assert found.level == "fail" and found.fix
