"""Open the store a command speaks of, and let the corridor catch up afterwards."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from tongxing.adapters.book_files import BookError
from tongxing.app import HouseError, house_for
from tongxing.app.house import default_home, key_path_of, place_of
from tongxing.app.lock import folding
from tongxing.cli.output import errors, stop
from tongxing.service.house import House
from tongxing.service.ports import StoreError
from tongxing.service.value_client import value_client
from tongxing.service.work import work

WAIT_SECONDS_MAX = 60
POLL_SECONDS = 0.05
StorePath = Annotated[
    str | None,
    typer.Option("--store", help="store file or PostgreSQL URL; default: .tongxing/demo.db", metavar="STORE"),
]
Live = Annotated[bool, typer.Option("--live", help="the wall clock instead of the market clock")]


def place_named(store: str | None) -> Path | str:
    """The store a command speaks of."""
    return place_of(store) if store else default_home() / "demo.db"


@contextmanager
def opened(store: str | None, *, live: bool = False) -> Iterator[tuple[House, Path]]:
    """The house on a store, and the path of its file or its key; what is wrong with it ends with 2."""
    place = place_named(store)
    try:
        house = house_for(place, live=live)
    except (HouseError, StoreError, BookError, OSError) as problem:
        stop(str(problem))
    try:
        yield house, place if isinstance(place, Path) else key_path_of(place)
    except StoreError as problem:
        stop(str(problem))
    finally:
        house.store.close()


def fold_what_waits(house: House, _path: Path, *, value: str | None = None) -> None:
    """Fold here, or wait for the worker that owns the store; then value a client anew if asked."""
    now = house.clock.now()
    with folding(house) as mine:
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
