"""Which partitions a worker may fold, where many workers share one PostgreSQL.

A worker keeps a row that expires on the database's clock. Who finds an expired row removes it, and the
database takes that worker's partitions from it in the same step. Every transaction that folds ends by
renewing its worker's row; when the row is gone the transaction is rolled back. So two workers on one
partition can never both commit, however late one of them wakes up.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, bindparam, delete, func, insert, select, text, update

from tongxing.adapters.store import tables as t
from tongxing.adapters.store.errors import StoreBusyError, readable
from tongxing.service.leases import fair_share
from tongxing.service.ports import Entropy

LEASE_SECONDS = 15.0
"""How long a worker that says nothing keeps its partitions."""
WORKER_ID_BYTES = 12
_NOW_US = text("(extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
_now_us = select(_NOW_US)
_RENEW = (
    update(t.worker)
    .where(t.worker.c.worker_id == bindparam("of_worker"))
    .values(until_us=_now_us.scalar_subquery() + bindparam("for_us"))
)
_expired = (
    select(t.worker.c.worker_id)
    .where(t.worker.c.until_us < _now_us.scalar_subquery())
    .with_for_update(skip_locked=True)
)
_BURY = delete(t.worker).where(t.worker.c.worker_id.in_(_expired))
_MINE = select(t.lease.c.partition).where(t.lease.c.worker_id == bindparam("of_worker"))
_free = (
    select(t.lease.c.partition)
    .where(t.lease.c.worker_id.is_(None))
    .order_by(t.lease.c.partition)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True)
)
_TAKE = update(t.lease).where(t.lease.c.partition.in_(_free)).values(worker_id=bindparam("of_worker"))
_GIVE_BACK = (
    update(t.lease)
    .where(t.lease.c.partition.in_(bindparam("of_partitions", expanding=True)))
    .values(worker_id=None)
)
_OWNER_OF = select(t.lease.c.worker_id).where(t.lease.c.partition == bindparam("of_partition"))
_REMOVE = delete(t.worker).where(t.worker.c.worker_id == bindparam("of_worker"))


class LeaseLostError(StoreBusyError):
    """This worker was silent for too long: its partitions are another's, and its batch was not kept."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The partitions a transaction may fold, and the worker whose row must still be there at its end."""

    worker_id: str
    partitions: tuple[int, ...]
    seconds: float

    def fence(self, connection: Connection) -> None:
        """Renew the worker's row inside the transaction; raises `LeaseLostError` when it is gone."""
        renewed = connection.execute(
            _RENEW, {"of_worker": self.worker_id, "for_us": int(self.seconds * 1_000_000)}
        )
        if renewed.rowcount != 1:
            raise LeaseLostError("this worker lost its partitions: nothing of the batch was kept")


class Leases:
    """The partitions of one worker process; used by one thread, between its transactions."""

    def __init__(
        self, engine: Engine, place: str, entropy: Entropy, *, seconds: float = LEASE_SECONDS
    ) -> None:
        self._engine = engine
        self._place = place
        self._entropy = entropy
        self._seconds = seconds
        self.hold: Hold | None = None
        """What this worker may fold; None before the first `renew`, after `give_back` and after a failure."""

    def renew(self, *, everything: bool = False) -> tuple[int, ...]:
        """Say that this worker lives; take or give back partitions up to a fair share (or all that are free).

        Returns the partitions held. When the store fails, none is held until the next call succeeds.
        """
        known, self.hold = self.hold, None
        with readable(self._place), self._engine.begin() as connection:
            connection.execute(_BURY)
            worker_id = self._said_alive(connection, known)
            mine = sorted(connection.execute(_MINE, {"of_worker": worker_id}).scalars())
            living = connection.execute(select(func.count()).select_from(t.worker)).scalar_one()
            total = connection.execute(select(func.count()).select_from(t.lease)).scalar_one()
            share = total if everything else fair_share(total, living)
            if len(mine) > share:
                connection.execute(_GIVE_BACK, {"of_partitions": mine[share:]})
            elif len(mine) < share:
                connection.execute(_TAKE, {"of_worker": worker_id, "at_most": share - len(mine)})
            mine = sorted(connection.execute(_MINE, {"of_worker": worker_id}).scalars())
        self.hold = Hold(worker_id, tuple(mine), self._seconds)
        return self.hold.partitions

    def give_back(self) -> None:
        """Leave: the partitions are free at once."""
        known, self.hold = self.hold, None
        if known is not None:
            with readable(self._place), self._engine.begin() as connection:
                connection.execute(_REMOVE, {"of_worker": known.worker_id})

    def _said_alive(self, connection: Connection, known: Hold | None) -> str:
        """The worker's id, renewed; a new one where there was none or another buried it."""
        for_us = int(self._seconds * 1_000_000)
        if known is not None:
            renewed = connection.execute(_RENEW, {"of_worker": known.worker_id, "for_us": for_us})
            if renewed.rowcount == 1:
                return known.worker_id
        fresh = self._entropy.token(WORKER_ID_BYTES).hex()
        connection.execute(
            insert(t.worker).values(worker_id=fresh, until_us=_now_us.scalar_subquery() + for_us)
        )
        return fresh


def revoke(connection: Connection, partition: int, *, mine: Hold | None) -> None:
    """Take the worker of a partition its leases: what it is doing is undone, and it begins anew afterwards.

    For who must change folded state from outside a worker; nobody takes the partition before the commit.
    """
    owner = connection.execute(_OWNER_OF, {"of_partition": partition}).scalar()
    if owner is not None and (mine is None or owner != mine.worker_id):
        connection.execute(_REMOVE, {"of_worker": owner})
