"""Whether the house works as it should: queues, signs of life, the book and the versions in force."""

from dataclasses import dataclass
from datetime import datetime

from tongxing.service.house import House
from tongxing.service.ports_console import Disk
from tongxing.service.ports_watch import Depths
from tongxing.service.watch_figures import WorkerFigures, alive, read
from tongxing.service.watch_health import Readiness, readiness

LAST_BACKUP = "last_backup"
"""Setting with the machine's time of the last backup."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLine:
    """A worker's last sign of life."""

    slot: int
    age_seconds: int
    alive: bool
    figures: WorkerFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthView:
    """All that the page shows."""

    now: datetime
    clock: str
    """market or wall."""
    ready: Readiness
    depths: Depths
    workers: tuple[WorkerLine, ...]
    code_version: str
    book_digest: str
    books_kept: int
    disk: Disk | None
    disk_low: bool
    lag_high: bool
    last_backup: str
    """When a backup was last made, as it was noted; empty when none was."""


def health(house: House) -> HealthView:
    """The state of the house now."""
    now, store = house.clock.now(), house.store
    workers = tuple(
        WorkerLine(slot=beat.slot, age_seconds=int(beat.age_seconds), alive=alive(beat), figures=read(beat))
        for beat in store.watch.beats()
    )
    depths, disk, on = store.watch.depths(now), store.census.disk(), now.date()
    free_min = house.book.rules.number("console_disk_free_ppm_min", on)
    return HealthView(
        disk=disk,
        disk_low=disk is not None and disk.free * 1_000_000 < disk.whole * free_min,
        lag_high=depths.lag > house.book.rules.number("console_lag_events_max", on),
        now=now,
        clock=store.setting("clock") or "",
        ready=readiness(house),
        depths=depths,
        workers=workers,
        code_version=house.code_version,
        book_digest=house.book.digest,
        books_kept=len(store.census.books()),
        last_backup=store.setting(LAST_BACKUP) or "",
    )
