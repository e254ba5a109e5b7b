from datetime import date, time, timedelta
from decimal import Decimal
from itertools import pairwise
from time import perf_counter
from typing import Any

import msgspec
import pytest

from tongxing.domain.clock import BEIJING
from tongxing.domain.grades import Tolerance
from tongxing.simulation import mind as minds
from tongxing.simulation.board import board
from tongxing.simulation.day import act
from tongxing.simulation.dues import NEW_ISSUE
from tongxing.simulation.mind import Actions, Mind


def trades(events: Any) -> list[Any]:
    """Deals at the exchange; shares of new issues come and go at prices of their own."""
    deals = [event for event in events if event.kind == "trade"]
    return [event for event in deals if not event.body["code"].startswith(NEW_ISSUE)]


def test_one_seed_lives_the_same_days(world: Any) -> None:
    first = world.live(world.people(30), until=date(2026, 2, 10))
    again = world.live(world.people(30), until=date(2026, 2, 10))
    other = world.live(world.people(30), until=date(2026, 2, 10), seed=8)
    assert first.events == again.events
    assert first.minds == again.minds
    assert first.events != other.events


def test_a_client_does_the_same_however_many_others_there_are(world: Any) -> None:
    alone = world.live(world.people(5), until=date(2026, 3, 2))
    among = world.live(world.people(40), until=date(2026, 3, 2))
    for client_id in alone.minds:
        assert alone.of(client_id) == among.of(client_id)


def test_trades_fill_inside_the_bar_the_limits_the_lots_and_the_sessions(half_year: Any, market: Any) -> None:
    found = trades(half_year.events)
    assert len(found) > 500
    for event in found:
        day, body = event.ts.astimezone(BEIJING).date(), event.body
        bar, limits = market.bar(body["code"], day), market.limits(body["code"], day)
        price = int(Decimal(body["price"]) * 1_000)
        assert bar.low_mil <= price <= bar.high_mil
        assert limits.up_mil is None or limits.down_mil <= price <= limits.up_mil
        assert body["side"] == "sell" or int(body["quantity"]) % market.lot(body["code"], day) == 0
        moment = event.ts.astimezone(BEIJING).time()
        assert time(9, 30) <= moment < time(11, 30) or time(13) <= moment < time(15)


def test_money_adds_up_to_the_fen(half_year: Any, market: Any) -> None:
    for event in trades(half_year.events):
        body, day = event.body, event.ts.astimezone(BEIJING).date()
        exact = Decimal(body["price"]) * int(body["quantity"]) * 100
        assert abs(body["gross_fen"] - exact) <= Decimal("0.5")
        fees = market.fees(body["code"], body["side"], body["gross_fen"], day)
        assert body["fees_fen"] == fees.total_fen


def test_cash_and_shares_are_what_the_events_say_and_never_negative(half_year: Any, market: Any) -> None:
    """An independent ledger over the events, with the market's own actions, ends where the minds end."""
    for client_id, mind in half_year.minds.items():
        cash = 0
        shares: dict[str, int] = {}
        bought: dict[str, int] = {}
        day = None
        for event in half_year.of(client_id):
            today = event.ts.astimezone(BEIJING).date()
            if event.kind in {"trade", "cash_moved", "fund_confirmed"} and today != day:
                cash, bought = cash + _actions(market, shares, day, today), {}
                day = today
            body = event.body
            if event.kind == "holding_snapshot":
                cash = body["cash_fen"]
                shares = {one["code"]: int(one["quantity"]) for one in body["holdings"]}
                day = today
            elif event.kind == "fund_confirmed":
                shares[body["code"]] -= int(body["units"])
            elif event.kind == "trade" and body["side"] == "buy":
                shares[body["code"]] = shares.get(body["code"], 0) + int(body["quantity"])
                bought[body["code"]] = bought.get(body["code"], 0) + int(body["quantity"])
            elif event.kind == "trade":
                shares[body["code"]] -= int(body["quantity"])
                listed = body["code"] in market.codes()
                if listed and not market.settles_same_day(body["code"], today):
                    assert shares[body["code"]] >= bought.get(body["code"], 0), "T+1"
            cash += _cash_of(event)
            assert cash >= 0
            assert all(held >= 0 for held in shares.values())
        cash += _actions(market, shares, day, date(2026, 7, 10))
        if not mind.gone and mind.joined:
            assert (cash, {code: held for code, held in shares.items() if held}) == (
                mind.cash_fen,
                mind.shares,
            )


