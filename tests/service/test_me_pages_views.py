"""The client's own pages as values: records, habits, what was said, moments, profile, choices."""

import csv
import io
import json
import zipfile
from datetime import date, datetime, timedelta

import pytest
from people import START, at, event, opening, snapshot

from tongxing.domain.event import Event
from tongxing.service import client_acts, client_choices
from tongxing.service.append import append
from tongxing.service.client_acts import ActRefusedError, UnknownClientError
from tongxing.service.house import House
from tongxing.service.me_data import archive
from tongxing.service.me_habits import habits
from tongxing.service.me_home import cards_shown, home_page
from tongxing.service.me_moments import moments_page
from tongxing.service.me_privacy import privacy_page
from tongxing.service.me_profile import profile_page
from tongxing.service.me_records import PAGE_MAX, all_records, records_page
from tongxing.service.me_said import said_page
from tongxing.service.me_who import Mine, is_own_leaf, mine
from tongxing.service.stored import decode_decision
from tongxing.service.work import work

TOKEN = "ab" * 12


def me(house: House, *, minutes: int = 60, client: str = "C1") -> Mine:
    return mine(house, client, now=at(minutes))


def trade(number: int, *, minutes: int, side: str = "buy") -> Event:
    body: dict[str, object] = {
        "code": "510300",
        "side": side,
        "quantity": "100",
        "price": "4",
        "gross_fen": 40_000,
        "fees_fen": 5,
    }
    return event(number, "trade", body, minutes=minutes)


def served(house: House) -> None:
    """A client who consents, searched three times, and was told about pensions."""
    append(house, opening())
    append(
        house,
        [event(10 + n, "searched", {"text": "个人养老金怎么开户"}, minutes=n) for n in range(1, 4)],
    )
    work(house, now=at(4))


def test_of_a_client_nobody_knows_there_is_no_page(house: House) -> None:
    with pytest.raises(UnknownClientError):
        me(house)


def test_records_come_newest_first_and_every_page_follows_the_one_before(house: House) -> None:
    append(house, [*opening(), *(trade(100 + n, minutes=n) for n in range(PAGE_MAX * 2 + 7))])
    work(house, now=at(200))
    seen: list[int] = []
    before, pages = "", 0
    while True:
        page = records_page(me(house, minutes=300), kind="trades", month="", before=before)
        seen += [record.seq for record in page.records]
        pages += 1
        if not page.following:
            break
        before = page.following
    assert pages == 3
    assert len(seen) == len(set(seen)) == PAGE_MAX * 2 + 7
    assert seen == sorted(seen, reverse=True)
    assert len(list(all_records(me(house, minutes=300), kind="trades", month=""))) == len(seen)


@pytest.mark.parametrize(
    "before", ["x", "1", "1.", ".1", "1.2.3", "９.９", "9" * 40 + ".1", "-1.5", "'; drop table event"]
)
def test_a_place_that_cannot_be_read_counts_as_the_beginning(house: House, before: str) -> None:
    append(house, [*opening(), trade(100, minutes=1)])
    work(house, now=at(2))
    page = records_page(me(house), kind="nonsense", month="2026-99", before=before)
    assert (page.first, page.kind, page.month, len(page.records)) == (True, "all", "", 1)


def test_records_are_chosen_by_kind_and_month(house: House) -> None:
    cash = {"direction": "in", "amount_fen": 5_000, "reason": "bank"}
    append(house, [*opening(), trade(100, minutes=1), event(101, "cash_moved", cash, minutes=2)])
    append(house, [trade(102, minutes=60 * 24 * 40)])
    work(house, now=at(60 * 24 * 41))
    mine_now = me(house, minutes=60 * 24 * 41)
    month = f"{at(1):%Y-%m}"
    page = records_page(mine_now, kind="trades", month=month, before="")
    assert [record.source_seq for record in page.records] == ["C1-100"]
    assert month in page.months
    money = records_page(mine_now, kind="cash", month="", before="").records
    assert [(one.amount_fen, one.what) for one in money] == [(5_000, "bank_in")]
    assert page.records[0].amount_fen == -40_005


def test_a_record_names_the_decision_it_led_to(house: House) -> None:
    append(house, [*opening(), snapshot({"512480": 9_000_000, "510300": 100_000})])
    paid = {"code": "510300", "amount_fen": 5_000, "date": f"{at(1):%Y-%m-%d}"}
    append(house, [event(60, "dividend_received", paid, minutes=1)])
    work(house, now=at(2))
    decisions = house.store.decisions(client_id="C1")
    causes = {row.cause: row.leaf_index for row in decisions}
    page = records_page(me(house), kind="all", month="", before="")
    assert any(record.leaf_index is not None for record in page.records)
    for record in page.records:
        assert record.leaf_index == causes.get(f"{record.source}/{record.source_seq}")


