"""A client's limits as rows over the blocks of the policy: `low ≤ row · weights ≤ high`."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tongxing.advice.facts import BP, CASH, Purse
from tongxing.domain.grades import Tolerance
from tongxing.domain.policy import Policy

Floats = npt.NDArray[np.float64]
YEAR_MONTHS = 12
STRESS, DURATION, SLOW, ABROAD, DUE, TURNOVER = "stress", "duration", "slow", "abroad", "due", "turnover"


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The policy as arrays; the last block is cash, which earns and risks nothing."""

    policy: Policy
    names: tuple[str, ...]
    codes: tuple[str, ...]
    kinds: tuple[str, ...]
    mean: Floats
    covariance: Floats
    stress: Floats
    """Episodes × blocks, as shares."""
    duration: Floats
    slow: Floats
    abroad: Floats
    buy: Floats
    sell: Floats
    risks: tuple[int, ...]
    index: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the weights and the rows above them, each with its name."""

    upper: Floats
    rows: Floats
    high: Floats
    names: tuple[str, ...]
    loss_limit: float
    holding_years: float


def model_of(policy: Policy) -> Model:
    """The arrays of a policy."""
    blocks = policy.blocks
    names = tuple(block.name for block in blocks)
    vol = np.array([block.vol_bp / BP for block in blocks])
    correlation = np.eye(len(blocks))
    for pair, value in policy.correlation_bp.items():
        one, _bar, other = pair.partition("|")
        i, j = names.index(one), names.index(other)
        correlation[i, j] = correlation[j, i] = value / BP
    covariance = np.zeros((len(blocks) + 1, len(blocks) + 1))
    covariance[:-1, :-1] = np.outer(vol, vol) * correlation
    return Model(
        policy=policy,
        names=(*names, "cash"),
        codes=(*(block.code for block in blocks), CASH),
        kinds=(*(block.kind for block in blocks), "cash"),
        mean=_row([block.mean_bp / BP for block in blocks]),
        covariance=covariance,
        stress=np.array(
            [[*(episode.change_bp[name] / BP for name in names), 0.0] for episode in policy.episodes]
        ),
        duration=_row([block.duration_cy / 100 for block in blocks]),
        slow=_row([float(block.slow) for block in blocks]),
        abroad=_row([float(block.abroad) for block in blocks]),
        buy=_row([block.buy_ppm / 1e6 for block in blocks]),
        sell=_row([block.sell_ppm / 1e6 for block in blocks]),
        risks=(*(int(block.risk) for block in blocks), 1),
        index=(*(block.index for block in blocks), False),
    )


def limits_of(model: Model, purse: Purse) -> Limits:
    """Every limit of one pocket of one client; the duty comes first, wishes later."""
    policy, grade = model.policy, model.policy.grades[purse.grade]
    years = holding_years(purse)
    debt = min(max(purse.debt_bp, 0), BP) / BP
    mood = min(max(purse.anxiety_bp, 0), policy.anxiety_bp_max) / BP
    loss_limit = grade.loss_bp / BP * (1 - debt) * (1 - mood)
    longest = min(max(2 * years, policy.duration_years_min_cy / 100), policy.duration_years_max_cy / 100)
    slow = policy.slow_bp / BP if years >= 1 else 0.0
    due = purse.months < YEAR_MONTHS
    rows, names = _rows(model, due)
    high = np.full(len(names), loss_limit)
    high[len(policy.episodes) :] = [longest, slow, policy.abroad_bp / BP, *([0.0] if due else [])]
    return Limits(
        upper=_upper(model, purse.grade, purse.exclude).copy(),
        rows=rows,
        high=high,
        names=names,
        loss_limit=loss_limit,
        holding_years=years,
    )


@lru_cache(maxsize=64)
def _rows(model: Model, due: bool) -> tuple[Floats, tuple[str, ...]]:  # noqa: FBT001 - a key of the cache
    """The rows of everybody, and of money that is needed within a year."""
    names = [f"{STRESS}:{episode.name}" for episode in model.policy.episodes]
    rows = [*(-model.stress), model.duration, model.slow, model.abroad]
    names += [DURATION, SLOW, ABROAD]
    if due:
        rows.append(np.array([0.0 if kind in ("money", "bond", "cash") else 1.0 for kind in model.kinds]))
        names.append(DUE)
    return np.array(rows), tuple(names)


def rows_of(model: Model, names: tuple[str, ...]) -> Floats:
    """The rows of these names."""
    rows, all_names = _rows(model, True)
    return rows[[all_names.index(name) for name in names]]


def holding_years(purse: Purse) -> float:
    """How long money stays where it is put: until it is needed, or until it is usually traded."""
    usual = BP / purse.turnover_bp if purse.turnover_bp > 0 else float("inf")
    return min(purse.months / YEAR_MONTHS, usual)


def may_hold(risk: int, grade: Tolerance) -> bool:
    """Whether a product of this risk fits the grade; the lowest category holds R1 alone."""
    return risk <= max(1, int(grade))


@lru_cache(maxsize=4_096)
def _upper(model: Model, grade: Tolerance, exclude: frozenset[str]) -> Floats:
    """Most of each block: nothing above the grade or excluded, little of a commodity or a managed fund."""
    commodity = model.policy.grades[grade].commodity_bp / BP
    found = np.ones(len(model.names))
    for place, (name, code, kind) in enumerate(zip(model.names, model.codes, model.kinds, strict=True)):
        if kind == "cash":
            continue
        if {name, code, kind} & exclude or not may_hold(model.risks[place], grade):
            found[place] = 0.0
        elif kind == "commodity":
            found[place] = commodity
        elif kind != "money" and not model.index[place]:
            found[place] = model.policy.fund_bp / BP
    return found


def _row(values: list[float]) -> Floats:
    return np.array([*values, 0.0])
