"""The witnesses of a policy, asked by the log: who cosigned a checkpoint, and why the others did not."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tongxing.adapters.tlog.exchange import ask
from tongxing.ledger.checkpoints import Checkpoint, parse_checkpoint
from tongxing.ledger.lines import ProofError, TextError, decimal
from tongxing.ledger.notes import Note, Signature, parse_signatures, verify_note
from tongxing.ledger.proving import Prover
from tongxing.ledger.quorum import Party, Policy
from tongxing.ledger.witnessing import ADD_CHECKPOINT, CONFLICT, OK, Request

AT_ONCE_MAX = 16
TRIES_MAX = 2
"""Once with the size we believe in, and once with the size the witness told."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of one witness: its signatures, or in words why there are none."""

    witness: str
    signatures: tuple[Signature, ...]
    words: str


class Witnesses:
    """Asks all witnesses of a policy that have an address, at the same time."""

    def __init__(self, policy: Policy, *, seconds_max: float) -> None:
        """`seconds_max` bounds the wait for each answer."""
        self._policy = policy
        self._seconds = seconds_max
        self._sizes: dict[str, int] = {}
        self._proving = threading.Lock()
        self.asked: tuple[Asked, ...] = ()

    def cosign(self, note: Note, prover: Prover) -> Note | None:
        """The checkpoint with the cosignatures that hold; None without a quorum. `asked` says the rest."""
        parties = [(name, one) for name, one in self._policy.witnesses.items() if one.url]
        if parties:
            with ThreadPoolExecutor(min(AT_ONCE_MAX, len(parties))) as pool:
                self.asked = tuple(pool.map(lambda pair: self._ask(pair[0], pair[1], note, prover), parties))
        found = note.signed_also(*(one for asked in self.asked for one in asked.signatures))
        keys = {name: one.key for name, one in parties}
        seen = [keys[asked.witness] for asked in self.asked if asked.signatures]
        return found if self._policy.satisfied(seen) else None

    def _ask(self, name: str, party: Party, note: Note, prover: Prover) -> Asked:
        try:
            return self._answered(name, party, note, prover)
        except (OSError, TextError, ProofError) as wrong:
            return Asked(name, (), str(wrong))

    def _answered(self, name: str, party: Party, note: Note, prover: Prover) -> Asked:
        checkpoint = parse_checkpoint(note.text)
        url = f"{(party.url or '').rstrip('/')}/{ADD_CHECKPOINT}"
        for _ in range(TRIES_MAX):
            old = self._sizes.get(name, 0)
            request = Request(old, self._proof(old, checkpoint, prover), note.encode())
            status, body = ask(url, request.encode(), seconds=self._seconds)
            if status == CONFLICT and (size := _size(body)) != old:
                if size > checkpoint.size:
                    return Asked(name, (), f"has seen a tree of {size} leaves, ours has {checkpoint.size}")
                self._sizes[name] = size
                continue
            if status != OK:
                return Asked(name, (), f"answered {status}: {body[:200].decode(errors='replace').strip()}")
            lines = parse_signatures(body.decode())
            own = tuple(one for one in lines if (one.name, one.key_id) == (party.key.name, party.key.key_id))
            verify_note(Note(note.text, own), [party.key])
            self._sizes[name] = checkpoint.size
            return Asked(name, own, "cosigned")
        return Asked(name, (), "tells another size each time")

    def _proof(self, old: int, checkpoint: Checkpoint, prover: Prover) -> tuple[bytes, ...]:
        if old == 0:
            return ()
        with self._proving:
            return tuple(prover.consistency(old, checkpoint.size))


def _size(body: bytes) -> int:
    return decimal(body.decode(errors="replace").removesuffix("\n"), "witness: size")
