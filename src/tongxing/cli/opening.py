"""Open the store a command speaks of, and let the corridor catch up afterwards."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from tongxing.adapters.book_files import BookError
from tongxing.app import HouseError, house_for
from tongxing.app.house import default_home
from tongxing.app.lock import worker_lock
from tongxing.cli.output import errors, stop
from tongxing.service.house import House
from tongxing.service.ports import StoreError
from tongxing.service.value_client import value_client
from tongxing.service.work import work

WAIT_SECONDS_MAX = 60
POLL_SECONDS = 0.05
StorePath = Annotated[
    Path | None, typer.Option("--store", help="store file; default: .tongxing/demo.db", metavar="FILE")
]
Live = Annotated[bool, typer.Option("--live", help="the wall clock instead of the market clock")]


@contextmanager
def opened(store: Path | None, *, live: bool = False) -> Iterator[tuple[House, Path]]:
    """The house on a store file; what is wrong with the file ends with 2."""
    path = store or default_home() / "demo.db"
    try:
        house = house_for(path, live=live)
    except (HouseError, StoreError, BookError, OSError) as problem:
        stop(str(problem))
    try:
        yield house, path
    except StoreError as problem:
        stop(str(problem))
    finally:
        house.store.close()


def fold_what_waits(house: House, path: Path, *, value: str | None = None) -> None:
    """Fold here, or wait for the worker that owns the store; then value a client anew if asked."""
    now = house.clock.now()
    with worker_lock(path) as mine:
        if mine:
            work(house, now=now)
            if value is not None:
                value_client(house, value, at=now)
                work(house, now=now)
            return
    _wait(house)
    if value is not None:
        value_client(house, value, at=now)
        _wait(house)


def _wait(house: House) -> None:
    """Wait, bounded, until the running worker has folded everything."""
    for _ in range(int(WAIT_SECONDS_MAX / POLL_SECONDS)):
        if house.store.lag() == 0:
            return
        time.sleep(POLL_SECONDS)
    errors.print("the worker is behind: the events are safe in the log and will be folded", markup=False)
