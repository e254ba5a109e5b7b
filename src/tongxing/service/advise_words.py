"""What the house says of an allocation: approved texts filled with its data, every number checked."""

from collections.abc import Iterator, Mapping

from tongxing.advice.facts import Allocation, Purse
from tongxing.advice.limits import holding_years
from tongxing.advice.verify import strays
from tongxing.book.slots import pieces
from tongxing.domain.book import Book
from tongxing.domain.grades import Channel
from tongxing.domain.policy import Policy
from tongxing.wording.values import FactValue, written

PERCENT_BP = 100
CBP = 100
SAID_MAX = 3
"""So many limits are told; the dearest first."""
Line = tuple[str, Mapping[str, FactValue]]


class UnverifiedError(ValueError):
    """A sentence holds a number that is not in the data."""


def sentences(
    found: Allocation, purse: Purse, policy: Policy, book: Book, *, locale: str = "zh-CN"
) -> tuple[str, ...]:
    """The sentences in one locale. Raises `UnverifiedError` for a number that is not in the data."""
    return tuple(_said(book, name, values, locale) for name, values in _lines(found, purse, policy, locale))


def _lines(found: Allocation, purse: Purse, policy: Policy, locale: str) -> Iterator[Line]:
    yield "advice_weights", _by_class(found, policy)
    for bound in found.binding[:SAID_MAX]:
        line = _of_limit(bound.limit, bound.price_cbp, found, purse, policy, locale)
        if line is not None:
            yield line
    for change in found.changes:
        yield f"advice_change_{change.fact}", {"equity": change.equity_bp}
    if found.worst and found.worst[0][1] > 0:
        name, loss = found.worst[0]
        yield "advice_worst_time", {"episode": _episode(policy, name, locale), "loss": loss}


def _by_class(found: Allocation, policy: Policy) -> Mapping[str, FactValue]:
    """The told weights by class; cash counts to bonds and money."""
    kinds = {block.code: block.kind for block in policy.blocks}
    sums = {"bond_money": 0, "equity": 0, "gold": 0}
    for code, percent in found.rounded_pct.items():
        kind = kinds.get(code, "money")
        sums[{"equity": "equity", "commodity": "gold"}.get(kind, "bond_money")] += percent * PERCENT_BP
    return dict(sums)


def _of_limit(
    limit: str, price_cbp: int, found: Allocation, purse: Purse, policy: Policy, locale: str
) -> Line | None:
    """A limit in words; None for one that nobody would ask about."""
    kind, _colon, name = limit.partition(":")
    if kind == "stress":
        values: Mapping[str, FactValue] = {
            "episode": _episode(policy, name, locale),
            "limit": found.loss_limit_bp,
            "price": max(1, round(price_cbp / CBP)),
        }
        return "advice_limit_stress", values
    if kind == "slow":
        long = holding_years(purse) >= 1
        return ("advice_limit_slow", {"limit": policy.slow_bp}) if long else ("advice_limit_slow_none", {})
    if kind == "abroad":
        return "advice_limit_abroad", {"limit": policy.abroad_bp}
    if kind in ("duration", "due"):
        return f"advice_limit_{kind}", {}
    return _of_most(name, found, purse, policy, locale) if kind == "most" else None


def _of_most(name: str, found: Allocation, purse: Purse, policy: Policy, locale: str) -> Line | None:
    """The most of one block in words: of a commodity by grade, of a managed fund by the rules of advice."""
    block = next((one for one in policy.blocks if one.name == name), None)
    if block is None or not found.weights_bp.get(block.code, 0):
        return None
    if block.kind == "commodity":
        most = policy.grades[purse.grade].commodity_bp
        words = {"zh-CN": "黄金", "en": "Gold"}[locale]
        return "advice_limit_most", {"block": words, "limit": most, "grade": purse.grade.name}
    managed = block.kind != "money" and not block.index
    return ("advice_limit_fund", {"limit": policy.fund_bp}) if managed else None


def _episode(policy: Policy, name: str, locale: str) -> str:
    one = next(episode for episode in policy.episodes if episode.name == name)
    return one.title_en if locale == "en" else one.title


def _said(book: Book, name: str, values: Mapping[str, FactValue], locale: str) -> str:
    page = book.texts[name]
    body = page.variants[Channel.HOME, locale].body
    told = {slot: written(value, page.slots[slot], locale=locale) for slot, value in values.items()}
    words = "".join(told[piece] if place % 2 else piece for place, piece in enumerate(pieces(body)))
    stray = strays(words, told.values())
    if stray:
        raise UnverifiedError(f"{name}: {', '.join(stray)} is not in the data")
    return words
