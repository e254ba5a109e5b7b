"""Receivers of webhooks and the calls to them; secrets lie sealed under a key of their owner."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_new

from tongxing.adapters.store import sealing
from tongxing.adapters.store import tables as t
from tongxing.adapters.store import tables_people as p
from tongxing.adapters.store.instants import instant, micros
from tongxing.adapters.store.key_rows import SqlKeyRows
from tongxing.adapters.vault.envelope import EnvelopeVault, KeyRing
from tongxing.service.ports import ErasedError
from tongxing.service.ports_webhooks import CallState, Told, Webhook, WebhookCall

Opened = Callable[[], AbstractContextManager[Connection]]
OWNER = "person "
"""Keys of people are kept beside those of clients; no id of a client has a blank in it."""
_hook, _call, _event = p.webhook.c, p.webhook_call.c, t.event.c
_CALL = tuple(column for column in p.webhook_call.c if column.name != "row")
_ADD_CALLS = insert_new(p.webhook_call).on_conflict_do_nothing()


class WebhookRows:
    """The port `Webhooks` over the tables of a store."""

    def __init__(self, reading: Opened, writing: Opened, ring: KeyRing) -> None:
        self._reading, self._writing, self._ring = reading, writing, ring

    def add(self, webhook: Webhook) -> None:
        """Keep a new receiver."""
        with self._writing() as connection:
            connection.execute(insert(p.webhook).values(**self._row(connection, webhook)))

    def webhook(self, webhook_id: str) -> Webhook | None:
        """One receiver; None for an unknown id."""
        return next(iter(self._read(select(p.webhook).where(_hook.webhook_id == webhook_id))), None)

    def of_person(self, person_id: str, *, after: str = "", limit: int = 100) -> Sequence[Webhook]:
        """In order of their ids."""
        query = select(p.webhook).where(_hook.person_id == person_id, _hook.webhook_id > after)
        return self._read(query.order_by(_hook.webhook_id).limit(limit))

    def count(self, person_id: str) -> int:
        """How many receivers a person has."""
        query = select(func.count()).select_from(p.webhook).where(_hook.person_id == person_id)
        with self._reading() as connection:
            return int(connection.execute(query).scalar_one())

    def change(self, webhook: Webhook) -> bool:
        """Write address, kinds, secret and state anew; False when it is gone."""
        with self._writing() as connection:
            row = self._row(connection, webhook)
            new = {name: row[name] for name in ("url", "kinds", "secret", "active")}
            mine = _hook.webhook_id == webhook.webhook_id
            return connection.execute(update(p.webhook).where(mine).values(**new)).rowcount == 1

    def remove(self, webhook_id: str) -> bool:
        """Forget a receiver with its calls; False when it was gone."""
        with self._writing() as connection:
            connection.execute(delete(p.webhook_call).where(_call.webhook_id == webhook_id))
            return connection.execute(delete(p.webhook).where(_hook.webhook_id == webhook_id)).rowcount == 1

    def active(self) -> Sequence[Webhook]:
        """All that are called, in order of their ids."""
        return self._read(select(p.webhook).where(_hook.active == 1).order_by(_hook.webhook_id))

    def log_end(self) -> int:
        """The last place of the log."""
        with self._reading() as connection:
            return int(connection.execute(select(func.coalesce(func.max(_event.seq), 0))).scalar_one())

    def news(self, kinds: Collection[str], *, after: int, limit: int) -> Sequence[Told]:
        """Events of these kinds beyond a place of the log, in its order."""
        columns = (
            _event.seq,
            _event.client_id,
            _event.kind,
            _event.source,
            _event.source_seq,
            _event.known_at_us,
        )
        query = select(*columns).where(_event.seq > after, _event.kind.in_(sorted(kinds)))
        with self._reading() as connection:
            rows = connection.execute(query.order_by(_event.seq).limit(limit)).all()
        return tuple(
            Told(
                seq=row.seq,
                client_id=row.client_id,
                kind=row.kind,
                source=row.source,
                source_seq=row.source_seq,
                known_at=instant(row.known_at_us),
            )
            for row in rows
        )

    def queue(self, webhook: Webhook, calls: Sequence[WebhookCall], *, after: int) -> bool:
        """Keep calls and the new place; False (and nothing kept) when another process was faster."""
        mine = _hook.webhook_id == webhook.webhook_id, _hook.after == webhook.after
        with self._writing() as connection:
            moved = connection.execute(update(p.webhook).where(*mine).values(after=after)).rowcount == 1
            if moved and calls:
                connection.execute(_ADD_CALLS, [_call_row(call) for call in calls])
            return moved

    def claim(self, now: datetime, *, until: datetime, limit: int) -> Sequence[WebhookCall]:
        """Due calls of active receivers, each counted as tried and left alone by others until then."""
        waiting = _call.state == CallState.WAITING.value, _call.next_us <= micros(now)
        called = select(_hook.webhook_id).where(_hook.active == 1)
        due = (
            select(_call.row)
            .where(*waiting, _call.webhook_id.in_(called))
            .order_by(_call.next_us, _call.row)
            .limit(limit)
        )
        with self._reading() as connection:
            if connection.execute(due.limit(1)).first() is None:
                return ()
        with self._writing() as connection:
            rows = connection.execute(due.with_for_update(skip_locked=True)).scalars().all()
            if not rows:
                return ()
            taken = (
                update(p.webhook_call)
                .where(_call.row.in_(rows))
                .values(tries=_call.tries + 1, next_us=micros(until))
                .returning(*_CALL)
            )
            return tuple(_read_call(row) for row in connection.execute(taken).mappings())

    def settle(self, call: WebhookCall) -> None:
        """Write how a try ended."""
        new = {
            "state": call.state.value,
            "tries": call.tries,
            "next_us": None if call.next_at is None else micros(call.next_at),
            "last": call.last,
        }
        with self._writing() as connection:
            connection.execute(update(p.webhook_call).where(_call.call_id == call.call_id).values(**new))

    def calls(
        self, webhook_id: str, *, state: CallState | None = None, before: str = "", limit: int = 50
    ) -> Sequence[WebhookCall]:
        """Newest first, `before` the id of the last one seen."""
        query = select(*_CALL).where(_call.webhook_id == webhook_id)
        if state is not None:
            query = query.where(_call.state == state.value)
        if before:
            seen = select(_call.row).where(_call.call_id == before).scalar_subquery()
            query = query.where(_call.row < seen)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(_call.row.desc()).limit(limit)).mappings()
            return tuple(_read_call(row) for row in rows)

    def call(self, call_id: str) -> WebhookCall | None:
        """One call; None for an unknown id."""
        with self._reading() as connection:
            query = select(*_CALL).where(_call.call_id == call_id)
            row = connection.execute(query).mappings().first()
            return None if row is None else _read_call(row)

    def forget_sent(self, before: datetime, *, limit: int) -> int:
        """Drop calls sent before an instant; says how many."""
        old = _call.state == CallState.SENT.value, _call.made_us < micros(before)
        found = select(_call.row).where(*old).limit(limit)
        with self._reading() as connection:
            if connection.execute(found.limit(1)).first() is None:
                return 0
        with self._writing() as connection:
            return connection.execute(delete(p.webhook_call).where(_call.row.in_(found))).rowcount

    def _read(self, query: Select[Any]) -> Sequence[Webhook]:
        with self._reading() as connection:
            rows = connection.execute(query).mappings().all()
            vault = EnvelopeVault(self._ring, SqlKeyRows(connection))
            return tuple(_read_hook(vault, row) for row in rows)

    def _row(self, connection: Connection, webhook: Webhook) -> dict[str, object]:
        vault, keys = sealer(connection, self._ring)
        owner = f"{OWNER}{webhook.person_id}"
        row: dict[str, object] = {
            "webhook_id": webhook.webhook_id,
            "person_id": webhook.person_id,
            "url": webhook.url,
            "kinds": " ".join(webhook.kinds),
            "secret": sealing.seal(vault, owner, webhook.secret.encode(), "webhook", webhook.webhook_id),
            "active": int(webhook.active),
            "made_us": micros(webhook.made_at),
            "after": webhook.after,
        }
        keys.flush()
        return row


def sealer(connection: Connection, ring: KeyRing) -> tuple[EnvelopeVault, SqlKeyRows]:
    """A vault over an open connection, and the key rows to flush after sealing."""
    keys = SqlKeyRows(connection)
    return EnvelopeVault(ring, keys), keys


def _read_hook(vault: EnvelopeVault, row: Mapping[Any, Any]) -> Webhook:
    owner, name = f"{OWNER}{row['person_id']}", str(row["webhook_id"])
    try:
        secret = sealing.unseal(vault, owner, bytes(row["secret"]), "webhook", name).decode()
    except ErasedError:
        secret = ""
    return Webhook(
        webhook_id=name,
        person_id=row["person_id"],
        url=row["url"],
        kinds=tuple(str(row["kinds"]).split()),
        secret=secret,
        active=bool(row["active"]) and bool(secret),
        made_at=instant(row["made_us"]),
        after=row["after"],
    )


def _call_row(call: WebhookCall) -> dict[str, object]:
    return {
        "call_id": call.call_id,
        "webhook_id": call.webhook_id,
        "kind": call.kind,
        "payload": call.payload,
        "made_us": micros(call.made_at),
        "state": call.state.value,
        "tries": call.tries,
        "next_us": None if call.next_at is None else micros(call.next_at),
        "last": call.last,
    }


def _read_call(row: Mapping[Any, Any]) -> WebhookCall:
    return WebhookCall(
        call_id=row["call_id"],
        webhook_id=row["webhook_id"],
        kind=row["kind"],
        payload=bytes(row["payload"]),
        made_at=instant(row["made_us"]),
        state=CallState(row["state"]),
        tries=row["tries"],
        next_at=None if row["next_us"] is None else instant(row["next_us"]),
        last=row["last"],
    )
