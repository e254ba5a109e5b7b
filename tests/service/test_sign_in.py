"""Codes by RFC 6238, passwords, sessions and keys over a real store."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tongxing.adapters.policy import Argon2
from tongxing.app import temporary_house
from tongxing.domain.person import Person, Role
from tongxing.service.house import House
from tongxing.service.one_time import code, step_at, step_of
from tongxing.service.people import PersonRefusedError, add_person, reset_person, set_active
from tongxing.service.sign_in import begin, end, new_key, person_by_key, session_of, sign_in

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
RFC_SEED = b"12345678901234567890"
WORDS = "correct horse battery"
LIN = Person(person_id="adviser-7", name="林知行", role=Role.ADVISER, team="浦东")
PASSWORDS = Argon2()


@pytest.fixture
def house() -> Iterator[House]:
    with temporary_house(seed=5) as house:
        yield house


def enter(
    house: House, seed: bytes, at: datetime, *, password: str = WORDS, typed: str = ""
) -> Person | None:
    words = typed or code(seed, step_at(at))
    return sign_in(house, "adviser-7", password, words, passwords=PASSWORDS, now=at)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(seconds: int, expected: str) -> None:
    assert code(RFC_SEED, seconds // 30, digits=8) == expected


def test_a_code_is_taken_one_step_early_or_late_and_no_further() -> None:
    now = step_at(NOW)
    taken = [step_of(RFC_SEED, code(RFC_SEED, now + away), NOW, after=None) for away in (-2, -1, 0, 1, 2)]
    assert taken == [None, now - 1, now, now + 1, None]
    assert step_of(RFC_SEED, code(RFC_SEED, now), NOW, after=now) is None
    assert step_of(RFC_SEED, "", NOW, after=None) is None


def test_password_and_code_sign_in_and_a_code_counts_once(house: House) -> None:
    seed = add_person(house, PASSWORDS, LIN, WORDS)
    assert enter(house, seed, NOW) == LIN
    assert enter(house, seed, NOW) is None
    assert enter(house, seed, NOW + timedelta(seconds=30)) == LIN


@pytest.mark.parametrize(("password", "typed"), [("wrong words here", ""), (WORDS, "000000"), ("", "")])
def test_one_right_half_is_not_enough(house: House, password: str, typed: str) -> None:
    seed = add_person(house, PASSWORDS, LIN, WORDS)
    assert enter(house, seed, NOW, password=password, typed=typed) is None


def test_after_five_wrong_tries_the_right_words_wait_a_quarter_of_an_hour(house: House) -> None:
    seed = add_person(house, PASSWORDS, LIN, WORDS)
    for _ in range(5):
        assert enter(house, seed, NOW, password="wrong words here") is None  # noqa: S106 - a test
    assert enter(house, seed, NOW + timedelta(minutes=14)) is None
    assert enter(house, seed, NOW + timedelta(minutes=15)) == LIN


def test_an_account_without_a_password_lets_nobody_in(house: House) -> None:
    house.store.people.add(LIN)
    assert enter(house, RFC_SEED, NOW) is None
    assert enter(house, RFC_SEED, NOW, password="") is None


def test_a_session_ends_when_it_is_left_alone_and_at_its_end(house: House) -> None:
    house.store.people.add(LIN)
    token = begin(house, LIN, now=NOW)
    found = session_of(house, token, now=NOW + timedelta(minutes=29))
    assert found is not None
    assert found.person == LIN
    assert session_of(house, token, now=NOW + timedelta(minutes=58)) is not None
    assert session_of(house, token, now=NOW + timedelta(minutes=88)) is None
    busy = begin(house, LIN, now=NOW)
    for minutes in range(0, 12 * 60, 20):
        assert session_of(house, busy, now=NOW + timedelta(minutes=minutes)) is not None
    assert session_of(house, busy, now=NOW + timedelta(hours=12)) is None


def test_a_token_is_kept_as_its_hash_and_a_changed_one_is_nobodys(house: House) -> None:
    house.store.people.add(LIN)
    token = begin(house, LIN, now=NOW)
    stored = house.store.path.read_bytes() + house.store.path.with_name("store.db-wal").read_bytes()  # type: ignore[attr-defined]
    assert token.encode() not in stored
    for changed in (token[:-1], token + "x", token.swapcase(), "", "x" * 10_000, "\ud800"):
        assert session_of(house, changed, now=NOW) is None


def test_signing_out_everywhere_ends_every_session(house: House) -> None:
    house.store.people.add(LIN)
    here, there = begin(house, LIN, now=NOW), begin(house, LIN, now=NOW)
    end(house, here)
    assert session_of(house, here, now=NOW) is None
    assert session_of(house, there, now=NOW) is not None
    end(house, there, everywhere=True, person=LIN)
    again = begin(house, LIN, now=NOW)
    end(house, "unknown", everywhere=True, person=LIN)
    assert session_of(house, again, now=NOW) is None


def test_who_is_shut_out_is_out_at_once(house: House) -> None:
    seed = add_person(house, PASSWORDS, LIN, WORDS)
    token, key = begin(house, LIN, now=NOW), new_key(house, "adviser-7", "tests")
    boss = Person(person_id="administrator-1", name="x", role=Role.ADMINISTRATOR)
    assert person_by_key(house, key, NOW) == LIN
    set_active(house, boss, "adviser-7", active=False)
    assert session_of(house, token, now=NOW) is None
    assert person_by_key(house, key, NOW) is None
    assert enter(house, seed, NOW) is None
    with pytest.raises(PersonRefusedError, match="self"):
        set_active(house, boss, "administrator-1", active=False)


def test_a_key_is_over_at_its_end_and_others_are_none(house: House) -> None:
    house.store.people.add(LIN)
    key = new_key(house, "adviser-7", "nightly", until=NOW)
    assert person_by_key(house, key, NOW - timedelta(seconds=1)) == LIN
    assert person_by_key(house, key, NOW) is None
    for wrong in (key + "x", key.removeprefix("txk_"), "", "txk_"):
        assert person_by_key(house, wrong, NOW - timedelta(days=1)) is None


def test_a_reset_gives_other_secrets_and_ends_sessions(house: House) -> None:
    old = add_person(house, PASSWORDS, LIN, WORDS)
    token = begin(house, LIN, now=NOW)
    new = reset_person(house, PASSWORDS, "adviser-7", "another twelve")
    assert session_of(house, token, now=NOW) is None
    assert enter(house, old, NOW) is None
    assert enter(house, new, NOW, password="another twelve") == LIN  # noqa: S106 - a test


@pytest.mark.parametrize(
    ("person", "password", "reason"),
    [
        (LIN, "short", "password"),
        (Person(person_id="A 1", name="x", role=Role.AUDITOR), WORDS, "id"),
        (Person(person_id="auditor-9", name=" ", role=Role.AUDITOR), WORDS, "name"),
        (Person(person_id="manager-9", name="x", role=Role.MANAGER), WORDS, "team"),
        (Person(person_id="c-9", name="x", role=Role.CLIENT, client_id="C404"), WORDS, "unknown"),
    ],
)
def test_a_person_that_cannot_be_is_refused(house: House, person: Person, password: str, reason: str) -> None:
    with pytest.raises(PersonRefusedError, match=reason):
        add_person(house, PASSWORDS, person, password)
    assert house.store.people.account(person.person_id) is None


def test_nobody_is_added_twice(house: House) -> None:
    add_person(house, PASSWORDS, LIN, WORDS)
    with pytest.raises(PersonRefusedError, match="taken"):
        add_person(house, PASSWORDS, LIN, WORDS)
