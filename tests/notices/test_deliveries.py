"""Reminders by e-mail and to a webhook, to servers that take them, refuse them, hang, or break off: at most once."""

from __future__ import annotations

import contextlib
import email
import email.policy
import hashlib
import hmac
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock, members, notices
from inbox.connectors import transports
from inbox.extensions import writing
from inbox.languages import compile_translations
from inbox.models import Channel, Delivery, DeliveryState, Member
from inbox.notices import deliveries, reminders
from inbox.notices.deliveries import Post
from inbox.notices.letters import MailServer
from inbox.notices.webhook import Webhook
from inbox.permissions import WORKER, Actor, Refused, Role
from tests.conftest import START, MakeMember
from tests.scenes import Scene

PUBLIC = "https://inbox.example.org"
SECRET = "a secret of the webhook"


@pytest.fixture(scope="module", autouse=True)
def translations() -> None:
    compile_translations()


class Box:
    """A mail server that keeps what it takes, or answers as it is told to."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.answer = "250 taken"

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Envelope) -> str:
        if self.answer.startswith("250"):
            self.taken.append(envelope)
        return self.answer

    async def handle_RCPT(self, _server: SMTP, _session: Any, envelope: Envelope, to: str, _options: Any) -> str:
        if self.answer.startswith("550 no such"):
            return self.answer
        envelope.rcpt_tos.append(to)
        return "250 OK"

    def read(self) -> Any:
        """The only message, read as a mail program does."""
        (envelope,) = self.taken
        assert isinstance(envelope.content, bytes)
        return email.message_from_bytes(envelope.content, policy=email.policy.default)


class AnyPort(Controller):
    """A mail server on a port that the machine chose."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()  # type: ignore[no-untyped-call]


Serve = Callable[..., MailServer]


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def mail(box: Box) -> Iterator[Serve]:
    """A factory of a server that the box stands behind."""
    with contextlib.ExitStack() as stack:

        def serve(**more: Any) -> MailServer:
            controller = AnyPort(box, hostname="127.0.0.1", port=0, **more)
            controller.start()
            stack.callback(controller.stop)
            return at(controller.port)

        yield serve


def at(port: int, *, in_clear: bool = True, name: str | None = None, seconds: float = 10.0) -> MailServer:
    return MailServer("127.0.0.1", port, False, in_clear, name, name, "Crisis inbox <inbox@example.org>", seconds)


def hook(port: int, *, query: str = "") -> Webhook:
    return Webhook(f"http://127.0.0.1:{port}/hook{query}", SECRET, ("127.0.0.1",))


@pytest.fixture
def chief(app: Flask, at_start: datetime, make_member: MakeMember) -> Actor:
    return make_member(Role.SUPERVISOR, email="chief@example.org")


@pytest.fixture
def admin(app: Flask, at_start: datetime, make_member: MakeMember) -> Actor:
    return make_member(Role.ADMINISTRATOR, email="admin@example.org")


@pytest.fixture
def scene(app: Flask, at_start: datetime) -> Scene:
    return Scene(START - timedelta(hours=3))


@pytest.fixture
def due(scene: Scene, chief: Actor) -> Scene:
    """A reminder about two people is on its way by e-mail and to the webhook."""
    account = scene.account("Gobelune")
    scene.comment(account, "ines_p", 0, "Your cups made my son ill.")
    scene.comment(account, "karl", 30)
    assert reminders.remind(WORKER, list(Channel)) == 1
    return scene


def deliver(post: Post, minutes: float = 0) -> int:
    with clock.frozen(START + timedelta(minutes=minutes)):
        return deliveries.deliver_due(WORKER, post)


def states(store: Session) -> dict[Channel, tuple[DeliveryState, str | None, int]]:
    rows = store.scalars(select(Delivery).execution_options(populate_existing=True)).all()
    store.commit()
    return {row.channel: (row.state, row.error_code, row.attempts) for row in rows}


