"""What a client does with the own devices: switch them, add and confirm addresses, ask for a test."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hashlib import blake2b
from hmac import compare_digest

import msgspec

from tongxing.domain.clock import BEIJING
from tongxing.domain.grades import CARRIED_CHANNELS, DEVICE_CHANNELS, Channel
from tongxing.service import client_acts
from tongxing.service.client_acts import ActRefusedError
from tongxing.service.device_addresses import (
    CONFIRMING,
    address_id,
    mailbox_of,
    mobile_of,
    shown,
    subscription_of,
)
from tongxing.service.device_rules import MARK, is_on
from tongxing.service.device_words import TESTING, say
from tongxing.service.house import House
from tongxing.service.me_who import mine
from tongxing.service.ports_devices import Address, Carriers
from tongxing.service.ports_door import HeldRow

HELD = "device_code"
CODE_BYTES, CODE_DIGITS = 8, 6
GUESSES_MAX = 5
DAY = timedelta(days=1)
BY_CODE = frozenset({Channel.EMAIL, Channel.SMS})


class _Code(msgspec.Struct, frozen=True):
    """What is kept while a code is waited for."""

    address_id: str
    digits: str
    guesses: int


_encode, _decode = msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(_Code).decode


def channel_named(name: str) -> Channel:
    """A device by its name in a form. Raises `ActRefusedError` (`unknown_choice`)."""
    if name not in {channel.value for channel in DEVICE_CHANNELS}:
        raise ActRefusedError("unknown_choice")
    return Channel(name)


def switch(house: House, client_id: str, channel: Channel, *, on: bool, now: datetime, token: str) -> None:
    """A device on or off; off forgets its addresses. A browser or mailbox is switched on by adding it.

    Raises:
        ActRefusedError: `no_address` for a channel that needs one first.
        UnknownClientError: the store has folded nothing of such a client.
    """
    if not on:
        off = {"channel": f"{MARK}{channel.value}", "allowed": False}
        client_acts.act(house, client_id, [("contact_set", off)], now=now, token=token)
        house.store.devices.forget_addresses(client_id, channel=channel.value)
        return
    known = house.store.devices.addresses(client_id, channel)
    if channel in CARRIED_CHANNELS and not any(address.confirmed for address in known):
        raise ActRefusedError("no_address")
    _say_on(house, client_id, channel, now=now, token=token)


def add_browser(
    house: House,
    client_id: str,
    subscription: str,
    *,
    browser: str,
    loopback: bool,
    now: datetime,
    token: str,
) -> None:
    """A browser that let itself be subscribed; it says so itself, so it needs no code.

    Raises:
        ActRefusedError: `no_subscription`, `too_many`, `no_carrier`.
        UnknownClientError: as above.
    """
    carriers = _carriers(house, Channel.PUSH)
    value = subscription_of(subscription, loopback=loopback)
    if value is None:
        raise ActRefusedError("no_subscription")
    _room_for(house, client_id, Channel.PUSH, value, now)
    _say_on(house, client_id, Channel.PUSH, now=now, token=token)
    house.store.devices.add_address(
        Address(
            address_id=address_id(client_id, Channel.PUSH, value),
            client_id=client_id,
            channel=Channel.PUSH,
            value=value,
            made_at=carriers.machine(),
            name=shown(Channel.PUSH, value, browser),
        )
    )


def ask_code(
    house: House,
    client_id: str,
    person_id: str,
    channel: Channel,
    address: str,
    *,
    locale: str,
    now: datetime,
    token: str,
) -> None:
    """A mailbox or number is added; a code goes there, and only who reads it there can confirm it.

    Raises:
        ActRefusedError: `unknown_choice`, `bad_address`, `too_many`, `too_often`, `no_carrier`,
            `device_refused`.
        UnknownClientError: as above.
    """
    if channel not in BY_CODE:
        raise ActRefusedError("unknown_choice")
    carriers = _carriers(house, channel)
    value = mailbox_of(address) if channel is Channel.EMAIL else mobile_of(address)
    if value is None:
        raise ActRefusedError("bad_address")
    me = mine(house, client_id, now=now)
    _not_too_often(house, client_id, channel, now)
    _room_for(house, client_id, channel, value, now)
    rows = house.store.devices
    for old in rows.addresses(client_id, channel):
        if not old.confirmed:
            rows.forget_addresses(client_id, address_id=old.address_id)
    name = address_id(client_id, channel, value)
    rows.add_address(
        Address(
            address_id=name,
            client_id=client_id,
            channel=channel,
            value=value,
            made_at=carriers.machine(),
            name=shown(channel, value),
            confirmed=False,
        )
    )
    minutes = house.book.rules.number("device_code_minutes", _day(now))
    digits = str(int.from_bytes(house.entropy.token(CODE_BYTES)) % 10**CODE_DIGITS).zfill(CODE_DIGITS)
    kept = _Code(address_id=name, digits=digits, guesses=0)
    _hold(house, carriers, client_id, person_id, channel, kept, minutes=minutes)
    say(me, CONFIRMING, channel, {"code": digits, "minutes": minutes}, locale=locale, token=token)


def confirm(
    house: House, client_id: str, person_id: str, channel: Channel, given: str, *, now: datetime, token: str
) -> None:
    """The code as it was read there: the address is the client's, and the device is on.

    Raises:
        ActRefusedError: `wrong_code`, also when its time is over or it was guessed at too often.
        UnknownClientError: as above.
    """
    carriers = _carriers(house, channel)
    held = house.store.door.take(_place(client_id, channel), HELD, now=carriers.machine())
    if held is None:
        raise ActRefusedError("wrong_code")
    kept = _decode(held.body)
    if not compare_digest("".join(given.split()).encode(), kept.digits.encode()):
        if kept.guesses + 1 < GUESSES_MAX:
            again = _Code(address_id=kept.address_id, digits=kept.digits, guesses=kept.guesses + 1)
            left = int((held.until - carriers.machine()).total_seconds() // 60)
            _hold(house, carriers, client_id, person_id, channel, again, minutes=left)
        raise ActRefusedError("wrong_code")
    if not house.store.devices.confirm_address(client_id, kept.address_id):
        raise ActRefusedError("wrong_code")
    _say_on(house, client_id, channel, now=now, token=token)


def test(house: House, client_id: str, channel: Channel, *, locale: str, now: datetime, token: str) -> None:
    """Have a test message sent to a device that is on.

    Raises:
        ActRefusedError: `device_off`, `too_often`, `device_refused`.
        UnknownClientError: as above.
    """
    me = mine(house, client_id, now=now)
    if not is_on(me.profile().standing, channel):
        raise ActRefusedError("device_off")
    _not_too_often(house, client_id, channel, now)
    say(me, TESTING, channel, {}, locale=locale, token=token)


def _say_on(house: House, client_id: str, channel: Channel, *, now: datetime, token: str) -> None:
    """The channel is allowed and the device is there: both in the client's own words of one form."""
    said: list[tuple[str, Mapping[str, object]]] = [
        ("contact_set", {"channel": name, "allowed": True})
        for name in (channel.value, f"{MARK}{channel.value}")
    ]
    client_acts.act(house, client_id, said, now=now, token=token)


