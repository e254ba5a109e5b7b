"""Words about money: their facts, their clearance in both languages, and one card for each cause."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from people import at, event, opening, snapshot

from tongxing.compliance.review import review
from tongxing.domain.clock import BEIJING, seconds
from tongxing.domain.draft import Fact, FactSheet, Refused
from tongxing.domain.event import Event
from tongxing.domain.grades import Channel, ProductRisk, Tolerance
from tongxing.domain.profile import ConsentGrant, Sign, Standing
from tongxing.domain.touch import Touch, Trigger
from tongxing.profile import fold
from tongxing.profile.assemble import profile
from tongxing.profile.payments import payments
from tongxing.service.append import append
from tongxing.service.close_day import close_day
from tongxing.service.facts_money import facts_of_money
from tongxing.service.house import House
from tongxing.service.states import state_of
from tongxing.service.stored import decode_decision
from tongxing.service.work import work
from tongxing.wording.draft import Unworded, draft

MONEY = (
    "dividend_received",
    "frequent_trading_cost",
    "grade_above",
    "grade_above_plan",
    "idle_cash",
    "ipo_payment",
    "plan_cash_short",
    "plan_interrupted",
    "product_matured",
    "profit_note",
)
NOON = datetime(2026, 5, 6, 12, 0, tzinfo=BEIJING)
SAMPLES: Mapping[str, int | str | tuple[str, ...]] = {
    "text": "沪深300ETF",
    "percent_ppm": 123_456,
    "percent_bp": 65_432,
    "money_fen": 1_234_567,
    "date": "2026-05-06",
    "count": 20,
    "list": ("沪深300ETF R3", "半导体ETF R4"),
}
TOUCH_DAYS = (date(2026, 5, 6), date(2026, 5, 7), date(2026, 5, 8), date(2026, 5, 11), date(2026, 5, 12))


def touch(name: str, house: House, *signs: Sign, moment: datetime = NOON) -> Touch:
    page = house.book.playbooks[name]
    return Touch(
        touch_id="t1",
        client_id="C1",
        playbook=name,
        nature=page.nature,
        channel=Channel.HOME,
        slot=page.slot,
        trigger=Trigger(name=f"sign:{page.all_of[0]}", cause="test/1", at=moment),
        signs=signs,
        net_bp=1,
    )


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("name", MONEY)
def test_the_words_are_cleared_for_an_old_client_of_the_lowest_category(
    house: House, name: str, locale: str
) -> None:
    page = house.book.playbooks[name]
    text = house.book.texts[page.text]
    standing = Standing(
        client_id="C1",
        grade=Tolerance.C1L,
        assessment_valid_to=date(2027, 1, 1),
        age=78,
        consents=(ConsentGrant(purpose="personalised_service", source="*", receiver="house", until=None),),
    )
    facts = {
        slot: Fact(name=slot, value=SAMPLES[kind], source="test", at=NOON)
        for slot, kind in text.slots.items()
    }
    words = draft(
        touch(name, house),
        text=text,
        facts=FactSheet(facts=facts),
        standing=standing,
        playbook=page,
        product=None,
        locale=locale,
        labels=house.book.labels,
        touches_this_week=0,
    )
    assert not isinstance(words, Unworded), words
    assert words.locale == locale
    assert not [part for part in words.parts if part.role == "action"], "nothing to buy beside money"
    verdict = review(words, book=house.book)
    assert not isinstance(verdict, Refused), verdict.reasons


def allotted(on: str) -> Sign:
    return Sign(name="ipo_payment", evidence=(), detail={"date": on})


def deadline(house: House, on: str, moment: datetime) -> tuple[object, object] | None:
    state = fold.empty("C1")
    client = profile(state, as_of=moment + timedelta(seconds=1), book=house.book)
    found = facts_of_money(
        touch("ipo_payment", house, allotted(on), moment=moment), client, house.book, house.market
    )
    return (found["pay_on"].value, found["pay_until"].value) if "pay_on" in found else None


def test_an_allotment_is_paid_two_sessions_after_the_application(house: House) -> None:
    assert deadline(house, "2026-05-06", NOON) == ("2026-05-08", "16:00")
    assert deadline(house, "2026-04-29", NOON) == ("2026-05-06", "16:00"), "holidays are no sessions"


def test_after_the_last_moment_or_outside_the_calendar_there_is_no_deadline(house: House) -> None:
    last = datetime(2026, 5, 8, 16, 0, tzinfo=BEIJING)
    assert deadline(house, "2026-05-06", last) is None
    assert deadline(house, "2026-05-06", last - timedelta(minutes=1)) is not None
    assert deadline(house, "2031-05-06", NOON) is None


def test_each_number_of_a_rule_names_its_rule_and_its_time(house: House) -> None:
    client = profile(fold.empty("C1"), as_of=NOON, book=house.book)
    found = facts_of_money(touch("dividend_received", house), client, house.book, house.market)
    tax = found["dividend_tax_month_ppm"]
    row = house.book.rules.row("dividend_tax_month_ppm", NOON.date())
    assert (tax.value, tax.source, tax.at) == (row.value, "rule:dividend_tax_month_ppm", NOON)


def regraded(house: House, **risks: ProductRisk) -> House:
    """The house after the book changed grades: codes written `c510300`."""
    products = dict(house.book.products)
    for name, risk in risks.items():
        products[name[1:]] = replace(products[name[1:]], risk=risk)
    return replace(house, book=replace(house.book, products=products))


def closed(house: House, day: date) -> None:
    close_day(house, day)
    work(house, now=datetime(day.year, day.month, day.day, 16, 0, tzinfo=BEIJING))


def cards(house: House, name: str) -> int:
    sent = [stored.event for stored in house.store.events_of("C1") if stored.event.kind == "touch_sent"]
    return sum(1 for one in sent if one.body["playbook"] == name)


def test_a_grade_raised_in_the_book_reaches_the_holder_at_the_next_close(house: House) -> None:
    append(house, [*opening(consents=()), snapshot({"510300": 5_000_000, "512890": 5_000_000})])
    work(house, now=at(2))
    first, second, third, fourth, fifth = TOUCH_DAYS
    closed(house, first)
    assert cards(house, "grade_above") == 0
    one = regraded(house, c510300=ProductRisk.R4)
    closed(one, second)
    assert cards(house, "grade_above") == 1
    both = regraded(one, c512890=ProductRisk.R4)
    closed(both, third)
    assert cards(house, "grade_above") == 2, "a second product while the first is still above"
    closed(both, fourth)
    assert cards(house, "grade_above") == 2, "nothing changed, nothing is said"
    closed(regraded(house, c512890=ProductRisk.R4), fifth)
    assert cards(house, "grade_above") == 2, "a grade that fell back needs no notice"
    closed(both, date(2026, 5, 13))
    assert cards(house, "grade_above") == 3, "and is told when it rises again"


def test_the_notice_names_products_with_the_grades_of_the_book(house: House) -> None:
    append(house, [*opening(consents=()), snapshot({"512480": 4_000_000, "510300": 6_000_000})])
    work(house, now=at(2))
    closed(house, TOUCH_DAYS[0])
    records = [decode_decision(row.payload) for row in house.store.decisions()]
    (words,) = [one for record in records for one in record.drafts if one.playbook == "grade_above"]
    assert {fact.name: fact.source for fact in words.facts}["products"] == "book:products"
    assert "半导体ETF R4" in words.text
    assert "沪深300ETF R3" not in words.text, "R3 is within C3"


def paid(number: int, code: str, fen: int, *, minutes: int) -> Event:
    body: dict[str, object] = {"code": code, "amount_fen": fen, "date": "2026-05-06"}
    return event(number, "dividend_received", body, minutes=minutes)


def test_every_dividend_has_its_card_and_a_repeated_one_has_not(house: House) -> None:
    many = [paid(10 + number, "510300", 100 + number, minutes=5) for number in range(9)]
    append(house, [*opening(consents=()), *many])
    work(house, now=at(6))
    assert cards(house, "dividend_received") == 9
    append(house, [*many, paid(99, "510300", 100, minutes=7)])
    work(house, now=at(8))
    closed(house, TOUCH_DAYS[0])
    assert cards(house, "dividend_received") == 9
    blob = house.store.state("C1")
    assert blob is not None
    kept = payments(state_of(house, "C1", blob), "dividend_received")
    assert len(kept) == 10, "both sources are kept as they came"
    assert {one.known_at for one in kept} == {seconds(at(5)), seconds(at(7))}
