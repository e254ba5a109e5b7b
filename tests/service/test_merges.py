"""Two records of one person are one in everything the house does, and two again after a split."""

from datetime import date, timedelta
from itertools import permutations

import pytest
from people import START, at, event, opening, snapshot

from tongxing.app import temporary_house
from tongxing.domain.event import Event
from tongxing.profile import fold
from tongxing.profile.assemble import profile
from tongxing.service.append import append
from tongxing.service.client_view import client_view
from tongxing.service.close_day import close_day, open_day
from tongxing.service.file_doors import client_profile_line
from tongxing.service.house import House
from tongxing.service.merges import MergeRefusedError, merge, split
from tongxing.service.states import reread, state_of
from tongxing.service.work import work

OLD, NEW = "C1", "C2"


def state(house: House, client_id: str) -> fold.State:
    blob = house.store.state(client_id)
    assert blob is not None
    return state_of(house, client_id, blob)


def searched(client: str, number: int, minutes: int) -> Event:
    return event(number, "searched", {"text": "个人养老金怎么开户"}, minutes=minutes, client=client)


def half(kind: str, client: str, other: str, minutes: int, number: int = 90) -> Event:
    return event(number, kind, {"other_client_id": other}, minutes=minutes, client=client)


def two(house: House) -> None:
    append(house, [*opening(OLD), *opening(NEW)])
    append(house, [snapshot({"510300": 100_000}, cash_fen=700, client=OLD)])
    append(house, [snapshot({"510300": 50_000, "600519": 9_000}, cash_fen=5, client=NEW)])
    work(house, now=at(1))


def test_the_record_that_stays_holds_what_both_held(house: House) -> None:
    two(house)
    merge(house, away=OLD, into=NEW, at=at(5))
    work(house, now=at(6))
    whole = state(house, NEW)
    assert dict(whole.positions()) == {"510300": 15_000_000, "600519": 900_000}
    assert whole.cash_fen == 705
    assert dict(state(house, OLD).positions()) == {"510300": 10_000_000}
    assert (state(house, OLD).merged_into, whole.merged_into) == (NEW, "")


def test_either_half_alone_makes_the_merge(house: House) -> None:
    two(house)
    append(house, [half("merged_in", NEW, OLD, 5)])
    work(house, now=at(6))
    assert state(house, OLD).merged_into == NEW
    assert set(state(house, NEW).members) == {OLD}


def test_what_arrives_under_the_old_id_reaches_the_record_that_stays(house: House) -> None:
    two(house)
    merge(house, away=OLD, into=NEW, at=at(5))
    work(house, now=at(6))
    append(house, [searched(OLD, 20, 7)])
    work(house, now=at(8))
    assert house.store.messages(OLD, now=at(9)) == ()
    assert [card.playbook for card in house.store.messages(NEW, now=at(9))] == ["pension_guide"]
    count = house.store.count_events()
    work(house, now=at(9))
    assert house.store.count_events() == count


def test_a_chain_of_merges_reaches_its_last_record(house: House) -> None:
    two(house)
    append(house, opening("C3"))
    merge(house, away=OLD, into=NEW, at=at(5))
    merge(house, away=NEW, into="C3", at=at(6))
    work(house, now=at(7))
    append(house, [searched(OLD, 20, 8)])
    work(house, now=at(9))
    assert set(state(house, "C3").members) == {OLD, NEW}
    assert dict(state(house, "C3").positions()) == {"510300": 15_000_000, "600519": 900_000}
    assert [card.playbook for card in house.store.messages("C3", now=at(10))] == ["pension_guide"]


def test_a_record_that_moves_on_leaves_the_one_it_was_part_of(house: House) -> None:
    two(house)
    append(house, opening("C3"))
    append(house, [half("merged_away", OLD, NEW, 5), half("merged_away", OLD, "C3", 6, number=91)])
    work(house, now=at(7))
    assert [set(state(house, name).members) for name in (NEW, "C3")] == [set(), {OLD}]
    assert dict(state(house, NEW).positions()) == {"510300": 5_000_000, "600519": 900_000}


