"""What is held follows from the last snapshot and what came after it, in any order, never below nothing."""

from itertools import permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from profile_events import Make, moment

from tongxing.domain.book import Book
from tongxing.domain.event import Event
from tongxing.profile import fold
from tongxing.profile.account import Account
from tongxing.profile.fold import State

AS_OF = moment("2026-05-06 16:00")


def state_of(events: list[Event], book: Book) -> State:
    return fold.refold("C1", events, as_of=AS_OF, book=book)


def trade(happen: Make, at: str, side: str, quantity: str, gross_fen: int = 1_000) -> Event:
    body = {"code": "600519", "side": side, "quantity": quantity, "price": "10", "gross_fen": gross_fen}
    return happen(at, "trade", **body, fees_fen=5)


def snapshot(happen: Make, at: str, as_of: str, quantity: str, cash_fen: int = 0) -> Event:
    holdings = [{"code": "600519", "quantity": quantity, "price": "10"}]
    return happen(at, "holding_snapshot", as_of=as_of, cash_fen=cash_fen, holdings=holdings)


def test_holdings_do_not_depend_on_the_order_of_arrival(happen: Make, book: Book) -> None:
    events = [
        trade(happen, "2026-03-02 10:00", "buy", "300"),
        snapshot(happen, "2026-03-03 09:00", "2026-03-02", "300", 50_000),
        trade(happen, "2026-03-03 10:00", "buy", "100"),
        snapshot(happen, "2026-03-04 12:00", "2026-03-04", "400", 40_000),
        trade(happen, "2026-03-04 14:00", "sell", "150", 2_000),
    ]
    for order in permutations(events):
        state = state_of(list(order), book)
        assert dict(state.positions()) == {"600519": 2_500_000}
        assert state.cash_fen == 40_000 + 2_000 - 5


def test_with_an_unknown_opening_nothing_is_ever_negative(happen: Make, book: Book) -> None:
    sold = [trade(happen, "2026-03-02 10:00", "sell", "300"), trade(happen, "2026-03-05 10:00", "buy", "100")]
    state = state_of(sold, book)
    assert dict(state.positions()) == {"600519": 1_000_000}
    assert state.cash_fen is None


def test_cash_is_known_when_the_record_begins_with_money_brought_in(happen: Make, book: Book) -> None:
    brought = happen("2026-03-01 10:00", "cash_moved", direction="in", amount_fen=9_000, reason="bank")
    assert state_of([trade(happen, "2026-03-02 10:00", "buy", "1"), brought], book).cash_fen == 7_995
    assert state_of([trade(happen, "2026-03-02 10:00", "buy", "1")], book).cash_fen is None


def test_splits_and_funds_change_what_is_held(happen: Make, book: Book) -> None:
    fund = {"code": "F00003", "units": "10.5", "nav": "1.2000", "gross_fen": 1_260}
    events = [
        trade(happen, "2026-03-02 10:00", "buy", "100"),
        happen("2026-03-03 09:00", "shares_changed", code="600519", quantity="50", reason="bonus"),
        happen("2026-03-03 10:00", "fund_confirmed", side="subscribe", **fund),
        happen("2026-03-04 10:00", "fund_confirmed", side="redeem", **{**fund, "units": "0.5"}),
    ]
    state = state_of(events, book)
    assert dict(state.positions()) == {"600519": 1_500_000, "F00003": 100_000}
    price = state.last_price("F00003")
    assert price is not None
    assert str(price[0]) == "1.200000"


CHANGES = st.lists(st.integers(-500, 500), min_size=1, max_size=120)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(changes=CHANGES, seed=st.integers(0, 10**6))
def test_added_up_movements_give_what_single_ones_give(changes: list[int], seed: int) -> None:
    moves = [(day * 86_400 * 2, change) for day, change in enumerate(changes)]
    total = low = 0
    for _ts, change in moves:
        total += change
        low = min(low, total)
    in_order, at_random = Account(), Account()
    for ts, change in moves:
        in_order.move(ts, "600519", change)
    in_order.trim()
    order = np.random.Generator(np.random.PCG64(seed)).permutation(len(moves))
    for place in order[:60]:  # few enough to be kept one by one
        at_random.move(moves[place][0], "600519", moves[place][1])
    assert in_order.positions() == ({"600519": total - low} if total - low else {})
    if len(moves) <= 60:
        assert at_random.positions() == in_order.positions()
