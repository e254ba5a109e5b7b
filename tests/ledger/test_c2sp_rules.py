"""The rules of the C2SP texts, one line each: what must be taken and what must be refused."""

import struct
from collections.abc import Callable
from hashlib import sha256

import pytest

from tongxing.ledger.checkpoints import Checkpoint, open_checkpoint, parse_checkpoint, signed_checkpoint
from tongxing.ledger.hashing import SHA256
from tongxing.ledger.lines import ProofError, TextError, base64_text
from tongxing.ledger.merkle import EMPTY_ROOT
from tongxing.ledger.note_keys import COSIGNATURE, ED25519, SigningKey, verifier_key
from tongxing.ledger.notes import Note, Signature, cosign, parse_note, sign, verify_note
from tongxing.ledger.quorum import parse_policy
from tongxing.ledger.receipts import Receipt, parse_receipt, verify_receipt
from tongxing.ledger.tiles import Tile, decode_bundle, encode_bundle, tile_hashes, tile_of_path
from tongxing.ledger.witnessing import Answer, Request, consider

LOG = SigningKey("log.example/records", ED25519, bytes(range(32)))
WITNESS = SigningKey("w1.example", COSIGNATURE, bytes((9,)) * 32)
LEAVES = [sha256(b"\x00" + bytes((number,))).digest() for number in range(2)]
ROOT = SHA256.node(*LEAVES)
ONE, TWO = Checkpoint(LOG.name, 1, LEAVES[0]), Checkpoint(LOG.name, 2, ROOT)
HASH = base64_text(bytes(32))
NAMED = f"witness w1 {WITNESS.verifier.line}\n"


def note(text: str, *signatures: Signature) -> bytes:
    return Note(text, signatures or (sign(text, LOG),)).encode()


def opened(data: bytes) -> object:
    return open_checkpoint(data, [LOG.verifier], [WITNESS.verifier])


def unknown(name: str, number: int) -> Signature:
    return Signature(name, number.to_bytes(4, "big"), bytes(64))


def answer(old: int, proof: tuple[bytes, ...], tree: Checkpoint, seen: Checkpoint | None) -> Answer:
    body = Request(old, proof, signed_checkpoint(tree, LOG).encode()).encode()
    logs = {LOG.name: [LOG.verifier]}
    return consider(body, latest=lambda _: seen, logs=logs, key=WITNESS, at=1_700_000_000)


def cosigned(value: bytes) -> Callable[[], object]:
    return lambda: verify_note(
        Note(TWO.text, (Signature(WITNESS.name, WITNESS.verifier.key_id, value),)), [WITNESS.verifier]
    )


def receipt(index: int, proof: tuple[bytes, ...], tree: Checkpoint = TWO, leaf: bytes = LEAVES[0]) -> object:
    found = parse_receipt(Receipt(index, proof, signed_checkpoint(tree, LOG).encode()).encode())
    return verify_receipt(found, leaf, parse_policy(f"log {LOG.verifier.line}\nquorum none\n".encode()))


def public(kind: int, name: str = LOG.name, key: bytes = LOG.verifier.public) -> str:
    data = bytes((kind,)) + key
    stated = sha256(name.encode() + b"\n" + data).digest()[:4]
    return f"{name}+{stated.hex()}+{base64_text(data)}"


TAKEN: dict[str, Callable[[], object]] = {
    "signed-note: a key id is the hash of name, newline, type and key": lambda: verifier_key(public(1)),
    "signed-note: unknown keys are ignored": lambda: opened(
        note(TWO.text, unknown("stranger.example", 7), sign(TWO.text, LOG))
    ),
    "signed-note: a known name with an unknown id is unknown": lambda: opened(
        note(TWO.text, unknown(LOG.name, 7), sign(TWO.text, LOG))
    ),
    "signed-note: sixteen signatures are taken": lambda: opened(
        note(TWO.text, *(unknown(f"k{at}.example", at) for at in range(15)), sign(TWO.text, LOG))
    ),
    "signed-note: the text may hold empty lines": lambda: parse_note(note("a\n\n\nb\n")),
    "checkpoint: extension lines are kept": lambda: opened(note(f"{TWO.text}extension\n")),
    "checkpoint: size 0 has the hash of nothing": lambda: opened(
        note(f"{LOG.name}\n0\n{base64_text(EMPTY_ROOT)}\n")
    ),
    "cosignature: time 0 is a time": lambda: verify_note(
        Note(TWO.text, (cosign(TWO.text, WITNESS, at=0),)), [WITNESS.verifier]
    ),
    "tlog-tiles: an index is in elements of three digits": lambda: tile_of_path("tile/0/x001/x234/067"),
    "tlog-tiles: a partial tile names its width": lambda: tile_of_path("tile/entries/000.p/255"),
    "tlog-tiles: an entry may be empty": lambda: decode_bundle(encode_bundle([b""]), "bundle", width=1),
    "tlog-tiles: an entry may have 65,535 bytes": lambda: encode_bundle([bytes(65_535)]),
    "tlog-proof: a log of one entry needs no hashes": lambda: receipt(0, (), ONE),
    "tlog-proof: the path leads from the leaf upward": lambda: receipt(0, (LEAVES[1],)),
    "tlog-policy: comments, empty lines, spaces and tabs": lambda: parse_policy(b"# c\n\n \tquorum\tnone \n"),
    "tlog-policy: a witness alone is a quorum": lambda: parse_policy(f"{NAMED}quorum w1\n".encode()),
}

