"""What is held is stated with the prices given, and lines that come late still count."""

from datetime import date, datetime, timedelta

import msgspec
import pytest
from people import START, event

from tongxing.domain.bodies import HoldingSnapshot
from tongxing.domain.event import Event
from tongxing.service.append import append
from tongxing.service.given_lists import GivenListError, GivenLists, given_lists
from tongxing.service.house import House
from tongxing.service.state_holdings import Stated, state_holdings
from tongxing.service.states import state_of
from tongxing.service.valuation import priced_holdings
from tongxing.service.value_client import value_client
from tongxing.service.work import work

DAYS_AGO = -24 * 60
PRICES = b"code,price,date\n600519,1600,2026-05-05\n"
SECTORS = "code,sector\n600519,食品饮料\n".encode()


def lists(prices: bytes | None = PRICES, sectors: bytes | None = SECTORS) -> GivenLists:
    return given_lists(prices=prices, sectors=sectors, wall=START)


def held(cash_fen: int | None = 500_000) -> Event:
    """An opening without prices, as a statement's balances give it."""
    holdings = [
        {"code": "600519", "name": "贵州茅台", "quantity": "100"},
        {"code": "510300", "quantity": "2000.5"},
    ]
    body: dict[str, object] = {"as_of": "2026-04-20", "holdings": holdings}
    if cash_fen is not None:
        body["cash_fen"] = cash_fen
    return event(50, "holding_snapshot", body, minutes=15 * DAYS_AGO)


def trade(number: int, quantity: str, *, days_ago: int, code: str = "600519") -> Event:
    gross = int(quantity) * 150_000
    body: dict[str, object] = {"code": code, "side": "buy", "quantity": quantity, "price": "1500.00"}
    return event(number, "trade", {**body, "gross_fen": gross}, minutes=days_ago * DAYS_AGO)


def begun(house: House, *events: Event) -> None:
    registered: dict[str, object] = {"name": "林晓", "birth": "1990-01-01", "opened_on": "2020-01-01"}
    take(house, event(1, "client_registered", registered, minutes=30 * DAYS_AGO), *events)


def take(house: House, *events: Event, now: datetime = START) -> None:
    assert len(append(house, events).accepted) == len(events)
    work(house, now=now)


def stated(
    house: House, given: GivenLists | None = None, *, known: bool = False, now: datetime = START
) -> Stated:
    found = state_holdings(house, "C1", lists() if given is None else given, opening_known=known, now=now)
    work(house, now=now)
    return found


def snapshots(house: House) -> list[Event]:
    found = (stored.event for stored in house.store.events_of("C1"))
    return [one for one in found if one.kind == "holding_snapshot" and one.source == "statement"]


def positions(house: House) -> dict[str, int]:
    blob = house.store.state("C1")
    assert blob is not None
    return dict(state_of(house, "C1", blob).positions())


def prices(house: House) -> dict[str, tuple[str, date]]:
    blob = house.store.state("C1")
    assert blob is not None
    found = priced_holdings(house.market, state_of(house, "C1", blob), date(2026, 4, 30))
    return {one.code: (f"{one.price.normalize():f}", one.day) for one in found}


def test_all_that_is_held_is_listed_with_price_sector_and_cash(house: House) -> None:
    begun(house, held())
    assert stated(house) == Stated(as_of=date(2026, 4, 21), holdings=2)
    [snapshot] = snapshots(house)
    msgspec.convert(snapshot.body, HoldingSnapshot)
    close = house.market.last_close("510300", date(2026, 4, 30))
    assert close is not None
    assert snapshot.body == {
        "as_of": "2026-04-21",
        "cash_fen": 500_000,
        "holdings": [
            {
                "code": "510300",
                "name": "沪深300ETF",
                "kind": "etf",
                "quantity": "2000.5",
                "price": f"{close[0].normalize():f}",
                "price_date": "2026-04-30",
            },
            {
                "code": "600519",
                "name": "贵州茅台",
                "quantity": "100",
                "price": "1600",
                "price_date": "2026-05-05",
                "sector": "食品饮料",
            },
        ],
    }
    assert prices(house)["600519"] == ("1600", date(2026, 5, 5))


