"""A house with carriers that answer as they are told, and a client who switched devices on."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from people import START, event, opening

from tongxing.domain.event import Event
from tongxing.domain.grades import Channel
from tongxing.domain.message import Message
from tongxing.service.append import append
from tongxing.service.device_carrying import CarryReport, carry
from tongxing.service.device_rules import MARK
from tongxing.service.house import House
from tongxing.service.ports_devices import Address, Carried, Carriers, Sending, Stage
from tongxing.service.stored import decode_message

MACHINE = datetime.fromisoformat("2026-11-02T10:00:00+08:00")
SENT = Carried(stage=Stage.SENT, words="taken")
LATER = Carried(stage=Stage.LATER, words="http 503")
REFUSED = Carried(stage=Stage.REFUSED, words="http 400")


@dataclass
class Told:
    """A carrier of ours: it remembers what it was given, and answers as it was told."""

    repeats: bool = True
    answers: list[Carried] = field(default_factory=list)
    got: list[tuple[Message, str]] = field(default_factory=list)

    def send(self, message: Message, address: str) -> Carried:
        self.got.append((message, address))
        return self.answers.pop(0) if self.answers else SENT


@dataclass
class Machine:
    """The machine's clock, moved by hand."""

    now: datetime = MACHINE

    def __call__(self) -> datetime:
        return self.now

    def later(self, **span: int) -> None:
        self.now += timedelta(**span)


@dataclass
class Carried_out:  # noqa: N801 - a house and what stands around it
    house: House
    machine: Machine
    told: dict[Channel, Told]

    def look(self) -> CarryReport:
        assert self.house.carriers is not None
        return carry(self.house, self.house.carriers, stop=lambda: False)

    def sendings(self) -> dict[Channel, list[str]]:
        found: dict[Channel, list[str]] = {}
        for one in self.house.store.devices.counts(START - timedelta(days=400)):
            found.setdefault(one.channel, []).extend([one.stage.value] * one.count)
        return found


def carried(house: House, channels: Iterable[Channel] = (Channel.PUSH,)) -> Carried_out:
    machine, told = Machine(), {one: Told(repeats=one is Channel.PUSH) for one in channels}
    carriers = Carriers(machine=machine, by_channel=told, push_key="key")
    return Carried_out(replace(house, carriers=carriers), machine, told)


def switched_on(*channels: Channel, client: str = "C1", first: int = 20) -> list[Event]:
    return [
        event(
            first + number,
            "contact_set",
            {"channel": f"{MARK}{one.value}", "allowed": True},
            client=client,
        )
        for number, one in enumerate(channels)
    ]


def address(house: House, channel: Channel, value: str = "where", client: str = "C1") -> None:
    house.store.devices.add_address(
        Address(
            address_id=f"{client}-{channel.value}-{value}",
            client_id=client,
            channel=channel,
            value=value,
            made_at=MACHINE,
        )
    )


def dividend(*, minutes: int = 70, number: int = 60, client: str = "C1") -> Event:
    """Something is booked: a notice that is owed."""
    body = {"code": "510300", "amount_fen": 12_345, "date": "2026-05-06"}
    return event(number, "dividend_received", body, minutes=minutes, client=client)


def told_of_a_dividend(out: Carried_out, *channels: Channel) -> None:
    append(out.house, [*opening(), *switched_on(*channels), dividend()])


def sent_messages(out: Carried_out, client: str = "C1") -> list[Message]:
    rows = out.house.store.messages(client, now=START + timedelta(minutes=80), devices=True)
    return [decode_message(row.payload) for row in rows]


def sent_before(out: Carried_out, channel: Channel, count: int, client: str = "C1") -> None:
    """So many messages went to a client on a channel within the last hour."""
    with out.house.store.batch() as batch:
        for number in range(count):
            batch.devices.add(
                Sending(
                    sending_id=f"before-{number}",
                    client_id=client,
                    channel=channel,
                    leaf_index=0,
                    at=START + timedelta(minutes=60),
                    made_at=MACHINE,
                    stage=Stage.DELIVERED,
                    tries=0,
                    next_at=MACHINE,
                    last="",
                    stored=b"",
                    message=b"",
                )
            )
