"""What a store begins with: its master key, the mark of that key, an offset for each partition."""

from pathlib import Path

from sqlalchemy import Connection, insert, inspect

from tongxing.adapters.store import statements
from tongxing.adapters.store import tables as t
from tongxing.adapters.store.desk import VAULT_CHECK
from tongxing.adapters.store.errors import NotAStoreError
from tongxing.adapters.store.instants import PARTITIONS
from tongxing.adapters.vault import key_file
from tongxing.adapters.vault.cipher import check_value
from tongxing.service.ports import Entropy


def master_key(connection: Connection, place: Path | str, keys: Path, entropy: Entropy) -> bytes:
    """The key of this store; made only together with the store, never for one that already has records."""
    names = inspect(connection).get_table_names()
    if not names:
        return key_file.create(keys, entropy)
    if t.setting.name not in names or "alembic_version" not in names:
        raise NotAStoreError(f"{place} is a database of something else")
    master = key_file.read(keys)
    known = connection.execute(statements.SETTING, {"of_name": VAULT_CHECK}).scalar()
    if known != check_value(master):
        raise key_file.KeyFileError(f"{keys} is the key of another store, not of {place}")
    return master


def first_rows(connection: Connection, master: bytes) -> None:
    """What a new store begins with: an offset for each partition, and the mark of its master key."""
    if connection.execute(statements.SETTING, {"of_name": VAULT_CHECK}).scalar() is None:
        offsets = [{"partition": number, "seq": 0} for number in range(PARTITIONS)]
        connection.execute(insert(t.fold_offset), offsets)
        connection.execute(statements.SET_SETTING, {"name": VAULT_CHECK, "value": check_value(master)})
