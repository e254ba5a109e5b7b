"""A worker's part in a store that many workers fold: which partitions are its own at this moment."""

import time

from tongxing.adapters.store import SqlStore
from tongxing.adapters.store.instants import PARTITIONS
from tongxing.adapters.store.leases import LEASE_SECONDS, Leases
from tongxing.service.house import House
from tongxing.service.ports import Store

RENEWALS_A_LEASE = 3
"""A worker speaks so often within the time after which it counts as dead."""
JOBS_PARTITION = 0
"""Who folds this partition does the jobs that pages ask for."""


class Part:
    """All of an embedded store; the leased partitions of a shared one."""

    def __init__(
        self, house: House, *, everything: bool = False, lease_seconds: float = LEASE_SECONDS
    ) -> None:
        self._store = house.store
        self._leases = _leases(house, lease_seconds)
        self._everything = everything
        self._every = lease_seconds / RENEWALS_A_LEASE
        self._renew_at = 0.0
        self._requeued = False

    def ready(self) -> bool:
        """Renew the lease when it is time, queue again what a dead worker left; whether there is work for us.

        Who needs everything works only while it holds all partitions.
        """
        if self._leases is not None and time.monotonic() >= self._renew_at:
            held = self._leases.renew(everything=self._everything)
            if self._everything and len(held) < PARTITIONS:
                self._leases.give_back()
            self._renew_at = time.monotonic() + self._every
        if self.does_jobs() and not self._requeued:
            self._store.requeue_running()
        self._requeued = self.does_jobs()
        return self._leases is None or bool(self._held())

    def slot(self) -> int:
        """The first partition held: no two workers share one; 0 for the one worker of an embedded store."""
        return min(self._held(), default=0)

    def does_jobs(self) -> bool:
        """Whether this worker does the jobs that pages ask for."""
        return self._leases is None or JOBS_PARTITION in self._held()

    def doubt(self) -> None:
        """After a failure: look at the lease again before anything else is done."""
        self._renew_at = 0.0
        self._requeued = False

    def leave(self) -> None:
        """Give the partitions back."""
        if self._leases is not None:
            self._leases.give_back()

    def _held(self) -> tuple[int, ...]:
        hold = self._leases.hold if self._leases is not None else None
        return () if hold is None else hold.partitions


def _leases(house: House, seconds: float) -> Leases | None:
    store: Store = house.store
    if isinstance(store, SqlStore) and store.shared:
        return store.leases(house.entropy, seconds=seconds)
    return None
