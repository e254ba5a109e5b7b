"""The doors of the ledger over a log of SM3 and SM2, and what they say where its library is missing."""

import json
from pathlib import Path
from typing import Any

import pytest
from test_core_alone import alone
from typer.testing import CliRunner, Result

from tongxing.adapters.tlog.log import TileLog
from tongxing.adapters.tlog.sm2 import SCHEMES
from tongxing.cli import app
from tongxing.ledger.hashing import SM3
from tongxing.ledger.leaves import leaf_hash
from tongxing.ledger.note_keys import ED25519, SigningKey, signing_key

NAME = "log.example/records-gm"
ENTRIES = [f"entry {number}".encode() for number in range(300)]
CALLS = """
import sys
from typer.testing import CliRunner
from tongxing.cli import app
for words in {words!r}:
    done = CliRunner().invoke(app, ["ledger", *words])
    print(done.exit_code, done.stderr.replace(chr(10), " "), type(done.exception).__name__)
"""


def run(*words: object, text: str | None = None) -> Result:
    return CliRunner().invoke(app, ["ledger", *map(str, words)], input=text)


def line(result: Result) -> dict[str, Any]:
    (only,) = [json.loads(one) for one in result.stdout.splitlines()]
    return dict(only)


@pytest.fixture
def vkey(tmp_path: Path) -> str:
    made = run("key", NAME, "--sm2", "--out", tmp_path / "gm.key")
    assert made.exit_code == 0, made.output
    return made.stdout.strip()


@pytest.fixture
def log(tmp_path: Path, vkey: str) -> Path:
    key = signing_key((tmp_path / "gm.key").read_text().strip(), SCHEMES)
    assert key.verifier.line == vkey
    with TileLog(tmp_path / "log", key) as opened:
        opened.append(ENTRIES[:100])
        opened.append(ENTRIES[100:])
    return tmp_path / "log"


@pytest.fixture
def receipt(log: Path, vkey: str, tmp_path: Path) -> Path:
    made = run("receipt", log, 137, "--vkey", vkey)
    assert made.exit_code == 0, made.output
    (tmp_path / "trade.tlog-proof").write_bytes(made.stdout_bytes)
    return tmp_path / "trade.tlog-proof"


@pytest.fixture
def policy(tmp_path: Path, vkey: str) -> Path:
    path = tmp_path / "policy.txt"
    path.write_text(f"log {vkey}\nquorum none\n")
    return path


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path, vkey: str) -> None:
    path = tmp_path / "gm.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert vkey.startswith(f"{NAME}+")
    assert run("key", NAME, "--sm2", "--out", path).exit_code == 2
    both = run("key", "w1.example", "--sm2", "--witness", "--out", tmp_path / "w")
    assert (both.exit_code, "Ed25519" in both.stderr, (tmp_path / "w").exists()) == (2, True, False)


def test_it_is_said_not_to_be_certified_where_it_is_offered() -> None:
    told = " ".join(run("key", "--help").stdout.split())
    assert "not certified" in told
    assert "商用密码" in told


def test_a_receipt_is_valid_offline_and_for_its_own_entry_alone(
    receipt: Path, policy: Path, tmp_path: Path
) -> None:
    done = run("verify", receipt, "--policy", policy)
    assert done.exit_code == 0
    assert line(done)["leaf_hash"] == leaf_hash(b"entry 137", SM3).hex()
    assert (line(done)["origin"], line(done)["size"]) == (NAME, 300)
    (tmp_path / "other").write_bytes(b"entry 138")
    wrong = run("verify", receipt, "--policy", policy, "--entry", tmp_path / "other")
    assert (wrong.exit_code, "another root" in line(wrong)["error"]) == (1, True)
    for digest, code in ((leaf_hash(b"entry 137", SM3), 0), (leaf_hash(b"entry 137"), 1)):
        assert run("verify", receipt, "--policy", policy, "--leaf-hash", digest.hex()).exit_code == code


def test_a_policy_for_the_other_log_does_not_take_it(receipt: Path, tmp_path: Path) -> None:
    plain = SigningKey(NAME, ED25519, bytes(range(32))).verifier
    path = tmp_path / "plain.txt"
    path.write_text(f"log {plain.line}\nquorum none\n")
    done = run("verify", receipt, "--policy", path)
    assert (done.exit_code, line(done)["valid"]) == (1, False)


