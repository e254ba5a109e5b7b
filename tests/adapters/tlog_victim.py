"""A log made to be killed in a forked child, which tells what it signed and what it acknowledged."""

import errno
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tongxing.adapters.tlog import log as log_module
from tongxing.adapters.tlog.head import LogError
from tongxing.adapters.tlog.log import TileLog
from tongxing.ledger.checkpoints import Checkpoint, signed_checkpoint
from tongxing.ledger.note_keys import ED25519, SigningKey
from tongxing.ledger.notes import Note

KEY = SigningKey("log.example/records", ED25519, bytes(range(32)))
SIZES = (3, 255, 510, 1)
SETTLE = 512
"""So small that a new journal begins in the middle of the run."""
FLUSHES = ("fdatasync", "fsync", "sync")
TOUCHES = (
    *("write", "pwrite", "ftruncate", *FLUSHES),
    *("open", "mkdir", "unlink", "rmdir", "rename", "replace"),
)


def entry(number: int, by: str = "entry") -> bytes:
    """The entry of an index; its length changes, so that a shifted byte is seen."""
    return f"{by} {number} ".encode() * (1 + number % 5)


def killed_at(step: int, directory: Path, *, fails: bool = False) -> list[str]:
    """What a child told before its `step`-th touch of the disk killed it; its last word is `done` or not.

    With `fails` that touch is refused, as by a full disk, and the child goes on as far as it can.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            _live(step, directory, writing, os.write, fails=fails)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as told:
        lines = told.read().splitlines()
    os.waitpid(child, 0)
    return lines


def _live(step: int, directory: Path, pipe: int, write: Callable[[int, bytes], int], *, fails: bool) -> None:
    def say(words: str) -> None:
        write(pipe, f"{words}\n".encode())

    def signed(checkpoint: Checkpoint, key: SigningKey) -> Note:
        note = signed_checkpoint(checkpoint, key)
        say(f"signed {checkpoint.size} {checkpoint.root.hex()}")
        return note

    log_module.SETTLE_ENTRIES = SETTLE
    log_module.signed_checkpoint = signed
    _die_at(step, refused=(lambda: say("struck")) if fails else None)
    with TileLog(directory, KEY) as log:
        size = 0
        for count in SIZES:
            try:
                log.append([entry(number) for number in range(size, size + count)])
            except (OSError, LogError) as refused:
                say(f"refused {type(refused).__name__}")
                continue
            size += count
            say(f"acknowledged {size}")
    say("done")


def _die_at(step: int, *, refused: Callable[[], None] | None) -> None:
    """End this process before its `step`-th call that touches the disk; a write after its first half."""
    count = 0

    def guarded(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def touch(*args: Any, **options: Any) -> Any:
            nonlocal count
            count += 1
            if count == step:
                if name == "write":
                    real(args[0], bytes(args[1])[: len(args[1]) // 2])
                if refused is not None:
                    refused()
                    raise OSError(errno.ENOSPC, "no space left on device")
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **options)

        return touch

    for name in TOUCHES:
        real = _nothing if name in FLUSHES else getattr(os, name)
        setattr(os, name, guarded(name, real))


def _nothing(*_: object) -> None:
    """A flush that is counted and not made: what a killed process wrote, the system still has."""
