"""How a fact is written for a reader, by the type of its slot and the language."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

TEXT_LENGTH_MAX = 80
ITEM_LENGTH_MAX = 300
ITEMS_MAX = 12
FEN_A_YUAN = 100
BP_A_PERCENT = 100
PPM_A_PERCENT = 10_000
SEPARATORS = {"zh": "；", "en": "; "}
ENDS = "。；;.， ,"
"""Taken off a list's items, which are joined by a separator of their own."""
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})

FactValue = int | str | tuple[str, ...]


class UnwritableError(ValueError):
    """A fact does not fit its slot; the words name what is wrong, not the value."""


def written(value: FactValue, slot_type: str, *, locale: str) -> str:
    """The words for a value; raises `UnwritableError` where value and type do not fit.

    A value is never a template: one that holds a brace is refused.
    """
    write = WRITERS.get(slot_type)
    if write is None:
        raise UnwritableError(f"unknown type {slot_type}")
    words = write(value, locale.partition("-")[0])
    if "{" in words or "}" in words:
        raise UnwritableError("holds a brace")
    return words


def _text(value: FactValue, _language: str) -> str:
    return _clean(value, TEXT_LENGTH_MAX)


def _percent_ppm(value: FactValue, _language: str) -> str:
    """One decimal, half up: 612,000 ppm is 61.2%."""
    percent = (Decimal(_whole(value)) / PPM_A_PERCENT).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{percent + 0:,}%" if percent else "0.0%"


def _percent_bp(value: FactValue, _language: str) -> str:
    """Exact, without idle zeros: 20,000 bp is 200%, 25 bp is 0.25%."""
    whole = _whole(value)
    sign, (percent, rest) = "-" if whole < 0 else "", divmod(abs(whole), BP_A_PERCENT)
    fraction = f".{rest:02d}".rstrip("0") if rest else ""
    return f"{sign}{percent:,}{fraction}%"


def _money_fen(value: FactValue, language: str) -> str:
    whole = _whole(value)
    sign, (yuan, fen) = "-" if whole < 0 else "", divmod(abs(whole), FEN_A_YUAN)
    amount = f"{sign}{yuan:,}.{fen:02d}"
    return f"{amount}元" if language == "zh" else f"CNY {amount}"


def _date(value: FactValue, language: str) -> str:
    if not isinstance(value, str):
        raise UnwritableError("is not a date YYYY-MM-DD")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise UnwritableError("is not a date YYYY-MM-DD") from None
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else day.isoformat()


def _count(value: FactValue, _language: str) -> str:
    whole = _whole(value)
    if whole < 0:
        raise UnwritableError("is less than nothing")
    return f"{whole:,}"


def _list(value: FactValue, language: str) -> str:
    """One sentence for one item; numbered for several."""
    if not isinstance(value, tuple) or not 0 < len(value) <= ITEMS_MAX:
        raise UnwritableError(f"is not a list of 1 to {ITEMS_MAX}")
    items = [_clean(item, ITEM_LENGTH_MAX).rstrip(ENDS) for item in value]
    if not all(items):
        raise UnwritableError("has an empty item")
    if len(items) == 1:
        return items[0]
    separator = SEPARATORS.get(language, SEPARATORS["en"])
    return separator.join(f"{number}. {item}" for number, item in enumerate(items, start=1))


def _whole(value: FactValue) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnwritableError("is not a whole number")
    return value


def _clean(value: object, length_max: int) -> str:
    """Words without what cannot be seen (control, format, private characters), every space a plain one."""
    if not isinstance(value, str):
        raise UnwritableError("is not words")
    kinds = ((mark, unicodedata.category(mark)) for mark in value)
    seen = "".join(" " if kind == "Zs" else mark for mark, kind in kinds if kind not in _UNSEEN).strip()
    if not 0 < len(seen) <= length_max:
        raise UnwritableError(f"does not have 1 to {length_max} characters")
    return seen


WRITERS: Mapping[str, Callable[[FactValue, str], str]] = {
    "text": _text,
    "percent_ppm": _percent_ppm,
    "percent_bp": _percent_bp,
    "money_fen": _money_fen,
    "date": _date,
    "count": _count,
    "list": _list,
}
