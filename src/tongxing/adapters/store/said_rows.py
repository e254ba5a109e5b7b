"""What was decided, said and sealed, as pages read it; erased records say only that they were."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from tongxing.adapters.store import sealing, statements
from tongxing.adapters.store import tables as t
from tongxing.adapters.store.instants import micros
from tongxing.adapters.store.reading import once_a_look, read_leaf, sealed_leaf
from tongxing.adapters.store.switch_rows import is_withdrawn, withdrawn
from tongxing.adapters.vault.envelope import EnvelopeVault
from tongxing.domain.leaf import SealedLeaf
from tongxing.service.ports import DecisionRow, MessageRow

_DECISION = tuple(
    t.decision.c[name]
    for name in ("decision_id", "client_id", "at_us", "chosen", "refused", "leaf_index", "payload")
)
_MESSAGE = tuple(column for column in t.message.c if column.name not in ("row", "device"))
_row, _sent = t.decision.c.row, t.message.c
_LATEST = select(*_DECISION).order_by(_row.desc()).limit(bindparam("at_most"))
_STANDING = (
    select(*_MESSAGE)
    .where(
        _sent.client_id == bindparam("of_client"),
        _sent.valid_until_us > bindparam("now_us"),
        _sent.dismissed == 0,
        _sent.device == bindparam("of_device"),
    )
    .order_by(_sent.sent_at_us.desc(), _sent.row.desc())
    .limit(bindparam("at_most"))
)


class Said(ABC):
    """The part of a store that lists decisions, messages and leaves."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Connection]:
        """A look at the last committed batch."""

    @abstractmethod
    def _vault(self, connection: Connection) -> EnvelopeVault:
        """What opens the sealed columns."""

    def decisions(
        self, *, client_id: str | None = None, before: str = "", limit: int = 50
    ) -> Sequence[DecisionRow]:
        """Newest first, `before` the id of the last one seen; an erased one has no trigger and no payload."""
        query = _LATEST
        if client_id is not None:
            query = query.where(t.decision.c.client_id == client_id)
        if before:
            place = select(_row).where(t.decision.c.decision_id == before).scalar_subquery()
            query = query.where(_row < place)
        with self._reading() as connection:
            vault = self._vault(connection)
            rows = tuple(
                sealing.DecisionTuple._make(row) for row in connection.execute(query, {"at_most": limit})
            )
            vault.prefetch({found.client_id for found in rows})
            return tuple(sealing.listed_decision(vault, found) for found in rows)

    def decision(self, decision_id: str) -> DecisionRow | None:
        """One decision; raises `ErasedError` when its key is gone."""
        with self._reading() as connection:
            query = select(*_DECISION).where(t.decision.c.decision_id == decision_id)
            row = connection.execute(query).first()
            if row is None:
                return None
            return sealing.unseal_decision(self._vault(connection), sealing.DecisionTuple._make(row))

    def messages(
        self, client_id: str, *, now: datetime, limit: int = 50, devices: bool = False
    ) -> Sequence[MessageRow]:
        """Cards still valid and not dismissed (or their copies on devices), newest first; no erased ones.

        So are those of a playbook that is switched off, or that were sent before it was switched off.
        """
        wanted = {"of_client": client_id, "now_us": micros(now), "at_most": limit, "of_device": int(devices)}

        def read() -> tuple[MessageRow, ...]:
            vault = self._vault(connection)
            rows = tuple(sealing.MessageTuple._make(row) for row in connection.execute(_STANDING, wanted))
            found = (sealing.shown_message(vault, row) for row in rows)
            gone = withdrawn(connection)
            return tuple(one for one in found if one is not None and not is_withdrawn(one, gone))

        with self._reading() as connection:
            return once_a_look(connection, ("messages", *wanted.values()), read)

    def leaf(self, index: int) -> tuple[SealedLeaf, str, bytes] | None:
        """A leaf with the client it belongs to and its record key; raises `ErasedError` without key."""
        with self._reading() as connection:
            return read_leaf(connection, self._vault(connection), index)

    def leaves(self, *, after: int = 0, limit: int = 100) -> Sequence[SealedLeaf]:
        """Leaves in order, without the first `after` ones; they need no key."""
        at = t.leaf.c.leaf_index
        query = select(*statements.LEAF_COLUMNS).where(at >= after).order_by(at).limit(limit)
        with self._reading() as connection:
            return tuple(sealed_leaf(*row) for row in connection.execute(query))

    def entries(self, log: str, *, after: int = 0, limit: int = 100) -> Sequence[SealedLeaf]:
        """Leaves of one log in the order of their places, without the first `after` ones; no key needed."""
        of = t.leaf.c
        query = select(*statements.LEAF_COLUMNS).where(of.log == log, of.place >= after)
        with self._reading() as connection:
            found = connection.execute(query.order_by(of.place).limit(limit))
            return tuple(sealed_leaf(*row) for row in found)

    def count_entries(self, log: str) -> int:
        """How many leaves a log has in the store: the place of the next one."""
        with self._reading() as connection:
            return int(connection.execute(statements.NEXT_PLACE, {"of_log": log}).scalar_one())

    def count_leaves(self) -> int:
        """How many leaves there are in all logs together: the index of the next one."""
        with self._reading() as connection:
            return int(connection.execute(statements.NEXT_LEAF).scalar_one())
