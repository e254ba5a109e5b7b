"""Backup and restore of a store in a file; the manifest beside a backup says what it must hold."""

import os
import shutil
from pathlib import Path

import msgspec

from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import StoreError, open_store
from tongxing.adapters.store.copying import copy_store, intact, sha256_of
from tongxing.app.house import key_path_of
from tongxing.service.backup import DamagedError, Fingerprint, fingerprint

MANIFEST_BYTES_MAX = 65_536


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a backup must hold."""

    sha256: str
    """Of the backup file; empty where the database's own program makes the backup."""
    fingerprint: Fingerprint


def manifest_path(backup: Path) -> Path:
    """Where the manifest of a backup lies."""
    return backup.with_name(backup.name + ".manifest.json")


def back_up(store: Path, to: Path) -> Manifest:
    """Copy a store while it is at work, read the whole copy, and write down beside it what it holds."""
    if not store.is_file():
        raise StoreError(f"{store}: no such store")
    copy_store(store, to)
    intact(to)
    found = _read(to, key_path_of(store))
    made = Manifest(sha256=sha256_of(to), fingerprint=found)
    write_manifest(manifest_path(to), made)
    return made


def restore(backup: Path, to: Path, key: Path | None) -> Manifest:
    """Put a backup in place of a store that is gone, after proving it whole; refuses to overwrite anything.

    `key` is the store's key file, kept elsewhere; it is put beside the store unless it lies there already.
    """
    for there in (to, to.with_name(to.name + "-wal")):
        if there.exists():
            raise StoreError(f"{there} is there already: a restore never overwrites")
    made = read_manifest(manifest_path(backup))
    if sha256_of(backup) != made.sha256:
        raise DamagedError(f"{backup} is not the file its manifest speaks of, or it was changed")
    keys = key_path_of(to)
    to.parent.mkdir(parents=True, exist_ok=True)
    if key is not None and key != keys:
        if keys.exists():
            raise StoreError(f"{keys} is there already: a restore never overwrites")
        shutil.copyfile(key, keys)
        keys.chmod(0o600)
    copy_store(backup, to)
    try:
        intact(to)
        differs(made.fingerprint, _read(to, keys))
    except BaseException:
        _remove(to)
        raise
    return made


def differs(expected: Fingerprint, found: Fingerprint) -> None:
    """Raise `DamagedError` with the first figure that is not what the manifest says."""
    for name in expected.__slots__:
        wanted, there = getattr(expected, name), getattr(found, name)
        if wanted != there:
            raise DamagedError(f"{name}: the manifest says {wanted}, the store has {there}")


def read_manifest(path: Path) -> Manifest:
    """A manifest from its file."""
    try:
        with path.open("rb") as file:
            return msgspec.json.decode(file.read(MANIFEST_BYTES_MAX), type=Manifest)
    except (OSError, msgspec.DecodeError) as problem:
        raise StoreError(f"{path} cannot be read as a manifest: {problem}") from problem


def write_manifest(path: Path, made: Manifest) -> None:
    """A manifest beside its backup; one that is there already is another backup's."""
    try:
        with path.open("xb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(made)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as refused:
        raise StoreError(f"{path} cannot be written: {refused.strerror}") from refused


def _read(copy: Path, keys: Path) -> Fingerprint:
    """Prove a copy whole under the key of its store, without leaving anything beside it."""
    store = open_store(copy, entropy=OsEntropy(), key_path=keys)
    try:
        return fingerprint(store)
    finally:
        store.close()
        copy.with_name(copy.name + ".turn").unlink(missing_ok=True)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
