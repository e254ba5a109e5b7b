"""Mail over TLS (RFC 5321, 8314): plain text; once the words were handed over it is never sent again."""

import smtplib
import ssl
import threading
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Literal

from tongxing.adapters.posting import cut
from tongxing.delivery.forms import mail_form
from tongxing.domain.message import Message
from tongxing.service.ports_devices import Carried, Stage

Security = Literal["tls", "starttls", "none"]
TAKEN, NEVER = 2, 5
"""First digits of what SMTP answers: 2yz done, 4yz not now, 5yz never."""
UNKNOWN = "nobody knows whether it was sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in."""

    host: str
    port: int
    security: Security
    """`none` only on this machine itself."""
    sender: str
    user: str = ""
    password: str = ""


class Mail:
    """The port `Carrier` over one server."""

    repeats = False

    def __init__(
        self, server: MailServer, *, seconds_max: float, trust: ssl.SSLContext | None = None
    ) -> None:
        self._server, self._seconds = server, seconds_max
        self._trust = trust or ssl.create_default_context()

    def send(self, message: Message, address: str) -> Carried:
        """One try; `address` is the mailbox."""
        letter = _letter(message, self._server.sender, address)
        late, held = threading.Event(), _Held()
        timer = threading.Timer(self._seconds, cut, (lambda: held.server and held.server.sock, late))
        timer.daemon = True
        timer.start()
        try:
            return self._hand_in(letter, address, held)
        except smtplib.SMTPResponseException as refused:
            return _said(refused.smtp_code)
        except (OSError, smtplib.SMTPException, ValueError) as failed:
            slow = late.is_set() or isinstance(failed, TimeoutError)
            words = (
                f"no answer within {self._seconds:g} s" if slow else f"broken off: {type(failed).__name__}"
            )
            if held.handing_over:
                return Carried(stage=Stage.REFUSED, words=f"{words}: {UNKNOWN}")
            return Carried(stage=Stage.LATER, words=words)
        finally:
            timer.cancel()
            if held.server is not None:
                held.server.close()

    def _hand_in(self, letter: EmailMessage, address: str, held: "_Held") -> Carried:
        to = self._server
        if to.security == "tls":
            server: smtplib.SMTP = _TlsSession(held, to.host, to.port, self._seconds, self._trust)
        else:
            server = _Session(held, to.host, to.port, self._seconds)
        server.ehlo_or_helo_if_needed()
        if to.security == "starttls":
            server.starttls(context=self._trust)
            server.ehlo()
        if to.user:
            server.login(to.user, to.password)
        for code, _words in (server.mail(to.sender), server.rcpt(address)):
            if code // 100 != TAKEN:
                return _said(code)
        held.handing_over = True
        code, _words = server.data(letter.as_bytes(policy=policy.SMTP))
        return _said(code)


class _Held:
    """The session under way, so that its time can end."""

    server: smtplib.SMTP | None = None
    handing_over = False
    """The words are being handed over: from here on it may have been sent."""


class _Session(smtplib.SMTP):
    """A session that is known before it is connected."""

    def __init__(self, held: _Held, host: str, port: int, seconds: float) -> None:
        held.server = self
        super().__init__(host, port, timeout=seconds)


class _TlsSession(smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""

    def __init__(self, held: _Held, host: str, port: int, seconds: float, trust: ssl.SSLContext) -> None:
        held.server = self
        super().__init__(host, port, timeout=seconds, context=trust)


def _said(code: int) -> Carried:
    stage = {TAKEN: Stage.SENT, NEVER: Stage.REFUSED}.get(code // 100, Stage.LATER)
    return Carried(stage=stage, words=f"smtp {code}")


def _letter(message: Message, sender: str, address: str) -> EmailMessage:
    """Plain text with the mark of the machine that wrote it; its id is the same at every try."""
    subject, text = mail_form(message)
    letter: Any = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, address, subject
    letter["Date"] = format_datetime(message.sent_at)
    letter["Message-ID"] = f"<{message.message_id}@{sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter["Content-Language"] = message.locale
    if message.labels:
        letter["X-Content-Labels"] = ", ".join(message.labels)
    letter.set_content(text, charset="utf-8", cte="base64")  # fit for every server
    return letter  # type: ignore[no-any-return]
