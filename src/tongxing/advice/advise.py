"""The allocation of one pocket: limits, weights, what decides, what the worst real times would have done."""

from collections.abc import Mapping
from dataclasses import replace
from math import sqrt

import numpy as np

from tongxing.advice.facts import BP, CASH, Allocation, Binding, Change, NoAllocation, Purse
from tongxing.advice.limits import DURATION, TURNOVER, Floats, Limits, Model, limits_of
from tongxing.advice.rounding import largest_remainder, rounded, spoken
from tongxing.advice.solve import Solved, Terms, solve

MILLI, PPM, PERCENT = 1_000, 1_000_000, 100
DECIDES = 1e-7
"""A multiplier below is arithmetic."""
YEAR_BP = 10_000
TICKETS = "tickets"


def allocate(model: Model, purse: Purse) -> Allocation | NoAllocation:
    """How this pocket should lie; always an answer, unless the pocket itself makes no sense.

    Limits give way only in the order of the policy, and are named; a grade, an exclusion and a stress never.
    """
    against = refusals_of(purse)
    if against:
        return NoAllocation(rules=against)
    terms = terms_of(model, purse)
    found, limits, relaxed = weighed(model, purse, terms)
    steps = rounded(model, limits, found.weights, aversion=terms.aversion, step_bp=model.policy.step_bp)
    share = np.array(steps) * model.policy.step_bp / BP
    return Allocation(
        weights_bp=_by_code(model, _bp(found.weights)),
        rounded_pct=_by_code(model, [count * model.policy.step_bp // PERCENT for count in steps]),
        classes_pct=spoken(model, found.weights),
        binding=binding(found, limits, model),
        relaxed=relaxed,
        worst=_worst(model, share),
        changes=_changes(model, purse, found),
        loss_limit_bp=round(limits.loss_limit * BP),
        mean_bp=round(float(model.mean @ share) * BP),
        vol_bp=round(sqrt(max(0.0, float(share @ model.covariance @ share))) * BP),
        cost_ppm=round(_cost(model, share, terms.held) * PPM),
    )


def weighed(model: Model, purse: Purse, terms: Terms) -> tuple[Solved, Limits, tuple[str, ...]]:
    """Weights before rounding, without parts too small to buy; the limits they keep, and what gave way."""
    limits = limits_of(model, purse)
    found, limits, relaxed = best(model, limits, terms)
    return _with_tickets(model, purse, limits, terms, found, relaxed)


def refusals_of(purse: Purse) -> tuple[str, ...]:
    """Why this pocket makes no sense, each in one word."""
    found = []
    if purse.months < 0:
        found.append("horizon_past")
    if purse.value_fen < 0 or any(share < 0 for share in purse.held_bp.values()):
        found.append("holding_negative")
    if sum(purse.held_bp.values()) > BP:
        found.append("holding_above_whole")
    return tuple(found)


def terms_of(model: Model, purse: Purse) -> Terms:
    """What one client wants of the weights: aversion, fees from what is held, how much may move."""
    policy = model.policy
    held = np.array([purse.held_bp.get(code, 0) / BP if code != CASH else 0.0 for code in model.codes])
    held[-1] = 1.0 - held.sum()
    return Terms(
        aversion=policy.grades[purse.grade].aversion_milli / MILLI,
        smoothing=policy.smoothing_milli / MILLI,
        held=held,
        turnover=None if policy.turnover_bp >= 2 * BP else policy.turnover_bp / BP,
        fees=bool(model.buy.any() or model.sell.any()),
    )


def best(model: Model, limits: Limits, terms: Terms) -> tuple[Solved, Limits, tuple[str, ...]]:
    """The weights; where no weights keep all limits, those that may give way do, in order."""
    relaxed: list[str] = []
    found = solve(model, limits, terms)
    for name in model.policy.relax:
        if found is not None:
            break
        if name == TURNOVER and terms.turnover is not None:
            terms = replace(terms, turnover=None)
        elif name == DURATION:
            limits = _without(limits, DURATION)
        else:
            continue
        relaxed.append(name)
        found = solve(model, limits, terms)
    if found is None:
        cash = np.zeros(len(model.names))
        cash[-1] = 1.0
        found = Solved(cash, {})
    return found, limits, tuple(relaxed)


def _with_tickets(
    model: Model, purse: Purse, limits: Limits, terms: Terms, found: Solved, relaxed: tuple[str, ...]
) -> tuple[Solved, Limits, tuple[str, ...]]:
    """Leave out what would be too small to buy; a pocket too small for anything keeps its small parts."""
    least = model.policy.ticket_fen
    if not purse.value_fen or not least:
        return found, limits, relaxed
    narrow = limits
    for _ in model.names:
        small = [
            place
            for place, weight in enumerate(found.weights[:-1])
            if weight > 0 and weight * purse.value_fen < least
        ]
        if not small:
            return found, narrow, relaxed
        if len(small) == np.count_nonzero(found.weights[:-1]):
            return found, narrow, (*relaxed, TICKETS)
        upper = narrow.upper.copy()
        upper[small] = 0.0
        narrow = replace(narrow, upper=upper)
        found, narrow, more = best(model, narrow, terms)
        relaxed = tuple(dict.fromkeys((*relaxed, *more)))
    return found, narrow, relaxed


def _without(limits: Limits, name: str) -> Limits:
    kept = [place for place, one in enumerate(limits.names) if one != name]
    return replace(
        limits,
        rows=limits.rows[kept],
        high=limits.high[kept],
        names=tuple(limits.names[place] for place in kept),
    )


def binding(found: Solved, limits: Limits, model: Model) -> tuple[Binding, ...]:
    """The limits that decide, the dearest first; that nothing can be more than the whole is no limit."""
    whole = {f"most:{name}" for name, most in zip(model.names, limits.upper, strict=True) if most >= 1}
    told = [
        Binding(limit=name, multiplier=value, price_cbp=round(value * BP))
        for name, value in found.multipliers.items()
        if value > DECIDES and name not in whole
    ]
    return tuple(sorted(told, key=lambda one: (-one.multiplier, one.limit)))


def _worst(model: Model, share: Floats) -> tuple[tuple[str, int], ...]:
    losses = -(model.stress @ share)
    told = [
        (episode.name, round(float(loss) * BP))
        for episode, loss in zip(model.policy.episodes, losses, strict=True)
    ]
    return tuple(sorted(told, key=lambda one: (-one[1], one[0])))


def _changes(model: Model, purse: Purse, found: Solved) -> tuple[Change, ...]:
    """What the share of equity would be if one fact were another; only facts that can change."""
    now = _equity_bp(model, found.weights)
    others: dict[str, Purse] = {}
    if purse.debt_bp > 0:
        others["debt"] = replace(purse, debt_bp=0)
    if purse.anxiety_bp > 0:
        others["anxiety"] = replace(purse, anxiety_bp=0)
    if purse.turnover_bp > YEAR_BP:
        others["holding"] = replace(purse, turnover_bp=YEAR_BP)
    told = []
    for fact, other in others.items():
        terms = terms_of(model, other)
        then, _limits, _relaxed = best(model, limits_of(model, other), terms)
        equity = _equity_bp(model, then.weights)
        if equity != now:
            told.append(Change(fact=fact, equity_bp=equity))
    return tuple(told)


def _equity_bp(model: Model, weights: Floats) -> int:
    equity = [kind == "equity" for kind in model.kinds]
    return round(float(weights[equity].sum()) * BP)


def _cost(model: Model, share: Floats, held: Floats) -> float:
    """What it costs to move there once."""
    return float(model.buy @ np.clip(share - held, 0, None) + model.sell @ np.clip(held - share, 0, None))


def _bp(weights: Floats) -> list[int]:
    """Shares in bp that add up to 10,000, by largest remainder."""
    return largest_remainder([float(one) for one in weights], BP)


def _by_code(model: Model, values: list[int]) -> Mapping[str, int]:
    return {code: value for code, value in zip(model.codes, values, strict=True) if value}
