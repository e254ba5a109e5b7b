"""The dialogues of clients: sealed under the class of what a client does, erased with it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Connection, CursorResult, UpdateBase, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from tongxing.adapters.store.instants import instant, micros
from tongxing.adapters.store.tables_talk import dialogue as t
from tongxing.adapters.vault.envelope import EnvelopeVault
from tongxing.domain.event import Retention
from tongxing.service.ports import ErasedError
from tongxing.service.ports_talk import DialogueRow

SOURCE = "talk"
_OF = select(t.c.version, t.c.at_us, t.c.sealed).where(t.c.client_id == bindparam("of_client"))
_FIRST = insert(t).on_conflict_do_nothing().returning(t.c.version)
Write = Callable[[UpdateBase, Any], CursorResult[Any]]


class DialogueRows:
    """The port `Dialogues`."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        vault: Callable[[Connection], EnvelopeVault],
    ) -> None:
        self._reading, self._vault = reading, vault

    def of_client(self, client_id: str) -> DialogueRow | None:
        """The dialogue of a client, without body where it was erased; None where there was none."""
        with self._reading() as connection:
            row = connection.execute(_OF, {"of_client": client_id}).first()
            if row is None:
                return None
            bound = _bound_to(client_id, row.version)
            try:
                vault = self._vault(connection)
                body = vault.open(client_id, Retention.BEHAVIOUR, SOURCE, row.sealed, bound)
            except ErasedError:
                body = b""
            return DialogueRow(version=row.version, at=instant(row.at_us), body=body)


class DialogueWriting:
    """The port `DialogueBatch`."""

    def __init__(self, vault: EnvelopeVault, write: Write, flush: Callable[[], None]) -> None:
        self._vault, self._write, self._flush = vault, write, flush

    def keep(self, client_id: str, row: DialogueRow) -> bool:
        """Keep the state after a turn, if the one before is still the last; False: another turn came."""
        bound = _bound_to(client_id, row.version)
        sealed = self._vault.seal(client_id, Retention.BEHAVIOUR, SOURCE, row.body, bound)
        self._flush()
        values = {"version": row.version, "at_us": micros(row.at), "sealed": sealed}
        if row.version == 1:
            return self._write(_FIRST, {"client_id": client_id, **values}).first() is not None
        before = update(t).where(t.c.client_id == client_id, t.c.version == row.version - 1)
        return self._write(before.values(**values), None).rowcount == 1


def _bound_to(client_id: str, version: int) -> bytes:
    return f"dialogue\x1f{client_id}\x1f{version}".encode()
