"""How the money of one client divides: a reserve, a pocket for each goal, and what may grow."""

from collections.abc import Mapping
from dataclasses import dataclass

from tongxing.advice.facts import BP, Purse
from tongxing.domain.book import Book
from tongxing.domain.grades import Tolerance
from tongxing.domain.policy import Policy
from tongxing.service.advise_about import too_risky
from tongxing.service.advise_ask import AskLine

MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Divided:
    """The money of a client by purpose; `left_alone` names goals cut short and what is not planned with."""

    reserve_fen: int
    held: Mapping[str, int]
    """Fen of each product that the policy knows."""
    pockets: tuple[tuple[str, Purse], ...]
    left_alone: tuple[str, ...]


def divide(policy: Policy, book: Book, ask: AskLine, grade: Tolerance) -> Divided:
    """Reserve first, then goals by priority and day, the rest for growth; for a question not refused."""
    blocks = {block.code for block in policy.blocks}
    held = {one.code: one.value_fen for one in ask.holdings if one.value_fen and one.code in blocks}
    left_alone = tuple(
        f"{'unpriced' if one.value_fen is None else 'unknown_product'}:{one.code}"
        for one in ask.holdings
        if one.value_fen is None or one.code not in blocks
    )
    money = ask.cash_fen + sum(held.values())
    reserve = min(_reserve(ask), money)
    kept = _after_reserve(held, ask.cash_fen, reserve)
    unfit = too_risky(policy, book, ask)
    pockets, short = _pockets(policy, ask, money - reserve)
    return Divided(
        reserve_fen=reserve,
        held=held,
        pockets=tuple(
            (name, _purse(ask, grade, months, value, kept, unfit)) for name, months, value in pockets
        ),
        left_alone=(*short, *left_alone),
    )


def refusals(book: Book, ask: AskLine) -> tuple[str, ...]:
    """Why this client is not advised, each in one word; empty when nothing stands against it."""
    found = []
    if ask.grade is None:
        found.append("assessment_missing")
    if ask.grade_valid_to is not None and ask.grade_valid_to < ask.as_of:
        found.append("assessment_expired")
    if ask.age is not None and ask.age < book.rules.number("client_age_min", ask.as_of):
        found.append("minor")
    if ask.cash_fen < 0:
        found.append("cash_negative")
    if len({one.code for one in ask.holdings}) != len(ask.holdings):
        found.append("holding_twice")
    if any(goal.date <= ask.as_of for goal in ask.goals):
        found.append("goal_past")
    if any(lot.bought > ask.as_of for one in ask.holdings for lot in one.lots):
        found.append("lot_later")
    return tuple(found)


def _reserve(ask: AskLine) -> int:
    """Months of repayment and of the rest of the income, which is spent: held apart, in money."""
    return ask.reserve_months * max(ask.repayment_month_fen, (ask.income_month_fen or 0) // 2)


def _pockets(policy: Policy, ask: AskLine, money: int) -> tuple[list[tuple[str, int, int]], tuple[str, ...]]:
    """(name, months, fen) of goals by priority and day, then of the rest; and goals that are not filled."""
    rate = next(block.mean_bp for block in policy.blocks if block.kind == "money")
    found, short = list[tuple[str, int, int]](), list[str]()
    for number, goal in enumerate(sorted(ask.goals, key=lambda one: (one.priority, one.date)), start=1):
        months = (goal.date - ask.as_of).days * MONTHS_A_YEAR // 365
        need = goal.amount_fen * MONTHS_A_YEAR * BP // (MONTHS_A_YEAR * BP + rate * months)
        given = min(need, money)
        money -= given
        name = f"{goal.kind.value}-{number}"
        if given:
            found.append((name, months, given))
        if given < need:
            short.append(f"goal_short:{name}")
    if money or not found:
        found.append(("growth", ask.horizon_months, money))
    return found, tuple(short)


def _after_reserve(held: Mapping[str, int], cash: int, reserve: int) -> Mapping[str, int]:
    """Holdings that are left when the reserve took cash first and then evenly of the rest."""
    short, whole = max(0, reserve - cash), sum(held.values())
    return {code: value - (value * short // whole if whole else 0) for code, value in held.items()}


def _purse(
    ask: AskLine,
    grade: Tolerance,
    months: int,
    value: int,
    kept: Mapping[str, int],
    unfit: frozenset[str],
) -> Purse:
    whole = max(value, sum(kept.values()), 1)
    income = ask.income_month_fen or 0
    debt = 0 if not ask.repayment_month_fen else BP
    if income > 0:
        debt = min(BP, ask.repayment_month_fen * BP // income)
    return Purse(
        grade=grade,
        debt_bp=debt,
        turnover_bp=ask.turnover_annual_bp,
        months=months,
        anxiety_bp=ask.anxiety_bp,
        value_fen=value,
        held_bp={code: fen * BP // whole for code, fen in kept.items() if fen},
        exclude=frozenset(ask.exclude) | unfit,
    )
