"""How much is meant: a part of what is held, in the words clients use."""

import re
from decimal import Decimal

TEN_THOUSAND = 10_000
FEN_A_YUAN = 100
_MONEY = re.compile(r"(\d+(?:\.\d+)?|[一二两三四五六七八九十]|十[一二三四五六七八九])(万|w|k|元|块)")
_SCALE = {"万": TEN_THOUSAND, "w": TEN_THOUSAND, "k": 1_000, "元": 1, "块": 1}
_DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
_TENTHS = re.compile(r"([一二两三四五六七八九]|\d)成")
_COUNT = re.compile(r"(\d[\d,]*(?:\.\d+)?)(万)?(?:股|份)")
_PARTS = {"一半": 2, "half": 2, "三分之一": 3, "四分之一": 4}


def wanted(words: str, held: Decimal) -> Decimal:
    """How many shares or units are meant: a part of what is held, a number, or all of it."""
    if words in _PARTS:
        return held / _PARTS[words]
    tenths = _TENTHS.fullmatch(words)
    if tenths:
        sign = tenths.group(1)
        return held * (_DIGITS[sign] if sign in _DIGITS else int(sign)) / 10
    count = _COUNT.fullmatch(words)
    if count:
        number = Decimal(count.group(1).replace(",", "")) * (TEN_THOUSAND if count.group(2) else 1)
        return min(number, held)
    return held


def money_fen(words: str) -> int | None:
    """An amount of money in fen; None where the words hold no plain amount."""
    found = _MONEY.fullmatch(words)
    if found is None:
        return None
    number, unit = found.groups()
    if number[0] == "十":
        value = Decimal(10 + _DIGITS.get(number[1:], 0))
    else:
        value = Decimal(_DIGITS[number]) if number in _DIGITS else Decimal(number)
    return int(value * _SCALE[unit] * FEN_A_YUAN)
