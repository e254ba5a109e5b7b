"""A copy of a log takes nothing unverified, goes on where it stopped and is never taken back or forked."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tongxing.adapters.tlog.log import TileLog
from tongxing.adapters.tlog.mirror import Mirrored, mirror
from tongxing.adapters.tlog.sources import CHECKPOINT, Source, folder_source, tile_reader
from tongxing.ledger.auditing import audit
from tongxing.ledger.checkpoints import open_checkpoint
from tongxing.ledger.lines import ProofError, TextError
from tongxing.ledger.monitoring import parse_misbehaviour
from tongxing.ledger.note_keys import ED25519, SigningKey

KEY = SigningKey("log.example/records", ED25519, bytes(range(32)))


def appended(directory: Path, count: int, by: str = "entry") -> None:
    with TileLog(directory, KEY) as log:
        while count:
            step = min(count, 10_000)
            log.append([f"{by} {log.size + at}".encode() for at in range(step)])
            count -= step


def copied(source: Path | Source, copy: Path) -> Mirrored:
    return mirror(folder_source(source) if isinstance(source, Path) else source, copy, KEY.verifier)


def clean(copy: Path, size: int) -> bool:
    read = folder_source(copy)
    tree = open_checkpoint(read(CHECKPOINT), [KEY.verifier]).checkpoint
    return tree.size == size and audit(tree, tile_reader(read)).clean


def changed(source: Path, path: str, change: Callable[[bytes], bytes]) -> Source:
    read = folder_source(source)
    return lambda asked: change(read(asked)) if asked == path else read(asked)


def flipped(data: bytes) -> bytes:
    return data[:9] + bytes((data[9] ^ 1,)) + data[10:]


def test_a_copy_follows_a_log_as_it_grows_and_is_clean_at_each_size(tmp_path: Path) -> None:
    size = 0
    for step in (1, 254, 1, 1, 43, 212, 64_000, 1_024, 300):
        appended(tmp_path / "log", step)
        done = copied(tmp_path / "log", tmp_path / "copy")
        assert (done.before, done.size, done.misbehaviour) == (size, size + step, None)
        size += step
        assert clean(tmp_path / "copy", size)


def test_only_what_is_new_is_fetched(tmp_path: Path) -> None:
    appended(tmp_path / "log", 10_000)
    assert copied(tmp_path / "log", tmp_path / "copy").fetched == 40 + 39 + 2
    appended(tmp_path / "log", 300)
    assert copied(tmp_path / "log", tmp_path / "copy").fetched == 2 + 1 + 2
    assert copied(tmp_path / "log", tmp_path / "copy").fetched == 0


def test_a_copy_that_was_broken_off_goes_on_where_it_stopped(tmp_path: Path) -> None:
    appended(tmp_path / "log", 10_000)
    left = 60

    def breaks(path: str) -> bytes:
        nonlocal left
        left -= 1
        if left < 0:
            raise ConnectionError("gone")
        return folder_source(tmp_path / "log")(path)

    with pytest.raises(ConnectionError):
        copied(breaks, tmp_path / "copy")
    assert not (tmp_path / "copy" / CHECKPOINT).exists()
    (tmp_path / "copy/tile/0/000").write_bytes(b"half")
    assert copied(tmp_path / "log", tmp_path / "copy").fetched == 81 - 59 + 2 + 1, "and the spoilt one"
    assert clean(tmp_path / "copy", 10_000)


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000",
        "tile/0/039.p/16",
        "tile/1/000.p/39",
        "tile/entries/017",
        "tile/entries/039.p/16",
        CHECKPOINT,
    ],
)
@pytest.mark.parametrize("change", [flipped, lambda data: data[:-1], lambda _: b""])
def test_a_file_that_the_checkpoint_does_not_promise_is_not_written(
    tmp_path: Path, path: str, change: Callable[[bytes], bytes]
) -> None:
    appended(tmp_path / "log", 10_000)
    with pytest.raises((ProofError, TextError)):
        copied(changed(tmp_path / "log", path, change), tmp_path / "copy")
    assert not (tmp_path / "copy" / path).exists()
    assert not (tmp_path / "copy" / CHECKPOINT).exists()


@pytest.mark.parametrize("size", [200, 256, 300, 1_024])
def test_a_log_that_forked_is_convicted_and_the_copy_stays_as_it_was(tmp_path: Path, size: int) -> None:
    appended(tmp_path / "log", size)
    appended(tmp_path / "fork", 3_000, by="other")
    copied(tmp_path / "log", tmp_path / "copy")
    done = copied(tmp_path / "fork", tmp_path / "copy")
    assert (done.size, done.fetched) == (size, 0)
    assert done.misbehaviour is not None
    assert parse_misbehaviour(done.misbehaviour.encode(), KEY.verifier).convicts()
    assert clean(tmp_path / "copy", size)


def test_a_log_rolled_back_convicts_only_when_its_history_is_another(tmp_path: Path) -> None:
    appended(tmp_path / "old", 300)
    appended(tmp_path / "fork", 300, by="other")
    appended(tmp_path / "log", 3_000)
    copied(tmp_path / "log", tmp_path / "copy")
    stale, forked = (copied(tmp_path / name, tmp_path / "copy") for name in ("old", "fork"))
    assert (stale.size, stale.misbehaviour) == (3_000, None)
    assert forked.misbehaviour is not None
    assert forked.misbehaviour.convicts()
    assert clean(tmp_path / "copy", 3_000)


def test_a_log_is_not_overwritten_by_a_copy(tmp_path: Path) -> None:
    appended(tmp_path / "log", 300)
    with pytest.raises(TextError, match="not a copy"):
        copied(tmp_path / "log", tmp_path / "log")
