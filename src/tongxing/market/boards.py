"""Which board a code trades on, and so which limits, lots and costs hold: by code prefix and date."""

from datetime import date
from enum import StrEnum

from tongxing.domain.book import Rulebook, RuleMissingError
from tongxing.domain.market import UnknownInstrumentError


class Board(StrEnum):
    """Where something trades; off-exchange funds are bought from their issuer at one price a day."""

    MAIN = "main"
    CHINEXT = "chinext"
    STAR = "star"
    BSE = "bse"
    FUND_SHANGHAI = "fund_shanghai"
    FUND_SHENZHEN = "fund_shenzhen"
    OFF_EXCHANGE = "off_exchange"

    @property
    def is_fund(self) -> bool:
        """Whether fund units trade here, on or off the exchange."""
        return self in {Board.FUND_SHANGHAI, Board.FUND_SHENZHEN, Board.OFF_EXCHANGE}


class Status(StrEnum):
    """How a stock stands: it decides the limit, and a code does not tell it."""

    NORMAL = "normal"
    ST = "st"
    DELISTING = "delisting"


def board_of(code: str, on: date, rules: Rulebook) -> Board:
    """The board of a code; raises `UnknownInstrumentError` where no prefix fits, never a default."""
    best: tuple[int, Board] | None = None
    for board in Board:
        length = matched(code, words_or_none(f"board_prefixes_{board}", on, rules))
        if length and (best is None or length > best[0]):
            best = (length, board)
    if best is None:
        raise UnknownInstrumentError(f"no board is known for code {code!r} on {on.isoformat()}")
    return best[1]


def matched(code: str, prefixes: tuple[str, ...]) -> int:
    """Length of the longest of the prefixes that begins the code; 0 when none does."""
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=0)


def words_or_none(rule_id: str, on: date, rules: Rulebook) -> tuple[str, ...]:
    """Words of a rule that lists what exists on a day; before its first row, nothing of it existed."""
    if rule_id not in rules.rows:
        raise RuleMissingError(f"rule {rule_id!r} is not in the book")
    try:
        return rules.words(rule_id, on)
    except RuleMissingError:
        if any(row.valid_from <= on for row in rules.rows[rule_id]):
            raise
        return ()