def test_entries_follow_what_was_looked_at_until_yesterday_and_two_never_move(house: House) -> None:
    views = [
        event(100 + n, "viewed", {"page": "/me/privacy", "seconds": 3}, minutes=60 * 24 * n) for n in range(3)
    ]
    append(house, [*opening(), *views])
    work(house, now=at(60 * 24 * 3))
    first = habits(me(house, minutes=60 * 24 * 3), elder=False)
    assert first.entries[:4] == ("holdings", "records", "talk", "privacy")
    assert first.by_habit
    today = [event(200 + n, "viewed", {"page": "/me/moments"}, minutes=60 * 24 * 3 + n) for n in range(9)]
    append(house, today)
    work(house, now=at(60 * 24 * 3 + 10))
    assert habits(me(house, minutes=60 * 24 * 3 + 10), elder=False).entries == first.entries


def test_without_personal_service_entries_stand_as_for_everyone_from_the_next_page_on(house: House) -> None:
    views = [event(100, "viewed", {"page": "/me/privacy"}), event(101, "searched", {"text": "养老金"})]
    append(house, [*opening(), *views])
    work(house, now=at(60 * 24))
    assert habits(me(house, minutes=60 * 24), elder=False).by_habit
    client_acts.set_personalisation(house, "C1", on=False, now=at(60 * 24))
    found = habits(me(house, minutes=60 * 24), elder=False)
    assert (found.by_habit, found.searches) == (False, ())
    assert found.entries == (
        *("holdings", "records", "talk", "plan", "messages", "moments", "profile", "privacy", "human"),
    )


def test_who_never_consented_has_no_habits(house: House) -> None:
    append(house, [*opening(consents=()), event(100, "viewed", {"page": "/me/privacy"})])
    work(house, now=at(60 * 24))
    assert not habits(me(house, minutes=60 * 24), elder=False).by_habit


def test_the_simple_home_has_few_entries_and_a_person(house: House) -> None:
    append(house, opening())
    work(house, now=at(1))
    entries = home_page(me(house), locale="zh-CN", elder=True).habits.entries
    assert len(entries) <= 4
    assert "human" in entries


def test_everything_said_stays_listed_after_it_was_sent_away(house: House) -> None:
    served(house)
    card = cards_shown(me(house))[0]
    client_acts.dismiss(house, "C1", card.touch_id, "not_for_me", now=at(5))
    assert cards_shown(me(house)) == ()
    word = said_page(me(house)).words[0]
    assert (word.card.touch_id, word.standing) == (card.touch_id, "dismissed")
    assert is_own_leaf(me(house), word.card.receipt_index)
    assert client_acts.dismiss(house, "C1", card.touch_id, "", now=at(6)) is None


def test_nobody_elses_record_is_an_own_one(house: House) -> None:
    served(house)
    append(house, opening("C2"))
    work(house, now=at(6))
    word = said_page(me(house)).words[0]
    assert not is_own_leaf(me(house, client="C2"), word.card.leaf_index)
    assert not is_own_leaf(me(house), 10**9)


def test_what_is_not_for_a_client_rests(house: House) -> None:
    served(house)
    card = cards_shown(me(house))[0]
    client_acts.dismiss(house, "C1", card.touch_id, "not_for_me", now=at(5))
    work(house, now=at(6))
    standing = me(house).profile().standing
    assert set(standing.unwanted) == {card.playbook}
    later = [
        event(
            50 + n,
            "searched",
            {"text": "个人养老金怎么开户"},
            minutes=60 * 24 * 60 + n,
        )
        for n in range(4)
    ]
    append(house, later)
    work(house, now=at(60 * 24 * 60 + 9))
    rows = [one for one in house.store.decisions(client_id="C1") if one.at > at(60 * 24 * 50)]
    assert [row.chosen for row in rows] == [0] * len(rows)
    reasons = {
        reason.partition(":")[0]
        for row in rows
        for considered in decode_decision(row.payload).decision.considered
        if considered.playbook == card.playbook
        for reason in considered.reasons
    }
    assert "not_for_me" in reasons


def test_the_same_form_sent_twice_is_one_act_and_other_words_are_another(house: House) -> None:
    append(house, opening())
    work(house, now=at(1))
    before = house.store.count_events()
    for minutes in (2, 3):
        client_acts.search(house, "C1", "养老金", now=at(minutes), token=TOKEN)
    assert house.store.count_events() == before + 1
    client_acts.search(house, "C1", "买房", now=at(4), token=TOKEN)
    assert house.store.count_events() == before + 2
    for token in ("", "zz", "é" * 24):
        client_acts.search(house, "C1", "养老金", now=at(5), token=token)
    assert house.store.count_events() == before + 5