def test_a_merged_record_gets_no_card_and_its_timers_stop(house: House) -> None:
    registered = {"name": "陈立", "birth": "2003-02-01", "opened_on": "2026-05-06"}
    append(house, [event(1, "client_registered", dict(registered), client=OLD)])
    append(house, [*opening(OLD)[1:], *opening(NEW)])
    work(house, now=START)
    seen = client_view(house, OLD, now=at(3))
    assert seen is not None
    assert len(seen.cards) == 1
    merge(house, away=OLD, into=NEW, at=at(5))
    reports = [work(house, now=at(60 * 24 * day + 6)) for day in range(9)]
    assert sum(report.timers for report in reports) == 0
    assert len(house.store.messages(OLD, now=at(6))) == 1
    gone = client_view(house, OLD, now=at(6))
    assert gone is not None
    assert gone.cards == ()


def test_words_waiting_for_a_record_that_went_are_withdrawn(house: House) -> None:
    two(house)
    append(house, [searched(OLD, 20, 4), half("merged_away", OLD, NEW, 4)])
    report = work(house, now=at(6))
    assert report.withdrawn == 1
    assert house.store.messages(OLD, now=at(7)) == ()


def test_the_stricter_word_counts_until_the_client_sets_it_anew(house: House) -> None:
    two(house)
    withdrawn = {"purpose": "personalised_service", "source": "*"}
    append(house, [event(30, "consent_withdrawn", dict(withdrawn), minutes=2, client=OLD)])
    append(house, [event(31, "consent_given", dict(withdrawn), minutes=3, client=NEW)])
    append(house, [event(32, "assessment_taken", {"grade": "C1", "valid_to": "2026-12-01"}, client=OLD)])
    merge(house, away=OLD, into=NEW, at=at(5))
    work(house, now=at(6))
    known = profile(state(house, NEW), as_of=at(7), book=house.book).standing
    assert known.grade is not None
    assert (known.consents, known.grade.name, str(known.assessment_valid_to)) == ((), "C1", "2026-12-01")
    append(house, [event(40, "consent_given", dict(withdrawn), minutes=8, client=NEW)])
    append(
        house,
        [event(41, "assessment_taken", {"grade": "C3", "valid_to": "2028-01-01"}, minutes=8, client=NEW)],
    )
    work(house, now=at(9))
    after = profile(state(house, NEW), as_of=at(10), book=house.book).standing
    assert after.grade is not None
    assert ([one.purpose for one in after.consents], after.grade.name) == (["personalised_service"], "C3")


def test_personalisation_off_on_the_old_record_silences_the_new_one(house: House) -> None:
    two(house)
    append(house, [event(30, "personalisation_set", {"on": False}, minutes=2, client=OLD)])
    merge(house, away=OLD, into=NEW, at=at(5))
    work(house, now=at(6))
    append(house, [searched(NEW, 21, 7)])
    assert work(house, now=at(8)).delivered == 0


def test_after_a_split_both_are_as_if_never_merged(house: House) -> None:
    two(house)
    append(house, [searched(OLD, 20, 2), searched(NEW, 21, 3)])
    work(house, now=at(4))
    wanted = [_said(house, name) for name in (OLD, NEW)]
    merge(house, away=OLD, into=NEW, at=at(5))
    work(house, now=at(6))
    assert _said(house, NEW) != wanted[1]
    split(house, out=OLD, at=at(10))
    work(house, now=at(11))
    assert [_said(house, name) for name in (OLD, NEW)] == wanted
    assert [len(state(house, name).touches) for name in (OLD, NEW)] == [1, 1]
    assert [len(house.store.messages(name, now=at(12))) for name in (OLD, NEW)] == [1, 1]


def _said(house: House, client_id: str) -> tuple[object, ...]:
    found = profile(state(house, client_id), as_of=at(60), book=house.book)
    known = found.standing
    return (
        found.labels,
        found.needs,
        found.signs,
        found.features,
        found.sector_ppm,
        known.consents,
        known.grade,
    )


def test_the_state_is_the_same_in_whatever_order_halves_and_events_arrive() -> None:
    withdrawn = {"purpose": "personalised_service"}
    things = [
        half("merged_in", NEW, OLD, 5),
        half("merged_away", OLD, NEW, 5),
        searched(OLD, 20, 3),
        event(30, "consent_withdrawn", dict(withdrawn), minutes=4, client=OLD),
    ]
    seen = set()
    for order in list(permutations(things))[::5]:
        with temporary_house(seed=7) as house:
            two(house)
            for number, one in enumerate(order):
                append(house, [one])
                work(house, now=at(10 + number))
            found = profile(state(house, NEW), as_of=at(60), book=house.book)
        known = found.standing
        seen.add(repr((found.labels, found.needs, known.consents, found.features, found.sector_ppm)))
    assert len(seen) == 1


