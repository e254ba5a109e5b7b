"""A book of pockets gets the same weights at once as one by one."""

from dataclasses import replace

import numpy as np
import pytest
from allocation_kit import house, policy, table

from tongxing.advice import batch
from tongxing.advice.advise import best, terms_of
from tongxing.advice.batch import Many, weights_of
from tongxing.advice.limits import Model, limits_of, model_of

POCKETS = 500
CLOSE = 1e-6
DEAR_CLOSE = 1e-5
"""With dear fees the doubled variables of one by one leave dust of some 1e-6 where nothing should move."""


def pockets(model: Model, count: int, seed: int) -> Many:
    chance, blocks = np.random.default_rng(seed), len(model.codes) - 1
    held = chance.integers(0, 2_500, (count, blocks)) * (chance.random((count, blocks)) < 0.4)
    return Many(
        grade=chance.integers(0, 6, count),
        debt_bp=chance.integers(0, 12_000, count),
        turnover_bp=chance.integers(0, 50_000, count) * (chance.random(count) < 0.9),
        months=chance.integers(0, 300, count),
        anxiety_bp=chance.integers(0, 6_000, count),
        held_bp=held * 10_000 // np.maximum(10_000, held.sum(axis=1, keepdims=True)),
        banned=chance.random((count, blocks)) < 0.05,
    )


def smooth() -> Model:
    """What is held pulls, and fees are high."""
    dear = tuple(replace(one, buy_ppm=9_000, sell_ppm=12_000) for one in policy().blocks)
    return model_of(replace(policy(), blocks=dear, smoothing_milli=20))


@pytest.mark.parametrize(
    ("model", "close"),
    [(house(), CLOSE), (table(), CLOSE), (smooth(), DEAR_CLOSE)],
    ids=["house", "no fees", "dear and slow"],
)
def test_a_book_gets_the_weights_of_one_by_one(model: Model, close: float) -> None:
    many = pockets(model, POCKETS, 7)
    found = weights_of(model, many)
    for place in range(POCKETS):
        purse = many.purse(model, place)
        alone, _limits, relaxed = best(model, limits_of(model, purse), terms_of(model, purse))
        assert np.abs(found.weights[place] - alone.weights).max() <= close, (place, purse)
        assert found.relaxed.get(place, ()) == relaxed
    assert found.alone == 0


def test_a_limit_that_is_said_to_decide_has_no_room() -> None:
    model = house()
    many = pockets(model, POCKETS, 8)
    found = weights_of(model, many)
    said = 0
    for place in range(POCKETS):
        limits = limits_of(model, many.purse(model, place))
        weights = found.weights[place]
        room = dict(zip(limits.names, limits.high - limits.rows @ weights, strict=True))
        room |= {
            f"most:{name}": most - weight
            for name, most, weight in zip(model.names, limits.upper, weights, strict=True)
        }
        for name, price in zip(found.limits, found.multipliers[place], strict=True):
            if price > CLOSE:
                said += 1
                assert abs(room[name]) <= CLOSE, (place, name)
    assert said > POCKETS


def test_a_turnover_budget_goes_one_by_one_and_names_what_gave_way() -> None:
    tight = model_of(replace(policy(), turnover_bp=100))
    many = pockets(tight, 20, 9)
    found = weights_of(tight, many)
    assert found.alone == len(many.grade)
    assert set(found.relaxed.values()) == {("turnover",)}


def test_two_runs_and_a_house_without_numba_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    many = pockets(house(), 60, 10)
    first, second = weights_of(house(), many), weights_of(house(), many)
    assert first.weights.tobytes() == second.weights.tobytes()
    assert first.multipliers.tobytes() == second.multipliers.tobytes()
    monkeypatch.setattr(batch, "FAST", False)
    slow = weights_of(house(), many)
    assert slow.alone == len(many.grade)
    assert np.abs(slow.weights - first.weights).max() <= CLOSE
