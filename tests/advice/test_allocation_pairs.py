"""Of 300 pairs of invented clients the weaker one never holds more equity; told weights keep their limits."""

from dataclasses import replace

import numpy as np
import pytest
from allocation_kit import house, table

from tongxing.advice.advise import allocate
from tongxing.advice.facts import BP, Allocation, Purse
from tongxing.advice.limits import Model, limits_of
from tongxing.domain.grades import Tolerance

PAIRS = 300
SEED = 5
SLACK_BP = 2
"""Each weight is told in whole bp."""
ROUNDING = 1e-9


def invented(chance: np.random.Generator) -> Purse:
    return Purse(
        grade=Tolerance(int(chance.integers(len(Tolerance)))),
        debt_bp=int(chance.integers(10_001)),
        turnover_bp=int(chance.integers(60_001)),
        months=int(chance.integers(401)),
        anxiety_bp=int(chance.integers(5_001)),
        value_fen=int(chance.integers(10**4, 10**10)),
    )


def weaker(purse: Purse, fact: str, chance: np.random.Generator) -> Purse:
    if fact == "grade":
        return replace(purse, grade=Tolerance(int(chance.integers(purse.grade + 1))))
    if fact == "months":
        return replace(purse, months=int(chance.integers(purse.months + 1)))
    if fact == "debt_bp":
        return replace(purse, debt_bp=int(chance.integers(purse.debt_bp, BP, endpoint=True)))
    return replace(purse, anxiety_bp=int(chance.integers(purse.anxiety_bp, 5_000, endpoint=True)))


def found(model: Model, purse: Purse) -> Allocation:
    told = allocate(model, purse)
    assert isinstance(told, Allocation), told
    return told


def equity(model: Model, told: Allocation) -> int:
    kinds = dict(zip(model.codes, model.kinds, strict=True))
    return sum(share for code, share in told.weights_bp.items() if kinds[code] == "equity")


@pytest.mark.parametrize("model", [house(), table()], ids=["house", "table"])
@pytest.mark.parametrize("fact", ["grade", "months", "debt_bp", "anxiety_bp"])
def test_the_weaker_of_two_clients_never_holds_more_equity(fact: str, model: Model) -> None:
    chance = np.random.default_rng(SEED)
    lower = 0
    for _ in range(PAIRS):
        purse = invented(chance)
        other = weaker(purse, fact, chance)
        now, then = equity(model, found(model, purse)), equity(model, found(model, other))
        assert then <= now + SLACK_BP, (purse, other)
        lower += then < now
    assert lower, "the fact moves something in some pair"


@pytest.mark.parametrize("model", [house(), table()], ids=["house", "table"])
def test_rounded_weights_are_whole_and_break_no_limit(model: Model) -> None:
    chance = np.random.default_rng(SEED)
    for _ in range(PAIRS):
        purse = invented(chance)
        told = found(model, purse)
        assert sum(told.weights_bp.values()) == BP
        assert sum(told.rounded_pct.values()) * 100 == BP
        limits = limits_of(model, purse)
        share = np.array([told.rounded_pct.get(code, 0) / 100 for code in model.codes])
        kept = [place for place, name in enumerate(limits.names) if name not in told.relaxed]
        assert (share <= limits.upper + ROUNDING).all(), purse
        assert (limits.rows[kept] @ share <= limits.high[kept] + ROUNDING).all(), purse
