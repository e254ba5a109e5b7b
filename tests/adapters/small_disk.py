"""A real small disk for tests: a tmpfs, where this process may mount one."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, *, kib: int) -> Iterator[Path]:
    """Mount so many KiB on a folder; a named skip where mounting is not allowed."""
    folder.mkdir()
    if os.getuid() != 0 or not _mount("-t", "tmpfs", "-o", f"size={kib}k,mode=0755", "tmpfs", str(folder)):
        pytest.skip("this process may not mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S603, S607 - what was mounted here


def resize(folder: Path, *, kib: int) -> None:
    """Give the disk more room."""
    assert _mount("-o", f"remount,size={kib}k", str(folder))


def make_read_only(folder: Path, *, read_only: bool) -> None:
    """Take away or give back the right to write."""
    assert _mount("-o", f"remount,{'ro' if read_only else 'rw'}", str(folder))


def _mount(*arguments: str) -> bool:
    try:
        done = subprocess.run(["mount", *arguments], capture_output=True, check=False)  # noqa: S603, S607 - of the system
    except FileNotFoundError:
        return False
    return done.returncode == 0
