"""Which products of the facts a message names: by code, by name, or by a part only one of them has."""

import re
from collections.abc import Sequence

from tongxing.domain.dialogue import Named

_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
_FUND = re.compile(r"基金|净值|\bfund\b")
_STOCK = re.compile(r"股票|(?:那|这|我的?)(?:一)?(?:只|支)票|\bstock\b")
_GENERIC = re.compile(
    r"基金|混合|股票|债券|指数|联接|证券|股份|科技|集团|中国|精选|成长|灵活|配置|主题|行业|产品|货币|发起|增强|银行|"
    r"etf|lof|fund|[a-c]$|\s+|[()（）]|示例|演示|a类|c类"
)
PART_MIN = 2
"""Characters of a name that are enough where no other product has them."""


def mentioned(text: str, things: Sequence[Named]) -> tuple[str, ...]:
    """Codes named in the text, in the order of the facts; a code no fact knows counts as well."""
    codes = tuple(dict.fromkeys(_CODE.findall(text)))
    if codes:
        return codes
    low = text.lower()
    whole = tuple(thing.code for thing in things if thing.name and thing.name.lower() in low)
    if whole:
        return whole
    lengths = {thing.code: _longest_part(thing.name.lower(), low) for thing in things}
    best = max(lengths.values(), default=0)
    return tuple(code for code, length in lengths.items() if length == best) if best >= PART_MIN else ()


def without_names(text: str, things: Sequence[Named], named: Sequence[str]) -> str:
    """What is left of a message when codes and the longest pieces of names are taken out."""
    left = _CODE.sub("", text)
    for thing in things:
        if thing.code in named:
            left = _without(left, thing.name.lower())
    return left


def _without(text: str, name: str) -> str:
    for size in range(len(name), PART_MIN - 1, -1):
        for start in range(len(name) - size + 1):
            if name[start : start + size] in text:
                return text.replace(name[start : start + size], "", 1)
    return text


def only_of_kind(text: str, things: Sequence[Named]) -> str:
    """The one product there is of the kind spoken of, or the only one there is."""
    if _FUND.search(text):
        things = [thing for thing in things if thing.is_fund]
    elif _STOCK.search(text):
        things = [thing for thing in things if thing.is_fund is False]
    return things[0].code if len(things) == 1 else ""


def _longest_part(name: str, text: str) -> int:
    """Length of the longest piece of a name, common words left out, that stands in the text."""
    best = 0
    for piece in _GENERIC.split(name):
        for start in range(len(piece)):
            for end in range(start + max(best + 1, PART_MIN), len(piece) + 1):
                if piece[start:end] in text:
                    best = end - start
    return best
