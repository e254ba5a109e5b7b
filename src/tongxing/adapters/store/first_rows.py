"""What a store begins with: its root key, the mark of that key, an offset for each partition."""

from functools import partial
from pathlib import Path

from sqlalchemy import Connection, insert, inspect

from tongxing.adapters.store import statements
from tongxing.adapters.store import tables as t
from tongxing.adapters.store.desk import LOOK_UPS, VAULT_CHECK
from tongxing.adapters.store.errors import NotAStoreError
from tongxing.adapters.store.instants import PARTITIONS
from tongxing.adapters.vault import key_file
from tongxing.adapters.vault.cipher import KEY_BYTES
from tongxing.adapters.vault.roots import Roots
from tongxing.service.ports import Entropy


def root_keys(connection: Connection, place: Path | str, keys: Path, entropy: Entropy) -> Roots:
    """The roots of this store; made only together with the store, never for one that already has records."""
    names = inspect(connection).get_table_names()
    reload = partial(_roots_in, keys)
    if not names:
        return Roots((key_file.create(keys, entropy),), reload)
    if t.setting.name not in names or "alembic_version" not in names:
        raise NotAStoreError(f"{place} is a database of something else")
    roots = Roots(reload(), reload)
    known = connection.execute(statements.SETTING, {"of_name": VAULT_CHECK}).scalar()
    if known not in roots.checks:
        raise key_file.KeyFileError(f"{keys} is the key of another store, not of {place}")
    return roots


def first_rows(connection: Connection, roots: Roots, entropy: Entropy) -> bytes:
    """What a new store begins with: an offset for each partition, the mark of its root, a key for look-ups.

    The key for look-ups is the answer. A store of an earlier version keeps the one it derived from its root.
    """
    new = connection.execute(statements.SETTING, {"of_name": VAULT_CHECK}).scalar() is None
    if new:
        offsets = [{"partition": number, "seq": 0} for number in range(PARTITIONS)]
        connection.execute(insert(t.fold_offset), offsets)
        connection.execute(statements.SET_SETTING, {"name": VAULT_CHECK, "value": roots.checks[0]})
    of_house = connection.execute(statements.KEYS_OF, {"of_clients": [LOOK_UPS]}).first()
    if of_house is not None:
        return roots.unwrap(bytes(of_house.wrapped))
    key = entropy.token(KEY_BYTES) if new else roots.of_old_look_ups()
    row = {"client_id": LOOK_UPS, "retention": "", "source": "", "version": 1, "wrapped": roots.wrap(key)}
    connection.execute(statements.ADD_KEYS, [row])
    return key


def _roots_in(keys: Path) -> tuple[bytes, ...]:
    return key_file.read_all(keys).roots
