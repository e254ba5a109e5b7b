"""The ports `Devices` and `DeviceBatch` over the tables of a store; addresses and words lie sealed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, CursorResult, Select, UpdateBase, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from tongxing.adapters.store import sealing
from tongxing.adapters.store import tables_devices as d
from tongxing.adapters.store.instants import instant, micros, partition_of
from tongxing.adapters.store.key_rows import SqlKeyRows
from tongxing.adapters.store.leases import Hold
from tongxing.adapters.store.session_rows import Opened
from tongxing.adapters.vault.envelope import EnvelopeVault, KeyRing
from tongxing.domain.event import Retention
from tongxing.domain.grades import Channel
from tongxing.service.ports import ErasedError
from tongxing.service.ports_devices import ANSWERED, ENDED, Address, Carried, Count, Sending, Stage

CLASS, SOURCE, TABLE = Retention.SENSITIVE, "devices", "sending"
_address, _sending = d.device_address.c, d.sending.c
_ROW = tuple(column for column in d.sending.c if column.name not in ("row", "partition"))
_ADD = insert(d.sending).on_conflict_do_nothing()
_ADD_ADDRESS = insert(d.device_address).on_conflict_do_nothing()
_encode = msgspec.msgpack.Encoder().encode
_pair = msgspec.msgpack.Decoder(tuple[bytes, bytes])
_named = msgspec.msgpack.Decoder(tuple[str, str])
Write = Callable[[UpdateBase, Any], CursorResult[Any]]


class DeviceRows:
    """Addresses and sendings, as pages and carriers see them."""

    def __init__(self, reading: Opened, writing: Opened, ring: KeyRing) -> None:
        self._reading, self._writing, self._ring = reading, writing, ring

    def addresses(self, client_id: str, channel: Channel | None = None) -> Sequence[Address]:
        """A client's, the oldest first; those whose key was destroyed are left out."""
        query = select(d.device_address).where(_address.client_id == client_id)
        if channel is not None:
            query = query.where(_address.channel == channel.value)
        with self._reading() as connection:
            vault = EnvelopeVault(self._ring, SqlKeyRows(connection))
            rows = connection.execute(query.order_by(_address.made_us, _address.address_id)).mappings()
            found = (_read_address(vault, row) for row in rows)
            return tuple(one for one in found if one is not None)

    def add_address(self, address: Address) -> None:
        """Keep an address; the same one again changes nothing."""
        with self._writing() as connection:
            keys = SqlKeyRows(connection)
            vault = EnvelopeVault(self._ring, keys)
            plain = _encode((address.name, address.value))
            sealed = vault.seal(
                address.client_id, CLASS, SOURCE, plain, _bound(address.client_id, address.address_id)
            )
            keys.flush()
            values = {
                "address_id": address.address_id,
                "client_id": address.client_id,
                "channel": address.channel.value,
                "made_us": micros(address.made_at),
                "confirmed": int(address.confirmed),
                "payload": sealed,
            }
            connection.execute(_ADD_ADDRESS, values)

    def confirm_address(self, client_id: str, address_id: str) -> bool:
        """Its owner said so; False when it is gone."""
        mine = _address.client_id == client_id, _address.address_id == address_id
        with self._writing() as connection:
            said = update(d.device_address).where(*mine).values(confirmed=1)
            return connection.execute(said).rowcount == 1

    def forget_addresses(self, client_id: str, *, address_id: str = "", channel: str = "") -> int:
        """Forget one address of a client, or all of a channel; says how many."""
        which = _address.address_id == address_id if address_id else _address.channel == channel
        with self._writing() as connection:
            gone = delete(d.device_address).where(_address.client_id == client_id, which)
            return connection.execute(gone).rowcount

    def claim(
        self, now: datetime, *, until: datetime, channels: Collection[Channel], limit: int
    ) -> Sequence[Sending]:
        """Cleared messages, each counted as tried and nobody else's until then; `next_at`: its clearance."""
        due = (
            select(_sending.row, _sending.sending_id, _sending.next_us)
            .where(
                _sending.stage == Stage.CLEARED.value,
                _sending.next_us > micros(now),
                _sending.channel.in_(sorted(channel.value for channel in channels)),
            )
            .order_by(_sending.row)
            .limit(limit)
        )
        with self._reading() as connection:
            if connection.execute(due.limit(1)).first() is None:
                return ()
        with self._writing() as connection:
            cleared = connection.execute(due.with_for_update(skip_locked=True)).all()
            ends = {row.sending_id: instant(row.next_us) for row in cleared}
            taken = (
                update(d.sending)
                .where(_sending.row.in_([row.row for row in cleared]))
                .values(tries=_sending.tries + 1, stage=Stage.UNDER_WAY.value, next_us=micros(until))
                .returning(*_ROW)
            )
            found = connection.execute(taken).mappings().all()
            taken_now = _read(EnvelopeVault(self._ring, SqlKeyRows(connection)), connection.execute, found)
        return tuple(replace(sending, next_at=ends[sending.sending_id]) for sending in taken_now)

    def answer(self, sending_id: str, carried: Carried) -> None:
        """Write how a try ended, for the worker to put on record."""
        mine = _sending.sending_id == sending_id, _sending.stage == Stage.UNDER_WAY.value
        with self._writing() as connection:
            told = update(d.sending).where(*mine).values(stage=carried.stage.value, last=carried.words)
            connection.execute(told)

    def asked(self, client_id: str, channel: Channel, since: datetime) -> int:
        """Messages begun to a client on a channel since an instant of the house's clock, ended ones too."""
        query = select(func.count()).where(
            _sending.client_id == client_id,
            _sending.channel == channel.value,
            _sending.at_us > micros(since),
        )
        with self._reading() as connection:
            return int(connection.execute(query).scalar_one())

    def counts(self, since: datetime) -> Sequence[Count]:
        """What was decided since an instant of the house's clock, by channel, stage and reason."""
        columns = (_sending.channel, _sending.stage, _sending.last)
        query = select(*columns, func.count()).where(_sending.at_us > micros(since)).group_by(*columns)
        with self._reading() as connection:
            found = connection.execute(query.order_by(*columns)).all()
        return tuple(
            Count(channel=Channel(row[0]), stage=Stage(row[1]), last=row[2], count=row[3]) for row in found
        )


