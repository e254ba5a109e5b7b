"""The port `People` over the tables of a store; seeds and reasons lie sealed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, case, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from tongxing.adapters.store import sealing
from tongxing.adapters.store import tables as t
from tongxing.adapters.store import tables_people as p
from tongxing.adapters.store.access_rows import OWNER, access_entry, access_values, keep_looks
from tongxing.adapters.store.instants import instant, micros
from tongxing.adapters.store.key_rows import SqlKeyRows
from tongxing.adapters.store.look_journal import LookJournal
from tongxing.adapters.store.session_rows import PERSON, Opened, SessionRows, read_person
from tongxing.adapters.store.substitute_rows import SubstituteRows
from tongxing.adapters.vault.envelope import EnvelopeVault, KeyRing
from tongxing.domain.person import Person, Role
from tongxing.service.ports_people import LONG_AGO, AccessEntry, Account

_person, _session, _key, _assigned = p.person.c, p.session.c, p.api_key.c, p.assignment.c
_put = insert(p.person)
_PUT = _put.on_conflict_do_update(
    index_elements=["person_id"],
    set_={name: _put.excluded[name] for name in p.person.c.keys() if name != "person_id"},  # noqa: SIM118
)
_PERSON = select(*PERSON).where(_person.person_id == bindparam("of_person"), _person.active == 1)
_TEAM = (
    select(_assigned.adviser_id, _person.team)
    .select_from(p.assignment.outerjoin(p.person, _person.person_id == _assigned.adviser_id))
    .where(_assigned.client_id == bindparam("of_client"))
)
_KNOWN = select(t.client.c.client_id).where(t.client.c.client_id == bindparam("of_client"))
_ASSIGN = insert(p.assignment).on_conflict_do_nothing().returning(_assigned.client_id)


class SqlPeople(SessionRows):
    """People, their sessions and keys, and what they looked at."""

    def __init__(self, reading: Opened, writing: Opened, ring: KeyRing) -> None:
        super().__init__(reading, writing)
        self.substitutes = SubstituteRows(reading, writing)
        self._ring = ring
        self.journal: LookJournal | None = None

    def account(self, person_id: str) -> Account | None:
        """How a person proves to be this person; disabled people too."""
        with self._reading() as connection:
            row = (
                connection.execute(select(p.person).where(_person.person_id == person_id)).mappings().first()
            )
            return None if row is None else _account(row, EnvelopeVault(self._ring, SqlKeyRows(connection)))

    def person(self, person_id: str) -> Person | None:
        """An active person."""
        with self._reading() as connection:
            row = connection.execute(_PERSON, {"of_person": person_id}).mappings().first()
            return None if row is None else read_person(row)

    def rows(self, *, after: str = "", limit: int = 500) -> Sequence[Account]:
        """Staff and systems by their ids, without clients; seeds stay closed."""
        query = select(p.person).where(_person.role != Role.CLIENT.value, _person.person_id > after)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(_person.person_id).limit(limit)).mappings()
            return tuple(_account(row, None) for row in rows)

    def add(self, person: Person) -> bool:
        """Add somebody without a password; one who is there already stays as they are and it is False."""
        new = insert(p.person).on_conflict_do_nothing().returning(_person.person_id)
        with self._writing() as connection:
            return connection.execute(new, _who(person)).first() is not None

    def put(self, account: Account) -> None:
        """Add a person, or write all of the account anew."""
        person = account.person
        with self._writing() as connection:
            sealed = None
            if account.one_time is not None:
                sealed = self._seal(connection, f"{OWNER}{person.person_id}", account.one_time, "person")
            locked = account.locked_until
            values = {
                **_who(person),
                "password": account.password,
                "one_time": sealed,
                "one_time_step": account.one_time_step,
                "failures": account.failures,
                "locked_until_us": None if locked is None else micros(locked),
                "active": int(account.active),
            }
            connection.execute(_PUT, values)

    def took_code(self, person_id: str, step: int) -> bool:
        """Mark a step as used; False when it, or a later one, was used before."""
        unused = or_(_person.one_time_step.is_(None), _person.one_time_step < step)
        taken = update(p.person).where(_person.person_id == person_id, unused).values(one_time_step=step)
        with self._writing() as connection:
            return connection.execute(taken).rowcount == 1

    def failed(self, person_id: str, *, most: int, locked_until: datetime) -> int:
        """Count a failed try, and lock at `most`; the count begins anew with a lock."""
        full = _person.failures + 1 >= most
        counted = {
            "failures": case((full, 0), else_=_person.failures + 1),
            "locked_until_us": case((full, micros(locked_until)), else_=_person.locked_until_us),
        }
        change = update(p.person).where(_person.person_id == person_id).values(counted)
        with self._writing() as connection:
            found = connection.execute(change.returning(_person.failures)).scalar()
            return most if found == 0 else int(found or 0)

    def signed_in(self, person_id: str) -> None:
        """Forget failures."""
        cleared = update(p.person).where(_person.person_id == person_id)
        with self._writing() as connection:
            connection.execute(cleared.values(failures=0, locked_until_us=None))

    def set_active(self, person_id: str, *, active: bool) -> bool:
        """Disable (sessions and keys with it) or enable; False for an unknown person."""
        with self._writing() as connection:
            mine = update(p.person).where(_person.person_id == person_id)
            known = connection.execute(mine.values(active=int(active))).rowcount == 1
            if not active:
                connection.execute(delete(p.session).where(_session.person_id == person_id))
                connection.execute(update(p.api_key).where(_key.person_id == person_id).values(revoked=1))
            return known

    def assign_all(self, assigned: Mapping[str, str], *, since: datetime = LONG_AGO) -> int:
        """Client -> adviser for clients whom nobody serves yet; says how many there were."""
        at = micros(since)
        new = 0
        with self._writing() as connection:
            for client_id, adviser in sorted(assigned.items()):
                values = {"client_id": client_id, "adviser_id": adviser, "since_us": at}
                new += connection.execute(_ASSIGN, values).first() is not None
        return new

    def team_of_adviser(self, client_id: str) -> tuple[str | None, str | None]:
        """(adviser, team of the adviser) of a client."""
        with self._reading() as connection:
            row = connection.execute(_TEAM, {"of_client": client_id}).first()
            return (None, None) if row is None else (row[0], row[1])

    def knows_client(self, client_id: str) -> bool:
        """Whether the log has an event of this client."""
        with self._reading() as connection:
            return connection.execute(_KNOWN, {"of_client": client_id}).first() is not None

    def note(self, entry: AccessEntry) -> None:
        """Keep who looked at what, sealed as a leaf; the reason is sealed for the client, else the person."""
        values = access_values(entry)
        if self.journal is not None and not entry.reason:
            self.journal.add(values)
            return
        with self._writing() as connection:
            keep_looks(connection, self._ring, [(values, entry.reason)])

    def keep_looks(self, rows: Sequence[Mapping[str, object]]) -> None:
        """Looks from the journal, in one transaction; an earlier version knew no substitutes."""
        with self._writing() as connection:
            looks = [({"in_place_of": None, "field": "", "about_leaf": None, **row}, "") for row in rows]
            keep_looks(connection, self._ring, looks)

    def settle_looks(self) -> None:
        """Write what the journal of this process holds, before looks are read."""
        if self.journal is not None:
            self.journal.drain()

    def entries_of(
        self, client_id: str, *, acts: Collection[str] = (), limit: int = 50
    ) -> Sequence[AccessEntry]:
        """What staff looked at or did with a client, the latest first."""
        row = p.access_entry.c
        query = select(p.access_entry).where(row.client_id == client_id).order_by(row.row.desc()).limit(limit)
        return self._entries(query.where(row.act.in_(sorted(acts))) if acts else query)

    def entries(self, *, acts: Collection[str], limit: int = 50) -> Sequence[AccessEntry]:
        """Looks at any client by these acts, the latest first."""
        row = p.access_entry.c
        query = select(p.access_entry).where(row.act.in_(sorted(acts))).order_by(row.row.desc())
        return self._entries(query.limit(limit))

    def entry_at(self, leaf_index: int) -> AccessEntry | None:
        """The look that a leaf seals."""
        found = self._entries(select(p.access_entry).where(p.access_entry.c.leaf_index == leaf_index))
        return found[0] if found else None

    def _entries(self, query: Select[Any]) -> Sequence[AccessEntry]:
        self.settle_looks()
        with self._reading() as connection:
            found = connection.execute(query).mappings().all()
            vault = EnvelopeVault(self._ring, SqlKeyRows(connection))
            return tuple(access_entry(one, vault) for one in found)

    def _seal(self, connection: Connection, owner: str, plain: bytes, table: str) -> bytes:
        keys = SqlKeyRows(connection)
        sealed = sealing.seal(EnvelopeVault(self._ring, keys), owner, plain, table)
        keys.flush()
        return sealed


def _who(person: Person) -> dict[str, object]:
    return {
        "person_id": person.person_id,
        "name": person.name,
        "role": person.role.value,
        "team": person.team,
        "client_id": person.client_id,
        "licence": None if person.licence is None else msgspec.json.encode(person.licence).decode(),
    }


def _account(row: Mapping[Any, Any], vault: EnvelopeVault | None) -> Account:
    locked, sealed = row["locked_until_us"], row["one_time"]
    seed = None if sealed is None else b""
    if vault is not None and sealed is not None:
        seed = sealing.unseal(vault, f"{OWNER}{row['person_id']}", bytes(sealed), "person")
    return Account(
        person=read_person(row),
        password=row["password"],
        one_time=seed,
        one_time_step=row["one_time_step"],
        failures=row["failures"],
        locked_until=None if locked is None else instant(locked),
        active=bool(row["active"]),
    )