REFUSED: dict[str, Callable[[], object]] = {
    "signed-note: no control character but newlines": lambda: parse_note(note("a\n").replace(b"a", b"a\x1f")),
    "signed-note: UTF-8 only": lambda: parse_note(note("a\n").replace(b"a", b"\xc3")),
    "signed-note: a blank line before the signatures": lambda: parse_note(
        note("a\n").replace(b"\n\n", b"\n")
    ),
    "signed-note: at least one signature": lambda: parse_note(b"a\n\n"),
    "signed-note: each signature line ends in a newline": lambda: parse_note(note("a\n")[:-1]),
    "signed-note: a line begins with an em dash": lambda: parse_note(
        note("a\n").replace("\u2014".encode(), "\u2013".encode())
    ),
    "signed-note: a key name has no space": lambda: verifier_key(public(1, "a b")),
    "signed-note: a key name has no plus": lambda: verifier_key(public(1, "a+b")),
    "signed-note: a key name is not empty": lambda: verifier_key(public(1, "")),
    "signed-note: a key id of another key": lambda: verifier_key(public(1).replace("records", "recordz")),
    "signed-note: an unknown type of key": lambda: verifier_key(public(0xFE)),
    "signed-note: a key of another length": lambda: verifier_key(public(1, key=bytes(31))),
    "signed-note: a known key's false signature spoils the note": lambda: opened(
        note(TWO.text, sign(TWO.text, LOG), Signature(LOG.name, LOG.verifier.key_id, bytes(64)))
    ),
    "signed-note: a signature of another length": lambda: opened(
        note(TWO.text, Signature(LOG.name, LOG.verifier.key_id, bytes(65)))
    ),
    "signed-note: unknown signatures alone": lambda: opened(note(TWO.text, unknown("stranger.example", 7))),
    "checkpoint: three lines": lambda: parse_checkpoint(f"{LOG.name}\n2\n"),
    "checkpoint: an origin": lambda: parse_checkpoint(f"\n2\n{HASH}\n"),
    "checkpoint: a size without leading zero": lambda: parse_checkpoint(f"o\n02\n{HASH}\n"),
    "checkpoint: a size without sign": lambda: parse_checkpoint(f"o\n+2\n{HASH}\n"),
    "checkpoint: a root of 32 bytes": lambda: parse_checkpoint(f"o\n2\n{base64_text(bytes(31))}\n"),
    "checkpoint: standard base64 with padding": lambda: parse_checkpoint(f"o\n2\n{HASH[:-1]}\n"),
    "checkpoint: no empty extension line": lambda: parse_checkpoint(f"o\n2\n{HASH}\n\n"),
    "checkpoint: the key's name is the origin": lambda: opened(note(f"other\n2\n{base64_text(ROOT)}\n")),
    "checkpoint: size 0 with another root": lambda: parse_checkpoint(f"o\n0\n{HASH}\n"),
    "cosignature: 72 bytes, not 71": cosigned(cosign(TWO.text, WITNESS, at=5).value[:-1]),
    "cosignature: 72 bytes, not 73": cosigned(cosign(TWO.text, WITNESS, at=5).value + b"\x00"),
    "cosignature: the time is signed": cosigned(
        struct.pack(">Q", 6) + cosign(TWO.text, WITNESS, at=5).value[8:]
    ),
    "cosignature: a time beyond 2^63 - 1": cosigned(struct.pack(">Q", 2**63) + bytes(64)),
    "cosignature: it is over the very text": cosigned(cosign(ONE.text, WITNESS, at=5).value),
    "cosignature: a witness key is no log": lambda: parse_policy(
        f"log {WITNESS.verifier.line}\nquorum none\n".encode()
    ),
    "tlog-tiles: a level has no leading zero": lambda: tile_of_path("tile/01/000"),
    "tlog-tiles: at most level 63": lambda: tile_of_path("tile/64/000"),
    "tlog-tiles: elements of three digits": lambda: tile_of_path("tile/0/1234"),
    "tlog-tiles: no element of zeroes before": lambda: tile_of_path("tile/0/x000/001"),
    "tlog-tiles: no partial tile of width 0": lambda: tile_of_path("tile/0/000.p/0"),
    "tlog-tiles: no partial tile of width 256": lambda: tile_of_path("tile/0/000.p/256"),
    "tlog-tiles: a full tile has 8,192 bytes": lambda: tile_hashes(bytes(8_191), Tile(0, 0)),
    "tlog-tiles: a partial tile has 32 bytes a hash": lambda: tile_hashes(bytes(96), Tile(0, 0, 2)),
    "tlog-tiles: an entry is not longer than its length says": lambda: encode_bundle([bytes(65_536)]),
    "tlog-tiles: a bundle is not cut in a length": lambda: decode_bundle(b"\x00", "bundle"),
    "tlog-tiles: a bundle is not cut in an entry": lambda: decode_bundle(b"\x00\x02a", "bundle"),
    "tlog-tiles: a bundle has its entries, not fewer": lambda: decode_bundle(b"\x00\x00", "bundle", width=2),
    "tlog-proof: its header": lambda: parse_receipt(
        Receipt(0, (), note(ONE.text)).encode().replace(b"@v1", b"@v2")
    ),
    "tlog-proof: an index without leading zero": lambda: parse_receipt(
        Receipt(0, (), note(ONE.text)).encode().replace(b"index 0", b"index 00")
    ),
    "tlog-proof: an index within the tree": lambda: receipt(2, (LEAVES[1],)),
    "tlog-proof: not fewer hashes than the place needs": lambda: receipt(0, ()),
    "tlog-proof: not more hashes than the place needs": lambda: receipt(0, (LEAVES[1], LEAVES[1])),
    "tlog-proof: hashes of 32 bytes": lambda: receipt(0, (LEAVES[1][:31],)),
    "tlog-proof: an empty tree holds nothing": lambda: receipt(0, (), Checkpoint(LOG.name, 0, EMPTY_ROOT)),
    "tlog-proof: another leaf": lambda: receipt(0, (LEAVES[1],), leaf=LEAVES[1]),
    "tlog-policy: exactly one quorum": lambda: parse_policy(f"{NAMED}quorum w1\nquorum none\n".encode()),
    "tlog-policy: a quorum": lambda: parse_policy(NAMED.encode()),
    "tlog-policy: names are defined above": lambda: parse_policy(f"quorum w1\n{NAMED}".encode()),
    "tlog-policy: no name twice": lambda: parse_policy(f"{NAMED}{NAMED}quorum w1\n".encode()),
    "tlog-policy: no threshold above the members": lambda: parse_policy(
        f"{NAMED}group g 2 w1\nquorum g\n".encode()
    ),
    "tlog-policy: no carriage return": lambda: parse_policy(b"quorum none\r\n"),
}

