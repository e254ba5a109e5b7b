"""Our log as it is seen at other places: copies of an auditor, a mirror, what a witness keeps and serves."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from tongxing.adapters.tlog.sources import CHECKPOINT, folder_source, source_of, tile_reader
from tongxing.ledger.checkpoints import Opened, open_checkpoint
from tongxing.ledger.lines import ProofError, TextError
from tongxing.ledger.monitoring import Misbehaviour, compare
from tongxing.ledger.note_keys import VerifierKey
from tongxing.ledger.proving import Prover
from tongxing.service.ports_log import OtherView

ONE_HISTORY, TWO_HISTORIES = "one history", "two histories"


def compare_place(directory: Path, place: str, key: VerifierKey, at: datetime) -> OtherView:
    """Our published checkpoint beside the one at a place (directory or http(s) address)."""
    size: int | None = None
    try:
        source = source_of(place)
        other = open_checkpoint(source(CHECKPOINT), [key])
        size = other.checkpoint.size
        ours = open_checkpoint(folder_source(directory)(CHECKPOINT), [key])
        found = _found(directory, ours, place, other)
    except (OSError, TextError, ProofError, ValueError) as wrong:
        return OtherView(place=place, at=at, size=size, result=str(wrong)[:200])
    if found is None:
        return OtherView(place=place, at=at, size=size, result=ONE_HISTORY)
    return OtherView(place=place, at=at, size=size, result=TWO_HISTORIES, proof=found.encode().decode())


def with_proof(now: OtherView, before: OtherView | None) -> OtherView:
    """What convicted a log once is kept, whatever the place shows later."""
    if before is None or now.proof or not before.proof:
        return now
    return replace(now, proof=before.proof, result=TWO_HISTORIES)


def _found(directory: Path, ours: Opened, place: str, other: Opened) -> Misbehaviour | None:
    """Proved out of the tiles of the larger of the two."""
    larger = other.checkpoint.size > ours.checkpoint.size
    source = source_of(place) if larger else folder_source(directory)
    size = other.checkpoint.size if larger else ours.checkpoint.size
    return compare(ours, other, Prover(size, tile_reader(source), ours.log.algorithm))
