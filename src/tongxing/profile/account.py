"""What a client holds: the last snapshot and every movement after it, whatever order they arrive in.

A sale of more than was known to be held means the opening was not known: what is held is then what the
movements need at least, so no holding and no cash is ever negative.
"""

from bisect import insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tongxing.domain.clock import BEIJING_OFFSET_SECONDS, DAY_SECONDS, beijing_day
from tongxing.profile.codes import PRICE_PLACES, QUANTITY_PLACES, day_in, integer, scaled
from tongxing.profile.rows import holding_value_fen
from tongxing.profile.tiles import Key

MOVES_KEPT_DAYS = 120
"""Movements older than this are added up; a snapshot that arrives later than this may be placed wrongly."""
MOVES_TRIM_OVER = 64
MOVES_KEPT_MAX = 2_000
"""Of a client who moves more than this within those days the older movements are added up as well."""
CASH = ""
"""Movements of cash stand under this name, in fen; others under their product code, in 0.0001 share."""

Move = tuple[int, str, int]
"""(instant, code or CASH, change)."""


@dataclass(slots=True)
class Item:
    """What a snapshot said of one product."""

    name: str = ""
    kind: str = "unknown"
    sector: str | None = None
    look_through: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Account:
    """Holdings and cash of one client."""

    opening: Key | None = None
    """Key of the last snapshot; its first part is the instant it speaks of."""
    opening_day: int | None = None
    shares: dict[str, int] = field(default_factory=dict)
    cash_fen: int | None = None
    items: dict[str, Item] = field(default_factory=dict)
    prices: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Code -> (instant, price in 0.000001 CNY) of the last trade, confirmation or snapshot."""
    summed: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Code or CASH -> (sum, lowest running sum) of movements that are no longer kept one by one."""
    summed_until: int = 0
    moves: list[Move] = field(default_factory=list)
    """In order of time."""
    first_money: tuple[int, int] | None = None
    """(instant, 0 for money brought in by bank and 1 for anything else) of the earliest movement of cash."""
    counted: int = field(default=0, compare=False)
    """How many of `moves` are in `running`; never in the middle of an instant."""
    trimmed: int | None = field(default=None, compare=False)
    """The last movement when `trim` last ran: without a later one there is nothing to trim."""
    running: dict[str, tuple[int, int]] | None = field(default=None, compare=False)
    """Sums over the counted movements, kept so that each movement is added once; None: count anew."""

    @property
    def blank(self) -> bool:
        """Whether nothing at all is on record."""
        return self.opening is None and not self.moves and not self.summed

    def move(self, ts: int, code: str, change: int) -> None:
        """Add a movement unless the snapshot knows it already."""
        if self.opening is not None and ts < self.opening[0]:
            return
        move = (ts, code, change)
        if self.moves and move < self.moves[-1]:
            if self.counted and ts <= self.moves[self.counted - 1][0]:
                self.counted, self.running = 0, None
            insort(self.moves, move)
        else:
            self.moves.append(move)
        count = len(self.moves)
        if count > MOVES_TRIM_OVER and self.moves[0][0] < ts - 2 * MOVES_KEPT_DAYS * DAY_SECONDS:
            self.trim()
        elif count > 2 * MOVES_KEPT_MAX:
            self.trimmed = None
            self.trim()

    def money(self, ts: int, change_fen: int, *, brought_in: bool = False) -> None:
        """Add a movement of cash."""
        first = (ts, 0 if brought_in else 1)
        if self.first_money is None or first < self.first_money:
            self.first_money = first
        self.move(ts, CASH, change_fen)

    def price(self, ts: int, code: str, price_e6: int) -> None:
        """Remember a price if it is the last one."""
        found = self.prices.get(code)
        if found is None or (ts, price_e6) > found:
            self.prices[code] = (ts, price_e6)

    def snapshot(self, key: Key, body: Mapping[str, object]) -> None:
        """Start from a snapshot, unless a later one is known.

        It speaks of the end of its day; on the day it was made, of the moment it was made.
        """
        day = day_in(body["as_of"])
        instant = key[0] if beijing_day(key[0]) <= day else _end_of(day)
        holdings = body["holdings"]
        listed = holdings if isinstance(holdings, list) else []
        for holding in listed:
            price_e6 = _snapshot_price(holding)
            if price_e6 is not None:
                self.price(_priced_at(holding, instant), str(holding["code"]), price_e6)
        placed = (instant, *key[1:])
        if self.opening is not None and placed <= self.opening:
            return
        self.opening, self.opening_day = placed, day
        self.shares, self.items = {}, {}
        for holding in listed:
            code = str(holding["code"])
            self.shares[code] = self.shares.get(code, 0) + scaled(holding["quantity"], QUANTITY_PLACES)
            self.items[code] = _item(holding)
        cash = body.get("cash_fen")
        self.cash_fen = None if cash is None else integer(cash)
        self.moves = [move for move in self.moves if move[0] >= instant]
        self.counted, self.running = 0, None
        if self.summed_until <= instant:
            self.summed = {}

    def trim(self) -> None:
        """Add up the movements that are older than the kept days."""
        if not self.moves or self.moves[-1][0] == self.trimmed:
            return
        self.trimmed = self.moves[-1][0]
        until = self.moves[-1][0] - MOVES_KEPT_DAYS * DAY_SECONDS
        if len(self.moves) > MOVES_KEPT_MAX:
            until = max(until, self.moves[-MOVES_KEPT_MAX][0])
        old = [move for move in self.moves if move[0] < until]
        if old:
            self.summed = _running(self.summed, old)
            self.summed_until = max(self.summed_until, old[-1][0])
            self.moves = self.moves[len(old) :]
            if self.counted >= len(old):
                self.counted -= len(old)
            else:
                self.counted, self.running = 0, None
        held = self.shares.keys() | self.summed.keys() | {code for _ts, code, _change in self.moves}
        for code in self.prices.keys() - held:
            if self.prices[code][0] < until:
                del self.prices[code]

    def codes(self) -> frozenset[str]:
        """Every product (and CASH) the kept record names, held or not: cheaper to know than what is held."""
        return frozenset((*self.shares, *self.summed, *(code for _ts, code, _change in self.moves)))

    def sums(self) -> Mapping[str, tuple[int, int]]:
        """(sum, lowest running sum) by code or CASH, of all movements."""
        if self.running is None:
            self.counted, self.running = 0, dict(self.summed)
        last = len(self.moves)
        while last > self.counted and self.moves[last - 1][0] == self.moves[-1][0]:
            last -= 1
        if last > self.counted:
            self.running = _running(self.running, self.moves[self.counted : last])
            self.counted = last
        return _running(self.running, self.moves[last:]) if last < len(self.moves) else self.running

    def positions(self) -> dict[str, int]:
        """Code -> quantity in 0.0001 share, only what is held, in order of codes."""
        sums = self.sums()
        found: dict[str, int] = {}
        for code in sorted(self.shares.keys() | sums.keys()):
            if code == CASH:
                continue
            total, low = sums.get(code, (0, 0))
            start = self.shares.get(code, 0)
            quantity = start + total - min(0, start + low)
            if quantity > 0:
                found[code] = quantity
        return found

    def cash(self) -> int | None:
        """Cash in fen; None where it cannot be known.

        It is known from a snapshot, or when the record of cash begins with money brought in and never
        falls below nothing.
        """
        total, low = self.sums().get(CASH, (0, 0))
        if self.opening is not None:
            return None if self.cash_fen is None else max(0, self.cash_fen + total)
        begins_empty = self.first_money is not None and self.first_money[1] == 0
        return total if begins_empty and low >= 0 else None


