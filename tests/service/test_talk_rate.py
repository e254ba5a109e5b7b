"""Whether an answer helped: about own answers alone, the last word counts, sealed like other choices."""

import pytest
from view_house import CONSENTS, REFUSES, fill

from tongxing.service.client_acts import ActRefusedError, UnknownClientError
from tongxing.service.house import House
from tongxing.service.me_who import Mine, mine
from tongxing.service.talk_rate import Thumb, rate_answer, thumbs_of
from tongxing.service.talk_say import Wish, say
from tongxing.service.talk_view import talk_page


def me(house: House, client_id: str = CONSENTS) -> Mine:
    return mine(house, client_id, now=house.clock.now())


def answered(house: House, text: str = "怎么开通科创板") -> str:
    """The answer to a question of the client."""
    fill(house)
    reply = say(house, CONSENTS, Wish(text=text), now=house.clock.now())
    assert reply is not None
    assert reply.sent is not None
    return reply.sent.touch_id


def told(house: House, kind: str) -> list[dict[str, object]]:
    events = house.store.kept_events_of(CONSENTS)
    return [dict(one.event.body) for one in events if one.event.kind == kind]


def rate(house: House, touch_id: str, helped: str, why: str = "", words: str = "") -> None:
    rate_answer(me(house), touch_id, helped, why=why, words=words, now=house.clock.now())


def test_a_thumb_names_the_answer_and_the_question_it_was_given_to(house: House) -> None:
    touch_id = answered(house)
    rate(house, touch_id, "1")
    asked = [one.event for one in house.store.kept_events_of(CONSENTS) if one.event.kind == "asked"][-1]
    assert told(house, "answer_rated") == [{"touch_id": touch_id, "of": asked.source_seq, "helped": True}]
    shown = [one.thumb for one in talk_page(me(house), locale="zh-CN").bubbles if one.card is not None]
    assert shown[-1] == Thumb(helped=True)


def test_a_changed_mind_replaces_the_thumb_and_both_stay_on_record(house: House) -> None:
    touch_id = answered(house)
    rate(house, touch_id, "1")
    rate(house, touch_id, "0")
    rate(house, touch_id, "0", "wrong_figures")
    assert thumbs_of(me(house)) == {touch_id: Thumb(helped=False, why="wrong_figures")}
    assert len(told(house, "answer_rated")) == 3


def test_each_thumb_is_sealed_under_a_leaf_of_its_own(house: House) -> None:
    touch_id = answered(house)
    rate(house, touch_id, "0", "unclear")
    (seq,) = [one.seq for one in house.store.kept_events_of(CONSENTS) if one.event.kind == "answer_rated"]
    index = house.store.proofs.leaf_of_event(seq)
    assert index is not None
    found = house.store.leaf(index)
    assert found is not None
    assert found[0].leaf.kind == "choice"


def test_words_with_a_thumb_are_heard_like_any_question(house: House) -> None:
    touch_id = answered(house)
    rate(house, touch_id, "0", "person_wanted", "我还是想找人问")
    assert told(house, "asked")[-1] == {"text": "我还是想找人问", "channel": "rating"}
    assert "我还是想找人问" not in str(told(house, "answer_rated"))


@pytest.mark.parametrize(("helped", "why"), [("2", ""), ("", ""), ("0", "bad_mood"), ("yes", "")])
def test_what_is_not_offered_is_refused_and_leaves_nothing(house: House, helped: str, why: str) -> None:
    touch_id = answered(house)
    with pytest.raises(ActRefusedError, match="unknown_choice"):
        rate(house, touch_id, helped, why)
    assert told(house, "answer_rated") == []


def test_nobody_rates_an_answer_to_somebody_else(house: House) -> None:
    touch_id = answered(house)
    with pytest.raises(UnknownClientError):
        rate_answer(me(house, REFUSES), touch_id, "1", now=house.clock.now())
    with pytest.raises(UnknownClientError):
        rate(house, f"{touch_id}x", "1")
