"""A million pockets at once, on one core and on two, and how far they are from one by one."""

import time
from collections.abc import Iterator

import numba
import numpy as np

from benchmarks.measure import Figure
from tongxing.adapters.book_files import load
from tongxing.advice.advise import best, terms_of
from tongxing.advice.batch import Many, weights_of
from tongxing.advice.limits import Model, limits_of, model_of
from tongxing.profile.signs import NAMES

MILLION, PART, SAMPLE = 1_000_000, 250_000, 10_000
LIMIT_S = 40.0
TIGHT = 1e-6


def run_book() -> Iterator[Figure]:
    """Every pocket is its own random client, with holdings, fees and wishes; limits that decide are kept."""
    model = model_of(load(sign_names=NAMES).policies["2026-05"])
    chance = np.random.default_rng(5)
    weights_of(model, _many(model, chance, 2_000))
    most = numba.get_num_threads()
    for threads in sorted({1, min(2, most)}):
        numba.set_num_threads(threads)
        seconds = 0.0
        alone = relaxed = 0
        for _ in range(MILLION // PART):
            many = _many(model, chance, PART)
            began = time.perf_counter()
            found = weights_of(model, many)
            seconds += time.perf_counter() - began
            alone, relaxed = alone + found.alone, relaxed + len(found.relaxed)
        yield Figure(
            metric=f"a million clients at once, weights and limits that decide, threads: {threads}",
            value=seconds,
            unit="s",
            n=MILLION,
            note=f"every one answered; {alone} one by one, {relaxed} with a limit that gave way",
            peer="limit",
            peer_value=LIMIT_S,
        )
    numba.set_num_threads(most)
    yield _agreement(model, _many(model, chance, SAMPLE))


def _agreement(model: Model, many: Many) -> Figure:
    at_once = weights_of(model, many)
    off = 0.0
    for place in range(SAMPLE):
        purse = many.purse(model, place)
        alone, _limits, _relaxed = best(model, limits_of(model, purse), terms_of(model, purse))
        off = max(off, float(np.abs(at_once.weights[place] - alone.weights).max()))
    return Figure(
        metric="most that a weight at once differs from one by one",
        value=off * MILLION,
        unit="ppm",
        n=SAMPLE,
        peer="limit",
        peer_value=TIGHT * MILLION,
    )


def _many(model: Model, chance: np.random.Generator, count: int) -> Many:
    blocks = len(model.codes) - 1
    held = chance.integers(0, 2_500, (count, blocks)) * (chance.random((count, blocks)) < 0.4)  # noqa: PLR2004
    return Many(
        grade=chance.integers(0, 6, count),
        debt_bp=chance.integers(0, 9_000, count),
        turnover_bp=chance.integers(0, 50_000, count),
        months=chance.integers(0, 300, count),
        anxiety_bp=chance.integers(0, 5_000, count),
        held_bp=held * 10_000 // np.maximum(10_000, held.sum(axis=1, keepdims=True)),
        banned=chance.random((count, blocks)) < 0.05,  # noqa: PLR2004
    )
