"""Whether the witnesses of the log agree at this moment; what cannot be read counts as no quorum."""

from datetime import datetime, timedelta

from tongxing.compliance.witnessed import without_since
from tongxing.service.house import House
from tongxing.service.ports_log import QuorumState, WitnessesUnreadableError

FUTURE_MAX = timedelta(seconds=30)
"""How far two machines' clocks may differ."""


def without_quorum(house: House) -> str:
    """Since when there is no quorum (ISO 8601, or `never`), once that is too long; else empty."""
    if house.witnesses is None:
        return ""
    now = house.clock.now()
    try:
        age = age_of(house, house.witnesses.state())
    except WitnessesUnreadableError:
        age = None
    return without_since(None if age is None else now - age, now, house.book.rules)


def age_of(house: House, state: QuorumState) -> timedelta | None:
    """How long ago the last quorum was; None: there never was one, or it is dated in the future.

    State and age are of the machine's time: a demo's clock stands still or leaps.
    """
    return None if house.witnesses is None else _since(state.quorum_at, house.witnesses.machine_now())


def _since(at: datetime | None, now: datetime) -> timedelta | None:
    """Nobody cosigned in the future: such a state is not believed, but for what two machines differ."""
    if at is None or at - now > FUTURE_MAX:
        return None
    return max(timedelta(0), now - at)
