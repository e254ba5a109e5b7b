"""A witness answers as tlog-witness says and never signs a fork; a monitor convicts a log that forked."""

from collections.abc import Sequence

import pytest

from tongxing.ledger.checkpoints import Checkpoint, open_checkpoint, signed_checkpoint
from tongxing.ledger.growth import Growth
from tongxing.ledger.leaves import leaf_hash
from tongxing.ledger.lines import ProofError, TextError
from tongxing.ledger.merkle import EMPTY_ROOT
from tongxing.ledger.monitoring import compare
from tongxing.ledger.note_keys import COSIGNATURE, ED25519, SigningKey
from tongxing.ledger.notes import Note, Signature, parse_signatures, sign, verify_note
from tongxing.ledger.proving import Prover
from tongxing.ledger.witnessing import SIZE_TYPE, Answer, Request, consider, parse_request

LOG = SigningKey("log.example/records", ED25519, bytes(range(32)))
WITNESS = SigningKey("w1.example", COSIGNATURE, bytes((9,)) * 32)
AT = 1_700_000_000


def tree(entries: Sequence[str]) -> Prover:
    growth = Growth()
    tiles = dict(growth.append(b"".join(leaf_hash(entry.encode()) for entry in entries)))
    tiles |= dict(growth.partial_tiles())
    return Prover(growth.size, tiles.__getitem__)


HONEST = tree([f"entry {number}" for number in range(40)])
FORKED = tree([f"entry {number}" if number != 3 else "changed" for number in range(40)])


def note(size: int, prover: Prover = HONEST, key: SigningKey = LOG) -> Note:
    return signed_checkpoint(Checkpoint(key.name, size, prover.root(size)), key)


def asked(
    size: int, *, old: int, seen: int | None = None, prover: Prover = HONEST, signed: Note | None = None
) -> Answer:
    proof = prover.consistency(old, size) if 0 < old <= size else ()
    body = Request(old, tuple(proof), (signed or note(size, prover)).encode()).encode()
    return considered(body, seen=seen)


def considered(body: bytes, *, seen: int | None = None) -> Answer:
    latest = None if seen is None else Checkpoint(LOG.name, seen, HONEST.root(seen))
    return consider(
        body,
        latest=lambda origin: latest if origin == LOG.name else None,
        logs={LOG.name: [LOG.verifier]},
        key=WITNESS,
        at=AT,
    )


@pytest.mark.parametrize(("old", "size"), [(0, 0), (0, 7), (7, 7), (7, 8), (7, 40), (32, 40)])
def test_what_continues_the_last_checkpoint_is_cosigned(old: int, size: int) -> None:
    answer = asked(size, old=old, seen=old or None)
    assert answer.status == 200
    assert answer.seen == Checkpoint(LOG.name, size, HONEST.root(size))
    signatures = parse_signatures(answer.body)
    assert [one.at for one in verify_note(Note(note(size).text, signatures), [WITNESS.verifier])] == [AT]


@pytest.mark.parametrize("seen", [1, 4, 39])
def test_no_fork_is_ever_cosigned(seen: int) -> None:
    for size in range(max(seen, 4), 41):
        for old in {0, seen, size}:
            answer = asked(size, old=old, seen=seen, prover=FORKED)
            if seen < 4 and old == seen:
                assert answer.status == 200, "the trees differ only from the fourth entry on"
            else:
                assert answer.status in {409, 422}
                assert answer.seen is None


def test_another_root_of_the_same_size_is_a_conflict() -> None:
    answer = asked(7, old=7, seen=7, prover=FORKED)
    assert (answer.status, answer.body, answer.content_type) == (409, "7\n", SIZE_TYPE)


@pytest.mark.parametrize(("old", "seen"), [(0, 7), (6, 7), (8, 7), (5, None)])
def test_an_old_size_that_is_not_the_last_one_is_a_conflict_that_tells_it(old: int, seen: int | None) -> None:
    answer = asked(20, old=old, seen=seen)
    assert (answer.status, answer.body, answer.content_type) == (409, f"{seen or 0}\n", SIZE_TYPE)


def test_an_old_size_beyond_the_checkpoint_is_a_bad_request() -> None:
    assert asked(6, old=7, seen=7).status == 400


