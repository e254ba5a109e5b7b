"""The allocation: one solve against other solvers in the same run, one whole answer, and a book of clients.

Peers come by `requirements/peers.lock` (`./run bench advice` installs it); one that is missing is left out.
"""

import argparse
import importlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import daqp
import msgspec
import numpy as np

from benchmarks.advice_book import run_book
from benchmarks.measure import Figure, median, percentile
from tongxing.adapters.book_files import load
from tongxing.advice.advise import allocate
from tongxing.advice.facts import Allocation, Purse
from tongxing.advice.limits import Floats, Model, limits_of, model_of
from tongxing.advice.solve import Terms, solve
from tongxing.domain.grades import Tolerance
from tongxing.profile.signs import NAMES
from tongxing.service.advise_ask import ask_from
from tongxing.service.advise_lines import advise_line, desk_for

ON = date(2026, 5, 6)
CLIENTS, SLOW_CLIENTS = 2_000, 100
ROWS = 15
US, MS, MILLION = 1e6, 1e3, 1_000_000
FAR = 1e30


@dataclass(frozen=True, slots=True)
class Program:
    """min 1/2 x'Px - m'x over sum x = 1, 0 ≤ x ≤ u, A x ≤ b."""

    quadratic: Floats
    mean: Floats
    rows: Floats
    high: Floats
    upper: Floats


def run(arguments: argparse.Namespace) -> Iterator[Figure]:
    """All figures of issue "Advice", section Speed, but attribution."""
    del arguments
    for size in (10, 20):
        yield from _race(size)
    yield from _whole()
    yield from _many()
    yield from run_book()


def _race(size: int) -> Iterator[Figure]:
    chance = np.random.default_rng(size)
    programs = [_program(chance, size) for _ in range(CLIENTS)]
    ours, answers = _timed(_daqp, programs)
    for name, peer in _peers().items():
        few = programs[:SLOW_CLIENTS] if peer.slow else programs
        seconds, found = _timed(peer.solve, few)
        off = max(float(np.abs(mine - theirs).max()) for mine, theirs in zip(answers, found, strict=False))
        gap = max(
            abs(_worth(one, mine) - _worth(one, theirs))
            for one, mine, theirs in zip(few, answers, found, strict=False)
        )
        yield Figure(
            metric=f"a solve, n = {size}, {ROWS} rows, p50",
            value=median(ours) * US,
            unit="µs",
            n=len(few),
            note=f"weights differ by at most {off:.1e}, objective by {gap:.1e}",
            peer=name,
            peer_value=median(seconds) * US,
        )


def _program(chance: np.random.Generator, size: int) -> Program:
    """Like the policy's: volatilities, correlations, real-sized losses, bounds; always solvable."""
    vol = chance.uniform(0.005, 0.3, size)
    loads = chance.normal(size=(size, 3))
    similar = loads @ loads.T + np.diag(chance.uniform(0.5, 1.5, size))
    spread = np.sqrt(np.diag(similar))
    quadratic = np.outer(vol, vol) * (similar / np.outer(spread, spread))
    rows = chance.uniform(-0.1, 0.45, (ROWS, size))
    upper = chance.uniform(0.15, 1.0, size)
    upper[0], rows[:, 0] = 1.0, 0.0
    return Program(
        quadratic=chance.uniform(0.5, 4) * quadratic + 1e-9 * np.eye(size),
        mean=chance.uniform(0.01, 0.08, size),
        rows=rows,
        high=chance.uniform(0.02, 0.3, ROWS),
        upper=upper,
    )


def _worth(one: Program, weights: Floats) -> float:
    return float(weights @ one.quadratic @ weights / 2 - one.mean @ weights)


def _timed(solver: Callable[[Program], Floats], programs: list[Program]) -> tuple[list[float], list[Floats]]:
    solver(programs[0])
    seconds, found = [], []
    for one in programs:
        began = time.perf_counter()
        found.append(solver(one))
        seconds.append(time.perf_counter() - began)
    return seconds, found


def _daqp(one: Program) -> Floats:
    size = len(one.mean)
    rows = np.vstack((np.ones(size), one.rows))
    upper = np.concatenate((one.upper, [1.0], one.high))
    lower = np.concatenate((np.zeros(size), [1.0], np.full(ROWS, -FAR)))
    sense = np.zeros(len(upper), dtype=np.int32)
    sense[size] = 5
    return np.asarray(daqp.solve(one.quadratic, -one.mean, rows, upper, lower, sense)[0])


