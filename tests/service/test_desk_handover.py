"""Notes, appointments, and a client who goes from one adviser to another."""

from datetime import UTC, timedelta

import pytest
from desk_house import (
    CLIENT,
    GU,
    LIN,
    NOW,
    ZHOU,
    asked,
    assign,
    bodies,
    fill,
    minutes,
)

from tongxing.domain.person import Person
from tongxing.service import desk_handover, desk_notes
from tongxing.service.desk_log import DeskRefusedError
from tongxing.service.desk_notes import Meeting, Note
from tongxing.service.desk_story import story
from tongxing.service.house import House
from tongxing.service.work import work


def note(outcome: str = "reached", text: str = "说明了费用", *, sensitive: bool = False) -> Note:
    return Note(outcome=outcome, text=text, sensitive=sensitive, task_id="", token="n")  # noqa: S106


def test_a_note_stays_with_the_client_and_a_sensitive_one_is_sealed(house: House) -> None:
    fill(house)
    desk_notes.note_call(house, LIN, CLIENT, note(sensitive=True), now=NOW)
    desk_notes.note_call(house, LIN, CLIENT, note(sensitive=True), now=NOW)
    (found,) = [one for one in story(house, CLIENT).contacts if one.kind == "call_noted"]
    assert (found.by, found.words, found.sealed, found.outcome) == (
        LIN.person_id,
        "说明了费用",
        True,
        "reached",
    )
    for bad in (note("whatever"), note(text=""), note(text="字" * 5000)):
        with pytest.raises(DeskRefusedError):
            desk_notes.note_call(house, LIN, CLIENT, bad, now=NOW)


def test_who_wants_no_more_calls_gets_none(house: House) -> None:
    fill(house)
    desk_notes.note_call(house, LIN, CLIENT, note("no_more_calls", ""), now=NOW)
    assert bodies(house, "contact_set") == [{"channel": "adviser", "allowed": False}]


def meeting(hours: int = 24, *, minutes_long: int = 30, way: str = "phone") -> Meeting:
    at = NOW + timedelta(hours=hours)
    return Meeting(at=at, minutes=minutes_long, way=way, about="季度回顾", task_id="", token="m")  # noqa: S106


def test_an_appointment_is_kept_and_goes_into_a_calendar_without_the_clients_name(house: House) -> None:
    fill(house)
    desk_notes.set_appointment(house, LIN, CLIENT, meeting(), now=NOW)
    desk_notes.set_appointment(house, LIN, CLIENT, meeting(), now=NOW)
    (agreed,) = story(house, CLIENT).appointments
    file = desk_notes.calendar_file(CLIENT, agreed)
    assert file.startswith("BEGIN:VCALENDAR\r\n")
    assert f"DTSTART:{agreed.at.astimezone(UTC):%Y%m%dT%H%M%SZ}\r\n" in file
    assert "林晓" not in file
    assert "季度回顾" not in file


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (meeting(-1), "past"),
        (meeting(24 * 400), "far"),
        (meeting(minutes_long=0), "choice"),
        (meeting(way="carrier pigeon"), "choice"),
    ],
)
def test_an_appointment_that_cannot_be_is_refused(wanted: Meeting, reason: str, house: House) -> None:
    fill(house)
    with pytest.raises(DeskRefusedError, match=reason):
        desk_notes.set_appointment(house, LIN, CLIENT, wanted, now=NOW)


def ask(house: House, by: Person = LIN, to: Person = ZHOU, *, form: str = "h") -> str:
    return desk_handover.ask_hand_over(house, by, CLIENT, to.person_id, "休假", token=form, now=NOW).task_id


def test_a_hand_over_is_asked_by_one_confirmed_by_another_and_told_to_the_client(house: House) -> None:
    fill(house)
    task_id = ask(house)
    assert house.store.tasks.adviser_of(CLIENT) == LIN.person_id
    with pytest.raises(DeskRefusedError, match="author"):
        desk_handover.confirm(house, LIN, task_id, now=NOW)
    assert desk_handover.confirm(house, ZHOU, task_id, now=NOW)
    assert house.store.tasks.adviser_of(CLIENT) == ZHOU.person_id
    assert bodies(house, "adviser_changed") == [
        {
            "from_adviser": LIN.person_id,
            "to_adviser": ZHOU.person_id,
            "asked_by": LIN.person_id,
            "confirmed_by": ZHOU.person_id,
            "why": "休假",
        }
    ]
    work(house, now=minutes(5))
    (told,) = house.store.messages(CLIENT, now=minutes(6))
    assert house.store.leaf(told.leaf_index) is not None
    with pytest.raises(DeskRefusedError, match="ended"):
        desk_handover.confirm(house, ZHOU, task_id, now=NOW)


def test_a_manager_confirms_and_not_the_wish_of_the_own_hand(house: House) -> None:
    fill(house)
    own = ask(house, GU)
    with pytest.raises(DeskRefusedError, match="author"):
        desk_handover.confirm(house, GU, own, now=NOW)
    desk_handover.decline(house, ZHOU, own, "没有时间", now=NOW)
    assert house.store.tasks.adviser_of(CLIENT) == LIN.person_id
    other = ask(house, LIN, form="again")
    assert desk_handover.confirm(house, GU, other, now=NOW)


def test_a_hand_over_that_waits_blocks_a_second_one(house: House) -> None:
    fill(house)
    first = ask(house)
    assert ask(house) == first
    with pytest.raises(DeskRefusedError, match="waiting"):
        ask(house, form="other")


def test_a_client_in_crisis_is_not_handed_over(house: House) -> None:
    fill(house, asked("亏光了，我不想活了"))
    with pytest.raises(DeskRefusedError, match="crisis"):
        ask(house)


def test_nobody_takes_over_without_a_licence_or_beyond_the_bound(house: House) -> None:
    fill(house)
    assert LIN.licence is not None
    with pytest.raises(DeskRefusedError, match="same"):
        ask(house, to=LIN)
    with pytest.raises(DeskRefusedError, match="no_such_adviser"):
        ask(house, to=GU)
    most = house.book.rules.number("desk_clients_max", NOW.date())
    for number in range(most):
        assign(house, f"X{number}", ZHOU)
    with pytest.raises(DeskRefusedError, match="full"):
        ask(house)