def test_an_unknown_log_is_not_found_and_an_unsigned_checkpoint_forbidden() -> None:
    stranger = SigningKey("stranger.example", ED25519, bytes(32))
    assert asked(7, old=0, signed=note(7, key=stranger)).status == 404
    text = note(7).text
    other_key = SigningKey(LOG.name, ED25519, bytes(32))
    assert asked(7, old=0, signed=Note(text, (sign(text, other_key),))).status == 403
    false = Signature(LOG.name, LOG.verifier.key_id, bytes(64))
    assert asked(7, old=0, signed=Note(text, (false,))).status == 403


def test_a_proof_that_does_not_hold_or_is_not_empty_is_unprocessable() -> None:
    proof = tuple(HONEST.consistency(7, 20))
    for wrong in ((), proof[:-1], (*proof, proof[0]), (bytes(32), *proof[1:])):
        assert considered(Request(7, wrong, note(20).encode()).encode(), seen=7).status == 422
    assert considered(Request(0, (bytes(32),), note(20).encode()).encode()).status == 422
    assert considered(Request(7, (bytes(32),), note(7).encode()).encode(), seen=7).status == 422


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"old 7", b"old 07"),
        (b"old 7", b"old -7"),
        (b"old 7", b"Old 7"),
        (b"old 7\n", b""),
        (b"old 7\n", b"old 7\nAAAA\n"),
        (b"old 7\n", b"old 7\n" + b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64),
        (b"\n\n", b"\n"),
        (b"\n20\n", b"\n020\n"),
    ],
)
def test_a_malformed_request_is_a_bad_request(old: bytes, new: bytes) -> None:
    body = Request(7, tuple(HONEST.consistency(7, 20)), note(20).encode()).encode()
    assert old in body
    assert considered(body.replace(old, new), seen=7).status == 400


def test_a_request_is_read_as_it_is_written() -> None:
    request = Request(7, tuple(HONEST.consistency(7, 20)), note(20).encode())
    assert parse_request(request.encode()) == request
    with pytest.raises(TextError):
        parse_request(b"")


def test_two_histories_of_a_log_convict_it() -> None:
    honest, forked = (open_checkpoint(note(9, tree_).encode(), [LOG.verifier]) for tree_ in (HONEST, FORKED))
    later = open_checkpoint(note(30, FORKED).encode(), [LOG.verifier])
    for found in (compare(honest, forked, FORKED), compare(later, honest, FORKED)):
        assert found is not None
        assert found.convicts()
        assert note(9).text.encode() in found.encode()
    assert compare(forked, later, FORKED) is None
    assert compare(later, later, FORKED) is None


def test_one_history_convicts_nobody() -> None:
    opened = {size: open_checkpoint(note(size).encode(), [LOG.verifier]) for size in (0, 1, 9, 32, 40)}
    assert opened[0].checkpoint.root == EMPTY_ROOT
    for small in opened.values():
        for large in opened.values():
            assert compare(small, large, HONEST) is None


def test_tiles_that_join_two_trees_do_not_hide_a_fork() -> None:
    """Lower tiles of the history that was seen, upper ones of the other: each root comes out as signed."""
    seen, other = ([leaf_hash(f"{by} {at}".encode()) for at in range(70_000)] for by in ("entry", "other"))
    growths = {}
    for name, leaves in (("seen", seen), ("other", other)):
        growth = Growth()
        tiles = dict(growth.append(b"".join(leaves)))
        growths[name] = tiles | dict(growth.partial_tiles())
    joined = Prover(
        70_000,
        lambda tile: growths["seen" if tile.width == 256 else "other"][tile],
    )
    honest = Prover(70_000, growths["seen"].__getitem__)
    small, large = (
        open_checkpoint(note(size, prover).encode(), [LOG.verifier])
        for size, prover in ((300, honest), (70_000, Prover(70_000, growths["other"].__getitem__)))
    )
    assert (joined.root(300), joined.root()) == (small.checkpoint.root, large.checkpoint.root)
    with pytest.raises(ProofError, match="the tiles do not make"):
        compare(small, large, joined)


def test_tiles_of_another_tree_prove_nothing() -> None:
    small, large = (open_checkpoint(note(size).encode(), [LOG.verifier]) for size in (9, 30))
    with pytest.raises(ProofError, match="the tiles do not make"):
        compare(small, large, FORKED)
