"""A client's devices: what is on, where it goes, and what stands on the wrist or is read in the car now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tongxing.delivery.forms import watch_card
from tongxing.delivery.speech import spoken, ssml
from tongxing.domain.clock import BEIJING
from tongxing.domain.grades import CARRIED_CHANNELS, Channel
from tongxing.domain.message import Message
from tongxing.domain.touch import Trigger
from tongxing.service.card_view import may_stand
from tongxing.service.device_rules import by_channel, is_on
from tongxing.service.device_words import TRIGGERS
from tongxing.service.me_who import Mine
from tongxing.service.ports_devices import Address
from tongxing.service.stored import decode_message

MESSAGES_READ_MAX = 50
SHOWN = (Channel.PUSH, Channel.WATCH, Channel.CAR, Channel.EMAIL, Channel.SMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLine:
    """One device as its owner sees it."""

    channel: str
    on: bool
    carried: bool
    """Whether the house can reach such devices at all."""
    addresses: tuple[Address, ...]
    waiting: Address | None
    """An address that waits for its code."""
    day_max: int
    """How many messages a day at most, notices that are owed not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicesPage:
    """The page of devices."""

    lines: tuple[DeviceLine, ...]
    push_key: str
    watch: tuple[Mapping[str, object], ...]
    car: tuple[tuple[str, ...], ...]
    """Each message as the sentences that are read aloud."""
    quiet_from: str
    quiet_to: str


def devices_page(me: Mine) -> DevicesPage:
    """Every device as it stands now."""
    carriers, standing = me.house.carriers, me.profile().standing
    rules, on = me.house.book.rules, me.now.date()
    known = me.house.store.devices.addresses(me.client_id)
    most = by_channel(rules, "device_day_max", on)
    lines = []
    for channel in SHOWN:
        here = [one for one in known if one.channel is channel]
        lines.append(
            DeviceLine(
                channel=channel.value,
                on=is_on(standing, channel),
                carried=channel not in CARRIED_CHANNELS
                or (carriers is not None and channel in carriers.by_channel),
                addresses=tuple(one for one in here if one.confirmed),
                waiting=next((one for one in here if not one.confirmed), None),
                day_max=most.get(channel.value, 0),
            )
        )
    return DevicesPage(
        lines=tuple(lines),
        push_key="" if carriers is None else carriers.push_key,
        watch=watch_cards(me),
        car=tuple(spoken(message) for message in standing_on(me, Channel.CAR)),
        quiet_from=rules.text("quiet_from", on),
        quiet_to=rules.text("quiet_to", on),
    )


def standing_on(me: Mine, channel: Channel) -> Sequence[Message]:
    """What may be shown on a device now, the newest first; nothing on one that is off."""
    profile, now = me.profile(), me.now.astimezone(BEIJING)
    if not is_on(profile.standing, channel) or profile.standing.merged_away:
        return ()
    looking = Trigger(name="view", cause="view", at=now)
    rows = me.house.store.messages(me.client_id, now=now, limit=MESSAGES_READ_MAX, devices=True)
    most = me.house.book.rules.number("watch_cards_max", now.date())
    found = [
        decode_message(row.payload)
        for row in rows
        if row.channel == channel.value
        and (row.playbook in TRIGGERS or may_stand(me.house.book, row.playbook, profile, looking))
    ]
    return found[:most]


def watch_cards(me: Mine) -> tuple[Mapping[str, object], ...]:
    """The cards of a wrist."""
    return tuple(watch_card(message) for message in standing_on(me, Channel.WATCH))


def car_speech(me: Mine, *, language: str) -> str:
    """What a car reads aloud, as one document (SSML 1.1)."""
    return ssml(standing_on(me, Channel.CAR), language=language)