def test_a_life_event_is_kept_with_its_consent_or_not_at_all(house: House) -> None:
    append(house, opening())
    work(house, now=at(1))
    before = house.store.count_events()
    with pytest.raises(ActRefusedError, match="no_consent"):
        client_choices.tell_life_event(house, "C1", "house", "2026-09-01", agreed=False, now=at(2))
    assert house.store.count_events() == before
    client_choices.tell_life_event(house, "C1", "house", "2027-09-01", agreed=True, now=at(2))
    coming = moments_page(me(house, minutes=3)).coming
    assert ("life", "house", date(2027, 9, 1)) in [(one.kind, one.what, one.on) for one in coming]
    keys = {line.key for line in privacy_page(me(house, minutes=3), locale="zh-CN").consents if line.given}
    assert "personalised_service|life_event|house" in keys


def test_the_last_of_two_choices_counts_though_the_clock_stood_still(house: House) -> None:
    append(house, opening())
    work(house, now=at(1))
    for allowed in (False, True) * 4:
        client_choices.set_contact(house, "C1", "sms", allowed=allowed, now=at(2))
        client_acts.set_personalisation(house, "C1", on=allowed, now=at(2))
        page = privacy_page(me(house, minutes=2), locale="zh-CN")
        choice = next(one for one in page.channels if one.channel == "sms")
        assert (page.personalisation, choice.allowed) == (allowed, allowed)
    client_choices.withdraw_consent(house, "C1", "personalised_service|*|house", now=at(2))
    assert not any(one.given for one in privacy_page(me(house, minutes=2), locale="zh-CN").consents)


@pytest.mark.parametrize(
    ("name", "day", "reason"),
    [
        ("lottery", "2026-09-01", "unknown_choice"),
        ("house", "", "no_date"),
        ("house", "2026-02-30", "no_date"),
        ("house", "next year", "no_date"),
        ("house", "1492-01-01", "past_date"),
        ("house", "9999-12-31", "far_date"),
    ],
)
def test_a_life_event_that_cannot_be_is_asked_for_again(
    house: House, name: str, day: str, reason: str
) -> None:
    append(house, opening())
    work(house, now=at(1))
    with pytest.raises(ActRefusedError, match=reason):
        client_choices.tell_life_event(house, "C1", name, day, agreed=True, now=at(2))


def test_consents_are_given_with_a_last_day_and_taken_back_at_once(house: House) -> None:
    append(house, opening(consents=()))
    work(house, now=at(1))
    offer = "marketing|*|house"
    last = (START + timedelta(days=30)).date()
    client_choices.give_consent(house, "C1", offer, until=last.isoformat(), now=at(2))
    line = next(one for one in privacy_page(me(house), locale="zh-CN").consents if one.key == offer)
    assert (line.given, line.until) == (True, last)
    client_choices.withdraw_consent(house, "C1", offer, now=at(3))
    line = next(one for one in privacy_page(me(house), locale="zh-CN").consents if one.key == offer)
    assert not line.given
    for consent, until, reason in (
        ("everything|*|everyone", "", "unknown_choice"),
        (offer, "2020-01-01", "past_date"),
        (offer, "2099-01-01", "far_date"),
        (offer, "soon", "no_date"),
    ):
        with pytest.raises(ActRefusedError, match=reason):
            client_choices.give_consent(house, "C1", consent, until=until, now=at(4))
    for consent in ("", "||", "a|b", "a|\x00|c"):
        with pytest.raises(ActRefusedError, match="unknown_choice"):
            client_choices.withdraw_consent(house, "C1", consent, now=at(4))


def test_a_channel_is_closed_from_the_next_page_on(house: House) -> None:
    append(house, opening())
    work(house, now=at(1))
    client_choices.set_contact(house, "C1", "sms", allowed=False, now=at(2))
    assert house.store.lag() == 1
    closed = {one.channel for one in privacy_page(me(house), locale="zh-CN").channels if not one.allowed}
    assert closed == {"sms"}
    with pytest.raises(ActRefusedError, match="unknown_choice"):
        client_choices.set_contact(house, "C1", "carrier pigeon", allowed=True, now=at(3))


def test_a_thought_is_told_with_the_words_it_rests_on(house: House) -> None:
    served(house)
    need = profile_page(me(house), locale="zh-CN").needs[0]
    assert {reason.words for reason in need.reasons} == {"个人养老金怎么开户"}
    assert {reason.kind for reason in need.reasons} == {"searched"}


