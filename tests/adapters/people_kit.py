"""What every store must do with people, sessions, keys, looks and substitutes: a list of facts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from store_kit import searched

from tongxing.adapters.store import SqlStore
from tongxing.domain.draft import Licence
from tongxing.domain.leaf import LOGS
from tongxing.domain.person import Person, Role
from tongxing.ledger.leaves import leaf
from tongxing.service.ports_people import AccessEntry, Account, KeyRow, SessionRow, Substitute

AT = datetime(2026, 5, 6, 2, 0, 0, 123456, tzinfo=UTC)
DAY = date(2026, 5, 6)
LICENCE = Licence(number="S1230626050001", scopes=("advice", "fund"), valid_to=date(2027, 12, 31))
LIN = Person(person_id="adviser-1", name="林知行", role=Role.ADVISER, team="浦东", licence=LICENCE)
ZHOU = replace(LIN, person_id="adviser-2", name="周予安", licence=None)
CLIENT = Person(person_id="c1", name="王一禾", role=Role.CLIENT, client_id="C000001")
HASH, OTHER = b"\x00\xff" * 16, b"\x01\xfe" * 16
CHECKS: list[Callable[[SqlStore], None]] = []


def check(fact: Callable[[SqlStore], None]) -> Callable[[SqlStore], None]:
    """Add a fact to the list."""
    CHECKS.append(fact)
    return fact


def a_session(person: Person = LIN, token: bytes = HASH, *, until: datetime = AT) -> SessionRow:
    return SessionRow(
        token_hash=token,
        person_id=person.person_id,
        form_key="键",
        made_at=AT,
        seen_at=AT,
        until=until,
    )


def a_key(key: bytes = HASH, *, until: datetime | None = None) -> KeyRow:
    return KeyRow(key_hash=key, person_id="adviser-1", name="夜间", made_at=AT, until=until)


def a_look(number: int, **other: object) -> AccessEntry:
    entry = AccessEntry(
        at=AT + timedelta(seconds=number),
        person_id="adviser-1",
        role="adviser",
        act="client.read",
        client_id="C000001",
        purpose="service",
        reason="",
        allowed=True,
        policies="adviser_assigned",
    )
    return replace(entry, **other)  # type: ignore[arg-type]


def an_absence(**other: object) -> Substitute:
    one = Substitute(
        absent_id="adviser-1",
        substitute_id="adviser-2",
        first=DAY,
        last=DAY + timedelta(days=2),
        by="manager-1",
        made_at=AT,
    )
    return replace(one, **other)  # type: ignore[arg-type]


@check
def an_account_is_read_back_as_it_was_written(store: SqlStore) -> None:
    account = Account(
        person=LIN,
        password="$argon2id$x",  # noqa: S106 - no password: the place of a hash
        one_time=bytes(range(20)),
        one_time_step=58_000_000,
        failures=2,
        locked_until=AT,
        active=True,
    )
    store.people.put(account)
    assert store.people.account("adviser-1") == account
    assert store.people.person("adviser-1") == LIN
    later = replace(account, person=replace(LIN, name="林知远"), one_time=None, locked_until=None)
    store.people.put(later)
    assert store.people.account("adviser-1") == later
    assert store.people.account("nobody") is None
    assert store.people.person("nobody") is None


@check
def a_person_added_twice_stays_as_they_were(store: SqlStore) -> None:
    assert store.people.add(LIN)
    assert not store.people.add(replace(LIN, name="别人"))
    assert store.people.person("adviser-1") == LIN


@check
def staff_are_listed_by_id_without_clients_and_with_closed_seeds(store: SqlStore) -> None:
    for person in (ZHOU, CLIENT, LIN):
        store.people.put(Account(person=person, one_time=b"seed of the codes"))
    found = store.people.rows()
    assert [one.person for one in found] == [LIN, ZHOU]
    assert [one.one_time for one in found] == [b"", b""]
    assert [one.person for one in store.people.rows(after="adviser-1")] == [ZHOU]
    assert [one.person for one in store.people.rows(limit=1)] == [LIN]


@check
def a_code_counts_once_and_an_earlier_one_never_again(store: SqlStore) -> None:
    store.people.add(LIN)
    assert [store.people.took_code("adviser-1", step) for step in (7, 7, 6, 8)] == [True, False, False, True]
    assert not store.people.took_code("nobody", 9)


@check
def failures_are_counted_until_the_lock_and_forgotten_by_a_sign_in(store: SqlStore) -> None:
    store.people.add(LIN)
    counted = [store.people.failed("adviser-1", most=3, locked_until=AT) for _try in range(3)]
    assert counted == [1, 2, 3]
    locked = store.people.account("adviser-1")
    assert locked is not None
    assert (locked.failures, locked.locked_until) == (0, AT)
    store.people.signed_in("adviser-1")
    free = store.people.account("adviser-1")
    assert free is not None
    assert (free.failures, free.locked_until) == (0, None)


@check
def a_disabled_person_has_no_sessions_and_no_keys(store: SqlStore) -> None:
    store.people.add(LIN)
    store.people.open_session(a_session())
    store.people.add_key(a_key())
    assert store.people.set_active("adviser-1", active=False)
    assert store.people.person("adviser-1") is None
    assert store.people.session(HASH) is None
    assert store.people.key(HASH) is None
    assert store.people.set_active("adviser-1", active=True)
    assert store.people.session(HASH) is None
    key = store.people.key(HASH)
    assert key is not None
    assert key[0].revoked
    assert not store.people.set_active("nobody", active=False)


@check
def a_session_is_found_by_its_token_with_its_person_until_it_is_closed(store: SqlStore) -> None:
    store.people.add(LIN)
    store.people.open_session(a_session())
    assert store.people.session(HASH) == (a_session(), LIN)
    assert store.people.session(OTHER) is None
    store.people.seen(HASH, AT + timedelta(minutes=5))
    found = store.people.session(HASH)
    assert found is not None
    assert found[0].seen_at == AT + timedelta(minutes=5)
    store.people.close_session(HASH)
    assert store.people.session(HASH) is None


@check
def a_person_is_signed_out_everywhere_and_nobody_else_is(store: SqlStore) -> None:
    for person, tokens in ((LIN, (b"a", b"b")), (ZHOU, (b"c",))):
        store.people.add(person)
        for token in tokens:
            store.people.open_session(a_session(person, token))
    assert store.people.close_sessions("adviser-1") == 2
    assert [store.people.session(token) is not None for token in (b"a", b"b", b"c")] == [False, False, True]
    assert store.people.close_sessions("adviser-1") == 0


@check
def sessions_that_ended_before_an_instant_are_forgotten(store: SqlStore) -> None:
    store.people.add(LIN)
    store.people.open_session(a_session(token=b"old", until=AT))
    store.people.open_session(a_session(token=b"new", until=AT + timedelta(microseconds=1)))
    assert store.people.forget_sessions(AT + timedelta(microseconds=1)) == 1
    assert store.people.session(b"old") is None
    assert store.people.session(b"new") is not None


@check
def keys_are_read_back_and_revoked_together(store: SqlStore) -> None:
    store.people.add(LIN)
    first, second = a_key(), replace(a_key(OTHER, until=AT), made_at=AT + timedelta(days=1))
    store.people.add_key(second)
    store.people.add_key(first)
    assert store.people.key(OTHER) == (second, LIN)
    assert store.people.keys_of("adviser-1") == (first, second)
    assert [store.people.revoke_keys("adviser-1"), store.people.revoke_keys("adviser-1")] == [2, 0]
    assert all(one.revoked for one in store.people.keys_of("adviser-1"))


@check
def clients_are_given_to_an_adviser_once(store: SqlStore) -> None:
    store.people.add(LIN)
    assert store.people.assign_all({"C1": "adviser-1", "C2": "gone"}) == 2
    assert store.people.assign_all({"C1": "adviser-2", "C3": "adviser-2"}) == 1
    assert store.people.team_of_adviser("C1") == ("adviser-1", "浦东")
    assert store.people.team_of_adviser("C2") == ("gone", None)
    assert store.people.team_of_adviser("C9") == (None, None)


@check
def a_client_is_known_from_the_first_event_on(store: SqlStore) -> None:
    assert not store.people.knows_client("C000001")
    store.append([searched(1)])
    assert store.people.knows_client("C000001")


@check
def looks_are_read_back_latest_first_with_their_reasons(store: SqlStore) -> None:
    looks = tuple(replace(look, leaf_index=index) for index, look in enumerate(_looks()))
    for look in _looks():
        store.people.note(look)
        store.people.settle_looks()
    assert store.people.entries_of("C000001") == looks[2::-1]
    assert store.people.entries_of("C000001", acts=("client.reveal",)) == (looks[2],)
    assert store.people.entries_of("C000001", limit=1) == (looks[2],)
    assert store.people.entries(acts=("client.read",), limit=9) == (looks[3], *looks[1::-1])
    assert [store.people.entry_at(index) for index in range(4)] == list(looks)
    assert [sealed.leaf.kind for sealed in store.leaves()] == ["access"] * 4


@check
def looks_and_records_have_gapless_places_each_in_a_log_of_their_own(store: SqlStore) -> None:
    for number, look in enumerate(_looks()):
        store.people.note(look)
        store.people.settle_looks()
        with store.batch() as batch:
            for _ in range(number):
                made = leaf("decision", at=look.at, groups={"time": {"at": number}}, record_key=bytes(32))
                batch.add_leaf(made, "C1", bytes(32))
    kinds = {name: [row.leaf.kind for row in store.entries(name)] for name in LOGS}
    assert kinds == {"records": ["decision"] * 6, "access": ["access"] * 4}
    for name in LOGS:
        rows = store.entries(name)
        assert [row.place for row in rows] == list(range(store.count_entries(name)))
        assert store.entries(name, after=2, limit=1) == (rows[2],)
        assert [row.index for row in rows] == sorted(row.index for row in rows)
    assert store.count_leaves() == 10
    assert store.entries("access", after=4) == ()


def _looks() -> tuple[AccessEntry, ...]:
    return (
        a_look(1, reason="客户来电核对"),
        a_look(2, in_place_of="adviser-7"),
        a_look(3, act="client.reveal", allowed=False, reason="x"),
        a_look(4, client_id="C000002"),
    )


@check
def a_substitute_stands_in_on_the_days_arranged_and_on_no_other(store: SqlStore) -> None:
    rows = store.people.substitutes
    assert [rows.add(an_absence()), rows.add(an_absence())] == [True, False]
    days = [DAY + timedelta(days=number) for number in (-1, 0, 2, 3)]
    assert [rows.stands_in("adviser-2", "adviser-1", day) for day in days] == [False, True, True, False]
    assert not rows.stands_in("adviser-1", "adviser-2", DAY)
    assert [rows.absent("adviser-2", day) for day in days[1:]] == [{"adviser-1"}, {"adviser-1"}, set()]


@check
def an_absence_ended_early_is_over_and_may_be_arranged_anew(store: SqlStore) -> None:
    rows = store.people.substitutes
    rows.add(an_absence())
    rows.add(an_absence(absent_id="adviser-3", first=DAY - timedelta(days=9)))
    later, first = rows.open(DAY)[::-1]
    assert (first.absent_id, replace(later, number=0)) == ("adviser-3", an_absence())
    assert [rows.end(later.number, AT), rows.end(later.number, AT)] == [True, False]
    assert not rows.stands_in("adviser-2", "adviser-1", DAY)
    assert rows.absent("adviser-2", DAY) == {"adviser-3"}
    assert rows.add(an_absence())
    assert len(rows.open(DAY)) == 2
    assert rows.open(DAY + timedelta(days=3)) == ()
