"""A wish to erase: keys destroyed where the law lets go, records kept and unused where not, both sealed."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import erasure_victim
import pytest
from people import START, at, event, opening, snapshot

from tongxing.app import house_for
from tongxing.domain.event import Event, Retention
from tongxing.domain.profile import Profile
from tongxing.ledger.leaves import opens
from tongxing.profile import fold
from tongxing.profile.assemble import profile as assemble
from tongxing.service.append import append
from tongxing.service.client_view import client_view
from tongxing.service.close_day import close_day
from tongxing.service.erasure import kept
from tongxing.service.file_doors import client_profile_line
from tongxing.service.house import House
from tongxing.service.merges import merge
from tongxing.service.ports import ErasedError, StoredEvent
from tongxing.service.states import records, state_of
from tongxing.service.work import work

PENSION = "个人养老金怎么开户"
CHIPS = "512480"


def searched(number: int, *, minutes: int = 1, client: str = "C1") -> Event:
    return event(number, "searched", {"text": PENSION}, minutes=minutes, client=client)


def wish(*classes: str, minutes: int = 10, number: int = 90, client: str = "C1") -> Event:
    return event(number, "erasure_requested", {"classes": list(classes)}, minutes=minutes, client=client)


def lives(house: House, *events: Event) -> None:
    for one in events:
        assert append(house, (one,)).accepted, one
        work(house, now=one.known_at)


def state(house: House, client: str = "C1") -> fold.State:
    blob = house.store.state(client)
    assert blob is not None
    return state_of(house, client, blob)


def profile(house: House, client: str = "C1") -> Profile:
    found = state(house, client)
    return assemble(found, as_of=fold.known_until(found) + timedelta(seconds=1), book=house.book)


def cards(house: House, *, minutes: int, client: str = "C1") -> set[str]:
    view = client_view(house, client, now=at(minutes))
    assert view is not None
    return {card.playbook for card in view.cards}


def done(house: House, client: str = "C1") -> list[Mapping[str, object]]:
    return [one.event.body for one in log(house, client) if one.event.kind == "erasure_done"]


def log(house: House, client: str = "C1") -> list[StoredEvent]:
    return list(house.store.kept_events_of(client))


def leaves(house: House, kind: str) -> list[int]:
    return [sealed.index for sealed in house.store.leaves(limit=1_000) if sealed.leaf.kind == kind]


def assert_as_folded_from_the_log(house: House, client: str = "C1") -> None:
    """Nothing stands in the state that the log, as it can be read now, does not say."""
    live = state(house, client)
    anew = fold.folded(client, [stored.event for stored in records(house, client)], house.book)
    anew.read = live.read
    assert fold.pack(anew) == fold.pack(live)


def test_behaviour_is_destroyed_and_nothing_derived_from_it_remains(house: House) -> None:
    lives(house, *opening(), *(searched(10 + number, minutes=number) for number in range(1, 5)))
    assert cards(house, minutes=5) == {"pension_guide"}
    assert [need.name for need in profile(house).needs] == ["pension"]
    lives(house, wish("behaviour"))
    found = profile(house)
    assert (found.needs, [label.name for label in found.labels if "养老" in label.name]) == ((), [])
    assert found.features["pension_searches_7d"] == found.features["searches_30d"] == 0
    assert "pension_searched" not in state(house).active_signs
    assert cards(house, minutes=11) == set()
    assert not any(one.event.kind == "searched" for one in log(house))
    assert_as_folded_from_the_log(house)


def test_a_replay_over_an_erased_class_answers_erased(house: House) -> None:
    lives(house, *opening(), searched(10), wish("behaviour"))
    with pytest.raises(ErasedError):
        list(house.store.events_of("C1"))
    with pytest.raises(ErasedError):
        client_profile_line(house, "C1", as_of=at(5))


def test_what_was_erased_and_what_is_kept_and_why_is_sealed(house: House) -> None:
    lives(house, *opening(), snapshot({CHIPS: 90_000_00}), searched(10))
    lives(house, wish("behaviour", "trading", "identity", "conduct"))
    (body,) = done(house)
    assert body["erased"] == ["behaviour"]
    assert body["kept"] == [
        {
            "retention": "trading",
            "until": "2046-05-06",
            "because": ["keep_business_years", "keep_transaction_years"],
        },
        {"retention": "identity", "until": None, "because": ["keep_identity_years"]},
        {"retention": "conduct", "until": "2046-05-06", "because": ["keep_suitability_years"]},
    ]
    (index,) = leaves(house, "erasure")
    found = house.store.leaf(index)
    assert found is not None
    sealed, client, key = found
    assert client == "C1"
    assert opens(sealed.leaf, "erasure", body, key)
    assert not opens(sealed.leaf, "erasure", {**body, "erased": []}, key)


def bought(number: int, *, minutes: int = 0) -> Event:
    """Everything in one sector: the house would speak about it."""
    return event(number, "holding_snapshot", dict(snapshot({CHIPS: 9_000_000}).body), minutes=minutes)


def test_dealings_are_kept_readable_and_used_no_more(house: House) -> None:
    lives(house, *opening(), bought(10))
    close_day(house, START.date())
    work(house, now=at(8 * 60))
    later = 9 * 60
    assert "sector_notice" in cards(house, minutes=later)
    assert {"行业集中", "ETF偏好"} <= {label.name for label in profile(house).labels}
    lives(house, wish("trading", minutes=later))
    assert any(one.event.kind == "holding_snapshot" for one in log(house))
    found = profile(house)
    assert "sector_concentrated" in found.standing.restricted
    assert not {"行业集中", "ETF偏好"} & {label.name for label in found.labels}
    assert "sector_notice" not in cards(house, minutes=later + 1)
    assert dict(state(house).positions()), "the client still sees what is held"
    assert_as_folded_from_the_log(house)


def test_nothing_personal_is_said_of_restricted_dealings_and_what_is_owed_still_is(house: House) -> None:
    lives(house, *opening(grade="C2"), wish("trading", minutes=1), bought(10, minutes=2))
    close_day(house, START.date())
    work(house, now=at(8 * 60))
    shown = cards(house, minutes=9 * 60)
    assert "sector_notice" not in shown
    assert "grade_above" in shown, "a product above the client's grade must be named"


def test_a_new_consent_lets_the_dealings_back_in(house: House) -> None:
    lives(house, *opening(), bought(10), wish("trading"))
    close_day(house, START.date())
    work(house, now=at(8 * 60))
    assert "sector_concentrated" in profile(house).standing.restricted
    again = event(95, "consent_given", {"purpose": "personalised_service"}, minutes=9 * 60)
    lives(house, again)
    assert profile(house).standing.restricted == frozenset()


def test_a_card_on_its_way_is_not_sent_after_the_wish(house: House) -> None:
    append(house, [*opening(), searched(10), wish("behaviour", minutes=1)])
    report = work(house, now=at(2))
    assert (report.cleared, report.delivered, report.withdrawn) == (1, 0, 1)
    assert not house.store.messages("C1", now=at(3))


def test_what_came_in_before_the_worker_saw_the_wish_is_gone_as_well_and_what_comes_later_counts(
    house: House,
) -> None:
    append(house, [*opening(), wish("behaviour", minutes=1), searched(10, minutes=2)])
    work(house, now=at(3))
    assert not any(one.event.kind == "searched" for one in log(house))
    assert_as_folded_from_the_log(house)
    lives(house, searched(11, minutes=4))
    assert cards(house, minutes=5) == {"pension_guide"}
    assert_as_folded_from_the_log(house)


def test_a_sign_that_rests_on_kept_records_stays_on_without_a_word(house: House) -> None:
    lives(house, *opening(grade="C2", consents=()), bought(10))
    close_day(house, START.date())
    work(house, now=at(8 * 60))
    before = len(house.store.messages("C1", now=START))
    assert "grade_above" in state(house).active_signs
    lives(house, wish("behaviour", minutes=9 * 60))
    assert "grade_above" in state(house).active_signs
    assert len(house.store.messages("C1", now=START)) == before
    assert_as_folded_from_the_log(house)


def test_the_same_wish_twice_is_one_and_a_second_wish_finds_nothing_left(house: House) -> None:
    lives(house, *opening(), searched(10), wish("behaviour"))
    append(house, [wish("behaviour")])
    work(house, now=at(11))
    assert (len(done(house)), len(leaves(house, "erasure"))) == (1, 1)
    before = fold.pack(state(house))
    lives(house, wish("behaviour", minutes=20, number=91))
    assert len(done(house)) == 2
    assert state(house).signs_on == fold.unpack(before).signs_on
    assert_as_folded_from_the_log(house)


def test_a_class_past_its_legal_time_is_destroyed(house: House) -> None:
    asked_on = date(2046, 5, 6)
    found = kept(house, Retention.TRADING, on=asked_on - timedelta(days=1), last=START.date())
    assert found is not None
    assert found.until == asked_on
    assert kept(house, Retention.TRADING, on=asked_on, last=START.date()) is None
    assert kept(house, Retention.TRADING, on=asked_on, last=asked_on) is not None
    leap = kept(house, Retention.ADVICE, on=date(2028, 3, 1), last=date(2028, 2, 29))
    assert leap is not None
    assert leap.until == date(2033, 3, 1)


def test_when_the_legal_time_is_over_the_wish_is_carried_out(house: House) -> None:
    lives(house, *opening(), bought(10), wish("trading"))
    work(house, now=at(11))
    end = START.replace(year=2046, hour=9)
    work(house, now=end + timedelta(minutes=1))
    assert not any(one.event.kind == "holding_snapshot" for one in log(house))
    assert [body["erased"] for body in done(house)] == [[], ["trading"]]


def test_a_wish_on_one_record_of_a_person_holds_for_all(house: House) -> None:
    lives(house, *opening(), *opening("C2"), searched(10), searched(10, client="C2"))
    merge(house, away="C2", into="C1", at=at(3))
    work(house, now=at(4))
    lives(house, wish("behaviour"))
    work(house, now=at(11))
    for client in ("C1", "C2"):
        assert not any(one.event.kind == "searched" for one in log(house, client)), client
        assert_as_folded_from_the_log(house, client)
    assert [len(done(house, client)) for client in ("C1", "C2")] == [1, 1]


def test_a_wish_under_the_old_number_holds_for_the_record_that_stayed(house: House) -> None:
    lives(house, *opening(), *opening("C2"), searched(10), searched(10, client="C2"))
    merge(house, away="C2", into="C1", at=at(3))
    work(house, now=at(4))
    lives(house, wish("behaviour", client="C2"))
    work(house, now=at(11))
    assert not any(one.event.kind == "searched" for name in ("C1", "C2") for one in log(house, name))
    assert "pension_searched" not in state(house).active_signs
    assert_as_folded_from_the_log(house)


def test_no_key_of_what_was_erased_stays_in_the_files(tmp_path: Path) -> None:
    house = house_for(tmp_path / "house.db")
    lives(house, *opening(), searched(10))
    with closing(sqlite3.connect(tmp_path / "house.db")) as db:
        keys = [key for (key,) in db.execute("SELECT wrapped FROM data_key WHERE retention = 'behaviour'")]
    assert keys
    lives(house, wish("behaviour"))
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert not any(key in written for key in keys)
    house.store.close()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose next work is to carry out a wish to erase."""
    path = tmp_path_factory.mktemp("whole") / "house.db"
    house = house_for(path)
    append(house, [*opening(grade="C5"), bought(10), searched(11)])
    work(house, now=at(2))
    append(house, [wish("behaviour", "trading")])
    house.store.close()
    return path


