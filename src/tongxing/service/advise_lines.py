"""The `advise` door: facts of a client as a line in, an allocation with its reasons as a line out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from tongxing.advice.advise import allocate
from tongxing.advice.facts import BP, CASH, Allocation, NoAllocation, Purse
from tongxing.advice.limits import Model, model_of
from tongxing.advice.policy_seal import digest, why_unsigned
from tongxing.book.policy_pages import in_force
from tongxing.domain.book import Book
from tongxing.domain.grades import Tolerance
from tongxing.domain.policy import Policy
from tongxing.service.advise_ask import AdviseError, AskLine
from tongxing.service.advise_words import sentences

MONTHS_A_YEAR, PPM = 12, 1_000_000
AI_MARK = "ai_generated"


@dataclass(frozen=True, slots=True)
class Part:
    """A pocket of the investable money: until when, how much, and what was answered."""

    name: str
    purse: Purse
    found: Allocation


@dataclass(frozen=True)
class Desk:
    """The door's desk: one policy, made ready once."""

    book: Book
    policy: Policy
    locale: str = "zh-CN"

    @cached_property
    def model(self) -> Model:
        """The policy as arrays."""
        return model_of(self.policy)

    @cached_property
    def digest(self) -> str:
        """The name of the policy in records."""
        return digest(self.policy)

    @cached_property
    def blocks(self) -> frozenset[str]:
        """Products that the policy knows."""
        return frozenset(block.code for block in self.policy.blocks)


def desk_for(book: Book, on: date, *, version: str = "", locale: str = "zh-CN") -> Desk:
    """The desk of a day (or of a named version). Raises `AdviseError` for no policy or one not signed."""
    policy = book.policies.get(version) if version else in_force(book.policies, on)
    if policy is None:
        raise AdviseError(f"policy_missing: none is in force on {on.isoformat()}, or it has another name")
    unsigned = why_unsigned(policy, book.policy_keys)
    if unsigned:
        raise AdviseError(f"{unsigned}: policies/{policy.version}.yaml is not what its key signed")
    return Desk(book, policy, locale)


def advise_line(desk: Desk, ask: AskLine) -> Mapping[str, object]:
    """The answer to one question; the same question under the same policy gives the same line."""
    against = _refusals(ask)
    if against or ask.grade is None:
        return _refused(desk, ask, against)
    held = {one.code: one.value_fen for one in ask.holdings if one.value_fen and one.code in desk.blocks}
    left_alone = [
        f"{'unpriced' if one.value_fen is None else 'unknown_product'}:{one.code}"
        for one in ask.holdings
        if one.value_fen is None or one.code not in desk.blocks
    ]
    reserve = min(_reserve(ask), ask.cash_fen + sum(held.values()))
    pockets = _pockets(desk, ask, ask.cash_fen + sum(held.values()) - reserve)
    kept = _after_reserve(held, ask.cash_fen, reserve)
    parts: list[Part] = []
    for name, months, value in pockets:
        purse = _purse(ask, Tolerance[ask.grade], months, value, kept)
        found = allocate(desk.model, purse)
        if isinstance(found, NoAllocation):
            return _refused(desk, ask, found.rules)
        parts.append(Part(name, purse, found))
    return _answered(desk, ask, parts, held, reserve, left_alone)


def _refusals(ask: AskLine) -> tuple[str, ...]:
    found = []
    if ask.grade is None:
        found.append("assessment_missing")
    if ask.cash_fen < 0:
        found.append("cash_negative")
    if len({one.code for one in ask.holdings}) != len(ask.holdings):
        found.append("holding_twice")
    if any(goal.date <= ask.as_of for goal in ask.goals):
        found.append("goal_past")
    return tuple(found)


def _refused(desk: Desk, ask: AskLine, rules: Sequence[str]) -> Mapping[str, object]:
    return {
        "client_id": ask.client_id,
        "refused": list(rules),
        "policy": desk.policy.version,
        "digest": desk.digest,
    }


