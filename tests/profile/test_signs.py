"""Each sign: what turns it on, what keeps it off, and what it rests on."""

from datetime import date, timedelta

import pytest
from profile_events import Make, moment

from tongxing.domain.book import Book
from tongxing.domain.event import Event
from tongxing.domain.profile import Sign
from tongxing.profile import fold
from tongxing.profile.assemble import profile
from tongxing.profile.door import from_events
from tongxing.profile.signs import NAMES, SIGNS

AS_OF = "2026-05-06 16:00"


def sign(name: str, events: list[Event], book: Book, at: str = AS_OF) -> Sign | None:
    (found,) = from_events(events, as_of=moment(at), book=book)
    return found.sign(name)


def valued(happen: Make, on: str, *, unit: int = 1_000_000, **sectors: int) -> Event:
    return happen(
        f"{on} 15:30",
        "day_valued",
        date=on,
        value_fen=8_000_000,
        cash_fen=0,
        flow_fen=0,
        unit_ppm=unit,
        sector_ppm=sectors,
        price_date=on,
    )


def test_every_sign_has_its_name_and_is_looked_for_at_each_close() -> None:
    assert frozenset(rule.name for rule in SIGNS.values()) == frozenset(SIGNS) == NAMES
    assert all("day_valued" in rule.kinds for rule in SIGNS.values())


def test_a_search_for_a_pension_hints_for_a_week(happen: Make, book: Book) -> None:
    searched = happen("2026-04-30 10:00", "searched", text="个人养老金 怎么开户")
    found = sign("pension_searched", [searched], book)
    assert found is not None
    assert found.detail == {"searches": 1}
    assert [ref.source_seq for ref in found.evidence] == [searched.source_seq]
    assert sign("pension_searched", [happen("2026-04-29 10:00", "searched", text="养老金")], book) is None
    assert sign("pension_searched", [happen("2026-05-06 10:00", "searched", text="养殖 养猪")], book) is None


def test_one_sector_above_half_is_concentrated(happen: Make, book: Book) -> None:
    found = sign("sector_concentrated", [valued(happen, "2026-05-06", 电子=500_001, 银行=499_999)], book)
    assert found is not None
    assert found.detail == {"sector": "电子", "share_ppm": 500_001, "price_date": "2026-05-06"}
    even = valued(happen, "2026-05-06", 电子=500_000, 银行=500_000)
    assert sign("sector_concentrated", [even], book) is None
    assert sign("sector_concentrated", [valued(happen, "2026-05-06", 债券=900_000)], book) is None


@pytest.mark.parametrize(("share", "stays"), [(450_000, True), (449_999, False)])
def test_concentration_that_was_on_stays_until_the_lower_bound(
    happen: Make, book: Book, *, share: int, stays: bool
) -> None:
    events = [
        happen("2026-05-05 16:00", "sign_turned_on", sign="sector_concentrated"),
        valued(happen, "2026-05-06", 电子=share),
    ]
    assert (sign("sector_concentrated", events, book) is not None) is stays


def test_funds_are_looked_through(happen: Make, book: Book) -> None:
    def held(code: str) -> Event:
        holdings = [{"code": code, "quantity": "1000", "value_fen": 600_000}]
        return happen("2026-05-06 10:00", "holding_snapshot", as_of="2026-05-06", holdings=holdings)

    assert sign("sector_concentrated", [held("510300")], book) is None
    found = sign("sector_concentrated", [held("512480")], book)
    assert found is not None
    assert found.detail["sector"] == "电子"
    assert found.detail["price_date"] == "2026-05-06"


def test_a_newcomer_is_one_for_thirty_days(happen: Make, book: Book) -> None:
    def opened(on: str) -> list[Event]:
        return [happen(f"{on} 10:00", "client_registered", name="陈示例", birth="1990-01-01", opened_on=on)]

    first = sign("newcomer", opened("2026-05-06"), book)
    assert first is not None
    assert first.detail == {"day": 1}
    last = sign("newcomer", opened("2026-04-07"), book)
    assert last is not None
    assert last.detail == {"day": 30}
    assert sign("newcomer", opened("2026-04-06"), book) is None


