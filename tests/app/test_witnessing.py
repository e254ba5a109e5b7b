"""The worker's log and its witnesses: asked in time, their silence noticed, a wrong policy refused."""

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "service"))
sys.path.insert(0, str(Path(__file__).parents[1] / "adapters"))
from people import at, event, opening
from witness_processes import WitnessProcesses, free_ports, witness_keys

from tongxing.adapters.clock import machine_time
from tongxing.adapters.tlog.head import LogError
from tongxing.adapters.tlog.log import TileLog
from tongxing.adapters.tlog.witness_state import FiledWitnesses, read_state
from tongxing.app.house import house_for
from tongxing.app.sequencing import Following, Sequencing, log_directory, log_key, sequencing_of
from tongxing.app.witnessing import POLICY, Asking, policy_of, witnesses_of
from tongxing.app.worker import UNUSABLE, run_worker
from tongxing.domain.leaf import ACCESS, RECORDS
from tongxing.ledger.checkpoints import open_checkpoint
from tongxing.ledger.lines import ProofError
from tongxing.ledger.note_keys import ED25519, SigningKey, VerifierKey, verifier_key
from tongxing.ledger.notes import cosign, parse_note
from tongxing.ledger.quorum import Policy, parse_policy
from tongxing.service.append import append
from tongxing.service.console_log import log_view
from tongxing.service.house import House
from tongxing.service.ports_log import WitnessAnswer
from tongxing.service.ports_people import AccessEntry
from tongxing.service.work import work

WAIT_SECONDS = 30.0
LOG = SigningKey("log.example/records", ED25519, bytes(range(32)))
KEYS = witness_keys(3)


@dataclass
class Machine:
    """The machine's clock, so many minutes ahead."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return machine_time() + self.ahead


def until(found: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not found():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "house.db"


@pytest.fixture
def house(place: Path) -> Iterator[House]:
    found = house_for(place)
    yield found
    found.store.close()


def begun(place: Path, house: House) -> Path:
    """The directory of the log, its key made."""
    directory = log_directory(place)
    assert directory is not None
    log_key(directory, house.entropy)
    return directory


def searched(client: str, minutes: int) -> object:
    return event(10, "searched", {"text": "个人养老金怎么开户"}, minutes=minutes, client=client)


def sent(house: House, client: str) -> list[str]:
    return [card.playbook for card in house.store.messages(client, now=at(600))]


def test_two_of_three_witnesses_die_and_one_returns(tmp_path: Path, place: Path, house: House) -> None:
    directory = begun(place, house)
    key = log_key(directory, house.entropy).verifier
    witnesses = WitnessProcesses(tmp_path, key, KEYS, free_ports(3))
    policy = parse_policy(witnesses.policy(2).encode())
    (directory.parent / "policy").write_text(witnesses.policy(2))
    machine = Machine()
    watched = replace(
        house, witnesses=FiledWitnesses(directory, directory.parent / "policy", machine=machine)
    )
    try:
        witnesses.start(0, 1, 2)
        asking = Asking(directory, policy, machine=machine)
        with Sequencing([Following(house, directory, RECORDS, asking)], wait=True):
            append(house, [*opening("C1"), searched("C1", 1)])
            work(watched, now=at(2))
            assert sent(house, "C1") == ["pension_guide"]
            until(lambda: _size(directory, policy) == house.store.count_entries(RECORDS))

            witnesses.kill(0, 1)
            append(house, [*opening("C2")])
            work(watched, now=at(3))
            until(lambda: read_state(directory).witnesses[0].answer is WitnessAnswer.SILENT)
            machine.ahead = timedelta(minutes=11)
            paid = {"code": "R1-90", "amount_fen": 100, "date": "2026-05-06"}
            append(house, [searched("C2", 4), event(20, "product_matured", paid, minutes=4, client="C2")])
            work(watched, now=at(5))
            assert sent(house, "C2") == ["product_matured"]
            until(lambda: house.log is not None and house.log.size() == house.store.count_entries(RECORDS))
            assert read_state(directory).witnesses[2].answer is WitnessAnswer.COSIGNED

            witnesses.start(0)
            until(lambda: machine() - (read_state(directory).quorum_at or at(0)) < timedelta(minutes=5))
            append(house, [*opening("C3"), searched("C3", 6)])
            work(watched, now=at(7))
            assert sent(house, "C3") == ["pension_guide"]
            until(lambda: _size(directory, policy) == house.store.count_entries(RECORDS))
    finally:
        witnesses.kill(*witnesses.running)


def _size(directory: Path, policy: Policy) -> int:
    """Entries under the published checkpoint when it has its quorum."""
    try:
        return policy.open((directory / "checkpoint").read_bytes()).checkpoint.size
    except ProofError:
        return -1


def test_a_witness_that_never_answers_holds_the_log_back_for_its_time_and_no_longer(tmp_path: Path) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        line = f"witness w1 {KEYS[0].verifier.line} http://127.0.0.1:{deaf.getsockname()[1]}"
        policy = parse_policy(f"{line}\nquorum w1\n".encode())
        directory = tmp_path / "records"
        started = time.monotonic()
        with TileLog(directory, LOG, cosign=Asking(directory, policy).cosign) as log:
            log.append([b"a"])
            log.append([b"b"])
            took = time.monotonic() - started
            assert open_checkpoint(log.checkpoint, [LOG.verifier]).checkpoint.size == 2
        assert took < 4.0
        state = read_state(directory)
        assert state.quorum_at is None
        assert "in time" in state.witnesses[0].refused or "yet" in state.witnesses[0].refused


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("witness w1 nonsense\n", "line 1"),
        (f"witness w1 {KEYS[0].verifier.line}\nquorum w1\n", "never reached by witnesses with an address"),
        (f"log {LOG.verifier.line}\nquorum none\n", "do not name"),
        ("", "no quorum line"),
    ],
)
def test_a_wrong_policy_stops_the_worker_before_anything_is_begun(
    place: Path, house: House, text: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = begun(place, house)
    (directory.parent / "policy").write_text(text)
    with pytest.raises(LogError, match=told):
        sequencing_of(house, place)
    house.store.close()
    assert run_worker(place, {}, stop=threading.Event()) == UNUSABLE
    assert told in "".join(capsys.readouterr())
    assert not (directory / "checkpoint").exists()


def test_a_policy_that_is_named_and_missing_is_wrong_and_reads_as_no_quorum(
    place: Path, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert policy_of(begun(place, house)) is None
    assert house.witnesses is None
    monkeypatch.setenv(POLICY, str(place.parent / "nowhere"))
    with pytest.raises(LogError, match="nowhere"):
        policy_of(begun(place, house))
    with pytest.raises(LogError, match="no log is kept"):
        policy_of(None)
    assert witnesses_of(begun(place, house)) is not None


def test_a_cosignature_that_is_out_stays_while_the_same_tree_is_asked_about(tmp_path: Path) -> None:
    """A witness that signed and fell silent has signed: nobody's receipt becomes worse."""
    port = free_ports(1)[0]
    policy = parse_policy(f"witness w1 {KEYS[0].verifier.line} http://127.0.0.1:{port}\nquorum w1\n".encode())
    directory = tmp_path / "records"
    with TileLog(directory, LOG, cosign=Asking(directory, policy).cosign) as log:
        log.append([b"a"])
        note = parse_note(log.checkpoint)
        signed = note.signed_also(cosign(note.text, KEYS[0], at=1_780_000_000)).encode()
        (directory / "checkpoint").write_bytes(signed)
        log.publish()
        assert log.checkpoint == signed
        log.append([b"b"])
        assert KEYS[0].name not in log.checkpoint.decode()


