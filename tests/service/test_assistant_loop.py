"""Questions not answered well: listed without words, opened masked, corrected by one, agreed by another."""

from datetime import timedelta

import pytest
from view_house import CONSENTS, REFUSES, fill

from tongxing.book.corpus import read_corpus_page
from tongxing.domain.person import Person, Role
from tongxing.service import client_choices
from tongxing.service.assistant_corrections import (
    CorrectionRefusedError,
    agree,
    correct,
    proposals,
    waiting,
)
from tongxing.service.assistant_figures import figures
from tongxing.service.assistant_questions import grouped, opened
from tongxing.service.assistant_turns import Turn, latest_turns, turn_of
from tongxing.service.assistant_words import words_of
from tongxing.service.house import House
from tongxing.service.me_who import mine
from tongxing.service.talk_rate import rate_answer
from tongxing.service.talk_say import Wish, say
from tongxing.service.work import work

TANG = Person(person_id="operations-1", name="唐沐阳", role=Role.OPERATIONS)
XU = Person(person_id="compliance-1", name="许静之", role=Role.COMPLIANCE)
HAN = Person(person_id="auditor-1", name="韩守一", role=Role.AUDITOR)
CONSENT = "improve_assistant|asked|house"
PENSION = "个人养老金能省多少税，我叫林晓晓，手机13900001234，想放12000"


def ask(house: House, text: str, *, client: str = CONSENTS, helped: str = "") -> None:
    reply = say(house, client, Wish(text=text), now=house.clock.now())
    assert reply is not None
    assert reply.sent is not None
    if helped:
        me = mine(house, client, now=house.clock.now())
        rate_answer(me, reply.sent.touch_id, helped, now=house.clock.now())


def found(house: House) -> tuple[Turn, ...]:
    now = house.clock.now()
    return latest_turns(house, since=now - timedelta(days=30), until=now + timedelta(days=30))


def disliked(house: House, *, consent: bool = True) -> str:
    """The record of an answer that did not help."""
    fill(house)
    if consent:
        client_choices.give_consent(house, CONSENTS, CONSENT, until="", now=house.clock.now())
    ask(house, PENSION, helped="0")
    return found(house)[0].decision_id


def why(doing: object) -> str:
    with pytest.raises(CorrectionRefusedError) as refused:
        doing()  # type: ignore[operator]
    return refused.value.reason


def test_turns_are_counted_with_what_became_of_them(house: House) -> None:
    fill(house)
    ask(house, "怎么开通科创板", helped="1")
    ask(house, "个人养老金能省多少税", client=REFUSES, helped="0")
    ask(house, "嗯嗯那个呢呢呢")
    turns = found(house)
    whole = figures(turns).whole
    assert (whole.turns, whole.answered, whole.asked_back) == (3, 1, 1)
    assert (whole.helped.part, whole.helped.whole) == (1, 2)
    assert whole.helped.low_ppm is not None
    assert whole.helped.low_ppm < 500_000
    assert {line.name for line in figures(turns).by_intent} >= {"permission", "pension"}
    assert [line.turns for line in figures(turns).by_model] == [3]
    assert [turn.reasons for turn in turns] == [("abstained",), ("thumb_down",), ()]


def test_who_asks_for_a_person_is_no_unanswered_question(house: House) -> None:
    fill(house)
    ask(house, "转人工")
    assert [(turn.intent, turn.reasons) for turn in found(house)] == [("human", ())]


def test_near_wordings_are_one_group_and_only_what_two_clients_share_is_shown(house: House) -> None:
    fill(house)
    for text, client in (
        ("个人养老金能省多少税呀", CONSENTS),
        ("个人养老金能省多少税", REFUSES),
        ("我想销户", CONSENTS),
    ):
        ask(house, text, client=client, helped="0")
    first, second = grouped(house, found(house))
    assert (len(first.turns), first.clients, first.shared) == (2, 2, "个人养老金能省多少税")
    assert (len(second.turns), second.clients, second.shared) == (1, 1, "")
    assert [one.words for one in opened(house, found(house), first.key)] == [
        "个人养老金能省多少税",
        "个人养老金能省多少税呀",
    ]


