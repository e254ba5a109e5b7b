"""Reading one field of a file: a clear error says what is wrong and where."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

Choice = TypeVar("Choice", bound=StrEnum)
EXACT_MAX = 2**53 - 1
ITEMS_MAX = 20_000
NAME_LENGTH_MAX = 200
QUANTITY, PRICE, RATE, MONEY = 4, 6, 8, 2


class AttributionInputError(ValueError):
    """A file cannot be read: the words name the field and what it needs."""


class Fields:
    """An object of a file with its place, read field by field."""

    def __init__(self, raw: object, where: str) -> None:
        if not isinstance(raw, Mapping):
            raise AttributionInputError(f"{where}: an object {{…}} is needed")
        self._raw: Mapping[str, object] = raw
        self.where = where

    def place(self, name: str) -> str:
        """Where a field stands."""
        return f"{self.where}.{name}"

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._raw.get(name) is not None

    def get(self, name: str) -> object:
        """The value as it stands; raises when it is missing."""
        if not self.has(name):
            raise AttributionInputError(f"{self.place(name)}: is missing")
        return self._raw[name]

    def only(self, *names: str) -> None:
        """Refuse a field that has no meaning here: a misspelt one must not count as absent."""
        for name in self._raw:
            if name not in names:
                raise AttributionInputError(
                    f"{self.place(str(name))}: unknown field; known: {', '.join(names)}"
                )

    def text(self, name: str) -> str:
        """Words."""
        value = self.get(name)
        if not isinstance(value, str) or not 0 < len(value) <= NAME_LENGTH_MAX:
            raise AttributionInputError(f"{self.place(name)}: 1 to {NAME_LENGTH_MAX} characters are needed")
        return value

    def choice(self, name: str, kinds: type[Choice]) -> Choice:
        """One of a few words."""
        value = self.get(name)
        try:
            return kinds(str(value))
        except ValueError:
            known = ", ".join(kinds)
            raise AttributionInputError(f"{self.place(name)}: {value!r} is none of {known}") from None

    def flag(self, name: str) -> bool:
        """True or false; false when missing."""
        value = self._raw.get(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise AttributionInputError(f"{self.place(name)}: true or false is needed")

    def day(self, name: str) -> date:
        """A day YYYY-MM-DD."""
        return day_of(self.get(name), self.place(name))

    def instant(self, name: str) -> datetime:
        """An instant with its zone."""
        return instant_of(self.get(name), self.place(name))

    def scaled(self, name: str, places: int, *, least: int = 0) -> int:
        """A decimal as a whole number of its last place."""
        return scaled(self.get(name), places, self.place(name), least=least)

    def listed(self, name: str) -> Sequence[object]:
        """A list; empty when missing."""
        value = self._raw.get(name)
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            raise AttributionInputError(f"{self.place(name)}: a list […] is needed")
        if len(value) > ITEMS_MAX:
            raise AttributionInputError(f"{self.place(name)}: more than {ITEMS_MAX} entries")
        return value

    def objects(self, name: str) -> tuple["Fields", ...]:
        """A list of objects."""
        return tuple(
            Fields(one, f"{self.place(name)}[{place}]") for place, one in enumerate(self.listed(name))
        )

    def below(self, name: str) -> "Fields":
        """An object inside this one."""
        return Fields(self.get(name), self.place(name))


def day_of(value: object, where: str) -> date:
    """A day YYYY-MM-DD."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise AttributionInputError(f"{where}: {value!r} is not a day YYYY-MM-DD") from None


def instant_of(value: object, where: str) -> datetime:
    """An instant with its zone."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise AttributionInputError(f"{where}: {value!r} is not an instant like 2026-05-06T20:00:00+08:00")
    return found


def scaled(value: object, places: int, where: str, *, least: int = 0) -> int:
    """A decimal (a string, or a JSON number as it is printed) as a whole number of its last place.

    Raises:
        AttributionInputError: it is no number, is below `least`, has more places or is too large.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise AttributionInputError(f"{where}: a decimal number is needed, not {value!r}")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise AttributionInputError(f"{where}: {value!r} is not a decimal number") from None
    if not number.is_finite():
        raise AttributionInputError(f"{where}: {value!r} is not a decimal number")
    if number.adjusted() > 16:  # noqa: PLR2004 - nothing of such a size stays below 2**53
        raise AttributionInputError(f"{where}: {value!r} is too large")
    exact = number.scaleb(places)
    if exact != int(exact):
        raise AttributionInputError(f"{where}: {value!r} has more than {places} decimals")
    if abs(exact) > EXACT_MAX:
        raise AttributionInputError(f"{where}: {value!r} is too large")
    if exact < least:
        raise AttributionInputError(f"{where}: {value!r} is too small")
    return int(exact)
