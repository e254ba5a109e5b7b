"""The weights themselves: one small quadratic program, solved exactly by daqp's active set.

    minimise   aversion/2 w'Sw - mean'w + fees of moving there + smoothing/2 |w - held|²
    subject to sum w = 1, 0 ≤ w ≤ upper, rows · w ≤ high, bought + sold ≤ turnover

With fees, what is bought and what is sold are variables of their own, so that the kink at what is held is
exact. The multipliers of daqp say which limits decide.
"""

from collections.abc import Mapping
from ctypes import c_int
from dataclasses import dataclass

import daqp
import numpy as np

from tongxing.advice.limits import Floats, Limits, Model

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
    size = len(model.names)
    both = np.hstack((np.eye(size), -np.eye(size)))
    years = max(limits.holding_years, LEAST_YEARS)
    core = terms.aversion * model.covariance + (terms.smoothing + RIDGE) * np.eye(size)
    quadratic = both.T @ core @ both + RIDGE * np.eye(2 * size)
    fees = np.concatenate((model.buy, model.sell)) / years
    linear = both.T @ (terms.aversion * model.covariance @ terms.held - model.mean) + fees
    rows = np.vstack((np.ones(size) @ both, both, limits.rows @ both, np.ones(2 * size)))
    most = FAR if terms.turnover is None else terms.turnover
    upper = np.concatenate(
        (
            np.full(2 * size, 1.0),
            [0.0],
            limits.upper - terms.held,
            limits.high - limits.rows @ terms.held,
            [most],
        )
    )
    free = np.full(len(limits.high) + 1, -FAR)
    lower = np.concatenate((np.zeros(2 * size), [0.0], -terms.held, free))
    found = _ask(quadratic, linear, rows, upper, lower, 2 * size)
    if found is None:
        return None
    answer, prices = found
    at = 2 * size + 1
    named = _named(model, limits, prices[at : at + size], prices[at + size : -1])
    return Solved(_clean(terms.held + both @ answer), {**named, "turnover": float(prices[-1])})


def _ask(
    quadratic: Floats, linear: Floats, rows: Floats, upper: Floats, lower: Floats, equality: int
) -> tuple[Floats, Floats] | None:
    sense = np.zeros(len(upper), dtype=c_int)
    sense[equality] = EQUALITY
    answer, _value, flag, info = daqp.solve(
        np.ascontiguousarray(quadratic), linear, np.ascontiguousarray(rows), upper, lower, sense
    )
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
