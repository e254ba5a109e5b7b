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
from tongxing.service.advise_about import about, nothing, record
from tongxing.service.advise_ask import AdviseError, AskLine
from tongxing.service.advise_pockets import Divided, divide, refusals
from tongxing.service.advise_trades import Trade, trades
from tongxing.service.advise_words import sentences


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
    against = refusals(desk.book, ask)
    if against or ask.grade is None:
        return _refused(desk, ask, against)
    divided = divide(desk.policy, desk.book, ask, Tolerance[ask.grade])
    parts: list[Part] = []
    for name, purse in divided.pockets:
        found = allocate(desk.model, purse)
        if isinstance(found, NoAllocation):
            return _refused(desk, ask, found.rules)
        parts.append(Part(name, purse, found))
    return _answered(desk, ask, parts, divided)


def _refused(desk: Desk, ask: AskLine, rules: Sequence[str]) -> Mapping[str, object]:
    return {
        "client_id": ask.client_id,
        "refused": list(rules),
        "policy": desk.policy.version,
        "digest": desk.digest,
    }


def _answered(desk: Desk, ask: AskLine, parts: Sequence[Part], divided: Divided) -> Mapping[str, object]:
    held, reserve = divided.held, divided.reserve_fen
    whole = sum(part.purse.value_fen for part in parts)
    mixed = _mixed(parts, whole)
    main = max(parts, key=lambda part: (part.purse.value_fen, part.name))
    moves = trades(
        desk.policy,
        desk.book,
        target=_target(desk, parts, reserve),
        held=held,
        lines={one.code: one for one in ask.holdings},
        on=ask.as_of,
    )
    told = [
        one
        for part in parts
        for one in sentences(part.found, part.purse, desk.policy, desk.book, locale=desk.locale)
    ]
    line: dict[str, object] = {
        "client_id": ask.client_id,
        "weights_bp": mixed,
        "rounded_pct": dict(main.found.rounded_pct) if len(parts) == 1 else _percents(mixed),
        "classes_pct": dict(main.found.classes_pct),
        "binding": [
            {"limit": one.limit, "multiplier": round(one.multiplier, 9)} for one in main.found.binding
        ],
        "relaxed": [
            *dict.fromkeys(name for part in parts for name in part.found.relaxed),
            *divided.left_alone,
        ],
        "trades": [_trade(one) for one in moves],
        "cost_fen": sum(one.cost_fen for one in moves),
        "worst": _worst(desk, mixed),
        "sentences": list(dict.fromkeys(told)),
        "pockets": [_pocket(part) for part in parts],
        "reserve_fen": reserve,
        "alternatives": [nothing(desk.model, desk.policy, held, whole + reserve)],
        "policy": desk.policy.version,
        "digest": desk.digest,
    }
    codes = sorted(code for code in mixed if code)
    line |= about(ask, desk.policy, desk.book, digest=desk.digest, codes=codes, locale=desk.locale)
    return line | {"record": record(line)}


def _pocket(part: Part) -> Mapping[str, object]:
    return {"name": part.name, "months": part.purse.months, "value_fen": part.purse.value_fen}


def _worst(desk: Desk, mixed: Mapping[str, int]) -> list[Mapping[str, object]]:
    """What each named time would have taken of the told weights, the worst first."""
    share = np.array([mixed.get(code, 0) / BP for code in desk.model.codes])
    losses = -(desk.model.stress @ share)
    found = sorted(
        ((round(float(loss) * BP), one.name) for one, loss in zip(desk.policy.episodes, losses, strict=True)),
        reverse=True,
    )
    return [{"episode": name, "loss_bp": loss} for loss, name in found]


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


def _target(desk: Desk, parts: Sequence[Part], reserve: int) -> Mapping[str, int]:
    """Fen of each product as told; the reserve lies in the money fund."""
    money = next(block.code for block in desk.policy.blocks if block.kind == "money")
    target: dict[str, int] = {money: reserve} if reserve else {}
    for part in parts:
        for code, percent in part.found.rounded_pct.items():
            if code != CASH:
                target[code] = target.get(code, 0) + part.purse.value_fen * percent // 100
    return target


def _trade(one: Trade) -> Mapping[str, object]:
    told: dict[str, object] = {
        "code": one.code,
        "side": one.side,
        "amount_fen": one.amount_fen,
        "cost_fen": one.cost_fen,
    }
    if one.redemption_fen:
        told |= {"redemption_fen": one.redemption_fen, "free_from": str(one.cheaper_from)}
    return told