def test_one_e_mail_in_the_members_language_without_a_critics_word_or_name(
    due: Scene, mail: Serve, box: Box, chief: Actor, store: Session
) -> None:
    members.set_language(chief, "fr")
    server = mail()
    assert deliver(Post(PUBLIC, server)) == 1
    assert deliver(Post(PUBLIC, server), 1) == 0
    assert states(store)[Channel.EMAIL] == (DeliveryState.SENT, None, 1)
    message = box.read()
    assert message["To"] == "chief@example.org"
    assert message["Subject"].startswith("2 personnes")
    assert (message["Auto-Submitted"], message["Content-Language"]) == ("auto-generated", "fr")
    assert email.utils.parsedate_to_datetime(message["Date"]) == START
    text, html = (part.get_content() for part in message.iter_parts())
    for words in (text, html):
        assert f"{PUBLIC}/queue?due=past" in words
        assert "3\N{NO-BREAK SPACE}h" in words
        assert not any(each in words for each in ("ines", "karl", "cups", "Gobelune"))
    assert '<html lang="fr">' in html
    assert "src=" not in html
    assert "style" not in html


def test_what_is_said_is_how_it_stands_when_it_leaves(due: Scene, mail: Serve, box: Box) -> None:
    due.answer(1, 181)
    assert deliver(Post(PUBLIC, mail()), 30) == 1
    assert box.read()["Subject"] == "Somebody has waited longer than promised"


@pytest.mark.parametrize("why", ["acknowledged", "answered", "switched off", "left"])
def test_what_is_not_needed_any_more_is_dropped(
    why: str, due: Scene, mail: Serve, box: Box, chief: Actor, admin: Actor, store: Session
) -> None:
    if why == "acknowledged":
        reminders.acknowledge(chief, 1)
    elif why == "answered":
        due.answer(1, 181)
        due.answer(2, 181)
    elif why == "left":
        members.deactivate(admin, chief.member_id or 0)
    else:
        members.set_reminded_by_email(chief, False)
    assert deliver(Post(PUBLIC, mail()), 2) == 0
    assert box.taken == []
    assert states(store)[Channel.EMAIL][0] is DeliveryState.DROPPED


@pytest.mark.parametrize(
    ("answer", "code", "later"),
    [
        ("550 no such mailbox", "mail_refused", False),
        ("554 we do not like it", "mail_refused", False),
        ("451 come back later", "mail_deferred", True),
    ],
)
def test_a_refusal_is_final_or_tried_again_as_the_server_says(
    answer: str, code: str, later: bool, due: Scene, mail: Serve, box: Box, store: Session, admin: Actor
) -> None:
    box.answer = answer
    server = mail()
    assert deliver(Post(PUBLIC, server)) == 0
    expected = DeliveryState.WAITING if later else DeliveryState.FAILED
    assert states(store)[Channel.EMAIL] == (expected, code, 1)
    box.answer = "250 taken"
    assert deliver(Post(PUBLIC, server), 0.9) == 0
    assert deliver(Post(PUBLIC, server), 1) == (1 if later else 0)
    told = [(notice.code, notice.params["error"]) for notice in notices.recent(admin)]
    # The webhook is not set up here, which is told of once as well.
    assert ("reminders_not_delivered", code) in told or later


def test_nobody_there_is_tried_with_pauses_and_then_given_up(
    due: Scene, free_ports: list[int], store: Session, admin: Actor
) -> None:
    post = Post(PUBLIC, at(free_ports[0]), hook(free_ports[1]))
    minutes = 0.0
    for pause in (*deliveries.RETRY_MINUTES, 0):
        deliver(post, minutes)
        minutes += pause
    tries = len(deliveries.RETRY_MINUTES) + 1
    assert states(store) == {
        Channel.EMAIL: (DeliveryState.FAILED, "mail_unreachable", tries),
        Channel.WEBHOOK: (DeliveryState.FAILED, "webhook_unreachable", tries),
    }
    assert len(notices.recent(admin)) == 2
    state, other = deliveries.channels(admin)
    assert (state.error_code, state.failed, state.last_sent_at) == ("mail_unreachable", 1, None)
    assert other.error_code == "webhook_unreachable"


@pytest.fixture
def free_ports() -> Iterator[list[int]]:
    """Ports that are taken and that nobody listens on."""
    taken = [socket.socket() for _ in range(2)]
    for each in taken:
        each.bind(("127.0.0.1", 0))
    yield [each.getsockname()[1] for each in taken]
    for each in taken:
        each.close()


