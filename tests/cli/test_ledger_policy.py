"""An operator names the witnesses of a store's log, and sees how they stand."""

import json
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tongxing.adapters.clock import machine_time
from tongxing.adapters.tlog.witness_state import write_state
from tongxing.app.house import house_for
from tongxing.app.sequencing import log_directory
from tongxing.app.witnessing import policy_of
from tongxing.cli.ledger import app
from tongxing.ledger.note_keys import COSIGNATURE, SigningKey
from tongxing.service.ports_log import QuorumState

KEYS = [SigningKey(f"w{n}.example", COSIGNATURE, bytes((n,)) * 32) for n in (1, 2)]


def door(*words: str) -> tuple[int, list[dict[str, object]], str]:
    answer = CliRunner().invoke(app, list(words))
    return answer.exit_code, [json.loads(line) for line in answer.stdout.splitlines()], answer.stderr


@pytest.fixture
def store(tmp_path: Path) -> Path:
    place = tmp_path / "house.db"
    house_for(place).store.close()
    return place


def named(number: int, url: str) -> str:
    return f"w{number} {KEYS[number - 1].verifier.line} {url}"


def test_the_policy_is_written_beside_the_log_and_the_worker_takes_it(store: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        words = ["policy", "--store", str(store), "--need", "1"]
        words += ["--witness", named(1, url), "--witness", named(2, url)]
        code, lines, _ = door(*words)
    assert code == 3, "nobody answers at these addresses"
    assert lines[:2] == [{"witness": "w1", "reachable": False}, {"witness": "w2", "reachable": False}]
    policy = policy_of(log_directory(store))
    assert policy is not None
    assert policy.groups["enough"].threshold == 1
    assert [one.key.line for one in policy.logs] == [lines[2]["vkey"], lines[2]["access_vkey"]]
    before = Path(str(lines[2]["policy"])).read_bytes()
    code, _, said = door(*words)
    assert code == 2
    assert "--replace" in said
    assert Path(str(lines[2]["policy"])).read_bytes() == before


@pytest.mark.parametrize(
    ("witness", "need", "said"),
    [("w1 only", 1, "NAME VKEY URL"), (named(1, "http://w.example"), 2, "threshold"), ("a b c", 1, "vkey")],
)
def test_a_policy_that_nobody_could_use_is_not_written(
    store: Path, witness: str, need: int, said: str
) -> None:
    code, _, told = door("policy", "--store", str(store), "--need", str(need), "--witness", witness)
    assert code == 2
    assert said in told
    assert policy_of(log_directory(store)) is None


def test_how_the_witnesses_stand_is_told_and_ends_with_1_without_a_quorum(store: Path) -> None:
    assert door("witnesses", "--store", str(store))[0] == 2
    directory = log_directory(store)
    assert directory is not None
    directory.mkdir(parents=True, exist_ok=True)
    (directory.parent / "policy").write_text(f"witness {named(1, 'http://w.example')}\nquorum w1\n")
    code, lines, _ = door("witnesses", "--store", str(store))
    assert (code, lines[-1]["without_quorum_since"]) == (1, "never")
    now = machine_time()
    write_state(
        directory, QuorumState(origin="log.example", asked_at=now, quorum_at=now, size=0, witnesses=())
    )
    code, lines, _ = door("witnesses", "--store", str(store))
    assert (code, lines[-1]["without_quorum_since"]) == (0, "")
