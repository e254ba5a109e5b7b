"""The hours of a trading day, by date: auctions, continuous trading, quiet minutes, trading at the close."""

from datetime import date, datetime, time
from enum import StrEnum
from functools import lru_cache

from tongxing.domain.book import Rulebook
from tongxing.domain.clock import BEIJING
from tongxing.market.boards import Board, Status, board_of, matched, words_or_none

WINDOW_PARTS = 2


class Phase(StrEnum):
    """What the exchange is doing at an instant."""

    CLOSED = "closed"
    OPENING_AUCTION = "opening_auction"
    QUIET = "quiet"
    CONTINUOUS = "continuous"
    CLOSING_AUCTION = "closing_auction"
    AFTER_HOURS = "after_hours"
    """Orders meet at the day's closing price."""


def phase(
    code: str, at: datetime, rules: Rulebook, *, session: bool, status: Status = Status.NORMAL
) -> Phase:
    """What a code's market is doing at a zoned instant; `session` says whether the exchange opens that day.

    Raises:
        UnknownInstrumentError: no board is known for the code.
        ValueError: the instant has no zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"instant without zone: {at.isoformat()}")
    local = at.astimezone(BEIJING)
    on, now = local.date(), local.time()
    board = board_of(code, on, rules)
    if not session or board is Board.OFF_EXCHANGE:
        return Phase.CLOSED
    if _inside(now, rules.words("sessions_opening_auction", on)):
        return Phase.OPENING_AUCTION
    if _inside(now, _closing_auction(code, board, on, rules)):
        return Phase.CLOSING_AUCTION
    continuous = rules.words("sessions", on)
    if _inside(now, continuous):
        return Phase.CONTINUOUS
    after_hours = _after_hours(board, on, rules, status)
    if _inside(now, after_hours):
        return Phase.AFTER_HOURS
    return Phase.QUIET if _between(now, on, continuous, after_hours, rules) else Phase.CLOSED


def may_cancel(at: datetime, rules: Rulebook) -> bool:
    """Whether an order may be withdrawn at this instant of a session."""
    local = at.astimezone(BEIJING)
    return not _inside(local.time(), rules.words("sessions_no_cancel", local.date()))


def _closing_auction(code: str, board: Board, on: date, rules: Rulebook) -> tuple[str, ...]:
    if board is Board.BSE:
        return words_or_none("sessions_closing_auction_bse", on, rules)
    if matched(code, rules.words("prefixes_shenzhen", on)):
        return words_or_none("sessions_closing_auction_shenzhen", on, rules)
    kind = "fund" if board.is_fund else "stock"
    return words_or_none(f"sessions_closing_auction_{kind}_shanghai", on, rules)


def _after_hours(board: Board, on: date, rules: Rulebook, status: Status) -> tuple[str, ...]:
    if status in words_or_none("after_hours_excludes", on, rules):
        return ()
    return words_or_none(f"sessions_after_hours_{'fund' if board.is_fund else board}", on, rules)


def _between(
    now: time, on: date, continuous: tuple[str, ...], after_hours: tuple[str, ...], rules: Rulebook
) -> bool:
    """The minutes between two phases of a day, the lunch break excepted: orders are taken, nothing trades."""
    auction_end = _bounds(rules.words("sessions_opening_auction", on)[-1])[1]
    day_end = _bounds(continuous[-1])[1]
    before_open = auction_end <= now < _bounds(continuous[0])[0]
    before_after_hours = bool(after_hours) and day_end <= now < _bounds(after_hours[0])[0]
    return before_open or before_after_hours


def _inside(now: time, windows: tuple[str, ...]) -> bool:
    return any(start <= now < end for start, end in map(_bounds, windows))


@lru_cache(maxsize=256)
def _bounds(window: str) -> tuple[time, time]:
    """The two times of `09:30-11:30`; raises `ValueError` on anything else."""
    parts = window.split("-")
    if len(parts) != WINDOW_PARTS:
        raise ValueError(f"hours are written 09:30-11:30, not {window!r}")
    start, end = time.fromisoformat(parts[0]), time.fromisoformat(parts[1])
    if start >= end:
        raise ValueError(f"hours end after they begin: {window!r}")
    return start, end
