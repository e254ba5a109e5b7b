"""What can go wrong with a store file, in words that say what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from tongxing.service.ports import StoreError

__all__ = [
    "CollisionError",
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


class CollisionError(StoreBusyError):
    """Two processes wrote the same at once; tried again, the second finds what the first wrote."""


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

_BY_STATE: dict[str, tuple[type[StoreError], str]] = {
    "53100": (StoreFullError, "the disk is full: nothing of this batch was kept in {path}"),
    "25006": (StoreReadOnlyError, "{path} takes no writing now: it is read-only"),
    "42501": (StoreReadOnlyError, "{path} may not be used so: its role lacks a right"),
    "23505": (CollisionError, "two processes wrote the same into {path} at once; try again"),
    "40001": (CollisionError, "two processes wrote the same into {path} at once; try again"),
    "40P01": (CollisionError, "two processes waited for each other in {path}; try again"),
    "55P03": (StoreBusyError, "{path} is locked by another process; try again"),
    "25P03": (StoreBusyError, "a transaction on {path} rested for too long and was ended; try again"),
    "XX001": (NotAStoreError, "{path} is damaged; restore it from a backup"),
    "XX002": (NotAStoreError, "{path} is damaged; restore it from a backup"),
}
"""PostgreSQL's SQLSTATE codes."""
_UNREACHABLE = (
    StoreBusyError,
    "{path} cannot be reached: does its server run, is the database there, may this role enter it?",
)
_UNREACHABLE_CLASSES = frozenset({"08", "57", "53"})
"""Connection, intervention of an operator, too many connections; a lost connection has no code at all."""


def store_error(path: Path | str, error: BaseException | None) -> StoreError | None:
    """The readable error for one of the database's, or None where it is a mistake of ours."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        found = None if code is None else _BY_CODE.get(code & _PRIMARY_CODE)
    elif error is not None and hasattr(error, "sqlstate"):
        found = _of_postgres(error.sqlstate, lost=type(error).__name__ == "OperationalError")
    else:
        found = None
    return None if found is None else found[0](found[1].format(path=path))


def _of_postgres(state: str | None, *, lost: bool) -> tuple[type[StoreError], str] | None:
    if state is None:
        return _UNREACHABLE if lost else None
    return _BY_STATE.get(state) or (_UNREACHABLE if state[:2] in _UNREACHABLE_CLASSES else None)


@contextmanager
def readable(path: Path | str) -> Iterator[None]:
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
