from datetime import date, time
from decimal import Decimal

import pytest

from tongxing.intake.cells import (
    Amount,
    BadDayError,
    BadNumberError,
    amount,
    clock_time,
    code,
    moment,
    number,
    word,
)


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("1,234.56", 123_456),
        ("-1,234.56", -123_456),
        ("￥1234.5", 123_450),
        ("-¥ 1,234.50", -123_450),
        ("１２３．４５", 12_345),
        ('="12.30"', 1_230),
        ("'7", 700),
        (".5", 50),
        ("5.", 500),
        ("+3.00", 300),
        ("(12.00)", -1_200),
        ("12.00元", 1_200),
        (" 12.00\t", 1_200),
        ("1.2300", 123),
        ("00012.30", 1_230),
    ],
)
def test_an_amount_is_read_to_the_fen(cell: str, fen: int) -> None:
    assert amount(cell) == Amount(fen, rounded=False)


@pytest.mark.parametrize(("cell", "fen"), [("1.235", 124), ("1.234", 123), ("-1.235", -124)])
def test_fractions_of_a_fen_are_rounded_and_said_to_be(cell: str, fen: int) -> None:
    assert amount(cell) == Amount(fen, rounded=True)


@pytest.mark.parametrize("cell", ["", "--", " - ", "/", "N/A", "无", "——"])
def test_a_placeholder_is_nothing(cell: str) -> None:
    assert amount(cell) is None
    assert number(cell) is None


@pytest.mark.parametrize(
    "cell",
    ["abc", "1e5", "1,23", "12,34.5", "1.2.3", "--5", "一百", "NaN", "inf", "1_000", "٣", "9" * 16, "."],
)
def test_what_is_no_number_is_refused(cell: str) -> None:
    with pytest.raises(BadNumberError):
        amount(cell)
    with pytest.raises(BadNumberError):
        number(cell)


def test_a_quantity_keeps_its_digits() -> None:
    assert number("9,870.26") == Decimal("9870.26")
    assert str(number("1497.000")) == "1497.000"


@pytest.mark.parametrize(
    "cell",
    ["20250303", "2025-03-03", "2025/3/3", "2025.03.03", "2025年3月3日", "２０２５０３０３", '="20250303"'],
)
def test_a_day_is_read_in_every_form(cell: str) -> None:
    assert moment(cell) == (date(2025, 3, 3), None)


@pytest.mark.parametrize(
    "cell", ["2025-03-03 09:31:05", "20250303 09:31:05", "2025-03-03T09:31:05", "2025/3/3 9:31:05"]
)
def test_a_day_may_carry_its_time(cell: str) -> None:
    assert moment(cell) == (date(2025, 3, 3), time(9, 31, 5))


@pytest.mark.parametrize(
    "cell", ["", "--", "20250230", "2025-13-01", "2025-3/3", "250303", "202503033", "2025-03-03x"]
)
def test_what_is_no_day_is_refused(cell: str) -> None:
    with pytest.raises(BadDayError):
        moment(cell)


@pytest.mark.parametrize(
    ("cell", "at"),
    [
        ("09:31:05", time(9, 31, 5)),
        ("9:31", time(9, 31)),
        ("93105", time(9, 31, 5)),
        ("093105", time(9, 31, 5)),
        ("14410380", time(14, 41, 3)),
        ("9310512", time(9, 31, 5)),
        ("144103800", time(14, 41, 3)),
        ("00:00:00", None),
        ("0", None),
        ("", None),
    ],
)
def test_a_time_is_read_in_every_form(cell: str, at: time | None) -> None:
    assert clock_time(cell) == at


@pytest.mark.parametrize("cell", ["25:00:00", "9:61", "noon", "996161"])
def test_what_is_no_time_is_refused(cell: str) -> None:
    with pytest.raises(BadDayError):
        clock_time(cell)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("600519", "600519"),
        ('="600519"', "600519"),
        ("'600519", "600519"),
        ("600519.SH", "600519"),
        ("sh600519", "600519"),
        ("６００５１９", "600519"),
        ("1", "000001"),
        ("00700", "00700"),
        ("000000", ""),
        ("--", ""),
        ("贵州茅台", ""),
    ],
)
def test_a_code_is_read_without_its_armour(cell: str, found: str) -> None:
    assert code(cell) == found


def test_words_are_compared_without_blanks_widths_and_units() -> None:
    assert word(" 证券 买入 ") == "证券买入"
    assert word("成交金额（元）") == "成交金额"
    assert word("借方（收入）") == "借方(收入)"
