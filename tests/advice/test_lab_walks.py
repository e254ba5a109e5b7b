"""Walks through real episodes: money adds up, nothing of later days is known, chance is repeatable."""

from datetime import timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.adapters.market_files import load
from tongxing.advice.lab_course import PPM, Course, drawdown_ppm, until
from tongxing.advice.lab_session import Choice, Tariff, panic, planned, practice, steps, walk
from tongxing.advice.lab_worse import deepest, moves, places
from tongxing.market.history import Market

TARIFF = Tariff(commission_ppm=250, least_fen=500)
SHARES = {"510300": 4_000, "510500": 3_000, "518880": 1_000}
START = practice(10_000_000, SHARES)
LIMIT = 0.105
"""Ten per cent with the rounding of prices to a tick."""


@cache
def market() -> Market:
    return load()


@cache
def crash() -> Course:
    first, last = np.datetime64("2015-06-12").item(), np.datetime64("2015-08-26").item()
    days = tuple(market().sessions(first, last))
    levels = {
        code: tuple(PPM + (market().total_return_ppm(code, first, day) or 0) for day in days)
        for code in SHARES
    }
    return Course(days=days, level_ppm=levels)


PATHS = st.lists(st.sampled_from(Choice), max_size=len(steps(crash(), 1)))


@pytest.mark.parametrize("code", load().codes())
def test_no_day_of_a_joined_course_moves_beyond_the_price_limit(code: str) -> None:
    days = market().sessions(market().first_session, market().last_session)
    priced = [day for day in days if market().bar(code, day) is not None]
    first = priced[0]
    levels = np.array([PPM + (market().total_return_ppm(code, first, day) or 0) for day in priced])
    assert np.abs(np.diff(levels) / levels[:-1]).max() < LIMIT


@given(PATHS)
def test_worth_falls_by_exactly_what_trading_cost_while_prices_stand(choices: list[Choice]) -> None:
    days = crash().days
    still = Course(days=days, level_ppm={code: (PPM,) * len(days) for code in SHARES})
    lived = walk(still, START, choices, at=steps(still, 1), weights_bp=SHARES, tariff=TARIFF)
    assert lived.values_fen[-1] == 10_000_000 - lived.cost_fen
    assert lived.cost_fen >= TARIFF.least_fen * lived.trades
    assert lived.last.cash_fen >= 0
    assert all(units >= 0 for units in lived.last.units.values())


@given(PATHS, st.integers(0, 40))
def test_what_is_shown_on_a_day_does_not_depend_on_later_days(choices: list[Choice], place: int) -> None:
    at = steps(crash(), 1)
    whole = walk(crash(), START, choices, at=at, weights_bp=SHARES, tariff=TARIFF)
    known = until(crash(), place)
    assert max(known.days) == crash().days[place]
    made = choices[: place + 1]
    part = walk(known, START, made, at=at, weights_bp=SHARES, tariff=TARIFF)
    assert part.values_fen == whole.values_fen[: place + 1]


def test_patience_in_2015_loses_what_the_real_prices_lost() -> None:
    lived = walk(crash(), START, (), at=(), weights_bp={}, tariff=TARIFF)
    by_hand = 2_000_000 + 4_000_000 * 0.578899 + 3_000_000 * 0.532991 + 1_000_000 * 0.989053
    assert lived.values_fen[-1] == pytest.approx(by_hand, abs=5)
    assert lived.cost_fen == 0


def test_panic_sells_once_at_the_first_close_fifteen_per_cent_down_and_stays_out() -> None:
    lived = panic(crash(), START, fall_bp=1_500, tariff=TARIFF)
    held = walk(crash(), START, (), at=(), weights_bp={}, tariff=TARIFF).values_fen
    sold = next(place for place, value in enumerate(held) if value <= 8_500_000)
    assert lived.trades == len(SHARES)
    assert lived.values_fen[:sold] == held[:sold]
    assert set(lived.values_fen[sold:]) == {held[sold] - lived.cost_fen}


def test_the_planned_course_ends_near_its_shares_after_a_rebalancing() -> None:
    every = len(crash().days) - 1
    lived = planned(crash(), START, weights_bp=SHARES, every=every, tariff=TARIFF)
    for code, share in SHARES.items():
        held = lived.last.held_fen(code, crash().level_ppm[code][-1])
        assert held * 10_000 / lived.values_fen[-1] == pytest.approx(share, abs=10)


def test_more_choices_than_steps_are_refused() -> None:
    with pytest.raises(ValueError, match="2 choices for 1 steps"):
        walk(crash(), START, [Choice.HOLD] * 2, at=(0,), weights_bp={}, tariff=TARIFF)


def test_drawdown_is_measured_from_the_highest_day_so_far() -> None:
    assert drawdown_ppm((100, 120, 90, 130)) == (0, 0, 250_000, 0)


def test_days_of_a_course_rise() -> None:
    day = crash().days[0]
    with pytest.raises(ValueError, match="rise"):
        Course(days=(day, day - timedelta(days=1)), level_ppm={})


def test_the_same_seed_draws_the_same_bytes_and_another_seed_does_not() -> None:
    def draw(seed: int) -> bytes:
        chance = np.random.Generator(np.random.PCG64(seed))
        return places(53, 53, 100, mean_block=30, chance=chance).tobytes()

    assert draw(7) == draw(7) != draw(8)


def test_blocks_are_as_long_as_asked_and_run_through_neighbouring_days() -> None:
    found = places(500, 2_000, 50, mean_block=30, chance=np.random.Generator(np.random.PCG64(1)))
    neighbours = ((found[:, 1:] - found[:, :-1]) % 500 == 1).mean()
    assert 1 / (1 - neighbours) == pytest.approx(30, rel=0.1)


def test_shuffled_days_keep_fat_tails_and_wild_stretches_of_the_real_market() -> None:
    days = tuple(market().sessions(np.datetime64("2013-01-04").item(), np.datetime64("2026-06-30").item()))
    levels = tuple(PPM + (market().total_return_ppm("510300", days[0], day) or 0) for day in days)
    real = moves(Course(days=days, level_ppm={"510300": levels}))[:, 0]
    order = places(len(real), len(real), 20, mean_block=30, chance=np.random.Generator(np.random.PCG64(3)))
    drawn = real[order]
    assert np.mean([_kurtosis(one) for one in drawn]) == pytest.approx(_kurtosis(real), rel=0.2)
    clustering = np.mean([_clustering(one) for one in drawn])
    assert 0.6 * _clustering(real) < clustering < 1.1 * _clustering(real)


def test_shuffled_falls_are_ordered_and_the_real_one_is_the_walks_own() -> None:
    found = deepest(crash(), START, paths=200, mean_block=30, chance=np.random.Generator(np.random.PCG64(7)))
    assert 0 < found.half_ppm <= found.tenth_ppm <= found.deepest_ppm < PPM
    held = walk(crash(), START, (), at=(), weights_bp={}, tariff=TARIFF).values_fen
    assert found.real_ppm == pytest.approx(max(drawdown_ppm(held)), abs=2)


def _kurtosis(values: np.ndarray) -> float:
    apart = values - values.mean()
    return float((apart**4).mean() / (apart**2).mean() ** 2)


def _clustering(values: np.ndarray) -> float:
    """Correlation of the size of a move with that of the day before."""
    size = np.abs(values)
    return float(np.corrcoef(size[1:], size[:-1])[0, 1])
