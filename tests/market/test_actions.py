from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest

from tongxing.domain.clock import day_of
from tongxing.market.actions import parse_dividends, parse_splits, place_dividends, place_splits
from tongxing.market.coding import HistoryFormatError
from tongxing.market.history import Market

LIMIT_PPM = 101_000
"""10 % and the rounding of prices to the tick."""


def test_no_daily_return_of_any_fund_exceeds_its_price_limit(market: Market) -> None:
    count = 0
    for code in market.codes():
        sessions = market.sessions(date(2012, 5, 28), market.last_session)
        traded = [day for day in sessions if market.bar(code, day) is not None]
        for before, day in pairwise(traded):
            change = market.total_return_ppm(code, before, day)
            assert change is not None
            assert abs(change) <= LIMIT_PPM, (code, day, change)
            count += 1
    assert count > 39_000


def test_joining_splits_by_their_printed_date_would_break_the_limit(market: Market) -> None:
    """The control of the test above: the naive join leaves days of more than 40 % both ways."""
    stated = {split.base_day: split for splits in market._splits.values() for split in splits}
    leaps = []
    for code in market.codes():
        sessions = market.sessions(date(2012, 5, 28), market.last_session)
        bars = [bar for day in sessions if (bar := market.bar(code, day)) is not None]
        for before, bar in pairwise(bars):
            split = stated.get(bar.day)
            ratio = split.ratio if split is not None and split.code == code else Fraction(1)
            leaps.append(float(bar.close_mil * ratio / before.close_mil - 1))
    assert min(leaps) < -0.74
    assert max(leaps) > 1.0


@pytest.mark.parametrize(
    ("code", "day", "ratio"),
    [
        ("510500", date(2015, 4, 15), Fraction(2803, 10_000)),
        ("510500", date(2022, 8, 29), Fraction(11_454, 10_000)),
        ("512010", date(2021, 6, 28), Fraction(4)),
        ("159928", date(2021, 6, 25), Fraction(4)),
        ("513100", date(2022, 1, 14), Fraction(5)),
        ("512800", date(2025, 7, 7), Fraction(2)),
        ("512480", date(2026, 7, 3), Fraction(2)),
    ],
)
def test_a_split_takes_effect_on_the_day_its_price_shows_it(
    market: Market, code: str, day: date, ratio: Fraction
) -> None:
    split = market.split_on(code, day)
    assert split is not None
    assert (split.day, split.ratio) == (day, ratio)
    assert market.split_on(code, market.previous_session(day)) is None


def test_a_split_before_the_first_price_is_not_applied(market: Market) -> None:
    days = market.sessions(date(2013, 7, 20), date(2013, 8, 20))  # 518880 was converted before its listing
    assert [day for day in days if market.split_on("518880", day)] == []


def test_dividends_fall_on_their_ex_day_and_zero_ones_are_left_out(market: Market) -> None:
    dividend = market.dividend_on("510300", date(2026, 1, 19))
    assert dividend is not None
    assert (dividend.per_share, dividend.payment_day) == (Decimal("0.1230"), date(2026, 1, 27))
    assert market.dividend_on("512690", date(2026, 1, 16)) is None
    assert market.dividend_on("512690", date(2021, 12, 31)) is not None


def test_a_dividend_on_a_closed_day_waits_for_the_next_one() -> None:
    stated = parse_dividends("code,ex_date,per_share_e4,payment_date\n510300,1970-01-06,500,1970-01-20\n")
    placed = place_dividends(stated["510300"], [1, 2, 8, 9])
    assert {day: dividend.ex_day for day, dividend in placed.items()} == {8: day_of(8)}


def test_two_dividends_of_one_day_are_added() -> None:
    line = "510300,1970-01-03,500,1970-01-20\n"
    stated = parse_dividends(f"code,ex_date,per_share_e4,payment_date\n{line}{line}")
    assert place_dividends(stated["510300"], [1, 2, 3])[2].per_share == Decimal("0.1")


def test_a_split_is_placed_where_the_price_stands_stillest() -> None:
    stated = parse_splits("code,base_date,ratio_e4\n510300,1970-01-06,20000\n")["510300"]
    assert list(place_splits(stated, [4, 5, 6, 7], [1000, 1010, 1005, 500])) == [7]
    assert list(place_splits(stated, [4, 6, 7, 8], [1000, 510, 505, 500])) == [6]
    assert list(place_splits(stated, [6, 7, 8], [1000, 500, 500])) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("code,date\n", "splits.csv line 1"),
        ("code,base_date,ratio_e4\n510300,2020-13-01,20000\n", "splits.csv line 2"),
        ("code,base_date,ratio_e4\n510300,2020-01-02,0\n", "splits.csv line 2: a ratio is above zero"),
        ("code,base_date,ratio_e4\n510300,2020-01-02\n", "splits.csv line 2: expected"),
    ],
)
def test_a_broken_split_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(HistoryFormatError, match=words):
        parse_splits(text)
