"""Each sign of money: what turns it on, what keeps it off, what it rests on, and what it is on for."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest
from profile_events import Make, moment

from tongxing.domain.book import Book
from tongxing.domain.event import Event
from tongxing.domain.grades import ProductRisk
from tongxing.domain.profile import Sign
from tongxing.profile import fold
from tongxing.profile.assemble import profile
from tongxing.profile.door import from_events
from tongxing.profile.payments import KEPT_MAX, payments

AS_OF = "2026-05-06 16:00"
DAYS = [date(2026, 4, 8) + timedelta(days=number) for number in range(21)]


def sign(name: str, events: list[Event], book: Book, at: str = AS_OF) -> Sign | None:
    (found,) = from_events(events, as_of=moment(at), book=book)
    return found.sign(name)


def valued(happen: Make, on: str, *, unit: int = 1_000_000, value: int = 8_000_000, cash: int = 0) -> Event:
    return happen(
        f"{on} 15:30",
        "day_valued",
        date=on,
        value_fen=value,
        cash_fen=cash,
        flow_fen=0,
        unit_ppm=unit,
        sector_ppm={},
        price_date=on,
    )


def paid(
    happen: Make, kind: str, code: str = "510300", at: str = "2026-05-06 09:00", fen: int = 1280
) -> Event:
    return happen(at, kind, code=code, amount_fen=fen, date=at[:10])


def told(happen: Make, name: str, *causes: str, at: str = "2026-05-06 09:00") -> Event:
    return happen(at, "sign_turned_on", sign=name, causes=list(causes))


def assessed(happen: Make, grade: str, at: str = "2026-05-01 10:00") -> Event:
    return happen(at, "assessment_taken", grade=grade, valid_to="2027-12-31")


def held(happen: Make, *codes: str) -> Event:
    holdings = [{"code": code, "quantity": "1000", "value_fen": 600_000} for code in codes]
    return happen("2026-05-05 10:00", "holding_snapshot", as_of="2026-05-05", holdings=holdings)


def planned(happen: Make, code: str = "F00003", at: str = "2026-03-02 10:00", every: str = "month") -> Event:
    return happen(at, "plan_started", code=code, amount_fen=100_000, every=every)


@pytest.mark.parametrize(("last", "turns"), [(1_100_000, True), (1_099_999, False)])
def test_a_rise_of_a_tenth_in_twenty_sessions_is_a_gain(
    happen: Make, book: Book, *, last: int, turns: bool
) -> None:
    events = [valued(happen, str(on)) for on in DAYS[:-1]] + [valued(happen, str(DAYS[-1]), unit=last)]
    found = sign("account_gain", events, book)
    assert (found is not None) is turns
    if found is not None:
        assert found.detail == {"change_ppm": 100_000, "days": 20, "price_date": str(DAYS[-1])}
    assert sign("account_gain", events[1:], book) is None, "nineteen sessions are too few to speak of"


@pytest.mark.parametrize(("last", "stays"), [(1_050_000, True), (1_049_999, False)])
def test_a_gain_that_was_on_stays_until_the_lower_bound(
    happen: Make, book: Book, *, last: int, stays: bool
) -> None:
    events = [valued(happen, str(on)) for on in DAYS[:-1]] + [valued(happen, str(DAYS[-1]), unit=last)]
    on = told(happen, "account_gain", at="2026-04-20 16:00")
    assert (sign("account_gain", [*events, on], book) is not None) is stays


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("dividend_received", "dividend_received"),
        ("product_matured", "product_matured"),
        ("ipo_allotted", "ipo_payment"),
    ],
)
def test_a_payment_is_news_for_five_days(happen: Make, book: Book, kind: str, name: str) -> None:
    event = paid(happen, kind)
    found = sign(name, [event], book, "2026-05-11 08:59")
    assert found is not None
    assert found.detail == {"product": "沪深300ETF", "amount_fen": 1280, "date": "2026-05-06"}
    assert [(ref.kind, ref.source_seq) for ref in found.evidence] == [(kind, event.source_seq)]
    assert sign(name, [event], book, "2026-05-11 09:01") is None


def test_a_payment_we_learn_of_late_is_news_from_then_on(happen: Make, book: Book) -> None:
    late = happen(
        "2026-04-01 09:00",
        "product_matured",
        known="2026-05-06 09:00",
        code="F00002",
        amount_fen=5,
        date="2026-04-01",
    )
    found = sign("product_matured", [late], book)
    assert found is not None
    assert found.detail["date"] == "2026-04-01"


def test_payments_of_one_moment_are_told_one_after_the_other(happen: Make, book: Book) -> None:
    first = paid(happen, "dividend_received", "510300")
    second = paid(happen, "dividend_received", "512890", fen=30)
    one = sign("dividend_received", [first, second], book)
    assert one is not None
    assert len(one.causes) == 1
    after_one = [first, second, told(happen, "dividend_received", *one.causes)]
    two = sign("dividend_received", after_one, book)
    assert two is not None
    assert two.causes[0] == one.causes[0]
    assert {one.detail["product"], two.detail["product"]} == {"沪深300ETF", "红利低波ETF"}
    both = sign("dividend_received", [*after_one, told(happen, "dividend_received", *two.causes)], book)
    assert both is not None
    assert both.causes == two.causes
    assert both.detail == two.detail, "what was told last stays what the sign is about"


def test_one_payment_told_by_two_sources_is_one_cause(happen: Make, book: Book) -> None:
    first = paid(happen, "dividend_received")
    again = happen("2026-05-06 11:00", "dividend_received", code="510300", amount_fen=1280, date="2026-05-06")
    found = sign("dividend_received", [first, again], book)
    assert found is not None
    known = [first, again, told(happen, "dividend_received", *found.causes, at="2026-05-06 12:00")]
    later = sign("dividend_received", known, book)
    assert later is not None
    assert later.causes == found.causes


def test_a_paid_allotment_is_due_no_more_and_an_application_pays_nothing(happen: Make, book: Book) -> None:
    applied = paid(happen, "subscribed_ipo", "301999", at="2026-05-04 10:00")
    allotted = paid(happen, "ipo_allotted", "301999", at="2026-05-05 20:00")
    assert sign("ipo_payment", [applied], book) is None
    assert sign("ipo_payment", [applied, allotted], book) is not None
    settled = paid(happen, "subscribed_ipo", "301999", at="2026-05-06 15:00")
    assert sign("ipo_payment", [applied, allotted, settled], book) is None


def test_payments_are_kept_whatever_order_they_come_in_and_within_bounds(happen: Make, book: Book) -> None:
    events = [
        paid(happen, "dividend_received", at=at, fen=fen)
        for fen, at in enumerate(("2026-01-05 09:00", "2026-05-04 09:00", "2026-05-05 09:00"), start=1)
    ]
    kept = set()
    for order in permutations(events):
        state = fold.refold("C1", order, as_of=moment(AS_OF), book=book)
        kept.add(payments(fold.unpack(fold.pack(state)), "dividend_received"))
    (found,) = kept
    assert [one.amount_fen for one in found] == [2, 3], "what is sixty days older is dropped"
    many = [paid(happen, "dividend_received", fen=fen) for fen in range(KEPT_MAX + 9)]
    state = fold.refold("C1", many, as_of=moment(AS_OF), book=book)
    assert len(payments(state, "dividend_received")) == KEPT_MAX


@pytest.mark.parametrize(
    ("grade", "codes"),
    [("C1L", "511260,512480"), ("C2", "512480"), ("C3", "512480"), ("C4", None)],
)
def test_products_above_the_grade_are_named(happen: Make, book: Book, grade: str, codes: str | None) -> None:
    events = [assessed(happen, grade), held(happen, "511260", "512480", "F00001")]
    found = sign("grade_above", events, book)
    assert (None if found is None else found.detail["codes"]) == codes
    assert sign("plan_grade_above", events, book) is None
    if found is not None:
        assert [ref.kind for ref in found.evidence] == ["assessment_taken", "holding_snapshot"]


def test_without_an_assessment_and_for_ungraded_products_nothing_is_above(happen: Make, book: Book) -> None:
    assert sign("grade_above", [held(happen, "512480")], book) is None
    assert sign("grade_above", [assessed(happen, "C1L"), held(happen, "601999")], book) is None


def test_each_change_of_either_grade_is_a_new_cause(happen: Make, book: Book) -> None:
    def causes(grade: str, its: Book) -> set[str]:
        events = [assessed(happen, grade), held(happen, "510300", "512480")]
        found = sign("grade_above", events, its)
        return set() if found is None else set(found.causes)

    raised = replace(
        book, products={**book.products, "510300": replace(book.products["510300"], risk=ProductRisk.R5)}
    )
    assert causes("C3", book) == {"512480 R4>C3"}
    assert causes("C3", raised) == {"512480 R4>C3", "510300 R5>C3"}
    assert causes("C2", book) == {"512480 R4>C2", "510300 R3>C2"}


def test_a_plan_into_a_product_above_is_named_while_it_runs(happen: Make, book: Book) -> None:
    events = [
        assessed(happen, "C3"),
        held(happen, "510300"),
        planned(happen, "512480", at="2026-05-05 11:00"),
    ]
    found = sign("plan_grade_above", events, book)
    assert found is not None
    assert found.detail == {"codes": "512480", "products_count": 1, "plan_codes": "512480"}
    stopped = [*events, happen("2026-05-06 10:00", "plan_stopped", code="512480")]
    assert sign("plan_grade_above", stopped, book) is None
    assert sign("plan_grade_above", [assessed(happen, "C4"), *events[1:]], book) is None


def traded(happen: Make, fees: int) -> list[Event]:
    deals = [
        happen(
            f"2026-04-{day:02} 10:00",
            "trade",
            code="510300",
            side="buy" if day % 2 else "sell",
            quantity="10000",
            price="4",
            gross_fen=4_000_000,
            fees_fen=fees,
        )
        for day in (7, 8, 9, 10)
    ]
    return [*deals, valued(happen, "2026-05-06")]


@pytest.mark.parametrize(("fees", "turns"), [(10_000, True), (9_999, False)])
def test_costs_of_half_a_percent_weigh(happen: Make, book: Book, *, fees: int, turns: bool) -> None:
    found = sign("frequent_trading_cost", traded(happen, fees), book)
    assert (found is not None) is turns
    if found is not None:
        assert found.detail["fees_fen"] == 40_000
        assert found.detail["fees_ppm"] == 5_000
        assert found.detail["fees_from"] == "2026-04-07"
        assert found.causes == ("2026Q2",)
        assert {ref.kind for ref in found.evidence} == {"trade"}


def test_a_turnover_that_was_only_stated_shows_no_costs(happen: Make, book: Book) -> None:
    facts = happen("2026-05-01 10:00", "account_facts", as_of="2026-05-01", turnover_annual_bp=90_000)
    assert sign("frequent_trading", [facts, valued(happen, "2026-05-06")], book) is not None
    assert sign("frequent_trading_cost", [facts, valued(happen, "2026-05-06")], book) is None


def banked(happen: Make, at: str, fen: int, direction: str = "in") -> Event:
    return happen(at, "cash_moved", direction=direction, amount_fen=fen, reason="bank")


@pytest.mark.parametrize(
    ("on", "fen", "turns"), [(22, 5_000_000, True), (23, 5_000_000, False), (22, 4_999_999, False)]
)
def test_money_unused_for_two_weeks_is_idle(
    happen: Make, book: Book, *, on: int, fen: int, turns: bool
) -> None:
    found = sign("idle_cash", [banked(happen, f"2026-04-{on} 09:10", fen)], book)
    assert (found is not None) is turns
    if found is not None:
        assert found.detail == {"idle_fen": fen, "since": "2026-04-22", "idle_days": 14}
        assert found.causes == ("2026-04-22",)
        assert {ref.kind for ref in found.evidence} == {"cash_moved"}


def test_money_taken_out_used_or_long_known_is_not_idle(happen: Make, book: Book) -> None:
    came = banked(happen, "2026-04-10 09:10", 6_000_000)
    interest = happen(
        "2026-05-05 09:10", "cash_moved", direction="in", amount_fen=7_000_000, reason="interest"
    )
    found = sign("idle_cash", [came, interest], book)
    assert found is not None
    assert found.evidence[0].source_seq == came.source_seq, "interest is nothing the client brought in"
    assert sign("idle_cash", [came, banked(happen, "2026-05-04 09:10", 100)], book) is None
    assert sign("idle_cash", [came, banked(happen, "2026-05-04 09:10", 2_000_000, "out")], book) is None
    deal = {"code": "510300", "side": "buy", "quantity": "100", "price": "4", "gross_fen": 40_000}
    assert sign("idle_cash", [came, happen("2026-04-23 10:00", "trade", **deal)], book) is None
    assert sign("idle_cash", [came, happen("2026-04-22 10:00", "trade", **deal)], book) is not None
    assert sign("idle_cash", [banked(happen, "2026-03-07 09:10", 6_000_000)], book) is None


def bought(happen: Make, at: str) -> Event:
    return happen(
        at,
        "fund_confirmed",
        code="F00003",
        side="subscribe",
        units="1000",
        nav="1",
        gross_fen=100_000,
    )


@pytest.mark.parametrize(("at", "missed"), [("2026-04-14 16:00", True), ("2026-04-13 16:00", False)])
def test_a_monthly_plan_without_a_purchase_is_interrupted_after_some_grace(
    happen: Make, book: Book, at: str, *, missed: bool
) -> None:
    found = sign("plan_interrupted", [planned(happen)], book, at)
    assert (found is not None) is missed
    if found is not None:
        assert found.detail == {
            "product": "同行示例平衡混合A（虚构）",
            "plan_fen": 100_000,
            "expected_on": "2026-04-02",
        }
        assert found.causes == ("F00003 2026-04-02",)


def test_a_purchase_a_snapshot_or_an_end_moves_the_expected_day(happen: Make, book: Book) -> None:
    plan, at = planned(happen), "2026-04-20 16:00"
    assert sign("plan_interrupted", [plan], book, at) is not None
    assert sign("plan_interrupted", [plan, bought(happen, "2026-04-03 15:00")], book, at) is None
    later = sign("plan_interrupted", [plan, bought(happen, "2026-03-05 15:00")], book, at)
    assert later is not None
    assert later.detail["expected_on"] == "2026-04-05"
    unknown = happen("2026-04-10 10:00", "holding_snapshot", as_of="2026-04-10", holdings=[])
    assert sign("plan_interrupted", [plan, unknown], book, at) is None
    stopped = happen("2026-04-10 10:00", "plan_stopped", code="F00003")
    assert sign("plan_interrupted", [plan, stopped], book, at) is None


@pytest.mark.parametrize(("every", "days"), [("day", 13), ("week", 19), ("fortnight", 26), ("moon", None)])
def test_each_rhythm_has_its_period_and_an_unknown_one_has_none(
    happen: Make, book: Book, every: str, days: int | None
) -> None:
    plan = planned(happen, every=every)
    began = moment("2026-03-02 16:00")
    found = [
        number
        for number in range(60)
        if from_events([plan], as_of=began + timedelta(days=number), book=book)[0].sign("plan_interrupted")
    ]
    assert found == ([] if days is None else list(range(days, 60)))


@pytest.mark.parametrize(("fen", "short"), [(99_999, True), (100_000, False)])
def test_too_little_cash_is_a_reason_only_where_cash_is_known(
    happen: Make, book: Book, *, fen: int, short: bool
) -> None:
    plan, at = planned(happen), "2026-04-20 16:00"
    cash = banked(happen, "2026-03-01 09:10", fen)
    assert (sign("plan_cash_short", [cash, plan], book, at) is not None) is short
    assert sign("plan_cash_short", [plan], book, at) is None


def test_the_signs_of_money_are_folded_the_same_after_packing(happen: Make, book: Book) -> None:
    events = [
        assessed(happen, "C2"),
        planned(happen, "512480"),
        paid(happen, "ipo_allotted", "301999"),
        told(happen, "ipo_payment", "301999 20579 1280"),
    ]
    state = fold.refold("C1", events, as_of=moment(AS_OF), book=book)
    again = fold.unpack(fold.pack(state))
    assert again.causes("ipo_payment") == ("301999 20579 1280",)
    there, back = (profile(one, as_of=moment(AS_OF), book=book).signs for one in (state, again))
    assert there == back
    assert {one.name for one in back} >= {"ipo_payment", "plan_grade_above", "plan_interrupted"}
    fold.apply(again, happen("2026-05-06 17:00", "sign_turned_off", sign="ipo_payment"), book)
    assert again.causes("ipo_payment") == ()
