"""Lots and what leaving early costs: the oldest goes first, and waiting never costs more."""

from datetime import date, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_rules import RULES

from tongxing.advice.lots import Lot, Move, available_e4, lots, oldest_first
from tongxing.advice.redemption import (
    Ladder,
    cheaper_days,
    dividend_tax_fen,
    fee_fen,
    ladder_of,
    value_fen,
)

ON = date(2026, 5, 6)
E4 = 10_000
Kind = Literal["buy", "sell", "free", "state"]
LADDER = ladder_of("bond_fund", ON, RULES)


def move(days_ago: int, kind: Kind, units: int) -> Move:
    return Move(day=ON - timedelta(days=days_ago), kind=kind, quantity_e4=units * E4)


def test_a_sale_takes_the_oldest_lot_first() -> None:
    held = lots([move(90, "buy", 100), move(10, "buy", 50), move(5, "sell", 120)])
    assert held == (Lot(quantity_e4=30 * E4, bought=ON - timedelta(days=10)),)


def test_shares_of_a_split_belong_to_the_lots_they_came_from() -> None:
    held = lots([move(90, "buy", 100), move(10, "buy", 50), move(5, "free", 150)])
    assert [lot.quantity_e4 for lot in held] == [200 * E4, 100 * E4]


def test_a_snapshot_that_says_what_is_counted_changes_nothing_and_another_begins_anew() -> None:
    bought = [move(90, "buy", 100)]
    assert lots([*bought, move(5, "state", 100)])[0].bought == ON - timedelta(days=90)
    assert lots([*bought, move(5, "state", 80)]) == (
        Lot(quantity_e4=80 * E4, bought=ON - timedelta(days=5), at_least=True),
    )


def test_the_ladder_is_that_of_the_law_and_exempt_kinds_have_none() -> None:
    assert LADDER.rungs == ((7, 15_000), (30, 10_000), (180, 5_000))
    assert [LADDER.rate_ppm(days) for days in (0, 6, 7, 29, 30, 179, 180)] == [
        15_000, 15_000, 10_000, 10_000, 5_000, 5_000, 0,
    ]  # fmt: skip
    assert ladder_of("money_fund", ON, RULES) == Ladder()
    assert ladder_of("bond_fund", date(2025, 6, 1), RULES) == Ladder()


def test_each_lot_pays_by_its_own_age() -> None:
    held = (
        Lot(quantity_e4=1_000 * E4, bought=ON - timedelta(days=200)),
        Lot(quantity_e4=1_000 * E4, bought=ON - timedelta(days=20)),
    )
    # the old thousand pays nothing; 500 of the young one: 500 x 1.2000 = 600.00 yuan at 1 %
    assert fee_fen(held, 1_500 * E4, 1_200_000, on=ON, ladder=LADDER) == 600
    assert fee_fen(held, 1_000 * E4, 1_200_000, on=ON, ladder=LADDER) == 0


def test_more_than_is_held_cannot_be_taken() -> None:
    with pytest.raises(ValueError, match="cannot be taken"):
        oldest_first((Lot(quantity_e4=5, bought=ON),), 6, ON)


# Dividends of 1.00 yuan a share: 20 % within a month, 10 % within a year, nothing after (taken at sale).
@pytest.mark.parametrize(
    ("bought", "tax_fen"),
    [(date(2026, 4, 6), 2_000), (date(2026, 4, 5), 1_000), (date(2025, 5, 6), 1_000), (date(2025, 5, 5), 0)],
)
def test_the_tax_on_dividends_falls_with_the_time_held(bought: date, tax_fen: int) -> None:
    held = (Lot(quantity_e4=100 * E4, bought=bought),)
    paid = ((date(2026, 4, 20), 100 * E4),)
    assert dividend_tax_fen(held, 100 * E4, paid, on=ON, rules=RULES) == tax_fen


moves = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from(["buy", "sell", "free", "state"]), st.integers(0, 10**6)),
    max_size=12,
)


@given(rows=moves)
def test_lots_never_hold_less_than_nothing_and_what_is_taken_adds_up(
    rows: list[tuple[int, Kind, int]],
) -> None:
    held = lots([move(days, kind, units) for days, kind, units in sorted(rows, reverse=True)])
    assert all(lot.quantity_e4 > 0 for lot in held)
    whole = sum(lot.quantity_e4 for lot in held)
    assert available_e4(held, ON, same_day=False) <= available_e4(held, ON, same_day=True) == whole
    taken = oldest_first(held, whole // 2, ON)
    assert sum(part.quantity_e4 for part in taken) == whole // 2
    assert [part.held_days for part in taken] == sorted((part.held_days for part in taken), reverse=True)


@given(
    ages=st.lists(st.tuples(st.integers(0, 250), st.integers(1, 10**6)), min_size=1, max_size=6),
    price_e6=st.integers(100_000, 5_000_000),
)
def test_waiting_never_costs_more_and_no_fee_exceeds_the_highest_rung(
    ages: list[tuple[int, int]], price_e6: int
) -> None:
    held = tuple(Lot(quantity_e4=units * E4, bought=ON - timedelta(days=days)) for days, units in ages)
    whole = sum(lot.quantity_e4 for lot in held)
    days = cheaper_days(held, whole, price_e6, on=ON, ladder=LADDER, days_max=400)
    fees = [one.fee_fen for one in days]
    assert days[0].day == ON
    assert fees == sorted(fees, reverse=True)
    assert len(set(fees)) == len(fees)
    assert fees[0] <= value_fen(whole, price_e6) * 15_000 // 1_000_000 + len(held)
    assert fees[-1] == 0
