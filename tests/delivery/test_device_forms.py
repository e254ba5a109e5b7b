"""Whatever the words are, a device gets them whole, in a form that is well made."""

import json
import re
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from tongxing.delivery.forms import (
    SMS_OF_MANY,
    SMS_ONE,
    mail_form,
    push_form,
    sms_parts,
    sms_text,
    watch_card,
)
from tongxing.delivery.speech import spoken, ssml
from tongxing.domain.draft import Part
from tongxing.domain.grades import Channel, Nature
from tongxing.domain.message import Message
from tongxing.domain.sentences import sentences_of

AT = datetime.fromisoformat("2026-05-06T10:00:00+08:00")
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=60
).filter(str.strip)
SPEAK = "{http://www.w3.org/2001/10/synthesis}"


def message(*parts: tuple[str, str], channel: Channel = Channel.CAR) -> Message:
    return Message(
        message_id="m1",
        touch_id="t1",
        client_id="C1",
        playbook="birthday",
        nature=Nature.SERVICE,
        channel=channel,
        slot="greeting",
        locale="zh-CN",
        style="plain",
        parts=tuple(Part(role=role, text=text) for role, text in parts),
        labels=("ai",),
        sent_at=AT,
        valid_until=AT + timedelta(hours=12),
        leaf_index=1,
    )


@given(title=WORDS, body=WORDS)
def test_speech_is_well_formed_and_says_every_word(title: str, body: str) -> None:
    said = message(("title", title), ("body", body), ("label", "AI生成"))
    document = ET.fromstring(ssml([said], language="zh-CN"))  # noqa: S314 - our own answer
    heard = ["".join(one.itertext()) for one in document.iter(f"{SPEAK}s")]
    assert heard == list(spoken(said))
    for words in (title, body, "AI生成"):
        assert re.sub(r"\s", "", words) in re.sub(r"\s", "", "".join(heard))


def test_numbers_and_days_are_marked_so_that_they_are_read_as_such() -> None:
    said = ssml([message(("body", "缴款日是 2026-05-08，共 3 项，约 1.5 倍。"))], language="zh-CN")
    document = ET.fromstring(said)  # noqa: S314 - our own answer
    marked = [(one.attrib["interpret-as"], one.text) for one in document.iter(f"{SPEAK}say-as")]
    assert marked == [("date", "2026-05-08"), ("cardinal", "3"), ("cardinal", "1.5")]


def test_words_that_look_like_marks_stay_words() -> None:
    document = ET.fromstring(ssml([message(("body", "<break/> & 完"))], language="zh-CN"))  # noqa: S314
    assert [one.tag for one in document.iter()] == [f"{SPEAK}speak", f"{SPEAK}p", f"{SPEAK}s"]


def test_nothing_to_say_is_silence_and_well_formed() -> None:
    assert list(ET.fromstring(ssml([], language="en")).iter(f"{SPEAK}s")) == []  # noqa: S314


def test_a_point_inside_a_number_ends_no_sentence() -> None:
    assert sentences_of("涨 1.5 倍。完！\n第二行") == ("涨 1.5 倍。", "完！", "第二行")


@given(parts=st.lists(WORDS, min_size=1, max_size=4))
def test_every_form_holds_every_word_that_was_reviewed(parts: list[str]) -> None:
    roles = ("title", "body", "risk", "label")
    said = message(*zip(roles, parts, strict=False))
    forms = (
        json.dumps(push_form(said), ensure_ascii=False),
        json.dumps(watch_card(said), ensure_ascii=False),
        "".join(mail_form(said)),
        sms_text(said),
    )
    for form in forms:
        for words in parts:
            assert json.dumps(words, ensure_ascii=False)[1:-1] in form or words in form


@given(length=st.integers(min_value=0, max_value=1_000))
def test_a_text_message_fits_into_its_parts_and_into_no_fewer(length: int) -> None:
    parts = sms_parts("字" * length)
    room = SMS_ONE if parts == 1 else parts * SMS_OF_MANY
    assert length <= room
    if parts == 2:
        assert length > SMS_ONE
    if parts > 2:
        assert length > (parts - 1) * SMS_OF_MANY


def test_a_push_carries_no_more_than_words_a_tag_and_an_own_page() -> None:
    assert push_form(message(("title", "t"), ("body", "b"))).keys() == {"title", "body", "tag", "url", "lang"}
    assert push_form(message(("title", "t")))["url"].startswith("/")
