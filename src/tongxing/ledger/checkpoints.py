"""C2SP tlog-checkpoint: what a log promises about its tree at one size, and who signed it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tongxing.ledger.hashing import ALGORITHMS, HashAlgorithm
from tongxing.ledger.lines import (
    HASH_BYTES,
    NUMBER_MAX,
    ProofError,
    TextError,
    base64_text,
    decimal,
    hash_bytes,
)
from tongxing.ledger.note_keys import SigningKey, VerifierKey
from tongxing.ledger.notes import Note, Signed, parse_note, sign, verify_note

LINES_MIN = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Origin, size in leaves and root hash of a log; extension lines are kept, and not relied on."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse values that no text of a checkpoint can carry."""
        if not all(_is_line(line) for line in (self.origin, *self.extensions)):
            raise TextError("checkpoint: an origin or extension line that is empty or more than a line")
        if not 0 <= self.size <= NUMBER_MAX or len(self.root) != HASH_BYTES:
            raise TextError(f"checkpoint: size {self.size} or a root of {len(self.root)} bytes")
        if self.size == 0:
            self.check_empty(*ALGORITHMS.values())

    def check_empty(self, *algorithms: HashAlgorithm) -> None:
        """Raises `TextError` for a tree without leaves whose root is not the hash of nothing."""
        if self.size == 0 and not any(self.root == one.empty_root for one in algorithms):
            raise TextError("checkpoint: size 0 with a root other than the hash of nothing")

    @property
    def text(self) -> str:
        """The text that is signed."""
        return "\n".join((self.origin, str(self.size), base64_text(self.root), *self.extensions)) + "\n"


@dataclass(frozen=True, slots=True)
class Opened:
    """A checkpoint whose signatures were checked: by the log, and by these witnesses."""

    checkpoint: Checkpoint
    note: Note
    log: VerifierKey
    witnesses: tuple[Signed, ...]


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint of a note's text; raises `TextError` naming the line."""
    lines = text.split("\n")
    if lines.pop() or len(lines) < LINES_MIN:
        raise TextError("checkpoint: fewer than three lines, or the last one without a newline")
    if not all(lines):
        raise TextError(f"checkpoint: line {lines.index('') + 1} is empty")
    size = decimal(lines[1], "checkpoint: line 2 (size)")
    return Checkpoint(lines[0], size, hash_bytes(lines[2], "checkpoint: line 3 (root)"), tuple(lines[3:]))


def signed_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> Note:
    """The checkpoint as a note of the log; the key bears the name of the origin."""
    if key.name != checkpoint.origin:
        raise TextError(f"checkpoint of {checkpoint.origin}: the key is that of {key.name}")
    checkpoint.check_empty(key.verifier.algorithm)
    return Note(checkpoint.text, (sign(checkpoint.text, key),))


def open_checkpoint(
    data: bytes, logs: Sequence[VerifierKey], witnesses: Sequence[VerifierKey] = ()
) -> Opened:
    """A checkpoint that a known log signed under its own origin.

    Raises `TextError` for a malformed one or two keys of the log whose trees have other hashes,
    `ProofError` when no such log signed it or a known key's signature is false.
    """
    note = parse_note(data)
    checkpoint = parse_checkpoint(note.text)
    own = [key for key in logs if key.name == checkpoint.origin]
    if not own:
        raise ProofError(f"checkpoint: no known log has the origin {checkpoint.origin!r}")
    if len({key.algorithm for key in own}) > 1:
        raise TextError(f"keys: those of {checkpoint.origin} sign trees of different hashes")
    checkpoint.check_empty(own[0].algorithm)
    signed = verify_note(note, (*own, *witnesses))
    by_log = [one.key for one in signed if one.key in own]
    if not by_log:
        raise ProofError(f"checkpoint: not signed by the log {checkpoint.origin!r}")
    return Opened(checkpoint, note, by_log[0], tuple(one for one in signed if one.key in witnesses))


def _is_line(line: str) -> bool:
    return bool(line) and not any(letter < " " for letter in line)