@dataclass(frozen=True, slots=True)
class Peer:
    """Another way to solve; a slow one solves fewer."""

    solve: Callable[[Program], Floats]
    slow: bool = False


def _peers() -> dict[str, Peer]:
    """Those that are installed."""
    found: dict[str, Peer] = {}
    for name, make in (
        ("clarabel", _clarabel),
        ("osqp", _osqp),
        ("cvxpy", _cvxpy),
        ("pypfopt", _pypfopt),
        ("skfolio", _skfolio),
    ):
        try:
            importlib.import_module(name)
        except ImportError:
            continue
        found[name] = make()
    return found


def _clarabel() -> Peer:
    import clarabel  # noqa: PLC0415
    from scipy import sparse  # noqa: PLC0415

    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-10

    def one(program: Program) -> Floats:
        size = len(program.mean)
        rows = np.vstack((np.ones(size), program.rows, -np.eye(size), np.eye(size)))
        high = np.concatenate(([1.0], program.high, np.zeros(size), program.upper))
        cones = [clarabel.ZeroConeT(1), clarabel.NonnegativeConeT(len(high) - 1)]
        quadratic = sparse.csc_matrix(np.triu(program.quadratic))
        made = clarabel.DefaultSolver(
            quadratic, -program.mean, sparse.csc_matrix(rows), high, cones, settings
        )
        return np.array(made.solve().x)

    return Peer(one)


def _osqp() -> Peer:
    import osqp  # noqa: PLC0415
    from scipy import sparse  # noqa: PLC0415

    def one(program: Program) -> Floats:
        size = len(program.mean)
        rows = sparse.csc_matrix(np.vstack((np.ones(size), program.rows, np.eye(size))))
        low = np.concatenate(([1.0], np.full(ROWS, -np.inf), np.zeros(size)))
        high = np.concatenate(([1.0], program.high, program.upper))
        made = osqp.OSQP()
        made.setup(
            sparse.csc_matrix(np.triu(program.quadratic)),
            -program.mean,
            rows,
            low,
            high,
            verbose=False,
            eps_abs=1e-6,
            eps_rel=1e-6,
            polishing=True,
        )
        return np.asarray(made.solve().x)

    return Peer(one)


def _cvxpy() -> Peer:
    import cvxpy  # noqa: PLC0415

    made: dict[int, tuple[Any, ...]] = {}

    def one(program: Program) -> Floats:
        size = len(program.mean)
        if size not in made:
            weights = cvxpy.Variable(size)
            root, mean = cvxpy.Parameter((size, size)), cvxpy.Parameter(size)
            rows, high, upper = cvxpy.Parameter((ROWS, size)), cvxpy.Parameter(ROWS), cvxpy.Parameter(size)
            goal = cvxpy.Minimize(cvxpy.sum_squares(root @ weights) / 2 - mean @ weights)
            bounds = [cvxpy.sum(weights) == 1, weights >= 0, weights <= upper, rows @ weights <= high]
            made[size] = (cvxpy.Problem(goal, bounds), weights, root, mean, rows, high, upper)
        problem, weights, root, mean, rows, high, upper = made[size]
        root.value = np.linalg.cholesky(program.quadratic).T
        mean.value, rows.value, high.value, upper.value = (
            program.mean,
            program.rows,
            program.high,
            program.upper,
        )
        problem.solve(solver=cvxpy.CLARABEL)
        return np.asarray(weights.value)

    return Peer(one, slow=True)


def _pypfopt() -> Peer:
    from pypfopt import EfficientFrontier  # noqa: PLC0415

    def one(program: Program) -> Floats:
        bounds = [(0.0, float(most)) for most in program.upper]
        frontier = EfficientFrontier(program.mean, program.quadratic, weight_bounds=bounds, solver="CLARABEL")
        frontier.add_constraint(lambda weights: program.rows @ weights <= program.high)
        frontier.max_quadratic_utility(risk_aversion=1.0)
        return np.asarray(frontier.weights)

    return Peer(one, slow=True)


