"""The master key of an embedded house: one file, readable by its owner only.

A house that outgrows one machine keeps this key in a key service behind the same `vault` port.
"""

import os
import stat
from pathlib import Path

from tongxing.service.ports import Entropy, StoreError

HEADER = "tongxing-key-1"
KEY_BYTES = 32
FILE_BYTES_MAX = 4_096
_OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyFileError(StoreError):
    """The key file is missing, damaged, readable by others, or belongs to another store."""


def create(path: Path, entropy: Entropy) -> bytes:
    """Make a key file with a fresh key, whole or not at all; one that is there already is read instead."""
    key = entropy.token(KEY_BYTES)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        _write(unfinished, f"{HEADER} {key.hex()}\n".encode())
        os.link(unfinished, path)
        _sync(path.parent)
    except FileExistsError:
        return read(path)
    except OSError as refused:
        raise KeyFileError(f"the key file {path} cannot be written: {refused.strerror}") from refused
    finally:
        unfinished.unlink(missing_ok=True)
    return key


def read(path: Path) -> bytes:
    """The key in a key file; raises `KeyFileError` with what to do about it."""
    try:
        mode = path.stat().st_mode
        content = path.read_bytes()[:FILE_BYTES_MAX]
    except FileNotFoundError as missing:
        raise KeyFileError(
            f"the key file {path} is missing: without it nothing in the store can be read; put it back"
        ) from missing
    except OSError as refused:
        raise KeyFileError(f"the key file {path} cannot be read: {refused.strerror}") from refused
    if os.name == "posix" and mode & _OPEN_TO_OTHERS:
        raise KeyFileError(f"others may read the key file {path}: chmod 600 it")
    words = content.decode("ascii", errors="replace").split()
    try:
        header, text = words
        key = bytes.fromhex(text)
    except ValueError:
        header, key = "", b""
    if header != HEADER or len(key) != KEY_BYTES:
        raise KeyFileError(f"{path} is not a key file of this house, or it is damaged")
    return key


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
