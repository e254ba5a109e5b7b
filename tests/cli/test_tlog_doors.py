"""The doors of the ledger: verify, note, check, audit, receipt, consistency, key and monitor."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tongxing.adapters.tlog.log import TileLog
from tongxing.cli import app
from tongxing.ledger.leaves import leaf_hash
from tongxing.ledger.note_keys import COSIGNATURE, ED25519, SigningKey, signing_key
from tongxing.ledger.notes import Note, cosign
from tongxing.ledger.proving import Prover

LOG = SigningKey("log.example/records", ED25519, bytes(range(32)))
WITNESS = SigningKey("w1.example", COSIGNATURE, bytes((7,)) * 32)
VKEY = LOG.verifier.line
ENTRIES = [f"entry {number}".encode() for number in range(300)]


def run(*words: object, text: str | None = None) -> Result:
    return CliRunner().invoke(app, ["ledger", *map(str, words)], input=text)


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    def witnessed(note: Note, _: Prover) -> Note:
        return note.signed_also(cosign(note.text, WITNESS, at=1_700_000_000))

    directory = tmp_path / "log"
    with TileLog(directory, LOG, cosign=witnessed) as opened:
        opened.append(ENTRIES[:100])
        opened.append(ENTRIES[100:])
    return directory


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy.txt"
    path.write_text(f"log {VKEY}\nwitness w1 {WITNESS.verifier.line}\nquorum w1\n")
    return path


@pytest.fixture
def receipt(log: Path, tmp_path: Path) -> Path:
    path = tmp_path / "trade.tlog-proof"
    made = run("receipt", log, 137, "--vkey", VKEY)
    assert made.exit_code == 0, made.output
    path.write_bytes(made.stdout_bytes)
    return path


def test_a_receipt_is_valid_offline(receipt: Path, policy: Path) -> None:
    done = run("verify", receipt, "--policy", policy)
    assert done.exit_code == 0
    assert lines(done) == [
        {
            "valid": True,
            "origin": "log.example/records",
            "index": 137,
            "size": 300,
            "leaf_hash": leaf_hash(b"entry 137").hex(),
            "witnesses": ["w1.example"],
            "error": None,
        }
    ]


def test_a_receipt_for_other_words_is_not_valid(receipt: Path, policy: Path, tmp_path: Path) -> None:
    other = tmp_path / "entry"
    other.write_bytes(b"entry 138")
    done = run("verify", receipt, "--policy", policy, "--entry", other)
    assert done.exit_code == 1
    assert lines(done)[0]["valid"] is False
    assert "another root" in lines(done)[0]["error"]
    right = run("verify", receipt, "--policy", policy, "--leaf-hash", leaf_hash(b"entry 137").hex())
    assert right.exit_code == 0


def test_a_receipt_that_the_policy_does_not_trust_is_not_valid(receipt: Path, tmp_path: Path) -> None:
    stranger = SigningKey("w2.example", COSIGNATURE, bytes(32))
    path = tmp_path / "strict.txt"
    path.write_text(f"log {VKEY}\nwitness w2 {stranger.verifier.line}\nquorum w2\n")
    done = run("verify", receipt, "--policy", path)
    assert (done.exit_code, "quorum" in lines(done)[0]["error"]) == (1, True)


@pytest.mark.parametrize("words", ["", "nonsense", "c2sp.org/tlog-proof@v1\nindex 1\n"])
def test_what_is_no_receipt_is_unusable(words: str, policy: Path, tmp_path: Path) -> None:
    path = tmp_path / "broken"
    path.write_text(words)
    done = run("verify", path, "--policy", policy)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "receipt" in done.stderr


def test_a_missing_file_or_broken_policy_is_unusable(receipt: Path, tmp_path: Path) -> None:
    assert run("verify", receipt, "--policy", tmp_path / "none").exit_code == 2
    broken = tmp_path / "broken"
    broken.write_text("quorum nobody\n")
    done = run("verify", receipt, "--policy", broken)
    assert (done.exit_code, "line 1" in done.stderr) == (2, True)


def test_a_receipt_without_its_entry_says_what_is_missing(log: Path, policy: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.write_bytes(run("receipt", log, 3, "--vkey", VKEY, "--no-entry").stdout_bytes)
    done = run("verify", bare, "--policy", policy)
    assert (done.exit_code, "--entry" in done.stderr) == (2, True)
    (tmp_path / "entry").write_bytes(ENTRIES[3])
    assert run("verify", bare, "--policy", policy, "--entry", tmp_path / "entry").exit_code == 0


def test_a_note_names_its_signers(log: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(WITNESS.verifier.line + "\n")
    done = run("note", log / "checkpoint", "--vkey", VKEY, "--vkey", tmp_path / "key")
    assert done.exit_code == 0
    assert [(one["name"], one["time"]) for one in lines(done)[0]["signers"]] == [
        ("log.example/records", None),
        ("w1.example", 1_700_000_000),
    ]
    stranger = SigningKey("x.example", ED25519, bytes(32)).verifier.line
    assert run("note", log / "checkpoint", "--vkey", stranger).exit_code == 1
    assert run("note", log / "checkpoint", "--vkey", "nonsense").exit_code == 2


def test_bare_proofs_are_checked_line_by_line() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    both = "fb4a9b5e6a3b6e1b"
    good = {
        "op": "consistency", "size1": 1, "size2": 1, "root1": left.hex(), "root2": left.hex(), "proof": []
    }  # fmt: skip
    empty = good | {"size1": 0, "size2": 1}
    short = {"op": "inclusion", "index": 0, "size": 1, "leaf_hash": both, "root": both, "proof": None}
    one = short | {"leaf_hash": right.hex(), "root": right.hex()}
    text = "\n".join(json.dumps(line) for line in (good, empty, short, one))
    done = run("check", "-", text=text)
    assert done.exit_code == 0
    assert [line["valid"] for line in lines(done)] == [True, False, False, True]
    assert "0 leaves" in lines(done)[1]["error"]


def test_lines_that_are_no_claims_are_named_and_the_rest_is_answered() -> None:
    good = {"op": "inclusion", "index": 0, "size": 1, "leaf_hash": "00" * 32, "root": "00" * 32, "proof": []}
    wrong = [good | {"op": "other"}, good | {"more": 1}, good | {"index": True}, good | {"root": "?"}]
    text = "\n".join(json.dumps(line) for line in (good, *wrong)) + "\nnot json\n"
    done = run("check", "-", text=text)
    assert done.exit_code == 3
    assert [line["valid"] for line in lines(done)] == [True, False, False, False, False, False]
    assert done.stderr.count("✗ line") == 5
    assert run("check", "-", text="not json\n").exit_code == 2
    assert run("check", "-", text="").exit_code == 2


def test_a_clean_log_and_a_damaged_one_are_audited(log: Path) -> None:
    done = run("audit", log, "--vkey", VKEY)
    assert done.exit_code == 0
    told = lines(done)[0]
    assert (told["valid"], told["size"], told["bundles"], told["tiles"]) == (True, 300, 2, 3)
    bundle = log / "tile/entries/000"
    bundle.write_bytes(bundle.read_bytes().replace(b"entry 137", b"entry 136"))
    damaged = run("audit", log, "--vkey", VKEY)
    assert damaged.exit_code == 1
    assert "tile/0/000: entry 137 does not hash to its leaf" in lines(damaged)[0]["findings"]


def test_what_is_no_log_is_unusable_and_a_foreign_key_not_valid(log: Path, tmp_path: Path) -> None:
    assert run("audit", tmp_path, "--vkey", VKEY).exit_code == 2
    assert run("audit", log, "--vkey", "nonsense").exit_code == 2
    stranger = SigningKey("log.example/records", ED25519, bytes(32)).verifier.line
    assert run("audit", log, "--vkey", stranger).exit_code == 1
    assert run("audit", "http://127.0.0.1:9/", "--vkey", VKEY).exit_code == 2


def test_a_consistency_proof_goes_straight_into_check(log: Path) -> None:
    made = run("consistency", log, 100, "--vkey", VKEY)
    assert made.exit_code == 0
    assert lines(run("check", "-", text=made.stdout)) == [{"valid": True, "error": None}]
    assert run("consistency", log, 0, "--vkey", VKEY).exit_code == 2
    assert run("consistency", log, 301, "--vkey", VKEY).exit_code == 2


def test_the_checkpoint_is_printed_as_it_stands(log: Path) -> None:
    assert run("checkpoint", log, "--vkey", VKEY).stdout_bytes == (log / "checkpoint").read_bytes()


def test_a_receipt_of_an_index_beyond_the_log_is_refused(log: Path) -> None:
    assert run("receipt", log, 300, "--vkey", VKEY).exit_code in {1, 2}


def test_a_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    path = tmp_path / "w.key"
    done = run("key", "w9.example", "--witness", "--out", path)
    assert done.exit_code == 0
    assert signing_key(path.read_text()).verifier.line == done.stdout.strip()
    assert path.stat().st_mode & 0o777 == 0o600
    assert run("key", "w9.example", "--out", path).exit_code == 2


def test_a_monitor_finds_two_histories_and_writes_the_proof(log: Path, tmp_path: Path) -> None:
    other, early = tmp_path / "other", tmp_path / "early"
    with TileLog(early, LOG) as opened:
        opened.append(ENTRIES[:50])
    with TileLog(other, LOG) as opened:
        opened.append([*ENTRIES[:20], b"changed", *ENTRIES[21:200]])
    fine = run("monitor", log, early, "--vkey", VKEY)
    assert fine.exit_code == 0
    assert lines(fine)[0]["result"] == "one history"
    found = run("monitor", log, other, "--vkey", VKEY, "--out", tmp_path / "proof")
    assert found.exit_code == 1
    assert (tmp_path / "proof").read_bytes().startswith(b"tongxing/tlog-misbehaviour@v1\n")
    assert run("monitor", log, tmp_path / "nowhere", "--vkey", VKEY).exit_code == 2
    assert run("monitor", log, early, tmp_path / "nowhere", "--vkey", VKEY).exit_code == 3
