"""SM2 in signed notes: the example of GB/T 32918.5, one spelling, no key taken for one of another type."""

import sys
from base64 import b64decode, b64encode
from pathlib import Path

import pytest

from tongxing.adapters.tlog import sm2
from tongxing.adapters.tlog.log import TileLog
from tongxing.adapters.tlog.mirror import mirror
from tongxing.adapters.tlog.published import KEY_FILE, PublishedLog
from tongxing.adapters.tlog.sm2 import IDENTIFIER, ORDER, SCHEMES, SM2, sm2_key
from tongxing.adapters.tlog.sources import folder_source, tile_reader
from tongxing.ledger.checkpoints import Checkpoint, Opened, open_checkpoint, signed_checkpoint
from tongxing.ledger.hashing import SHA256, SM3
from tongxing.ledger.leaves import leaf_hash
from tongxing.ledger.lines import ProofError, TextError, UnsupportedError
from tongxing.ledger.monitoring import compare
from tongxing.ledger.note_keys import (
    COSIGNATURE,
    ED25519,
    SigningKey,
    VerifierKey,
    signing_key,
    verifier_key,
)
from tongxing.ledger.note_schemes import OWN
from tongxing.ledger.notes import cosign, parse_note, sign, verify_note
from tongxing.ledger.proving import Prover
from tongxing.ledger.quorum import Policy, parse_policy, policy_text
from tongxing.ledger.receipts import parse_receipt, receipt, verify_receipt
from tongxing.ledger.witnessing import BAD_REQUEST, OK, UNPROCESSABLE, Request, consider

