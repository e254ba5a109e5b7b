"""A client rates what a person told them: once, only a person's words, counted with its number of answers."""

from datetime import timedelta

import pytest
from desk_house import CLIENT, GU, LIN, NOW, ZHOU, bodies, complaint, fill, minutes, only, wish
from people import event

from tongxing.service.client_acts import ActRefusedError, UnknownClientError
from tongxing.service.console_funnels import refresh
from tongxing.service.desk_team import team_view
from tongxing.service.desk_words import send
from tongxing.service.house import House
from tongxing.service.me_rating import rate_service, scores_of
from tongxing.service.me_said import Word, said_page
from tongxing.service.me_who import mine
from tongxing.service.work import work

WORDS = "我会先核对清楚，下午三点前给您打电话说明。"


def answered(house: House) -> Word:
    """What stands on the page of a client whose complaint an adviser answered."""
    fill(house, complaint())
    send(house, LIN, only(house).task_id, wish(WORDS), now=NOW)
    work(house, now=minutes(5))
    return next(word for word in said_page(mine(house, CLIENT, now=minutes(5))).words if word.by_person)


def rate(house: House, touch_id: str, score: str, words: str = "", *, at: int = 6) -> None:
    rate_service(mine(house, CLIENT, now=minutes(at)), touch_id, score, words, now=minutes(at))


def test_a_rating_names_the_message_and_who_wrote_it(house: House) -> None:
    word = answered(house)
    assert word.score is None
    rate(house, word.card.touch_id, "5")
    assert bodies(house, "service_rated") == [{"touch_id": word.card.touch_id, "score": 5, "by": "adviser-1"}]
    again = said_page(mine(house, CLIENT, now=minutes(7))).words
    assert [one.score for one in again if one.by_person] == [5]


def test_words_with_a_rating_are_heard_like_any_question(house: House) -> None:
    word = answered(house)
    rate(house, word.card.touch_id, "1", "还是没有说清楚，我要投诉")
    assert [body["text"] for body in bodies(house, "asked")] == ["还是没有说清楚，我要投诉"]
    assert "text" not in bodies(house, "service_rated")[0]
    work(house, now=minutes(8))
    assert scores_of(mine(house, CLIENT, now=minutes(9))) == {word.card.touch_id: 1}


def test_a_message_is_rated_once(house: House) -> None:
    word = answered(house)
    rate(house, word.card.touch_id, "2")
    with pytest.raises(ActRefusedError) as refused:
        rate(house, word.card.touch_id, "5", at=7)
    assert refused.value.reason == "rated"
    assert [body["score"] for body in bodies(house, "service_rated")] == [2]


@pytest.mark.parametrize("score", ["", "0", "6", "55", "-1", "4.5", "٤", "five"])
def test_a_score_outside_one_to_five_is_refused(house: House, score: str) -> None:
    word = answered(house)
    with pytest.raises(ActRefusedError) as refused:
        rate(house, word.card.touch_id, score)
    assert refused.value.reason == "score"
    assert bodies(house, "service_rated") == []


def test_words_of_the_house_and_of_other_clients_cannot_be_rated(house: House) -> None:
    word = answered(house)
    searched = event(95, "searched", {"text": "个人养老金 怎么开户"}, minutes=66, client=CLIENT)
    house.store.append([searched])
    work(house, now=minutes(8))
    me = mine(house, CLIENT, now=minutes(9))
    machine = next(one for one in said_page(me).words if not one.by_person)
    with pytest.raises(UnknownClientError):
        rate_service(me, machine.card.touch_id, "5", "", now=minutes(9))
    with pytest.raises(UnknownClientError):
        rate_service(me, word.card.touch_id[:-1], "5", "", now=minutes(9))


def test_satisfaction_is_the_share_of_four_and_five_with_its_number(house: House) -> None:
    word = answered(house)
    assert team_view(house, GU, now=minutes(5)).advisers[0].rated is None
    rate(house, word.card.touch_id, "4")
    second = send(
        house, LIN, only(house).task_id, wish("电话已打过，材料已寄出。", form="2"), now=minutes(10)
    )
    assert second.cleared
    work(house, now=minutes(11))
    rate(house, second.touch_id, "3", at=12)
    house.store.set_setting("market_now", (NOW + timedelta(hours=1)).isoformat())
    everybody, lin = refresh(house).rated
    assert (everybody.by, lin.by) == ("", "adviser-1")
    assert (lin.satisfied.part, lin.satisfied.whole, lin.satisfied.value_ppm) == (1, 2, 500_000)
    assert lin.points == (0, 0, 1, 1, 0) == everybody.points
    shown = {one.person_id: one.rated for one in team_view(house, GU, now=minutes(13)).advisers}
    assert shown[LIN.person_id] == lin
    assert shown[ZHOU.person_id] is None
