"""A message that says too little alone is read with the one before it; feelings are its own."""

import pytest
from tests.assistant.listeners import listener

LISTENER = listener()


def test_what_was_asked_before_gives_a_short_message_its_meaning() -> None:
    alone = LISTENER.read("多久呢")
    assert alone.abstained
    found = LISTENER.read("多久呢", history=("你好", "我想把基金赎回"))
    assert (found.intent, found.abstained, found.choices) == ("fund_ops", False, ())


@pytest.mark.parametrize("text", ["怎么开通科创板", "转人工", "谢谢"])
def test_a_message_that_stands_alone_is_read_alone(text: str) -> None:
    assert LISTENER.read(text, history=("我不想活了",)) == LISTENER.read(text)


def test_the_distress_of_an_earlier_message_is_not_that_of_the_next() -> None:
    found = LISTENER.read("多久呢", history=("亏得整夜睡不着，想把基金赎回",))
    assert not found.distress
    assert not found.crisis
