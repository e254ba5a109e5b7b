"""Our log at other places: one history is said so, two are proved, and the proof is kept."""

from datetime import datetime
from pathlib import Path

from tongxing.adapters.tlog.comparing import ONE_HISTORY, TWO_HISTORIES
from tongxing.adapters.tlog.log import TileLog
from tongxing.adapters.tlog.mirror import mirror
from tongxing.adapters.tlog.sources import folder_source
from tongxing.adapters.tlog.witness_state import read_others
from tongxing.app.comparing import Comparing
from tongxing.domain.clock import BEIJING
from tongxing.ledger.monitoring import parse_misbehaviour
from tongxing.ledger.note_keys import ED25519, SigningKey

LOG = SigningKey("log.example/records", ED25519, bytes(range(32)))
AT = datetime(2026, 5, 6, 9, 0, tzinfo=BEIJING)
ENTRIES = [f"entry {number}".encode() for number in range(300)]


def write(directory: Path, entries: list[bytes]) -> None:
    with TileLog(directory, LOG) as log:
        log.append(entries)


def comparing(directory: Path, *places: Path) -> Comparing:
    return Comparing(directory, LOG.verifier, [str(place) for place in places], machine=lambda: AT)


def test_an_older_copy_and_an_equal_one_show_one_history(tmp_path: Path) -> None:
    ours, copy = tmp_path / "records", tmp_path / "copy"
    write(ours, ENTRIES[:20])
    mirror(folder_source(ours), copy, LOG.verifier)
    write(ours, ENTRIES[20:])
    (found,) = comparing(ours, copy).look()
    assert (found.result, found.size, found.proof) == (ONE_HISTORY, 20, "")


def test_a_fork_is_proved_and_its_proof_outlives_the_place_that_showed_it(tmp_path: Path) -> None:
    ours, fork, gone = tmp_path / "records", tmp_path / "fork", tmp_path / "gone"
    write(ours, ENTRIES)
    write(fork, [b"changed", *ENTRIES[1:30]])
    first, second = comparing(ours, fork, gone).look()
    assert (first.result, first.size) == (TWO_HISTORIES, 30)
    assert parse_misbehaviour(first.proof.encode(), LOG.verifier).convicts()
    assert (second.size, second.proof) == (None, "")
    assert "gone" in second.result
    (fork / "checkpoint").unlink()
    (later,) = comparing(ours, fork).look()
    assert (later.result, later.proof) == (TWO_HISTORIES, first.proof)
    assert read_others(ours) == (later,)


def test_a_larger_fork_is_proved_out_of_its_own_tiles(tmp_path: Path) -> None:
    ours, fork = tmp_path / "records", tmp_path / "fork"
    write(ours, ENTRIES[:30])
    write(fork, [b"changed", *ENTRIES[1:]])
    (found,) = comparing(ours, fork).look()
    assert parse_misbehaviour(found.proof.encode(), LOG.verifier).convicts()
