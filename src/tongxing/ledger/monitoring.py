"""Checkpoints of one log from several places: one history, or a proof that the log told two."""

from dataclasses import dataclass

from tongxing.ledger.checkpoints import Opened
from tongxing.ledger.lines import ProofError, base64_text
from tongxing.ledger.merkle import check_consistency
from tongxing.ledger.proving import Prover

HEADER = "tongxing/tlog-misbehaviour@v1"


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
        try:
            check_consistency(old.size, new.size, self.other_root, new.root, self.proof)
        except ProofError:
            return False
        return old.origin == new.origin and self.other_root != old.root

    def encode(self) -> bytes:
        """A text to hand on: the root that should not be, its proof, and both signed checkpoints."""
        head = [HEADER, base64_text(self.other_root), *(base64_text(digest) for digest in self.proof)]
        notes = (self.earlier.note.encode(), self.later.note.encode())
        return "\n".join((*head, "", "")).encode() + b"\n".join(notes)


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
    if later_tree.root(new.size) != new.root:
        raise ProofError(f"the tiles do not make the root of the checkpoint of size {new.size}")
    root = later_tree.root(old.size)
    if root == old.root:
        return None
    return Misbehaviour(earlier, later, root, tuple(later_tree.consistency(old.size, new.size)))
