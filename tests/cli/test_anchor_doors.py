"""The doors of anchors, over HTTP to a real EVM: what the chain holds begins the log, or somebody is told."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("web3", reason="extra [chain] is not installed")
pytest.importorskip("eth", reason="py-evm is not installed")

from typer.testing import CliRunner, Result
from web3 import Web3

from chain_server import KEY, OTHER_KEY, chain_with, deployed, served
from tongxing.adapters.tlog.log import TileLog
from tongxing.cli import app
from tongxing.ledger.note_keys import ED25519, SigningKey

LOG = SigningKey("log.example/records", ED25519, bytes(range(32)))
ENTRIES = [f"entry {number}".encode() for number in range(400)]
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def chain() -> Iterator[tuple[Web3, str]]:
    web3, _address = chain_with(LOG.name)
    with served(web3) as url:
        yield web3, url


@pytest.fixture
def contract(chain: tuple[Web3, str]) -> str:
    return deployed(chain[0], LOG.name)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return _key(tmp_path / "anchor.key", KEY)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return _log(tmp_path / "log", ENTRIES[:300])


def _key(path: Path, secret: bytes) -> Path:
    path.write_text(f"0x{secret.hex()}\n")
    path.chmod(0o600)
    return path


def _log(directory: Path, entries: list[bytes]) -> Path:
    with TileLog(directory, LOG) as opened:
        opened.append(entries)
    return directory


def run(door: str, log: Path, url: str, contract: str, *more: object, chain_id: int = 0) -> Result:
    words = [log, "--vkey", LOG.verifier.line, "--rpc", url, "--contract", contract]
    return CliRunner().invoke(app, ["ledger", door, *map(str, (*words, "--chain-id", chain_id, *more))])


def told(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_log_is_anchored_checked_grown_and_anchored_again(
    chain: tuple[Web3, str], contract: str, key: Path, log: Path
) -> None:
    web3, url = chain
    here = web3.eth.chain_id
    first = run("anchor", log, url, contract, "--key-file", key, chain_id=here)
    assert first.exit_code == 0, first.output
    assert (told(first)["anchored"], told(first)["size"], told(first)["before"]) == (True, 300, 0)
    assert told(first)["transaction"].startswith("0x")
    again = run("anchor", log, url, contract, "--key-file", key, chain_id=here)
    assert (again.exit_code, told(again)["anchored"]) == (0, False)
    with TileLog(log, LOG) as opened:
        opened.append(ENTRIES[300:])
    checked = run("anchor-check", log, url, contract, chain_id=here)
    assert checked.exit_code == 0
    assert (told(checked)["valid"], told(checked)["anchored"], told(checked)["size"]) == (True, 300, 400)
    third = run("anchor", log, url, contract, "--key-file", key, chain_id=here)
    assert (told(third)["size"], told(third)["before"]) == (400, 300)


def test_a_log_that_was_rewritten_or_set_back_differs_and_is_not_anchored(
    chain: tuple[Web3, str], contract: str, key: Path, log: Path, tmp_path: Path
) -> None:
    web3, url = chain
    here = web3.eth.chain_id
    assert run("anchor", log, url, contract, "--key-file", key, chain_id=here).exit_code == 0
    rewritten = _log(tmp_path / "other", [b"another beginning", *ENTRIES[1:]])
    shorter = _log(tmp_path / "short", ENTRIES[:200])
    for directory, why in ((rewritten, "not those that were anchored"), (shorter, "cut or set back")):
        checked = run("anchor-check", directory, url, contract, chain_id=here)
        assert checked.exit_code == 1
        assert told(checked)["valid"] is False
        assert why in told(checked)["error"]
        refused = run("anchor", directory, url, contract, "--key-file", key, chain_id=here)
        assert refused.exit_code == 1
    held = run("anchor-check", log, url, contract, chain_id=here)
    assert told(held)["anchored"] == 300


def test_what_stands_in_the_way_is_said_and_nothing_is_written(
    chain: tuple[Web3, str], contract: str, key: Path, log: Path, tmp_path: Path
) -> None:
    web3, url = chain
    here = web3.eth.chain_id
    foreign = _key(tmp_path / "foreign.key", OTHER_KEY)
    short = _key(tmp_path / "short.key", KEY[:8])
    open_key = _key(tmp_path / "open.key", KEY)
    open_key.chmod(0o644)
    other_log = deployed(web3, "other.example/records")
    cases: list[tuple[str, str, int, Path, str]] = [
        (NOWHERE, contract, here, key, "does not answer"),
        ("nonsense", contract, here, key, "begins with http"),
        (url, contract, here + 1, key, "has id"),
        (url, "0x" + "22" * 20, here, key, "no contract stands there"),
        (url, "0x22", here, key, "no address"),
        (url, other_log, here, key, "made for another log"),
        (url, contract, here, foreign, "not that of the contract's owner"),
        (url, contract, here, short, "64 hex digits"),
        (url, contract, here, open_key, "others can read"),
        (url, contract, here, tmp_path / "none.key", "No such file"),
    ]
    for place, address, chain_id, secret, why in cases:
        refused = run("anchor", log, place, address, "--key-file", secret, chain_id=chain_id)
        assert refused.exit_code == 2, (why, refused.output)
        assert why in refused.stderr.replace("\n", " "), refused.stderr
        assert "Traceback" not in refused.output
    assert told(run("anchor-check", log, url, contract, chain_id=here))["anchored"] == 0


def test_tiles_that_were_changed_under_a_signed_checkpoint_are_found_before_the_chain_is_asked(
    log: Path, key: Path
) -> None:
    for tile in [path for path in (log / "tile").rglob("*") if path.is_file()]:
        data = bytearray(tile.read_bytes())
        data[0] ^= 1
        tile.chmod(0o644)
        tile.write_bytes(bytes(data))
    refused = run("anchor", log, NOWHERE, "0x" + "22" * 20, "--key-file", key, chain_id=1)
    assert refused.exit_code == 1
    assert "do not give the root" in told(refused)["error"]


def test_the_command_runs_as_a_process(chain: tuple[Web3, str], contract: str, key: Path, log: Path) -> None:
    web3, url = chain
    command = [
        sys.executable,
        "-m",
        "tongxing.cli",
        "ledger",
        "anchor",
        str(log),
        "--vkey",
        LOG.verifier.line,
    ]
    command += [
        "--rpc",
        url,
        "--contract",
        contract,
        "--chain-id",
        str(web3.eth.chain_id),
        "--key-file",
        str(key),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))  # noqa: S603
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["anchored"] is True
