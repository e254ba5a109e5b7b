"""Three witnesses in processes of their own, one of them lying: a fork never gets its quorum."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tongxing.adapters.tlog.exchange import ask
from tongxing.adapters.tlog.log import TileLog
from tongxing.adapters.tlog.witnesses import Witnesses
from tongxing.ledger.checkpoints import Checkpoint, signed_checkpoint
from tongxing.ledger.leaves import leaf_hash
from tongxing.ledger.lines import ProofError
from tongxing.ledger.note_keys import COSIGNATURE, ED25519, SigningKey
from tongxing.ledger.notes import parse_note, verify_note
from tongxing.ledger.quorum import parse_policy
from tongxing.ledger.receipts import receipt, verify_receipt
from tongxing.ledger.witnessing import SIZE_TYPE

LOG = SigningKey("log.example/records", ED25519, bytes(range(32)))
KEYS = [SigningKey(f"w{n}.example", COSIGNATURE, bytes((n,)) * 32) for n in (1, 2, 3)]
LIAR = 2
START_SECONDS_MAX = 60
HONEST = [f"entry {number}".encode() for number in range(30)]
FORKED = [*HONEST[:3], b"changed", *HONEST[4:]]


@dataclass
class Running:
    """The three processes and what it takes to ask them."""

    folder: Path
    ports: list[int]
    processes: list[subprocess.Popen[bytes]]

    def policy(self) -> str:
        named = [
            f"witness w{n} {key.verifier.line} http://127.0.0.1:{port}/"
            for n, (key, port) in enumerate(zip(KEYS, self.ports, strict=True), start=1)
        ]
        return "\n".join((f"log {LOG.verifier.line}", *named, "group two 2 w1 w2 w3", "quorum two", ""))

    def witnesses(self) -> Witnesses:
        return Witnesses(parse_policy(self.policy().encode()), seconds_max=10)

    def start(self, number: int) -> None:
        secret = KEYS[number].secret_line
        if number == LIAR:
            words = [str(Path(__file__).with_name("tlog_liar.py")), str(self.ports[number]), secret]
        else:
            (self.folder / f"w{number}.key").write_text(secret + "\n")
            words = ["-m", "tongxing.cli", "ledger", "witness", "serve", "--port", str(self.ports[number])]
            words += ["--key", str(self.folder / f"w{number}.key"), "--log", LOG.verifier.line]
            words += ["--store", str(self.folder / f"w{number}")]
        self.processes[number : number + 1] = [subprocess.Popen([sys.executable, *words])]  # noqa: S603 - own words

    def wait(self, number: int) -> None:
        until = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                ask(f"http://127.0.0.1:{self.ports[number]}/")
                break
            except OSError:
                assert time.monotonic() < until, f"witness {number} did not start"
                assert self.processes[number].poll() is None, f"witness {number} ended"
                time.sleep(0.1)

    def kill(self, number: int) -> None:
        self.processes[number].kill()
        self.processes[number].wait()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    probes = [socket.socket() for _ in KEYS]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    found = Running(tmp_path, ports, [])
    for number in range(3):
        found.start(number)
    try:
        for number in range(3):
            found.wait(number)
        yield found
    finally:
        for number in range(3):
            found.kill(number)


def test_three_witnesses_one_lying_let_no_fork_through(running: Running, tmp_path: Path) -> None:
    policy = parse_policy(running.policy().encode())
    asking = running.witnesses()
    with TileLog(tmp_path / "log", LOG, cosign=asking.cosign) as log:
        log.append(HONEST[:10])
        log.append(HONEST[10:20])
        assert [asked.words for asked in asking.asked] == ["cosigned"] * 3
        signers = verify_note(parse_note(log.checkpoint), [key.verifier for key in KEYS])
        assert len(signers) == 3
        assert verify_receipt(log.receipt(4), leaf_hash(HONEST[4]), policy).checkpoint.size == 20
        fresh = running.witnesses()
        assert fresh.cosign(parse_note(log.checkpoint), log.prover()) is not None, "the size is told by 409"

    fork_is_refused(running, tmp_path / "fork")
    running.kill(0)
    with TileLog(tmp_path / "log", LOG, cosign=asking.cosign) as log:
        log.append(HONEST[20:25])
        assert [bool(asked.signatures) for asked in asking.asked] == [False, True, True]
        assert verify_receipt(log.receipt(22), leaf_hash(HONEST[22]), policy).checkpoint.size == 25
    running.start(0)
    running.wait(0)
    fork_is_refused(running, tmp_path / "second")


def fork_is_refused(running: Running, directory: Path) -> None:
    """The liar signs another history; nobody else does, also not after a restart."""
    policy = parse_policy(running.policy().encode())
    asking = running.witnesses()
    with TileLog(directory, LOG, cosign=asking.cosign) as log:
        log.append(FORKED)
        assert not (directory / "checkpoint").exists() or b"\n30\n" not in log.checkpoint
        assert [bool(asked.signatures) for asked in asking.asked] == [False, False, True]
        assert {asked.words.split(":")[0] for asked in asking.asked[:LIAR]} <= {
            "answered 422",
            "answered 409",
        }
        note = signed_checkpoint(Checkpoint(LOG.name, 30, log.root), LOG)
        forged = note.signed_also(*asking.asked[LIAR].signatures).encode()
        with pytest.raises(ProofError, match="not reached"):
            verify_receipt(receipt(3, log.prover().inclusion(3), forged), leaf_hash(b"changed"), policy)


def test_the_door_answers_only_what_it_is_for(running: Running) -> None:
    place = f"http://127.0.0.1:{running.ports[0]}"
    assert ask(f"{place}/add-checkpoint")[0] == 405
    assert ask(f"{place}/other", b"x")[0] == 404
    assert ask(f"{place}/add-checkpoint", b"nonsense")[0] == 400
    assert ask(f"{place}/add-checkpoint", b"x" * 1_000_001)[0] == 413
    assert SIZE_TYPE == "text/x.tlog.size"