def _skfolio() -> Peer:
    from skfolio import RiskMeasure  # noqa: PLC0415
    from skfolio.moments import EmpiricalCovariance, EmpiricalMu  # noqa: PLC0415
    from skfolio.optimization import MeanRisk, ObjectiveFunction  # noqa: PLC0415
    from skfolio.prior import EmpiricalPrior  # noqa: PLC0415

    class Mu(EmpiricalMu):  # type: ignore[misc]
        """Hands in what is given; nothing is estimated."""

        given: Any = None

        def fit(self, X: Any, y: Any = None, **fit: Any) -> Any:  # noqa: ANN401, ARG002, N803
            self.mu_ = Mu.given.mean
            return self

    class Covariance(EmpiricalCovariance):  # type: ignore[misc]
        """The same for the covariance."""

        def fit(self, X: Any, y: Any = None, **fit: Any) -> Any:  # noqa: ANN401, ARG002, N803
            self._set_covariance(Mu.given.quadratic)
            return self

    def one(program: Program) -> Floats:
        Mu.given = program
        prior = EmpiricalPrior(mu_estimator=Mu(), covariance_estimator=Covariance(nearest=False))
        made = MeanRisk(
            objective_function=ObjectiveFunction.MAXIMIZE_UTILITY,
            risk_measure=RiskMeasure.VARIANCE,
            risk_aversion=0.5,
            prior_estimator=prior,
            max_weights=program.upper,
            left_inequality=program.rows,
            right_inequality=program.high,
        )
        made.fit(np.zeros((3, len(program.mean))) + np.arange(3)[:, None] * 1e-3)
        return np.asarray(made.weights_)

    return Peer(one, slow=True)


def _whole() -> Iterator[Figure]:
    """Facts as bytes in, a line with weights, reasons, trades and sentences out."""
    desk = desk_for(load(sign_names=NAMES), ON)
    chance = np.random.default_rng(3)
    lines = [_line(chance, number) for number in range(CLIENTS)]
    seconds = []
    for data in lines:
        began = time.perf_counter()
        msgspec.json.encode(advise_line(desk, ask_from(data)))
        seconds.append(time.perf_counter() - began)
    note = "without the sealed record, which the corridor writes"
    for word, share in (("p50", 0.5), ("p99", 0.99)):
        yield Figure(
            metric=f"a whole answer, {word}",
            value=percentile(seconds, share) * MS,
            unit="ms",
            n=len(seconds),
            note=note,
            peer="limit" if word == "p50" else "",
            peer_value=1.0,
        )


def _line(chance: np.random.Generator, number: int) -> bytes:
    return msgspec.json.encode(
        {
            "client_id": f"C{number}",
            "as_of": ON.isoformat(),
            "grade": Tolerance(int(chance.integers(0, 6))).name,
            "income_month_fen": int(chance.integers(300_000, 5_000_000)),
            "repayment_month_fen": int(chance.integers(0, 2_000_000)),
            "turnover_annual_bp": int(chance.integers(0, 40_000)),
            "horizon_months": int(chance.integers(3, 240)),
            "reserve_months": 6,
            "holdings": [{"code": "510300", "value_fen": int(chance.integers(0, 10**8))}],
            "cash_fen": int(chance.integers(0, 10**8)),
            "anxiety_bp": int(chance.integers(0, 5_000)),
        }
    )


def _many() -> Iterator[Figure]:
    """Weights of random clients who hold something, one core; a million is this times their number."""
    model = model_of(load(sign_names=NAMES).policies["2026-05"])
    chance = np.random.default_rng(5)
    purses = [_purse(chance) for _ in range(CLIENTS * 5)]
    began = time.perf_counter()
    solved = sum(_solved(model, purse) for purse in purses)
    alone = time.perf_counter() - began
    began = time.perf_counter()
    kept = sum(isinstance(allocate(model, purse), Allocation) for purse in purses)
    told = time.perf_counter() - began
    for name, seconds, count in (("weights", alone, solved), ("weights, rounding and reasons", told, kept)):
        yield Figure(
            metric=f"a million clients, {name}, one core",
            value=seconds / len(purses) * MILLION,
            unit="s",
            n=count,
            note=f"computed from {len(purses):,} random clients with holdings and fees; every one answered",
            peer="limit" if name == "weights" else "",
            peer_value=40.0,
        )


def _solved(model: Model, purse: Purse) -> bool:
    limits = limits_of(model, purse)
    held = np.zeros(len(model.names))
    for code, share in purse.held_bp.items():
        held[model.codes.index(code)] = share / 10_000
    held[-1] = 1 - held.sum()
    return solve(model, limits, Terms(1.0, 0.0, held, None, fees=True)) is not None


def _purse(chance: np.random.Generator) -> Purse:
    one = Purse(
        grade=Tolerance(int(chance.integers(0, 6))),
        debt_bp=int(chance.integers(0, 9_000)),
        turnover_bp=int(chance.integers(0, 50_000)),
        months=int(chance.integers(0, 300)),
        anxiety_bp=int(chance.integers(0, 5_000)),
    )
    return replace(
        one, held_bp={"510300": int(chance.integers(0, 6_000)), "518880": int(chance.integers(0, 4_000))}
    )
