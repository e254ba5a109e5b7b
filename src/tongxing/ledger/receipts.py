"""C2SP tlog-proof: the receipt a client keeps, which proves offline that an entry stands in the log."""

from collections.abc import Sequence
from dataclasses import dataclass

from tongxing.ledger.checkpoints import Opened, parse_checkpoint
from tongxing.ledger.lines import TextError, base64_bytes, base64_text, decimal, hash_bytes, utf8
from tongxing.ledger.merkle import PROOF_HASHES_MAX, check_inclusion
from tongxing.ledger.notes import NOTE_BYTES_MAX, parse_note
from tongxing.ledger.quorum import Policy

HEADER = "c2sp.org/tlog-proof@v1"
RECEIPT_BYTES_MAX = 2 * NOTE_BYTES_MAX


@dataclass(frozen=True, slots=True)
class Receipt:
    """Index of an entry, its inclusion proof, the signed checkpoint, and bytes that nobody vouches for.

    In a receipt of ours `extra` is the encoded leaf, so that the file alone suffices to verify it.
    """

    index: int
    proof: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        """The text of the receipt, usually kept in a file `*.tlog-proof`."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {base64_text(self.extra)}")
        lines.append(f"index {self.index}")
        lines += (base64_text(digest) for digest in self.proof)
        return "\n".join((*lines, "", "")).encode() + self.checkpoint


def receipt(index: int, proof: Sequence[bytes], checkpoint: bytes, extra: bytes | None = None) -> Receipt:
    """A receipt of values at hand; raises `TextError` when the checkpoint is none."""
    return parse_receipt(Receipt(index, tuple(proof), checkpoint, extra).encode())


def parse_receipt(data: bytes) -> Receipt:
    """A receipt from its bytes; raises `TextError` naming the line. Nothing is verified by this."""
    if len(data) > RECEIPT_BYTES_MAX:
        raise TextError(f"receipt: more than {RECEIPT_BYTES_MAX} bytes")
    head, blank, checkpoint = data.partition(b"\n\n")
    if not blank:
        raise TextError("receipt: no empty line before the checkpoint")
    lines = utf8(head, "receipt").split("\n")
    if lines.pop(0) != HEADER:
        raise TextError(f"receipt: line 1 is not {HEADER}")
    extra: bytes | None = None
    if lines and lines[0].startswith("extra "):
        extra = base64_bytes(lines.pop(0).removeprefix("extra "), "receipt: extra")
    if not lines or not lines[0].startswith("index "):
        raise TextError("receipt: no line with the index after the first")
    index = decimal(lines.pop(0).removeprefix("index "), "receipt: index")
    if len(lines) > PROOF_HASHES_MAX:
        raise TextError(f"receipt: more than {PROOF_HASHES_MAX} hashes")
    proof = tuple(hash_bytes(line, f"receipt: hash {number}") for number, line in enumerate(lines, start=1))
    parse_checkpoint(parse_note(checkpoint).text)
    return Receipt(index, proof, checkpoint, extra)


def verify_receipt(found: Receipt, leaf_hash: bytes, policy: Policy) -> Opened:
    """The checkpoint in which the leaf stands, signed by a listed log with a quorum.

    Raises `ProofError` saying what does not hold.
    """
    opened = policy.open(found.checkpoint)
    tree = opened.checkpoint
    check_inclusion(found.index, tree.size, leaf_hash, tree.root, found.proof, opened.log.algorithm)
    return opened