def joint_positions(accounts: Iterable[Account]) -> dict[str, int]:
    """What several accounts hold together, in order of codes."""
    found: dict[str, int] = {}
    for account in accounts:
        for code, quantity in account.positions().items():
            found[code] = found.get(code, 0) + quantity
    return dict(sorted(found.items()))


def joint_cash(accounts: Iterable[Account]) -> int | None:
    """Cash of several accounts in fen; None where that of one with any record is not known."""
    known = [account.cash() for account in accounts if not account.blank]
    return None if not known or None in known else sum(cash for cash in known if cash is not None)


def joint_prices(accounts: Iterable[Account]) -> dict[str, tuple[int, int]]:
    """The last price of each product in any of several accounts."""
    found: dict[str, tuple[int, int]] = {}
    for account in accounts:
        for code, priced in account.prices.items():
            found[code] = max(priced, found.get(code, priced))
    return found


def _running(summed: Mapping[str, tuple[int, int]], moves: Iterable[Move]) -> dict[str, tuple[int, int]]:
    """(sum, lowest running sum) by code, on top of `summed`; movements of one instant count together."""
    totals = {code: pair[0] for code, pair in summed.items()}
    lows = {code: pair[1] for code, pair in summed.items()}
    instant, fallen = None, ""
    for ts, code, change in moves:
        if ts != instant or code != fallen:
            if fallen in totals and totals[fallen] < lows[fallen]:
                lows[fallen] = totals[fallen]
            instant, fallen = ts, code
        totals[code] = totals.get(code, 0) + change
        lows.setdefault(code, 0)
    if fallen in totals and totals[fallen] < lows[fallen]:
        lows[fallen] = totals[fallen]
    return {code: (total, lows[code]) for code, total in totals.items()}


def _priced_at(holding: Mapping[str, object], snapshot_at: int) -> int:
    """A price counts from the close it is of, where the snapshot says so."""
    day = holding.get("price_date")
    return snapshot_at if day is None else _end_of(day_in(day))


def _end_of(day: int) -> int:
    return (day + 1) * DAY_SECONDS - BEIJING_OFFSET_SECONDS


def _item(holding: Mapping[str, object]) -> Item:
    sector, inside = holding.get("sector"), holding.get("look_through")
    return Item(
        name=str(holding.get("name") or ""),
        kind=str(holding.get("kind") or "unknown"),
        sector=None if sector is None else str(sector),
        look_through={str(name): integer(ppm) for name, ppm in inside.items()}
        if isinstance(inside, Mapping)
        else {},
    )


def _snapshot_price(holding: Mapping[str, object]) -> int | None:
    """The price of a holding, or what its value makes for one unit, half up."""
    value = holding_value_fen(holding)
    quantity = scaled(holding["quantity"], QUANTITY_PLACES)
    if value is None or quantity <= 0:
        return None
    if holding.get("price") is not None:
        return scaled(holding["price"], PRICE_PLACES)
    return (2 * value * 10**8 + quantity) // (2 * quantity)
