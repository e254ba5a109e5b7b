"""A client sees, corrects, deletes and switches off the own labels, through the real house (statement 15)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from people import START, at, event, opening, snapshot

from tongxing.app import temporary_house
from tongxing.domain.event import Event
from tongxing.service import tags
from tongxing.service.append import append
from tongxing.service.client_acts import UnknownClientError
from tongxing.service.client_view import client_view
from tongxing.service.house import House
from tongxing.service.tags import TagRefusedError, TagView
from tongxing.service.work import Cache, WorkReport, step_deliver, step_fold, work

CONCENTRATED = {"512480": 9_000_000, "510300": 1_000_000}
SECTOR, PENSION, LIKES_ETF = "行业集中", "养老需求", "ETF偏好"
GUIDE = "pension_guide"
NOW = at(60)


@pytest.fixture
def house() -> Iterator[House]:
    with temporary_house(seed=7) as found:
        take(found, *opening(grade="C4"), snapshot(CONCENTRATED))
        yield found


def take(house: House, *events: Event) -> None:
    append(house, events)
    work(house, now=max(event.known_at for event in events))


def seen(house: House) -> dict[str, TagView]:
    return {tag.label: tag for tag in tags.tags(house, "C1", NOW)}


def did(house: House, made: Event | None) -> None:
    """The worker takes an act of the client in."""
    assert made is not None
    work(house, now=made.known_at)


def cards(house: House) -> list[str]:
    view = client_view(house, "C1", now=NOW)
    assert view is not None
    return [card.playbook for card in view.cards]


def test_a_client_sees_every_label_with_its_meaning_and_reasons(house: House) -> None:
    found = seen(house)
    assert list(found) == ["风险偏好中高", SECTOR, LIKES_ETF]
    tag = found[SECTOR]
    assert "50%" in tag.meaning
    assert (tag.confidence_bp, tag.state, tag.duty) == (9_000, "shown", False)
    assert [(one.kind, one.at.date()) for one in tag.evidence] == [("holding_snapshot", START.date())]
    assert found["风险偏好中高"].duty


def test_an_unknown_client_has_no_labels_and_no_acts(house: House) -> None:
    with pytest.raises(UnknownClientError):
        tags.tags(house, "C9", NOW)
    with pytest.raises(UnknownClientError):
        tags.delete(house, "C9", SECTOR, now=NOW)


def searched(number: int, *, minutes: int) -> Event:
    return event(number, "searched", {"text": "养老金怎么开户"}, minutes=minutes)


def test_a_deleted_label_takes_its_card_along_and_stays_deleted(house: House) -> None:
    take(house, searched(80, minutes=1), searched(81, minutes=2))
    assert GUIDE in cards(house)
    assert seen(house)[PENSION].state == "shown"
    did(house, tags.delete(house, "C1", "养老规划", now=NOW))
    tag = seen(house)[PENSION]
    assert (tag.state, tag.confidence_bp) == ("deleted", 0)
    assert [one.kind for one in tag.evidence] == ["tag_deleted"]
    assert GUIDE not in cards(house)
    take(house, searched(82, minutes=80), searched(83, minutes=81))
    assert seen(house)[PENSION].state == "deleted"
    assert GUIDE not in cards(house)


def test_no_new_card_comes_while_the_label_is_deleted() -> None:
    with temporary_house(seed=7) as house:
        take(house, *opening())
        did(house, tags.delete(house, "C1", PENSION, now=at(1)))
        take(house, searched(80, minutes=5), searched(81, minutes=6))
        assert cards(house) == []
        assert not [row for row in house.store.decisions(client_id="C1") if row.chosen]
        did(house, tags.restore(house, "C1", PENSION, now=at(10)))
        assert cards(house) == [GUIDE]
        assert seen(house)[PENSION].state == "corrected"


def test_words_that_wait_are_withdrawn_when_their_label_is_deleted(house: House) -> None:
    cache, report = Cache(states={}), WorkReport()
    append(house, (searched(80, minutes=1),))
    step_fold(house, cache, report, at_most=10)
    assert report.cleared_waiting == 1
    deleted = event(81, "tag_deleted", {"label": PENSION}, minutes=2)
    append(house, (deleted,))
    step_fold(house, cache, report, at_most=10)
    step_deliver(house, at(3), cache, report)
    assert (report.delivered, report.withdrawn) == (0, 1)
    assert GUIDE not in cards(house)


def test_the_same_act_twice_is_one(house: House) -> None:
    before = house.store.count_events()
    first = tags.delete(house, "C1", LIKES_ETF, now=NOW)
    again = tags.delete(house, "C1", LIKES_ETF, now=NOW + timedelta(minutes=1))
    assert first is not None
    assert again is None
    assert house.store.count_events() == before + 1
    work(house, now=NOW)
    counted = house.store.count_events()
    assert tags.delete(house, "C1", "偏好ETF", now=at(90)) is None
    assert tags.restore(house, "C1", SECTOR, now=at(90)) is None
    assert house.store.count_events() == counted


def test_deleting_again_after_letting_back_in_counts(house: House) -> None:
    did(house, tags.delete(house, "C1", LIKES_ETF, now=NOW))
    did(house, tags.restore(house, "C1", LIKES_ETF, now=at(61)))
    assert (seen(house)[LIKES_ETF].state, seen(house)[LIKES_ETF].confidence_bp) == ("corrected", 10_000)
    did(house, tags.delete(house, "C1", LIKES_ETF, now=at(62)))
    assert seen(house)[LIKES_ETF].state == "deleted"
    given = {"purpose": "personalised_service", "source": "*"}
    take(house, event(70, "consent_given", given, minutes=80))
    assert seen(house)[LIKES_ETF].state == "shown"
    did(house, tags.delete(house, "C1", LIKES_ETF, now=at(90)))
    assert seen(house)[LIKES_ETF].state == "deleted"


def test_a_corrected_label_shows_the_clients_value(house: House) -> None:
    did(house, tags.correct(house, "C1", LIKES_ETF, " 买入持有 ", now=NOW))
    found = seen(house)
    assert found[LIKES_ETF].state == "deleted"
    assert (found["长期持有型"].state, found["长期持有型"].confidence_bp) == ("corrected", 10_000)
    assert [one.kind for one in found["长期持有型"].evidence] == ["tag_corrected"]
    assert tags.correct(house, "C1", LIKES_ETF, "长期持有型", now=at(70)) is None
    did(house, tags.correct(house, "C1", LIKES_ETF, "不碰ETF", now=at(71)))
    found = seen(house)
    assert "长期持有型" not in found
    assert (found["不碰ETF"].state, found["不碰ETF"].meaning) == ("corrected", "")
    did(house, tags.delete(house, "C1", "不碰ETF", now=at(72)))
    assert seen(house)["不碰ETF"].state == "deleted"


@pytest.mark.parametrize(
    ("label", "value", "reason"),
    [
        ("风险偏好中高", "风险偏好高", "duty"),
        ("C4", "C5", "duty"),
        (LIKES_ETF, "激进", "duty"),
        (LIKES_ETF, "老年客户", "duty"),
        (LIKES_ETF, "私人银行", "account_fact"),
        (LIKES_ETF, "  ", "empty"),
        (LIKES_ETF, "稳" * 41, "too_long"),
        (LIKES_ETF, "稳\x00健", "unreadable"),
        ("不存在的标签", "是", "unknown_label"),
    ],
)
def test_words_that_cannot_be_taken_are_refused_with_a_reason(
    house: House, *, label: str, value: str, reason: str
) -> None:
    before = house.store.count_events()
    with pytest.raises(TagRefusedError) as refused:
        tags.correct(house, "C1", label, value, now=NOW)
    assert refused.value.reason == reason
    assert house.store.count_events() == before


@pytest.mark.parametrize(("label", "reason"), [("风险偏好中高", "duty"), ("随便写的", "unknown_label")])
def test_a_duty_and_an_unknown_label_cannot_be_deleted(house: House, label: str, reason: str) -> None:
    with pytest.raises(TagRefusedError) as refused:
        tags.delete(house, "C1", label, now=NOW)
    assert refused.value.reason == reason


def test_switched_off_labels_stand_in_the_list_and_do_nothing(house: House) -> None:
    did(house, tags.switch_off(house, "C1", now=NOW))
    found = seen(house)
    assert {label: tag.state for label, tag in found.items()} == {
        "风险偏好中高": "shown",
        SECTOR: "off",
        LIKES_ETF: "off",
    }
    assert tags.switch_off(house, "C1", now=at(61)) is None
    did(house, tags.switch_on(house, "C1", now=at(62)))
    assert {tag.state for tag in seen(house).values()} == {"shown"}
