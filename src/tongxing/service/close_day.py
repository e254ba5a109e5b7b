"""At each market close: corporate actions reach their holders, then each account is valued once."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.profile import fold
from tongxing.service.append import APPEND_BATCH_MAX, append
from tongxing.service.corporate_actions import actions_of_day
from tongxing.service.house import House
from tongxing.service.states import state_of
from tongxing.service.valuation import day_valued

OPENING_TIME = time(9, 0)
CLOSING_TIME = time(15, 30)
Progress = Callable[[int, int], None]
NONE_AT_HAND: Mapping[str, fold.State] = {}


def close_day(
    house: House,
    day: date,
    *,
    progress: Progress | None = None,
    at_hand: Mapping[str, fold.State] = NONE_AT_HAND,
) -> int:
    """Append one `day_valued` for each client who holds anything; returns how many were appended.

    A second call for the same day changes nothing: each valuation is keyed by day and client. States
    `at_hand` are those of the last work done; the others are read.
    """
    at = datetime.combine(day, CLOSING_TIME, tzinfo=BEIJING)
    return _each_holder(house, progress, lambda state: day_valued(house, state, day, at=at), at_hand)


def open_day(house: House, day: date, *, at_hand: Mapping[str, fold.State] = NONE_AT_HAND) -> int:
    """Append splits and dividends that take effect on this day; to be folded before the day's trades."""
    at = datetime.combine(day, OPENING_TIME, tzinfo=BEIJING)
    if not any(
        house.market.split_on(code, day) or house.market.dividend_on(code, day)
        for code in house.market.codes()
    ):
        return 0
    return _each_holder(house, None, lambda state: actions_of_day(house.market, state, day, at=at), at_hand)


def _each_holder(
    house: House,
    progress: Progress | None,
    make: Callable[[fold.State], tuple[Event, ...]],
    at_hand: Mapping[str, fold.State],
) -> int:
    """Events made from each client's state, appended in bounded batches."""
    clients = house.store.client_ids()
    waiting: list[Event] = []
    appended = 0
    for done, client_id in enumerate(clients, start=1):
        state = at_hand.get(client_id)
        if state is None:
            blob = house.store.state(client_id)
            state = None if blob is None else state_of(house, client_id, blob)
        if state is not None:
            waiting.extend(make(state))
        if len(waiting) >= APPEND_BATCH_MAX or done == len(clients):
            appended += len(append(house, waiting).accepted)
            waiting = []
            if progress is not None:
                progress(done, len(clients))
    return appended


def previous_close(house: House, now: datetime) -> date:
    """The last session whose close lies before an instant."""
    local = now.astimezone(BEIJING)
    day = local.date()
    if not house.market.is_session(day) or local.time() < CLOSING_TIME:
        day = house.market.previous_session(day)
    return min(day, house.market.last_session)
