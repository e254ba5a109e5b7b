"""A greeting alarms nobody; the same words beside a farewell to life do not hide it."""

import pytest
from tests.assistant.listeners import listener


@pytest.mark.parametrize(
    "text",
    [
        "你好",
        "您好！",
        "在吗",
        "谢谢",
        "好的谢谢",
        "再见",
        "好的再见",
        "拜拜~",
        "明天见",
        "晚安",
        "嗯嗯",
        "算了",
        "就这样吧",
        "hello",
        "Thanks!",
        "知道了",
    ],
)
def test_a_courtesy_is_no_distress_and_asks_for_nothing(text: str) -> None:
    found = listener().read(text)
    assert found.courtesy
    assert (found.distress, found.crisis, found.abstained) == (False, False, True)


@pytest.mark.parametrize(
    "text", ["再见了这个世界", "遗嘱写了，再见", "永别了", "谢谢你们，来世再见", "不想活了，晚安"]
)
def test_a_farewell_to_life_is_none(text: str) -> None:
    found = listener().read(text)
    assert not found.courtesy
    assert found.crisis


@pytest.mark.parametrize(
    "text", ["好亏", "你好，我的基金怎么跌了", "谢谢，那卖一半呢", "没有到账", "对账单在哪"]
)
def test_a_question_beside_a_courtesy_is_a_question(text: str) -> None:
    assert not listener().read(text).courtesy
