"""Seeded worlds of lies, late letters and lost writes: each told lie is proved, and no honest log accused."""

from itertools import combinations

import pytest
from benchmarks.tlog_world import LIES, LOG, World, contradict

from tongxing.ledger.lines import ProofError, TextError
from tongxing.ledger.monitoring import Misbehaviour, parse_misbehaviour
from tongxing.ledger.note_keys import ED25519, SigningKey

SEEDS = 300


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    return [World(seed).run() for seed in range(SEEDS)]


def test_the_monitor_proves_each_contradiction_in_the_round_in_which_it_can_be_seen(
    worlds: list[World],
) -> None:
    assert [world.found_at for world in worlds] == [world.contradicted_at for world in worlds]


def test_every_kind_of_lie_is_told_and_found_in_many_worlds(worlds: list[World]) -> None:
    for lie in LIES[1:]:
        found = [world for world in worlds if world.lie == lie and world.found is not None]
        assert len(found) >= 15, lie


def test_a_proof_convicts_by_the_key_of_the_log_alone(worlds: list[World]) -> None:
    for world in worlds:
        if world.found is not None:
            data = world.found.encode()
            read = parse_misbehaviour(data, LOG.verifier)
            assert read.convicts()
            assert read.encode() == data


def test_an_honest_log_is_never_accused_whatever_is_late_lost_or_falsely_cosigned(
    worlds: list[World],
) -> None:
    honest = [world for world in worlds if world.lie == "none"]
    assert any(world.lying_witness for world in honest)
    assert sum(len(world.reports) for world in honest) > 2 * len(honest)
    for world in honest:
        assert world.found is None
        for report in world.reports:
            assert world.views[0][: len(report.leaves)] == report.leaves


def test_with_honest_witnesses_alone_no_two_histories_reach_a_quorum(worlds: list[World]) -> None:
    apart = [world for world in worlds if world.lie != "none" and not world.lying_witness]
    assert len(apart) >= 50
    for world in apart:
        for first, second in combinations(world.reports, 2):
            assert not contradict(first.leaves, second.leaves)


def test_no_honest_witness_ever_signs_two_histories(worlds: list[World]) -> None:
    for world in worlds:
        for witness in world.witnesses:
            for first, second in combinations(witness.signed, 2):
                assert not contradict(first, second)


def test_a_seed_tells_the_same_story_twice() -> None:
    first, second = World(7).run(), World(7).run()
    assert [one.opened.note for one in first.reports] == [one.opened.note for one in second.reports]


def proof() -> bytes:
    return next(world.found.encode() for seed in range(1, 99) if (world := World(seed).run()).found)


def test_no_altered_byte_leaves_another_accusation() -> None:
    data = proof()
    true = parse_misbehaviour(data, LOG.verifier)
    for at in range(len(data)):
        try:
            found = parse_misbehaviour(data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :], LOG.verifier)
        except (TextError, ProofError):
            continue
        if found.convicts():
            assert (found.earlier.checkpoint, found.later.checkpoint, found.other_root) == (
                true.earlier.checkpoint,
                true.later.checkpoint,
                true.other_root,
            ), "only a cosignature, which nobody needs here, may have changed"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"@v1", b"@v2"),
        (b"@v1\n", b"@v1\nAAAA\n"),
        (b"@v1\n", b"@v1\n" + b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64),
        (b"\n\n", b"\n"),
        (b"\n\n", b"\n\n\n"),
    ],
)
def test_a_malformed_accusation_is_refused_with_a_reason(old: bytes, new: bytes) -> None:
    with pytest.raises(TextError, match=r"misbehaviour|note|checkpoint|signature"):
        parse_misbehaviour(proof().replace(old, new, 1), LOG.verifier)


def test_an_accusation_of_another_log_or_without_contradiction_does_not_hold() -> None:
    stranger = SigningKey(LOG.name, ED25519, bytes(32)).verifier
    with pytest.raises(ProofError):
        parse_misbehaviour(proof(), stranger)
    world = next(world for seed in range(0, 99, 5) if len((world := World(seed).run()).reports) > 1)
    early, late = world.reports[0].opened, world.reports[-1].opened
    root = early.checkpoint.root
    found = parse_misbehaviour(Misbehaviour(early, late, root, ()).encode(), LOG.verifier)
    assert not found.convicts()