def _cash_of(event: Any) -> int:
    """What an event brings in (+) or takes out (-), in fen."""
    body = event.body
    if event.kind == "cash_moved":
        return int(body["amount_fen"]) * (1 if body["direction"] == "in" else -1)
    if event.kind == "fund_confirmed":
        return int(body["gross_fen"])
    if event.kind != "trade":
        return 0
    bought = body["side"] == "buy"
    return (-1 if bought else 1) * int(body["gross_fen"]) - int(body["fees_fen"])


def _actions(market: Any, shares: dict[str, int], after: date | None, until: date) -> int:
    """Splits and dividends of the days between, on an account of our own; returns the cash."""
    cash = 0
    day = after or until
    while day < until:
        day += timedelta(days=1)
        for code, held in list(shares.items()):
            dividend, split = market.dividend_on(code, day), market.split_on(code, day)
            if dividend is not None:
                cash += int(held * dividend.per_share * 100)
            if split is not None:
                shares[code] = int(held * split.ratio)
    return cash


def test_the_split_of_the_semiconductor_etf_doubles_the_shares(market: Any) -> None:
    mind = Mind(client_id="C1", shares={"512480": 1_100})
    days = market.sessions(date(2026, 6, 25), date(2026, 7, 8))
    split_day = next(day for day in days if market.split_on("512480", day))
    minds.new_day(mind, board(market, split_day, ["512480"]).actions, {})
    assert mind.shares == {"512480": 2_200}


def test_a_dividend_pays_whole_fen_to_the_holder() -> None:
    mind = Mind(client_id="C1", shares={"511260": 300, "510300": 100})
    minds.new_day(mind, {"511260": Actions(dividend=Decimal("1.26865"))}, {})
    assert mind.cash_fen == 38_059
    assert mind.shares == {"511260": 300, "510300": 100}


def test_who_leaves_asks_to_close_sells_withdraws_and_never_acts_again(half_year: Any) -> None:
    left = [client_id for client_id, mind in half_year.minds.items() if mind.gone]
    assert left
    for client_id in left:
        kinds = [event.kind for event in half_year.of(client_id)]
        after = kinds[kinds.index("closing_requested") + 1 :]
        assert set(after) <= {"trade", "cash_moved", "shares_changed"}
        assert (half_year.minds[client_id].cash_fen, half_year.minds[client_id].shares) == (0, {})


def test_about_three_point_two_percent_leave_in_a_month(world: Any, assume: Any) -> None:
    per_session = assume.churn_session_bp(served=False) / 10_000
    assert 1 - (1 - per_session) ** (243 / 12) == pytest.approx(0.032, abs=1e-9)
    lived = world.live(world.people(600), until=date(2026, 3, 31))
    asked = sum(mind.leaving for mind in lived.minds.values())
    sessions = 56
    expected = sum(mind.joined for mind in lived.minds.values()) * (1 - (1 - per_session) ** sessions)
    assert abs(asked - expected) < 4 * expected**0.5


def test_service_keeps_nobody_unless_the_book_says_so(assume: Any) -> None:
    assert assume["service_effect_churn_bp"] == 0
    assert assume.churn_session_bp(served=True) == assume.churn_session_bp(served=False)


def test_distress_is_heard_only_after_an_own_loss(world: Any, assume: Any, market: Any) -> None:
    people = world.people(200)
    day = date(2026, 3, 2)
    today = board(market, day, world.goods.codes)
    calm = [Mind(client_id=one.client_id, joined=True) for one in people]
    hurt = [Mind(client_id=one.client_id, joined=True, recent_ppm=[-30_000] * 5) for one in people]
    told = [
        sum(
            _distressed(act(one, mind, today, seed=7, assume=assume))
            for one, mind in zip(people, group, strict=True)
        )
        for group in (calm, hurt)
    ]
    assert told[0] == 0
    assert told[1] > 20


