"""The close: each account is valued once, corporate actions reach holders, unknown prices are marked."""

from datetime import date, timedelta

from people import START, at, event, opening, snapshot

from tongxing.domain.clock import BEIJING
from tongxing.profile.fold import State, unpack
from tongxing.service.append import append
from tongxing.service.close_day import close_day, open_day, previous_close
from tongxing.service.house import House
from tongxing.service.valuation import UNKNOWN_SECTOR, day_valued, priced_holdings
from tongxing.service.value_client import value_client
from tongxing.service.work import work

DAY = date(2026, 5, 6)


def state_of(house: House, client_id: str = "C1") -> State:
    blob = house.store.state(client_id)
    assert blob is not None
    return unpack(blob)


def valued(house: House) -> list[dict[str, object]]:
    return [
        dict(entry.event.body) for entry in house.store.events_of("C1") if entry.event.kind == "day_valued"
    ]


def test_each_account_is_valued_once_a_day_at_the_real_close(house: House) -> None:
    append(house, [*opening(), snapshot({"510300": 1_000_000}, cash_fen=50_000)])
    work(house, now=at(1))
    assert close_day(house, DAY) == 1
    assert close_day(house, DAY) == 0
    close = house.market.last_close("510300", DAY)
    assert close is not None
    expected = int(close[0] * 10_000 * 100) + 50_000
    body = valued(house)[0]
    assert (body["value_fen"], body["cash_fen"], body["price_date"]) == (expected, 50_000, DAY.isoformat())
    assert sum(body["sector_ppm"].values()) == 1_000_000  # type: ignore[attr-defined]


def test_money_brought_in_does_not_look_like_a_gain(house: House) -> None:
    append(house, [*opening(), snapshot({"511260": 1_000_000}, cash_fen=1_000_000)])
    work(house, now=at(1))
    close_day(house, DAY)
    work(house, now=at(500))
    flow = {"direction": "in", "amount_fen": 500_000_000, "reason": "bank"}
    append(house, [event(60, "cash_moved", flow, minutes=24 * 60)])
    work(house, now=at(24 * 60 + 1))
    close_day(house, DAY + timedelta(days=1))
    first, second = valued(house)
    assert second["flow_fen"] == 500_000_000
    assert first["unit_ppm"] == 1_000_000
    assert abs(int(str(second["unit_ppm"])) - 1_000_000) < 10_000


def test_a_product_without_shipped_prices_stands_at_its_last_traded_price(house: House) -> None:
    trade = {"code": "600519", "side": "buy", "quantity": "100", "price": "1500.00", "gross_fen": 15_000_000}
    append(house, [*opening(), event(40, "trade", dict(trade))])
    work(house, now=at(1))
    holding = priced_holdings(house.market, state_of(house), DAY)[0]
    assert (holding.value_fen, holding.shipped) == (15_000_000, False)
    close_day(house, DAY)
    assert valued(house)[0]["sector_ppm"] == {UNKNOWN_SECTOR: 1_000_000}


def test_a_split_multiplies_what_was_held_before_the_open(house: House) -> None:
    """512480 split 1:2; the trading day of the split is found in the shipped actions."""
    day = next(
        day
        for day in house.market.sessions(date(2026, 6, 25), date(2026, 7, 10))
        if house.market.split_on("512480", day) is not None
    )
    append(house, [*opening(), snapshot({"512480": 100_000})])
    work(house, now=at(1))
    assert open_day(house, day) == 1
    assert open_day(house, day) == 0
    work(house, now=START + timedelta(days=90))
    assert state_of(house).positions() == {"512480": 2_000 * 10_000}


def test_a_dividend_is_paid_to_holders_on_the_ex_day(house: House) -> None:
    day = next(
        day
        for day in house.market.sessions(date(2026, 1, 5), date(2026, 2, 27))
        if house.market.dividend_on("510300", day) is not None
    )
    dividend = house.market.dividend_on("510300", day)
    assert dividend is not None
    append(house, [*opening(), snapshot({"510300": 100_000}, cash_fen=0)])
    work(house, now=at(1))
    open_day(house, day)
    paid = [
        entry.event.body["amount_fen"]
        for entry in house.store.events_of("C1")
        if entry.event.kind == "cash_moved"
    ]
    assert paid == [int(dividend.per_share * 1_000 * 100)]


def test_a_late_trade_supersedes_the_valuation_of_the_day(house: House) -> None:
    append(house, [*opening(), snapshot({"510300": 1_000_000})])
    work(house, now=at(1))
    evening = START.replace(hour=18)
    close_day(house, DAY)
    work(house, now=evening)
    assert value_client(house, "C1", at=evening) == 1
    assert [entry["superseding"] for entry in valued(house)] == [False, True]


def test_who_holds_nothing_is_not_valued(house: House) -> None:
    append(house, opening())
    work(house, now=at(1))
    assert day_valued(house, state_of(house), DAY, at=at(1)) == ()


def test_the_close_before_an_instant_is_a_session_that_is_over(house: House) -> None:
    assert previous_close(house, START) == date(2026, 4, 30)
    assert previous_close(house, START.replace(hour=16)) == DAY
    assert START.tzinfo is BEIJING
