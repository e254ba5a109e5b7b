"""What a transaction keeps beside the log: what was set aside, which versions are sealed, dialogues."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, UpdateBase, insert

from tongxing.adapters.store import statements, tables_proof
from tongxing.adapters.store.dialogue_rows import DialogueWriting
from tongxing.adapters.store.instants import partition_of
from tongxing.adapters.store.key_rows import SqlKeyRows
from tongxing.adapters.store.leases import Hold, revoke
from tongxing.adapters.store.proof_rows import version_leaf
from tongxing.adapters.store.reading import read_aside
from tongxing.adapters.vault.envelope import EnvelopeVault
from tongxing.service.ports import SetAside


class AsideBatch(ABC):
    """The part of a batch that keeps what was set aside, which versions were sealed, and dialogues."""

    _connection: Connection
    _keys: SqlKeyRows
    _vault: EnvelopeVault
    _hold: Hold | None
    _shared: bool

    @abstractmethod
    def _write(self, statement: UpdateBase, values: Any = None) -> CursorResult[Any]:  # noqa: ANN401 - SQLAlchemy's
        """Write, and remember that something was written."""

    @property
    def dialogues(self) -> DialogueWriting:
        """Where the chat of a client was left."""
        return DialogueWriting(self._vault, self._write, self._keys.flush)

    def set_aside(self, row: SetAside) -> None:
        """Keep what could not be taken in; the same event a second time changes nothing."""
        values = {"client_id": row.client_id, "seq": row.seq, "what": row.what, "why": row.why}
        self._write(statements.ADD_ASIDE, values)

    def aside(self) -> Sequence[SetAside]:
        """All that was set aside, the oldest first."""
        return read_aside(self._connection)

    def version_leaf(self, kind: str, name: str, version: str) -> int | None:
        """The leaf that seals a version; None for one never sealed."""
        return version_leaf(self._connection, kind, name, version)

    def keep_version(self, kind: str, name: str, version: str, leaf_index: int) -> None:
        """Remember which leaf seals a version."""
        values = {"kind": kind, "name": name, "version": version, "leaf_index": leaf_index}
        self._write(insert(tables_proof.version_leaf), values)

    def release(self, client_id: str) -> int:
        """Set aside no more what was of this client; a worker that folds the client meanwhile begins anew."""
        if self._shared:
            revoke(self._connection, partition_of(client_id), mine=self._hold)
        return self._write(statements.RELEASE_ASIDE, {"of_client": client_id}).rowcount
