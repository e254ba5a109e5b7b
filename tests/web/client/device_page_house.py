"""A demo whose house has carriers, one of them a push service on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from own_house import browser_of
from page_house import OWN, Browser

from tongxing.domain.grades import Channel
from tongxing.domain.message import Message
from tongxing.service.device_carrying import carry
from tongxing.service.house import House
from tongxing.service.ports_devices import Carried, Carriers, Stage
from tongxing.service.work import work

MACHINE = datetime.fromisoformat("2026-11-02T10:00:00+08:00")


@dataclass
class Box:
    """A mailbox that keeps what comes."""

    repeats: bool
    got: list[Message]

    def send(self, message: Message, _address: str) -> Carried:
        self.got.append(message)
        return Carried(stage=Stage.SENT, words="taken")


@dataclass
class Connected:
    """The pages of one client in a house with carriers."""

    house: House
    browser: Browser
    boxes: dict[Channel, Box]

    def catch_up(self) -> None:
        assert self.house.carriers is not None
        for _ in range(3):
            work(self.house, now=self.house.clock.now(), sends_by=self.house.clock)
            carry(self.house, self.house.carriers, stop=lambda: False)
        work(self.house, now=self.house.clock.now(), sends_by=self.house.clock)


@contextmanager
def connected(house: House, person_id: str) -> Iterator[Connected]:
    boxes = {
        channel: Box(channel is Channel.PUSH, []) for channel in (Channel.PUSH, Channel.EMAIL, Channel.SMS)
    }
    carriers = Carriers(machine=lambda: MACHINE, by_channel=boxes, push_key="BKey")
    with_carriers = replace(house, carriers=carriers)
    with browser_of(with_carriers, person_id) as browser:
        yield Connected(with_carriers, browser, boxes)


__all__ = ["OWN", "Connected", "connected"]
