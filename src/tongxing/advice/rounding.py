"""Weights in whole steps that keep every limit, and classes in steps of 5 % for speaking."""

from collections.abc import Mapping, Sequence

import numpy as np

from tongxing.advice.facts import BP
from tongxing.advice.limits import Floats, Limits, Model

SPOKEN_BP = 500
HAIR = 1e-9
REPAIRS_MAX = 200
CLASSES = {"money": "bond_money", "bond": "bond_money", "cash": "bond_money"} | {
    "equity": "equity",
    "commodity": "gold",
}


def rounded(model: Model, limits: Limits, weights: Floats, *, aversion: float, step_bp: int) -> list[int]:
    """Steps of each block; add up to all of them.

    Largest remainder first; then, while a limit is broken, the single step is moved that mends most and
    costs least. Cash keeps every limit, so there is always an end.
    """
    steps = BP // step_bp
    found = np.array(largest_remainder([float(one) for one in weights], steps))
    for _ in range(REPAIRS_MAX):
        broken = excess(limits, found / steps)
        if broken <= HAIR:
            return [int(one) for one in found]
        found = _mended(model, limits, found, steps, aversion)
    return [*([0] * (len(found) - 1)), steps]


def excess(limits: Limits, weights: Floats) -> float:
    """By how much limits are broken, all together."""
    over = np.clip(limits.rows @ weights - limits.high, 0, None).sum()
    return float(over + np.clip(weights - limits.upper, 0, None).sum())


def largest_remainder(shares: Sequence[float], steps: int) -> list[int]:
    """Whole steps nearest to the shares (which add up to 1); equal remainders go to the earlier one."""
    exact = [share * steps for share in shares]
    whole = [int(one + HAIR) for one in exact]
    order = sorted(range(len(exact)), key=lambda place: (whole[place] - exact[place], place))
    for place in order[: steps - sum(whole)]:
        whole[place] += 1
    return whole


def spoken(model: Model, weights: Floats) -> Mapping[str, int]:
    """Percent by class in steps of 5, of the exact weights."""
    names = ("bond_money", "equity", "gold")
    shares = dict.fromkeys(names, 0.0)
    for kind, weight in zip(model.kinds, weights, strict=True):
        shares[CLASSES[kind]] += float(weight)
    steps = largest_remainder([shares[name] for name in names], BP // SPOKEN_BP)
    return {name: count * SPOKEN_BP // 100 for name, count in zip(names, steps, strict=True)}


def _mended(model: Model, limits: Limits, found: Floats, steps: int, aversion: float) -> Floats:
    best: tuple[float, float] | None = None
    chosen = found
    for giver in range(len(found)):
        if not found[giver]:
            continue
        for taker in range(len(found)):
            if taker == giver:
                continue
            tried = found.copy()
            tried[giver] -= 1
            tried[taker] += 1
            share = tried / steps
            worth = float(aversion / 2 * share @ model.covariance @ share - model.mean @ share)
            rank = (excess(limits, share), worth)
            if best is None or rank < best:
                best, chosen = rank, tried
    return chosen
