from datetime import date

import pytest

from tongxing.domain.book import Rulebook, RuleMissingError
from tongxing.domain.market import UnknownInstrumentError
from tongxing.market.boards import Board, board_of, words_or_none

DAY = date(2026, 5, 6)


@pytest.mark.parametrize(
    ("code", "board"),
    [
        ("600519", Board.MAIN),
        ("000001", Board.MAIN),
        ("002594", Board.MAIN),
        ("300750", Board.CHINEXT),
        ("301001", Board.CHINEXT),
        ("688981", Board.STAR),
        ("430047", Board.BSE),
        ("830799", Board.BSE),
        ("920002", Board.BSE),
        ("510300", Board.FUND_SHANGHAI),
        ("588000", Board.FUND_SHANGHAI),
        ("159928", Board.FUND_SHENZHEN),
        ("161005", Board.FUND_SHENZHEN),
        ("F00001", Board.OFF_EXCHANGE),
    ],
)
def test_a_code_prefix_names_the_board(rules: Rulebook, code: str, board: Board) -> None:
    assert board_of(code, DAY, rules) is board


@pytest.mark.parametrize("code", ["700001", "019547", "110059", "", "XYZ"])
def test_an_unknown_code_has_no_board_by_default(rules: Rulebook, code: str) -> None:
    with pytest.raises(UnknownInstrumentError, match="no board is known"):
        board_of(code, DAY, rules)


def test_a_board_does_not_exist_before_it_opened(rules: Rulebook) -> None:
    with pytest.raises(UnknownInstrumentError):
        board_of("688981", date(2019, 7, 19), rules)
    assert board_of("688981", date(2019, 7, 22), rules) is Board.STAR


def test_a_rule_that_is_not_in_the_book_is_an_error_and_not_an_empty_list() -> None:
    with pytest.raises(RuleMissingError):
        words_or_none("board_prefixes_main", DAY, Rulebook(rows={}))
