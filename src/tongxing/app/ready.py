"""What a long-running process does once before its first event, so that no client waits for it."""

import gc

from tongxing.compliance.phrase_book import compiled
from tongxing.service.house import House

YOUNG_OBJECTS_MAX, MIDDLE_ROUNDS, OLD_ROUNDS = 50_000, 20, 50
"""States live long and make no cycles: Python's own 700 young objects have it look through them all the time
(measured by `./run bench corridor`: 10 to 25 % of the CPU of a turn)."""


def make_ready(house: House) -> None:
    """Compile the phrase book of the house (about a second); let the garbage collector look less often."""
    compiled(house.book.phrases)
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS_MAX, MIDDLE_ROUNDS, OLD_ROUNDS)
