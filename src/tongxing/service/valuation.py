"""The value of one account at one close: holdings at known prices, cash, and the account's unit value."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from tongxing.domain.book import Book
from tongxing.domain.clock import day_number, day_of, seconds
from tongxing.domain.event import Event
from tongxing.profile import fold
from tongxing.profile.record import Valuation
from tongxing.service.house import House
from tongxing.service.ports import Market

CLOSE_SOURCE = "house.close"
UNKNOWN_SECTOR = "未知"
UNIT_START_PPM = 1_000_000
PPM = 1_000_000
E4 = 10_000
HUNDRED = 100


class Priced(NamedTuple):
    """A holding with the price it is shown at."""

    code: str
    quantity_e4: int
    price: Decimal
    day: date
    shipped: bool
    """False: our market history does not have it, so the last traded price stands in."""
    value_fen: int


def priced_holdings(market: Market, state: fold.State, day: date) -> tuple[Priced, ...]:
    """Each holding at its latest close, else at the price last traded or stated; unpriced ones left out."""
    found = []
    for code, quantity in sorted(state.positions().items()):
        if quantity <= 0:
            continue
        close = market.last_close(code, day)
        last = state.last_price(code)
        if close is not None:
            price, priced_on, shipped = close[0], close[1], True
        elif last is not None:
            price, priced_on, shipped = last[0], day_of(last[1]), False
        else:
            continue
        value = int((price * quantity * HUNDRED / E4).to_integral_value(rounding="ROUND_HALF_UP"))
        found.append(Priced(code, quantity, price, priced_on, shipped, value))
    return tuple(found)


def sector_shares(book: Book, state: fold.State, holdings: tuple[Priced, ...]) -> Mapping[str, int]:
    """Share of the value of holdings by sector in ppm, funds looked through; the shares add up exactly."""
    total = sum(holding.value_fen for holding in holdings)
    if total <= 0:
        return {}
    fen_ppm: dict[str, int] = {}
    for holding in holdings:
        for sector, share in _inside(book, state, holding.code).items():
            fen_ppm[sector] = fen_ppm.get(sector, 0) + holding.value_fen * share
    shares = {sector: amount // total for sector, amount in sorted(fen_ppm.items())}
    largest = max(shares, key=lambda sector: (shares[sector], sector))
    shares[largest] += PPM - sum(shares.values())
    return shares


def day_valued(
    house: House, state: fold.State, day: date, *, at: datetime, again: bool = False
) -> tuple[Event, ...]:
    """The valuation event of one close; none for a client who holds nothing and has no cash.

    `again` supersedes an earlier valuation of the same day (late trades or prices).
    """
    holdings = priced_holdings(house.market, state, day)
    cash = state.cash_fen or 0
    value = sum(holding.value_fen for holding in holdings) + max(cash, 0)
    number = day_number(day)
    before = state.valuation(before=number)
    if value <= 0 and before is None:
        return ()
    flow = state.flow_fen(after=number - 1 if before is None else before.day, through=number)
    if before is not None and state.regrouped_since(before):
        flow = value - before.value_fen  # another account came or went: the unit stands still for one close
    body = {
        "date": day.isoformat(),
        "value_fen": value,
        "cash_fen": cash,
        "flow_fen": flow,
        "unit_ppm": _unit(before, value, flow),
        "sector_ppm": dict(sector_shares(house.book, state, holdings)),
        "price_date": max((holding.day for holding in holdings), default=day).isoformat(),
        "superseding": again,
    }
    suffix = f"|{seconds(at)}" if again else ""
    event = Event(
        source=CLOSE_SOURCE,
        source_seq=f"{day.isoformat()}|{state.client_id}{suffix}",
        client_id=state.client_id,
        ts=at,
        known_at=at,
        kind="day_valued",
        body=body,
    )
    return (event,)


def _unit(before: Valuation | None, value: int, flow: int) -> int:
    """Value of one unit: what the money became that was there before, flows taken out."""
    if before is None or before.value_fen <= 0:
        return UNIT_START_PPM
    base = before.value_fen + max(flow, 0)
    kept = value - flow if flow < 0 else value
    return max(0, before.unit_ppm * kept // base) if base > 0 else before.unit_ppm


def _inside(book: Book, state: fold.State, code: str) -> Mapping[str, int]:
    """What a holding is made of: the product page, else what a snapshot stated, else unknown."""
    product = book.products.get(code)
    if product is not None:
        return product.look_through_ppm or {product.sector: PPM}
    item = state.item(code)
    if item is not None and item.look_through:
        return item.look_through
    return {(item.sector if item is not None else None) or UNKNOWN_SECTOR: PPM}
