"""Closing the account from the client's own page: filed at once, nothing asked, taken back at any time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tongxing.domain.book import Book
from tongxing.domain.clock import BEIJING, instant
from tongxing.profile.record import Last
from tongxing.service import client_acts
from tongxing.service.client_acts import ActRefusedError
from tongxing.service.close_day import previous_close
from tongxing.service.house import House
from tongxing.service.me_who import Mine, mine
from tongxing.service.valuation import priced_holdings

REQUESTED, WITHDRAWN = "closing_requested", "closing_withdrawn"
DUTY = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingPage:
    """What is to be done before the account can close, and whether the wish is filed."""

    holdings: tuple[str, ...]
    """Names of what is still held, the largest first."""
    cash_fen: int | None
    sessions: int
    """Trading days from then on."""
    requested_at: datetime | None
    answer_by: datetime | None
    """When a person has called at the latest."""


def closing_page(me: Mine) -> ClosingPage:
    """As of now."""
    filed = standing_wish(me)
    at = None if filed is None else instant(filed.ts)
    return ClosingPage(
        holdings=tuple(_held(me)),
        cash_fen=me.state.cash_fen,
        sessions=me.house.book.rules.number("closing_sessions", me.now.date()),
        requested_at=at,
        answer_by=None if at is None else due(me.house.book, at),
    )


def standing_wish(me: Mine) -> Last | None:
    """The wish to close that is filed and was not taken back."""
    return me.seen().closing()


def due(book: Book, at: datetime) -> datetime:
    """When a person answers a wish filed at an instant."""
    on = at.astimezone(BEIJING)
    rows = book.rules.words("desk_due_minutes", on.date())
    minutes = dict(row.split("=", 1) for row in rows if "=" in row)
    return on + timedelta(minutes=int(minutes[DUTY]))


def file_wish(house: House, client_id: str, *, now: datetime, token: str = "") -> None:
    """The client closes the account; a wish that is filed already stands as it is.

    Raises `UnknownClientError`.
    """
    if standing_wish(mine(house, client_id, now=now)) is None:
        client_acts.act(house, client_id, [(REQUESTED, {"reason": ""})], now=now, token=token)


def take_back(house: House, client_id: str, *, now: datetime, token: str = "") -> None:
    """The client stays after all. Raises `ActRefusedError` (`not_filed`), `UnknownClientError`."""
    found = standing_wish(mine(house, client_id, now=now))
    if found is None:
        raise ActRefusedError("not_filed")
    client_acts.act(house, client_id, [(WITHDRAWN, {"of": found.source_seq})], now=now, token=token)


def _held(me: Mine) -> list[str]:
    priced = priced_holdings(me.house.market, me.state, previous_close(me.house, me.now))
    worth = {one.code: one.value_fen for one in priced}
    codes = [code for code, quantity in me.state.positions().items() if quantity > 0]
    products = me.house.book.products
    return [
        products[code].name if code in products else me.state.name_of(code) or code
        for code in sorted(codes, key=lambda code: (-worth.get(code, 0), code))
    ]
