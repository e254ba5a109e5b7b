"""Each way in which the log touches its disk, so that what is durable when can be read in one place."""

import os
from contextlib import suppress
from pathlib import Path

PART = ".part"
"""Ending of a file that is not whole yet; such files may be deleted at any time nobody writes."""


def append_durably(descriptor: int, data: bytes) -> None:
    """Write at the end and return when the disk has it."""
    write_all(descriptor, data)
    os.fdatasync(descriptor)


def overwrite_durably(descriptor: int, data: bytes, offset: int) -> None:
    """Write over a fixed place and return when the disk has it."""
    if os.pwrite(descriptor, data, offset) != len(data):
        raise OSError(f"only part of {len(data)} bytes was written")
    os.fdatasync(descriptor)


def replace_file(path: Path, data: bytes) -> None:
    """A reader sees the old file or the whole new one; after a power cut it may be lost, and is made anew."""
    part = path.with_name(path.name + PART)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        write_all(descriptor, data)
    finally:
        os.close(descriptor)
    part.replace(path)


def put_file(path: Path, data: bytes) -> None:
    """A file whose bytes never change once they are promised: the same bytes over them are not seen.

    Nobody is told of it before it is whole; a file that a kill left half written is completed.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
    try:
        write_all(descriptor, data)
        if os.fstat(descriptor).st_size != len(data):
            os.ftruncate(descriptor, len(data))
    finally:
        os.close(descriptor)


def replace_file_durably(path: Path, data: bytes) -> None:
    """The same, and it is on disk under its name on return."""
    part = path.with_name(path.name + PART)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        append_durably(descriptor, data)
    finally:
        os.close(descriptor)
    part.replace(path)
    sync_folder(path.parent)


def remove_files(folder: Path) -> None:
    """A folder of files and nothing else, gone; a folder that is not there is gone already."""
    with suppress(FileNotFoundError):
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


def sync_folder(folder: Path) -> None:
    """Names in a folder are on disk on return."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of it, in as many calls as the system wants."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
