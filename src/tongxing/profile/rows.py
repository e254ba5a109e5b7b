"""One event as flat rows of integers: what every engine, in memory or in a lake, computes features from.

A row is `(table, ts, known_at, *columns)`. All its values are integers and none is missing: what is not
known makes no row. Ties between rows are broken by the greatest `(ts, known_at, source, source_seq)`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from tongxing.domain.clock import BEIJING_OFFSET_SECONDS, DAY_SECONDS
from tongxing.domain.event import Event
from tongxing.domain.pages import WordTable
from tongxing.profile import codes
from tongxing.profile.codes import Act, Dealing, Money, Side, Stated, day_in, integer
from tongxing.profile.words import reader

Row: TypeAlias = tuple[int, ...]
Columns: TypeAlias = tuple[int, ...]

FIRST_COLUMN = 3
CLOSE_SECONDS = 15 * 3600
"""A valuation speaks of the close of its day."""
PASS_SCORE = 60
"""A course without a score counts as passed when it is done."""


@dataclass(frozen=True, slots=True)
class Table:
    """A kind of row: its number, its columns, and whether only the last row of a Beijing day counts."""

    number: int
    name: str
    columns: tuple[str, ...]
    coded: int
    """How many of the first columns hold codes of a small set: conditions are written over these."""
    daily: bool = False

    def place(self, column: str) -> int:
        """Where a column stands in a row."""
        return FIRST_COLUMN + self.columns.index(column)


ACT = Table(0, "act", ("kind", "detail"), coded=2)
TRADE = Table(1, "trade", ("kind", "side", "code", "gross_fen", "fees_fen"), coded=2)
CASH = Table(2, "cash", ("kind", "amount_fen"), coded=1)
VALUED = Table(
    3, "valued", ("value_fen", "unit_ppm", "cash_fen", "flow_fen", "max_sector_ppm"), coded=0, daily=True
)
STATED = Table(4, "stated", ("kind", "value"), coded=1)
SNAPSHOT = Table(5, "snapshot", ("cash_known", "value_fen", "cash_fen"), coded=1)
TABLES = (ACT, TRADE, CASH, VALUED, STATED, SNAPSHOT)

_MONEY = {
    "bank": Money.BANK,
    "dividend": Money.DIVIDEND,
    "interest": Money.INTEREST,
    "fee": Money.FEE,
    "tax": Money.TAX,
}
_FUND_SIDES = {"subscribe": Side.BUY, "redeem": Side.SELL, "convert": Side.SELL, "reinvest": Side.NEITHER}
_PLAIN_ACTS = {
    "logged_in": Act.LOGIN,
    "viewed": Act.VIEW,
    "opened": Act.OPEN,
    "dismissed": Act.DISMISS,
    "subscribed_ipo": Act.IPO,
}
_WORDED_ACTS = {"searched": Act.SEARCH, "asked": Act.ASK, "posted": Act.POST}


def rows(event: Event, words: WordTable) -> tuple[Row, ...]:
    """Every row an event makes; most kinds make one, some none."""
    ts = int(event.ts.timestamp())
    return rows_at(event, ts, max(ts, int(event.known_at.timestamp())), words)


def rows_at(event: Event, ts: int, known_at: int, words: WordTable) -> tuple[Row, ...]:
    """The same, when the instants are known as whole seconds already.

    A valuation stands at the close it speaks of, whenever it was made: of two for one day the one known
    later is the last.
    """
    make = _MAKERS.get(event.kind)
    if make is None:
        return ()
    if event.kind == "day_valued":
        ts = min(ts, close_of(day_in(event.body["date"])))
    return tuple([(table.number, ts, known_at, *columns) for table, columns in make(event, words)])


def close_of(day: int) -> int:
    """Epoch seconds of the close of a Beijing day."""
    return day * DAY_SECONDS - BEIJING_OFFSET_SECONDS + CLOSE_SECONDS


Made: TypeAlias = list[tuple[Table, Columns]]


def _plain_act(event: Event, _words: WordTable) -> Made:
    return [(ACT, (_PLAIN_ACTS[event.kind], 0))]


def _worded_act(event: Event, words: WordTable) -> Made:
    text = str(event.body["text"])
    read = reader(words)
    made: Made = [(ACT, (_WORDED_ACTS[event.kind], 0))]
    if event.kind != "posted":
        made.extend((ACT, (Act.MENTION, topic)) for topic in read.topics_of(text))
    if event.kind != "searched":
        degree = read.degree_of(text)
        if degree:
            made.append((ACT, (Act.DISTRESS, degree)))
    return made


def _distress(event: Event, _words: WordTable) -> Made:
    return [(ACT, (Act.DISTRESS, codes.DEGREES[str(event.body["degree"])]))]


def _course(event: Event, _words: WordTable) -> Made:
    score = event.body.get("score")
    passed = score is None or integer(score) >= PASS_SCORE
    return [(ACT, (Act.COURSE, codes.COURSE_PASSED if passed else codes.COURSE_FAILED))]


def _trade(event: Event, _words: WordTable) -> Made:
    body = event.body
    side = Side.BUY if body["side"] == "buy" else Side.SELL
    return [(TRADE, (Dealing.EXCHANGE, side, *_amounts(body)))]


def _fund(event: Event, _words: WordTable) -> Made:
    body = event.body
    fixed = codes.scaled(body["nav"], codes.PRICE_PLACES) == 10**codes.PRICE_PLACES
    kind = Dealing.CASH_FUND if fixed else Dealing.FUND
    return [(TRADE, (kind, _FUND_SIDES[str(body["side"])], *_amounts(body)))]


def _amounts(body: Mapping[str, object]) -> Columns:
    return (
        codes.code_number(str(body["code"])),
        integer(body["gross_fen"]),
        integer(body.get("fees_fen", 0)),
    )


def _cash(event: Event, _words: WordTable) -> Made:
    body = event.body
    amount = integer(body["amount_fen"])
    return [
        (
            CASH,
            (_MONEY.get(str(body["reason"]), Money.OTHER), amount if body["direction"] == "in" else -amount),
        )
    ]


def _valued(event: Event, _words: WordTable) -> Made:
    body = event.body
    sectors = body["sector_ppm"]
    largest = max(sectors.values(), default=0) if isinstance(sectors, Mapping) else 0
    numbers = [integer(body[name]) for name in ("value_fen", "unit_ppm", "cash_fen", "flow_fen")]
    return [(VALUED, (*numbers, largest))]


def _income(event: Event, _words: WordTable) -> Made:
    return [(STATED, (Stated.INCOME, integer(event.body["month_fen"])))]


def _registered(event: Event, _words: WordTable) -> Made:
    opened = event.body.get("opened_on")
    return [] if opened is None else [(STATED, (Stated.OPENED, day_in(opened)))]


def _account_facts(event: Event, _words: WordTable) -> Made:
    kinds = (
        (Stated.MEAN_ASSETS, "mean_assets_20d_fen"),
        (Stated.TURNOVER, "turnover_annual_bp"),
        (Stated.MARGIN_DEBT, "margin_debt_fen"),
    )
    return [
        (STATED, (kind, integer(event.body[name])))
        for kind, name in kinds
        if event.body.get(name) is not None
    ]


def _snapshot(event: Event, _words: WordTable) -> Made:
    cash = event.body.get("cash_fen")
    holdings = event.body["holdings"]
    value = sum(holding_value_fen(one) or 0 for one in holdings) if isinstance(holdings, list) else 0
    cash_fen = 0 if cash is None else integer(cash)
    return [(SNAPSHOT, (int(cash is not None), value + cash_fen, cash_fen))]


def holding_value_fen(holding: Mapping[str, object]) -> int | None:
    """What a holding of a snapshot was worth in fen, as stated or by its price, half up; None if unsaid."""
    value = holding.get("value_fen")
    if value is not None:
        return integer(value)
    price = holding.get("price")
    if price is None:
        return None
    quantity_e4 = codes.scaled(holding["quantity"], codes.QUANTITY_PLACES)
    return value_of(quantity_e4, codes.scaled(price, codes.PRICE_PLACES))


def value_of(quantity_e4: int, price_e6: int) -> int:
    """Quantity times price in fen, half up."""
    return (quantity_e4 * price_e6 + 50_000_000) // 100_000_000


_MAKERS: dict[str, Callable[[Event, WordTable], Made]] = {
    **dict.fromkeys(_PLAIN_ACTS, _plain_act),
    **dict.fromkeys(_WORDED_ACTS, _worded_act),
    "distress_seen": _distress,
    "course_done": _course,
    "trade": _trade,
    "fund_confirmed": _fund,
    "cash_moved": _cash,
    "day_valued": _valued,
    "income_stated": _income,
    "client_registered": _registered,
    "client_changed": _registered,
    "account_facts": _account_facts,
    "holding_snapshot": _snapshot,
}
