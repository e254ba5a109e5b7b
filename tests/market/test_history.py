from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import tongxing
from tongxing.adapters import market_files
from tongxing.domain.book import Rulebook, RuleMissingError
from tongxing.market import manifest
from tongxing.market.coding import HistoryFormatError
from tongxing.market.generated import texts as generated_texts
from tongxing.market.history import Market, build
from tongxing.service.ports import Market as MarketPort

CALENDAR = (Path(tongxing.__file__).parent / "book" / "calendars" / "xshg.csv").read_text(encoding="utf-8")
DAY = date(2026, 5, 6)


@pytest.fixture(scope="session")
def invented(market: Market, rules: Rulebook) -> Market:
    return build(texts=invented_texts(market, seed=7), calendar_text=CALENDAR, rules=rules)


def invented_texts(market: Market, *, seed: int) -> Mapping[str, str]:
    sessions = market.sessions(date(2024, 1, 2), date(2025, 12, 31))
    return generated_texts(np.random.default_rng(seed), sessions=sessions)


def test_the_shipped_market_is_what_the_use_cases_ask_for(market: Market) -> None:
    asked: MarketPort = market
    assert (asked.first_session, asked.last_session) == (date(2012, 5, 28), date(2026, 8, 3))
    assert len(asked.codes()) == 15


def test_a_known_bar_is_exact(market: Market) -> None:
    bar = market.bar("510300", date(2012, 5, 29))
    assert bar is not None
    assert (bar.open_mil, bar.high_mil, bar.low_mil, bar.close_mil) == (2602, 2661, 2602, 2644)
    assert (bar.volume_lots, bar.amount_fen) == (7_149_490, 187_559_336_000)


def test_a_day_without_trade_has_no_bar_but_a_last_close(market: Market) -> None:
    holiday = date(2026, 5, 4)
    assert market.bar("510300", holiday) is None
    found = market.last_close("510300", holiday)
    friday = market.bar("510300", date(2026, 4, 30))
    assert friday is not None
    assert found == (Decimal(friday.close_mil) / 1000, date(2026, 4, 30))
    assert market.last_close("510300", date(2012, 5, 25)) is None


def test_what_is_not_shipped_has_no_price(market: Market) -> None:
    assert market.bar("600519", DAY) is None
    assert market.last_close("600519", DAY) is None
    assert market.total_return_ppm("600519", DAY, DAY) is None
    assert market.split_on("600519", DAY) is None
    assert market.dividend_on("600519", DAY) is None


def test_a_total_return_joins_dividends_at_the_ex_close(market: Market) -> None:
    before, on = date(2026, 1, 16), date(2026, 1, 19)
    first, last = market.bar("510300", before), market.bar("510300", on)
    assert first is not None
    assert last is not None
    expected = (last.close_mil + 123) / first.close_mil - 1
    assert market.total_return_ppm("510300", before, on) == pytest.approx(expected * 1e6, abs=0.51)


def test_a_total_return_joins_a_split(market: Market) -> None:
    before, on = date(2025, 7, 3), date(2025, 7, 7)
    first, last = market.bar("512800", before), market.bar("512800", on)
    assert first is not None
    assert last is not None
    expected = 2 * last.close_mil / first.close_mil - 1
    assert market.total_return_ppm("512800", before, on) == pytest.approx(expected * 1e6, abs=0.51)
    assert abs(expected) < 0.1


def test_returns_multiply_over_any_middle_day(market: Market) -> None:
    start, middle, end = date(2021, 5, 6), date(2021, 12, 31), date(2026, 8, 3)
    for code in market.codes():
        whole = market.total_return_ppm(code, start, end)
        parts = (market.total_return_ppm(code, start, middle), market.total_return_ppm(code, middle, end))
        assert whole is not None
        assert parts[0] is not None
        assert parts[1] is not None
        joined = (1 + parts[0] / 1e6) * (1 + parts[1] / 1e6) - 1
        assert joined * 1e6 == pytest.approx(whole, abs=8)


def test_a_return_backwards_in_time_is_none(market: Market) -> None:
    assert market.total_return_ppm("510300", DAY, DAY - timedelta(days=30)) is None
    assert market.index_change_ppm("000300", DAY, DAY - timedelta(days=1)) is None


def test_index_closes_and_changes_are_those_of_the_exchange(market: Market) -> None:
    assert market.index_close("000300", date(2013, 1, 4)) == Decimal("2524.409")
    assert market.index_close("000300", date(2013, 1, 5)) is None
    assert market.index_close("399006", DAY) is None
    assert market.index_change_ppm("000300", date(2013, 1, 4), date(2013, 1, 7)) == 4586
    assert market.index_change_ppm("000300", date(2013, 1, 5), date(2013, 1, 7)) is None


