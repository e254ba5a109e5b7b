"""Whether the house works as it should: queues, signs of life, the book and the versions in force."""

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tongxing.domain.grades import CARRIED_CHANNELS
from tongxing.service.device_rules import IN_ORDER
from tongxing.service.house import House
from tongxing.service.ports_console import Disk
from tongxing.service.ports_devices import ENDED, Count, Stage
from tongxing.service.ports_watch import Depths
from tongxing.service.watch_figures import WorkerFigures, alive, read
from tongxing.service.watch_health import Readiness, readiness

DEVICES_SPAN = timedelta(days=7)
REASONS_MAX = 5
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
class DeviceLine:
    """One channel: how many messages stand where, and why those stopped that did not arrive."""

    channel: str
    carried: bool
    """Whether this house has a carrier for it, or none is needed."""
    delivered: int
    waiting: int
    withdrawn: int
    undelivered: int
    reasons: tuple[tuple[str, int], ...]
    """(why, how many), the most frequent first."""


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
    devices: tuple[DeviceLine, ...]
    """What went to devices in the last week."""
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
        devices=_devices(house, now),
        last_backup=store.setting(LAST_BACKUP) or "",
    )


def _devices(house: House, now: datetime) -> tuple[DeviceLine, ...]:
    """Every channel that is carried or had something to carry."""
    counts = house.store.devices.counts(now - DEVICES_SPAN)
    carriers = house.carriers.by_channel if house.carriers is not None else {}
    lines = []
    for channel in IN_ORDER:
        mine = [one for one in counts if one.channel is channel]
        carried = channel not in CARRIED_CHANNELS or channel in carriers
        if not mine and channel not in carriers:
            continue
        why = Counter[str]()
        for one in mine:
            if one.stage in (Stage.WITHDRAWN, Stage.UNDELIVERED):
                why[one.last] += one.count
        lines.append(
            DeviceLine(
                channel=channel.value,
                carried=carried,
                delivered=_sum(mine, {Stage.DELIVERED}),
                waiting=_sum(mine, set(Stage) - ENDED),
                withdrawn=_sum(mine, {Stage.WITHDRAWN}),
                undelivered=_sum(mine, {Stage.UNDELIVERED}),
                reasons=tuple(why.most_common(REASONS_MAX)),
            )
        )
    return tuple(lines)


def _sum(counts: Sequence[Count], stages: Container[Stage]) -> int:
    return sum(one.count for one in counts if one.stage in stages)
