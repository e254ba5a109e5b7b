"""The account on the client's home: what is held, what it is worth, and how it went."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tongxing.domain.book import Book, RuleMissingError
from tongxing.domain.clock import day_of
from tongxing.profile.record import State
from tongxing.profile.tiles import UNIT
from tongxing.service.close_day import previous_close
from tongxing.service.house import House
from tongxing.service.phrases import phrase
from tongxing.service.ports import Market
from tongxing.service.valuation import (
    E4,
    HUNDRED,
    PPM,
    UNKNOWN_SECTOR,
    Priced,
    priced_holdings,
    sector_shares,
)
from tongxing.service.views import HoldingView, PointView

POINTS_MAX = 90
PRICE_PLACES_LEAST = 2
MIL = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """The part of `ClientView` that prices make."""

    total_fen: int
    cash_fen: int | None
    change_fen: int | None
    change_ppm: int | None
    valued_on: date | None
    holdings: tuple[HoldingView, ...]
    sectors: tuple[tuple[str, int], ...]
    points: tuple[PointView, ...]
    benchmark_name: str


def account_view(house: House, state: State, *, now: datetime, locale: str) -> AccountView:
    """Holdings at their latest known prices, and the change at the last close."""
    held = priced_holdings(house.market, state, previous_close(house, now))
    shares = sector_shares(house.book, state, held)
    cash = state.cash_fen
    change_fen, change_ppm = change(state)
    valued = state.valuation()
    largest_first = sorted(held, key=lambda one: (-one.value_fen, one.code))
    return AccountView(
        total_fen=sum(one.value_fen for one in held) + max(cash or 0, 0),
        cash_fen=cash,
        change_fen=change_fen,
        change_ppm=change_ppm,
        valued_on=None if valued is None else day_of(valued.day),
        holdings=tuple(_holding(house.book, house.market, state, one, locale) for one in largest_first),
        sectors=tuple(sorted(shares.items(), key=lambda share: (-share[1], share[0]))),
        points=_points(house, state),
        benchmark_name=_benchmark(house.book, "benchmark_name", now.date()),
    )


def change(state: State) -> tuple[int | None, int | None]:
    """Change at the last close against the close before, in fen and in ppm, flows taken out."""
    now = state.valuation()
    before = None if now is None else state.valuation(before=now.day)
    if now is None or before is None:
        return None, None
    flow = state.flow_fen(after=before.day, through=now.day)
    ppm = None if before.unit_ppm <= 0 else (now.unit_ppm - before.unit_ppm) * PPM // before.unit_ppm
    return now.value_fen - before.value_fen - flow, ppm


def _holding(book: Book, market: Market, state: State, one: Priced, locale: str) -> HoldingView:
    product, item = book.products.get(one.code), state.item(one.code)
    stated = state.name_of(one.code)
    sector = UNKNOWN_SECTOR
    if product is not None:
        sector = product.sector
    elif item is not None and item.sector:
        sector = item.sector
    return HoldingView(
        code=one.code,
        name=product.name if product is not None else stated or one.code,
        quantity=_quantity(one.quantity_e4),
        price=_price(one.price, _places(market, one.code, one.day)),
        price_day=one.day,
        price_note="" if one.shipped else phrase(book, "price_last_known", locale),
        value_fen=one.value_fen,
        value=f"{Decimal(one.value_fen) / HUNDRED:,.2f}",
        risk="" if product is None else product.risk.name,
        sector=sector,
    )


def _points(house: House, state: State) -> tuple[PointView, ...]:
    """Unit value and benchmark at the closes that are kept, both 1,000,000 at the first."""
    valued = state.valued()
    days = sorted(valued)[-POINTS_MAX:]
    if not days or valued[days[0]][UNIT] <= 0:
        return ()
    first = day_of(days[0])
    code = _benchmark(house.book, "benchmark_code", first)
    base = valued[days[0]][UNIT]
    found = []
    for number in days:
        day = day_of(number)
        change = house.market.index_change_ppm(code, first, day) if code else None
        found.append(
            PointView(
                day=day,
                unit_ppm=valued[number][UNIT] * PPM // base,
                benchmark_ppm=None if change is None else PPM + change,
            )
        )
    return tuple(found)


def _benchmark(book: Book, rule_id: str, on: date) -> str:
    try:
        return book.rules.text(rule_id, on)
    except RuleMissingError:
        return ""


def _quantity(quantity_e4: int) -> str:
    """Shares with separators and without idle zeros: 1,200 or 1,234.56."""
    whole, rest = divmod(quantity_e4, E4)
    decimals = f"{rest:04d}".rstrip("0")
    return f"{whole:,}.{decimals}" if decimals else f"{whole:,}"


def _price(price: Decimal, places_least: int) -> str:
    """A price as it was told, with at least so many places."""
    text = f"{price:,f}"
    whole, _, places = text.partition(".")
    return f"{whole}.{places.rstrip('0').ljust(places_least, '0')}"


def _places(market: Market, code: str, day: date) -> int:
    """Places a price of this product is written with: as its tick has; two where that is not known."""
    try:
        return len(str(MIL // market.tick_mil(code, day))) - 1
    except LookupError:
        return PRICE_PLACES_LEAST
