"""The data keys of a store as a whole: how many, under which root, and wrapped anew under another."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, func, or_, select, update

from tongxing.adapters.store import statements
from tongxing.adapters.store import tables as t
from tongxing.adapters.store.desk import VAULT_CHECK
from tongxing.adapters.store.instants import instant
from tongxing.adapters.store.key_rows import ERASURES, SqlKeyRows
from tongxing.adapters.vault.envelope import KeyRing
from tongxing.adapters.vault.roots import FORM, ID_BYTES
from tongxing.service.ports_console import DueLine, KeyCount

MARK_BYTES = len(FORM) + ID_BYTES
KEYS_AT_ONCE = 500
"""One transaction of a rotation: some ten milliseconds, so that nobody waits for it."""
_key = t.data_key.c
_MINE = and_(
    _key.client_id == bindparam("of_client"),
    _key.retention == bindparam("of_retention"),
    _key.source == bindparam("of_source"),
    _key.version == bindparam("of_version"),
    _key.wrapped == bindparam("as_read"),
)
_REWRAP = update(t.data_key).where(_MINE).values(wrapped=bindparam("anew"))


class KeysKept:
    """Counts keys and wraps them anew; every method is one short transaction."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        writing: Callable[[], AbstractContextManager[Connection]],
        ring: KeyRing,
        forget: Callable[[], None],
    ) -> None:
        self._reading, self._writing, self._ring, self._forget = reading, writing, ring, forget

    def counts(self) -> Sequence[KeyCount]:
        """Keys of each class, alive and destroyed."""
        alive = func.count(_key.wrapped)
        query = select(_key.retention, alive, func.count() - alive).group_by(_key.retention)
        with self._reading() as connection:
            return tuple(KeyCount(*row) for row in connection.execute(query.order_by(_key.retention)))

    def by_root(self) -> Mapping[str, int]:
        """Mark of a root, in hex -> keys under it; the empty mark is of a version that knew one root."""
        marked = func.length(_key.wrapped) > MARK_BYTES + 35
        mark = case((marked, func.substr(_key.wrapped, 1, MARK_BYTES)), else_=None)
        query = select(mark, func.count()).where(_key.wrapped.is_not(None)).group_by(mark)
        with self._reading() as connection:
            return {bytes(row[0] or b"").hex(): int(row[1]) for row in connection.execute(query)}

    def queued(self, prefix: str, *, limit: int) -> Sequence[DueLine]:
        """Timers whose name begins so, the earliest first: what is destroyed on its day."""
        of = t.timer.c
        query = select(of.client_id, of.name, of.due_us).where(of.state == "set", of.name.startswith(prefix))
        with self._reading() as connection:
            rows = connection.execute(query.order_by(of.due_us, of.timer_id).limit(limit))
            return tuple(DueLine(client_id=one, name=name, due=instant(due_us)) for one, name, due_us in rows)

    def root(self) -> str:
        """Check value of the root in force, as the store remembers it."""
        with self._reading() as connection:
            return str(connection.execute(statements.SETTING, {"of_name": VAULT_CHECK}).scalar_one())

    def waiting(self, mark: bytes) -> int:
        """How many keys are not under the root of this mark."""
        query = select(func.count()).where(_other(mark))
        with self._reading() as connection:
            return int(connection.execute(query).scalar_one())

    def tell(self) -> None:
        """Every process reads the roots anew before it next touches a key; this one at once."""
        self._ring.roots.again()
        with self._writing() as connection:
            _tell(connection)

    def rewrap(self, mark: bytes, *, at_most: int = KEYS_AT_ONCE) -> int:
        """Wrap some keys anew under the root in force; says how many. A key erased meanwhile stays erased."""
        columns = (_key.client_id, _key.retention, _key.source, _key.version, _key.wrapped)
        query = select(*columns).where(_other(mark)).limit(at_most).with_for_update()
        with self._writing() as connection:
            rows = connection.execute(query).all()
            if rows:
                connection.execute(_REWRAP, [self._anew(*row) for row in rows])
            return len(rows)

    def finish(self, check: str, mark: bytes) -> bool:
        """The store is of this root from now on; False while a key is under another.

        Older copies of wrapped keys leave the file.
        """
        with self._writing() as connection:
            if connection.execute(select(_key.client_id).where(_other(mark)).limit(1)).first() is not None:
                return False
            connection.execute(statements.SET_SETTING, {"name": VAULT_CHECK, "value": check})
            _tell(connection)
        self._forget()
        return True

    def _anew(
        self, client_id: str, retention: str, source: str, version: int, wrapped: bytes
    ) -> dict[str, object]:
        roots = self._ring.roots
        return {
            "of_client": client_id,
            "of_retention": retention,
            "of_source": source,
            "of_version": version,
            "as_read": bytes(wrapped),
            "anew": roots.wrap(roots.unwrap(bytes(wrapped))),
        }


def _other(mark: bytes) -> ColumnElement[bool]:
    start = func.substr(_key.wrapped, 1, MARK_BYTES)
    return and_(_key.wrapped.is_not(None), or_(func.length(_key.wrapped) <= MARK_BYTES + 35, start != mark))


def _tell(connection: Connection) -> None:
    """Processes look at this count before they touch a key."""
    erasures = SqlKeyRows(connection).erasures()
    connection.execute(statements.SET_SETTING, {"name": ERASURES, "value": str(erasures + 1)})
