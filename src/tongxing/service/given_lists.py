"""Prices and sectors given with an import: checked whole before anything is imported."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from tongxing.domain.event import Rejected
from tongxing.intake import given
from tongxing.intake.given import GivenPrice
from tongxing.intake.listing import UnreadableFileError


class GivenListError(ValueError):
    """A list that cannot be used; every bad line is named in `problems`."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenLists:
    """What whoever imports a statement says of products our own history does not have."""

    prices: Mapping[str, GivenPrice] = field(default_factory=dict)
    sectors: Mapping[str, str] = field(default_factory=dict)
    digest: bytes = b""
    """The content of the files; empty where none was given."""

    def __bool__(self) -> bool:
        """Whether any list was given."""
        return bool(self.digest)


def given_lists(*, prices: bytes | None, sectors: bytes | None, wall: datetime) -> GivenLists:
    """Read both lists; raises `GivenListError` with every bad line of both. `wall` judges the future."""
    if prices is None and sectors is None:
        return GivenLists()
    problems: list[str] = []
    told_prices: Mapping[str, GivenPrice] = {}
    told_sectors: Mapping[str, str] = {}
    try:
        if prices is not None:
            told_prices, rejected = given.prices(prices, now=wall)
            problems += [_line("prices", entry) for entry in rejected]
    except UnreadableFileError as problem:
        problems.append(f"prices: {problem}")
    try:
        if sectors is not None:
            told_sectors, rejected = given.sectors(sectors)
            problems += [_line("sectors", entry) for entry in rejected]
    except UnreadableFileError as problem:
        problems.append(f"sectors: {problem}")
    if problems:
        raise GivenListError(tuple(problems))
    digest = blake2b(digest_size=16)
    for data in (prices or b"", sectors or b""):
        digest.update(len(data).to_bytes(8, "big") + data)
    return GivenLists(prices=told_prices, sectors=told_sectors, digest=digest.digest())


def _line(which: str, entry: Rejected) -> str:
    return f"{which}: line {entry.line}: {entry.reason} {entry.detail}".rstrip()
