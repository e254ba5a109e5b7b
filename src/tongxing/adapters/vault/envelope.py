"""The vault of an embedded house: a data key for each (client, retention class, source), in key rows.

Erasing a class destroys its data keys. What arrives later for that class gets a key of a new version,
so an erasure is about the past and never about what the client gives anew.
"""

import hmac
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b
from threading import Lock
from typing import NamedTuple, Protocol

from tongxing.adapters.vault import cipher
from tongxing.adapters.vault.roots import Roots
from tongxing.domain.event import Retention
from tongxing.service.ports import Entropy, ErasedError

CLIENTS_CACHED_MAX = 20_000
BLIND_BYTES = 16


class KeyRow(NamedTuple):
    """A data key as stored; `wrapped` is None once it was destroyed."""

    client_id: str
    retention: str
    source: str
    version: int
    wrapped: bytes | None


ClientKeys = Mapping[tuple[str, str], tuple[bytes | None, ...]]
"""(retention, source) -> wrapped keys, the first version first. Never changed in place."""


class KeyRows(Protocol):
    """Where data keys are kept, seen through one open connection."""

    def erasures(self) -> int:
        """How often keys were destroyed in this store: when it grows, caches are stale."""
        ...

    def of_clients(self, client_ids: Collection[str]) -> Sequence[KeyRow]:
        """All key rows of these clients, by ascending version."""
        ...

    def add(self, rows: Sequence[KeyRow]) -> None:
        """Keep new keys."""
        ...

    def destroy(self, client_id: str, retention: str) -> int:
        """Overwrite all keys of a class with nothing; says how many there were."""
        ...


class KeyRing:
    """The root keys and a bounded memory of wrapped data keys, shared by all connections of a process."""

    def __init__(
        self,
        roots: Roots,
        entropy: Entropy,
        *,
        blind_key: bytes = b"",
        clients_max: int = CLIENTS_CACHED_MAX,
    ) -> None:
        self.roots = roots
        self._entropy = entropy
        self._blind_key = blind_key
        self._clients_max = clients_max
        self._clients: OrderedDict[str, ClientKeys] = OrderedDict()
        self._erasures = -1
        self._lock = Lock()

    def fresh_key(self) -> tuple[bytes, bytes]:
        """A new data key and its wrapped form."""
        key = self._entropy.token(cipher.KEY_BYTES)
        return key, self.roots.wrap(key)

    def token(self, length: int) -> bytes:
        """Unpredictable bytes, for the key of a record."""
        return self._entropy.token(length)

    def blind(self, word: str) -> int:
        """A word as a number of 63 bits that tells nothing to those without the key of look-ups.

        The same word gives the same number, so that rows can be found by it.
        """
        digest = blake2b(word.encode(), key=self._look_up_key(), digest_size=8).digest()
        return int.from_bytes(digest, "big") >> 1

    def blind_value(self, field: str, value: str) -> bytes:
        """A value of a field as it is looked up: HMAC-SHA256 under a key of that field, cut to 16 bytes."""
        key = hmac.digest(self._look_up_key(), f"blind {field}".encode(), "sha256")
        return hmac.digest(key, value.encode(), "sha256")[:BLIND_BYTES]

    def _look_up_key(self) -> bytes:
        if not self._blind_key:
            raise ValueError("a ring without a key for look-ups: a digest without key can be guessed at")
        return self._blind_key

    def unwrap(self, wrapped: bytes) -> bytes:
        """A data key from its wrapped form."""
        return self.roots.unwrap(wrapped)

    def remember(self, found: Mapping[str, ClientKeys], *, erasures: int) -> None:
        """Keep clients' keys as seen at that count of erasures, forgetting those unused for longest."""
        with self._lock:
            if erasures != self._erasures:
                return
            for client_id, keys in found.items():
                self._clients[client_id] = keys
                self._clients.move_to_end(client_id)
            while len(self._clients) > self._clients_max:
                self._clients.popitem(last=False)

    def recall(self, client_id: str) -> ClientKeys | None:
        """A client's keys, if remembered."""
        with self._lock:
            keys = self._clients.get(client_id)
            if keys is not None:
                self._clients.move_to_end(client_id)
            return keys

    def heed(self, erasures: int) -> None:
        """Forget when keys were destroyed or roots changed since the last look, by whatever process."""
        with self._lock:
            if erasures != self._erasures:
                if self._erasures >= 0:
                    self.roots.again()
                self._clients.clear()
                self._erasures = erasures