def test_a_worker_that_reads_the_log_anew_finds_the_state_it_had(house: House) -> None:
    two(house)
    merge(house, away=OLD, into=NEW, at=at(5))
    append(house, [searched(OLD, 20, 7)])
    work(house, now=at(8))
    for name in (OLD, NEW):
        again = reread(house, name, through=house.store.folded_through(name))
        again.read = state(house, name).read
        assert fold.pack(again) == house.store.state(name)


def test_circles_and_unknown_records_are_refused(house: House) -> None:
    two(house)
    append(house, opening("C3"))
    merge(house, away=OLD, into=NEW, at=at(5))
    with pytest.raises(MergeRefusedError, match="part of itself"):
        merge(house, away=NEW, into=OLD, at=at(6))
    with pytest.raises(MergeRefusedError, match="already"):
        merge(house, away=OLD, into="C3", at=at(6))
    with pytest.raises(MergeRefusedError, match="not known"):
        merge(house, away="C9", into=NEW, at=at(6))
    with pytest.raises(MergeRefusedError, match="part of no other"):
        split(house, out=NEW, at=at(6))


def test_a_circle_that_slips_in_by_file_keeps_the_earlier_merge(house: House) -> None:
    two(house)
    append(house, [half("merged_away", NEW, OLD, 6), half("merged_away", OLD, NEW, 5)])
    work(house, now=at(7))
    assert (state(house, OLD).merged_into, state(house, NEW).merged_into) == (NEW, "")


def test_each_record_gets_its_own_dividend_and_the_whole_counts_it_once(house: House) -> None:
    append(house, [*opening(OLD), *opening(NEW)])
    append(house, [snapshot({"511260": 100_000}, cash_fen=0, client=OLD)])
    append(house, [snapshot({"511260": 50_000}, cash_fen=0, client=NEW)])
    merge(house, away=OLD, into=NEW, at=at(5))
    work(house, now=at(6))
    ex_day = date(2026, 6, 25)  # 1.2686 CNY a share
    open_day(house, ex_day)
    work(house, now=START.replace(month=6, day=25, hour=12))
    assert state(house, OLD).cash_fen == 126_860
    assert state(house, NEW).cash_fen == 126_860 + 63_430


def test_a_merge_is_no_profit(house: House) -> None:
    two(house)
    day = START.date()
    close_day(house, day)
    work(house, now=START.replace(hour=16))
    before = state(house, NEW).valuation()
    merge(house, away=OLD, into=NEW, at=START.replace(hour=17))
    work(house, now=START.replace(hour=18))
    close_day(house, day + timedelta(days=1))
    work(house, now=START + timedelta(days=1, hours=8))
    after = state(house, NEW).valuation()
    assert before is not None
    assert after is not None
    assert after.value_fen > before.value_fen + 90_000
    assert after.unit_ppm == before.unit_ppm


def test_a_past_profile_knows_nothing_of_a_later_merge(house: House) -> None:
    two(house)
    append(house, [searched(OLD, 20, 2)])
    merge(house, away=OLD, into=NEW, at=at(5))
    work(house, now=at(6))
    before = client_profile_line(house, NEW, as_of=at(4))
    after = client_profile_line(house, NEW, as_of=at(6))
    assert before is not None
    assert after is not None
    signs = [[one["name"] for one in line["signs"]] for line in (before, after)]  # type: ignore[attr-defined]
    assert "pension_searched" not in signs[0]
    assert "pension_searched" in signs[1]


def test_what_was_erased_is_gone_from_the_state(house: House) -> None:
    two(house)
    append(house, [searched(NEW, 20, 2)])
    work(house, now=at(3))
    assert "topic:pension" in state(house, NEW).recent
    append(house, [event(60, "erasure_requested", {"classes": ["behaviour"]}, minutes=4, client=NEW)])
    work(house, now=at(5))
    gone = state(house, NEW)
    assert "topic:pension" not in gone.recent
    assert "pension_searched" not in gone.active_signs
    assert dict(gone.positions()) == {"510300": 5_000_000, "600519": 900_000}
    append(house, [searched(NEW, 21, 1)])
    work(house, now=at(6))
    assert "topic:pension" not in state(house, NEW).recent
    append(house, [searched(NEW, 22, 7)])
    work(house, now=at(8))
    assert "topic:pension" in state(house, NEW).recent