def test_opened_words_hold_no_name_no_phone_and_no_figure(house: House) -> None:
    disliked(house)
    (words,) = words_of(house, found(house)).values()
    assert words == "个人养老金能省多少税，我叫＊，手机＊，想放＊"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("卡号6222021234567894转不出去", "卡号＊转不出去"),
        ("发到 lin.xiao@example.com 或 www.example.com/x", "发到 ＊ 或 ＊"),
        ("上月亏了三十五万，5月6日10：30卖的", "上月亏了＊，＊月＊日＊：＊卖的"),
        ("代码５１０３００怎么样", "代码＊怎么样"),
        ("万一再跌呢", "万一再跌呢"),
    ],
)
def test_what_tells_of_a_person_is_taken_out_and_the_question_stays(
    house: House, text: str, masked: str
) -> None:
    fill(house)
    ask(house, text)
    (words,) = words_of(house, found(house)).values()
    assert words == masked


def test_a_corrected_question_leaves_the_list_and_the_last_correction_counts(house: House) -> None:
    record = disliked(house)
    correct(house, TANG, record, "account", now=house.clock.now())
    correct(house, XU, record, "fund_ops", now=house.clock.now())
    turn = turn_of(house, record)
    assert turn is not None
    assert (turn.corrected, turn.corrected_by, turn.open) == ("fund_ops", "compliance-1", False)
    assert grouped(house, found(house)) == ()


def test_words_reach_the_corpus_only_by_two_persons_and_as_a_line_the_book_can_read(house: House) -> None:
    record, now = disliked(house), house.clock.now()
    assert why(lambda: agree(house, XU, record, "confused", now=now)) == "not_corrected"
    correct(house, TANG, record, "pension", now=now)
    assert [one.turn.decision_id for one in waiting(house, found(house), now=now)] == [record]
    assert why(lambda: agree(house, TANG, record, "confused", now=now)) == "same_person"
    agree(house, XU, record, "confused", now=now)
    page = "\n".join(proposals(house, now=now))
    (line,), problems = read_corpus_page("corpus/proposed.tsv", page, style="proposed")
    assert problems == []
    assert (line.intent, line.emotion, line.text) == (
        "pension",
        "confused",
        "个人养老金能省多少税，我叫＊，手机＊，想放＊",
    )
    assert waiting(house, found(house), now=now) == ()
    assert why(lambda: correct(house, TANG, record, "account", now=now)) == "agreed"
    assert why(lambda: agree(house, XU, record, "sad", now=now)) == "agreed"


def test_without_consent_a_question_is_read_and_never_proposed(house: House) -> None:
    record, now = disliked(house, consent=False), house.clock.now()
    correct(house, TANG, record, "pension", now=now)
    assert waiting(house, found(house), now=now) == ()
    assert why(lambda: agree(house, XU, record, "confused", now=now)) == "no_consent"


def test_consent_taken_back_takes_the_words_out_of_the_proposals(house: House) -> None:
    record, now = disliked(house), house.clock.now()
    correct(house, TANG, record, "pension", now=now)
    agree(house, XU, record, "confused", now=now)
    assert len(list(proposals(house, now=now))) == 2
    client_choices.withdraw_consent(house, CONSENTS, CONSENT, now=now)
    assert len(list(proposals(house, now=now))) == 1


def test_words_said_in_distress_are_never_taken(house: House) -> None:
    fill(house)
    client_choices.give_consent(house, CONSENTS, CONSENT, until="", now=house.clock.now())
    ask(house, "亏太多了，我整夜整夜睡不着，吃不下饭", helped="0")
    record, now = found(house)[0].decision_id, house.clock.now()
    correct(house, TANG, record, "distress", now=now)
    assert why(lambda: agree(house, XU, record, "sad", now=now)) == "distress"


def test_erased_words_are_in_no_list_and_no_proposal(house: House) -> None:
    record, now = disliked(house), house.clock.now()
    correct(house, TANG, record, "pension", now=now)
    agree(house, XU, record, "confused", now=now)
    client_choices.ask_erasure(house, CONSENTS, ("behaviour",), now=now)
    work(house, now=now + timedelta(minutes=1))
    assert words_of(house, found(house)) == {}
    assert len(list(proposals(house, now=now))) == 1


@pytest.mark.parametrize(
    ("person", "intent", "reason"),
    [(HAN, "pension", "role"), (TANG, "weather", "unknown_choice"), (TANG, "", "unknown_choice")],
)
def test_who_may_not_and_what_is_no_intent_is_refused(
    house: House, person: Person, intent: str, reason: str
) -> None:
    record = disliked(house)
    assert why(lambda: correct(house, person, record, intent, now=house.clock.now())) == reason


def test_a_record_that_is_no_turn_is_gone(house: House) -> None:
    fill(house)
    now = house.clock.now()
    assert why(lambda: correct(house, TANG, "nothing", "pension", now=now)) == "gone"