def test_the_log_of_looks_is_witnessed_beside_that_of_records(
    tmp_path: Path, place: Path, house: House
) -> None:
    directory = begun(place, house)
    looks = log_directory(place, ACCESS)
    assert looks is not None
    key, look_key = (log_key(one, house.entropy).verifier for one in (directory, looks))
    witnesses = WitnessProcesses(tmp_path, key, KEYS, free_ports(3), also=[look_key])
    (directory.parent / "policy").write_text(witnesses.policy(2))
    watched = house_for(place)
    try:
        witnesses.start(0, 1, 2)
        with sequencing_of(house, place):
            append(house, [*opening("C1")])
            work(house, now=at(2))
            house.store.people.note(_look())
            house.store.people.settle_looks()
            until(lambda: _seen(looks) == house.store.count_entries(ACCESS) > 0)
            assert all(one.answer is WitnessAnswer.COSIGNED for one in read_state(looks).witnesses)
            watch = watched.witnesses_named(ACCESS)
            assert watch is not None
            policy = parse_policy(watch.policy().encode())
            assert [one.key.name for one in policy.logs] == [look_key.name]
            opened = policy.open((looks / "checkpoint").read_bytes())
            assert opened.checkpoint.size == house.store.count_entries(ACCESS)
            row = log_view(watched).looks
            assert row is not None
            assert (row.signed, row.of) == (3, 3)
    finally:
        watched.store.close()
        witnesses.kill(*witnesses.running)


def test_a_policy_that_names_records_alone_asks_nobody_about_looks(
    tmp_path: Path, place: Path, house: House
) -> None:
    directory = begun(place, house)
    looks = log_directory(place, ACCESS)
    assert looks is not None
    key = log_key(directory, house.entropy).verifier
    (directory.parent / "policy").write_text(WitnessProcesses(tmp_path, key, KEYS, free_ports(3)).policy(2))
    with sequencing_of(house, place):
        house.store.people.note(_look())
        house.store.people.settle_looks()
        until((looks / "checkpoint").exists)
    assert not (looks / "witnesses.json").exists()
    watched = house_for(place)
    watch = watched.witnesses_named(ACCESS)
    watched.store.close()
    assert watch is not None
    assert watch.policy() == ""


def _seen(directory: Path) -> int:
    try:
        return open_checkpoint((directory / "checkpoint").read_bytes(), [_vkey(directory)]).checkpoint.size
    except (OSError, ProofError):
        return -1


def _vkey(directory: Path) -> VerifierKey:
    return verifier_key((directory / "vkey").read_text().strip())


def _look() -> AccessEntry:
    return AccessEntry(
        at=at(3),
        person_id="adviser-1",
        role="adviser",
        act="client.read",
        client_id="C1",
        purpose="service",
        reason="",
        allowed=True,
        policies="p1",
    )