def test_erasure_tells_beforehand_what_goes_and_what_the_law_keeps_and_what_became_of_it(
    house: House,
) -> None:
    served(house)
    append(house, [trade(100, minutes=5)])
    work(house, now=at(6))
    lines = {line.retention.value: line for line in privacy_page(me(house), locale="zh-CN").erasure}
    assert lines["behaviour"].kept is None
    assert lines["trading"].kept is not None
    assert lines["trading"].kept.until == date(at(5).year + 20, at(5).month, at(5).day)
    assert lines["identity"].kept is not None
    assert lines["identity"].kept.until is None
    with pytest.raises(ActRefusedError, match="empty"):
        client_choices.ask_erasure(house, "C1", (), now=at(7))
    client_choices.ask_erasure(house, "C1", ("behaviour", "trading"), now=at(7))
    assert not privacy_page(me(house), locale="zh-CN").wishes[0].done
    work(house, now=at(8))
    wish = privacy_page(me(house), locale="zh-CN").wishes[0]
    assert (wish.done, wish.erased, [name for name, _until in wish.kept]) == (
        True,
        ("behaviour",),
        ["trading"],
    )
    assert profile_page(me(house), locale="zh-CN").needs == ()


def test_the_own_data_hold_every_event_that_can_be_read_with_its_source(house: House) -> None:
    served(house)
    append(house, [event(200, "asked", {"text": '=cmd|"/c calc"!A1', "channel": "home"}, minutes=5)])
    append(house, [trade(201, minutes=6)])
    work(house, now=at(7))
    pieces = list(archive(me(house), about="关于", locale="zh-CN"))
    assert len(pieces) > 1
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as found:
        assert found.testzip() is None
        lines = [json.loads(line) for line in found.read("events.jsonl").splitlines()]
        table = list(csv.reader(io.StringIO(found.read("events.csv").decode("utf-8-sig"))))
        records = list(csv.DictReader(io.StringIO(found.read("records.csv").decode("utf-8-sig"))))
        messages = json.loads(found.read("messages.json"))
        profile = json.loads(found.read("profile.json"))
    own = [stored.event for stored in house.store.events_of("C1")]
    assert [(line["source"], line["source_seq"]) for line in lines] == [one.key for one in own]
    assert len(table) == len(own) + 1
    assert records[0]["amount_yuan"] == "-400.05"
    assert messages[0]["card"]["title"]
    assert profile["needs"][0]["reasons"]
    client_choices.ask_erasure(house, "C1", ("behaviour",), now=at(8))
    work(house, now=at(9))
    with zipfile.ZipFile(io.BytesIO(b"".join(archive(me(house), about="", locale="zh-CN")))) as found:
        kinds = {json.loads(line)["kind"] for line in found.read("events.jsonl").splitlines()}
    assert not kinds & {"searched", "asked"}
    assert "trade" in kinds


def test_no_cell_of_a_table_is_a_formula(house: House) -> None:
    body: dict[str, object] = {
        "code": "999999",
        "name": "=HYPERLINK()",
        "side": "sell",
        "quantity": "1",
        "price": "1",
        "gross_fen": 100,
    }
    append(house, [*opening(), event(300, "trade", body, minutes=1)])
    work(house, now=at(2))
    with zipfile.ZipFile(io.BytesIO(b"".join(archive(me(house), about="", locale="en")))) as found:
        rows = list(csv.DictReader(io.StringIO(found.read("records.csv").decode("utf-8-sig"))))
    assert rows[0]["name"] == "'=HYPERLINK()"
    assert rows[0]["amount_yuan"] == "1.00"


def test_a_merged_record_shows_the_trades_of_both(house: House) -> None:
    append(house, [*opening(), *opening("C2")])
    append(house, [event(900, "trade", dict(trade(1, minutes=1).body), minutes=1, client="C2")])
    work(house, now=at(2))
    append(house, [event(901, "merged_in", {"other_client_id": "C2"}, minutes=3)])
    append(house, [event(902, "merged_away", {"other_client_id": "C1"}, minutes=3, client="C2")])
    work(house, now=at(4))
    page = records_page(me(house), kind="trades", month="", before="")
    assert [record.source_seq for record in page.records] == ["C2-900"]


def test_day_of_birth_and_opening_come_round(house: House) -> None:
    append(house, opening())
    work(house, now=at(1))
    found = {one.kind: one for one in moments_page(me(house)).coming}
    now: datetime = at(60)
    year = now.year + 1
    assert (found["birthday"].on, found["birthday"].years) == (date(year, 1, 1), year - 1990)
    assert found["assessment"].on == date(2027, 6, 1)
