"""The doors of those who watch a log: mirror, monitor with its proof, and the judge of that proof."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tongxing.adapters.tlog.log import TileLog
from tongxing.cli import app
from tongxing.ledger.note_keys import ED25519, SigningKey

LOG = SigningKey("log.example/records", ED25519, bytes(range(32)))
VKEY = LOG.verifier.line


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["ledger", *map(str, words)])


def log(directory: Path, count: int, by: str = "entry") -> Path:
    with TileLog(directory, LOG) as opened:
        opened.append([f"{by} {number}".encode() for number in range(count)])
    return directory


def test_a_copy_is_made_audited_and_served_like_a_log(tmp_path: Path) -> None:
    done = run("mirror", log(tmp_path / "log", 700), tmp_path / "copy", "--vkey", VKEY)
    assert (done.exit_code, json.loads(done.stdout)) == (
        0,
        {"origin": LOG.name, "before": 0, "size": 700, "fetched": 7, "error": None},
    )
    assert run("audit", tmp_path / "copy", "--vkey", VKEY).exit_code == 0
    assert run("receipt", tmp_path / "copy", 137, "--vkey", VKEY).exit_code == 0
    assert run("monitor", tmp_path / "log", tmp_path / "copy", "--vkey", VKEY).exit_code == 0


def test_a_forked_log_is_convicted_by_copy_and_by_monitor_and_the_proof_by_itself(tmp_path: Path) -> None:
    first, second = log(tmp_path / "log", 300), log(tmp_path / "fork", 700, by="other")
    run("mirror", first, tmp_path / "copy", "--vkey", VKEY)
    done = run("mirror", second, tmp_path / "copy", "--vkey", VKEY, "--out", tmp_path / "by-copy")
    assert (done.exit_code, json.loads(done.stdout)["size"]) == (1, 300)
    assert run("monitor", first, second, "--vkey", VKEY, "--out", tmp_path / "by-monitor").exit_code == 1
    for name in ("by-copy", "by-monitor"):
        judged = run("misbehaviour", tmp_path / name, "--vkey", VKEY)
        told = json.loads(judged.stdout)
        assert (judged.exit_code, told["convicts"], told["sizes"]) == (0, True, [300, 700])


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"@v1", b"@v2", 2),
        (b"\n300\n", b"\n0300\n", 2),
        (b"\n300\n", b"\n301\n", 1),
        (b"tongxing", b"", 2),
    ],
)
def test_what_is_no_proof_convicts_nobody(tmp_path: Path, old: bytes, new: bytes, code: int) -> None:
    first, second = log(tmp_path / "log", 300), log(tmp_path / "fork", 700, by="other")
    run("monitor", first, second, "--vkey", VKEY, "--out", tmp_path / "proof")
    data = (tmp_path / "proof").read_bytes()
    assert old in data
    (tmp_path / "proof").write_bytes(data.replace(old, new))
    assert run("misbehaviour", tmp_path / "proof", "--vkey", VKEY).exit_code == code


def test_another_key_or_a_missing_file_convicts_nobody(tmp_path: Path) -> None:
    first, second = log(tmp_path / "log", 300), log(tmp_path / "fork", 700, by="other")
    run("monitor", first, second, "--vkey", VKEY, "--out", tmp_path / "proof")
    stranger = SigningKey(LOG.name, ED25519, bytes(32)).verifier.line
    assert run("misbehaviour", tmp_path / "proof", "--vkey", stranger).exit_code == 1
    assert run("misbehaviour", tmp_path / "nothing", "--vkey", VKEY).exit_code == 2
    assert run("mirror", tmp_path / "nothing", tmp_path / "copy", "--vkey", VKEY).exit_code == 2
