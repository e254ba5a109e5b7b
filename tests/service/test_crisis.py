"""Words of not wanting to live: a person of the house at once, help for the client, no more for a day."""

from datetime import datetime, timedelta

from people import START, at, event, opening

from tongxing.domain.event import Event
from tongxing.domain.grades import Channel
from tongxing.service.append import append
from tongxing.service.house import House
from tongxing.service.merges import merge
from tongxing.service.ports import MessageRow, SetAside
from tongxing.service.stored import decode_decision, decode_message
from tongxing.service.work import work

CRISIS = {"crisis_hand_over", "crisis_words"}
DAY = 24 * 60
NEVER_MORE = "亏了一辈子的钱，活着没意思"
PENSION = "个人养老金怎么开户"


def asked(number: int, text: str = NEVER_MORE, *, minutes: int = 1, client: str = "C1") -> Event:
    return event(number, "asked", {"text": text, "channel": "home"}, minutes=minutes, client=client)


def lives(house: House, *events: Event) -> None:
    for one in events:
        assert append(house, (one,)).accepted, one
        work(house, now=one.known_at)


def messages(house: House, client: str = "C1") -> list[MessageRow]:
    return sorted(house.store.messages(client, now=START, limit=500), key=lambda row: row.sent_at)


def sent(house: House, client: str = "C1") -> list[str]:
    return sorted(row.playbook for row in messages(house, client))


def words(row: MessageRow) -> str:
    return "\n".join(part.text for part in decode_message(row.payload).parts)


def test_a_person_is_called_and_the_client_is_answered_in_the_same_breath(house: House) -> None:
    texts = (
        NEVER_MORE, "不想活了", "真想一死了之", "遗书写好了", "I want to end my life", "活著沒意思",
        "想從樓頂跳樓",
    )  # fmt: skip
    for number, text in enumerate(texts):
        client = f"C{number}"
        lives(house, *opening(client, consents=()), asked(10, text, client=client))
        assert {(row.playbook, row.channel, row.sent_at) for row in messages(house, client)} == {
            ("crisis_hand_over", Channel.ADVISER.value, at(1)),
            ("crisis_words", Channel.HOME.value, at(1)),
        }, text


def test_a_report_of_a_crisis_does_the_same(house: House) -> None:
    lives(house, *opening(consents=()), event(10, "distress_seen", {"degree": "crisis"}, minutes=1))
    assert set(sent(house)) == CRISIS


def test_no_switch_no_hour_and_no_leave_keeps_help_away(house: House) -> None:
    night = 17 * 60  # two in the morning
    lives(
        house,
        *opening(consents=()),
        event(20, "personalisation_set", {"on": False}),
        event(21, "contact_set", {"channel": "adviser", "allowed": False}),
        event(22, "contact_set", {"channel": "home", "allowed": False}),
        event(23, "closing_requested", {"reason": "不玩了"}),
        asked(24, minutes=night),
    )
    assert set(sent(house)) == CRISIS
    assert {row.sent_at for row in messages(house)} == {at(night)}


def test_what_could_not_be_taken_in_does_not_keep_help_away(house: House) -> None:
    lives(house, *opening())
    with house.store.batch() as batch:
        batch.set_aside(SetAside(client_id="C1", seq=1, what="trade", why="ValueError"))
    lives(house, event(9, "searched", {"text": PENSION}), asked(10))
    assert set(sent(house)) == CRISIS


def test_words_under_an_old_number_reach_the_record_that_stayed(house: House) -> None:
    lives(house, *opening(consents=()), *opening("C2", consents=()))
    merge(house, away="C2", into="C1", at=at(1))
    work(house, now=at(1))
    append(house, (asked(10, minutes=2, client="C2"),))
    work(house, now=at(2))
    assert (set(sent(house)), sent(house, "C2")) == (CRISIS, [])


def test_the_slang_of_the_market_is_no_crisis(house: House) -> None:
    texts = (
        "跌死了", "今天割肉", "一开盘就跳水", "这是跳楼价", "自杀式下跌", "被套死了", "死扛到底",
        "想死你了老朋友",
        "死猫跳而已", "跳空低开", "跌到跳樓價", "急死我了，怎么还不到账", "安眠药概念股", "不想活跃账户",
    )  # fmt: skip
    for number, text in enumerate(texts):
        client = f"C{number}"
        lives(house, *opening(client), asked(10, text, client=client))
        assert not CRISIS & set(sent(house, client)), text


