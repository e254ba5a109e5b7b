"""How a bare word of a page is understood: the few forms nobody can misread; every other one must be quoted.

YAML 1.1 reads `no` as false, `000300` as 192, `21:00` as 1260 and `1e3` as text. None of that is guessed.
"""

import re
from datetime import date

ScalarValue = str | int | bool | date

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})|-?[1-9][0-9]{0,2}(?:_[0-9]{3}){1,5}")
_ZEROS_FIRST = re.compile(r"[-+]?0[0-9_]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_LIKE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?")
_SIXTIES = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-9]{1,2})+(?:\.[0-9_]*)?")
_FRACTION = re.compile(r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*|[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?")
_OTHER_BASE = re.compile(r"[-+]?0(?:[xX][0-9a-fA-F_]+|[oO][0-7_]+|[bB][01_]+)")
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_TRUTHS = {"true": True, "false": False}
_TRAPS = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false"})
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


def plain(raw: str) -> ScalarValue:
    """The value of an unquoted word; raises ValueError with advice where it could be misread."""
    if raw in _TRUTHS:
        return _TRUTHS[raw]
    if raw in _NOTHING:
        raise ValueError("nothing stands here: write a value, or leave the key out")
    if raw.lower() in _TRAPS:
        raise ValueError(f'{raw} could be a truth value: write true or false, or quote "{raw}"')
    if raw[0] in "+-.0123456789":
        return _number_or_day(raw)
    if raw in {"=", "<<"}:
        raise ValueError(f"{raw} has a meaning of its own in YAML: write the values out")
    return raw


def _number_or_day(raw: str) -> ScalarValue:
    if _WHOLE.fullmatch(raw):
        return int(raw)
    if _DAY.fullmatch(raw):
        return _day(raw)
    if _ZEROS_FIRST.fullmatch(raw):
        raise ValueError(f'{raw} begins with 0: quote the code "{raw}"')
    if _DAY_LIKE.fullmatch(raw):
        raise ValueError(f'{raw} looks like a date: write YYYY-MM-DD, or quote "{raw}"')
    if _SIXTIES.fullmatch(raw):
        raise ValueError(f'{raw} would be counted in sixties: quote "{raw}"')
    if _OTHER_BASE.fullmatch(raw):
        raise ValueError(f'{raw} would be counted in another base: quote "{raw}"')
    if _INFINITE.fullmatch(raw) or _FRACTION.fullmatch(raw):
        raise ValueError(f'{raw} is no whole number: use a smaller unit, or quote "{raw}"')
    return raw


def _day(raw: str) -> date:
    try:
        return date.fromisoformat(raw)
    except ValueError:
        raise ValueError(f"{raw} is no day of the calendar") from None
