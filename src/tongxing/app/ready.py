"""What a long-running process does once before its first event, so that no client waits for it."""

import gc
import sys
from concurrent.futures import ThreadPoolExecutor

from tongxing.app.listening import WARMING, TrainedAssistant
from tongxing.compliance.phrase_book import compiled
from tongxing.service.house import House
from tongxing.service.learn import ranked
from tongxing.service.versions import seal_versions

YOUNG_OBJECTS_MAX, MIDDLE_ROUNDS, OLD_ROUNDS = 50_000, 20, 50
"""States live long and make no cycles: Python's own 700 young objects have it look through them all the time
(measured by `./run bench corridor`: 10 to 25 % of the CPU of a turn)."""
PAGES_GC = (1_000, 50, 1_000)
"""A drawn page leaves cycles: with the worker's 50,000 one look in two seconds takes 90 ms, and a reader
waits for it; with 1,000 it takes one or two, and the old objects are hardly looked at."""
SWITCH_SECONDS = 0.0005
THREADS = 32


def make_ready(house: House) -> None:
    """Seal which book is in force; compile its phrases (about a second); let the garbage collector rest."""
    seal_versions(house)
    compiled(house.book.phrases)
    settle()


def ready_to_serve(house: House) -> None:
    """For a process that draws pages: besides `settle`, threads pass one another the interpreter sooner.

    A page asks the store some twenty times and gives the interpreter away each time; while another thread
    computes (an append, an act), it got it back only after Python's 5 ms. What waits for the store's write
    lock holds a thread; asyncio has six of them on two cores, and a look behind six such acts waited too.
    """
    from litestar.concurrency import set_asyncio_executor  # noqa: PLC0415 - a worker draws no pages

    settle()
    if isinstance(house.assistant, TrainedAssistant):
        house.assistant.warm(lambda: ranked(house, WARMING, house.clock.now().date()))
    gc.set_threshold(*PAGES_GC)
    sys.setswitchinterval(SWITCH_SECONDS)
    set_asyncio_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="acts"))


def settle() -> None:
    """What is in memory now stays there: the garbage collector passes it over, and looks seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS_MAX, MIDDLE_ROUNDS, OLD_ROUNDS)
