"""The list of a history's files with their hashes: written with them, checked when they are read back."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from tongxing.market.coding import HistoryFormatError

NAME = "manifest.csv"
HEADER = "file,rows,first,last,sha256"
FILES_MAX = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of a history; days are day numbers, 0 where the file has no day column."""

    rows: int
    first: int
    last: int
    digest: str


def parse(text: str) -> Mapping[str, Entry]:
    """Read the manifest; raises `HistoryFormatError` with the line."""
    lines = text.splitlines()
    if not lines or lines[0] != HEADER or len(lines) > FILES_MAX:
        raise HistoryFormatError(
            f"{NAME} line 1: expected the header {HEADER!r} and at most {FILES_MAX} lines"
        )
    found: dict[str, Entry] = {}
    for number, line in enumerate(lines[1:], start=2):
        try:
            name, rows, first, last, digest = line.split(",")
            found[name] = Entry(rows=int(rows), first=int(first), last=int(last), digest=digest)
        except ValueError as error:
            raise HistoryFormatError(f"{NAME} line {number}: expected {HEADER}") from error
    return found


def check(name: str, text: str, entries: Mapping[str, Entry]) -> None:
    """A file edited by hand or cut short is refused; raises `HistoryFormatError`."""
    entry = entries.get(name)
    if entry is None:
        raise HistoryFormatError(f"{name} is not in {NAME}: run tools/make_history.py again")
    if entry.digest != digest(text):
        raise HistoryFormatError(f"{name} is not the file that {NAME} names: run tools/make_history.py again")


def write(texts: Mapping[str, str]) -> str:
    """The manifest of a history's files, in the order of their names."""
    lines = [HEADER]
    for name in sorted(texts):
        first, last = _span(texts[name])
        lines.append(f"{name},{texts[name].count(chr(10)) - 1},{first},{last},{digest(texts[name])}")
    return "\n".join(lines) + "\n"


def digest(text: str) -> str:
    """sha256 of a file's text in UTF-8, hex."""
    return sha256(text.encode()).hexdigest()


def _span(text: str) -> tuple[int, int]:
    lines = text.splitlines()
    if not lines[0].startswith("day_step") or len(lines) == 1:
        return 0, 0
    steps = [int(line.partition(",")[0]) for line in lines[1:]]
    return steps[0], sum(steps)
