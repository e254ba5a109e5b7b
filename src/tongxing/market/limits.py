"""How far a price may move in a day, in which steps, and in which quantities it is traded."""

from datetime import date

from tongxing.domain.book import Rulebook
from tongxing.domain.market import PriceLimits, UnknownInstrumentError
from tongxing.market.boards import Board, Status, board_of, matched, words_or_none

BP = 10_000


def limit_bp(code: str, on: date, rules: Rulebook, *, status: Status = Status.NORMAL) -> int | None:
    """The daily price limit of a code in bp; None only for what has none by nature (off-exchange funds).

    Raises:
        UnknownInstrumentError: neither 10 % nor "no limit" is assumed for what is not known.
    """
    board = board_of(code, on, rules)
    if board is Board.OFF_EXCHANGE:
        return None
    if board.is_fund:
        return _fund_limit_bp(code, on, rules)
    if board is Board.MAIN and status is Status.ST:
        return rules.number("limit_bp_st", on)
    return rules.number(f"limit_bp_{board}", on)


def _fund_limit_bp(code: str, on: date, rules: Rulebook) -> int:
    """A fund that tracks STAR or ChiNext moves further; one on no list is unknown."""
    wide = matched(code, words_or_none("etf_wide_limit_codes", on, rules))
    ordinary = matched(code, words_or_none("etf_limit_codes", on, rules))
    if wide > ordinary:
        return rules.number("limit_bp_etf_wide", on)
    if ordinary:
        return rules.number("limit_bp_etf", on)
    raise UnknownInstrumentError(f"the price limit of fund {code!r} on {on.isoformat()} is unknown")


def limit_free_sessions(board: Board, on: date, rules: Rulebook, *, status: Status = Status.NORMAL) -> int:
    """First sessions after listing (or of the delisting period) that have no limit."""
    if status is Status.DELISTING:
        return rules.number("limit_free_days_delisting", on)
    return rules.number(f"limit_free_days_{board}", on)


def band(reference_mil: int, limit: int, tick: int, rounding: str) -> PriceLimits:
    """The lowest and highest price of a day from its reference price (the close before, ex rights)."""
    up = reference_mil * (BP + limit)
    down = reference_mil * (BP - limit)
    unit = BP * tick
    if rounding == "half_up":
        up_ticks, down_ticks = (2 * up + unit) // (2 * unit), (2 * down + unit) // (2 * unit)
    elif rounding == "inward":
        up_ticks, down_ticks = up // unit, -(-down // unit)
    else:
        raise ValueError(f"unknown rounding of price limits: {rounding!r}")
    # A cheap share may always move by one tick.
    return PriceLimits(
        down_mil=max(tick, min(down_ticks * tick, reference_mil - tick)),
        up_mil=max(up_ticks * tick, reference_mil + tick),
        limit_bp=limit,
    )


def rounding_of(board: Board, on: date, rules: Rulebook) -> str:
    """How limit prices of a board are rounded: `half_up`, or `inward` so that the move never exceeds."""
    return rules.text("limit_rounding_bse" if board is Board.BSE else "limit_rounding", on)


def tick_mil(board: Board, on: date, rules: Rulebook) -> int:
    """The smallest price step in mil: one fen for stocks, a tenth of a fen for funds."""
    return rules.number("tick_mil_fund" if board.is_fund else "tick_mil_stock", on)


def lot(board: Board, on: date, rules: Rulebook) -> int:
    """The smallest order in shares; an odd rest may only be sold whole, as one last sale."""
    return rules.number(f"lot_{_lot_group(board)}", on)


def lot_step(board: Board, on: date, rules: Rulebook) -> int:
    """The shares by which an order grows above the smallest."""
    return rules.number(f"lot_step_{_lot_group(board)}", on)


def settles_same_day(code: str, on: date, rules: Rulebook) -> bool:
    """Whether what is bought today may be sold today (T+0); stocks and stock ETFs: from the next session."""
    return matched(code, rules.words("same_day_codes", on)) > 0


def _lot_group(board: Board) -> str:
    if board in {Board.STAR, Board.BSE, Board.OFF_EXCHANGE}:
        return str(board)
    return "fund" if board.is_fund else "stock"
