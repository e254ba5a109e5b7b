"""Where a device is: what an address may look like, how it is shown, and which ones a message goes to."""

import re
from collections.abc import Sequence
from hashlib import blake2b

import msgspec

from tongxing.domain.grades import Channel
from tongxing.domain.message import Message
from tongxing.service.ports_devices import Address
from tongxing.service.webhooks_addresses import place_of

CONFIRMING = "device_code"
"""The text with the code that confirms an address: it goes to those that wait for one, and to no other."""
ID_BYTES = 12
MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{3,253}$)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
MOBILE = re.compile(r"1[3-9][0-9]{9}")
KEY = re.compile(r"[A-Za-z0-9_-]{10,200}={0,2}")
SUBSCRIPTION_LENGTH_MAX = 2_000
NAME_LENGTH_MAX = 40


class _Keys(msgspec.Struct, frozen=True):
    p256dh: str
    auth: str


class _Subscription(msgspec.Struct, frozen=True):
    """What a browser hands over (Push API); its expiry is left to the push service."""

    endpoint: str
    keys: _Keys


_subscription = msgspec.json.Decoder(_Subscription)


def subscription_of(text: str, *, loopback: bool) -> str | None:
    """A browser's subscription in its plainest form; None for anything else."""
    if len(text) > SUBSCRIPTION_LENGTH_MAX:
        return None
    try:
        found = _subscription.decode(text)
    except msgspec.DecodeError:
        return None
    keys = KEY.fullmatch(found.keys.p256dh) and KEY.fullmatch(found.keys.auth)
    if not keys or isinstance(place_of(found.endpoint, loopback=loopback), str):
        return None
    return msgspec.json.encode(found).decode()


def mailbox_of(text: str) -> str | None:
    """A mailbox as it is written in a letter; None for anything else."""
    text = text.strip()
    return text if MAILBOX.fullmatch(text) else None


def mobile_of(text: str) -> str | None:
    """A mobile number of the mainland, eleven digits; None for anything else."""
    digits = re.sub(r"[\s-]", "", text).removeprefix("+86")
    return digits if MOBILE.fullmatch(digits) else None


def shown(channel: Channel, value: str, browser: str = "") -> str:
    """What a page shows of an address: enough for its owner, nothing for a passer-by."""
    if channel is Channel.EMAIL:
        name, _, domain = value.partition("@")
        return f"{name[:1]}***@{domain}"
    if channel is Channel.SMS:
        return f"{value[:3]}****{value[-4:]}"
    return "".join(one for one in browser if one.isprintable())[:NAME_LENGTH_MAX]


def address_id(client_id: str, channel: Channel, value: str) -> str:
    """The same address of a client has the same name, however often it is given."""
    whole = f"{client_id}\x1f{channel.value}\x1f{value}".encode()
    return blake2b(whole, digest_size=ID_BYTES).hexdigest()


def fitting(addresses: Sequence[Address], sent: Message) -> tuple[Address, ...]:
    """The addresses a message goes to."""
    waiting = sent.playbook == CONFIRMING
    return tuple(address for address in addresses if address.confirmed is not waiting)
