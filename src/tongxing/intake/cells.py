"""One cell of a statement as a value: amounts, days, times and codes in all forms brokers print."""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from functools import lru_cache

CELLS_REMEMBERED_MAX = 65_536
"""Dates, fees and words repeat from line to line; remembering them doubles the speed."""
CODE_LENGTH = 6
UNITS = frozenset({"元", "股", "份", "张", "手", "%", "RMB", "CNY", "人民币", "人民币元"})
"""What stands in brackets behind a heading and is no part of its name."""
FEN_DIGITS = 2
LONGEST_TIME = 9
"""HHMMSS with thousandths; with hundredths (8) or without (6) a leading zero may have been lost."""

_FOLD = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    0x00A0: " ",
    0x2212: "-",
    0x2013: "-",
    0x2014: "-",
    0xFEFF: "",
    0x200B: "",
}
_NOTHING = frozenset({"", "-", "--", "---", "/", "\\", "N/A", "n/a", "null", "NULL", "None", "无", "空"})
_NUMBER = re.compile(r"([+-]?)([0-9]{0,15})(?:\.([0-9]{0,8}))?")
_SCIENTIFIC = re.compile(r"([1-9])(?:\.([0-9]{1,15}))?E\+?([0-9]{1,2})", re.IGNORECASE)
_FLOATED = re.compile(r"([0-9]{1,15})\.0+")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_CURRENCY = re.compile(
    r"^(?:RMB|CNY|HKD|USD|HK\$|US\$|[¥$￥]|人民币|港币|港元|美元)\s*"
    r"|\s*(?:元|股|份|张|手|RMB|CNY|HKD|USD|港币|港元|美元)$"
)
_POWERS = {"万": 4, "亿": 8}
""""1.5万" is 15,000: the digits move by so many places, exactly."""
_DAY = re.compile(r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日?)")
_PLAIN_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?:[.:][0-9]{1,6})?")
_PLAIN_TIME = re.compile(r"[0-9]{5,9}")
_SERIAL = re.compile(r"([0-9]{5})(?:\.([0-9]{1,15}))?")
_DAY_PART = re.compile(r"0?\.([0-9]{1,15})")
_SERIAL_ZERO = date(1899, 12, 30)
"""Day 0 of a spreadsheet's serial dates (of the 1900 system, from March 1900 on)."""
_DAY_SECONDS = 86_400
_CODE = re.compile(r"(?:(?:SH|SZ|BJ|HK)[.:]?)?([0-9A-Z]{5,12})(?:[.:](?:SH|SZ|BJ|SS|XSHG|XSHE|HK|OF))?")


class BadNumberError(ValueError):
    """A cell that should be a number is none."""


class BadDayError(ValueError):
    """A cell that should be a date or a time is none."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Money of one cell in fen."""

    fen: int
    rounded: bool
    """The cell had fractions of a fen; they were rounded half up."""


def fold(cell: str) -> str:
    """A cell without full-width forms, Excel's ="..." armour, a leading apostrophe and outer blanks."""
    if not cell.isascii():
        cell = cell.translate(_FOLD)
    elif cell.isalnum():
        return cell
    cell = cell.strip()
    if cell.startswith("="):
        cell = cell[1:].strip()
    if len(cell) > 1 and cell[0] == '"' and cell[-1] == '"':
        cell = cell[1:-1].replace('""', '"').strip()
    return cell.removeprefix("'").strip() if cell.startswith("'") else cell


@lru_cache(maxsize=CELLS_REMEMBERED_MAX)
def word(cell: str) -> str:
    """A business word or a heading for comparison: folded, all blanks and units in brackets removed."""
    folded = "".join(fold(cell).split())
    bracket = folded.find("(")
    if bracket < 0 or not folded.endswith(")"):
        return folded
    inside = folded[bracket + 1 : -1]
    if not _POWERS.keys().isdisjoint(inside):
        return folded  # amounts in 万元 are no amounts in 元
    return folded[:bracket] if "元" in inside or UNITS.issuperset(inside.split("/")) else folded


@lru_cache(maxsize=CELLS_REMEMBERED_MAX)
def name(cell: str) -> str:
    """The name of a security as printed, without armour; nothing where a placeholder stands."""
    return present(cell)


def present(cell: str) -> str:
    """The folded cell, or nothing where the broker printed a placeholder."""
    folded = fold(cell)
    return "" if folded in _NOTHING else folded


@lru_cache(maxsize=CELLS_REMEMBERED_MAX)
def amount(cell: str) -> Amount | None:
    """Money in yuan as fen; None where nothing stands; raises `BadNumberError`."""
    parts = _parts(cell)
    if parts is None:
        return None
    negative, whole, fraction = parts
    fen = int(whole or "0") * 100 + int((fraction + "00")[:FEN_DIGITS])
    rest = fraction[FEN_DIGITS:].rstrip("0")
    if rest and rest[0] >= "5":
        fen += 1
    return Amount(-fen if negative else fen, bool(rest))


@lru_cache(maxsize=CELLS_REMEMBERED_MAX)
def number(cell: str) -> Decimal | None:
    """A quantity or a price exactly as printed; None where nothing stands; raises `BadNumberError`."""
    parts = _parts(cell)
    if parts is None:
        return None
    negative, whole, fraction = parts
    text = f"{whole or '0'}.{fraction}" if fraction else whole or "0"
    return Decimal(f"-{text}" if negative else text)


