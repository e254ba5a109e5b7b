from collections.abc import Iterator
from datetime import timedelta

import pytest
from view_house import CONSENTS, NOW, REFUSES, event, fill, searches

from tongxing.app.house import temporary_house
from tongxing.service import client_acts
from tongxing.service.append import append
from tongxing.service.client_acts import ActRefusedError, UnknownClientError
from tongxing.service.client_view import client_rows, client_view
from tongxing.service.house import House
from tongxing.service.views import CardView
from tongxing.service.work import work


@pytest.fixture
def house() -> Iterator[House]:
    with temporary_house() as house:
        fill(house)
        yield house


def cards(house: House, client_id: str = CONSENTS) -> tuple[CardView, ...]:
    view = client_view(house, client_id, now=NOW)
    assert view is not None
    return view.cards


def test_a_search_on_the_page_becomes_a_card(house: House) -> None:
    client_acts.search(house, CONSENTS, "  养老金\n怎么开户 ", now=NOW)
    assert house.store.lag() == 1
    work(house, now=NOW)
    assert [card.playbook for card in cards(house)] == ["pension_guide"]


def test_a_question_is_kept_in_the_clients_own_words(house: House) -> None:
    event = client_acts.ask(house, CONSENTS, "养老\x00金 能取吗？", now=NOW)
    assert event.body["text"] == "养老 金 能取吗？"
    assert event.source == "web"


def test_two_acts_of_one_standing_clock_are_two_events(house: House) -> None:
    before = house.store.count_events()
    first = client_acts.search(house, CONSENTS, "养老金", now=NOW)
    second = client_acts.search(house, CONSENTS, "养老金", now=NOW)
    assert first.key != second.key
    assert house.store.count_events() == before + 2


def test_an_act_is_never_known_before_what_the_house_knows(house: House) -> None:
    searches(house, CONSENTS, at=NOW + timedelta(hours=1))
    event = client_acts.search(house, CONSENTS, "养老金", now=NOW)
    assert event.known_at > NOW + timedelta(hours=1)


def test_a_dismissed_card_is_gone_and_the_log_says_why(house: House) -> None:
    searches(house, CONSENTS)
    (card,) = cards(house)
    assert client_rows(house)[0].cards == 1
    client_acts.dismiss(house, CONSENTS, card.touch_id, "以后再说", now=NOW)
    work(house, now=NOW)
    assert cards(house) == ()
    assert client_rows(house)[0].cards == 0
    last = [stored.event for stored in house.store.events_of(CONSENTS)][-1]
    assert (last.kind, last.body) == ("dismissed", {"touch_id": card.touch_id, "why": "以后再说"})


def test_nobody_dismisses_or_opens_a_card_of_another_client(house: House) -> None:
    searches(house, CONSENTS)
    (card,) = cards(house)
    before = house.store.count_events()
    with pytest.raises(UnknownClientError):
        client_acts.dismiss(house, REFUSES, card.touch_id, "", now=NOW)
    with pytest.raises(UnknownClientError):
        client_acts.opened(house, REFUSES, card.touch_id, now=NOW)
    assert house.store.count_events() == before
    assert len(cards(house)) == 1


def test_an_opened_card_is_told_to_the_log(house: House) -> None:
    searches(house, CONSENTS)
    (card,) = cards(house)
    event = client_acts.opened(house, CONSENTS, card.touch_id, now=NOW)
    assert (event.kind, event.body) == ("opened", {"touch_id": card.touch_id})


@pytest.mark.parametrize(
    ("text", "reason"), [("", "empty"), (" \n\u200b ", "empty"), ("养" * 201, "too_long")]
)
def test_words_that_cannot_be_taken_leave_the_log_alone(house: House, text: str, reason: str) -> None:
    before = house.store.count_events()
    with pytest.raises(ActRefusedError) as refused:
        client_acts.search(house, CONSENTS, text, now=NOW)
    assert refused.value.reason == reason
    assert house.store.count_events() == before


def test_two_hundred_characters_are_taken(house: House) -> None:
    assert client_acts.ask(house, CONSENTS, "养" * 200, now=NOW).body["text"] == "养" * 200


def test_an_unknown_client_cannot_act(house: House) -> None:
    with pytest.raises(UnknownClientError):
        client_acts.search(house, "C999999", "养老金", now=NOW)


def test_switching_personalisation_off_takes_personal_cards_off_the_page(house: House) -> None:
    """Statement 14 of the officer's checklist: the next response is not personal any more."""
    searches(house, CONSENTS)
    assert [card.playbook for card in cards(house)] == ["pension_guide"]
    client_acts.set_personalisation(house, CONSENTS, on=False, now=NOW)
    work(house, now=NOW)
    assert cards(house) == ()
    client_acts.set_personalisation(house, CONSENTS, on=True, now=NOW)
    work(house, now=NOW)
    assert [card.playbook for card in cards(house)] == ["pension_guide"]


def test_withdrawn_consent_takes_the_card_off_the_page(house: House) -> None:
    searches(house, CONSENTS)
    withdrawn = {"purpose": "personalised_service", "source": "*", "receiver": "house"}
    append(house, [event(CONSENTS, 900, "consent_withdrawn", withdrawn, at=NOW + timedelta(minutes=5))])
    work(house, now=NOW)
    assert cards(house) == ()


def test_after_words_of_distress_only_care_stands_on_the_page(house: House) -> None:
    searches(house, CONSENTS)
    client_acts.ask(house, CONSENTS, "亏得睡不着，好焦虑", now=NOW)
    work(house, now=NOW)
    assert [card.playbook for card in cards(house)] == ["distress_offer"]
