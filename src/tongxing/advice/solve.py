"""The weights themselves: one small quadratic program, solved exactly by daqp's active set.

    minimise   aversion/2 w'Sw - mean'w + fees of moving there + smoothing/2 |w - held|²
    subject to sum w = 1, 0 ≤ w ≤ upper, rows · w ≤ high, bought + sold ≤ turnover

With fees, what is bought and what is sold are variables of their own, so that the kink at what is held is
exact. The multipliers of daqp say which limits decide.
"""

from collections.abc import Mapping
from ctypes import c_int
from dataclasses import dataclass
from functools import lru_cache

import daqp
import numpy as np

from tongxing.advice.limits import Floats, Limits, Model, rows_of

EQUALITY = 5
SOLVED = 1
FAR = 1e30
RIDGE = 1e-9
"""Makes the program strictly convex: equal means have one answer."""
DUST = 1e-9
LEAST_YEARS = 1 / 12


@dataclass(frozen=True, slots=True)
class Solved:
    """Weights over the blocks, and the multipliers of bounds and rows by name."""

    weights: Floats
    multipliers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Terms:
    """The objective of one client."""

    aversion: float
    smoothing: float
    held: Floats
    """Weights today, cash included; add up to 1."""
    turnover: float | None
    """Most to be bought and sold together; None: as much as wanted."""
    fees: bool


def solve(model: Model, limits: Limits, terms: Terms) -> Solved | None:
    """The best weights within the limits; None where the limits leave none."""
    if terms.fees or terms.turnover is not None:
        return _moved(model, limits, terms)
    return _free(model, limits, terms)


def _free(model: Model, limits: Limits, terms: Terms) -> Solved | None:
    """Without fees: the weights are the variables."""
    size = len(model.names)
    quadratic = terms.aversion * model.covariance + (terms.smoothing + RIDGE) * np.eye(size)
    linear = -model.mean - terms.smoothing * terms.held
    rows = np.vstack((np.ones(size), limits.rows))
    upper = np.concatenate((limits.upper, [1.0], limits.high))
    lower = np.concatenate((np.zeros(size), [1.0], np.full(len(limits.high), -FAR)))
    found = _ask(quadratic, linear, rows, upper, lower, size)
    if found is None:
        return None
    answer, prices = found
    return Solved(_clean(answer), _named(model, limits, prices[:size], prices[size + 1 :]))


def _moved(model: Model, limits: Limits, terms: Terms) -> Solved | None:
    """With fees: what is bought and what is sold are the variables."""
    frame = _frame(model, limits.names, terms.aversion, terms.smoothing)
    held, size = terms.held, len(model.names)
    years = max(limits.holding_years, LEAST_YEARS)
    pull = terms.aversion * (model.covariance @ held) - model.mean
    linear = np.concatenate((pull + model.buy / years, model.sell / years - pull))
    places, rooms = 2 * size + 1, len(limits.high)
    upper, lower = frame.upper.copy(), frame.lower.copy()
    upper[places : places + size] = limits.upper - held
    upper[places + size : places + size + rooms] = limits.high - limits.rows @ held
    upper[-1] = FAR if terms.turnover is None else terms.turnover
    lower[places : places + size] = -held
    found = _ask(frame.quadratic, linear, frame.rows, upper, lower, 2 * size)
    if found is None:
        return None
    answer, prices = found
    named = _named(model, limits, prices[places : places + size], prices[places + size : -1])
    moved = held + answer[:size] - answer[size:]
    return Solved(_clean(moved), {**named, "turnover": float(prices[-1])})


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all clients of one aversion and the same rows share."""

    quadratic: Floats
    rows: Floats
    upper: Floats
    lower: Floats


@lru_cache(maxsize=64)
def _frame(model: Model, names: tuple[str, ...], aversion: float, smoothing: float) -> _Frame:
    """Variables: bought, sold. Rows: the sum of moves, each weight, the limits of these names, turnover."""
    size = len(model.names)
    both = np.hstack((np.eye(size), -np.eye(size)))
    core = aversion * model.covariance + (smoothing + RIDGE) * np.eye(size)
    rows = rows_of(model, names)
    whole = np.vstack((np.ones(size) @ both, both, rows @ both, np.ones(2 * size)))
    free = size + len(names) + 1
    return _Frame(
        quadratic=np.ascontiguousarray(both.T @ core @ both + RIDGE * np.eye(2 * size)),
        rows=np.ascontiguousarray(whole),
        upper=np.concatenate((np.ones(2 * size), [0.0], np.zeros(free))),
        lower=np.concatenate((np.zeros(2 * size), [0.0], np.full(free, -FAR))),
    )


def _ask(
    quadratic: Floats, linear: Floats, rows: Floats, upper: Floats, lower: Floats, equality: int
) -> tuple[Floats, Floats] | None:
    sense = np.zeros(len(upper), dtype=c_int)
    sense[equality] = EQUALITY
    answer, _value, flag, info = daqp.solve(quadratic, linear, rows, upper, lower, sense)
    return (np.asarray(answer), np.asarray(info["lam"])) if flag == SOLVED else None


def _named(model: Model, limits: Limits, bounds: Floats, rows: Floats) -> dict[str, float]:
    """Multipliers of upper bounds (`most:<block>`) and of rows; lower bounds decide nothing worth saying."""
    found = {f"most:{name}": float(value) for name, value in zip(model.names, bounds, strict=True)}
    return found | {name: float(value) for name, value in zip(limits.names, rows, strict=True)}


def _clean(weights: Floats) -> Floats:
    """Without the dust of arithmetic; adds up to 1."""
    kept = np.where(weights > DUST, weights, 0.0)
    cleaned: Floats = kept / kept.sum()
    return cleaned
