"""Fixed-width files: columns stand at character cells, a Chinese character taking two of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

SAMPLED_LINES = 400
"""Lines below the header that show where every column is blank."""
_WIDE = re.compile(r"([^\x00-\x7f])")
_SECOND_CELL = "\x00"
Span = tuple[int, int]
"""First cell, and the cell behind the last one."""
_HEADING = re.compile(r"[^ ]+")
NUMBERS_MIN = 2
"""A row has a day and an amount at least."""
NOISY = 20
"""One line in twenty may fill a cell that divides two columns."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where the columns of a fixed-width file are divided."""

    starts: tuple[int, ...]
    """First cell of every column but the first one."""

    def split(self, line: str) -> list[str]:
        """The cells of one line; what stands beyond the last heading belongs to the last column."""
        spread = spread_out(line)
        ends = (*self.starts, len(spread))
        row, start = [], 0
        for end in ends:
            row.append(spread[start:end].replace(_SECOND_CELL, "").strip())
            start = end
        return row


def spread_out(line: str) -> str:
    """A line with one character a cell: what is no ASCII takes two (the bytes of GBK, a terminal's width)."""
    if line.isascii():
        return line
    return _WIDE.sub(rf"\1{_SECOND_CELL}", line).replace("\u3000", " ").replace("\u00a0", " ")


def headings(line: str) -> list[str]:
    """The words of a header that only blanks divide."""
    return line.replace("\u3000", " ").replace("\u00a0", " ").split()


def cuts(header: str, below: Sequence[str]) -> Cuts:
    """Where to divide the columns, by the header's positions and by what is blank on all lines.

    Words stand at the left edge of their column and numbers at the right one, so that neither the starts
    nor the ends of headings divide alone: what stands below two neighbouring headings says which it is.
    """
    top = spread_out(header)
    spans = [(found.start(), found.end()) for found in _HEADING.finditer(top)]
    width = len(top) + 1
    sample = [spread_out(line).ljust(width) for line in below[:SAMPLED_LINES] if _is_row(line)]
    starts: list[int] = []
    for left, right in pairwise(spans):
        low = max([left[0] + 1, *starts[-1:]])
        starts.append(_divide(sample, low, left, right))
    return Cuts(starts=tuple(starts))


def _is_row(line: str) -> bool:
    """A line of numbers, and no rule, note or sum."""
    return sum(any(map(str.isdigit, text)) for text in headings(line)) >= NUMBERS_MIN


def _divide(sample: Sequence[str], low: int, left: Span, right: Span) -> int:
    """The cell at which the right one of two neighbouring columns begins.

    Its heading's start where its values begin there or where no cell is blank on (nearly) all lines; the
    end of the left heading where the left values end there; else the middle of the widest blank run that
    something follows.
    """
    filled = [sum(line[cell] != " " for line in sample) for cell in range(low, right[1])]
    least = min(filled, default=1)
    if not sample or least > max(1, len(sample) // NOISY):
        return right[0]
    begin, end = _edges(sample, right)
    if begin > end and begin * 5 >= len(sample) * 2:
        return right[0]
    begin, end = _edges(sample, left)
    if end > begin and end * 5 >= len(sample) * 2:
        return left[1]
    run, widest = 0, (0, right[0])
    for place, count in enumerate(filled):
        if count <= least:
            run += 1
        else:
            widest, run = max(widest, (run, low + place)), 0
    return widest[1] - widest[0] // 2


def _edges(sample: Sequence[str], heading: Span) -> tuple[int, int]:
    """On how many lines a value begins where the heading begins, and ends where it ends."""
    start, end = heading
    begins = sum(line[start] != " " and (start == 0 or line[start - 1] == " ") for line in sample)
    return begins, sum(line[end - 1] != " " and line[end] == " " for line in sample)
