"""The weights of a whole book of pockets at once: the answers of `best`, many of them a second.

Cash is what the other blocks leave, so it is no variable; the fee of leaving what is held is a row with a
capped price (see `batch_kernel`). What that method does not know (a turnover budget, limits that must give
way) and a house without numba go one by one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tongxing.advice.advise import MILLI, best, terms_of
from tongxing.advice.facts import BP, Purse
from tongxing.advice.limits import YEAR_MONTHS, Floats, Limits, Model, limits_of
from tongxing.advice.solve import DUST, FAR, LEAST_YEARS, RIDGE
from tongxing.domain.grades import Tolerance

try:
    from tongxing.advice.batch_kernel import prices as many_prices
except ModuleNotFoundError:  # the extra `batch` is not installed
    FAST = False
else:
    FAST = True

CHUNK = 16_384
ALONE_MAX = 512
"""Fewer pockets are not worth a second thread."""
Ints = npt.NDArray[np.int64]
Answer = tuple[int, "Floats", Mapping[str, float], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """Pockets as columns; the fields are those of `Purse`."""

    grade: Ints
    debt_bp: Ints
    turnover_bp: Ints
    months: Ints
    anxiety_bp: Ints
    held_bp: Ints
    """Pockets × blocks without cash."""
    banned: npt.NDArray[np.bool_]
    """Pockets × blocks without cash: what the client does not want."""

    def purse(self, model: Model, place: int) -> Purse:
        """One pocket, for the way one by one."""
        blocks = range(len(model.codes) - 1)
        return Purse(
            grade=Tolerance(int(self.grade[place])),
            debt_bp=int(self.debt_bp[place]),
            turnover_bp=int(self.turnover_bp[place]),
            months=int(self.months[place]),
            anxiety_bp=int(self.anxiety_bp[place]),
            held_bp={model.codes[i]: int(self.held_bp[place, i]) for i in blocks if self.held_bp[place, i]},
            exclude=frozenset(model.codes[i] for i in blocks if self.banned[place, i]),
        )


@dataclass(frozen=True, slots=True)
class Weights:
    """The answers, in the order of the pockets."""

    weights: Floats
    """Pockets × blocks, cash last; each adds up to 1."""
    limits: tuple[str, ...]
    multipliers: Floats
    """Pockets × limits: above nothing where the limit decides."""
    relaxed: Mapping[int, tuple[str, ...]]
    """Pocket -> limits that gave way."""
    alone: int
    """How many went one by one."""


@dataclass(frozen=True, slots=True)
class _Group:
    """What all pockets of one risk aversion share."""

    inverse: Floats
    rows: Floats
    gram: Floats
    base: Floats
    """The linear term of a pocket that holds nothing but cash and pays no fees."""
    kinks: npt.NDArray[np.int64]
    """Blocks that cost a fee."""


def weights_of(model: Model, many: Many) -> Weights:
    """The best weights of each pocket and the limits that decide; always an answer.

    The pockets must make sense: see the refusals of `allocate`. Two runs give the same numbers.
    """
    names = _names(model)
    count = len(many.grade)
    weights = np.zeros((count, len(model.names)))
    multipliers = np.zeros((count, len(names)))
    left = list(range(count))
    if FAST and model.policy.turnover_bp >= 2 * BP:
        left = []
        for aversion, places in _by_aversion(model, many):
            group = _group(model, aversion)
            for start in range(0, len(places), CHUNK):
                part = places[start : start + CHUNK]
                found, told, solved = _chunk(model, group, many, part)
                weights[part], multipliers[part] = found, told
                left += [int(one) for one in part[~solved]]
    relaxed = {}
    for place, alone, named, given in _alone(model, many, sorted(left)):
        weights[place] = alone
        multipliers[place] = [named.get(name, 0.0) for name in names]
        if given:
            relaxed[place] = given
    return Weights(weights, names, np.maximum(multipliers, 0.0), relaxed, len(left))


def _names(model: Model) -> tuple[str, ...]:
    shortest = Purse(grade=Tolerance.C5, debt_bp=0, turnover_bp=0, months=0)
    return (*(f"most:{name}" for name in model.names), *limits_of(model, shortest).names, "turnover")


def _by_aversion(model: Model, many: Many) -> Iterator[tuple[float, Ints]]:
    table = np.array([model.policy.grades[one].aversion_milli for one in Tolerance])
    found = table[many.grade]
    for value in np.unique(found):
        yield float(value) / MILLI, np.flatnonzero(found == value)


def _group(model: Model, aversion: float) -> _Group:
    size = len(model.names) - 1
    ridge = model.policy.smoothing_milli / MILLI + _ridge(model)
    whole = aversion * model.covariance + ridge * np.eye(size + 1)
    out_of_cash = np.vstack((np.eye(size), -np.ones(size)))
    quadratic = out_of_cash.T @ whole @ out_of_cash
    limits = _limits(model)
    kinks = np.flatnonzero((model.buy + model.sell)[:-1] > 0)
    rows = np.vstack(
        (-np.eye(size), np.eye(size), np.ones(size), limits.rows @ out_of_cash, np.eye(size)[kinks])
    )
    inverse: Floats = np.linalg.inv(quadratic).astype(np.float64)
    return _Group(
        inverse=inverse,
        rows=np.ascontiguousarray(rows),
        gram=np.ascontiguousarray(rows @ inverse @ rows.T),
        base=out_of_cash.T @ (whole[:, -1] - model.mean),
        kinks=kinks,
    )


def _ridge(model: Model) -> float:
    """As `solve` has it: with fees, bought and sold have a ridge of their own."""
    return 2 * RIDGE if model.buy.any() or model.sell.any() else RIDGE


def _limits(model: Model) -> Limits:
    """All rows there can be; their heights are each pocket's own."""
    return limits_of(model, Purse(grade=Tolerance.C5, debt_bp=0, turnover_bp=0, months=0))


