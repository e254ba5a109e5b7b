"""Labels of trading, holdings and leaving at their finer edges."""

from datetime import date, timedelta

import pytest
from label_cases import banked_out, held, retested, round_trips, stated, traded
from profile_events import Make, moment
from profile_people import AS_OF, courses, names, of, valued

from tongxing.domain.book import Book
from tongxing.domain.clock import seconds
from tongxing.domain.event import Event
from tongxing.profile import fold
from tongxing.profile.door import from_events
from tongxing.profile.holding_time import holding_time
from tongxing.profile.view import view

SHORT = "短期交易型"


def bought(happen: Make, code: str, at: str, name: str = "trade") -> Event:
    order = {"code": code, "side": "buy", "quantity": "100", "price": "1.00", "gross_fen": 10_000}
    return happen(at, name, **order)


@pytest.mark.parametrize(("days", "count", "short"), [(3, 5, True), (3, 4, False), (40, 6, False)])
def test_five_purchases_a_month_sold_within_weeks_are_short_term(
    happen: Make, book: Book, *, days: int, count: int, short: bool
) -> None:
    found = of(round_trips(days, count)(happen), book)
    assert found.features["turnover_annual_bp"] is None
    assert (SHORT in names(found)) is short
    if short:
        label = next(one for one in found.labels if one.name == SHORT)
        assert {ref.kind for ref in label.evidence} == {"trade"}


@pytest.mark.parametrize(("held_days", "mean", "short"), [(31, 30, True), (33, 31, False)])
def test_the_mean_holding_time_counts_to_the_day(
    happen: Make, book: Book, *, held_days: int, mean: int, short: bool
) -> None:
    trips = [(date(2026, 2, 10), held_days), (date(2026, 4, 7), 29)]
    events = [
        traded(happen, side, start + timedelta(days=days if side == "sell" else 0), number)
        for start, days in trips
        for side in ("buy", "sell")
        for number in range(5)
    ]
    state = fold.refold("C1", events, as_of=AS_OF, book=book)
    time = holding_time(view(state, seconds(AS_OF), book))
    assert time is not None
    assert (time.mean_days, time.closed_bp) == (mean, 10_000)
    assert (SHORT in names(of(events, book))) is short


def test_who_buys_and_does_not_sell_is_no_short_term_trader(happen: Make, book: Book) -> None:
    assert SHORT not in names(
        of([traded(happen, "buy", date(2026, 5, 1), minute) for minute in range(9)], book)
    )


def test_selling_an_old_holding_is_not_short_term(happen: Make, book: Book) -> None:
    before = [traded(happen, "buy", date(2025, 6, 2), minute) for minute in range(20)]
    buys = [traded(happen, "buy", date(2026, 5, 1), minute) for minute in range(5)]
    sells = [traded(happen, "sell", date(2026, 5, 4), minute) for minute in range(25)]
    assert SHORT not in names(of([*before, *buys, *sells], book))


def test_money_funds_and_shares_without_money_are_no_trading(happen: Make, book: Book) -> None:
    fund = {"code": "F00001", "units": "100", "nav": "1.0000", "gross_fen": 10_000}
    events = [
        happen(f"2026-04-{day:02d} 10:00", "fund_confirmed", side=side, **fund)
        for day in range(8, 28)
        for side in ("subscribe", "redeem")
    ]
    events += [
        happen(f"2026-04-{day} 09:00", "shares_changed", code="600519", quantity="10", reason="bonus")
        for day in (10, 11)
    ]
    state = fold.refold("C1", events, as_of=AS_OF, book=book)
    assert holding_time(view(state, seconds(AS_OF), book)) is None
    assert SHORT not in names(of(events, book))


