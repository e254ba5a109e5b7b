"""A log killed at each touch of its disk loses nothing it acknowledged and signs no size twice."""

from pathlib import Path

from tlog_victim import KEY, SIZES, entry, killed_at

from tongxing.adapters.tlog.log import TileLog
from tongxing.adapters.tlog.sources import folder_source, tile_reader
from tongxing.ledger.auditing import audit
from tongxing.ledger.checkpoints import open_checkpoint
from tongxing.ledger.merkle import check_consistency
from tongxing.ledger.tiles import Tile, bundles_between, decode_bundle

STEPS_MAX = 2_000


def entries_of(directory: Path, size: int) -> list[bytes]:
    read = tile_reader(folder_source(directory))
    return [
        one
        for tile in bundles_between(0, size)
        for one in decode_bundle(read(tile), tile.path, width=tile.width)
    ]


def test_a_log_killed_at_each_touch_of_the_disk_loses_and_forks_nothing(tmp_path: Path) -> None:
    for step in range(1, STEPS_MAX):
        directory = tmp_path / str(step)
        told = killed_at(step, directory)
        check_after_the_kill(directory, told)
        if told[-1:] == ["done"]:
            break
    else:
        raise AssertionError("the child never came to its end")
    assert step > 60, "the log touches its disk more often than that"


def test_a_log_whose_disk_refuses_one_touch_stops_and_is_whole_when_opened_again(tmp_path: Path) -> None:
    refused = 0
    for step in range(1, STEPS_MAX, 3):
        directory = tmp_path / str(step)
        told = killed_at(step, directory, fails=True)
        words = [line.split()[0] for line in told if not line.startswith("signed")]
        if "struck" not in words:
            break
        if "refused" in words:
            refused += 1
            assert "acknowledged" not in words[words.index("refused") :], "nothing is taken after a failure"
        check_after_the_kill(directory, told)
    assert refused > 20


def check_after_the_kill(directory: Path, told: list[str]) -> None:
    words = [line.split() for line in told]
    acknowledged = [int(line[1]) for line in words if line[0] == "acknowledged"]
    signed = [(int(line[1]), bytes.fromhex(line[2])) for line in words if line[0] == "signed"]
    if (directory / "checkpoint").exists():
        published = open_checkpoint((directory / "checkpoint").read_bytes(), [KEY.verifier]).checkpoint
        assert published.size >= max(acknowledged, default=0)
        assert audit(published, tile_reader(folder_source(directory))).findings == (), "published too early"
    with TileLog(directory, KEY) as log:
        assert log.size >= max(acknowledged, default=0)
        prover = log.prover()
        for size, root in signed:
            assert prover.root(size) == root, "a signed root is still the root of that size"
        before, root = log.size, log.root
        log.append([entry(number, "after") for number in range(before, before + 40)])
        checkpoint = open_checkpoint(log.checkpoint, [KEY.verifier]).checkpoint
        assert (checkpoint.size, checkpoint.root) == (before + 40, log.root)
        if before:
            check_consistency(before, log.size, root, log.root, log.prover().consistency(before))
    assert audit(checkpoint, tile_reader(folder_source(directory))).findings == ()
    assert entries_of(directory, before) == [entry(number) for number in range(before)]
    with TileLog(directory, KEY) as log:
        assert log.root == checkpoint.root, "nothing of the torn write is left in the journal"


def test_a_run_that_nobody_kills_serves_the_tiles_of_its_size(tmp_path: Path) -> None:
    assert killed_at(0, tmp_path)[-1] == "done"
    size = sum(SIZES)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "checkpoint",
        "head",
        "journal-768",
        "lock",
        "tile",
    ]
    assert (tmp_path / Tile(0, 3, size - 768).path).stat().st_size == (size - 768) * 32
