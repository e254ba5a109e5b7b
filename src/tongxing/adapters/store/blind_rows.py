"""Finding a client by an identity number or a phone without keeping either: HMAC under a key of the field."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from tongxing.adapters.store.tables_proof import blind_index as b
from tongxing.adapters.vault.envelope import KeyRing
from tongxing.domain.event import Event

FIELDS = ("id_number", "phone")
KINDS = frozenset({"client_registered", "client_changed"})
CLIENTS_MAX = 20
"""A phone may be a family's."""
_ADD = insert(b).on_conflict_do_nothing()


class BlindRows:
    """Look-ups by a field that lies sealed."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        writing: Callable[[], AbstractContextManager[Connection]],
        ring: KeyRing,
    ) -> None:
        self._reading, self._writing, self._ring = reading, writing, ring

    def take(self, events: Iterable[Event]) -> None:
        """Make the clients of events findable that were appended before there were look-ups."""
        with self._writing() as connection:
            index_values(connection, self._ring, events)

    def find(self, field: str, value: str) -> Sequence[str]:
        """Clients who gave this value once; whether it still holds is for their records to say."""
        wanted = self._ring.blind_value(field, plain(field, value))
        query = select(b.c.client_id).where(b.c.blind == wanted).order_by(b.c.client_id).limit(CLIENTS_MAX)
        with self._reading() as connection:
            return tuple(connection.execute(query).scalars())

    def same(self, field: str, one: str, other: str) -> bool:
        """Whether two spellings are of one value; an empty one is like no other."""
        return bool(one) and plain(field, one) == plain(field, other)


def plain(field: str, value: str) -> str:
    """One spelling for one value: without blanks and dashes, a phone without its country."""
    kept = "".join(one for one in value.upper() if one.isascii() and one.isalnum())
    return kept[-11:] if field == "phone" else kept


def index_values(connection: Connection, ring: KeyRing, events: Iterable[Event]) -> None:
    """Make the clients of these events findable by what the events tell of them."""
    rows = [
        {"blind": ring.blind_value(field, plain(field, str(value))), "client_id": event.client_id}
        for event in events
        if event.kind in KINDS
        for field in FIELDS
        if (value := event.body.get(field))
    ]
    if rows:
        connection.execute(_ADD, rows)


def forget_values(connection: Connection, client_id: str) -> None:
    """After the class identity was erased nothing finds the client any more."""
    connection.execute(delete(b).where(b.c.client_id == client_id))
