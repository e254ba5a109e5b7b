"""How often a goal would be missed on paths drawn from the real past, moved to the house's assumptions.

Stationary block bootstrap (Politis and Romano 1994): blocks of random length keep how markets move together
and how calm and wild times follow each other, which independent draws and bell curves do not. The mean is
recentred to the policy's assumption, since the past's own mean cannot be expected again. The result says how
the assumptions fare on such paths. It is not a forecast, and no word of the house may call it one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
PPM = 1_000_000
BP = 10_000
PATHS_MAX = 20_000
SESSIONS_MAX = 12_000
QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """How a pocket ends on the drawn paths; money in fen."""

    short_ppm: int
    """Share of paths that end below the amount."""
    missing_fen: int
    """What is missing on the middle one of those paths; 0 where none ends short."""
    low_fen: int
    middle_fen: int
    high_fen: int
    """The end that 5, 50 and 95 of 100 paths do not exceed."""
    paths: int
    sessions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The money of one pocket on its way: what lies there, what is added, what is wanted and when."""

    start_fen: int
    month_fen: int
    amount_fen: int
    months: int


def pocket_returns(
    history: Mapping[str, Floats], weights: Mapping[str, float], mean_bp: Mapping[str, int], year: int
) -> Floats:
    """Daily returns of a pocket that keeps its weights, each block recentred to its assumption.

    Args:
        history: daily returns by block, the same sessions for all.
        weights: share by block; they add up to 1.
        mean_bp: the policy's yearly return by block, in bp.
        year: sessions a year.

    Raises:
        ValueError: a block without history, or of another length.
    """
    lengths = {len(history[block]) for block in weights if block in history}
    missing = sorted(block for block in weights if block not in history)
    if missing or len(lengths) != 1:
        raise ValueError(f"no common history for {missing or sorted(weights)}")
    total = np.zeros(lengths.pop())
    for block, weight in sorted(weights.items()):
        found = history[block]
        total += weight * (found - found.mean() + mean_bp[block] / BP / year)
    return total


def block_paths(
    returns: Floats, sessions: int, *, paths: int, block: int, chance: np.random.Generator
) -> Floats:
    """Paths of daily returns, `paths` x `sessions`, drawn in blocks of mean length `block`."""
    walk = _walk(len(returns), sessions, paths=paths, block=block, chance=chance)
    places = np.fromiter(walk, dtype=np.dtype((np.int64, (paths,))), count=sessions)
    drawn: Floats = returns[places].T
    return drawn


def odds(
    course: Course, returns: Floats, *, paths: int, block: int, year: int, chance: np.random.Generator
) -> Odds:
    """How often the pocket ends below its amount; the same generator state gives the same answer."""
    sessions = min(SESSIONS_MAX, round(course.months * year / 12))
    steps = np.zeros(sessions, dtype=np.int64)
    if sessions and course.months:
        ends = np.linspace(0, sessions - 1, course.months).round().astype(np.int64)
        np.add.at(steps, ends, 1)
    grown = 1.0 + returns
    value = np.full(paths, float(course.start_fen))
    walk = _walk(len(returns), sessions, paths=paths, block=block, chance=chance)
    for step, place in zip(steps, walk, strict=True):
        value = value * grown[place] + float(step) * course.month_fen
    return _told(np.sort(value), course.amount_fen, sessions)


def _walk(
    length: int, sessions: int, *, paths: int, block: int, chance: np.random.Generator
) -> Iterator[npt.NDArray[np.int64]]:
    """Where in the past each path stands, session by session; the past is read as a ring."""
    if not 0 < paths <= PATHS_MAX or not 0 <= sessions <= SESSIONS_MAX or block < 1:
        raise ValueError(f"no such draw: {paths} paths of {sessions} sessions in blocks of {block}")
    place = chance.integers(length, size=paths)
    leap = 1.0 / block
    for _ in range(sessions):
        yield place
        jump = chance.random(paths) < leap
        place = np.where(jump, chance.integers(length, size=paths), (place + 1) % length)


def _told(ends: Floats, amount_fen: int, sessions: int) -> Odds:
    low, middle, high = (_fen(ends[int(share * (len(ends) - 1))]) for share in QUANTILES)
    short = ends[ends < amount_fen]
    return Odds(
        short_ppm=len(short) * PPM // len(ends),
        missing_fen=amount_fen - _fen(short[(len(short) - 1) // 2]) if len(short) else 0,
        low_fen=low,
        middle_fen=middle,
        high_fen=high,
        paths=len(ends),
        sessions=sessions,
    )


def _fen(value: float) -> int:
    return round(value)
