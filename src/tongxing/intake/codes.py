"""A security code that lost its leading zeros: restored where it can only be one, otherwise refused."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from tongxing.intake.cells import CODE_LENGTH, present, whole

HONG_KONG_CODE_LENGTH = 5
_WITH_ZEROS = ("000", "001", "002", "003", "004", "005", "006", "007", "008", "009", "01", "02")
"""How codes with leading zeros begin (exchange and fund code allocation): Shenzhen shares 000 to 003,
off-exchange funds 000 to 029, treasury bonds 009, 01 and 020. What 03 to 09 began is no longer traded."""
_SHANGHAI = ("009", "01", "02")
"""What Shanghai lists among them."""
_HONG_KONG_SUFFIXES = ("-W", "-S", "-SW", "-WR", "-R")
"""Marks behind the names of companies that Hong Kong alone lists so."""

Names = Mapping[str, frozenset[str]]
"""Name of a security -> codes it is known under: the product table's, the log's."""
NOWHERE: Names = MappingProxyType({})


class DoubtfulCodeError(ValueError):
    """A short code that may stand for more than one security, or for another than its name says."""


def names_of(pairs: Iterable[tuple[str, str]]) -> Names:
    """(name, code) pairs as a table; a name may have several codes."""
    found: dict[str, set[str]] = {}
    for name, code in pairs:
        if name:
            found.setdefault(_plain(name), set()).add(code)
    return {name: frozenset(codes) for name, codes in found.items()}


def short(printed: str) -> str:
    """The digits of a cell that are too few for a code and begin without a zero; else nothing."""
    text = whole(present(printed).upper())
    few = text.isascii() and text.isdigit() and len(text) < CODE_LENGTH and not text.startswith("0")
    return text if few else ""


def restored(digits: str, *, name: str, told: str, foreign: bool, names: Names) -> str:
    """The code that short digits stand for; raises `DoubtfulCodeError`, with words for a person.

    `told`: market and business words of the line; `foreign`: settled in another currency. A name that is
    known decides; without it the code must be of a kind that begins with zeros, in a market that lists it.
    """
    if foreign or "港" in told or "HK" in told.upper() or name.upper().endswith(_HONG_KONG_SUFFIXES):
        if len(digits) < HONG_KONG_CODE_LENGTH:
            raise DoubtfulCodeError(f"{digits}: a Hong Kong code has five digits")
        return digits
    code = digits.zfill(CODE_LENGTH)
    known = names.get(_plain(name), frozenset()) if name else frozenset()
    if known:
        if code in known:
            return code
        raise DoubtfulCodeError(f"{digits}: the security of this name is known as {min(known)}")
    if not code.startswith(_WITH_ZEROS):
        raise DoubtfulCodeError(f"{digits}: no code that is traded begins like {code}")
    if ("沪" in told or "上海" in told) and not code.startswith(_SHANGHAI):
        raise DoubtfulCodeError(f"{digits}: Shanghai lists no {code}")
    return code


def _plain(name: str) -> str:
    """A name for comparison."""
    return "".join(name.split()).upper()
