"""The chat: each turn is answered from the own account, judged, sealed and kept whole, or not at all."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from view_house import CONSENTS, NOW, REFUSES, append, event, fill

from tongxing.domain.event import Event, Retention
from tongxing.ledger.leaves import opens
from tongxing.service import desk_paper
from tongxing.service.client_acts import ActRefusedError, UnknownClientError
from tongxing.service.house import House
from tongxing.service.me_who import mine
from tongxing.service.sealing import receipt_groups, words_fields
from tongxing.service.stored import decode_decision, decode_message
from tongxing.service.talk_facts import line_of, sectors_of
from tongxing.service.talk_say import Reply, Wish, say
from tongxing.service.talk_view import talk_page
from tongxing.service.valuation import priced_holdings
from tongxing.service.work import work
from tongxing.wording.values import written

FORM = "0123456789abcdef0123"


def ask(house: House, text: str, *, client: str = CONSENTS, choice: int = 0, token: str = "") -> Reply:
    found = say(house, client, Wish(text=text, choice=choice, token=token), now=house.clock.now())
    assert found is not None
    return found


def words(reply: Reply) -> str:
    assert reply.sent is not None
    return "\n".join(part.text for part in reply.sent.parts)


def told(house: House, kind: str, client: str = CONSENTS) -> list[Event]:
    return [one.event for one in house.store.kept_events_of(client) if one.event.kind == kind]


def test_a_turn_keeps_the_words_what_they_meant_the_verdict_and_the_receipt(house: House) -> None:
    fill(house)
    reply = ask(house, "我的沪深300ETF为什么跌了")
    asked, understood = told(house, "asked")[-1], told(house, "understood")[-1]
    assert asked.body == {"text": "我的沪深300ETF为什么跌了", "channel": "chat"}
    assert understood.body["intent"] == "why_drop"
    assert understood.body["of"] == asked.source_seq
    assert house.assistant is not None
    assert understood.body["model"] == house.assistant.version
    (_number, row), *_rest = house.store.own.said(CONSENTS, limit=5)
    message = decode_message(row.payload)
    assert message == reply.sent
    decided = house.store.leaf(row.leaf_index)
    receipt = house.store.leaf(row.receipt_index)
    assert decided is not None
    assert receipt is not None
    (kept,) = [one for one in house.store.decisions(client_id=CONSENTS) if one.leaf_index == row.leaf_index]
    record = decode_decision(kept.payload)
    assert record.drafts[0].text == words(reply)
    assert record.cause_event is not None
    assert record.cause_event.source_seq == asked.source_seq
    assert opens(decided[0].leaf, "words:0", words_fields(record.drafts[0]), decided[2])
    for name, fields in receipt_groups(message).items():
        assert opens(receipt[0].leaf, name, fields, receipt[2])


def test_the_figures_are_those_of_the_account_and_the_answer_says_it_is_made_by_a_machine(
    house: House,
) -> None:
    fill(house)
    said = words(ask(house, "我的沪深300ETF为什么跌了"))
    state = mine(house, CONSENTS, now=house.clock.now()).state
    close = house.market.last_close("510300", NOW.date())
    assert close is not None
    value = state.positions()["510300"] * close[0] / 10_000
    assert f"{value:,.2f}元" in said
    assert house.book.labels["ai_mark"] in said


def test_causes_of_a_change_add_up_to_it(house: House) -> None:
    fill(house)
    reply = ask(house, "我的沪深300ETF为什么跌了")
    figures = {
        fact: shown for fact, shown in _shown(reply) if fact in {"result_fen", "market", "unexplained"}
    }
    assert len(figures) == 3
    assert figures["result_fen"] == figures["market"] + figures["unexplained"]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("我的沪深300ETF昨天为什么跌了", date(2026, 4, 29), date(2026, 4, 30)),
        ("我的沪深300ETF上个月为什么跌了", date(2026, 4, 1), date(2026, 4, 30)),
        ("我的沪深300ETF连跌三天，为什么", date(2026, 4, 28), date(2026, 5, 6)),
        ("我的沪深300ETF为什么跌了", date(2026, 4, 3), date(2026, 5, 6)),
    ],
)
def test_a_fall_is_explained_for_the_time_asked_about(
    house: House, text: str, start: date, end: date
) -> None:
    """Asked on 6 May after a holiday: yesterday is the last session there was; it is known since 1 April."""
    fill(house)
    (frame,) = (one for one in ask(house, text).said.spoken if one.page == "why_frame")
    wanted = {"start": start.isoformat(), "end": end.isoformat()}
    assert {name: frame.shown[name] for name in wanted} == {
        name: written(day, "date", locale="zh-CN") for name, day in wanted.items()
    }


def test_the_same_is_asked_of_another_time_in_a_few_words(house: House) -> None:
    fill(house)
    ask(house, "我的沪深300ETF为什么跌了")
    reply = ask(house, "那上个月呢")
    assert (reply.said.meant.intent, reply.said.meant.product) == ("why_drop", "510300")
    (frame,) = (one for one in reply.said.spoken if one.page == "why_frame")
    assert frame.shown["end"] == written("2026-04-30", "date", locale="zh-CN")


def _shown(reply: Reply) -> list[tuple[str, int]]:
    """Figures of the causes as they were written, in fen."""
    found = []
    for one in reply.said.spoken:
        if one.page.startswith("why_"):
            for name, text in one.shown.items():
                if text.endswith("元"):
                    found.append((name.lower(), round(float(text[:-1].replace(",", "")) * 100)))
    return found


def test_one_form_sent_twice_is_one_turn(house: House) -> None:
    fill(house)
    wish = Wish(text="怎么开通科创板", token=FORM)
    first = say(house, CONSENTS, wish, now=house.clock.now())
    events, leaves = house.store.count_events(), house.store.count_leaves()
    assert first is not None
    assert say(house, CONSENTS, wish, now=house.clock.now()) is None
    assert (house.store.count_events(), house.store.count_leaves()) == (events, leaves)


def test_a_password_is_masked_before_anything_is_kept(house: House) -> None:
    fill(house)
    reply = ask(house, "我的交易密码是 837261，帮我看看")
    assert "837261" not in str(told(house, "asked")[-1].body)
    assert "837261" not in words(reply)
    assert reply.said.secret


def test_the_next_turn_knows_what_the_last_one_was_about(house: House) -> None:
    fill(house)
    ask(house, "我的沪深300ETF为什么跌了")
    said = words(ask(house, "那就卖一半要多少钱"))
    assert "沪深300ETF" in said
    assert "5,000 股" in said


def test_what_was_offered_is_chosen_by_its_number_and_stands_in_its_words(house: House) -> None:
    fill(house)
    ask(house, "我被套了怎么办")
    me = mine(house, CONSENTS, now=house.clock.now())
    choices = talk_page(me, locale="zh-CN").choices
    place = choices.index("自造基金") + 1
    reply = ask(house, "自造基金", choice=place)
    assert reply.said.meant.product == "999999"
    assert told(house, "asked")[-1].body["text"] == "自造基金"


def test_a_dialogue_of_the_day_before_yesterday_is_forgotten(house: House) -> None:
    fill(house)
    ask(house, "我的沪深300ETF为什么跌了")
    later = house.clock.now() + timedelta(days=2)
    found = say(house, CONSENTS, Wish(text="那就卖一半"), now=later)
    assert found is not None
    assert found.said.meant.product == ""


def test_two_messages_at_once_are_both_answered_one_after_the_other(house: House) -> None:
    fill(house)
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda n: ask(house, f"第{n}次问：怎么开通科创板"), range(4)))
    assert all(reply.sent is not None for reply in replies)
    row = house.store.dialogues.of_client(CONSENTS)
    assert row is not None
    assert row.version == 4
    assert len({reply.at for reply in replies}) == 4


def test_a_turn_that_breaks_off_leaves_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(house)
    before = (house.store.count_events(), house.store.count_leaves())

    def broken(*_given: object) -> bytes:
        raise OSError("no entropy")

    monkeypatch.setattr("tongxing.service.talk_say.sealed", broken)
    with pytest.raises(OSError, match="no entropy"):
        ask(house, "怎么开通科创板")
    assert (house.store.count_events(), house.store.count_leaves()) == before
    assert house.store.dialogues.of_client(CONSENTS) is None


def test_distress_is_answered_calmly_and_kept_so_that_nothing_is_sold_for_a_day(house: House) -> None:
    fill(house)
    reply = ask(house, "亏得整夜睡不着，吃不下饭")
    assert reply.said.understood.distress
    assert told(house, "distress_seen")[-1].body == {"degree": "strong"}
    work(house, now=house.clock.now() + timedelta(minutes=1))
    me = mine(house, CONSENTS, now=house.clock.now() + timedelta(minutes=2))
    assert me.profile().standing.distressed_24h
    assert "/learn" not in words(reply)


def test_a_crisis_gets_its_script_and_a_person_is_asked_at_once(house: House) -> None:
    fill(house)
    reply = ask(house, "我不想活了")
    assert reply.said.handover
    assert "12356" in words(reply)
    assert told(house, "distress_seen")[-1].body == {"degree": "crisis"}
    work(house, now=house.clock.now() + timedelta(minutes=1))
    me = mine(house, CONSENTS, now=house.clock.now() + timedelta(minutes=2))
    assert me.profile().standing.crisis_24h
    kinds = {desk_paper.decode(one.paper).what for one in house.store.tasks.of_client(CONSENTS)}
    assert any("crisis" in kind for kind in kinds)


def test_who_wants_no_personal_service_is_answered_all_the_same(house: House) -> None:
    fill(house)
    reply = ask(house, "怎么开通科创板", client=REFUSES)
    assert reply.sent is not None


@pytest.mark.parametrize(("text", "why"), [("", "empty"), (" \u0000 ", "empty"), ("长" * 1001, "too_long")])
def test_what_cannot_be_taken_says_why_and_keeps_nothing(house: House, text: str, why: str) -> None:
    fill(house)
    before = house.store.count_events()
    with pytest.raises(ActRefusedError, match=why):
        ask(house, text)
    assert house.store.count_events() == before


def test_a_stranger_has_no_chat(house: House) -> None:
    fill(house)
    with pytest.raises(UnknownClientError):
        ask(house, "你好", client="C999999")


def test_answers_do_not_count_as_touches_nor_stand_on_the_home(house: House) -> None:
    fill(house)
    before = len(house.store.messages(CONSENTS, now=house.clock.now()))
    ask(house, "怎么开通科创板")
    work(house, now=house.clock.now() + timedelta(minutes=1))
    now = house.clock.now() + timedelta(minutes=2)
    assert len(house.store.messages(CONSENTS, now=now)) == before
    touches = mine(house, CONSENTS, now=now).profile().standing.touches
    assert all(touch.channel != "chat" for touch in touches)


def test_the_page_shows_turns_in_their_order_and_older_ones_behind_a_link(house: House) -> None:
    fill(house)
    for number in range(23):
        ask(house, f"第{number}个问题：怎么开通科创板")
    newest = talk_page(_me(house), locale="zh-CN")
    mine_said = [one.words for one in newest.bubbles if one.card is None]
    assert mine_said == [f"第{number}个问题：怎么开通科创板" for number in range(3, 23)]
    assert [one.card is None for one in newest.bubbles] == [True, False] * 20
    older = talk_page(_me(house), before=newest.earlier, locale="zh-CN")
    assert [one.words for one in older.bubbles if one.card is None] == [
        f"第{number}个问题：怎么开通科创板" for number in range(3)
    ]
    assert [one.card is None for one in older.bubbles] == [True, False] * 3
    assert older.earlier == ""


def test_after_erasure_of_behaviour_the_clients_words_and_the_dialogue_are_gone(house: House) -> None:
    fill(house)
    ask(house, "我的沪深300ETF为什么跌了")
    house.store.erase(CONSENTS, Retention.BEHAVIOUR)
    assert [one for one in talk_page(_me(house), locale="zh-CN").bubbles if one.card is None] == []
    found = say(house, CONSENTS, Wish(text="那就卖一半"), now=_later(house))
    assert found is not None
    assert found.said.meant.product == ""


def _me(house: House):  # noqa: ANN202 - a view of the house under test
    return mine(house, CONSENTS, now=_later(house))


def _later(house: House) -> datetime:
    return house.clock.now() + timedelta(hours=1)


def test_of_what_is_not_held_no_gain_or_loss_is_told_and_the_next_turn_knows_its_name(house: House) -> None:
    fill(house)
    reply = ask(house, "我的中证500ETF昨天为什么跌了")
    assert "not_held" in [one.page for one in reply.said.spoken]
    assert "没有 中证500ETF" in words(reply)
    assert "还缺" not in words(reply)
    later = ask(house, "那上个月呢")
    assert later.said.meant.product == "510500"
    assert "没有 中证500ETF" in words(later)


def test_the_heaviest_sector_looks_through_funds(house: House) -> None:
    fill(house)
    reply = ask(house, "我是不是太集中了，全仓一个行业会不会太猛")
    (sector,) = (one for one in reply.said.spoken if one.page == "sector")
    me = _me(house)
    shares = sectors_of(me)
    largest = max(shares, key=lambda name: shares[name])
    assert 0 < shares[largest] < 500_000
    assert sector.shown["heaviest_sector"] == largest
    worth = sum(one.value_fen for one in priced_holdings(house.market, me.state, NOW.date()))
    total = worth + (me.state.cash_fen or 0)
    share = worth * shares[largest] // 1_000_000 * 10_000 / total
    assert float(sector.shown["heaviest_bp"].rstrip("%")) == pytest.approx(share / 100, abs=0.011)


def test_the_account_knows_when_its_document_ends_and_long_trading_counts_as_experience(house: House) -> None:
    fill(house)
    assert "还缺" in words(ask(house, "怎么开通科创板"))
    body = {"code": "510300", "side": "buy", "quantity": "100", "price": "4", "gross_fen": 40_000}
    append(
        house,
        (
            event(CONSENTS, 90, "id_document", {"type": "id_card", "valid_to": "2026-12-31"}),
            event(CONSENTS, 91, "trade", body, NOW.replace(year=2023)),
        ),
    )
    work(house, now=NOW)
    assert "还缺" not in words(ask(house, "怎么开通科创板"))
    client = line_of(_me(house), "", locale=None).context.client
    assert (client.id_expires, client.experience_months) == (date(2026, 12, 31), 36)


def test_short_trading_proves_nothing_of_experience(house: House) -> None:
    fill(house)
    body = {"code": "510300", "side": "buy", "quantity": "100", "price": "4", "gross_fen": 40_000}
    append(house, (event(CONSENTS, 91, "trade", body, NOW.replace(year=2025)),))
    work(house, now=NOW)
    assert line_of(_me(house), "", locale=None).context.client.experience_months is None
