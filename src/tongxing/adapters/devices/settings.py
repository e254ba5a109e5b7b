"""The file that says who carries words to devices; a mistake in it stops the start."""

import os
import re
import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import msgspec
import yaml

from tongxing.adapters.devices import vapid, web_push
from tongxing.adapters.devices.mail import Mail, MailServer, Security
from tongxing.adapters.devices.sms import HttpSms
from tongxing.adapters.devices.web_push import WebPush
from tongxing.adapters.posting import Poster
from tongxing.domain.grades import Channel
from tongxing.service.ports_devices import Carrier, Carriers, CarriersError
from tongxing.service.webhooks_addresses import LOOPBACK_NAMES, place_of

FILE_BYTES_MAX = 65_536
OTHERS = 0o077
MAILBOX = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9.-]{1,253}")
CONTACT = re.compile(r"(mailto:[^\s@]+@[^\s@]+|https://\S+)")
SMS_SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{32,}")


class PushSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Web push."""

    key_file: str
    contact: str
    """Whom a push service asks when something is wrong: `mailto:` or `https:` (RFC 8292, 2.1)."""


class MailSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mail server; the password comes from the environment or from a file of its own."""

    host: str
    port: int
    sender: str
    security: Security = "tls"
    user: str = ""
    password_environment: str = ""
    password_file: str = ""
    ca_file: str = ""
    """Whose certificates are believed; empty: those this machine believes."""


class SmsSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A gateway for text messages."""

    url: str
    secret_environment: str = ""
    secret_file: str = ""


class DeviceSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file as it is written; what is left out is not carried."""

    push: PushSettings | None = None
    mail: MailSettings | None = None
    sms: SmsSettings | None = None


def read_settings(path: Path) -> DeviceSettings:
    """The settings of a YAML file; raises `CarriersError`."""
    try:
        with path.open("rb") as file:
            found = yaml.safe_load(file.read(FILE_BYTES_MAX))
        return msgspec.convert({} if found is None else found, DeviceSettings)
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as problem:
        raise CarriersError(f"{path}: {problem}") from problem


def carriers_of(
    settings: DeviceSettings,
    *,
    loopback: bool,
    seconds_max: float,
    machine: Callable[[], datetime],
    environment: Mapping[str, str] = os.environ,
) -> Carriers:
    """The carriers a file names. Raises `CarriersError`. `loopback`: a demo store may call itself."""
    poster = Poster(loopback=loopback, seconds_max=seconds_max)
    found: dict[Channel, Carrier] = {}
    push_key = ""
    if settings.push is not None:
        pushing = _push(settings.push, poster, machine)
        found[Channel.PUSH], push_key = pushing, pushing.public_key
    if settings.mail is not None:
        found[Channel.EMAIL] = _mail(settings.mail, seconds_max, environment)
    if settings.sms is not None:
        refused = place_of(settings.sms.url, loopback=loopback)
        if isinstance(refused, str):
            raise CarriersError(f"sms: url: {refused}")
        secret = _secret(settings.sms.secret_environment, settings.sms.secret_file, environment)
        if not SMS_SECRET.fullmatch(secret):
            raise CarriersError("sms: a secret `whsec_…` of at least 24 bytes is needed")
        found[Channel.SMS] = HttpSms(url=settings.sms.url, secret=secret, poster=poster, machine=machine)
    return Carriers(machine=machine, by_channel=found, push_key=push_key)


def _push(settings: PushSettings, poster: Poster, machine: Callable[[], datetime]) -> WebPush:
    if not web_push.installed():
        raise CarriersError("push: web push needs the extra `push` (pip install tongxing[push])")
    if not CONTACT.fullmatch(settings.contact):
        raise CarriersError("push: contact: mailto:… or https://…")
    try:
        key = vapid.read(Path(settings.key_file))
    except vapid.KeyFileError as problem:
        raise CarriersError(f"push: {problem}") from problem
    return WebPush(key=key, contact=settings.contact, poster=poster, machine=machine)


def _mail(settings: MailSettings, seconds_max: float, environment: Mapping[str, str]) -> Mail:
    if settings.security == "none" and settings.host not in LOOPBACK_NAMES:
        raise CarriersError("mail: without TLS only to this machine itself")
    if not MAILBOX.fullmatch(settings.sender):
        raise CarriersError("mail: sender: one mailbox")
    password = _secret(settings.password_environment, settings.password_file, environment)
    if bool(settings.user) != bool(password):
        raise CarriersError("mail: user and password: one means nothing without the other")
    server = MailServer(
        host=settings.host,
        port=settings.port,
        security=settings.security,
        sender=settings.sender,
        user=settings.user,
        password=password,
    )
    try:
        trust = ssl.create_default_context(cafile=settings.ca_file) if settings.ca_file else None
    except (OSError, ssl.SSLError) as problem:
        raise CarriersError(f"mail: ca_file: {problem}") from problem
    return Mail(server, seconds_max=seconds_max, trust=trust)


def _secret(variable: str, file: str, environment: Mapping[str, str]) -> str:
    """A secret of the environment, or of a file that nobody else may read; empty without either."""
    if variable:
        return environment.get(variable, "").strip()
    if not file:
        return ""
    path = Path(file)
    try:
        if path.stat().st_mode & OTHERS:
            raise CarriersError(f"{path} may be read by others: chmod 600")
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise CarriersError(f"{path}: {problem}") from problem
