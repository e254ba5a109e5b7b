"""Receipts verify offline under a policy, and no byte of one may change."""

import pytest

from tongxing.ledger.checkpoints import Checkpoint, signed_checkpoint
from tongxing.ledger.growth import Growth
from tongxing.ledger.leaves import leaf_hash
from tongxing.ledger.lines import ProofError, TextError
from tongxing.ledger.note_keys import COSIGNATURE, ED25519, SigningKey
from tongxing.ledger.notes import cosign
from tongxing.ledger.proving import Prover
from tongxing.ledger.quorum import Policy, parse_policy
from tongxing.ledger.receipts import Receipt, parse_receipt, receipt, verify_receipt

LOG = SigningKey("log.example/records", ED25519, bytes(range(32)))
WITNESSES = [SigningKey(f"w{n}.example", COSIGNATURE, bytes((n,)) * 32) for n in (1, 2, 3)]
ENTRIES = [f"entry {number}".encode() for number in range(300)]
INDEX = 137


def policy(quorum: str = "group all-of-them all w1 w2 w3\nquorum all-of-them\n") -> Policy:
    lines = [f"log {LOG.verifier.line}"]
    lines += [f"witness w{n} {key.verifier.line}" for n, key in enumerate(WITNESSES, start=1)]
    return parse_policy(("\n".join(lines) + "\n" + quorum).encode())


def made(*, witnesses: int = 3, extra: bytes | None = None, size: int = 300, index: int = INDEX) -> Receipt:
    tree = Growth()
    tiles = dict(tree.append(b"".join(leaf_hash(entry) for entry in ENTRIES[:size])))
    tiles |= dict(tree.partial_tiles())
    note = signed_checkpoint(Checkpoint(LOG.name, size, tree.root()), LOG)
    for key in WITNESSES[:witnesses]:
        note = note.signed_also(cosign(note.text, key, at=1_700_000_000))
    return receipt(index, Prover(size, tiles.__getitem__).inclusion(index), note.encode(), extra)


def test_a_receipt_verifies_with_its_quorum() -> None:
    opened = verify_receipt(parse_receipt(made().encode()), leaf_hash(ENTRIES[INDEX]), policy())
    assert (opened.checkpoint.origin, opened.checkpoint.size) == (LOG.name, 300)
    assert sorted(one.key.name for one in opened.witnesses) == ["w1.example", "w2.example", "w3.example"]


def test_each_altered_byte_of_a_receipt_is_refused() -> None:
    data, rules, digest = made().encode(), policy(), leaf_hash(ENTRIES[INDEX])
    for at in range(len(data)):
        for bit in (1, 0x20):
            altered = data[:at] + bytes((data[at] ^ bit,)) + data[at + 1 :]
            with pytest.raises((TextError, ProofError)):
                verify_receipt(parse_receipt(altered), digest, rules)


def test_each_altered_byte_of_the_leaf_is_refused() -> None:
    found, rules = made(extra=ENTRIES[INDEX]), policy()
    entry = parse_receipt(found.encode()).extra
    assert entry == ENTRIES[INDEX]
    for at in range(len(entry)):
        altered = entry[:at] + bytes((entry[at] ^ 1,)) + entry[at + 1 :]
        with pytest.raises(ProofError):
            verify_receipt(found, leaf_hash(altered), rules)


def test_a_receipt_is_written_as_it_is_read() -> None:
    for one in (made(), made(extra=b""), made(extra=b"\x00\xff"), made(size=1, index=0)):
        assert parse_receipt(one.encode()) == one


def test_the_receipt_of_a_log_of_one_entry_has_no_hashes() -> None:
    one = made(size=1, index=0)
    assert one.proof == ()
    verify_receipt(one, leaf_hash(ENTRIES[0]), policy())


def test_a_receipt_without_quorum_is_refused_and_says_who_signed() -> None:
    with pytest.raises(ProofError, match=r"not reached; seen by w1\.example, w2\.example"):
        verify_receipt(made(witnesses=2), leaf_hash(ENTRIES[INDEX]), policy())
    verify_receipt(made(witnesses=2), leaf_hash(ENTRIES[INDEX]), policy("group g 2 w1 w2 w3\nquorum g\n"))
    verify_receipt(made(witnesses=0), leaf_hash(ENTRIES[INDEX]), policy("quorum none\n"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"c2sp.org/tlog-proof@v1", b"c2sp.org/tlog-proof@v2"),
        (b"index 137", b"index 0137"),
        (b"index 137", b"index -1"),
        (b"index 137", b"index  137"),
        (b"index 137\n", b""),
        (b"index 137", b"index 137\nindex 137"),
        (b"index 137", b"index 137\nextra AA=="),
        (b"index 137", b"extra A\nindex 137"),
        (b"index 137", b"extra AA==\nextra AA==\nindex 137"),
        (b"\n\n", b"\n"),
        (b"index 137\n", b"index 137\n\n"),
        (b"index 137\n", b"index 137\n" + b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64),
        (b"index 137\n", b"index 137\r\n"),
    ],
)
def test_a_malformed_receipt_is_refused_with_a_reason(old: bytes, new: bytes) -> None:
    data = made().encode()
    assert old in data
    with pytest.raises(TextError, match=r"receipt|note|checkpoint"):
        parse_receipt(data.replace(old, new))


def test_a_receipt_for_another_index_is_refused() -> None:
    one = made()
    with pytest.raises(ProofError):
        verify_receipt(Receipt(138, one.proof, one.checkpoint), leaf_hash(ENTRIES[INDEX]), policy())
    with pytest.raises(ProofError, match="not in a tree"):
        verify_receipt(Receipt(300, one.proof, one.checkpoint), leaf_hash(ENTRIES[INDEX]), policy())


def test_a_receipt_of_a_tree_of_ten_million_leaves_stays_small() -> None:
    note = signed_checkpoint(Checkpoint(LOG.name, 10_000_000, bytes(32)), LOG).encode()
    text = Receipt(1, (bytes(32),) * 24, note, bytes(233)).encode()
    assert len(text) <= 1_900
    assert len(Receipt(1, (bytes(32),) * 24, b"").encode()) <= 1_500
