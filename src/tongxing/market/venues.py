"""Who stands on the other side of a trade: an exchange names nobody, so venue and clearing house do."""

from datetime import date

from tongxing.domain.book import Rulebook, RuleMissingError
from tongxing.domain.market import UnknownInstrumentError
from tongxing.market.boards import Board, board_of

SHANGHAI, SHENZHEN, BEIJING = "XSHG", "XSHE", "BJSE"
"""Market identifier codes (ISO 10383)."""
CLEARING = "CSDC"
"""China Securities Depository and Clearing, central counterparty of the three exchanges."""
REGISTRAR = "fund registrar"
_OF_BOARD = {
    Board.STAR: SHANGHAI,
    Board.FUND_SHANGHAI: SHANGHAI,
    Board.CHINEXT: SHENZHEN,
    Board.FUND_SHENZHEN: SHENZHEN,
    Board.BSE: BEIJING,
}
SHANGHAI_MAIN = "6"


def counterparty(code: str, on: date, rules: Rulebook) -> tuple[str, str]:
    """(venue, clearing house) of a dealing in a code on a day; empty where no board of the book has it."""
    try:
        board = board_of(code, on, rules)
    except (UnknownInstrumentError, RuleMissingError):
        return "", ""
    if board is Board.OFF_EXCHANGE:
        return "", REGISTRAR
    if board is Board.MAIN:
        return (SHANGHAI if code.startswith(SHANGHAI_MAIN) else SHENZHEN), CLEARING
    return _OF_BOARD[board], CLEARING
