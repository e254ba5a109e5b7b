"""The log on disk: what it takes, what it refuses, and what it finds when it is opened again."""

import os
from pathlib import Path

import pytest
from tlog_victim import KEY, entry

from tongxing.adapters.tlog.head import Head, LogError
from tongxing.adapters.tlog.log import TileLog
from tongxing.adapters.tlog.sources import folder_source, tile_reader
from tongxing.ledger.auditing import audit
from tongxing.ledger.checkpoints import open_checkpoint
from tongxing.ledger.leaves import leaf_hash, root
from tongxing.ledger.lines import TextError
from tongxing.ledger.merkle import EMPTY_ROOT
from tongxing.ledger.note_keys import ED25519, SigningKey
from tongxing.ledger.notes import Note
from tongxing.ledger.proving import Prover
from tongxing.ledger.quorum import parse_policy
from tongxing.ledger.receipts import verify_receipt

POLICY = parse_policy(f"log {KEY.verifier.line}\nquorum none\n".encode())


def filled(directory: Path, count: int) -> None:
    with TileLog(directory, KEY) as log:
        for start in range(0, count, 700):
            log.append([entry(number) for number in range(start, min(start + 700, count))])


def test_a_new_log_publishes_its_empty_tree(tmp_path: Path) -> None:
    with TileLog(tmp_path / "log", KEY) as log:
        checkpoint = open_checkpoint(log.checkpoint, [KEY.verifier]).checkpoint
    assert (checkpoint.size, checkpoint.root) == (0, EMPTY_ROOT)


def test_entries_get_indexes_in_order_and_receipts_that_verify(tmp_path: Path) -> None:
    with TileLog(tmp_path, KEY) as log:
        assert log.append([entry(0), entry(1)]) == 0
        assert log.append([entry(number) for number in range(2, 600)]) == 2
        assert log.root == root([leaf_hash(entry(number)) for number in range(600)])
        for index in (0, 1, 255, 256, 599):
            assert verify_receipt(log.receipt(index), leaf_hash(entry(index)), POLICY).checkpoint.size == 600


def test_a_log_that_is_opened_again_goes_on_where_it_was(tmp_path: Path) -> None:
    filled(tmp_path, 1_500)
    with TileLog(tmp_path, KEY) as log:
        assert log.append([entry(1_500)]) == 1_500
        assert log.root == root([leaf_hash(entry(number)) for number in range(1_501)])


def test_lost_tiles_are_made_again_from_the_journal(tmp_path: Path) -> None:
    filled(tmp_path, 900)
    for path in sorted(tmp_path.glob("tile/**/*")):
        if path.is_file():
            path.unlink()
    (tmp_path / "checkpoint").write_bytes(b"")
    with TileLog(tmp_path, KEY) as log:
        checkpoint = open_checkpoint(log.checkpoint, [KEY.verifier]).checkpoint
    assert audit(checkpoint, tile_reader(folder_source(tmp_path))).clean


def test_partial_tiles_of_a_full_tile_are_removed(tmp_path: Path) -> None:
    filled(tmp_path, 700)
    with TileLog(tmp_path, KEY) as log:
        log.append([entry(number) for number in range(700, 800)])
    assert not list(tmp_path.glob("tile/*/002.p"))
    assert len(list(tmp_path.glob("tile/*/003.p/32"))) == 2


@pytest.mark.parametrize("count", [0, 10_001])
def test_a_batch_has_1_to_10000_entries(tmp_path: Path, count: int) -> None:
    with TileLog(tmp_path, KEY) as log, pytest.raises(LogError, match="10000"):
        log.append([b"x"] * count)


def test_an_entry_too_long_changes_nothing(tmp_path: Path) -> None:
    with TileLog(tmp_path, KEY) as log:
        with pytest.raises(TextError):
            log.append([b"good", bytes(65_536)])
        assert log.append([b"good"]) == 0


def test_one_process_writes_at_a_time(tmp_path: Path) -> None:
    with TileLog(tmp_path, KEY), pytest.raises(LogError, match="another process"):
        TileLog(tmp_path, KEY)
    TileLog(tmp_path, KEY).close()


