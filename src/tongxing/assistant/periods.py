"""The time a question is about, from the words clients use: days, weeks, months."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = 12
WEEK = 7
_NUMBERS = {sign: number for number, sign in enumerate("零一二三四五六七八九十")} | {"两": 2, "几": 5}
_NUMBERS |= {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_DAYS = {"大前天": 3, "前天": 2, "昨": 1, "yesterday": 1, "今天": 0, "今日": 0, "today": 0}
_CALENDAR = re.compile(
    r"(?P<this>这|本|今|this )(?P<unit>周|星期|个?月|年|week|month|year)|"
    r"(?P<last>上个?|去|last )(?P<whole>周|星期|月|年|week|month|year)(?!s)"
)
_BACK = re.compile(
    r"(?P<half>半)(?:个)?(?P<of>月|年)|"
    r"(?<![\d.])(?P<number>\d{1,3}|[一二两三四五六七八九十几])个?多?(?P<unit>天|日(?!前)|周|星期|礼拜|月|年)(?!以后|之后|后|前)|"
    r"(?:past|last) (?P<en>\d{1,3}|a|one|two|three|four|five|six) ?(?P<units>day|week|month|year)s"
)
_UNITS = {
    "day": "天",
    "日": "天",
    "week": "周",
    "星期": "周",
    "礼拜": "周",
    "month": "月",
    "个月": "月",
    "year": "年",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Some sessions up to a day, or the days after one: whichever is not empty."""

    sessions: int = 0
    after: date | None = None
    """The last day before it."""
    until: date | None = None
    """Its last day; None: as far as is known."""


def names_time(text: str) -> bool:
    """Whether words name a time at all."""
    return any(word in text for word in _DAYS) or bool(_CALENDAR.search(text) or _BACK.search(text))


def span_in(text: str, on: date) -> Span | None:
    """The time that words name, seen from a day; None where they name none."""
    days = next((back for word, back in _DAYS.items() if word in text), None)
    if days is not None:
        return Span(sessions=1, until=on - timedelta(days))
    found = _CALENDAR.search(text)
    if found:
        return _calendar(found, on)
    back = _BACK.search(text)
    return None if back is None else _back(back, on)


def _calendar(found: re.Match[str], on: date) -> Span:
    """This week, last month and their like."""
    unit = found["unit"] or found["whole"]
    unit = _UNITS.get(unit, unit)
    begins = {"周": on - timedelta(on.weekday()), "月": on.replace(day=1), "年": on.replace(month=1, day=1)}[
        unit
    ]
    eve = begins - timedelta(1)
    if found["this"]:
        return Span(after=eve)
    former = {"周": begins - timedelta(WEEK), "月": eve.replace(day=1), "年": eve.replace(month=1, day=1)}[
        unit
    ]
    return Span(after=former - timedelta(1), until=eve)


def _back(found: re.Match[str], on: date) -> Span:
    """Three days or half a year up to now; days are counted in sessions."""
    if found["half"]:
        return Span(
            after=on - timedelta(WEEK * 2) if found["of"] == "月" else _months_before(on, MONTHS // 2)
        )
    words = found["number"] or found["en"]
    number = max(int(words) if words.isdecimal() else _NUMBERS[words], 1)
    unit = found["unit"] or found["units"]
    unit = _UNITS.get(unit, unit)
    if unit == "天":
        return Span(sessions=number)
    if unit == "周":
        return Span(after=on - timedelta(WEEK * number))
    return Span(after=_months_before(on, number * (MONTHS if unit == "年" else 1)))


def _months_before(day: date, months: int) -> date:
    """The day so many months earlier; the month's last where it has no such day."""
    year, month = divmod(day.year * MONTHS + day.month - 1 - months, MONTHS)
    year = max(year, date.min.year)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
