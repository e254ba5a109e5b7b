"""The witnesses of a policy, asked by the log: who cosigned a checkpoint, and why the others did not."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from tongxing.adapters.tlog.exchange import ask
from tongxing.ledger.checkpoints import Checkpoint, parse_checkpoint
from tongxing.ledger.lines import ProofError, TextError, decimal
from tongxing.ledger.notes import Note, Signature, parse_signatures, verify_note
from tongxing.ledger.proving import Prover
from tongxing.ledger.quorum import Party, Policy
from tongxing.ledger.witnessing import (
    ADD_CHECKPOINT,
    CONFLICT,
    FORBIDDEN,
    NOT_FOUND,
    OK,
    UNPROCESSABLE,
    Request,
)
from tongxing.service.ports_log import WitnessAnswer

TRIES_MAX = 2
"""Once with the size we believe in, and once with the size the witness told."""
KINDS = {
    FORBIDDEN: WitnessAnswer.UNKNOWN,
    NOT_FOUND: WitnessAnswer.UNKNOWN,
    CONFLICT: WitnessAnswer.DIFFERS,
    UNPROCESSABLE: WitnessAnswer.DIFFERS,
}
LATE = "no answer in time"
STILL_ASKED = "no answer yet to what it was asked before"


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of one witness: its signatures, or in words why there are none."""

    witness: str
    signatures: tuple[Signature, ...]
    answer: WitnessAnswer
    words: str
    milliseconds: int | None = None
    """How long the answer took; None when there was none in time."""


class Witnesses:
    """Asks all witnesses of a policy that have an address, at the same time."""

    def __init__(self, policy: Policy, *, seconds_max: float, grace_seconds: float | None = None) -> None:
        """`seconds_max` bounds each question as a whole: who answers later is not waited for.

        Once the quorum is there the others have `grace_seconds` more (None: all of the time).
        """
        self._policy = policy
        self._seconds = seconds_max
        self._grace = seconds_max if grace_seconds is None else grace_seconds
        self._sizes: dict[str, int] = {}
        self._proving = threading.Lock()
        self._busy: set[str] = set()
        self.asked: tuple[Asked, ...] = ()

    def cosign(self, note: Note, prover: Prover) -> Note | None:
        """The checkpoint with the cosignatures that hold; None without a quorum. `asked` says the rest."""
        found = self.gather(note, prover)
        return found if self.reached() else None

    def gather(self, note: Note, prover: Prover) -> Note:
        """The checkpoint with the cosignatures that came in time, be they a quorum or not."""
        parties = {name: one for name, one in self._policy.witnesses.items() if one.url}
        until = time.monotonic() + self._seconds
        answers: SimpleQueue[Asked] = SimpleQueue()
        free = [name for name in parties if name not in self._busy]
        for name in free:
            self._busy.add(name)
            words = (name, parties[name], note, prover, answers)
            threading.Thread(target=self._ask, args=words, name=f"witness {name}", daemon=True).start()
        found = self._waited(answers, len(free), until)
        silent = {name: LATE if name in free else STILL_ASKED for name in parties if name not in found}
        missing = {name: Asked(name, (), WitnessAnswer.SILENT, words) for name, words in silent.items()}
        self.asked = tuple({**found, **missing}[name] for name in parties)
        return note.signed_also(*(one for asked in self.asked for one in asked.signatures))

    def reached(self) -> bool:
        """Whether those who answered the last question make the quorum."""
        return self._satisfied(self.asked)

    def _waited(self, answers: "SimpleQueue[Asked]", count: int, until: float) -> dict[str, Asked]:
        found: dict[str, Asked] = {}
        while len(found) < count:
            if self._satisfied(tuple(found.values())):
                until = min(until, time.monotonic() + self._grace)
            try:
                answer = answers.get(timeout=max(0.0, until - time.monotonic()))
            except Empty:
                break
            found[answer.witness] = answer
        return found

    def _satisfied(self, asked: Sequence[Asked]) -> bool:
        return self._policy.satisfied(
            [self._policy.witnesses[one.witness].key for one in asked if one.signatures]
        )

    def _ask(
        self, name: str, party: Party, note: Note, prover: Prover, answers: "SimpleQueue[Asked]"
    ) -> None:
        started = time.monotonic()
        try:
            signatures, answer, words = self._answered(name, party, note, prover)
        except OSError as wrong:
            signatures, answer, words = (), WitnessAnswer.SILENT, str(wrong)
        except (TextError, ProofError, ValueError) as wrong:
            signatures, answer, words = (), WitnessAnswer.FALSE, str(wrong)
        finally:
            self._busy.discard(name)
        answers.put(Asked(name, signatures, answer, words, int((time.monotonic() - started) * 1000)))

    def _answered(
        self, name: str, party: Party, note: Note, prover: Prover
    ) -> tuple[tuple[Signature, ...], WitnessAnswer, str]:
        checkpoint = parse_checkpoint(note.text)
        url = f"{(party.url or '').rstrip('/')}/{ADD_CHECKPOINT}"
        for _ in range(TRIES_MAX):
            old = self._sizes.get(name, 0)
            request = Request(old, self._proof(old, checkpoint, prover), note.encode())
            status, body = ask(url, request.encode(), seconds=self._seconds)
            if status == CONFLICT and (size := _size(body)) != old:
                if size > checkpoint.size:
                    return (
                        (),
                        WitnessAnswer.AHEAD,
                        f"has seen a tree of {size} leaves, ours has {checkpoint.size}",
                    )
                self._sizes[name] = size
                continue
            if status != OK:
                return (
                    (),
                    KINDS.get(status, WitnessAnswer.FALSE),
                    f"answered {status}: {body[:200].decode(errors='replace').strip()}",
                )
            lines = parse_signatures(body.decode())
            own = tuple(one for one in lines if (one.name, one.key_id) == (party.key.name, party.key.key_id))
            verify_note(Note(note.text, own), [party.key])
            self._sizes[name] = checkpoint.size
            return own, WitnessAnswer.COSIGNED, "cosigned"
        return (), WitnessAnswer.FALSE, "tells another size each time"

    def _proof(self, old: int, checkpoint: Checkpoint, prover: Prover) -> tuple[bytes, ...]:
        if old == 0:
            return ()
        with self._proving:
            return tuple(prover.consistency(old, checkpoint.size))


def _size(body: bytes) -> int:
    return decimal(body.decode(errors="replace").removesuffix("\n"), "witness: size")