def killed(prepared: Path, folder: Path, *, salt: int) -> tuple[House, bool]:
    """A copy of the store in which the worker died at that salt; whether it did."""
    for file in prepared.parent.iterdir():
        shutil.copy(file, folder / file.name)
    command = [sys.executable, str(Path(erasure_victim.__file__)), str(folder / prepared.name), str(salt)]
    ended = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - our own script
    assert ended.returncode in (0, -9), ended.stderr
    return house_for(folder / prepared.name), ended.returncode == -9


PERSONAL = {"pension_guide", "sector_notice"}


@pytest.mark.parametrize("salt", [1, 2])
def test_killed_in_the_middle_it_is_as_if_not_begun_and_then_done_once(
    prepared: Path, tmp_path: Path, salt: int
) -> None:
    """Two salts seal the cards withdrawn before the keys go; the erasure is sealed with its event."""
    house, died = killed(prepared, tmp_path, salt=salt)
    assert died
    assert any(one.event.kind == "searched" for one in log(house))
    assert (done(house), leaves(house, "erasure"), cards(house, minutes=12)) == ([], [], PERSONAL)
    work(house, now=at(60))
    assert not any(one.event.kind == "searched" for one in log(house))
    assert (len(done(house)), len(leaves(house, "erasure")), cards(house, minutes=61)) == (1, 1, set())
    assert_as_folded_from_the_log(house)
    house.store.close()