def test_a_yield_is_known_until_it_is_stale(market: Market) -> None:
    assert market.yield_bp("10y", date(2013, 1, 4)) == Decimal("360.62")
    assert market.yield_bp("30y", date(2013, 1, 5)) == Decimal("420.26")
    assert market.yield_bp("5y", DAY) is None
    assert market.yield_bp("10y", date(2013, 1, 3)) is None
    assert market.yield_bp("10y", date(2026, 8, 6) + timedelta(days=16)) is None


def test_a_fund_value_is_not_told_before_it_is_published(market: Market) -> None:
    """At the close of a day the latest published value is the one of the session before."""
    found = market.last_close("F00003", DAY)
    assert found is not None
    assert found[1] == date(2026, 4, 30)
    assert found[0] == market.fund_nav("F00003", date(2026, 4, 30))


def test_a_fund_bar_is_its_value_to_the_mil(market: Market) -> None:
    bar, nav = market.bar("F00002", DAY), market.fund_nav("F00002", DAY)
    assert bar is not None
    assert nav is not None
    assert abs(Decimal(bar.close_mil) / 1000 - nav) <= Decimal("0.0005")
    assert market.bar("F00002", date(2026, 5, 5)) is None
    assert market.fund_nav("510300", DAY) is None


def test_the_invented_money_fund_stays_at_one_and_earns(market: Market) -> None:
    assert market.fund_nav("F00001", DAY) == 1
    earned = market.total_return_ppm("F00001", date(2025, 5, 6), DAY)
    assert earned is not None
    assert 8_000 < earned < 20_000


def test_funds_are_not_offered_as_exchange_codes(market: Market) -> None:
    assert not set(market.codes()) & set(market.fund_codes())
    assert {"F00001", "F00002", "F00003", "F00004"} <= set(market.fund_codes())


def test_an_invented_market_has_the_shape_of_a_shipped_one(invented: Market) -> None:
    assert (invented.first_session, invented.last_session) == (date(2024, 1, 2), date(2025, 12, 31))
    days = invented.sessions(invented.first_session, invented.last_session)
    for code in invented.codes():
        traded = [day for day in days if invented.bar(code, day) is not None]
        assert len(traded) == len(days) - 1
        assert sum(invented.split_on(code, day) is not None for day in days) == 1
        assert sum(invented.dividend_on(code, day) is not None for day in days) == 1
        for before, day in pairwise(traded):
            change = invented.total_return_ppm(code, before, day)
            assert change is not None
            assert abs(change) <= 101_000
            bar, limits = invented.bar(code, day), invented.limits(code, day)
            assert bar is not None
            assert limits.up_mil is not None
            assert limits.down_mil is not None
            assert limits.down_mil <= bar.low_mil <= bar.high_mil <= limits.up_mil


def test_one_seed_makes_one_market(market: Market) -> None:
    assert invented_texts(market, seed=7) == invented_texts(market, seed=7)
    assert invented_texts(market, seed=7) != invented_texts(market, seed=8)


def test_an_invented_market_needs_days(market: Market) -> None:
    with pytest.raises(ValueError, match="needs 20 sessions"):
        generated_texts(np.random.default_rng(1), sessions=market.sessions(DAY, DAY))


def test_prices_can_be_read_without_rules_but_no_number_is_assumed() -> None:
    market = market_files.load(rules=Rulebook(rows={}))
    assert market.bar("510300", DAY) is not None
    for ask in (market.lot, market.tick_mil, market.limits, market.settles_same_day):
        with pytest.raises(RuleMissingError):
            ask("510300", DAY)
    with pytest.raises(RuleMissingError):
        market.fees("510300", "buy", 100_000, DAY)


def test_without_other_rules_those_of_the_packaged_book_hold(rules: Rulebook) -> None:
    assert market_files.load().fees("510300", "buy", 100_000, DAY).total_fen == 500
    assert market_files.packaged_rules() == rules


def test_a_file_changed_by_one_number_is_refused(market: Market, rules: Rulebook) -> None:
    texts = dict(invented_texts(market, seed=7))
    texts["bars_510300.csv"] = texts["bars_510300.csv"].replace("\n1,", "\n2,", 1)
    broken = build(texts=texts, calendar_text=CALENDAR, rules=rules)
    with pytest.raises(HistoryFormatError, match=r"bars_510300\.csv is not the file"):
        broken.bar("510300", DAY)


@pytest.mark.parametrize("missing", ["splits.csv", "dividends.csv", manifest.NAME])
def test_a_missing_file_is_named(market: Market, rules: Rulebook, missing: str) -> None:
    texts = {name: text for name, text in invented_texts(market, seed=7).items() if name != missing}
    with pytest.raises(HistoryFormatError, match=missing):
        build(texts=texts, calendar_text=CALENDAR, rules=rules)