def test_a_log_is_not_opened_under_another_origin(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    with pytest.raises(LogError, match="no head of the log"):
        TileLog(tmp_path, SigningKey("log.example/access", ED25519, KEY.seed))


@pytest.mark.parametrize("place", [0, 7, 2_000, -1])
def test_a_changed_journal_is_refused(tmp_path: Path, place: int) -> None:
    filled(tmp_path, 700)
    journal = tmp_path / "journal-0"
    data = bytearray(journal.read_bytes())
    data[place] ^= 1
    journal.write_bytes(data)
    with pytest.raises(LogError):
        TileLog(tmp_path, KEY)


def test_a_shortened_or_missing_journal_is_refused(tmp_path: Path) -> None:
    filled(tmp_path, 700)
    os.truncate(tmp_path / "journal-0", 100)
    with pytest.raises(LogError, match="100 bytes are left"):
        TileLog(tmp_path, KEY)
    (tmp_path / "journal-0").unlink()
    with pytest.raises(LogError, match="missing"):
        TileLog(tmp_path, KEY)


def test_a_log_whose_head_is_lost_is_not_begun_anew(tmp_path: Path) -> None:
    filled(tmp_path, 700)
    (tmp_path / "head").unlink()
    with pytest.raises(LogError, match="no head"):
        TileLog(tmp_path, KEY)


def test_a_log_put_back_to_an_older_state_is_refused(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    old = (tmp_path / "head").read_bytes(), (tmp_path / "journal-0").read_bytes()
    filled_more = TileLog(tmp_path, KEY)
    filled_more.append([b"more"])
    filled_more.close()
    (tmp_path / "head").write_bytes(old[0])
    (tmp_path / "journal-0").write_bytes(old[1])
    with pytest.raises(LogError, match="not in this log"):
        TileLog(tmp_path, KEY)


def test_one_torn_slot_of_the_head_leaves_the_other(tmp_path: Path) -> None:
    with TileLog(tmp_path, KEY) as log:
        before = log.checkpoint
        log.append([b"a"])
    good = (tmp_path / "head").read_bytes()
    (tmp_path / "head").write_bytes(b"torn" + good[4:])
    with TileLog(tmp_path, KEY) as log:
        assert log.size == 1
    (tmp_path / "head").write_bytes(good[:512] + b"torn" + good[516:])
    with pytest.raises(LogError, match="not in this log"):
        TileLog(tmp_path, KEY)
    (tmp_path / "checkpoint").write_bytes(before)
    with TileLog(tmp_path, KEY) as log:
        assert log.size == 0


def test_a_head_neither_shrinks_nor_forks(tmp_path: Path) -> None:
    with TileLog(tmp_path, KEY) as log:
        log.append([b"a", b"b"])
        for head in (Head(1, bytes(32), 0, 3), Head(2, bytes(32), 0, 6)):
            with pytest.raises(LogError, match="cannot become"):
                log._heads.write(head)


def test_a_checkpoint_without_quorum_is_not_published_and_the_entry_is_kept(tmp_path: Path) -> None:
    answers: list[Note] = []

    def nobody(note: Note, prover: Prover) -> Note | None:
        answers.append(note)
        return note if prover.size >= 2 else None

    with TileLog(tmp_path, KEY, cosign=nobody) as log:
        assert not (tmp_path / "checkpoint").exists()
        log.append([b"a"])
        assert not log.publish()
        assert not (tmp_path / "checkpoint").exists()
        log.append([b"b"])
        assert open_checkpoint(log.checkpoint, [KEY.verifier]).checkpoint.size == 2
        assert log.publish()
    assert len(answers) == 5


def test_a_write_that_fails_stops_the_log_until_it_is_opened_again(tmp_path: Path) -> None:
    fails = True

    def refuse(note: Note, prover: Prover) -> Note | None:
        if fails and prover.size:
            raise OSError("no space left")
        return note

    with TileLog(tmp_path, KEY, cosign=refuse) as log:
        with pytest.raises(OSError, match="no space"):
            log.append([b"a"])
        with pytest.raises(LogError, match="open the log anew"):
            log.append([b"b"])
    fails = False
    with TileLog(tmp_path, KEY, cosign=refuse) as log:
        assert log.size == 1
        assert log.append([b"b"]) == 1


def test_an_altered_byte_of_any_file_is_found_by_an_audit(tmp_path: Path) -> None:
    filled(tmp_path, 600)
    checkpoint = open_checkpoint((tmp_path / "checkpoint").read_bytes(), [KEY.verifier]).checkpoint
    read = tile_reader(folder_source(tmp_path))
    found = audit(checkpoint, read)
    assert (found.clean, found.bundles, found.tiles) == (True, 3, 4)
    for path in [
        "tile/entries/001",
        "tile/entries/002.p/88",
        "tile/0/001",
        "tile/0/002.p/88",
        "tile/1/000.p/2",
    ]:
        file = tmp_path / path
        good = file.read_bytes()
        for place in range(0, len(good), 97):
            file.write_bytes(good[:place] + bytes((good[place] ^ 4,)) + good[place + 1 :])
            assert not audit(checkpoint, read).clean, f"{path} byte {place}"
        file.write_bytes(good[:-1])
        assert not audit(checkpoint, read).clean
        file.unlink()
        assert "missing" in audit(checkpoint, read).findings[0]
        file.write_bytes(good)