def _carriers(house: House, channel: Channel) -> Carriers:
    if house.carriers is None or channel not in house.carriers.by_channel:
        raise ActRefusedError("no_carrier")
    return house.carriers


def forget(house: House, client_id: str, address: str) -> None:
    """One browser or mailbox is forgotten; the device stays on for the others."""
    house.store.devices.forget_addresses(client_id, address_id=address)


def _room_for(house: House, client_id: str, channel: Channel, value: str, now: datetime) -> None:
    most = house.book.rules.number("device_addresses_max", _day(now))
    name = address_id(client_id, channel, value)
    others = [
        one
        for one in house.store.devices.addresses(client_id, channel)
        if one.confirmed and one.address_id != name
    ]
    if len(others) >= most:
        raise ActRefusedError("too_many")


def _not_too_often(house: House, client_id: str, channel: Channel, now: datetime) -> None:
    most = house.book.rules.number("device_tests_day_max", _day(now))
    if house.store.devices.asked(client_id, channel, now - DAY) >= most:
        raise ActRefusedError("too_often")


def _hold(
    house: House,
    carriers: Carriers,
    client_id: str,
    person_id: str,
    channel: Channel,
    kept: _Code,
    *,
    minutes: int,
) -> None:
    """One code at a time: a new one takes the place of the one before."""
    machine = carriers.machine()
    place = _place(client_id, channel)
    house.store.door.take(place, HELD, now=machine)
    until = machine + timedelta(minutes=max(minutes, 1))
    row = HeldRow(token_hash=place, kind=HELD, person_id=person_id, until=until, body=_encode(kept))
    house.store.door.hold(row, now=machine)


def _place(client_id: str, channel: Channel) -> bytes:
    return blake2b(f"{HELD}\x1f{client_id}\x1f{channel.value}".encode(), digest_size=32).digest()


def _day(now: datetime) -> date:
    return now.astimezone(BEIJING).date()
