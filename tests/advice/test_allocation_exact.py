"""The weights are the best ones, limits hold before and after rounding, and there is always an answer."""

from dataclasses import replace
from typing import Any

import clarabel
import numpy as np
import pytest
import quadprog
from allocation_kit import WHO, house, policy
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from tongxing.advice.advise import allocate
from tongxing.advice.facts import BP, CASH, Allocation, Purse
from tongxing.advice.limits import Limits, Model, limits_of, model_of
from tongxing.advice.rounding import excess, largest_remainder
from tongxing.advice.solve import Terms, solve
from tongxing.domain.grades import Tolerance

RANDOM = 400
CLOSE = 1e-6
CODES = [block.code for block in policy().blocks]


def free(model: Model) -> Model:
    return replace(model, buy=np.zeros_like(model.buy), sell=np.zeros_like(model.sell))


def random_purse(chance: np.random.Generator) -> Purse:
    return Purse(
        grade=Tolerance(int(chance.integers(0, 6))),
        debt_bp=int(chance.integers(0, 9_000)),
        turnover_bp=int(chance.integers(0, 50_000)),
        months=int(chance.integers(0, 300)),
        anxiety_bp=int(chance.integers(0, 5_000)),
    )


def by_quadprog(model: Model, limits: Limits) -> Any:
    size = len(model.names)
    rows = np.vstack((np.ones(size), -limits.rows, np.eye(size), -np.eye(size)))
    low = np.concatenate(([1.0], -limits.high, np.zeros(size), -limits.upper))
    quadratic = model.covariance + 1e-9 * np.eye(size)
    return quadprog.solve_qp(quadratic, model.mean, rows.T, low, 1)[0]


def by_clarabel(model: Model, limits: Limits) -> Any:
    size = len(model.names)
    rows = np.vstack((np.ones(size), limits.rows, -np.eye(size), np.eye(size)))
    high = np.concatenate(([1.0], limits.high, np.zeros(size), limits.upper))
    cones = [clarabel.ZeroConeT(1), clarabel.NonnegativeConeT(len(high) - 1)]
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-12
    quadratic = sparse.csc_matrix(np.triu(model.covariance + 1e-9 * np.eye(size)))
    solver = clarabel.DefaultSolver(quadratic, -model.mean, sparse.csc_matrix(rows), high, cones, settings)
    return np.array(solver.solve().x)


def test_two_other_solvers_find_the_same_weights() -> None:
    chance, model = np.random.default_rng(11), free(house())
    cash = np.zeros(len(model.names))
    cash[-1] = 1.0
    worst = gap = 0.0
    for _ in range(RANDOM):
        limits = limits_of(model, random_purse(chance))
        ours = solve(model, limits, Terms(1.0, 0.0, cash, None, fees=False))
        assert ours is not None
        weights = ours.weights
        worst = max(worst, float(np.abs(weights - by_quadprog(model, limits)).max()))

        def worth(one: Any) -> float:
            return float(one @ model.covariance @ one / 2 - model.mean @ one)

        gap = max(gap, abs(worth(weights) - worth(by_clarabel(model, limits))))
    assert worst <= CLOSE
    assert gap <= 1e-8


purses = st.builds(
    Purse,
    grade=st.sampled_from(list(Tolerance)),
    debt_bp=st.integers(0, 15_000),
    turnover_bp=st.integers(0, 60_000),
    months=st.integers(0, 400),
    anxiety_bp=st.integers(0, 9_000),
    value_fen=st.integers(0, 10**10),
    held_bp=st.dictionaries(st.sampled_from([*CODES, "600519"]), st.integers(0, 1_400), max_size=7),
    exclude=st.frozensets(st.sampled_from([*CODES, "equity", "gold", "bond", "money"]), max_size=4),
)


@given(purse=purses)
def test_every_limit_holds_for_the_weights_as_they_are_told(purse: Purse) -> None:
    model = house()
    found = allocate(model, purse)
    assert isinstance(found, Allocation)
    share = np.array([found.rounded_pct.get(code, 0) / 100 for code in model.codes])
    assert sum(found.rounded_pct.values()) == 100
    assert sum(found.weights_bp.values()) == BP
    limits = limits_of(model, purse)
    kept = [place for place, name in enumerate(limits.names) if name not in found.relaxed]
    assert np.all(limits.rows[kept] @ share <= limits.high[kept] + 1e-9)
    assert np.all(share <= limits.upper + 1e-9)
    assert set(found.relaxed) <= {"turnover", "duration", "tickets"}
    assert excess(replace(limits, rows=limits.rows[kept], high=limits.high[kept]), share) <= 1e-9


@given(purse=purses)
def test_the_same_facts_give_the_same_answer(purse: Purse) -> None:
    assert allocate(house(), purse) == allocate(model_of(policy()), purse)


def test_what_is_held_stays_where_moving_costs_more_than_it_brings() -> None:
    dear = replace(
        policy(), blocks=tuple(replace(one, buy_ppm=50_000, sell_ppm=50_000) for one in policy().blocks)
    )
    held = {"F00002": 5_500, "510300": 2_500, "518880": 1_000, "F00001": 1_000}
    here = allocate(model_of(dear), replace(WHO, held_bp=held))
    assert isinstance(here, Allocation)
    assert dict(here.weights_bp) == held
    assert here.cost_ppm == 0
    cheap = allocate(house(), replace(WHO, held_bp=held))
    assert isinstance(cheap, Allocation)
    assert cheap.weights_bp["F00002"] > 5_500


def test_a_turnover_budget_that_leaves_no_way_gives_way_and_is_named() -> None:
    tight = replace(policy(), turnover_bp=100)
    found = allocate(model_of(tight), replace(WHO, held_bp={"510500": 10_000}))
    assert isinstance(found, Allocation)
    assert found.relaxed == ("turnover",)
    assert found.worst[0][1] <= found.loss_limit_bp


def test_somebody_who_wants_nothing_of_it_all_keeps_cash() -> None:
    found = allocate(house(), replace(WHO, exclude=frozenset(CODES)))
    assert isinstance(found, Allocation)
    assert dict(found.rounded_pct) == {CASH: 100}
    assert found.binding == () or found.mean_bp == 0


@pytest.mark.parametrize("grade", [Tolerance.C1L, Tolerance.C1])
def test_the_lowest_grades_hold_the_money_fund_alone(grade: Tolerance) -> None:
    found = allocate(house(), replace(WHO, grade=grade))
    assert isinstance(found, Allocation)
    assert set(found.rounded_pct) <= {"F00001", CASH}


def test_money_needed_within_a_year_lies_in_no_equity() -> None:
    found = allocate(house(), replace(WHO, months=11))
    assert isinstance(found, Allocation)
    assert found.classes_pct["equity"] == found.classes_pct["gold"] == 0


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=12), st.integers(1, 10_000))
def test_steps_add_up(parts: list[float], steps: int) -> None:
    shares = [part / sum(parts) for part in parts]
    found = largest_remainder(shares, steps)
    assert sum(found) == steps
    assert all(abs(count - share * steps) < 1 for count, share in zip(found, shares, strict=True))
