"""A mail server on this machine, and a certificate for it: it answers as it is told, and remembers."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class MailHouse:
    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    """Command, `banner` or `words` -> what is answered; `hang`: nothing; `cut`: the line is cut."""
    letters: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def mail_house(certificate: tuple[Path, Path] | None = None, *, wrapped: bool = False) -> Iterator[MailHouse]:
    """TLS with a certificate: from the first byte when `wrapped`, else by STARTTLS."""
    house = MailHouse()
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
    listener = socket.create_server(("127.0.0.1", 0))
    house.port = listener.getsockname()[1]
    threading.Thread(
        target=_serve, args=(listener, house, context), kwargs={"wrapped": wrapped}, daemon=True
    ).start()
    try:
        yield house
    finally:
        house.over.set()
        listener.close()


def _serve(
    listener: socket.socket, house: MailHouse, context: ssl.SSLContext | None, *, wrapped: bool
) -> None:
    while not house.over.is_set():
        try:
            line, _where = listener.accept()
        except OSError:
            return
        session = _Session(line, house, context)
        try:
            if wrapped:
                session.begin_tls()
            session.talk()
        except (OSError, ValueError):
            continue
        finally:
            session.line.close()


class _Session:
    """One client's line."""

    def __init__(self, line: socket.socket, house: MailHouse, context: ssl.SSLContext | None) -> None:
        self.line, self.house, self.context = line, house, context
        self.reader = line.makefile("rb")

    def begin_tls(self) -> None:
        assert self.context is not None
        self.reader.close()
        self.line = self.context.wrap_socket(self.line, server_side=True)
        self.reader = self.line.makefile("rb")

    def say(self, name: str, usual: str) -> str:
        words = self.house.answers.get(name, usual)
        if words == "hang":
            self.house.over.wait(5)
        if words in ("hang", "cut"):
            raise OSError(words)
        self.line.sendall(words.encode() + b"\r\n")
        return words

    def talk(self) -> None:
        self.say("banner", "220 here")
        with self.reader:
            while text := self.reader.readline().decode().strip():
                self.house.commands.append(text)
                self.answer(text.split()[0].upper())

    def answer(self, command: str) -> None:
        if command == "STARTTLS":
            self.say(command, "220 go on" if self.context else "502 never heard of it")
            if self.context is not None:
                self.begin_tls()
        elif command == "EHLO":
            self.say(command, "250-here\r\n250 STARTTLS" if self.context else "250 here")
        elif command == "DATA":
            if self.say(command, "354 go on").startswith("354"):
                self.take_letter()
        else:
            self.say(command, "250 yes")

    def take_letter(self) -> None:
        letter = b""
        while not letter.endswith(b"\r\n.\r\n"):
            letter += self.reader.readline()
        self.house.letters.append(letter.decode())
        self.say("words", "250 taken")


def certificate_for(folder: Path) -> tuple[Path, Path]:
    """A certificate of this machine, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2099, 1, 1, tzinfo=dt.UTC))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "mail.pem", folder / "mail.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, private