WITNESS_RULES: dict[str, tuple[Callable[[], Answer], int, str | None]] = {
    "a first checkpoint from old 0 without proof": (lambda: answer(0, (), ONE, None), 200, None),
    "the same checkpoint again": (lambda: answer(2, (), TWO, TWO), 200, None),
    "a tree that continues": (lambda: answer(1, (LEAVES[1],), TWO, ONE), 200, None),
    "a proof from old 0 is empty": (lambda: answer(0, (LEAVES[1],), TWO, None), 422, None),
    "a false proof": (lambda: answer(1, (LEAVES[0],), TWO, ONE), 422, None),
    "an old size beyond the checkpoint": (lambda: answer(2, (), ONE, TWO), 400, None),
    "an old size that is not the last one, with that one": (lambda: answer(0, (), TWO, ONE), 409, "1\n"),
    "another root of the last size, with that size": (
        lambda: answer(2, (), Checkpoint(LOG.name, 2, bytes(32)), TWO),
        409,
        "2\n",
    ),
}


@pytest.mark.parametrize("rule", TAKEN)
def test_what_the_texts_allow_is_taken(rule: str) -> None:
    assert TAKEN[rule]() is not None


@pytest.mark.parametrize("rule", REFUSED)
def test_what_the_texts_forbid_is_refused(rule: str) -> None:
    with pytest.raises((TextError, ProofError)):
        REFUSED[rule]()


@pytest.mark.parametrize("rule", WITNESS_RULES)
def test_a_witness_answers_as_tlog_witness_says(rule: str) -> None:
    ask, status, body = WITNESS_RULES[rule]
    found = ask()
    assert found.status == status
    assert body is None or found.body == body
    assert (found.seen is None) is (status != 200)