class EnvelopeVault:
    """The `vault` port over key rows of one open connection; make one for each transaction or read."""

    def __init__(self, ring: KeyRing, rows: KeyRows) -> None:
        self._ring = ring
        self._rows = rows
        self._erasures = rows.erasures()
        ring.heed(self._erasures)
        self._mine: dict[str, ClientKeys] = {}
        self._certain: set[str] = set()
        """Clients whose keys were read through this connection; remembered ones may lack a new key."""
        self._added: set[str] = set()
        self._shares = True
        """False once keys were destroyed here: what is read before the commit stays in this transaction."""

    def seal(self, client_id: str, retention: Retention, source: str, plain: bytes, bound_to: bytes) -> bytes:
        """Encrypt under the newest key of (client, class, source), making one when there is none."""
        name = (retention.value, source)
        versions = self._keys(client_id).get(name, ())
        if not versions or versions[-1] is None:
            versions = self._certain_keys(client_id).get(name, ())
        newest = versions[-1] if versions else None
        if newest is not None:
            return cipher.seal(self._ring.unwrap(newest), len(versions), plain, bound_to)
        key, wrapped = self._ring.fresh_key()
        versions = (*versions, wrapped)
        self._rows.add((KeyRow(client_id, *name, len(versions), wrapped),))
        self._mine[client_id] = {**self._mine[client_id], name: versions}
        self._added.add(client_id)
        return cipher.seal(key, len(versions), plain, bound_to)

    def open(
        self, client_id: str, retention: Retention, source: str, sealed: bytes, bound_to: bytes
    ) -> bytes:
        """Decrypt; raises `ErasedError` when the key is gone, `SealBrokenError` when the bytes are wrong."""
        name = (retention.value, source)
        version = cipher.version_of(sealed)
        versions = self._keys(client_id).get(name, ())
        if version > len(versions):
            self._read({client_id})  # anew: another worker may have made a key since this one looked
            versions = self._mine[client_id].get(name, ())
        if not 0 < version <= len(versions):
            raise cipher.SealBrokenError("sealed under a key that this store never had")
        wrapped = versions[version - 1]
        if wrapped is None:
            raise ErasedError(f"{retention.value} records of this client from {source} were erased")
        return cipher.unseal(self._ring.unwrap(wrapped), sealed, bound_to)

    def prefetch(self, client_ids: Collection[str]) -> None:
        """Look up many clients' keys at once before sealing or opening their records."""
        missing = set()
        for client_id in client_ids:
            if client_id in self._mine:
                continue
            keys = self._ring.recall(client_id)
            if keys is None:
                missing.add(client_id)
            else:
                self._mine[client_id] = keys
        if missing:
            self._read(missing)

    def prepare(self, names: Collection[tuple[str, Retention, str]]) -> None:
        """Before sealing many records: look up at once the clients who may need a new key for one."""
        self.prefetch({client_id for client_id, _retention, _source in names})
        doubtful = {
            client_id
            for client_id, retention, source in names
            if client_id not in self._certain
            and self._mine[client_id].get((retention.value, source), (None,))[-1] is None
        }
        if doubtful:
            self._read(doubtful)

    def destroy(self, client_id: str, retention: Retention) -> int:
        """Erase a class of a client: its keys are gone for every source; says how many there were."""
        self._shares = False
        self._mine.pop(client_id, None)
        self._certain.discard(client_id)
        return self._rows.destroy(client_id, retention.value)

    def settle(self) -> None:
        """After the commit: let other connections of this process remember the new keys."""
        added = {client_id: self._mine[client_id] for client_id in self._added}
        if self._shares:
            self._ring.remember(added, erasures=self._erasures)

    def _keys(self, client_id: str) -> ClientKeys:
        if client_id not in self._mine:
            self.prefetch((client_id,))
        return self._mine[client_id]

    def _certain_keys(self, client_id: str) -> ClientKeys:
        if client_id not in self._certain:
            self._read({client_id})
        return self._mine[client_id]

    def _read(self, client_ids: Collection[str]) -> None:
        found: dict[str, dict[tuple[str, str], tuple[bytes | None, ...]]] = {name: {} for name in client_ids}
        for row in self._rows.of_clients(client_ids):
            keys = found[row.client_id]
            name = (row.retention, row.source)
            keys[name] = (*keys.get(name, ()), row.wrapped)
        self._mine.update(found)
        self._certain.update(found)
        if self._shares:
            self._ring.remember(found, erasures=self._erasures)