def _distressed(events: Any) -> bool:
    texts = [str(event.body["text"]) for event in events if event.kind == "asked"]
    return any(word in text for text in texts for word in ("睡不着", "受不了", "焦虑", "不敢", "心慌"))


def test_waiting_cards_are_opened_sent_away_or_forgotten_and_change_nothing_else(
    world: Any, assume: Any, market: Any
) -> None:
    people = world.people(200)
    today = board(market, date(2026, 3, 2), world.goods.codes)
    kinds: list[str] = []
    for one in people:
        plain = act(
            one, Mind(client_id=one.client_id, joined=True, cash_fen=10**7), today, seed=7, assume=assume
        )
        reader = Mind(client_id=one.client_id, joined=True, cash_fen=10**7, cards=["a", "b"])
        with_cards = act(one, reader, today, seed=7, assume=assume)
        said = [event for event in with_cards if event.kind in {"opened", "dismissed"}]
        rest = [(event.ts, event.kind, event.body) for event in with_cards if event not in said]
        assert rest == [(event.ts, event.kind, event.body) for event in plain]
        assert all(event.body["touch_id"] in {"a", "b"} for event in said)
        kinds.extend(event.kind for event in said)
    assert {"opened", "dismissed"} == set(kinds)


def test_a_day_of_events_is_told_in_order_of_time(half_year: Any) -> None:
    for client_id in list(half_year.minds)[:40]:
        acts = [event for event in half_year.of(client_id) if not event.source_seq.startswith("open-")]
        assert all(before.ts <= after.ts for before, after in pairwise(acts))


def test_minds_survive_being_written_down(half_year: Any) -> None:
    kept = list(half_year.minds.values())
    assert msgspec.json.decode(msgspec.json.encode(kept), type=list[Mind]) == kept


def test_two_hundred_clients_act_a_day_in_less_than_the_goal(world: Any, assume: Any, market: Any) -> None:
    people = world.people(200)
    crowd = [Mind(client_id=one.client_id, joined=True, cash_fen=10**7) for one in people]
    days = market.sessions(date(2026, 3, 2), date(2026, 3, 6))
    began = perf_counter()
    for day in days:
        today = board(market, day, world.goods.codes)
        for one, mind in zip(people, crowd, strict=True):
            act(one, mind, today, seed=7, assume=assume)
    assert (perf_counter() - began) / len(days) < 0.15


def test_what_ends_is_renewed_by_some_and_lapses_for_others(half_year: Any) -> None:
    """Documents, assessments and consents, each with a later day than before."""
    for kind, day in (
        ("id_document", "valid_to"),
        ("assessment_taken", "valid_to"),
        ("consent_given", "until"),
    ):
        renewed = 0
        for client_id in half_year.minds:
            told = [event.body for event in half_year.of(client_id) if event.kind == kind]
            days = [body[day] for body in told if body.get(day) and body.get("purpose") != "marketing"]
            assert days == sorted(days)
            renewed += len(days) > 1
        assert 0 < renewed < len(half_year.minds) / 2, kind


def test_whose_grade_fell_buys_nothing_above_it_any_more(half_year: Any, goods: Any) -> None:
    fell = 0
    for one in half_year.people:
        grade = Tolerance[one.grade]
        for event in half_year.of(one.client_id):
            if event.kind == "assessment_taken":
                fell += Tolerance[event.body["grade"]] < grade
                grade = Tolerance[event.body["grade"]]
            elif event.kind == "trade" and event.body["side"] == "buy" and event.body["code"] in goods.codes:
                planned = event.body["code"] == one.habits.plan_code
                assert planned or goods.products[event.body["code"]].risk <= max(grade, 1)
    assert fell > 0


def test_a_product_with_an_end_pays_back_once_on_its_day(half_year: Any) -> None:
    matured = [event for event in half_year.events if event.kind == "product_matured"]
    assert len(matured) > 3
    holders = {one.client_id: one for one in half_year.people}
    for event in matured:
        one = holders[event.client_id]
        assert event.ts.astimezone(BEIJING).date() >= one.term_ends
        assert event.body["amount_fen"] >= one.term_fen // 100 * 100
    assert len({event.client_id for event in matured}) == len(matured)
