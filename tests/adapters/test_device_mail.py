"""Mail goes out over TLS once, in plain text with its mark; a server that stalls or lies is met."""

import socket
import ssl
import time
from collections.abc import Iterator
from email import message_from_string
from email.policy import default
from pathlib import Path

import pytest
from device_words import message
from mail_house import MailHouse, certificate_for, mail_house

from tongxing.adapters.devices.mail import Mail, MailServer, Security
from tongxing.domain.grades import Channel
from tongxing.service.ports_devices import Stage

TO = "lin.xiao@example.com"
SECONDS = 0.6


def carrier(port: int, security: Security = "none", trust: Path | None = None) -> Mail:
    server = MailServer(host="127.0.0.1", port=port, security=security, sender="hello@broker.example")
    believed = None if trust is None else ssl.create_default_context(cafile=str(trust))
    return Mail(server, seconds_max=SECONDS, trust=believed)


@pytest.fixture
def server() -> Iterator[MailHouse]:
    with mail_house() as found:
        yield found


def test_a_mail_says_what_was_reviewed_with_its_mark_a_person_and_how_to_end_it(server: MailHouse) -> None:
    ended = carrier(server.port).send(message(Channel.EMAIL), TO)
    assert (ended.stage, ended.words) == (Stage.SENT, "smtp 250")
    (letter,) = server.letters
    found = message_from_string(letter.removesuffix("\r\n.\r\n"), policy=default)
    assert (found["To"], found["Subject"]) == (TO, "通知")
    assert found["Message-ID"] == "<0123456789abcdef@broker.example>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["X-Content-Labels"] == "ai"
    text = found.get_content()
    assert text.split("\n\n")[0] == "您有一条通知，方便时再看。"
    for words in ("联系人工客服", "我的设备", "AI生成"):
        assert words in text


@pytest.mark.parametrize(("security", "wrapped"), [("tls", True), ("starttls", False)])
def test_a_mail_goes_over_tls_to_a_server_that_proves_who_it_is(
    tmp_path: Path, *, security: Security, wrapped: bool
) -> None:
    pair = certificate_for(tmp_path)
    with mail_house(pair, wrapped=wrapped) as server:
        ended = carrier(server.port, security, trust=pair[0]).send(message(Channel.EMAIL), TO)
        assert ended.stage is Stage.SENT
        assert len(server.letters) == 1


@pytest.mark.parametrize(("security", "wrapped"), [("tls", True), ("starttls", False)])
def test_nothing_goes_to_a_server_that_nobody_vouches_for(
    tmp_path: Path, *, security: Security, wrapped: bool
) -> None:
    with mail_house(certificate_for(tmp_path), wrapped=wrapped) as server:
        ended = carrier(server.port, security).send(message(Channel.EMAIL), TO)
        assert (ended.stage, ended.words) == (Stage.LATER, "broken off: SSLCertVerificationError")
        assert server.letters == []


def test_a_server_without_starttls_gets_no_words(server: MailHouse, tmp_path: Path) -> None:
    trust = certificate_for(tmp_path)[0]
    ended = carrier(server.port, "starttls", trust=trust).send(message(Channel.EMAIL), TO)
    assert ended.stage is Stage.LATER
    assert not any(command.startswith(("MAIL", "DATA")) for command in server.commands)


@pytest.mark.parametrize(
    ("command", "answer", "stage"),
    [
        ("banner", "421 busy", Stage.LATER),
        ("MAIL", "451 not now", Stage.LATER),
        ("MAIL", "553 not you", Stage.REFUSED),
        ("RCPT", "450 not now", Stage.LATER),
        ("RCPT", "550 nobody", Stage.REFUSED),
        ("DATA", "451 not now", Stage.LATER),
        ("DATA", "554 never", Stage.REFUSED),
        ("words", "451 not now", Stage.LATER),
        ("words", "554 spam", Stage.REFUSED),
        ("banner", "cut", Stage.LATER),
        ("RCPT", "cut", Stage.LATER),
        ("banner", "nonsense", Stage.LATER),
    ],
)
def test_what_a_server_says_is_taken_at_its_word(
    server: MailHouse, command: str, answer: str, stage: Stage
) -> None:
    server.answers[command] = answer
    assert carrier(server.port).send(message(Channel.EMAIL), TO).stage is stage


@pytest.mark.parametrize("answer", ["hang", "cut"])
def test_once_the_words_were_handed_over_a_doubtful_mail_is_never_sent_again(
    server: MailHouse, answer: str
) -> None:
    server.answers["words"] = answer
    ended = carrier(server.port).send(message(Channel.EMAIL), TO)
    assert ended.stage is Stage.REFUSED
    assert "nobody knows" in ended.words


@pytest.mark.parametrize("command", ["banner", "EHLO", "RCPT"])
def test_a_server_that_stalls_holds_us_for_a_bounded_time(server: MailHouse, command: str) -> None:
    server.answers[command] = "hang"
    started = time.monotonic()
    ended = carrier(server.port).send(message(Channel.EMAIL), TO)
    assert (ended.stage, ended.words) == (Stage.LATER, "no answer within 0.6 s")
    assert time.monotonic() - started < 3


def test_a_server_that_is_not_there_is_tried_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    assert carrier(port).send(message(Channel.EMAIL), TO).stage is Stage.LATER
