"""Value one client now, after trades that came late (an import), superseding the day's valuation."""

from collections.abc import Mapping
from datetime import datetime

from tongxing.domain.clock import day_number, instant, seconds
from tongxing.domain.event import Event
from tongxing.profile import fold
from tongxing.service.append import append
from tongxing.service.close_day import previous_close
from tongxing.service.house import House
from tongxing.service.states import state_of
from tongxing.service.valuation import day_valued


def value_client(house: House, client_id: str, *, at: datetime) -> int:
    """Append a superseding valuation at the last close before `at`; returns how many events were new.

    A market clock stands still between two imports: where they tell different figures, the later counts.
    """
    blob = house.store.state(client_id)
    if blob is None:
        return 0
    state = state_of(house, client_id, blob)
    day = previous_close(house, at)
    events = day_valued(house, state, day, at=at, again=True)
    last = state.sectors_key  # (the close, when it was valued, ...)
    if last is not None and last[1] >= seconds(at) and not all(_said(state, event) for event in events):
        events = day_valued(house, state, day, at=instant(last[1] + 1), again=True)
    return len(append(house, events).accepted)


def _said(state: fold.State, event: Event) -> bool:
    """Whether the last valuation already tells what this one would."""
    body, last = event.body, state.valuation()
    shares, day, price_day = body["sector_ppm"], _day(body["date"]), _day(body["price_date"])
    told = {name: ppm for name, ppm in shares.items() if ppm} if isinstance(shares, Mapping) else {}
    return (
        last is not None
        and (last.day, last.value_fen, last.unit_ppm) == (day, body["value_fen"], body["unit_ppm"])
        and (state.price_day, state.sectors) == (price_day, told)
    )


def _day(value: object) -> int:
    return day_number(datetime.fromisoformat(str(value)).date())
