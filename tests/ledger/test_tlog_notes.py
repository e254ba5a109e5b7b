"""Signed notes, keys, checkpoints and cosignatures to the letter of the C2SP texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tongxing.ledger.checkpoints import Checkpoint, open_checkpoint, parse_checkpoint, signed_checkpoint
from tongxing.ledger.lines import ProofError, TextError, base64_text
from tongxing.ledger.merkle import EMPTY_ROOT
from tongxing.ledger.note_keys import COSIGNATURE, ED25519, SigningKey, VerifierKey, signing_key, verifier_key
from tongxing.ledger.notes import Note, Signature, cosign, parse_note, parse_signatures, sign, verify_note

GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8"
    "pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
"""The example of the Go package whose format signed-note describes."""
LOG = SigningKey("log.example/records", ED25519, bytes(range(32)))
WITNESS = SigningKey("witness.example/w1", COSIGNATURE, bytes(range(1, 33)))
OTHER = SigningKey("witness.example/w2", COSIGNATURE, bytes(range(2, 34)))
TREE = Checkpoint("log.example/records", 20_852_163, bytes(range(32)))
AT = 1_679_315_147


def signed() -> Note:
    return signed_checkpoint(TREE, LOG).signed_also(cosign(TREE.text, WITNESS, at=AT))


def test_the_note_of_the_go_package_verifies_and_is_signed_alike() -> None:
    note = parse_note(GO_NOTE.encode())
    assert verify_note(note, [verifier_key(GO_VKEY)])[0].key.name == "PeterNeumann"
    assert sign(note.text, signing_key(GO_SKEY)) == note.signatures[0]
    assert verifier_key(GO_VKEY).line == GO_VKEY
    assert signing_key(GO_SKEY).secret_line == GO_SKEY
    assert note.encode().decode() == GO_NOTE


def test_each_altered_byte_of_a_checkpoint_is_refused() -> None:
    data = signed().encode()
    keys = [LOG.verifier], [WITNESS.verifier]
    assert len(open_checkpoint(data, *keys).witnesses) == 1
    for at in range(len(data)):
        for bit in (1, 0x20, 0x80):
            altered = data[:at] + bytes((data[at] ^ bit,)) + data[at + 1 :]
            try:
                opened = open_checkpoint(altered, *keys)
            except (TextError, ProofError):
                continue
            assert opened.checkpoint == TREE
            assert opened.witnesses == (), "only the name or id of a witness may become unknown"


def test_each_missing_byte_of_a_checkpoint_is_refused() -> None:
    data = signed_checkpoint(TREE, LOG).encode()
    for at in range(len(data)):
        with pytest.raises((TextError, ProofError)):
            open_checkpoint(data[:at] + data[at + 1 :], [LOG.verifier])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\nno dash\n",
        "text\n\n\u2014 a AAAAAAA=".encode(),
        "text\n\n\u2014 a AAAA\n".encode(),
        "text\n\n\u2014 a AAAAAA==\n".encode(),
        "text\n\n\u2014 a AAAAAAB=\n".encode(),
        "text\n\n\u2014 a  AAAAAAA=\n".encode(),
        "text\n\n\u2014 a AAAAAAA= \n".encode(),
        "text\n\n\u2014 a+b AAAAAAA=\n".encode(),
        "text\n\n\u2014 a\u00a0b AAAAAAA=\n".encode(),
        "text\n\n\u2014  AAAAAAA=\n".encode(),
        b"text\n\n- a AAAAAAA=\n",
        "te\txt\n\n\u2014 a AAAAAAA=\n".encode(),
        "te\rxt\n\n\u2014 a AAAAAAA=\n".encode(),
        b"te\xffxt\n\n\xe2\x80\x94 a AAAAAAA=\n",
        "text\n\n\u2014 a AAAAAA-_\n".encode(),
        b"x" * 1_000_001,
    ],
)
def test_a_malformed_note_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(TextError, match=r"note|signature"):
        parse_note(data)


def test_empty_lines_belong_to_the_text_until_the_last() -> None:
    text = "one\n\ntwo\n\n\nthree\n"
    note = Note(text, (sign(text, LOG),))
    assert parse_note(note.encode()) == note
    verify_note(parse_note(note.encode()), [LOG.verifier])


@given(
    some.text(some.characters(exclude_categories=["Cs", "Cc"]), max_size=30),
    some.binary(min_size=1, max_size=90),
)
def test_a_note_that_reads_is_written_back_byte_by_byte(line: str, value: bytes) -> None:
    note = Note(f"{line}\n", (Signature("a.example", b"\x01\x02\x03\x04", value),))
    assert parse_note(note.encode()) == note


def test_sixteen_signatures_are_taken_and_a_hundred_and_one_are_not() -> None:
    keys = [SigningKey(f"k{number}", ED25519, bytes((number,)) * 32) for number in range(101)]
    many = Note("text\n", tuple(sign("text\n", key) for key in keys))
    assert (
        len(verify_note(parse_note(Note("text\n", many.signatures[:16]).encode()), [keys[15].verifier])) == 1
    )
    with pytest.raises(TextError, match="more than 100"):
        parse_note(many.encode())


def test_a_signature_of_an_unknown_key_is_ignored_even_with_a_known_name_or_id() -> None:
    good = sign("text\n", LOG)
    same_name = Signature(LOG.name, b"\x00\x00\x00\x00", good.value)
    same_id = Signature("another.example", good.key_id, good.value)
    assert len(verify_note(Note("text\n", (same_name, good, same_id)), [LOG.verifier])) == 1
    with pytest.raises(ProofError, match="no signature by a known key"):
        verify_note(Note("text\n", (same_name, same_id)), [LOG.verifier])


def test_a_false_signature_of_a_known_key_spoils_the_note() -> None:
    false = Signature(LOG.name, LOG.verifier.key_id, bytes(64))
    with pytest.raises(ProofError, match="false"):
        verify_note(Note("text\n", (sign("text\n", LOG), false)), [LOG.verifier])
    short = Signature(LOG.name, LOG.verifier.key_id, bytes(63))
    with pytest.raises(ProofError):
        verify_note(Note("text\n", (short,)), [LOG.verifier])


def test_a_note_names_each_signer_once() -> None:
    note = signed().signed_also(*signed().signatures)
    assert len(note.signatures) == 2
    twice = Note(note.text, note.signatures * 2)
    assert len(verify_note(twice, [LOG.verifier, WITNESS.verifier])) == 2


def test_a_cosignature_binds_its_time_and_the_whole_text() -> None:
    note = signed()
    found = verify_note(note, [WITNESS.verifier])
    assert [(one.key.name, one.at) for one in found] == [(WITNESS.name, AT)]
    line = note.signatures[1]
    for value in (
        line.value[:8] + bytes(64),
        bytes(8) + line.value[8:],
        line.value[:-1],
        b"\xff" + line.value[1:],
    ):
        with pytest.raises(ProofError):
            verify_note(Note(note.text, (Signature(line.name, line.key_id, value),)), [WITNESS.verifier])


def test_a_cosignature_is_over_the_lines_the_text_gives() -> None:
    message = (
        b"cosignature/v1\ntime 1679315147\nlog.example/records\n20852163\n"
        b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    )
    value = cosign(TREE.text, WITNESS, at=AT).value
    assert WITNESS.verifier.signed(message, value[8:])
    assert int.from_bytes(value[:8], "big") == AT


def test_a_key_signs_only_what_its_type_is_for() -> None:
    with pytest.raises(TextError):
        sign("text\n", WITNESS)
    with pytest.raises(TextError):
        cosign(TREE.text, LOG, at=AT)
    for wrong in (-1, 2**63):
        with pytest.raises(TextError):
            cosign(TREE.text, WITNESS, at=wrong)
    for text in ("text", "te\txt\n", ""):
        with pytest.raises(TextError):
            sign(text, LOG)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumam+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10Q=",
        "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+",
        "PeterNeumann+c74f20a3+!!!!",
    ],
)
def test_a_wrong_key_line_is_refused(line: str) -> None:
    with pytest.raises(TextError):
        verifier_key(line)


def test_base64_with_a_plus_is_read_whole() -> None:
    key = next(
        key
        for number in range(200)
        if "+"
        in base64_text((key := SigningKey("a.example", ED25519, bytes((number,)) * 32).verifier).public)
    )
    assert verifier_key(key.line) == key


def test_a_secret_is_neither_printed_nor_repeated_in_a_refusal() -> None:
    assert "seed" not in repr(LOG)
    with pytest.raises(TextError) as refused:
        signing_key(GO_SKEY.replace("c74f20a3", "c74f20a"))
    assert "AYEKFALV" not in str(refused.value)


def test_two_keys_with_one_name_and_id_are_not_accepted_together() -> None:
    with pytest.raises(TextError):
        VerifierKey("a", 0x02, bytes(32))
    assert len(verify_note(signed(), [LOG.verifier, LOG.verifier])) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n1\n",
        "origin\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n1 \nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n\u0661\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n9223372036854775808\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n",
        "origin\n1\nAAAA\n",
        "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "origin\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nmore\n",
        "origin\n0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(TextError):
        parse_checkpoint(text)


def test_checkpoints_are_read_and_written_alike() -> None:
    for one in (TREE, Checkpoint("o", 0, EMPTY_ROOT), Checkpoint("o", 1, bytes(32), ("more", "lines"))):
        assert parse_checkpoint(one.text) == one


def test_a_checkpoint_counts_only_under_the_origin_of_the_log_that_signed_it() -> None:
    foreign = SigningKey("other.example/log", ED25519, LOG.seed)
    with pytest.raises(TextError):
        signed_checkpoint(TREE, foreign)
    taken = Note(TREE.text, (sign(TREE.text, foreign),))
    with pytest.raises(ProofError, match="no known log"):
        open_checkpoint(taken.encode(), [foreign.verifier])
    with pytest.raises(ProofError):
        open_checkpoint(taken.encode(), [LOG.verifier, foreign.verifier])
    only_witness = Note(TREE.text, (cosign(TREE.text, WITNESS, at=AT),))
    with pytest.raises(ProofError, match="not signed by the log"):
        open_checkpoint(only_witness.encode(), [LOG.verifier], [WITNESS.verifier])


def test_a_witness_answer_is_read_as_lines() -> None:
    lines = "".join(cosign(TREE.text, key, at=AT).line for key in (WITNESS, OTHER))
    assert [one.name for one in parse_signatures(lines)] == [WITNESS.name, OTHER.name]
    with pytest.raises(TextError):
        parse_signatures(lines[:-1])
