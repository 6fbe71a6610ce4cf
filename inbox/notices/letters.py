"""Reminders by e-mail, over SMTP: one message, handed over at most once."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from inbox import clock
from inbox.notices.outcomes import NotDelivered, Unclear
from inbox.notices.reminder_words import Letter

_POLICY = SMTP.clone(cte_type="7bit")
_DOT = re.compile(rb"^\.", re.MULTILINE)
_LATER = range(400, 500)
_SIGN_IN = (530, 534, 535)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where e-mail is handed over.

    Attributes:
        encrypted: TLS from the first byte on; otherwise STARTTLS.
        in_clear: the server may do without, since it stands on this machine or was named as private.
        name: to sign in with; None to do without.
        sender: what stands in From, `Crisis inbox <inbox@example.org>`.
        seconds: how long the server has for each answer.
    """

    host: str
    port: int
    encrypted: bool
    in_clear: bool
    name: str | None
    password: str | None
    sender: str
    seconds: float = 10.0


def message_of(letter: Letter, *, sender: str, to: str, key: str, language: str) -> EmailMessage:
    """The message.

    Args:
        key: the same for every try of one delivery, so that a mail server recognises a second copy.
    """
    made = EmailMessage(_POLICY)
    made["From"] = sender
    made["To"] = to
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(clock.now())
    made["Message-ID"] = f"<{key}@{_domain(sender)}>"
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made.set_content(letter.text, charset="utf-8")
    made.add_alternative(letter.html, subtype="html", charset="utf-8")
    # Last, since what begins with Content- goes to the first part as soon as there are two.
    made["Content-Language"] = language
    return made


def hand_over(server: MailServer, message: EmailMessage, to: str) -> None:
    """Give one message to the mail server.

    Raises:
        NotDelivered: it was certainly not taken.
        Unclear: the connection broke after the whole message was sent.
    """
    sender = parseaddr(server.sender)[1]
    body = _DOT.sub(b"..", message.as_bytes())
    with _connection(server) as line:
        _step(line.mail(sender))
        _step(line.rcpt(to))
        _step(line.docmd("DATA"), wanted=354)
        try:
            line.send(body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n")
            answer = line.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise Unclear(str(error)) from error
        _step(answer)


@contextmanager
def _connection(server: MailServer) -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context()
    here = _domain(server.sender)
    line: smtplib.SMTP | None = None
    try:
        if server.encrypted:
            line = smtplib.SMTP_SSL(server.host, server.port, here, timeout=server.seconds, context=context)
        else:
            line = smtplib.SMTP(server.host, server.port, here, timeout=server.seconds)
        line.ehlo_or_helo_if_needed()
        if not server.encrypted and line.has_extn("starttls"):
            line.starttls(context=context)
            line.ehlo()
        elif not server.encrypted and not server.in_clear:
            raise NotDelivered("mail_not_encrypted", final=True)
        if server.name is not None:
            line.login(server.name, server.password or "")
        yield line
    except smtplib.SMTPAuthenticationError as error:
        raise NotDelivered("mail_sign_in_refused", detail=_words(error.smtp_error)) from error
    except smtplib.SMTPNotSupportedError as error:
        raise NotDelivered("mail_sign_in_refused", detail=str(error)) from error
    except ssl.SSLError as error:
        raise NotDelivered("mail_not_trusted", detail=str(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotDelivered("mail_unreachable", detail=str(error)) from error
    finally:
        if line is not None:
            _leave(line)


def _leave(line: smtplib.SMTP) -> None:
    """Without waiting for the answer to QUIT: what was handed over stands."""
    try:
        if line.sock is not None:
            line.putcmd("quit")
    except (OSError, smtplib.SMTPException):
        pass
    finally:
        line.close()


def _step(answer: tuple[int, bytes], wanted: int | None = None) -> None:
    code, words = answer
    if code == wanted or (wanted is None and 200 <= code < 300):
        return
    if code in _SIGN_IN:
        raise NotDelivered("mail_sign_in_refused", detail=_words(words))
    later = code in _LATER
    raise NotDelivered("mail_deferred" if later else "mail_refused", detail=_words(words), final=not later)


def _words(answer: bytes | str) -> str:
    return answer.decode("utf-8", "backslashreplace") if isinstance(answer, bytes) else answer


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"