class DeviceWriting:
    """The same inside of an open transaction of a worker."""

    def __init__(self, connection: Connection, vault: EnvelopeVault, write: Write, hold: Hold | None) -> None:
        self._connection, self._vault, self._write, self._hold = connection, vault, write, hold

    def has_address(self, client_id: str, channel: Channel, *, confirmed: bool) -> bool:
        """Whether the client has a confirmed address there, or one that waits to be."""
        query = select(_address.address_id).where(
            _address.client_id == client_id,
            _address.channel == channel.value,
            _address.confirmed == int(confirmed),
        )
        return self._connection.execute(query.limit(1)).first() is not None

    def add(self, sending: Sending) -> None:
        """Keep a message on its way; the same one again changes nothing."""
        self._write(_ADD, {**self._row(sending), "partition": partition_of(sending.client_id)})

    def change(self, sending: Sending) -> None:
        """Write stage, time, words and message anew."""
        row = self._row(sending)
        new = {name: row[name] for name in ("stage", "next_us", "last", "payload")}
        mine = update(d.sending).where(_sending.sending_id == sending.sending_id)
        self._write(mine.values(**new), None)

    def due(self, now: datetime, limit: int) -> Sequence[Sending]:
        """Answered ones, and those whose time has come by the machine's clock."""
        live = _sending.stage.not_in([stage.value for stage in ENDED])
        answered = _sending.stage.in_([stage.value for stage in ANSWERED])
        query: Select[Any] = select(*_ROW).where(live, or_(answered, _sending.next_us <= micros(now)))
        if self._hold is not None:
            query = query.where(_sending.partition.in_(self._hold.partitions))
        rows = self._connection.execute(query.order_by(_sending.row).limit(limit)).mappings().all()
        return _read(self._vault, lambda statement: self._write(statement, None), rows)

    def count(self, client_id: str, channel: Channel, since: datetime) -> int:
        """Messages to a client on a channel since an instant of the house's clock, without withdrawn ones."""
        query = select(func.count()).where(
            _sending.client_id == client_id,
            _sending.channel == channel.value,
            _sending.at_us > micros(since),
            _sending.stage.not_in([Stage.WITHDRAWN.value, Stage.UNDELIVERED.value]),
        )
        return int(self._connection.execute(query).scalar_one())

    def _row(self, sending: Sending) -> dict[str, object]:
        plain = _encode((sending.stored, sending.message))
        return {
            "sending_id": sending.sending_id,
            "client_id": sending.client_id,
            "channel": sending.channel.value,
            "leaf_index": sending.leaf_index,
            "at_us": micros(sending.at),
            "made_us": micros(sending.made_at),
            "stage": sending.stage.value,
            "tries": sending.tries,
            "next_us": micros(sending.next_at),
            "last": sending.last,
            "payload": sealing.seal(self._vault, sending.client_id, plain, TABLE, sending.sending_id),
        }


def _read(
    vault: EnvelopeVault, write: Callable[[UpdateBase], object], rows: Sequence[Mapping[Any, Any]]
) -> tuple[Sending, ...]:
    """Rows as they are used; one whose words were erased ends without a word."""
    found: list[Sending] = []
    for row in rows:
        try:
            plain = sealing.unseal(vault, row["client_id"], bytes(row["payload"]), TABLE, row["sending_id"])
        except ErasedError:
            mine = update(d.sending).where(_sending.sending_id == row["sending_id"])
            write(mine.values(stage=Stage.WITHDRAWN.value, last="erased"))
            continue
        stored, message = _pair.decode(plain)
        found.append(
            Sending(
                sending_id=row["sending_id"],
                client_id=row["client_id"],
                channel=Channel(row["channel"]),
                leaf_index=row["leaf_index"],
                at=instant(row["at_us"]),
                made_at=instant(row["made_us"]),
                stage=Stage(row["stage"]),
                tries=row["tries"],
                next_at=instant(row["next_us"]),
                last=row["last"],
                stored=stored,
                message=message,
            )
        )
    return tuple(found)


def _read_address(vault: EnvelopeVault, row: Mapping[Any, Any]) -> Address | None:
    client_id, name = str(row["client_id"]), str(row["address_id"])
    try:
        plain = vault.open(client_id, CLASS, SOURCE, bytes(row["payload"]), _bound(client_id, name))
    except ErasedError:
        return None
    shown, value = _named.decode(plain)
    return Address(
        address_id=name,
        client_id=client_id,
        channel=Channel(row["channel"]),
        value=value,
        name=shown,
        confirmed=bool(row["confirmed"]),
        made_at=instant(row["made_us"]),
    )


def _bound(client_id: str, address_id: str) -> bytes:
    return f"{client_id}\x1fdevice_address\x1f{address_id}".encode()
