"""An invented world around the log: a house that may lie, three witnesses of which one may, and clients.

Everything that happens comes from one seed: the lie, letters that are lost or late, witnesses cut off,
clients whom the monitor hears late, checkpoints that a crash loses after witnesses signed them. A
rollback is also what a disk does that lost what it promised. The rooms judge as in earnest; only their
surroundings are invented.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from tongxing.ledger.checkpoints import Checkpoint, Opened, signed_checkpoint
from tongxing.ledger.growth import Growth
from tongxing.ledger.leaves import leaf_hash
from tongxing.ledger.lines import ProofError
from tongxing.ledger.monitoring import Misbehaviour, compare
from tongxing.ledger.note_keys import COSIGNATURE, ED25519, SigningKey
from tongxing.ledger.notes import Note, Signature, cosign, parse_signatures
from tongxing.ledger.proving import Prover
from tongxing.ledger.quorum import parse_policy
from tongxing.ledger.tiles import Tile
from tongxing.ledger.witnessing import CONFLICT, OK, Request, consider

LOG = SigningKey("log.example/records", ED25519, bytes(range(32)))
KEYS = tuple(SigningKey(f"w{at}.example", COSIGNATURE, bytes((at,)) * 32) for at in (1, 2, 3))
POLICY = parse_policy(
    "\n".join(
        (
            f"log {LOG.verifier.line}",
            *(f"witness w{at} {key.verifier.line}" for at, key in enumerate(KEYS, start=1)),
            "group most 2 w1 w2 w3",
            "quorum most",
        )
    ).encode()
)
LIES = ("none", "split view", "dropped leaf", "rewritten leaf", "rollback")
ROUNDS, LIE_FIRST, LIE_LAST, MORE_MAX, LATE_MAX, TRIES = 9, 2, 5, 6, 4, 2
P_ASKED, P_HEARD, P_CRASH, P_LYING_WITNESS = 0.8, 0.9, 0.15, 0.7

Leaves = tuple[bytes, ...]


@dataclass(frozen=True)
class Report:
    """What a client was shown, when the monitor hears of it, and when the house gives out its tiles."""

    opened: Opened
    leaves: Leaves
    heard: int
    tiles: int


class Witness:
    """One witness: honest ones ask the room, the liar signs whatever it is shown."""

    def __init__(self, key: SigningKey, *, lies: bool) -> None:
        """`lies` makes it sign anything."""
        self.key = key
        self.lies = lies
        self.latest: Checkpoint | None = None
        self.signed: list[Leaves] = []

    @property
    def size(self) -> int:
        """Leaves of the checkpoint it signed last."""
        return self.latest.size if self.latest else 0

    def asked(self, note: Note, checkpoint: Checkpoint, leaves: Leaves, at: int) -> tuple[Signature, ...]:
        """Its signatures; what it signed it remembers, whether the house hears of it or not."""
        if self.lies:
            return (cosign(note.text, self.key, at=at),)
        tree, old = tree_of(leaves), 0
        for _ in range(TRIES):
            proof = tuple(tree.consistency(old)) if 0 < old <= tree.size else ()
            answer = consider(
                Request(old, proof, note.encode()).encode(),
                latest=lambda _: self.latest,
                logs={LOG.name: [LOG.verifier]},
                key=self.key,
                at=at,
            )
            if answer.status == OK:
                self.latest = checkpoint
                self.signed.append(leaves)
                return parse_signatures(answer.body)
            if answer.status == CONFLICT:
                old = int(answer.body)
        return ()


class World:
    """One run of one seed."""

    def __init__(self, seed: int) -> None:
        """The seed decides everything."""
        self.chance = np.random.default_rng(seed)
        self.lie = LIES[seed % len(LIES)]
        self.lie_at = int(self.chance.integers(LIE_FIRST, LIE_LAST, endpoint=True))
        lying = self.chance.random() < P_LYING_WITNESS
        self.witnesses = [Witness(key, lies=lying and at == len(KEYS) - 1) for at, key in enumerate(KEYS)]
        self.views: list[Leaves] = [()]
        self.entries = 0
        self.reports: list[Report] = []
        self.found: Misbehaviour | None = None
        self.found_at: int | None = None
        self.contradicted_at: int | None = None

    @property
    def lying_witness(self) -> bool:
        """Whether one of the three lies."""
        return any(witness.lies for witness in self.witnesses)

    def run(self) -> "World":
        """All rounds, and those after in which the last letters come in."""
        for now in range(ROUNDS):
            if now == self.lie_at and self.lie != "none":
                self.views = self.lies()
            for at in range(len(self.views)):
                self.views[at] = self.grown(self.views[at])
                self.publish(at, now)
            self.monitor(now)
        for now in range(ROUNDS, ROUNDS + 2 * LATE_MAX):
            self.monitor(now)
        return self

    def grown(self, leaves: Leaves) -> Leaves:
        """New entries, no two of them alike."""
        count = int(self.chance.integers(1, MORE_MAX, endpoint=True))
        self.entries += count
        new = range(self.entries - count, self.entries)
        return (*leaves, *(leaf_hash(f"entry {number}".encode()) for number in new))

    def lies(self) -> list[Leaves]:
        """The histories from now on; the second witness has seen little, so that it may be deceived."""
        leaves = self.views[0]
        place = int(self.chance.integers(min(self.witnesses[1].size, len(leaves) - 1), len(leaves)))
        before, after = leaves[:place], leaves[place + 1 :]
        if self.lie == "split view":
            return [leaves, leaves]
        if self.lie == "dropped leaf":
            return [before + after]
        return [(*before, leaf_hash(b"rewritten"), *after)] if self.lie == "rewritten leaf" else [before]

    def letters(self, at: int, now: int) -> Sequence[Witness]:
        """Whom the house asks: a liar keeps apart the witnesses that would notice."""
        first, second, third = self.witnesses
        if self.lie == "none":
            return self.witnesses
        if now < self.lie_at or (self.lie == "split view" and at == 0):
            return first, third
        return second, third

    def publish(self, at: int, now: int) -> None:
        """Sign a view, gather cosignatures as letters go, and show it to a client if there is a quorum."""
        leaves = self.views[at]
        checkpoint = Checkpoint(LOG.name, len(leaves), tree_of(leaves).root())
        note = signed_checkpoint(checkpoint, LOG)
        for witness in self.letters(at, now):
            if self.chance.random() < P_ASKED:
                signatures = witness.asked(note, checkpoint, leaves, now)
                if self.chance.random() < P_HEARD:
                    note = note.signed_also(*signatures)
        if self.chance.random() < P_CRASH:
            return
        try:
            opened = POLICY.open(note.encode())
        except ProofError:
            return
        heard, tiles = (int(late) for late in now + np.cumsum(self.chance.integers(LATE_MAX, size=2)))
        self.reports.append(Report(opened, leaves, heard, tiles))

    def monitor(self, now: int) -> None:
        """Compare what has been heard by now, pair by pair, as far as tiles are given out."""
        known = [one for one in self.reports if one.heard <= now]
        for first, second in combinations(known, 2):
            later = max(first, second, key=lambda one: len(one.leaves))
            if later.tiles > now:
                continue
            if self.contradicted_at is None and contradict(first.leaves, second.leaves):
                self.contradicted_at = now
            if self.found is None:
                self.found = compare(first.opened, second.opened, tree_of(later.leaves))
                self.found_at = None if self.found is None else now


def contradict(first: Leaves, second: Leaves) -> bool:
    """Whether neither history begins the other: known here without any tree."""
    size = min(len(first), len(second))
    return first[:size] != second[:size]


def tree_of(leaves: Leaves) -> Prover:
    """The tree of some leaf hashes, out of tiles."""
    growth = Growth()
    tiles: dict[Tile, bytes] = dict(growth.append(b"".join(leaves)))
    tiles |= dict(growth.partial_tiles())
    return Prover(growth.size, tiles.__getitem__)
