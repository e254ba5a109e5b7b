"""The root keys of an embedded house: one file, readable by its owner only, the key in force first.

    tongxing-key-1 <hex>                      a root key, or
    tongxing-kms-1 <url> <name>               the key service that opens the lines
    tongxing-root-1 <base64>                  a root key as that service wrapped it

While roots change the file holds both. Further lines of this house are kept as they are.
"""

import os
import stat
from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from pathlib import Path

from tongxing.adapters.vault.kms import HttpKms, Kms
from tongxing.service.ports import Entropy, StoreError

HEADER, SERVICE, WRAPPED = "tongxing-key-1", "tongxing-kms-1", "tongxing-root-1"
OURS = "tongxing-"
KEY_BYTES = 32
FILE_BYTES_MAX = 8_192
_OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyFileError(StoreError):
    """The key file is missing, damaged, readable by others, or belongs to another store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFile:
    """What a key file holds."""

    roots: tuple[bytes, ...]
    """The one in force first."""
    service: tuple[str, str] | None = None
    """(address, name of the key) of the key service that wraps the roots."""
    others: tuple[str, ...] = ()
    """Lines about something else."""


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
    """The root key in force; raises `KeyFileError` with what to do about it."""
    return read_all(path).roots[0]


def read_all(path: Path) -> KeyFile:
    """All that a key file holds; roots that a key service wrapped are opened by it (`KmsError`)."""
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
    try:
        return _parsed(content.decode("ascii"))
    except ValueError as damaged:
        raise KeyFileError(f"{path} is not a key file of this house, or it is damaged") from damaged


def write(path: Path, holds: KeyFile) -> None:
    """Replace a key file, whole or not at all; where a service is named, it wraps the roots first."""
    lines = [f"{HEADER} {root.hex()}" for root in holds.roots]
    if holds.service is not None:
        service: Kms = HttpKms(*holds.service)
        wrapped = [b64encode(service.wrap(root)).decode() for root in holds.roots]
        lines = [" ".join((SERVICE, *holds.service)), *(f"{WRAPPED} {one}" for one in wrapped)]
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.unlink(missing_ok=True)
        _write(unfinished, "".join(f"{line}\n" for line in (*lines, *holds.others)).encode())
        unfinished.replace(path)
        _sync(path.parent)
    except OSError as refused:
        raise KeyFileError(f"the key file {path} cannot be written: {refused.strerror}") from refused
    finally:
        unfinished.unlink(missing_ok=True)


def add_root(path: Path, key: bytes) -> KeyFile:
    """Put a new root in force; the earlier ones still open."""
    before = read_all(path)
    holds = replace(before, roots=(key, *before.roots))
    write(path, holds)
    return holds


def _parsed(text: str) -> KeyFile:
    """Raises `ValueError` for anything that is no key file."""
    roots: list[bytes] = []
    wrapped: list[bytes] = []
    service: tuple[str, str] | None = None
    others: list[str] = []
    for line in text.splitlines():
        header, *words = line.split()
        if header == HEADER:
            (key,) = words
            roots.append(bytes.fromhex(key))
        elif header == SERVICE:
            url, name = words
            service = url, name
        elif header == WRAPPED:
            (key,) = words
            wrapped.append(b64decode(key, validate=True))
        elif header.startswith(OURS):
            others.append(line)
        else:
            raise ValueError("a line that is not of a key file")
    if service is not None:
        kms: Kms = HttpKms(*service)
        roots += [kms.unwrap(one) for one in wrapped]
    if not roots or any(len(root) != KEY_BYTES for root in roots) or (wrapped and service is None):
        raise ValueError("no root key, or one of another length")
    return KeyFile(roots=tuple(roots), service=service, others=tuple(others))


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
