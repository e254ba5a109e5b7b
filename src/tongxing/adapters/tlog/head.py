"""The head of a log: the one size and root it stands by, on disk before anything is signed.

Two places of one small file are written in turn; a torn write spoils one and leaves the other.
"""

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tongxing.adapters.tlog.files import overwrite_durably
from tongxing.ledger.lines import TextError, base64_text, decimal, hash_bytes

SLOT_BYTES = 512
"""One sector, which disks write whole or not at all."""
SLOTS = 2
MAGIC = "tongxing/tlog-head/1"
WORDS = 6


class LogError(RuntimeError):
    """A log directory that cannot be used as it is; nothing was signed."""


@dataclass(frozen=True, slots=True)
class Head:
    """Size and root; the index at which the journal begins, and how many of its bytes count."""

    size: int
    root: bytes
    base: int
    journal_bytes: int

    def encode(self, origin: str) -> bytes:
        """One slot, with a checksum that also covers the origin."""
        text = f"{MAGIC} {self.size} {base64_text(self.root)} {self.base} {self.journal_bytes}"
        return f"{text} {_checksum(text, origin)}\n".encode().ljust(SLOT_BYTES, b"\x00")


class HeadFile:
    """The file of the two slots."""

    def __init__(self, path: Path, origin: str) -> None:
        """Opens or creates the file; raises `LogError` when it holds no head of this origin."""
        self._origin = origin
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        data = os.pread(self._descriptor, SLOTS * SLOT_BYTES, 0)
        slots = [data[at : at + SLOT_BYTES] for at in range(0, len(data), SLOT_BYTES)]
        heads = [(head, at) for at, slot in enumerate(slots) if (head := _decode(slot, origin)) is not None]
        if any(data) and not heads:
            os.close(self._descriptor)
            raise LogError(f"{path}: holds no head of the log {origin!r}")
        self.head: Head | None = None
        self._slot = SLOTS - 1
        if heads:
            self.head, self._slot = max(heads, key=_age)

    def write(self, head: Head) -> None:
        """Stand by this head from now on; it is on disk on return. A log never shrinks or forks."""
        old = self.head
        if old is not None and (head.size < old.size or (head.size == old.size and head.root != old.root)):
            raise LogError(f"a log of {old.size} leaves cannot become another one of {head.size}")
        slot = (self._slot + 1) % SLOTS
        overwrite_durably(self._descriptor, head.encode(self._origin), slot * SLOT_BYTES)
        self.head, self._slot = head, slot

    def close(self) -> None:
        """Give the file back."""
        os.close(self._descriptor)


def _age(found: tuple[Head, int]) -> tuple[int, int]:
    return found[0].size, found[0].base


def _decode(slot: bytes, origin: str) -> Head | None:
    try:
        line, _, rest = slot.decode("ascii").partition("\n")
        words = line.split(" ")
        text = " ".join(words[:-1])
        if any(letter != "\x00" for letter in rest) or len(words) != WORDS or words[0] != MAGIC:
            return None
        if words[-1] != _checksum(text, origin):
            return None
        size, base, count = (decimal(words[at], "head") for at in (1, 3, 4))
        return Head(size, hash_bytes(words[2], "head"), base, count)
    except (UnicodeDecodeError, TextError):
        return None


def _checksum(text: str, origin: str) -> str:
    return sha256(f"{origin}\n{text}".encode()).hexdigest()
