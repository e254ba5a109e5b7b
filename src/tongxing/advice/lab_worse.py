"""The same days in another order: a stationary block bootstrap of an episode, joint across products.

Politis and Romano (1994): blocks begin anywhere, their lengths are geometric, the end joins the beginning.
Days of an episode stay days of that episode and products keep their day together, so calm and wild days,
fat tails and what falls with what remain real. Nothing here is a forecast and no mean is taken of it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tongxing.advice.lab_course import Course
from tongxing.advice.lab_session import Portfolio

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
PPM = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Deepest:
    """How far below its top a held portfolio went in shuffled courses, in ppm."""

    half_ppm: int
    """Half of the courses went deeper."""
    tenth_ppm: int
    """One of ten went deeper."""
    deepest_ppm: int
    real_ppm: int
    """The course as it was."""


def places(days: int, length: int, paths: int, *, mean_block: int, chance: np.random.Generator) -> Ints:
    """Which real day stands at each place of each path: an array of paths by length.

    Raises:
        ValueError: where there are no days or a block is shorter than a day.
    """
    if days < 1 or length < 1 or mean_block < 1:
        raise ValueError(f"days, length and block are at least one: {days}, {length}, {mean_block}")
    fresh = chance.random((paths, length)) < 1 / mean_block
    fresh[:, 0] = True
    begins = chance.integers(days, size=(paths, length))
    spots = np.arange(length)
    last = np.maximum.accumulate(np.where(fresh, spots, 0), axis=1)
    found: Ints = (np.take_along_axis(begins, last, axis=1) + spots - last) % days
    return found


def moves(course: Course) -> Floats:
    """Daily changes as log ratios, days by products in the order of the course."""
    levels = np.array([course.level_ppm[code] for code in course.level_ppm], dtype=np.float64)
    found: Floats = np.diff(np.log(levels), axis=1).T
    return found


def deepest(
    course: Course, held: Portfolio, *, paths: int, mean_block: int, chance: np.random.Generator
) -> Deepest:
    """What patience would have gone through had the same days come in another order."""
    real = moves(course)
    days = len(real)
    order = places(days, days, paths, mean_block=mean_block, chance=chance)
    growth = np.exp(np.cumsum(real[order], axis=1))
    units = np.array([held.units.get(code, 0) for code in course.level_ppm], dtype=np.float64)
    fell = np.sort(_falls(growth @ units + held.cash_fen, held))
    as_it_was = _falls((np.exp(np.cumsum(real, axis=0)) @ units + held.cash_fen)[None, :], held)
    return Deepest(
        half_ppm=round(float(fell[paths // 2]) * PPM),
        tenth_ppm=round(float(fell[paths * 9 // 10]) * PPM),
        deepest_ppm=round(float(fell[-1]) * PPM),
        real_ppm=round(float(as_it_was[0]) * PPM),
    )


def _falls(values: Floats, held: Portfolio) -> Floats:
    """The deepest fall below the top so far, of each path."""
    first = np.full((len(values), 1), held.cash_fen + sum(held.units.values()), dtype=np.float64)
    whole = np.hstack([first, values])
    found: Floats = (1 - whole / np.maximum.accumulate(whole, axis=1)).max(axis=1)
    return found