def _chunk(
    model: Model, group: _Group, many: Many, part: Ints
) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    size = len(model.names) - 1
    held = many.held_bp[part] / BP
    years = _years(many, part)
    fee_years = np.maximum(years, LEAST_YEARS)[:, None]
    pull = model.policy.smoothing_milli / MILLI + (2 * RIDGE if len(group.kinks) else 0.0)
    cash = 1.0 - held.sum(axis=1, keepdims=True)
    linear = group.base - pull * (held - cash) - model.sell[:-1] / fee_years
    free = -linear @ group.inverse
    high = np.hstack(
        (
            np.zeros((len(part), size)),
            _upper(model, many, part),
            np.ones((len(part), 1)),
            _high(model, many, part, years),
            held[:, group.kinks],
        )
    )
    cap = np.full(high.shape, np.inf)
    cap[:, high.shape[1] - len(group.kinks) :] = (model.buy + model.sell)[group.kinks] / fee_years
    price, solved = many_prices(group.gram, high - free @ group.rows.T, cap, ALONE_MAX)
    found = free - price @ group.rows @ group.inverse
    found = np.where(found > DUST, found, 0.0)
    rest = 1.0 - found.sum(axis=1, keepdims=True)
    found = np.hstack((found, np.where(rest > DUST, rest, 0.0)))
    found /= found.sum(axis=1, keepdims=True)
    none = np.zeros((len(part), 1))
    rows = price[:, 2 * size + 1 : high.shape[1] - len(group.kinks)]
    return found, np.hstack((price[:, size : 2 * size], none, rows, none)), solved


def _years(many: Many, part: Ints) -> Floats:
    turnover = many.turnover_bp[part]
    usual = np.where(turnover > 0, BP / np.maximum(turnover, 1), np.inf)
    return np.minimum(many.months[part] / YEAR_MONTHS, usual)


def _upper(model: Model, many: Many, part: Ints) -> Floats:
    """Most of each block by grade, nothing of what is not wanted."""
    bare = [
        limits_of(model, Purse(grade=one, debt_bp=0, turnover_bp=0, months=YEAR_MONTHS)).upper[:-1]
        for one in Tolerance
    ]
    found: Floats = np.where(many.banned[part], 0.0, np.array(bare)[many.grade[part]])
    return found


def _high(model: Model, many: Many, part: Ints, years: Floats) -> Floats:
    """The heights of the rows of `limits_of`, as columns; a row that a pocket does not have is far away."""
    policy = model.policy
    losses = np.array([policy.grades[one].loss_bp for one in Tolerance])[many.grade[part]] / BP
    debt = np.clip(many.debt_bp[part], 0, BP) / BP
    mood = np.clip(many.anxiety_bp[part], 0, policy.anxiety_bp_max) / BP
    loss = losses * (1 - debt) * (1 - mood)
    longest = np.clip(2 * years, policy.duration_years_min_cy / 100, policy.duration_years_max_cy / 100)
    columns = [loss] * len(policy.episodes)
    columns += [
        longest,
        np.where(years >= 1, policy.slow_bp / BP, 0.0),
        np.full(len(part), policy.abroad_bp / BP),
    ]
    columns.append(np.where(many.months[part] < YEAR_MONTHS, 0.0, FAR))
    return np.stack(columns, axis=1)


def _alone(model: Model, many: Many, places: list[int]) -> Iterator[Answer]:
    for place in places:
        purse = many.purse(model, place)
        found, _limits_kept, relaxed = best(model, limits_of(model, purse), terms_of(model, purse))
        yield place, found.weights, found.multipliers, relaxed
