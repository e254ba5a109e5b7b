"""The store: SQLite or PostgreSQL through SQLAlchemy Core, bodies sealed by the vault."""

from tongxing.adapters.store.errors import (
    NewerStoreError,
    NotAStoreError,
    StoreBusyError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
)
from tongxing.adapters.store.leases import LeaseLostError
from tongxing.adapters.store.opening import open_store
from tongxing.adapters.store.postgres import is_postgres, postgres_name
from tongxing.adapters.store.store import SqlStore

__all__ = [
    "LeaseLostError",
    "NewerStoreError",
    "NotAStoreError",
    "SqlStore",
    "StoreBusyError",
    "StoreError",
    "StoreFullError",
    "StoreReadOnlyError",
    "is_postgres",
    "open_store",
    "postgres_name",
]
