"""One look of the carriers: what is cleared is brought out, outside of any transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from tongxing.domain.clock import BEIJING
from tongxing.service.device_addresses import fitting
from tongxing.service.house import House
from tongxing.service.ports_devices import Carried, Carriers, Sending, Stage
from tongxing.service.stored import decode_message

CLAIMED_A_LOOK = 10
WORDS_MAX = 120


@dataclass(slots=True, kw_only=True)
class CarryReport:
    """What one look did, by how it ended."""

    sent: int = 0
    refused: int = 0
    later: int = 0

    @property
    def busy(self) -> bool:
        """Whether there was anything to carry."""
        return self.sent + self.refused + self.later > 0


def carry(house: House, carriers: Carriers, *, stop: Callable[[], bool]) -> CarryReport:
    """Bring out what compliance cleared a moment ago; each answer is written at once.

    What was cleared too long ago, because those before it stalled, waits for a new clearance.
    """
    report, now = CarryReport(), carriers.machine()
    rules, on = house.book.rules, house.clock.now().astimezone(BEIJING).date()
    try_seconds = rules.number("device_carrier_seconds_max", on)
    most = rules.number("device_addresses_max", on)
    lease = timedelta(seconds=2 * try_seconds * most * CLAIMED_A_LOOK)
    claimed = house.store.devices.claim(
        now, until=now + lease, channels=carriers.by_channel.keys(), limit=CLAIMED_A_LOOK
    )
    for sending in claimed:
        if stop() or carriers.machine() >= sending.next_at:
            ended = Carried(stage=Stage.LATER, words="its clearance ran out before it was sent")
        else:
            ended = _carry(house, carriers, sending)
        house.store.devices.answer(sending.sending_id, ended)
        report.sent += ended.stage is Stage.SENT
        report.refused += ended.stage is Stage.REFUSED
        report.later += ended.stage is Stage.LATER
    return report


def _carry(house: House, carriers: Carriers, sending: Sending) -> Carried:
    """One try at every address of the client: it arrived when it arrived at one of them."""
    sent = decode_message(sending.message)
    carrier = carriers.by_channel[sending.channel]
    answers: list[Carried] = []
    for address in fitting(house.store.devices.addresses(sending.client_id, sending.channel), sent):
        answer = carrier.send(sent, address.value)
        answers.append(answer)
        if answer.gone:
            house.store.devices.forget_addresses(sending.client_id, address_id=address.address_id)
    for stage in (Stage.SENT, Stage.LATER, Stage.REFUSED):
        for answer in answers:
            if answer.stage is stage:
                return Carried(stage=stage, words=answer.words[:WORDS_MAX])
    return Carried(stage=Stage.REFUSED, words="no address is left")