def test_the_holding_time_does_not_depend_on_when_a_state_was_packed(happen: Make, book: Book) -> None:
    first = date(2025, 8, 1)
    events = [
        traded(happen, side, first + timedelta(days=3 * number + later))
        for number in range(90)
        for side, later in (("buy", 0), ("sell", 2))
        if first + timedelta(days=3 * number + later) < AS_OF.date()
    ]
    packed, whole = fold.empty("C1"), fold.empty("C1")
    for event in events:
        fold.apply(packed, event, book)
        packed = fold.unpack(fold.pack(packed))
        fold.apply(whole, event, book)
    at = seconds(AS_OF)
    assert holding_time(view(packed, at, book)) == holding_time(view(whole, at, book)) is not None


def test_a_course_passed_thrice_counts_once(happen: Make, book: Book) -> None:
    again = [happen(f"2026-04-1{day} 20:00", "course_done", course="c1") for day in range(6)]
    assert "学习能力强" not in names(of([*courses(happen, 2), *again], book))
    found = of([*courses(happen, 3), *again], book)
    label = next(one for one in found.labels if one.name == "学习能力强")
    assert [ref.source_seq for ref in label.evidence] == ["000010", "000011", again[-1].source_seq]


def test_courses_are_remembered_alike_in_any_order(happen: Make, book: Book) -> None:
    done = [
        happen(f"2026-04-{day:02d} 20:00", "course_done", course=f"c{day % 7}", score=60 + day)
        for day in range(1, 22)
    ]
    states = [
        fold.refold("C1", order, as_of=AS_OF, book=book) for order in (done, done[::-1], done[7:] + done[:7])
    ]
    assert states[0].recent == states[1].recent == states[2].recent
    assert len(states[0].recent["course_passed"]) == 5


def test_prices_alone_do_not_warn_of_leaving(happen: Make, book: Book) -> None:
    fallen = [
        valued(happen, date(2026, 1, 30), 10_000_000),
        valued(happen, date(2026, 4, 30), 4_000_000, unit_ppm=400_000),
    ]
    assert "流失预警" not in names(of(fallen, book))


def test_money_that_comes_back_is_not_leaving(happen: Make, book: Book) -> None:
    back = {"direction": "in", "amount_fen": 2_500_000, "reason": "bank"}
    events = [*banked_out(2_500_000)(happen), happen("2026-05-04 10:00", "cash_moved", **back)]
    assert "流失预警" not in names(of(events, book))


@pytest.mark.parametrize(("out_fen", "leaves"), [(5_000_000, True), (4_999_900, False)])
def test_leaving_is_seen_without_valuations(happen: Make, book: Book, *, out_fen: int, leaves: bool) -> None:
    out = {"direction": "out", "amount_fen": out_fen, "reason": "bank"}
    moved = happen("2026-05-05 19:00", "cash_moved", **out)
    snapshot = held(("600519", 4_000_000, "stock"), cash_fen=6_000_000)(happen)
    assert ("流失预警" in names(of([*snapshot, moved], book))) is leaves
    facts = stated(mean_assets_20d_fen=10_000_000)(happen)
    assert ("流失预警" in names(of([*facts, moved], book))) is leaves


def test_a_wish_to_close_warns_of_leaving_and_names_itself(happen: Make, book: Book) -> None:
    (label,) = of([happen("2026-05-01 10:00", "closing_requested", reason="x")], book).labels
    assert (label.name, label.confidence_bp) == ("流失预警", 10_000)
    assert [ref.kind for ref in label.evidence] == ["closing_requested"]
    assert names(of([happen("2026-02-01 10:00", "closing_requested", reason="x")], book)) == []


@pytest.mark.parametrize(
    ("grades", "code", "odd"),
    [
        (("C2", "C3", "C4"), "512480", True),
        (("C1L", "C2", "C3"), "510300", True),
        (("C4", "C4", "C5"), "512480", False),
        (("C3", "C2", "C3"), "512480", False),
        (("C4", "C5"), "512480", False),
        (("C2", "C3", "C4"), "F00002", False),
    ],
)
def test_two_upward_retests_before_a_riskier_purchase_stand_out(
    happen: Make, book: Book, *, grades: tuple[str, ...], code: str, odd: bool
) -> None:
    found = of(retested(*grades, bought=code)(happen), book)
    assert ("测评异常" in names(found)) is odd
    assert ("retested_upward" in {drift.name for drift in found.risk.drift}) is odd


