"""State what a client holds now, with prices and sectors that were given, so that it can be shown and valued.

The statement tells what was bought and sold; what a product is worth and made of, it does not. A snapshot
of all positions carries both. Lines that come later but happened earlier are counted by stating anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b

from tongxing.domain.bodies import HOLDINGS_MAX
from tongxing.domain.clock import BEIJING, beijing_day, day_of, instant, seconds
from tongxing.domain.event import Event
from tongxing.intake.given import GivenPrice
from tongxing.intake.statement_events import SOURCE
from tongxing.profile import fold
from tongxing.service.append import append
from tongxing.service.close_day import previous_close
from tongxing.service.given_lists import GivenLists
from tongxing.service.house import House
from tongxing.service.states import state_of
from tongxing.service.valuation import E4

MOVING = frozenset({"trade", "fund_confirmed", "shares_changed", "cash_moved", "holding_snapshot"})
"""Kinds of events after which a client holds something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What became of stating a client's holdings."""

    as_of: date | None = None
    """The day the holdings are of; None where nothing was stated."""
    holdings: int = 0
    why_not: str = ""
    """Why nothing was stated though lists were given; empty where it was, or was before."""


@dataclass(frozen=True, slots=True)
class _Told:
    """The log of a client: what happened by itself, and what was stated here before."""

    state: fold.State
    stated: tuple[Event, ...]
    last_move: int
    """Instant of the last event after which something else was held; 0 where there is none."""


@dataclass(frozen=True, slots=True)
class _Dated:
    """A price and the close it is of."""

    day: date
    price: Decimal


def state_holdings(
    house: House, client_id: str, lists: GivenLists, *, opening_known: bool, now: datetime
) -> Stated:
    """Append a snapshot of all that is held, at the newest of given, stated and traded prices.

    To be called when the client's events are folded. Without lists it acts only where holdings were
    stated before and lines came late that change them. The same lists for the same holdings change
    nothing. `opening_known` says that the imported file told what was held before its first line.
    """
    if not lists and not _was_stated(house, client_id):
        return Stated()
    told = _read(house, client_id)
    why_not = _obstacle(told.state, opening_known=opening_known)
    if why_not:
        return Stated(why_not=why_not)
    event = _snapshot(house, client_id, told, lists, now)
    unchanged = not lists and _held(told.state) == _held(_folded(house, client_id))
    if unchanged or any(event.key == earlier.key for earlier in told.stated):
        return Stated()
    append(house, (event,))
    as_of = day_of(beijing_day(seconds(event.ts)))
    return Stated(as_of=as_of, holdings=len(told.state.positions()))


def _obstacle(state: fold.State, *, opening_known: bool) -> str:
    """Why the holdings of a client cannot be stated; empty where they can."""
    if not opening_known and state.account.opening is None:
        return "it is not known what was held before the first line"
    held = len(state.positions())
    if held == 0:
        return "nothing is held"
    return f"more than {HOLDINGS_MAX} products are held" if held > HOLDINGS_MAX else ""


def _was_stated(house: House, client_id: str) -> bool:
    """Whether the last snapshot the client's state knows was stated here."""
    last = _folded(house, client_id).last.get("holding_snapshot")
    return last is not None and last.source == SOURCE and last.source_seq.startswith(_prefix(client_id))


def _folded(house: House, client_id: str) -> fold.State:
    blob = house.store.state(client_id)
    return fold.empty(client_id) if blob is None else state_of(house, client_id, blob)


def _held(state: fold.State) -> tuple[Mapping[str, int], int | None]:
    return state.positions(), state.cash_fen


def _prefix(client_id: str) -> str:
    return f"{client_id}:stated:"


def _read(house: House, client_id: str) -> _Told:
    """Fold what happened; snapshots stated here are no news, and hide lines that came late."""
    state = fold.empty(client_id)
    stated: list[Event] = []
    last_move = 0
    for stored in house.store.events_of(client_id):
        event = stored.event
        if event.source == SOURCE and event.source_seq.startswith(_prefix(client_id)):
            stated.append(event)
            continue
        fold.apply(state, event, house.book)
        if event.kind in MOVING:
            last_move = max(last_move, seconds(event.ts))
    opening = state.account.opening
    return _Told(
        state=state,
        stated=tuple(sorted(stated, key=lambda event: (event.ts, event.known_at))),
        last_move=last_move if opening is None else max(last_move, opening[0]),
    )


