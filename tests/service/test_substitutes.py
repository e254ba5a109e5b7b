"""Standing in for an absent adviser: arranged by the manager, for some days, on the client's record."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from desk_house import CLIENT, GU, LIN, NOW, SHEN, ZHOU, complaint, fill, hire, only

from tongxing.adapters.policy import CedarAccess
from tongxing.domain.clock import BEIJING
from tongxing.domain.person import SYSTEM, Person
from tongxing.domain.task import TaskState
from tongxing.service import desk_tasks
from tongxing.service.access import may, note, relation
from tongxing.service.desk_log import DeskRefusedError
from tongxing.service.desk_queue import desk_view
from tongxing.service.desk_reach import UnknownTaskError
from tongxing.service.house import House
from tongxing.service.me_looked import looked
from tongxing.service.me_who import mine
from tongxing.service.substitutes import arrange_substitute, end_substitute, substitutes_of

TODAY = NOW.astimezone(BEIJING).date()
WEEK = timedelta(days=7)


@pytest.fixture
def desk(house: House) -> House:
    fill(house, complaint())
    return house


def arrange(house: House, by: Person = GU, *, first: date = TODAY, last: date = TODAY + WEEK) -> bool:
    return arrange_substitute(house, by, "adviser-1", "adviser-2", first=first, last=last, now=NOW)


def on_day(house: House, day: date) -> None:
    house.store.set_setting("market_now", (NOW + (day - TODAY)).isoformat())


def test_a_substitute_reads_and_acts_from_the_first_day_to_the_last(desk: House) -> None:
    first, last = TODAY + timedelta(days=1), TODAY + timedelta(days=3)
    assert arrange(desk, first=first, last=last)
    access = CedarAccess(desk.book, demo=False)
    for day in range(5):
        on_day(desk, TODAY + timedelta(days=day))
        stands = 1 <= day <= 3
        assert relation(desk, ZHOU, CLIENT) == (frozenset({"substitute"}) if stands else frozenset()), day
        for act in ("client.read", "client.act", "client.contact", "task.act", "api.profiles.read"):
            assert may(desk, access, ZHOU, act, client_id=CLIENT).allowed is stands, (day, act)
        assert may(desk, access, ZHOU, "client.reveal", client_id=CLIENT, reason="回访").allowed is stands
        assert not may(desk, access, ZHOU, "client.reveal", client_id=CLIENT).allowed
        assert may(desk, access, LIN, "client.read", client_id=CLIENT).allowed


def test_a_substitute_has_the_absent_ones_queue_and_can_take_what_they_held(desk: House) -> None:
    task = only(desk)
    desk_tasks.take(desk, LIN, task.task_id)
    with pytest.raises(UnknownTaskError):
        desk_tasks.take(desk, ZHOU, task.task_id)
    arrange(desk)
    view = desk_view(desk, ZHOU, now=NOW)
    assert [one.task_id for one in view.lines] == [task.task_id]
    assert [one.client_id for one in view.clients] == [CLIENT]
    taken = desk_tasks.take(desk, ZHOU, task.task_id)
    assert (taken.assignee, taken.state) == (ZHOU.person_id, TaskState.TAKEN)


def test_the_clients_record_says_in_whose_place_somebody_looked(desk: House) -> None:
    arrange(desk)
    access = CedarAccess(desk.book, demo=False)
    for person in (ZHOU, LIN):
        answer = may(desk, access, person, "client.read", client_id=CLIENT)
        note(desk, person, "client.read", client_id=CLIENT, answer=answer, now=NOW)
    own, other = desk.store.people.entries_of(CLIENT, limit=2)
    assert (own.person_id, own.in_place_of) == (LIN.person_id, None)
    assert (other.person_id, other.in_place_of) == (ZHOU.person_id, LIN.person_id)
    told = {one.name: one.in_place_of for one in looked(mine(desk, CLIENT, now=NOW))}
    assert told == {LIN.name: "", ZHOU.name: LIN.name}


def test_it_can_be_ended_early_by_the_teams_manager_alone(desk: House) -> None:
    arrange(desk)
    (line,) = substitutes_of(desk, GU, now=NOW)
    assert (line.absent, line.substitute, line.begun) == (LIN.name, ZHOU.name, True)
    elsewhere = replace(GU, person_id="manager-2", team="西湖")
    for who in (elsewhere, LIN, ZHOU):
        with pytest.raises(DeskRefusedError, match="ended"):
            end_substitute(desk, who, line.number, now=NOW)
    end_substitute(desk, GU, line.number, now=NOW)
    assert relation(desk, ZHOU, CLIENT) == frozenset()
    assert substitutes_of(desk, GU, now=NOW) == ()
    with pytest.raises(DeskRefusedError, match="ended"):
        end_substitute(desk, GU, line.number, now=NOW)


def test_the_same_form_twice_is_one_absence(desk: House) -> None:
    assert [arrange(desk), arrange(desk)] == [True, False]
    assert len(substitutes_of(desk, LIN, now=NOW)) == len(substitutes_of(desk, ZHOU, now=NOW)) == 1
    assert substitutes_of(desk, SHEN, now=NOW) == ()


def test_who_stands_in_does_not_pass_it_on(desk: House) -> None:
    third = replace(LIN, person_id="adviser-9", name="许清和")
    hire(desk, third)
    arrange(desk)
    days = {"first": TODAY, "last": TODAY + WEEK}
    assert arrange_substitute(desk, GU, "adviser-2", "adviser-9", **days, now=NOW)
    assert relation(desk, third, CLIENT) == frozenset()


@pytest.mark.parametrize(
    ("absent", "substitute", "first", "days", "reason"),
    [
        ("adviser-1", "adviser-1", 0, 1, "substitute_self"),
        ("adviser-1", "adviser-2", -1, 3, "substitute_days"),
        ("adviser-1", "adviser-2", 2, -1, "substitute_days"),
        ("adviser-1", "adviser-2", 0, 92, "substitute_days"),
        ("adviser-1", "adviser-3", 0, 1, "no_such_adviser"),
        ("adviser-3", "adviser-1", 0, 1, "no_such_adviser"),
        ("adviser-1", "manager-1", 0, 1, "no_such_adviser"),
        ("adviser-1", "nobody", 0, 1, "no_such_adviser"),
    ],
)
def test_what_cannot_be_arranged_is_refused_with_why(
    desk: House, absent: str, substitute: str, first: int, days: int, reason: str
) -> None:
    begin = TODAY + timedelta(days=first)
    with pytest.raises(DeskRefusedError) as refused:
        arrange_substitute(
            desk, GU, absent, substitute, first=begin, last=begin + timedelta(days=days), now=NOW
        )
    assert refused.value.reason == reason
    assert desk.store.people.substitutes.open(TODAY) == ()


def test_ninety_two_days_are_the_most_and_the_house_may_arrange_across_teams(desk: House) -> None:
    assert arrange(desk, last=TODAY + timedelta(days=91))
    days = {"first": TODAY, "last": TODAY}
    assert arrange_substitute(desk, SYSTEM, "adviser-1", "adviser-3", **days, now=NOW)
    assert relation(desk, SHEN, CLIENT) == frozenset({"substitute"})
    with pytest.raises(DeskRefusedError, match="manager_only"):
        arrange(desk, by=ZHOU)


def test_without_a_valid_licence_nobody_stands_in(desk: House) -> None:
    assert ZHOU.licence is not None
    late = replace(ZHOU, person_id="adviser-8", licence=replace(ZHOU.licence, valid_to=date(2020, 1, 1)))
    hire(desk, late)
    with pytest.raises(DeskRefusedError, match="substitute_licence"):
        arrange_substitute(desk, GU, "adviser-1", "adviser-8", first=TODAY, last=TODAY, now=NOW)