@pytest.mark.parametrize(("bought_on", "odd"), [("2026-04-30", True), ("2026-05-02", False)])
def test_the_retests_lie_within_thirty_days_before_the_purchase(
    happen: Make, book: Book, *, bought_on: str, odd: bool
) -> None:
    taken = [
        happen(f"2026-04-{day:02d} 10:00", "assessment_taken", grade=grade, valid_to="2027-05-01")
        for day, grade in ((1, "C2"), (1 + 1, "C3"), (20, "C4"))
    ]
    order = bought(happen, "512480", f"{bought_on} 10:30")
    assert ("测评异常" in names(of([*taken, order], book))) is odd


@pytest.mark.parametrize(
    ("month_fen", "opened", "fits"),
    [(4_166_667, "2024-05-06", True), (4_166_666, "2024-05-06", False), (9_000_000, "2024-05-07", False)],
)
def test_the_income_test_and_two_years_make_a_candidate(
    happen: Make, book: Book, *, month_fen: int, opened: str, fits: bool
) -> None:
    events = [
        happen(f"{opened} 10:00", "client_registered", name="王示例", birth="1980-01-01", opened_on=opened),
        happen("2026-04-10 10:00", "income_stated", month_fen=month_fen),
    ]
    found = of(events, book)
    assert ("专业投资者候选" in names(found)) is fits
    assert not found.standing.professional
    refused = happen("2026-05-01 10:00", "consent_withdrawn", purpose="personalised_service")
    assert "专业投资者候选" not in names(of([*events, refused], book))


def test_before_the_act_there_are_no_candidates(happen: Make, book: Book) -> None:
    events = [
        happen(
            "2013-01-05 10:00", "client_registered", name="王示例", birth="1980-01-01", opened_on="2010-01-05"
        ),
        happen("2016-01-05 10:00", "account_facts", as_of="2016-01-05", mean_assets_20d_fen=900_000_000),
    ]
    (found,) = from_events(events, as_of=moment("2016-05-06 10:00"), book=book)
    assert names(found) == ["私行客户"]
    (found,) = from_events(events, as_of=moment("2017-07-01 10:00"), book=book)
    assert names(found) == ["私行客户", "专业投资者候选"]


@pytest.mark.parametrize(
    ("holding", "abroad"),
    [
        (("513100", 600_000, "unknown"), True),
        (("00700", 600_000, "unknown"), True),
        (("F99999", 600_000, "qdii"), True),
        (("600519", 600_000, "unknown"), False),
        (("159915", 600_000, "etf"), False),
    ],
)
def test_what_lies_abroad_is_told_by_book_kind_or_code(
    happen: Make, book: Book, *, holding: tuple[str, int, str], abroad: bool
) -> None:
    found = of(held(holding, ("600036", 400_000, "stock"))(happen), book)
    assert ("跨境投资偏好" in names(found)) is abroad


def test_a_valuation_alone_tells_sectors_abroad(happen: Make, book: Book) -> None:
    found = of([valued(happen, date(2026, 5, 6), 8_000_000, 境外股票=500_000, 银行=500_000)], book)
    assert "跨境投资偏好" in names(found)


def test_the_short_trader_by_turnover_names_the_facts_that_stated_it(happen: Make, book: Book) -> None:
    first = stated(turnover_annual_bp=30_000)(happen)
    later = happen("2026-04-25 18:00", "account_facts", as_of="2026-04-25", mean_assets_20d_fen=1)
    found = of([*first, later], book)
    assert [ref.source_seq for ref in found.labels[0].evidence] == [first[0].source_seq]