def test_the_log_is_audited_and_one_altered_entry_is_found(log: Path, vkey: str) -> None:
    done = run("audit", log, "--vkey", vkey)
    assert (done.exit_code, line(done)["findings"], line(done)["size"]) == (0, [], 300)
    bundle = log / "tile" / "entries" / "001.p" / "44"
    bundle.write_bytes(bundle.read_bytes().replace(b"entry 290", b"entry 291", 1))
    spoilt = run("audit", log, "--vkey", vkey)
    assert spoilt.exit_code == 1
    assert line(spoilt)["findings"][0] == "tile/0/001.p/44: entry 290 does not hash to its leaf"


def test_checkpoint_and_note_name_its_signer(log: Path, vkey: str, tmp_path: Path) -> None:
    shown = run("checkpoint", log, "--vkey", vkey)
    assert shown.stdout_bytes == (log / "checkpoint").read_bytes()
    (tmp_path / "vkey").write_text(vkey + "\n")
    done = run("note", log / "checkpoint", "--vkey", tmp_path / "vkey")
    assert (done.exit_code, [one["name"] for one in line(done)["signers"]]) == (0, [NAME])
    (log / "checkpoint").write_bytes(shown.stdout_bytes.replace(b"\n300\n", b"\n301\n"))
    for words in (("checkpoint", log), ("note", log / "checkpoint"), ("audit", log)):
        assert run(*words, "--vkey", vkey).exit_code == 1


def test_a_consistency_proof_names_its_hash_and_holds_under_it_alone(log: Path, vkey: str) -> None:
    done = run("consistency", log, 123, "--vkey", vkey)
    assert line(done)["hash"] == "SM3"
    assert line(run("check", "-", text=done.stdout)) == {"valid": True, "error": None}
    other = done.stdout.replace('"hash":"SM3",', "")
    assert line(run("check", "-", text=other))["valid"] is False


def test_it_is_mirrored_and_watched(log: Path, vkey: str, tmp_path: Path) -> None:
    copied = run("mirror", log, tmp_path / "copy", "--vkey", vkey)
    assert (copied.exit_code, line(copied)["size"]) == (0, 300)
    watched = run("monitor", log, tmp_path / "copy", "--vkey", vkey)
    assert (watched.exit_code, line(watched)["result"]) == (0, "one history")
    key = signing_key((tmp_path / "gm.key").read_text().strip(), SCHEMES)
    with TileLog(tmp_path / "other", key) as other:
        other.append([b"another history", *ENTRIES])
    split = tmp_path / "split.txt"
    forked = run("monitor", tmp_path / "copy", tmp_path / "other", "--vkey", vkey, "--out", split)
    assert (forked.exit_code, line(forked)["result"]) == (1, "two histories")
    judged = run("misbehaviour", split, "--vkey", vkey)
    assert (judged.exit_code, line(judged)["convicts"]) == (0, True)


def test_without_its_library_each_door_says_what_is_missing(
    log: Path, vkey: str, receipt: Path, policy: Path, tmp_path: Path
) -> None:
    assert run("key", "w1.example", "--witness", "--out", tmp_path / "w.key").exit_code == 0
    calls = [
        ("audit", log, "--vkey", vkey),
        ("verify", receipt, "--policy", policy),
        ("checkpoint", log, "--vkey", vkey),
        ("receipt", log, 1, "--vkey", vkey),
        ("note", log / "checkpoint", "--vkey", vkey),
        ("consistency", log, 1, "--vkey", vkey),
        ("key", NAME, "--sm2", "--out", tmp_path / "new.key"),
        ("witness", "serve", "--key", tmp_path / "w.key", "--log", vkey, "--store", tmp_path / "w"),
    ]
    done = alone(CALLS.format(words=[[str(word) for word in words] for words in calls]))
    assert done.returncode == 0, done.stderr
    answers = done.stdout.splitlines()
    assert len(answers) == len(calls)
    for words, answer in zip(calls, answers, strict=True):
        assert answer.startswith("2 "), (words, answer)
        assert "tongxing[gm]" in answer, (words, answer)
    assert not (tmp_path / "new.key").exists()
