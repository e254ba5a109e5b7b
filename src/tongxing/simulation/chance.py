"""Chance of the simulator: one stream for each client and day, so that clients never disturb each other."""

from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What a stream is for; streams of different purposes are independent."""

    PERSON = 1
    DAY = 2
    LIFE = 3
    AHEAD = 4


def stream(seed: int, purpose: Purpose, client: int, day: int = 0) -> np.random.Generator:
    """The one place that makes a generator: the same arguments always give the same chances.

    Args:
        seed: the seed of the whole run.
        purpose: what is drawn.
        client: number of the client.
        day: day number since 1970-01-01, where the stream belongs to a day.
    """
    key = np.random.SeedSequence(seed, spawn_key=(int(purpose), client, day))
    return np.random.Generator(np.random.PCG64(key))


def happens(chance: np.random.Generator, probability_bp: float) -> bool:
    """Whether something of this probability happens now; always uses one draw."""
    return bool(chance.random() * 10_000 < probability_bp)


def one_of(chance: np.random.Generator, things: tuple[str, ...]) -> str:
    """One of several things, each as likely."""
    return things[int(chance.integers(len(things)))]
