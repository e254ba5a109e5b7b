"""A risk questionnaire answered by an invented person: twelve items, at most 100 points, then caps."""

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

AGE_FROM = (31, 46, 60, 70)
AGE_POINTS = (5, 6, 4, 2, 0)
INCOME_YEAR_FROM_YUAN = (50_000, 200_000, 500_000, 1_000_000)
INCOME_POINTS = (1, 3, 5, 7, 8)
REPAYMENT_FROM_BP = (1, 2_000, 4_000, 6_000)
REPAYMENT_POINTS = (8, 6, 4, 2, 0)
CHOICES: dict[str, tuple[int, ...]] = {
    "share_of_wealth": (8, 6, 4, 2, 0),
    "reserve_months": (8, 6, 4, 2, 0),
    "years": (0, 2, 5, 8, 10),
    "riskiest_held": (0, 3, 6, 8, 10),
    "knowledge": (0, 3, 6, 10),
    "horizon": (0, 2, 4, 6, 8),
    "goal": (0, 3, 5, 7, 8),
    "loss_accepted": (0, 3, 6, 8, 10),
}
RARELY_LOWEST = {"loss_accepted": 0.38, "knowledge": 0.15}
"""Few people with a broker accept no loss at all, or fail all three questions."""
GRADES = ("C1", "C2", "C3", "C4", "C5")
MOVES_SHARE = 0.4
OLD_AGE = 70
PENSION_AGE = 60
CAP_C2, CAP_C3 = 1, 2


def answers(
    chance: np.random.Generator, *, age: int, income_month_fen: int, repayment_bp: int, boldness: float
) -> dict[str, int]:
    """Points of each item: known facts first, the rest by a person's boldness (0 to 1) and chance."""
    income_year = income_month_fen * 12 // 100
    points = {
        "age": AGE_POINTS[bisect_right(AGE_FROM, age)],
        "stability": 2 if age >= PENSION_AGE else 6,
        "income": INCOME_POINTS[bisect_right(INCOME_YEAR_FROM_YUAN, income_year)],
        "repayment": REPAYMENT_POINTS[bisect_right(REPAYMENT_FROM_BP, repayment_bp)],
    }
    for item, choices in CHOICES.items():
        lean = boldness + RARELY_LOWEST.get(item, 0.0) + 0.25 * float(chance.standard_normal())
        ordered = sorted(choices)
        points[item] = ordered[int(min(max(lean, 0.0), 0.999) * len(ordered))]
    return points


def answered_again(chance: np.random.Generator, before: dict[str, int]) -> dict[str, int]:
    """The answers of somebody some years on: each choice is kept, or moves to any other."""
    points = dict(before)
    for item, choices in CHOICES.items():
        moves = float(chance.random()) < MOVES_SHARE
        other = choices[int(chance.integers(len(choices)))]
        if moves:
            points[item] = other
    return points


def grade(points: dict[str, int], *, age: int, scores_from: Sequence[int]) -> tuple[str, int]:
    """The grade and score of a set of answers, the caps applied after scoring."""
    score = sum(points.values())
    level = bisect_right(scores_from, score)
    if points["loss_accepted"] == 0:
        return "C1L", score
    if points["horizon"] == 0:
        level = min(level, CAP_C2)
    if 0 in (points["repayment"], points["reserve_months"], points["knowledge"]) or age >= OLD_AGE:
        level = min(level, CAP_C3)
    return GRADES[level], score