def test_nothing_else_is_said_for_a_day_and_then_it_is(house: House) -> None:
    lives(house, *opening(consents=("personalised_service", "marketing")), asked(10))
    for hour in (1, 8, 16, 23):
        lives(house, event(10 + hour, "searched", {"text": PENSION}, minutes=hour * 60))
    assert set(sent(house)) == CRISIS
    lives(house, event(51, "searched", {"text": "债券怎么买"}, minutes=2 * DAY))
    lives(house, event(52, "searched", {"text": PENSION}, minutes=9 * DAY))
    assert "pension_guide" in sent(house)


def test_a_card_decided_before_the_words_is_not_sent_after_them(house: House) -> None:
    append(house, [*opening(), event(9, "searched", {"text": PENSION}, minutes=1), asked(10, minutes=1)])
    report = work(house, now=at(2))
    assert set(sent(house)) == CRISIS
    assert report.withdrawn == 1


def test_lighter_words_do_not_end_a_crisis(house: House) -> None:
    lives(house, *opening(), asked(10))
    lives(house, *(asked(20 + number, "睡不着", minutes=10 + number) for number in range(8)))
    lives(house, event(40, "searched", {"text": PENSION}, minutes=60))
    assert set(sent(house)) == CRISIS


def test_each_new_word_calls_a_person_and_the_client_hears_once_a_day(house: House) -> None:
    lives(house, *opening(), asked(10), asked(11, "不想活了", minutes=90), asked(12, "想死", minutes=95))
    assert sent(house) == ["crisis_hand_over"] * 3 + ["crisis_words"]


def test_the_task_does_not_repeat_what_was_said_and_names_the_lines_of_the_rulebook(house: House) -> None:
    lives(house, *opening(consents=()), asked(10))
    day = START.date()
    lines = [house.book.rules.text(f"crisis_{name}", day) for name in ("line", "ambulance", "police")]
    assert lines == ["12356", "120", "110"]
    for row in messages(house):
        said = words(row)
        assert NEVER_MORE not in said
        assert "一辈子" not in said
        assert all(line in said for line in lines)


NOTICE = (START + timedelta(days=20)).date().isoformat()


def notice(number: int, *, minutes: int) -> Event:
    return event(number, "assessment_taken", {"grade": "C3", "valid_to": NOTICE}, minutes=minutes)


def held(house: House) -> list[datetime]:
    return [row.sent_at for row in messages(house) if row.playbook == "assessment_expiring"]


def test_a_duty_held_back_in_a_crisis_comes_once_when_the_day_is_over(house: House) -> None:
    lives(house, *opening(), asked(10), notice(11, minutes=60))
    assert held(house) == []
    work(house, now=at(DAY))
    assert held(house) == []
    for days in (1, 2, 3):
        work(house, now=at(days * DAY + 1))
    assert held(house) == [at(DAY + 1)]
    record = decode_decision(house.store.decisions(client_id="C1")[0].payload)
    assert record.decision.trigger.name == "held:assessment_expiring"


def test_more_words_of_crisis_move_the_held_duty_on(house: House) -> None:
    lives(house, *opening(), asked(10), notice(11, minutes=60), asked(12, minutes=20 * 60))
    work(house, now=at(DAY + 1))
    assert held(house) == []
    work(house, now=at(20 * 60 + DAY))
    assert held(house) == [at(20 * 60 + DAY)]


def test_a_duty_caught_by_a_crisis_on_its_way_out_comes_afterwards(house: House) -> None:
    append(house, [*opening(), notice(11, minutes=1), asked(12, minutes=1)])
    work(house, now=at(2))
    assert held(house) == []
    work(house, now=at(DAY + 2))
    assert len(held(house)) == 1


def test_what_was_only_offered_is_not_taken_up_again(house: House) -> None:
    lives(house, *opening(), asked(10), event(11, "searched", {"text": PENSION}, minutes=60))
    work(house, now=at(5 * DAY))
    assert "pension_guide" not in sent(house)