def test_a_fall_of_five_percent_in_five_sessions_asks_for_care(happen: Make, book: Book) -> None:
    units = [1_000_000, 990_000, 980_000, 970_000, 960_000, 950_000]
    days = [date(2026, 4, 27) + timedelta(days=number) for number in range(6)]
    events = [valued(happen, str(on), unit=unit) for on, unit in zip(days, units, strict=True)]
    found = sign("holding_loss", events, book)
    assert found is not None
    assert found.detail == {"change_ppm": -50_000, "days": 5, "price_date": "2026-05-02"}
    milder = [*events[:-1], valued(happen, str(days[-1]), unit=950_001)]
    assert sign("holding_loss", milder, book) is None


def test_assets_without_the_client_for_ninety_days_sleep(happen: Make, book: Book) -> None:
    def left(on: str) -> list[Event]:
        return [happen(f"{on} 09:40", "logged_in", device="ios"), valued(happen, "2026-05-06")]

    found = sign("dormant", left("2026-02-05"), book)
    assert found is not None
    assert found.detail == {"idle_days": 90}
    assert sign("dormant", left("2026-02-06"), book) is None


def test_holding_on_quietly_and_saving_by_plan_are_not_sleep(happen: Make, book: Book) -> None:
    trade = happen(
        "2025-06-01 10:00", "trade", code="600519", side="buy", quantity="1", price="1", gross_fen=100
    )
    here = happen("2026-05-01 10:00", "logged_in")
    plan = happen("2026-01-01 10:00", "plan_started", code="510300", amount_fen=1, every="month")
    away = happen("2026-01-02 10:00", "logged_in")
    assert sign("dormant", [trade, here, valued(happen, "2026-05-06")], book) is None
    assert sign("dormant", [plan, away, valued(happen, "2026-05-06")], book) is None
    assert sign("dormant", [away, valued(happen, "2026-05-06")], book) is not None


@pytest.mark.parametrize(("valid_to", "left"), [("2026-06-05", 30), ("2026-05-01", -5), ("2026-06-06", None)])
def test_an_assessment_is_expiring_within_thirty_days(
    happen: Make, book: Book, valid_to: str, left: int | None
) -> None:
    found = sign(
        "assessment_expiring",
        [happen("2024-06-05 10:00", "assessment_taken", grade="C3", valid_to=valid_to)],
        book,
    )
    assert (None if found is None else found.detail["days_left"]) == left


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("这几天亏得睡不着，怎么办", "mild"),
        ("不敢跟老婆说亏了多少", "strong"),
        ("亏了一辈子的钱活着没意思", "crisis"),
        ("又关灯吃面，跌停板上想死扛", None),
        ("被套三成了要不要割肉", None),
        ("踏空了好难受现在追来得及吗", None),
        ("你们软件崩溃了", None),
    ],
)
def test_distress_is_read_in_own_words_and_market_slang_is_not(
    happen: Make, book: Book, text: str, degree: str | None
) -> None:
    found = sign("distress_in_words", [happen("2026-05-06 10:00", "asked", text=text)], book)
    assert (None if found is None else found.detail["degree"]) == degree


def test_a_new_distress_after_the_old_one_is_over_turns_the_sign_on_anew(happen: Make, book: Book) -> None:
    events = [
        happen("2026-05-01 10:00", "asked", text="心慌"),
        happen("2026-05-01 10:00", "sign_turned_on", sign="distress_in_words"),
    ]
    state = fold.refold("C1", events, as_of=moment(AS_OF), book=book)
    fold.apply(state, happen("2026-05-01 20:00", "asked", text="心慌"), book)
    assert state.active_signs == {"distress_in_words"}
    fold.apply(state, happen("2026-05-03 10:00", "asked", text="心慌"), book)
    assert state.active_signs == frozenset()


def test_closing_and_frequent_trading_and_an_open_pension_account(happen: Make, book: Book) -> None:
    events = [
        happen("2026-05-01 10:00", "closing_requested", reason="x"),
        happen("2026-05-01 10:00", "account_facts", as_of="2026-05-01", turnover_annual_bp=20_000),
        happen(
            "2026-05-01 10:00",
            "fund_confirmed",
            code="F00004",
            side="subscribe",
            units="100",
            nav="1.01",
            gross_fen=10_100,
        ),
    ]
    state = fold.refold("C1", events, as_of=moment(AS_OF), book=book)
    found = profile(state, as_of=moment(AS_OF), book=book)
    assert {one.name for one in found.signs} >= {"closing", "frequent_trading", "pension_account_open"}
