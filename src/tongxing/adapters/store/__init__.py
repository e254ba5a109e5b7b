"""The embedded store: SQLite through SQLAlchemy Core, bodies sealed by the vault."""

from tongxing.adapters.store.errors import (
    NewerStoreError,
    NotAStoreError,
    StoreBusyError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
)
from tongxing.adapters.store.opening import open_store
from tongxing.adapters.store.store import SqlStore

__all__ = [
    "NewerStoreError",
    "NotAStoreError",
    "SqlStore",
    "StoreBusyError",
    "StoreError",
    "StoreFullError",
    "StoreReadOnlyError",
    "open_store",
]
