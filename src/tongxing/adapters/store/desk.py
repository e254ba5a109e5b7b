"""What lies on the store's desk beside the log: settings, long jobs, copies of loaded books."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from tongxing.adapters.clock import MARKET_NOW, machine_time
from tongxing.adapters.store import statements
from tongxing.adapters.store import tables as t
from tongxing.adapters.store import tables_people as p
from tongxing.adapters.store.instants import micros
from tongxing.adapters.store.key_rows import ERASURES, SqlKeyRows
from tongxing.adapters.store.reading import read_setting
from tongxing.service.ports import JobRow, StoreError

CLOCK = "clock"
"""Setting that says which clock a store was made with: `market` or `wall`."""
MARKET_CLOCK = "market"
VAULT_CHECK = "vault_check"
"""Setting by which a store recognises its master key."""
LOOK_UPS = "house look-ups"
"""Owner of the key under which values are looked up; no id of a client has a blank in it."""
KEPT_BY_WIPE = frozenset({CLOCK, MARKET_NOW, VAULT_CHECK, ERASURES})
KEPT_TABLES = (t.setting, t.fold_offset, t.book_copy, t.worker, t.lease, p.person, p.session, p.api_key)
"""A demo that begins anew signs nobody out."""
JOBS = select(t.job).order_by(t.job.c.job_id.desc()).limit(bindparam("at_most"))
BOOK_BYTES_MAX = 64 * 1024 * 1024


class Desk(ABC):
    """The part of a store that holds nothing personal."""

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Connection]:
        """A write transaction."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Connection]:
        """A look at the last committed batch."""

    def setting(self, name: str) -> str | None:
        """The value kept under a name."""
        with self._reading() as connection:
            return read_setting(connection, name)

    def set_setting(self, name: str, value: str) -> None:
        """Keep a value under a name, in place of the earlier one."""
        with self._writing() as connection:
            connection.execute(statements.SET_SETTING, {"name": name, "value": value})

    def add_job(self, name: str, argument: str) -> int:
        """Queue long work for the worker."""
        with self._writing() as connection:
            added = connection.execute(
                insert(t.job).values(name=name, argument=argument, state="queued").returning(t.job.c.job_id)
            )
            return int(added.scalar_one())

    def job(self, job_id: int) -> JobRow | None:
        """A job with its progress."""
        with self._reading() as connection:
            row = connection.execute(select(t.job).where(t.job.c.job_id == job_id)).mappings().first()
            return None if row is None else JobRow(**row)

    def next_job(self) -> JobRow | None:
        """The oldest queued job, marked running."""
        queued = select(t.job.c.job_id).where(t.job.c.state == "queued").order_by(t.job.c.job_id).limit(1)
        with self._reading() as connection:
            if connection.execute(queued).first() is None:
                return None
        oldest = queued.with_for_update(skip_locked=True)
        with self._writing() as connection:
            taken = (
                connection.execute(
                    update(t.job)
                    .where(t.job.c.job_id == oldest.scalar_subquery())
                    .values(state="running")
                    .returning(t.job)
                )
                .mappings()
                .first()
            )
            return None if taken is None else JobRow(**taken)

    def jobs(self, limit: int = 20) -> Sequence[JobRow]:
        """The newest jobs first."""
        with self._reading() as connection:
            rows = connection.execute(JOBS, {"at_most": limit})
            return tuple(JobRow(**row) for row in rows.mappings())

    def report(self, job_id: int, *, done: int, total: int, note: str, state: str = "running") -> None:
        """Say how far a job has come."""
        with self._writing() as connection:
            connection.execute(
                update(t.job)
                .where(t.job.c.job_id == job_id)
                .values(done=done, total=total, note=note, state=state)
            )

    def requeue_running(self) -> int:
        """For a worker that starts: jobs whose worker died are queued again; says how many."""
        with self._writing() as connection:
            stopped = update(t.job).where(t.job.c.state == "running").values(state="queued")
            return connection.execute(stopped).rowcount

    def wipe(self) -> None:
        """Empty a demo store so that it can be filled anew; refuses unless its clock is the market clock.

        Its clock, its master key and the books once in force stay; every data key is destroyed.
        """
        with self._writing() as connection:
            clock = connection.execute(statements.SETTING, {"of_name": CLOCK}).scalar()
            if clock != MARKET_CLOCK:
                raise StoreError("only a demo store, which runs on the market clock, can be emptied")
            erasures = SqlKeyRows(connection).erasures()
            for table in reversed(t.metadata.sorted_tables):
                if table is t.data_key:
                    connection.execute(delete(table).where(t.data_key.c.client_id != LOOK_UPS))
                elif table not in KEPT_TABLES:
                    connection.execute(delete(table))
            connection.execute(delete(t.setting).where(t.setting.c.name.not_in(KEPT_BY_WIPE)))
            connection.execute(update(t.fold_offset).values(seq=0))
            connection.execute(statements.SET_SETTING, {"name": ERASURES, "value": str(erasures + 1)})

    def keep_book(self, digest: str, pages: bytes) -> None:
        """Keep a loaded book under its digest, so that its decisions can be replayed."""
        if len(pages) > BOOK_BYTES_MAX:
            raise ValueError(f"a book of more than {BOOK_BYTES_MAX} bytes")
        with self._writing() as connection:
            connection.execute(
                statements.KEEP_BOOK, {"digest": digest, "pages": pages, "kept_us": micros(machine_time())}
            )

    def book_copy(self, digest: str) -> bytes | None:
        """The pages of a book that was in force once."""
        with self._reading() as connection:
            query = select(t.book_copy.c.pages).where(t.book_copy.c.digest == digest)
            pages = connection.execute(query).scalar()
            return None if pages is None else bytes(pages)