@pytest.fixture
def silent() -> Iterator[int]:
    """A port where a connection is taken and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_server_that_hangs_costs_its_time_out(
    due: Scene, silent: int, store: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transports, "TIMEOUT_SECONDS", 0.2)
    post = Post(PUBLIC, at(silent, seconds=0.2), hook(silent))
    assert deliver(post) == 0
    # The mail server had said nothing yet, the webhook's had been sent everything.
    assert states(store) == {
        Channel.EMAIL: (DeliveryState.WAITING, "mail_unreachable", 1),
        Channel.WEBHOOK: (DeliveryState.FAILED, "outcome_unknown", 1),
    }


def test_a_mail_server_that_breaks_off_after_the_message_is_not_given_it_twice(
    due: Scene, store: Session, breaks_off: int
) -> None:
    assert deliver(Post(PUBLIC, at(breaks_off))) == 0
    assert states(store)[Channel.EMAIL] == (DeliveryState.FAILED, "outcome_unknown", 1)


@pytest.fixture
def breaks_off() -> Iterator[int]:
    """A mail server that takes the whole message and hangs up without a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def talk() -> None:
            line, _ = listening.accept()
            with line, line.makefile("rb") as said:
                line.sendall(b"220 here\r\n")
                for words in said:
                    if words.upper().startswith(b"DATA"):
                        line.sendall(b"354 go on\r\n")
                    elif words == b".\r\n":
                        return
                    elif words[:4].upper() in {b"EHLO", b"MAIL", b"RCPT"}:
                        line.sendall(b"250 yes\r\n")

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(5)


