"""Copying a store file while its worker writes: SQLite's online backup, whole or not at all."""

import hashlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from tongxing.adapters.store.errors import NotAStoreError, StoreError, readable

BYTES_AT_ONCE = 1 << 20


def copy_store(source: Path, to: Path) -> None:
    """Copy the store as it stands at one instant; raises `StoreError` when `to` is there already."""
    if to.exists():
        raise StoreError(f"{to} is there already: a backup never overwrites")
    unfinished = to.with_name(f".{to.name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with readable(unfinished):
            _copy(source, unfinished)
        _sync(unfinished)
        os.link(unfinished, to)
        _sync(to.parent)
    except FileExistsError as there:
        raise StoreError(f"{to} is there already: a backup never overwrites") from there
    except OSError as refused:
        raise StoreError(f"{to} cannot be written: {refused.strerror}") from refused
    finally:
        unfinished.unlink(missing_ok=True)


def intact(path: Path) -> None:
    """Raise `NotAStoreError` unless SQLite finds the file whole, down to its last page."""
    with readable(path), closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if found != "ok" or broken is not None:
        raise NotAStoreError(f"{path} is damaged; take another backup")


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BYTES_AT_ONCE):
            digest.update(block)
    return digest.hexdigest()


def _copy(source: Path, to: Path) -> None:
    """All pages in one step, under one look at the source; the copy is one plain file without a WAL."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as here,
        closing(sqlite3.connect(to)) as there,
    ):
        here.backup(there)
        there.execute("PRAGMA journal_mode=DELETE")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
