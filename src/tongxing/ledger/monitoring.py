"""Checkpoints of one log from several places: one history, or a proof that the log told two."""

from dataclasses import dataclass

from tongxing.ledger.checkpoints import Opened, open_checkpoint
from tongxing.ledger.lines import ProofError, TextError, base64_text, hash_bytes, utf8
from tongxing.ledger.merkle import PROOF_HASHES_MAX, check_consistency
from tongxing.ledger.note_keys import VerifierKey
from tongxing.ledger.notes import NOTE_BYTES_MAX
from tongxing.ledger.proving import Prover

HEADER = "tongxing/tlog-misbehaviour@v1"
MISBEHAVIOUR_BYTES_MAX = 3 * NOTE_BYTES_MAX
PARTS = 5
"""Head, and text and signatures of two checkpoints, which have no empty line within."""


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """Two checkpoints that one log signed and that exclude one another; its key suffices to check them.

    `other_root` is the root that the later tree has at the earlier size, and `proof` shows that it
    has: a consistency proof from `other_root` to the later root (empty for equal sizes).
    """

    earlier: Opened
    later: Opened
    other_root: bytes
    proof: tuple[bytes, ...]

    def convicts(self) -> bool:
        """Whether it is a proof: the later tree begins otherwise than the log had signed."""
        old, new = self.earlier.checkpoint, self.later.checkpoint
        algorithm = self.later.log.algorithm
        try:
            check_consistency(old.size, new.size, self.other_root, new.root, self.proof, algorithm)
        except ProofError:
            return False
        return old.origin == new.origin and self.other_root != old.root

    def encode(self) -> bytes:
        """A text to hand on: the root that should not be, its proof, and both signed checkpoints."""
        head = [HEADER, base64_text(self.other_root), *(base64_text(digest) for digest in self.proof)]
        notes = (self.earlier.note.encode(), self.later.note.encode())
        return "\n".join((*head, "", "")).encode() + b"\n".join(notes)


def parse_misbehaviour(data: bytes, key: VerifierKey) -> Misbehaviour:
    """What somebody hands on as a proof against the log of this key; `convicts` says whether it is one.

    Raises `TextError` for another text, `ProofError` when the log did not sign both checkpoints.
    """
    if len(data) > MISBEHAVIOUR_BYTES_MAX:
        raise TextError(f"misbehaviour: more than {MISBEHAVIOUR_BYTES_MAX} bytes")
    parts = data.split(b"\n\n")
    if len(parts) != PARTS:
        raise TextError("misbehaviour: not a head and two signed checkpoints, an empty line between")
    header, *lines = utf8(parts[0], "misbehaviour").split("\n")
    if header != HEADER:
        raise TextError(f"misbehaviour: line 1 is not {HEADER}")
    if not 1 <= len(lines) <= 1 + PROOF_HASHES_MAX:
        raise TextError(f"misbehaviour: {len(lines)} hashes, not 1 to {1 + PROOF_HASHES_MAX}")
    root, *proof = (hash_bytes(line, f"misbehaviour: line {at}") for at, line in enumerate(lines, start=2))
    notes = (parts[1] + b"\n\n" + parts[2] + b"\n", parts[3] + b"\n\n" + parts[4])
    earlier, later = (open_checkpoint(note, [key]) for note in notes)
    return Misbehaviour(earlier, later, root, tuple(proof))


def compare(first: Opened, second: Opened, later_tree: Prover) -> Misbehaviour | None:
    """None when one checkpoint continues the other, else the proof that the log told two histories.

    Both were verified under one log before; `later_tree` proves out of the tiles that go with the
    larger of the two. Raises `ProofError` when these tiles are not those of its root: then nothing
    is proved either way.
    """
    earlier, later = sorted((first, second), key=lambda one: one.checkpoint.size)
    old, new = earlier.checkpoint, later.checkpoint
    if old.origin != new.origin:
        raise ProofError(f"checkpoints of two logs: {old.origin} and {new.origin}")
    if old.size == 0:
        return None
    if old.size == new.size:
        return None if old.root == new.root else Misbehaviour(earlier, later, new.root, ())
    root, proof = later_tree.root(old.size), tuple(later_tree.consistency(old.size, new.size))
    try:
        check_consistency(old.size, new.size, root, new.root, proof, later.log.algorithm)
    except ProofError:
        words = f"the tiles do not make the root of the checkpoint of size {new.size}"
        raise ProofError(words) from None
    return None if root == old.root else Misbehaviour(earlier, later, root, proof)