def _reserve(ask: AskLine) -> int:
    """Months of repayment and of the rest of the income, which is spent: held apart, in money."""
    return ask.reserve_months * max(ask.repayment_month_fen, (ask.income_month_fen or 0) // 2)


def _pockets(desk: Desk, ask: AskLine, money: int) -> list[tuple[str, int, int]]:
    """(name, months, fen): goals by priority and day, then what may grow."""
    rate = next(block.mean_bp for block in desk.policy.blocks if block.kind == "money")
    found = []
    for number, goal in enumerate(sorted(ask.goals, key=lambda one: (one.priority, one.date)), start=1):
        months = (goal.date - ask.as_of).days * MONTHS_A_YEAR // 365
        need = goal.amount_fen * MONTHS_A_YEAR * BP // (MONTHS_A_YEAR * BP + rate * months)
        given = min(need, money)
        money -= given
        if given:
            found.append((f"{goal.kind.value}-{number}", months, given))
    if money or not found:
        found.append(("growth", ask.horizon_months, money))
    return found


def _after_reserve(held: Mapping[str, int], cash: int, reserve: int) -> Mapping[str, int]:
    """Holdings that are left when the reserve took cash first and then evenly of the rest."""
    short, whole = max(0, reserve - cash), sum(held.values())
    return {code: value - (value * short // whole if whole else 0) for code, value in held.items()}


def _purse(ask: AskLine, grade: Tolerance, months: int, value: int, kept: Mapping[str, int]) -> Purse:
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
        exclude=frozenset(ask.exclude),
    )


def _answered(
    desk: Desk,
    ask: AskLine,
    parts: Sequence[Part],
    held: Mapping[str, int],
    reserve: int,
    left_alone: Sequence[str],
) -> Mapping[str, object]:
    whole = sum(part.purse.value_fen for part in parts)
    mixed = _mixed(parts, whole)
    main = max(parts, key=lambda part: (part.purse.value_fen, part.name))
    trades, cost = _trades(desk, parts, held, reserve)
    told = [
        one
        for part in parts
        for one in sentences(part.found, part.purse, desk.policy, desk.book, locale=desk.locale)
    ]
    share = np.array([mixed.get(code, 0) / BP for code in desk.model.codes])
    losses = -(desk.model.stress @ share)
    worst = sorted(
        ((round(float(loss) * BP), one.name) for one, loss in zip(desk.policy.episodes, losses, strict=True)),
        reverse=True,
    )
    return {
        "client_id": ask.client_id,
        "weights_bp": mixed,
        "rounded_pct": dict(main.found.rounded_pct) if len(parts) == 1 else _percents(mixed),
        "classes_pct": dict(main.found.classes_pct),
        "binding": [
            {"limit": one.limit, "multiplier": round(one.multiplier, 9)} for one in main.found.binding
        ],
        "relaxed": [*dict.fromkeys(name for part in parts for name in part.found.relaxed), *left_alone],
        "trades": trades,
        "cost_fen": cost,
        "worst": [{"episode": name, "loss_bp": loss} for loss, name in worst],
        "sentences": list(dict.fromkeys(told)),
        "pockets": [
            {"name": part.name, "months": part.purse.months, "value_fen": part.purse.value_fen}
            for part in parts
        ],
        "reserve_fen": reserve,
        "label": AI_MARK,
        "policy": desk.policy.version,
        "digest": desk.digest,
    }


def _mixed(parts: Sequence[Part], whole: int) -> dict[str, int]:
    """Weights over all pockets, by their money; of a client without money, of the first pocket."""
    if not whole or len(parts) == 1:
        return dict(parts[-1].found.weights_bp)
    found: dict[str, int] = {}
    for part in parts:
        for code, share in part.found.weights_bp.items():
            found[code] = found.get(code, 0) + share * part.purse.value_fen
    shares = {code: value // whole for code, value in found.items()}
    first = max(shares, key=lambda code: (shares[code], code))
    shares[first] += BP - sum(shares.values())
    return {code: share for code, share in shares.items() if share}


def _percents(mixed: Mapping[str, int]) -> dict[str, int]:
    """Whole percents of mixed weights, rounded down; what is left over is cash."""
    found = {code: share // 100 for code, share in mixed.items() if share >= 100 and code != CASH}  # noqa: PLR2004
    return {**found, CASH: 100 - sum(found.values())} if sum(found.values()) < 100 else found  # noqa: PLR2004


def _trades(
    desk: Desk, parts: Sequence[Part], held: Mapping[str, int], reserve: int
) -> tuple[list[dict[str, object]], int]:
    """What leads from what is held to the told weights; the reserve lies in the money fund."""
    money = next(block.code for block in desk.policy.blocks if block.kind == "money")
    target: dict[str, int] = {money: reserve} if reserve else {}
    for part in parts:
        for code, percent in part.found.rounded_pct.items():
            if code != CASH:
                target[code] = target.get(code, 0) + part.purse.value_fen * percent // 100
    fees = {block.code: (block.buy_ppm, block.sell_ppm) for block in desk.policy.blocks}
    trades: list[dict[str, object]] = []
    whole = 0
    for code in sorted({*target, *held}):
        move = target.get(code, 0) - held.get(code, 0)
        if abs(move) < max(1, desk.policy.ticket_fen):
            continue
        cost = -(-abs(move) * fees[code][move < 0] // PPM)
        whole += cost
        trades.append(
            {"code": code, "side": "buy" if move > 0 else "sell", "amount_fen": abs(move), "cost_fen": cost}
        )
    return trades, whole
