"""C2SP tlog-witness as a pure question: may this checkpoint be cosigned after the one seen last?

A witness remembers one checkpoint a log and signs only what continues it; so it never signs a fork.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tongxing.ledger.checkpoints import Checkpoint, Opened, open_checkpoint, parse_checkpoint
from tongxing.ledger.lines import ProofError, TextError, base64_text, decimal, hash_bytes, utf8
from tongxing.ledger.merkle import PROOF_HASHES_MAX, check_consistency
from tongxing.ledger.note_keys import SigningKey, VerifierKey
from tongxing.ledger.notes import NOTE_BYTES_MAX, cosign, parse_note

ADD_CHECKPOINT = "add-checkpoint"
SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"
REQUEST_BYTES_MAX = NOTE_BYTES_MAX
OK, BAD_REQUEST, FORBIDDEN, NOT_FOUND, CONFLICT, UNPROCESSABLE = 200, 400, 403, 404, 409, 422


@dataclass(frozen=True, slots=True)
class Request:
    """A checkpoint, and the proof that it continues the tree of `old_size` leaves."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def encode(self) -> bytes:
        """The body of the request."""
        lines = [f"old {self.old_size}", *(base64_text(digest) for digest in self.proof)]
        return "\n".join((*lines, "", "")).encode() + self.checkpoint


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body; `seen` is what must be on disk before the answer leaves, None when nothing changes."""

    status: int
    body: str
    content_type: str = TEXT_TYPE
    seen: Checkpoint | None = None


def parse_request(body: bytes) -> Request:
    """A request from its bytes; raises `TextError` saying where it is malformed."""
    if len(body) > REQUEST_BYTES_MAX:
        raise TextError(f"request: more than {REQUEST_BYTES_MAX} bytes")
    head, blank, checkpoint = body.partition(b"\n\n")
    if not blank:
        raise TextError("request: no empty line before the checkpoint")
    lines = utf8(head, "request").split("\n")
    if not lines[0].startswith("old "):
        raise TextError("request: line 1 is not 'old' and a size")
    if len(lines) - 1 > PROOF_HASHES_MAX:
        raise TextError(f"request: more than {PROOF_HASHES_MAX} hashes")
    proof = tuple(hash_bytes(line, f"request: hash {number}") for number, line in enumerate(lines[1:], 1))
    return Request(decimal(lines[0].removeprefix("old "), "request: old size"), proof, checkpoint)


def consider(
    body: bytes,
    *,
    latest: Callable[[str], Checkpoint | None],
    logs: Mapping[str, Sequence[VerifierKey]],
    key: SigningKey,
    at: int,
) -> Answer:
    """What a witness answers at a POSIX time in seconds.

    `latest` gives the checkpoint cosigned last for an origin. The caller keeps `seen` before it
    answers, and lets no other request in between.
    """
    try:
        request = parse_request(body)
        checkpoint = parse_checkpoint(parse_note(request.checkpoint).text)
    except TextError as malformed:
        return Answer(BAD_REQUEST, f"{malformed}\n")
    if not logs.get(checkpoint.origin):
        return Answer(NOT_FOUND, "unknown log\n")
    try:
        opened = open_checkpoint(request.checkpoint, logs[checkpoint.origin])
    except TextError as malformed:
        return Answer(BAD_REQUEST, f"{malformed}\n")
    except ProofError as unsigned:
        return Answer(FORBIDDEN, f"{unsigned}\n")
    refusal = _refusal(request, opened, latest(checkpoint.origin))
    if refusal is not None:
        return refusal
    return Answer(OK, cosign(opened.note.text, key, at=at).line, seen=checkpoint)


def _refusal(request: Request, opened: Opened, before: Checkpoint | None) -> Answer | None:
    """Why a checkpoint that its log signed is not cosigned, in the order of the text."""
    checkpoint = opened.checkpoint
    if request.old_size > checkpoint.size:
        return Answer(BAD_REQUEST, f"old size {request.old_size} is beyond {checkpoint.size}\n")
    size = before.size if before is not None else 0
    if request.old_size != size:
        return Answer(CONFLICT, f"{size}\n", SIZE_TYPE)
    if before is not None and checkpoint.size == size and checkpoint.root != before.root:
        return Answer(CONFLICT, f"{size}\n", SIZE_TYPE)
    wrong = _inconsistent(before, opened, request.proof)
    return None if wrong is None else Answer(UNPROCESSABLE, f"{wrong}\n")


def _inconsistent(before: Checkpoint | None, opened: Opened, proof: Sequence[bytes]) -> str | None:
    """Why the proof does not lead from the tree before to the one now; every tree continues the empty one."""
    if before is None or before.size == 0:
        return "the proof from an empty tree is not empty" if proof else None
    now = opened.checkpoint
    try:
        check_consistency(before.size, now.size, before.root, now.root, proof, opened.log.algorithm)
    except ProofError as wrong:
        return str(wrong)
    return None
