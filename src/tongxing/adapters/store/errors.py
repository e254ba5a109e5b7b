"""What can go wrong with a store file, in words that say what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from tongxing.service.ports import StoreError

__all__ = [
    "NewerStoreError",
    "NotAStoreError",
    "StoreBusyError",
    "StoreError",
    "StoreFullError",
    "StoreReadOnlyError",
    "readable",
    "store_error",
]


class NotAStoreError(StoreError):
    """The file is something else, or it is damaged."""


class StoreReadOnlyError(StoreError):
    """The file or its folder may not be written."""


class StoreBusyError(StoreError):
    """Another process held the write lock for too long."""


class StoreFullError(StoreError):
    """No room is left on the disk; nothing of the batch was kept."""


class NewerStoreError(StoreError):
    """A later version of this program wrote the store."""


_BY_CODE: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_NOTADB: (NotAStoreError, "{path} is not a store of this house"),
    sqlite3.SQLITE_CORRUPT: (NotAStoreError, "{path} is damaged; restore it from a backup"),
    sqlite3.SQLITE_READONLY: (StoreReadOnlyError, "{path} may not be written: check its permissions"),
    sqlite3.SQLITE_PERM: (StoreReadOnlyError, "{path} may not be opened: check its permissions"),
    sqlite3.SQLITE_CANTOPEN: (StoreReadOnlyError, "{path} cannot be opened: does its folder exist?"),
    sqlite3.SQLITE_BUSY: (StoreBusyError, "{path} is locked by another process; try again"),
    sqlite3.SQLITE_LOCKED: (StoreBusyError, "{path} is locked by another connection; try again"),
    sqlite3.SQLITE_FULL: (StoreFullError, "the disk is full: nothing of this batch was kept in {path}"),
    sqlite3.SQLITE_IOERR: (StoreError, "reading or writing {path} failed on the disk"),
}
_PRIMARY_CODE = 0xFF
"""SQLite's extended codes carry the primary one in their low byte."""


def store_error(path: Path, error: BaseException | None) -> StoreError | None:
    """The readable error for one of SQLite's, or None where it is a mistake of ours."""
    if not isinstance(error, sqlite3.Error):
        return None
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    found = _BY_CODE.get(code & _PRIMARY_CODE)
    return None if found is None else found[0](found[1].format(path=path))


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn errors of the database into `StoreError`s that a person can act on."""
    try:
        yield
    except DBAPIError as failed:
        told = store_error(path, failed.orig)
        if told is None:
            raise
        raise told from failed
    except sqlite3.Error as failed:
        told = store_error(path, failed)
        if told is None:
            raise
        raise told from failed
    except PoolTimeoutError as failed:
        raise StoreBusyError(f"too many readers of {path} at once") from failed
