"""Statements of the officer's checklist about explanations and plans: they add up and know no favourite."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from statement_house import event, happens, opening

from tongxing.advice.attribution_life import Cause
from tongxing.app import temporary_house
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.service.explain_client import Answer, answer, window_of
from tongxing.service.house import House
from tongxing.service.me_who import mine
from tongxing.service.plan_facts import plan_facts
from tongxing.service.plan_make import Drafted, draft_plan
from tongxing.service.plan_weights import PlanPolicy, Weights

INDEX, BONDS = "510300", "511260"
PAID_OUT = (date(2026, 1, 12), date(2026, 1, 23))
ASKED = datetime(2026, 1, 26, 9, 0, tzinfo=BEIJING)


@pytest.fixture
def house() -> Iterator[House]:
    with temporary_house(seed=7) as found:
        yield found


def bought(day: date, price: Decimal, *, client: str = "C000001") -> Event:
    """Ten thousand shares of the index fund, with a fee of five yuan."""
    at = datetime(day.year, day.month, day.day, 10, 0, tzinfo=BEIJING)
    body = {
        "code": INDEX, "side": "buy", "quantity": "10000", "price": str(price),
        "gross_fen": int(price * 1_000_000), "fees_fen": 500, "deal_no": f"D-{day}",
    }  # fmt: skip
    return event("trade", body, at, client=client)


def close(house: House, day: date) -> Decimal:
    found = house.market.last_close(INDEX, day)
    assert found is not None
    return found[0]


def told(house: House, *, now: datetime, locale: str = "zh-CN") -> Answer:
    me = mine(house, "C000001", now=now)
    return answer(me, INDEX, window_of(house, *PAID_OUT, now=me.now), locale=locale)


def holding(house: House) -> None:
    """Bought before a dividend, and once more after it."""
    days = house.market.sessions(*PAID_OUT)
    early = [replace(one, ts=one.ts - timedelta(days=120), known_at=one.known_at - timedelta(days=120))
             for one in opening()]  # fmt: skip
    happens(house, *early, bought(days[0], close(house, days[0])), bought(days[-2], close(house, days[-2])))


def test_statement_31_the_causes_add_up_and_name_fees_and_dividends(house: House) -> None:
    holding(house)
    days = house.market.sessions(*PAID_OUT)
    paid = [found for day in days[1:] if (found := house.market.dividend_on(INDEX, day)) is not None]
    assert len(paid) == 1, "the weeks of this test hold a dividend"
    found = told(house, now=ASKED)
    parts = found.found.parts_fen
    assert sum(parts.values()) == found.found.result_fen
    first, again, last = (close(house, day) for day in (days[0], days[-2], days[-1]))
    expected = 20_000 * last - 10_000 * first - 10_000 * again - 5
    assert found.found.result_fen == int(expected * 100), "shown value against value and money before"
    assert parts[Cause.FEES] == -500
    assert parts[Cause.EX_DIVIDEND] == -int(paid[0].per_share * 10_000 * 100)
    assert found.told is not None
    assert {Cause.FEES, Cause.EX_DIVIDEND} <= {cause for cause, _words in found.told.causes}


def test_statement_31_nothing_of_a_later_day_goes_into_an_answer(house: House) -> None:
    holding(house)
    early = datetime(2026, 1, 21, 14, 0, tzinfo=BEIJING)
    found = told(house, now=early)
    assert found.found.as_of == date(2026, 1, 20), "the close of that day is not known at two o'clock"
    after = told(house, now=early.replace(hour=16))
    assert after.found.as_of == date(2026, 1, 21)


def fixed() -> PlanPolicy:
    weights = Weights(weights_bp=((BONDS, 6_000), (INDEX, 4_000)))
    return PlanPolicy(
        version="test-1",
        digest="0" * 64,
        money_code="F00001",
        mean_bp={"F00001": 140, INDEX: 620, BONDS: 180},
        weigh=lambda _facts, _pocket: weights,
    )


def test_statement_12_the_same_facts_give_the_same_plan_whoever_the_client_is(house: House) -> None:
    at = datetime(2026, 4, 1, 10, 0, tzinfo=BEIJING)
    plans = []
    for client in ("C000001", "C000002"):
        aim = {"goal_id": "home", "what": "house", "amount_fen": 30_000_000, "due": "2029-05-06",
               "priority": 1, "month_fen": 200_000}  # fmt: skip
        cash = {"as_of": "2026-04-01", "cash_fen": 9_000_000, "holdings": []}
        happens(
            house,
            *opening(client=client),
            event("income_stated", {"month_fen": 1_500_000}, at, client=client),
            event("holding_snapshot", cash, at, client=client),
            event("goal_set", aim, at, client=client),
        )
        me = mine(house, client, now=datetime(2026, 5, 6, 10, 0, tzinfo=BEIJING))
        made = draft_plan(me, plan_facts(me), fixed())
        assert isinstance(made, Drafted)
        plans.append(made)
    first, second = plans
    assert any(pocket.odds is not None for pocket in first.plan.pockets)
    named = {"client_id": "", "facts_digest": "", "plan_id": ""}
    assert replace(first.plan, **named) == replace(second.plan, **named)
    assert first.sentences == second.sentences
