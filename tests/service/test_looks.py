"""Looks: what is owed comes by itself, once, on its day, to clients who do nothing at all."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from people import START, event

from tongxing.domain.event import Event
from tongxing.profile import fold
from tongxing.profile.signs import SIGNS
from tongxing.profile.view import view
from tongxing.service.append import append
from tongxing.service.client_view import client_view
from tongxing.service.house import House
from tongxing.service.stored import decode_decision, decode_message
from tongxing.service.work import work

DATED = sorted(rule.name for rule in SIGNS.values() if rule.dated_by)
FAR = START + timedelta(days=40_000)


def on(day: str, hour: int = 9, minute: int = 5) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02d}:{minute:02d}:00").replace(tzinfo=START.tzinfo)


def registered(**more: object) -> Event:
    body: dict[str, object] = {"name": "林晓", "birth": "1948-05-20", "opened_on": "2020-06-01", **more}
    return event(1, "client_registered", body)


def document(number: int, valid_to: str, *, minutes: int = 0) -> Event:
    return event(number, "id_document", {"type": "id_card", "valid_to": valid_to}, minutes=minutes)


def consent(number: int = 3, **more: object) -> Event:
    return event(number, "consent_given", {"purpose": "personalised_service", **more})


def looks(house: House, sign: str) -> list[str]:
    """The days of the timers that are set for looks at a sign."""
    with house.store.batch() as batch:
        rows = batch.due_timers(FAR, 1_000)
    return [row.name.rpartition(":")[2] for row in rows if row.name.startswith(f"look:{sign}:")]


def sent(house: House) -> list[tuple[str, str]]:
    """(day, playbook) of everything sent to the client."""
    return [
        (stored.event.ts.astimezone(START.tzinfo).date().isoformat(), str(stored.event.body["playbook"]))
        for stored in house.store.events_of("C1")
        if stored.event.kind == "touch_sent"
    ]


def live(house: House, start: str, days: int) -> None:
    """Work each morning, five minutes past nine."""
    for more in range(days):
        work(house, now=on(start) + timedelta(days=more))


def test_a_client_who_holds_nothing_and_never_logs_in_is_told_of_an_ending_document(house: House) -> None:
    append(house, [registered(), document(2, "2026-09-01")])
    live(house, "2026-05-07", 130)
    assert sent(house) == [
        ("2026-06-03", "id_expiring"),
        ("2026-08-02", "id_expiring_soon"),
        ("2026-09-02", "id_expired"),
    ]


def test_a_second_document_that_ends_is_told_of_once_the_first_is_renewed(house: House) -> None:
    def passport(number: int, valid_to: str, days: int) -> Event:
        body = {"type": "passport", "valid_to": valid_to}
        return event(number, "id_document", body, minutes=days * 24 * 60)

    append(house, [registered(birth="1980-12-01", opened_on="2020-11-01"), passport(3, "2026-06-01", 0)])
    append(house, [document(2, "2026-07-20")])
    live(house, "2026-05-07", 40)
    append(house, [passport(4, "2036-06-01", 40)])
    live(house, "2026-06-16", 20)
    assert sent(house) == [
        ("2026-05-06", "id_expiring_soon"),
        ("2026-06-02", "id_expired"),
        ("2026-06-15", "id_expiring"),
        ("2026-06-20", "id_expiring_soon"),
    ]


def test_working_again_the_same_morning_says_nothing_again(house: House) -> None:
    append(house, [registered(), document(2, "2026-09-01")])
    work(house, now=on("2026-06-03"))
    before = (house.store.count_events(), house.store.count_leaves())
    assert sent(house) == [("2026-06-03", "id_expiring")]
    again = work(house, now=on("2026-06-03", 10))
    assert (again.decisions, again.timers) == (0, 0)
    assert (house.store.count_events(), house.store.count_leaves()) == before


def test_one_look_is_set_for_each_sign_and_follows_its_day(house: House) -> None:
    append(house, [registered(), document(2, "2026-09-01")])
    work(house, now=START + timedelta(minutes=1))
    assert looks(house, "id_expiring") == ["2026-06-03"]
    append(house, [document(3, "2027-09-01", minutes=5)])
    work(house, now=START + timedelta(minutes=6))
    assert looks(house, "id_expiring") == ["2027-06-03"]
    append(house, [document(4, "2026-09-01", minutes=10)])
    work(house, now=START + timedelta(minutes=11))
    assert looks(house, "id_expiring") == ["2026-06-03"]
    forever = event(5, "id_document", {"type": "id_card"}, minutes=15)
    append(house, [forever])
    work(house, now=START + timedelta(minutes=16))
    assert looks(house, "id_expiring") == []
    assert {name: len(looks(house, name)) for name in ("birthday", "account_anniversary")} == {
        "birthday": 1,
        "account_anniversary": 1,
    }


def test_an_event_that_moves_no_day_touches_no_timer(house: House) -> None:
    append(house, [registered(), document(2, "2026-09-01")])
    work(house, now=START + timedelta(minutes=1))
    with house.store.batch() as batch:
        before = batch.due_timers(FAR, 1_000)
    append(house, [event(9, "client_changed", {"branch": "城西"}, minutes=5)])
    work(house, now=START + timedelta(minutes=6))
    with house.store.batch() as batch:
        assert batch.due_timers(FAR, 1_000) == before


def test_after_a_long_standstill_a_duty_is_judged_as_things_are_now(house: House) -> None:
    append(house, [registered(), consent(), document(4, "2026-09-01")])
    work(house, now=START + timedelta(minutes=1))
    work(house, now=on("2026-08-20"))
    assert sent(house) == [("2026-08-20", "id_expiring_soon")]
    assert looks(house, "id_expired") == ["2026-09-02"]


def test_an_old_birthday_is_not_made_up_for(house: House) -> None:
    append(house, [registered(birth="1948-05-08"), consent()])
    work(house, now=START + timedelta(minutes=1))
    work(house, now=on("2026-05-30"))
    assert sent(house) == []
    assert looks(house, "birthday") == ["2027-05-08"]


def test_every_birthday_is_greeted_once_and_has_its_own_record(house: House) -> None:
    append(house, [registered(opened_on="2020-11-01"), consent()])
    for year in (2026, 2027):
        live(house, f"{year}-05-18", 6)
    assert sent(house) == [("2026-05-20", "birthday"), ("2027-05-20", "birthday")]
    records = [decode_decision(row.payload) for row in house.store.decisions(client_id="C1")]
    greeted = [record.decision for record in records if record.decision.trigger.name == "sign:birthday"]
    assert len({decision.decision_id for decision in greeted}) == 2
    assert all(decision.trigger.cause.startswith("timer:C1|look|birthday|") for decision in greeted)


def test_who_holds_nothing_is_told_that_the_assessment_ends(house: House) -> None:
    assessed = event(2, "assessment_taken", {"grade": "C3", "valid_to": "2026-07-01"})
    append(house, [registered(birth="1980-12-01", opened_on="2020-11-01"), assessed])
    live(house, "2026-05-30", 5)
    assert sent(house) == [("2026-06-01", "assessment_expiring")]


def test_the_newcomer_time_ends_by_itself(house: House) -> None:
    append(house, [registered(opened_on="2026-05-06"), consent()])
    live(house, "2026-05-06", 30)
    assert "newcomer" in signs_on(house)
    assert sent(house)[-1] == ("2026-06-04", "newcomer_day_30")
    live(house, "2026-06-05", 1)
    assert "newcomer" not in signs_on(house)


def test_the_call_on_day_15_lies_at_the_advisers_desk_and_not_on_the_clients_home(house: House) -> None:
    append(house, [registered(opened_on="2026-05-06"), consent()])
    live(house, "2026-05-06", 15)
    now = on("2026-05-20", 10)
    (task,) = [row for row in house.store.messages("C1", now=now) if row.channel == "adviser"]
    assert (task.playbook, task.slot) == ("newcomer_day_15", "adviser_task")
    assert decode_message(task.payload).channel.value == "adviser"
    home = client_view(house, "C1", now=now)
    assert home is not None
    assert [card.playbook for card in home.cards] == ["birthday"]


def test_words_about_a_need_lapse_by_themselves_and_may_come_back(house: House) -> None:
    append(house, [registered(birth="1980-12-01", opened_on="2020-11-01"), consent()])

    def search(number: int, days: int) -> Event:
        return event(number, "searched", {"text": "首付 比例"}, minutes=days * 24 * 60)

    append(house, [search(10, 0), search(11, 1)])
    work(house, now=START + timedelta(days=1, minutes=1))
    assert "house_planned" in signs_on(house)
    live(house, "2026-05-08", 40)
    assert "house_planned" not in signs_on(house)
    append(house, [search(12, 100), search(13, 101)])
    work(house, now=START + timedelta(days=101, minutes=1))
    assert [playbook for _day, playbook in sent(house)] == ["house_purchase", "house_purchase"]


def test_a_look_at_a_sign_that_is_known_no_more_is_passed_over(house: House) -> None:
    append(house, [registered()])
    work(house, now=START + timedelta(minutes=1))
    with house.store.batch() as batch:
        batch.set_timer(idem="old", client_id="C1", name="look:gone:2026-05-07", due=on("2026-05-07"))
    assert work(house, now=on("2026-05-07")).timers == 1
    assert house.store.aside() == ()


def signs_on(house: House) -> frozenset[str]:
    blob = house.store.state("C1")
    assert blob is not None
    return fold.unpack(blob).active_signs


@pytest.mark.parametrize("seed", range(3))
def test_each_morning_the_signs_written_are_the_signs_that_are_true(house: House, seed: int) -> None:
    """A year of a client whose documents, assessments and consents come and go."""
    chance = np.random.default_rng(seed)
    append(house, [registered(opened_on="2026-05-06", birth="1967-06-10", sex="male")])
    turned = set()
    for more in range(365):
        now = START.replace(hour=9, minute=5) + timedelta(days=more)
        work(house, now=now)
        if chance.random() < 0.06:
            append(house, [happens(chance, 100 + more, now)])
            work(house, now=now + timedelta(minutes=1))
        blob = house.store.state("C1")
        assert blob is not None
        state = fold.unpack(blob)
        as_of = int((now + timedelta(minutes=2)).timestamp())
        client = view(state, as_of, house.book)
        true = {name for name in DATED if SIGNS[name].find(client) is not None}
        assert true == state.active_signs & set(DATED), now
        turned |= true
    assert len(turned) >= 5


def happens(chance: np.random.Generator, number: int, now: datetime) -> Event:
    ends = (now.date() + timedelta(days=int(chance.integers(-5, 121)))).isoformat()
    kinds: list[tuple[str, dict[str, object]]] = [
        ("id_document", {"type": str(chance.choice(["id_card", "passport"])), "valid_to": ends}),
        ("assessment_taken", {"grade": "C3", "valid_to": ends}),
        (
            "consent_given",
            {"purpose": str(chance.choice(["personalised_service", "marketing"])), "until": ends},
        ),
        ("consent_withdrawn", {"purpose": "marketing"}),
        ("life_event", {"name": "retirement", "date": str(date(2031, 9, 1)), "stated_by": "client"}),
    ]
    kind, body = kinds[int(chance.integers(len(kinds)))]
    minutes = int((now - START).total_seconds() // 60)
    return event(number, kind, body, minutes=minutes)