def test_the_newest_of_given_and_traded_prices_counts(house: House) -> None:
    begun(house, held(), trade(60, "100", days_ago=3))
    stated(house, lists(b"code,price,date\n600519,1300,2026-05-02\n"))
    assert prices(house)["600519"] == ("1500", date(2026, 5, 3))
    stated(house, lists(b"code,price\n600519,1700\n", None))
    assert prices(house)["600519"] == ("1700", START.date())


def test_sectors_given_before_stay_when_only_prices_are_given(house: House) -> None:
    begun(house, held())
    stated(house)
    stated(house, lists(b"code,price\n600519,1700\n", None))
    first, second = snapshots(house)
    holdings = second.body["holdings"]
    assert isinstance(holdings, list)
    assert (holdings[1]["price"], holdings[1]["sector"]) == ("1700", "食品饮料")
    assert second.ts - first.ts == timedelta(seconds=1)


def test_the_same_lists_for_the_same_holdings_change_nothing(house: House) -> None:
    begun(house, held())
    stated(house)
    count = house.store.count_events()
    assert stated(house, now=START + timedelta(days=2)) == Stated()
    assert house.store.count_events() == count


def test_a_trade_after_the_statement_counts_on_top(house: House) -> None:
    begun(house, held())
    stated(house)
    take(house, trade(61, "200", days_ago=2))
    assert positions(house)["600519"] == 300 * 10_000


def test_a_line_that_comes_late_is_counted_by_stating_anew(house: House) -> None:
    begun(house, held(), trade(60, "100", days_ago=3))
    stated(house)
    take(house, trade(61, "500", days_ago=9, code="600036"))
    assert "600036" not in positions(house)
    assert stated(house, GivenLists()).holdings == 3
    assert positions(house) == {"510300": 20_005_000, "600036": 5_000_000, "600519": 2_000_000}
    assert prices(house)["600519"] == ("1600", date(2026, 5, 5))
    assert stated(house, GivenLists()) == Stated()


def test_without_lists_nothing_is_stated_of_itself(house: House) -> None:
    begun(house, held())
    assert stated(house, GivenLists()) == Stated()
    assert snapshots(house) == []


@pytest.mark.parametrize(("known", "expected"), [(False, 0), (True, 1)])
def test_holdings_are_stated_only_where_the_opening_is_known(
    house: House, *, known: bool, expected: int
) -> None:
    begun(house, trade(60, "100", days_ago=3))
    found = stated(house, known=known)
    assert len(snapshots(house)) == expected
    assert bool(found.why_not) is not known


def test_who_holds_nothing_is_told_so(house: House) -> None:
    begun(house, event(50, "holding_snapshot", {"as_of": "2026-04-20", "holdings": []}, minutes=DAYS_AGO))
    assert stated(house).why_not == "nothing is held"


def test_cash_that_is_not_known_is_not_stated(house: House) -> None:
    begun(house, held(cash_fen=None))
    stated(house)
    assert "cash_fen" not in snapshots(house)[0].body


def test_a_second_valuation_at_the_same_instant_supersedes_the_first(house: House) -> None:
    begun(house, held())
    assert value_client(house, "C1", at=START) == 1
    work(house, now=START)
    assert value_client(house, "C1", at=START) == 0
    stated(house)
    assert value_client(house, "C1", at=START) == 1
    work(house, now=START)
    assert value_client(house, "C1", at=START) == 0
    blob = house.store.state("C1")
    assert blob is not None
    state = state_of(house, "C1", blob)
    assert state.sectors["食品饮料"] > 900_000
    valued = state.valuation()
    assert valued is not None
    assert valued.value_fen > 16_000_000


def test_every_bad_line_of_both_lists_is_named() -> None:
    with pytest.raises(GivenListError) as problem:
        lists(b"code,price\n600519,x\nx,1\n", b"code,sector\n600519,\n")
    assert problem.value.problems == (
        "prices: line 2: bad_number price: not a number",
        "prices: line 3: missing_code code: none is told",
        "sectors: line 2: bad_field sector: 1 to 200 characters are needed",
    )
