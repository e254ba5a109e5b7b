"""Many entries of one form as columns: what is written of a client once instead of at every entry."""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import accumulate
from operator import sub
from typing import Any, TypeVar

Entry = TypeVar("Entry")


class Texts(dict[str, int]):
    """Numbers for texts, in order of their first use; each text is written once."""

    def __missing__(self, text: str) -> int:
        """The number of a text that was not used before."""
        number = self[text] = len(self)
        return number

    def all(self, texts: Iterable[str]) -> list[int]:
        """The numbers of some texts."""
        return list(map(self.__getitem__, texts))


def differences(numbers: Sequence[int]) -> list[int]:
    """The first number, then how much each is more than the one before; `sums` gives them back."""
    return list(map(sub, numbers, [0, *numbers]))


def sums(packed: Iterable[int]) -> Iterable[int]:
    """The numbers whose differences these are."""
    return accumulate(packed)


def columns(entries: Sequence[Sequence[Any]], width: int) -> list[Sequence[Any]]:
    """Entries of one width, turned into columns."""
    return list(zip(*entries, strict=True)) if entries else [()] * width


def made(kind: type[Entry], *of: Iterable[Any]) -> list[Entry]:
    """Named tuples from columns."""
    return list(map(partial(tuple.__new__, kind), zip(*of, strict=True)))  # type: ignore[type-var]
