"""Chance: repeatable by seed in simulations, fresh otherwise."""

from tongxing.adapters.entropy import OsEntropy, SeededEntropy


def test_one_seed_gives_one_sequence() -> None:
    first, second = SeededEntropy(7), SeededEntropy(7)
    assert [first.token(32) for _ in range(5)] == [second.token(32) for _ in range(5)]


def test_other_seeds_and_later_draws_give_other_bytes() -> None:
    entropy = SeededEntropy(-1)
    drawn = [entropy.token(32) for _ in range(100)] + [SeededEntropy(1).token(32)]
    assert len(set(drawn)) == 101


def test_a_token_has_the_length_asked_for() -> None:
    for length in (0, 1, 12, 64, 65, 200):
        assert len(SeededEntropy(1).token(length)) == length
        assert len(OsEntropy().token(length)) == length


def test_the_operating_system_does_not_repeat_itself() -> None:
    assert OsEntropy().token(32) != OsEntropy().token(32)
