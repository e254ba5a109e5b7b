"""The parts of a message that fill an answer: a product's code, an amount, a span of time, a direction."""

import re

_NUMBER = r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九十百千半几]+)"
_AMOUNT = re.compile(rf"{_NUMBER}(?:多|来)?(?:万多|万|亿|w|k|块|元|股|手|份|成|个点|%)|一半|全部")
_PERIOD = re.compile(
    rf"今天|昨天|明天|前天|上周|这周|本周|上个月|这个月|今年|去年|明年|{_NUMBER}个?多?(?:天|周|星期|月|年|小时|分钟)"
)
_CODE = re.compile(r"(?<!\d)[0-9]{6}(?!\d)")
_BUY = re.compile(r"买|加仓|补|追|上车|申购|定投")
_SELL = re.compile(r"卖|割|减仓|清仓|赎回|止损|止盈|下车|抛")


def slots_in(text: str) -> dict[str, str]:
    """Slot -> the words that fill it; the first of its kind counts, an unclear direction is left out."""
    found: dict[str, str] = {}
    for name, pattern in (("product", _CODE), ("amount", _AMOUNT), ("period", _PERIOD)):
        match = pattern.search(text)
        if match:
            found[name] = match.group()
    buys, sells = bool(_BUY.search(text)), bool(_SELL.search(text))
    if buys != sells:
        found["direction"] = "buy" if buys else "sell"
    return found
