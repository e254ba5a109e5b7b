"""Value one client now, after trades that came late (an import), superseding the day's valuation."""

from datetime import datetime

from tongxing.service.append import append
from tongxing.service.close_day import previous_close
from tongxing.service.house import House
from tongxing.service.states import state_of
from tongxing.service.valuation import day_valued


def value_client(house: House, client_id: str, *, at: datetime) -> int:
    """Append a superseding valuation at the last close before `at`; returns how many events were new."""
    blob = house.store.state(client_id)
    if blob is None:
        return 0
    state = state_of(house, client_id, blob)
    events = day_valued(house, state, previous_close(house, at), at=at, again=True)
    return len(append(house, events).accepted)