POINT = bytes.fromhex(
    "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
SIGNATURE = bytes.fromhex(
    "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)
MESSAGE = b"message digest"
"""GB/T 32918.5-2017, A.2: the signature of the message under the default identity."""
NUMBER = bytes.fromhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
NAME = "log.example/records-gm"
KEY = SigningKey(NAME, OWN, IDENTIFIER + NUMBER + POINT, SM2)
PLAIN = SigningKey(NAME, ED25519, bytes(range(32)))
WITNESS = SigningKey("w1.example", COSIGNATURE, bytes((7,)) * 32)
TREE = Checkpoint(NAME, 3, bytes(range(32)))
ENTRIES = [f"entry {number}".encode() for number in range(300)]


def test_the_signature_of_the_standard_holds_and_no_other_message_or_key() -> None:
    assert SM2.verify(POINT, MESSAGE, SIGNATURE)
    assert KEY.verifier.signed(MESSAGE, SIGNATURE)
    assert not SM2.verify(POINT, b"message digesT", SIGNATURE)
    assert not SM2.verify(sm2_key(NAME).verifier.public[len(IDENTIFIER) :], MESSAGE, SIGNATURE)
    for point in (bytes(64), bytes((1,)) * 64, POINT[:63], POINT + b"\x00", b""):
        assert not SM2.verify(point, MESSAGE, SIGNATURE)


def test_no_altered_byte_of_a_signature_holds() -> None:
    for at in range(len(SIGNATURE)):
        altered = SIGNATURE[:at] + bytes((SIGNATURE[at] ^ 1,)) + SIGNATURE[at + 1 :]
        assert not SM2.verify(POINT, MESSAGE, altered), at


def test_a_signature_has_one_spelling() -> None:
    first, second = (int.from_bytes(half) for half in (SIGNATURE[:32], SIGNATURE[32:]))
    for numbers in ((0, second), (first, 0), (ORDER, second), (first, ORDER), (first, ORDER - second)):
        assert not SM2.verify(POINT, MESSAGE, b"".join(one.to_bytes(32) for one in numbers))
    for wrong in (b"", SIGNATURE[:-1], SIGNATURE + b"\x00", sm2._der(first, second)):
        assert not SM2.verify(POINT, MESSAGE, wrong)


@pytest.mark.parametrize("bits", [1, 7, 8, 127, 128, 247, 248, 255])
def test_numbers_of_every_length_come_back_from_the_library_s_form(bits: int) -> None:
    numbers = (1 << bits - 1, (1 << bits) - 1)
    assert sm2._plain(sm2._der(*numbers)) == b"".join(one.to_bytes(32) for one in numbers)


def test_a_note_signed_by_sm2_names_its_key_and_its_hash() -> None:
    note = signed_checkpoint(TREE, KEY)
    known = verifier_key(KEY.verifier.line, SCHEMES)
    opened = open_checkpoint(note.encode(), [known])
    assert (opened.log, opened.log.algorithm, opened.checkpoint) == (KEY.verifier, SM3, TREE)
    assert b64decode(KEY.verifier.line.split("+", 2)[2]) == bytes((OWN,)) + IDENTIFIER + POINT
    assert len(IDENTIFIER) > 16


def test_no_altered_byte_of_a_signed_note_is_taken() -> None:
    data = signed_checkpoint(TREE, KEY).encode()
    for at in range(len(data)):
        altered = data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]
        with pytest.raises((TextError, ProofError)):
            open_checkpoint(altered, [KEY.verifier])


def test_the_secret_line_comes_back_and_is_never_repeated() -> None:
    assert signing_key(KEY.secret_line, SCHEMES) == KEY
    assert b64encode(NUMBER).decode()[:40] not in repr(KEY)
    with pytest.raises(UnsupportedError, match="not supported"):
        signing_key(KEY.secret_line)
    half = KEY.secret_line[:-20]
    with pytest.raises(TextError) as told:
        signing_key(half, SCHEMES)
    assert half[-30:] not in str(told.value)


def test_a_point_that_does_not_belong_to_the_number_signs_nothing() -> None:
    other = sm2_key(NAME)
    mixed = SigningKey(NAME, OWN, IDENTIFIER + NUMBER + other.verifier.public[len(IDENTIFIER) :], SM2)
    with pytest.raises(TextError, match="do not belong together"):
        sign(TREE.text, mixed)
    with pytest.raises(TextError, match="SM2"):
        sign(TREE.text, SigningKey(NAME, OWN, IDENTIFIER + bytes(32) + POINT, SM2))


def test_a_key_of_one_type_is_none_of_another() -> None:
    for kind, key, scheme in (
        (OWN, bytes(32), None),
        (OWN, IDENTIFIER + POINT, None),
        (OWN, b"another scheme entirely \x00" + POINT, SM2),
        (OWN, IDENTIFIER + POINT[:-1], SM2),
        (ED25519, IDENTIFIER + POINT, SM2),
        (ED25519, bytes(32), SM2),
        (COSIGNATURE, IDENTIFIER + POINT, SM2),
    ):
        with pytest.raises(TextError):
            VerifierKey(NAME, kind, key, scheme)
    with pytest.raises(UnsupportedError, match="identifier that is not supported"):
        verifier_key(KEY.verifier.line)
    with pytest.raises(TextError, match="witness"):
        cosign(TREE.text, KEY, at=1_700_000_000)


def test_two_keys_of_one_name_whose_trees_have_other_hashes_are_refused() -> None:
    note = signed_checkpoint(TREE, KEY).signed_also(sign(TREE.text, PLAIN))
    assert len(verify_note(note, [KEY.verifier, PLAIN.verifier])) == 2
    with pytest.raises(TextError, match="different hashes"):
        open_checkpoint(note.encode(), [KEY.verifier, PLAIN.verifier])
    for key, hashed in ((KEY, SM3), (PLAIN, SHA256)):
        assert open_checkpoint(note.encode(), [key.verifier]).log.algorithm is hashed


def test_the_empty_tree_of_the_other_hash_is_not_signed_and_not_opened() -> None:
    for key, foreign in ((KEY, SHA256), (PLAIN, SM3)):
        empty = Checkpoint(NAME, 0, foreign.empty_root)
        with pytest.raises(TextError, match="hash of nothing"):
            signed_checkpoint(empty, key)
        data = f"{empty.text}\n{sign(empty.text, key).line}".encode()
        with pytest.raises(TextError, match="hash of nothing"):
            open_checkpoint(data, [key.verifier])


def published(directory: Path, key: SigningKey) -> PublishedLog:
    with TileLog(directory, key) as log:
        log.append(ENTRIES[:250])
        log.append(ENTRIES[250:])
    (directory / KEY_FILE).write_text(f"{key.verifier.line}\n")
    return PublishedLog(directory)


def test_a_receipt_holds_under_its_own_log_and_under_no_other(tmp_path: Path) -> None:
    logs = {key: published(tmp_path / str(key.kind), key) for key in (KEY, PLAIN)}
    assert {log.size() for log in logs.values()} == {len(ENTRIES)}
    for key, other in ((KEY, PLAIN), (PLAIN, KEY)):
        trust = parse_policy(f"log {key.verifier.line}\nquorum none\n".encode(), SCHEMES)
        own, foreign = (parse_receipt(logs[one].receipt(137, ENTRIES[137])) for one in (key, other))
        hashed = leaf_hash(ENTRIES[137], trust.algorithm(NAME))
        assert verify_receipt(own, hashed, trust).checkpoint.size == len(ENTRIES)
        for leaf in (hashed, leaf_hash(ENTRIES[137], other.verifier.algorithm)):
            with pytest.raises(ProofError):
                verify_receipt(foreign, leaf, trust)
            moved = receipt(137, foreign.proof, own.checkpoint, ENTRIES[137])
            with pytest.raises(ProofError):
                verify_receipt(moved, leaf, trust)
        with pytest.raises(ProofError):
            verify_receipt(own, leaf_hash(ENTRIES[137], other.verifier.algorithm), trust)


def test_no_altered_byte_of_a_receipt_is_taken(tmp_path: Path) -> None:
    data = published(tmp_path / "log", KEY).receipt(137, ENTRIES[137])
    trust = parse_policy(f"log {KEY.verifier.line}\nquorum none\n".encode(), SCHEMES)
    assert judged(data, trust).checkpoint.size == len(ENTRIES)
    for at in range(len(data)):
        altered = data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]
        with pytest.raises((TextError, ProofError)):
            judged(altered, trust)


