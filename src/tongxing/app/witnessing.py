"""The worker asks the witnesses that the operator of a log wants, and keeps what they said for all to read.

A policy (C2SP tlog-policy) lies beside the log, or where `TONGXING_LOG_POLICY` says; without one no witness
is asked. A checkpoint is published with the cosignatures that came in time: the log does not wait longer,
and whoever checks a receipt sees from its signatures whether the quorum was there.
"""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import structlog

from tongxing.adapters.clock import machine_time
from tongxing.adapters.tlog.head import LogError
from tongxing.adapters.tlog.sources import CHECKPOINT
from tongxing.adapters.tlog.witness_state import FiledWitnesses, read_state, write_state
from tongxing.adapters.tlog.witnesses import Asked, Witnesses
from tongxing.ledger.checkpoints import Checkpoint, parse_checkpoint
from tongxing.ledger.lines import TextError
from tongxing.ledger.note_keys import VerifierKey
from tongxing.ledger.notes import Note, parse_note
from tongxing.ledger.proving import Prover
from tongxing.ledger.quorum import Policy, parse_policy
from tongxing.service.ports_log import CheckpointLine, QuorumState, WitnessesUnreadableError, WitnessLine

POLICY, POLICY_FILE = "TONGXING_LOG_POLICY", "policy"
ASK_SECONDS_MAX = 0.6
"""The checkpoint of a leaf is out within a second, whatever a witness does."""
GRACE_SECONDS = 0.1
AGAIN_SECONDS, LOST_AGAIN_SECONDS = 30.0, 2.0
"""Witnesses are asked about a checkpoint that stands still so often, so that their silence is noticed."""
CHECKPOINTS_KEPT_MAX = 20
log = structlog.get_logger()


def policy_path(directory: Path) -> Path | None:
    """The policy for the log of a directory; None: its operator wants no witnesses.

    A file that is named and missing is still named: the worker says so and does not begin.
    """
    path = policy_file(directory)
    return path if os.environ.get(POLICY) or path.exists() else None


def policy_file(directory: Path) -> Path:
    """Where the policy for the log of a directory lies, be it there or not."""
    return Path(os.environ.get(POLICY) or directory.parent / POLICY_FILE)


def witnesses_of(directory: Path | None) -> FiledWitnesses | None:
    """What pages and compliance read of the witnesses; None where none are wanted."""
    path = None if directory is None else policy_path(directory)
    return None if directory is None or path is None else FiledWitnesses(directory, path)


def policy_of(directory: Path | None) -> Policy | None:
    """The policy in force; None where there is none.

    Raises:
        LogError: it cannot be read, or wants witnesses that have no address; in words for the operator.
    """
    path = _named(directory)
    if path is None:
        return None
    try:
        found = parse_policy(path.read_bytes())
    except (OSError, TextError) as wrong:
        raise LogError(f"policy of the log {path}: {wrong}") from wrong
    reachable = [party.key for party in found.witnesses.values() if party.url]
    if not found.satisfied(reachable):
        raise LogError(f"policy of the log {path}: its quorum is never reached by witnesses with an address")
    return found


def _named(directory: Path | None) -> Path | None:
    if directory is not None:
        return policy_path(directory)
    if os.environ.get(POLICY):
        raise LogError(f"{POLICY} is set, and no log is kept: name its directory in TONGXING_LOG_DIR")
    return None


def check_names(policy: Policy, key: VerifierKey) -> None:
    """Raises `LogError` when a policy names logs, and ours is none of them."""
    if not policy.names(key):
        raise LogError(f"policy of the log: its log lines do not name {key.line}")


