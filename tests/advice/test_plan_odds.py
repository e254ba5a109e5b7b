"""Odds: drawn from the real past with its character, recentred to the assumptions, the same for a seed."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_rules import RULES

from tongxing.adapters.market_files import load as load_market
from tongxing.advice.odds import Course, Floats, Odds, block_paths, odds, pocket_returns
from tongxing.service.plan_history import daily_returns

YEAR, BLOCK = 243, 30
CODES = ("510300", "511260", "518880", "513500")


@pytest.fixture(scope="module")
def history() -> dict[str, Floats]:
    market = load_market(rules=RULES)
    return daily_returns(market, CODES, date(2017, 9, 1), date(2026, 5, 6))


def kurtosis(values: Floats) -> float:
    centred = values - values.mean()
    return float((centred**4).mean() / (centred**2).mean() ** 2)


def echo(values: Floats, lag: int) -> float:
    """How much a wild day is followed by another one `lag` days later."""
    size = np.abs(values) - np.abs(values).mean()
    return float((size[..., lag:] * size[..., :-lag]).mean() / (size**2).mean())


def test_the_history_has_the_same_real_sessions_for_all(history: dict[str, Floats]) -> None:
    lengths = {len(found) for found in history.values()}
    assert list(history) == list(CODES)
    assert len(lengths) == 1
    assert lengths.pop() > 2_000
    # no split is mistaken for a fall: the exchange allows 10 % a day
    assert max(float(np.abs(found).max()) for found in history.values()) < 0.102


def test_fat_tails_and_the_echo_of_wild_days_survive_the_drawing(history: dict[str, Floats]) -> None:
    real = history["510300"]
    paths = block_paths(real, 486, paths=2_000, block=BLOCK, chance=np.random.default_rng(7))
    assert kurtosis(paths) == pytest.approx(kurtosis(real), rel=0.25)
    assert kurtosis(real) > 6  # what a bell curve, at 3, would lose
    assert echo(paths, 1) == pytest.approx(echo(real, 1), abs=0.05)
    # a block of 30 keeps exp(-20/30), about half, of an echo at 20 days
    assert echo(paths, 20) > 0.3 * echo(real, 20)
    shuffled = np.random.default_rng(7).permutation(real)
    assert abs(echo(shuffled, 1)) < 0.3 * echo(real, 1)


def test_the_mean_is_the_houses_assumption_and_not_the_pasts(history: dict[str, Floats]) -> None:
    weights = {"510300": 0.3, "511260": 0.6, "518880": 0.1}
    mean_bp = {"510300": 620, "511260": 180, "518880": 450}
    found = pocket_returns(history, weights, mean_bp, YEAR)
    assert found.mean() * YEAR == pytest.approx(0.3 * 0.062 + 0.6 * 0.018 + 0.1 * 0.045, abs=1e-12)
    past = sum(weight * history[code] for code, weight in weights.items())
    assert found.std() == pytest.approx(float(np.std(past)), abs=1e-12)


def ends(history: dict[str, Floats], course: Course, *, seed: int = 3, block: str = "510300") -> Odds:
    returns = pocket_returns(history, {block: 1.0}, {block: 620}, YEAR)
    return odds(course, returns, paths=1_000, block=BLOCK, year=YEAR, chance=np.random.default_rng(seed))


GOAL = Course(start_fen=10_000_000, month_fen=0, amount_fen=10_000_000, months=36)


def test_the_same_seed_gives_the_same_answer_and_another_seed_a_near_one(history: dict[str, Floats]) -> None:
    first = ends(history, GOAL)
    assert ends(history, GOAL) == first
    other = ends(history, GOAL, seed=4)
    assert other != first
    assert abs(other.short_ppm - first.short_ppm) < 60_000


def test_more_to_begin_with_and_more_each_month_miss_the_goal_less_often(history: dict[str, Floats]) -> None:
    bare = ends(history, GOAL)
    saved = ends(history, Course(start_fen=10_000_000, month_fen=50_000, amount_fen=10_000_000, months=36))
    richer = ends(history, Course(start_fen=12_000_000, month_fen=0, amount_fen=10_000_000, months=36))
    assert saved.short_ppm < bare.short_ppm
    assert richer.short_ppm < bare.short_ppm
    assert bare.low_fen < bare.middle_fen < bare.high_fen


def test_money_that_does_not_move_ends_where_arithmetic_says() -> None:
    still = np.zeros(500)
    found = odds(
        Course(start_fen=1_000_000, month_fen=10_000, amount_fen=1_300_000, months=24),
        still,
        paths=50,
        block=BLOCK,
        year=YEAR,
        chance=np.random.default_rng(1),
    )
    assert found.middle_fen == found.low_fen == 1_000_000 + 24 * 10_000
    assert (found.short_ppm, found.missing_fen) == (1_000_000, 60_000)


def test_a_goal_that_is_due_now_is_short_exactly_when_the_money_is() -> None:
    due = Course(start_fen=999, month_fen=0, amount_fen=1_000, months=0)
    found = odds(due, np.zeros(10), paths=10, block=5, year=YEAR, chance=np.random.default_rng(1))
    assert (found.short_ppm, found.missing_fen, found.sessions) == (1_000_000, 1, 0)


def test_weights_on_a_block_without_a_past_are_refused(history: dict[str, Floats]) -> None:
    with pytest.raises(ValueError, match="no common history"):
        pocket_returns(history, {"F99999": 1.0}, {"F99999": 200}, YEAR)


@settings(max_examples=25)
@given(
    seed=st.integers(0, 2**32),
    start=st.integers(0, 50_000_000),
    month=st.integers(0, 500_000),
    more=st.integers(1, 300_000),
    amount=st.integers(1, 80_000_000),
    months=st.integers(0, 120),
)
def test_saving_more_never_makes_a_goal_more_likely_to_be_missed(
    *, seed: int, start: int, month: int, more: int, amount: int, months: int
) -> None:
    returns = np.random.default_rng(11).normal(0.0002, 0.012, 400)

    def drawn(month_fen: int) -> Odds:
        course = Course(start_fen=start, month_fen=month_fen, amount_fen=amount, months=months)
        chance = np.random.default_rng(seed)
        return odds(course, returns, paths=40, block=BLOCK, year=YEAR, chance=chance)

    less, saved = drawn(month), drawn(month + more)
    assert saved.short_ppm <= less.short_ppm
    assert saved.low_fen >= less.low_fen
    assert less.low_fen <= less.middle_fen <= less.high_fen
    assert drawn(month) == less
