"""What in a text tells who somebody is: identity numbers, phones, bank cards, and names the house knows.

Numbers are checked by their own rules (GB 11643 check character and birthday, Luhn), so that an order number
or an amount is no finding. A finding shows where it stands and never what it is.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

ID_NUMBER, PHONE, BANK_CARD, NAME = "id_number", "phone", "bank_card", "name"
_ID = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])")
_PHONE = re.compile(r"(?<![0-9A-Za-z.])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![0-9A-Za-z])")
_CARD = re.compile(r"(?<![0-9A-Za-z.])(?:62|[345])\d{2}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?![0-9A-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_CHINESE = re.compile(r"[\u4e00-\u9fff·]{2,}")
NAME_MIN, NAME_MAX = 2, 8
TEN, NINE = 10, 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One finding: what sort, from where to where."""

    kind: str
    start: int
    end: int


class Names:
    """Names to look for; those of one character tell nobody."""

    def __init__(self, names: Collection[str] = ()) -> None:
        known = {name.strip() for name in names if len(name.strip()) >= NAME_MIN}
        self._chinese = frozenset(name for name in known if _CHINESE.fullmatch(name))
        self._others = tuple(sorted(known - self._chinese))
        self._lengths = sorted({len(name) for name in self._chinese if len(name) <= NAME_MAX}, reverse=True)

    def spans(self, text: str) -> Iterator[Span]:
        """Where a name stands; of two that begin at one place the longer."""
        for run in _CHINESE.finditer(text) if self._chinese else ():
            for at in range(run.start(), run.end()):
                found = next((n for n in self._lengths if text[at : at + n] in self._chinese), 0)
                if found:
                    yield Span(kind=NAME, start=at, end=at + found)
        for name in self._others:
            at = text.find(name)
            while at >= 0:
                yield Span(kind=NAME, start=at, end=at + len(name))
                at = text.find(name, at + 1)


NOBODY = Names()


def scan(text: str, names: Names = NOBODY) -> tuple[Span, ...]:
    """All findings in a text, in order; what is an identity number is no card as well."""
    found: list[Span] = []
    checks = ((ID_NUMBER, _ID, is_id_number), (PHONE, _PHONE, _always), (BANK_CARD, _CARD, is_card))
    for kind, pattern, holds in checks:
        for match in pattern.finditer(text):
            taken = any(one.start < match.end() and match.start() < one.end for one in found)
            if not taken and holds(match.group()):
                found.append(Span(kind=kind, start=match.start(), end=match.end()))
    found.extend(names.spans(text))
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


def redact(text: str, names: Names = NOBODY) -> str:
    """The text with each finding replaced by its sort."""
    pieces, at = [], 0
    for span in scan(text, names):
        if span.start >= at:
            pieces += [text[at : span.start], f"[{span.kind}]"]
            at = span.end
    return "".join((*pieces, text[at:]))


def is_id_number(text: str) -> bool:
    """Whether 18 characters have a birthday and the check character of GB 11643."""
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text[:17], strict=True))
    return _CHECKS[total % len(_CHECKS)] == text[17].upper()


def is_card(text: str) -> bool:
    """Whether the digits hold by Luhn's rule."""
    total = 0
    for place, digit in enumerate(int(one) for one in reversed(text) if one.isdigit()):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - NINE if doubled > NINE else doubled
    return total % TEN == 0


def _always(_text: str) -> bool:
    return True