def decimals_of(value: Decimal) -> int:
    """How many digits stand after the point."""
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _parts(cell: str) -> tuple[bool, str, str] | None:
    """(negative, whole digits, fraction digits) of a printed number."""
    found = _NUMBER.fullmatch(cell.replace(",", "") if _GROUPED.fullmatch(cell) else cell)
    if found is None or not (found[2] or found[3]):
        text = present(cell)
        if not text:
            return None
        found = _NUMBER.fullmatch(text) or _NUMBER.fullmatch(_bare(text))
        if found is None or not (found[2] or found[3]):
            raise BadNumberError("not a number")
    return found[1] == "-", found[2], found[3] or ""


def _bare(text: str) -> str:
    """Without currency signs, units, thousands separators; accountants' brackets become a minus."""
    negative = False
    if text.startswith("(") and text.endswith(")"):
        negative, text = True, text[1:-1].strip()
    if text.endswith("-") and len(text) > 1:
        if negative:
            raise BadNumberError("two signs")
        negative, text = True, text[:-1].strip()
    text, sign = _unsigned(text, "")
    text, sign = _unsigned(_CURRENCY.sub("", _CURRENCY.sub("", text)).strip(), sign)
    power = _POWERS.get(text[-1:], 0)
    if power:
        text = text[:-1].strip()
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if negative and sign:
        raise BadNumberError("two signs")
    if power:
        text = _moved(text, power)
    return f"-{text}" if negative else sign + text


def _unsigned(text: str, sign: str) -> tuple[str, str]:
    """A sign may stand before the currency or behind it, once."""
    if text[:1] not in {"+", "-"}:
        return text, sign
    if sign:
        raise BadNumberError("two signs")
    return text[1:].strip(), text[0]


def _moved(text: str, power: int) -> str:
    """Digits with the point so many places further right."""
    whole, _, fraction = text.partition(".")
    if not whole.isascii() or not whole.isdigit() or (fraction and not fraction.isdigit()):
        raise BadNumberError("not a number")
    fraction = fraction.ljust(power, "0")
    return f"{whole}{fraction[:power]}.{fraction[power:]}"


@lru_cache(maxsize=CELLS_REMEMBERED_MAX)
def moment(cell: str) -> tuple[date, time | None]:
    """A day, with its time where the same cell holds one; raises `BadDayError`."""
    text = present(cell)
    if not text:
        raise BadDayError("no date")
    found = _DAY.match(text)
    if found is not None:
        digits = (found[1], found[3] or found[5], found[4] or found[6])
    else:
        serial = _SERIAL.fullmatch(text)
        if serial is not None:
            return _SERIAL_ZERO + timedelta(days=int(serial[1])), _part_of_day(serial[2] or "")
        text = whole(text)
        found = _PLAIN_DAY.match(text)
        if found is None:
            raise BadDayError("not a date")
        digits = (found[1], found[2], found[3])
    rest = text[found.end() :]
    if rest and not rest[0].isspace() and rest[0] != "T":
        raise BadDayError("not a date")
    try:
        day = date(int(digits[0]), int(digits[1]), int(digits[2]))
    except ValueError:
        raise BadDayError("no such day") from None
    return day, clock_time(rest.lstrip("T ")) if rest.strip("T ") else None


@lru_cache(maxsize=CELLS_REMEMBERED_MAX)
def clock_time(cell: str) -> time | None:
    """A time of day; None where nothing or only a placeholder of zeros stands; raises `BadDayError`."""
    text = present(cell)
    if not text or not text.strip("0:."):
        return None
    found = _TIME.fullmatch(text)
    part = _DAY_PART.fullmatch(text)
    if found is not None:
        digits = (found[1], found[2], found[3] or "0")
    elif part is not None:
        return _part_of_day(part[1])
    elif _PLAIN_TIME.fullmatch(text):
        text = text.zfill(len(text) + len(text) % 2) if len(text) < LONGEST_TIME else text
        digits = (text[:2], text[2:4], text[4:6])
    else:
        raise BadDayError("not a time")
    try:
        return time(int(digits[0]), int(digits[1]), int(digits[2]))
    except ValueError:
        raise BadDayError("no such time") from None


def _part_of_day(fraction: str) -> time | None:
    """The time a spreadsheet keeps as a part of a day, to the second; nothing where it is midnight."""
    if not fraction.strip("0"):
        return None
    seconds = round(Decimal(f"0.{fraction}") * _DAY_SECONDS)
    if seconds >= _DAY_SECONDS:
        raise BadDayError("no such time")
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60)


@lru_cache(maxsize=CELLS_REMEMBERED_MAX)
def code(cell: str) -> str:
    """A security code without its market; leading zeros that a spreadsheet dropped are put back.

    Five digits or more are taken as they stand. Whether a shorter one may be restored is for whoever
    knows the line around it (`intake.codes`).
    """
    text = whole(present(cell).upper().replace(" ", ""))
    if not text or not text.strip("0"):
        return ""
    if text.isdigit() and text.isascii() and len(text) < CODE_LENGTH and not text.startswith("0"):
        return text.zfill(CODE_LENGTH)
    found = _CODE.fullmatch(text)
    return found[1] if found is not None else ""


def whole(text: str) -> str:
    """Digits that a spreadsheet turned into a number, 6.00519E+05 or 600519.0, where none of them is lost."""
    if text.isdigit():
        return text
    floated = _FLOATED.fullmatch(text)
    if floated is not None:
        return floated[1]
    found = _SCIENTIFIC.fullmatch(text)
    if found is None or len(found[2] or "") != int(found[3]):
        return text
    return found[1] + (found[2] or "")