class Asking:
    """Asks the witnesses of one log, and writes beside it what they said."""

    def __init__(
        self, directory: Path, policy: Policy, *, machine: Callable[[], datetime] = machine_time
    ) -> None:
        self._directory, self._policy, self._machine = directory, policy, machine
        self._witnesses = Witnesses(policy, seconds_max=ASK_SECONDS_MAX, grace_seconds=GRACE_SECONDS)
        self._asked_at = float("-inf")
        self._reached: bool | None = None

    def cosign(self, note: Note, prover: Prover) -> Note:
        """The checkpoint with every cosignature there is for it, as `TileLog` publishes it."""
        found = self._witnesses.gather(note, prover)
        self._asked_at = time.monotonic()
        self._keep(note)
        self._tell(self._witnesses.reached())
        return self._with_older(found)

    def due(self) -> bool:
        """Whether it is time to ask about the same checkpoint once more."""
        every = AGAIN_SECONDS if self._reached else LOST_AGAIN_SECONDS
        return time.monotonic() - self._asked_at >= every

    def _with_older(self, note: Note) -> Note:
        """A cosignature that is out for the same text stays, unless its witness signed anew."""
        try:
            before = parse_note((self._directory / CHECKPOINT).read_bytes())
        except (OSError, TextError):
            return note
        known = {party.key.name: party.key.key_id for party in self._policy.witnesses.values()}
        signed = {one.name for one in note.signatures}
        kept = [
            one
            for one in before.signatures
            if one.name not in signed and known.get(one.name) == one.key_id and before.text == note.text
        ]
        return note.signed_also(*kept)

    def _keep(self, note: Note) -> None:
        at, tree = self._machine(), parse_checkpoint(note.text)
        before = self._before(tree.origin)
        lines = {} if before is None else {(one.name, one.key): one for one in before.witnesses}
        asked = {one.witness: one for one in self._witnesses.asked}
        reached = self._witnesses.reached()
        state = QuorumState(
            origin=tree.origin,
            asked_at=at,
            quorum_at=at if reached else before.quorum_at if before is not None else None,
            size=tree.size,
            witnesses=tuple(
                _line(lines.get((name, party.key.line)), name, party.key, asked.get(name), at, tree.size)
                for name, party in self._policy.witnesses.items()
            ),
            checkpoints=self._checkpoints(before, tree, at),
        )
        write_state(self._directory, state)

    def _checkpoints(
        self, before: QuorumState | None, tree: Checkpoint, at: datetime
    ) -> tuple[CheckpointLine, ...]:
        """The newest checkpoints; one that stands still is one, with all who cosigned it."""
        older = () if before is None else before.checkpoints
        signed = {one.witness for one in self._witnesses.asked if one.signatures}
        if older and (older[0].size, older[0].root) == (tree.size, tree.root.hex()):
            names = tuple(name for name in self._policy.witnesses if name in {*older[0].cosigned_by, *signed})
            return (replace(older[0], cosigned_by=names), *older[1:])
        names = tuple(name for name in self._policy.witnesses if name in signed)
        line = CheckpointLine(at=at, size=tree.size, root=tree.root.hex(), cosigned_by=names)
        return (line, *older)[:CHECKPOINTS_KEPT_MAX]

    def _before(self, origin: str) -> QuorumState | None:
        """What was kept under the same witnesses; another policy or log begins without a quorum."""
        try:
            found = read_state(self._directory)
        except WitnessesUnreadableError:
            return None
        known = {(name, party.key.line) for name, party in self._policy.witnesses.items()}
        same = known == {(one.name, one.key) for one in found.witnesses}
        return found if same and found.origin == origin else None

    def _tell(self, reached: bool) -> None:  # noqa: FBT001 - what is told
        if reached is not self._reached:
            said = {one.witness: one.words for one in self._witnesses.asked}
            (log.info if reached else log.warning)(
                "the witnesses of the log make the quorum"
                if reached
                else "the log has no quorum of its witnesses",
                witnesses=said,
            )
        self._reached = reached


def _line(
    before: WitnessLine | None, name: str, key: VerifierKey, asked: Asked | None, at: datetime, size: int
) -> WitnessLine:
    """A witness after it was asked; one without an address is never asked."""
    known = before or WitnessLine(name=name, key=key.line)
    if asked is None:
        return known
    told = replace(known, answer=asked.answer, words=asked.words, milliseconds=asked.milliseconds)
    if asked.signatures:
        return replace(told, cosigned_at=at, cosigned_size=size)
    return replace(told, refused_at=at, refused=asked.words)
