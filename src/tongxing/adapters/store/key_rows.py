"""Data keys in the store, as the vault sees them through one open connection."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select, update

from tongxing.adapters.store import statements
from tongxing.adapters.store import tables as t
from tongxing.adapters.store.reading import read_setting
from tongxing.adapters.vault.envelope import KeyRow

ERASURES = "key_erasures"
"""Setting that counts erasures, so that every process notices one."""
CLIENTS_A_QUERY_MAX = 500


class SqlKeyRows:
    """Key rows; new ones wait in memory until `flush`, inside the same transaction as what they seal."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._new: list[dict[str, object]] = []

    def erasures(self) -> int:
        """How often keys were destroyed in this store."""
        return int(read_setting(self._connection, ERASURES) or 0)

    def of_clients(self, client_ids: Collection[str]) -> Sequence[KeyRow]:
        """All key rows of these clients, by ascending version."""
        self.flush()
        names = sorted(client_ids)
        rows: list[KeyRow] = []
        for start in range(0, len(names), CLIENTS_A_QUERY_MAX):
            chunk = names[start : start + CLIENTS_A_QUERY_MAX]
            found = self._connection.execute(statements.KEYS_OF, {"of_clients": chunk})
            rows.extend(KeyRow(*row) for row in found)
        return rows

    def add(self, rows: Sequence[KeyRow]) -> None:
        """Keep new keys."""
        self._new.extend(row._asdict() for row in rows)

    def flush(self) -> None:
        """Write the new keys."""
        if self._new:
            self._connection.execute(statements.ADD_KEYS, self._new)
            self._new.clear()

    def destroy(self, client_id: str, retention: str) -> int:
        """Overwrite all keys of a class with nothing; says how many there were."""
        self.flush()
        columns = t.data_key.c
        alive = (
            columns.client_id == client_id,
            columns.retention == retention,
            columns.wrapped.is_not(None),
        )
        count = len(self._connection.execute(select(columns.version).where(*alive)).all())
        if count:
            self._connection.execute(update(t.data_key).where(*alive).values(wrapped=None))
            self._connection.execute(
                statements.SET_SETTING, {"name": ERASURES, "value": str(self.erasures() + 1)}
            )
        return count