def judged(data: bytes, trust: Policy) -> Opened:
    found = parse_receipt(data)
    return verify_receipt(found, leaf_hash(found.extra or b"", SM3), trust)


def test_a_policy_names_such_a_log_and_keeps_its_witnesses() -> None:
    text = f"log {KEY.verifier.line}\nwitness w1 {WITNESS.verifier.line}\nquorum w1\n"
    policy = parse_policy(text.encode(), SCHEMES)
    assert parse_policy(policy_text(policy, KEY.verifier).encode(), SCHEMES) == policy
    assert policy.algorithm(NAME) is SM3
    assert policy.algorithm("another.example") is SHA256
    note = signed_checkpoint(TREE, KEY)
    with pytest.raises(ProofError, match="quorum"):
        policy.open(note.encode())
    seen = note.signed_also(cosign(note.text, WITNESS, at=1_700_000_000))
    assert policy.open(seen.encode()).checkpoint == TREE
    with pytest.raises(TextError, match="line 1"):
        parse_policy(text.encode())
    with pytest.raises(TextError, match="line 2"):
        parse_policy(text.replace(WITNESS.verifier.line, KEY.verifier.line).encode(), SCHEMES)


def test_a_witness_follows_a_log_over_sm3_by_its_own_hash(tmp_path: Path) -> None:
    with TileLog(tmp_path / "log", KEY) as log:
        log.append(ENTRIES[:100])
        first = open_checkpoint(log.checkpoint, [KEY.verifier]).checkpoint
        log.append(ENTRIES[100:])
        now, proof = log.checkpoint, tuple(log.prover().consistency(100))
        wrong = tuple(Prover(300, tile_reader(folder_source(tmp_path / "log")), SHA256).consistency(100))
    for sent, status in ((proof, OK), (wrong, UNPROCESSABLE), ((), UNPROCESSABLE)):
        body = Request(100, sent, now).encode()
        answer = consider(
            body, latest=lambda _: first, logs={NAME: [KEY.verifier]}, key=WITNESS, at=1_700_000_000
        )
        assert answer.status == status


def test_a_witness_refuses_the_empty_tree_of_the_other_hash() -> None:
    for key, foreign in ((KEY, SHA256), (PLAIN, SM3)):
        empty = Checkpoint(NAME, 0, foreign.empty_root)
        body = Request(0, (), f"{empty.text}\n{sign(empty.text, key).line}".encode()).encode()
        answer = consider(body, latest=lambda _: None, logs={NAME: [key.verifier]}, key=WITNESS, at=1)
        assert (answer.status, answer.seen) == (BAD_REQUEST, None)


def test_a_copy_is_checked_and_a_second_history_is_proved(tmp_path: Path) -> None:
    published(tmp_path / "log", KEY)
    done = mirror(folder_source(tmp_path / "log"), tmp_path / "copy", KEY.verifier)
    assert (done.size, done.misbehaviour) == (len(ENTRIES), None)
    with TileLog(tmp_path / "other", KEY) as other:
        other.append([b"another history", *ENTRIES])
        found = compare(
            open_checkpoint((tmp_path / "copy" / "checkpoint").read_bytes(), [KEY.verifier]),
            open_checkpoint(other.checkpoint, [KEY.verifier]),
            other.prover(),
        )
    assert found is not None
    assert found.convicts()
    spoilt = tmp_path / "log" / "tile" / "entries" / "000"
    spoilt.write_bytes(spoilt.read_bytes().replace(b"entry 7", b"entry 8"))
    with pytest.raises(ProofError, match="tile/entries/000"):
        mirror(folder_source(tmp_path / "log"), tmp_path / "again", KEY.verifier)


def test_without_the_library_a_key_is_read_and_its_signatures_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, note = published(tmp_path / "log", KEY), signed_checkpoint(TREE, KEY).encode()
    monkeypatch.setitem(sys.modules, "gmssl_pyx", None)
    assert not sm2.available()
    assert verifier_key(KEY.verifier.line, SCHEMES) == KEY.verifier
    with pytest.raises(UnsupportedError, match="extra gm"):
        open_checkpoint(note, [KEY.verifier])
    with pytest.raises(UnsupportedError, match="extra gm"):
        sm2_key(NAME)
    assert (log.vkey(), log.size(), log.checkpoint()) == (KEY.verifier.line, 0, b"")
    assert parse_note(note).text == TREE.text