def test_nothing_goes_in_the_clear_to_another_machine(due: Scene, mail: Serve, box: Box, store: Session) -> None:
    server = mail()
    assert deliver(Post(PUBLIC, at(server.port, in_clear=False, name="inbox"))) == 0
    assert states(store)[Channel.EMAIL] == (DeliveryState.FAILED, "mail_not_encrypted", 1)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_letter_is_encrypted_for_a_server_that_can_be_trusted_and_no_other(
    due: Scene, mail: Serve, box: Box, store: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, context = certified(tmp_path)
    signed_in: list[bytes] = []

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        signed_in.append(data.password)
        return AuthResult(success=True)

    server = mail(tls_context=context, require_starttls=True, authenticator=authenticate)
    post = Post(PUBLIC, at(server.port, in_clear=False, name="inbox"))
    assert deliver(post) == 0
    assert states(store)[Channel.EMAIL] == (DeliveryState.WAITING, "mail_not_trusted", 1)
    assert signed_in == []
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert deliver(post, 1) == 1
    assert signed_in == [b"inbox"]
    box.read()


def certified(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for this machine, and a server's side of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    return certificate, context


def test_a_wrong_password_is_said_as_that(due: Scene, mail: Serve, box: Box, store: Session) -> None:
    server = mail(authenticator=lambda *_: AuthResult(success=False, handled=False), auth_require_tls=False)
    assert deliver(Post(PUBLIC, at(server.port, name="inbox"))) == 0
    assert states(store)[Channel.EMAIL] == (DeliveryState.WAITING, "mail_sign_in_refused", 1)


def test_a_try_whose_worker_ended_is_not_repeated(due: Scene, mail: Serve, box: Box, store: Session) -> None:
    server = mail()
    first = store.scalar(select(Delivery.id).where(Delivery.channel == Channel.EMAIL)) or 0
    store.commit()
    assert deliveries._claim(first) is not None
    assert deliveries._claim(first) is None
    deliver(Post(PUBLIC, server), 4)
    assert states(store)[Channel.EMAIL][0] is DeliveryState.SENDING
    deliver(Post(PUBLIC, server), 5)
    assert states(store)[Channel.EMAIL] == (DeliveryState.FAILED, "outcome_unknown", 1)
    assert box.taken == []


class Receiver(BaseHTTPRequestHandler):
    """The webhook's other end; the server keeps what it was told."""

    server: Any

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append((dict(self.headers), body))
        status = self.server.answers.pop(0) if self.server.answers else 204
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def receiver() -> Iterator[Any]:
    server: Any = HTTPServer(("127.0.0.1", 0), Receiver)
    server.told, server.answers = [], []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_webhook_is_called_once_and_can_check_who_calls(due: Scene, receiver: Any, store: Session) -> None:
    post = Post(PUBLIC, webhook=hook(receiver.server_port))
    assert deliver(post) == 1
    assert deliver(post, 1) == 0
    ((headers, body),) = receiver.told
    expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-Inbox-Signature"] == f"sha256={expected}"
    assert headers["X-Inbox-Timestamp"] == str(int(START.timestamp()))
    facts = json.loads(body)
    assert facts["member"] == {"id": 1, "email": "chief@example.org"}
    assert (facts["event"], facts["people"], facts["step"]) == ("waits_past_due", 2, "supervisor")
    assert (facts["waiting_since"], facts["sent_at"]) == ("2026-03-02T06:00:00Z", "2026-03-02T09:00:00Z")
    assert not any(each in body for each in (b"ines", b"karl", b"cups", b"Gobelune"))
    # E-mail is not set up any more, and that is final.
    assert states(store)[Channel.EMAIL] == (DeliveryState.FAILED, "not_set_up", 1)


@pytest.mark.parametrize(
    ("status", "code", "later"),
    [(302, "webhook_redirects", False), (410, "webhook_refused", False), (503, "webhook_failed", True)],
)
def test_a_webhook_that_answers_otherwise(
    status: int, code: str, later: bool, due: Scene, receiver: Any, store: Session
) -> None:
    receiver.answers = [status]
    post = Post(PUBLIC, webhook=hook(receiver.server_port))
    assert deliver(post) == 0
    expected = DeliveryState.WAITING if later else DeliveryState.FAILED
    assert states(store)[Channel.WEBHOOK] == (expected, code, 1)
    assert deliver(post, 1) == (1 if later else 0)
    assert len(receiver.told) == (2 if later else 1)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_webhook_cannot_be_made_to_do_what_nobody_may(due: Scene, receiver: Any, store: Session) -> None:
    """Some servers read another method out of the query; and what is private is reached only where it was listed."""
    assert deliver(Post(PUBLIC, webhook=hook(receiver.server_port, query="?method=delete"))) == 0
    assert states(store)[Channel.WEBHOOK] == (DeliveryState.FAILED, "webhook_not_allowed", 1)
    due.comment(1, "another", 60)
    with clock.frozen(START + timedelta(minutes=15)):
        assert reminders.remind(WORKER, [Channel.WEBHOOK]) == 1
        unlisted = Webhook(f"http://127.0.0.1:{receiver.server_port}/hook", SECRET)
        assert deliveries.deliver_due(WORKER, Post(PUBLIC, webhook=unlisted)) == 0
    assert receiver.told == []
    rows = store.scalars(select(Delivery.error_code).where(Delivery.channel == Channel.WEBHOOK)).all()
    assert rows == ["webhook_not_allowed"] * 2


def test_how_channels_do_is_for_administrators(due: Scene, mail: Serve, chief: Actor, admin: Actor) -> None:
    with pytest.raises(Refused):
        deliveries.channels(chief)
    with pytest.raises(Refused):
        deliveries.deliver_due(chief, Post())
    server = mail()
    assert deliver(Post(PUBLIC, server)) == 1
    state = deliveries.channels(admin)[0]
    assert (state.channel, state.last_sent_at, state.waiting, state.error_code) == (Channel.EMAIL, START, 0, None)


def test_a_name_with_anything_in_it_breaks_no_message(due: Scene, mail: Serve, box: Box, chief: Actor) -> None:
    with writing() as current:
        current.get_one(Member, chief.member_id).name = "Ana\r\nBcc: x@example.org <b>\n.\n"
    assert deliver(Post(PUBLIC, mail())) == 1
    message = box.read()
    assert message["Bcc"] is None
    text, html = (part.get_content() for part in message.iter_parts())
    assert "Hello Ana Bcc: x@example.org <b> .," in text
    assert "&lt;b&gt;" in html