def _snapshot(house: House, client_id: str, told: _Told, lists: GivenLists, now: datetime) -> Event:
    """All positions just after the last movement, so that each later one still counts."""
    positions = told.state.positions()
    moved_on = day_of(beijing_day(told.last_move))
    earlier = seconds(told.stated[-1].ts) if told.stated else 0
    at = instant(max(told.last_move, earlier) + 1)
    body: dict[str, object] = {
        "as_of": at.date().isoformat(),
        "holdings": list(_holdings(house, told, lists, positions, now)),
    }
    if told.state.cash_fen is not None:
        body["cash_fen"] = told.state.cash_fen
    return Event(
        source=SOURCE,
        source_seq=f"{_prefix(client_id)}{moved_on.isoformat()}:{_digest(lists, told.state)}",
        client_id=client_id,
        ts=at,
        known_at=max(at, now),
        kind="holding_snapshot",
        body=body,
    )


def _digest(lists: GivenLists, state: fold.State) -> str:
    """What was given for which holdings: the same again is the same statement."""
    positions, cash_fen = _held(state)
    digest = blake2b(lists.digest, digest_size=12)
    digest.update(f"|{cash_fen}".encode())
    for code, quantity in positions.items():
        digest.update(f"|{code}={quantity}".encode())
    return digest.hexdigest()


def _holdings(
    house: House, told: _Told, lists: GivenLists, positions: Mapping[str, int], now: datetime
) -> Iterator[Mapping[str, object]]:
    before = _stated_prices(told.stated)
    sectors = {**_stated_sectors(told.stated), **lists.sectors}
    today = max(now.astimezone(BEIJING).date(), day_of(beijing_day(told.last_move)))
    for code, quantity in positions.items():
        holding: dict[str, object] = {"code": code, "quantity": _plain(Decimal(quantity) / E4)}
        product, item = house.book.products.get(code), told.state.item(code)
        name = product.name if product is not None else told.state.name_of(code)
        kind = product.kind if product is not None else None if item is None else item.kind
        if name:
            holding["name"] = name
        if kind and kind != "unknown":
            holding["kind"] = kind
        price = _price(house, told.state, code, (lists.prices.get(code), before.get(code)), (today, now))
        if price is not None:
            holding |= {"price": _plain(price.price), "price_date": price.day.isoformat()}
        sector = sectors.get(code) or (None if item is None else item.sector)
        if sector:
            holding["sector"] = sector
        if code not in sectors and item is not None and item.look_through:
            holding["look_through"] = dict(item.look_through)
        yield holding


def _price(
    house: House,
    state: fold.State,
    code: str,
    told: tuple[GivenPrice | None, _Dated | None],
    clock: tuple[date, datetime],
) -> _Dated | None:
    """Our own market's close where there is one; else the newest of what was given, stated and traded."""
    given, stated = told
    today, now = clock
    close = house.market.last_close(code, previous_close(house, now))
    if close is not None:
        return _Dated(close[1], close[0])
    traded = state.last_price(code)
    found = [
        *([_Dated(given.day or today, given.price)] if given is not None else []),
        *([stated] if stated is not None else []),
        *([_Dated(day_of(traded[1]), traded[0])] if traded is not None else []),
    ]
    return max(found, key=lambda price: price.day, default=None)


def _stated_prices(stated: Sequence[Event]) -> dict[str, _Dated]:
    """The newest price of each code that was stated before."""
    found: dict[str, _Dated] = {}
    for holding in _listed(stated):
        code, price, day = str(holding["code"]), holding.get("price"), holding.get("price_date")
        if price is not None and day is not None:
            told = _Dated(date.fromisoformat(str(day)), Decimal(str(price)))
            if code not in found or found[code].day <= told.day:
                found[code] = told
    return found


def _stated_sectors(stated: Sequence[Event]) -> dict[str, str]:
    return {
        str(holding["code"]): str(holding["sector"]) for holding in _listed(stated) if holding.get("sector")
    }


def _listed(stated: Sequence[Event]) -> Iterator[Mapping[str, object]]:
    for event in stated:
        holdings = event.body["holdings"]
        yield from holdings if isinstance(holdings, list) else ()


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}" if value else "0"
