"""The pure parts of a dialogue: amounts, masking, naming, following up, founded words."""

from decimal import Decimal

import pytest

from tongxing.assistant.amounts import money_fen, wanted
from tongxing.assistant.following import meant
from tongxing.assistant.founded import unfounded
from tongxing.assistant.masking import MASK, masked
from tongxing.assistant.mentions import mentioned
from tongxing.domain.dialogue import Dialogue, Named, Offer
from tongxing.domain.utterances import Understanding

WORDS = ("密码", "验证码", "password", "pin", "code is")
THINGS = (
    Named(code="600036", name="招商银行", is_fund=False),
    Named(code="012345", name="示例医药混合A", is_fund=True),
    Named(code="512010", name="示例医药ETF", is_fund=False),
)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("一半", "250"),
        ("三分之一", "100"),
        ("两成", "100"),
        ("3成", "150"),
        ("120股", "120"),
        ("9万份", "500"),
        ("全部", "500"),
    ],
)
def test_a_part_of_what_is_held_is_understood(words: str, found: str) -> None:
    held = Decimal(300) if words == "三分之一" else Decimal(500)
    assert wanted(words, held) == Decimal(found)


@pytest.mark.parametrize(
    ("words", "fen"),
    [
        ("2万", 2_000_000),
        ("3w", 3_000_000),
        ("五万", 5_000_000),
        ("十二万", 12_000_000),
        ("5000元", 500_000),
        ("1.5万", 1_500_000),
    ],
)
def test_a_sum_of_money_is_understood(words: str, fen: int) -> None:
    assert money_fen(words) == fen


@pytest.mark.parametrize("words", ["", "几万", "一半", "三成", "500股"])
def test_what_is_no_plain_sum_is_no_sum(words: str) -> None:
    assert money_fen(words) is None


@pytest.mark.parametrize(
    ("said", "secret"),
    [
        ("密码是abc12345", "abc12345"),
        ("我的验证码：839201谢谢", "839201"),
        ("password: Hunter22!", "Hunter22!"),
        ("my pin 4821", "4821"),
        ("身份证99999919900101123X", "99999919900101123X"),
        ("卡号6222020200112233445", "6222020200112233445"),
        ("电话13800000000", "13800000000"),
    ],
)
def test_a_secret_is_masked(said: str, secret: str) -> None:
    text, found = masked(said, WORDS)
    assert found
    assert secret not in text
    assert MASK in text


@pytest.mark.parametrize(
    "said",
    ["密码忘了怎么办", "600036怎么跌了", "验证码收不到", "我亏了120000元", "2026-11-20买的", "shopping 2026"],
)
def test_ordinary_words_and_codes_are_left_alone(said: str) -> None:
    assert masked(said, WORDS) == (said, False)


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("招商怎么跌了", ("600036",)),
        ("医药呢", ("012345", "512010")),
        ("示例医药ETF呢", ("512010",)),
        ("300999呢", ("300999",)),
        ("大盘怎么跌了", ()),
    ],
)
def test_a_product_is_known_by_code_name_or_its_own_part_of_it(said: str, codes: tuple[str, ...]) -> None:
    assert mentioned(said, THINGS) == codes


def understood(intent: str, *, abstained: bool = False) -> Understanding:
    return Understanding(
        intent=intent,
        p=0.9,
        abstained=abstained,
        choices=(),
        slots={},
        emotion="neutral",
        distress=False,
        distress_p=0.0,
        crisis=False,
        crisis_p=0.0,
    )


FELL = Dialogue(intent="why_drop", about="why_drop", product="600036")


@pytest.mark.parametrize(
    ("said", "before", "follow", "product", "intent"),
    [
        ("那就卖一半", FELL, "sell_part", "600036", "why_drop"),
        ("为什么呢?", FELL, "why", "600036", "why_drop"),
        ("手续费多少", FELL, "cost", "600036", "why_drop"),
        ("几天到账", FELL, "when", "600036", "why_drop"),
        (
            "刚才那只呢",
            Dialogue(intent="pension", about="why_drop", product="600036"),
            "that_one",
            "600036",
            "why_drop",
        ),
        ("要多少钱", Dialogue(intent="permission", topic="star"), "cost", "", "permission"),
        ("卖一半", Dialogue(), "", "", "order"),
    ],
)
def test_a_short_message_leans_on_the_one_before(
    said: str, before: Dialogue, follow: str, product: str, intent: str
) -> None:
    found = meant(said, understood("order"), before, things=THINGS, topics={})
    assert (found.follow, found.product, found.intent) == (follow, product, intent)


def test_a_place_chooses_from_what_was_offered_and_nothing_else() -> None:
    offered = (Offer(kind="product", key="600036"), Offer(kind="intent", key="close"))
    before = Dialogue(intent="trapped", offered=offered)
    second = meant("第二个吧", understood("pension"), before, things=THINGS, topics={})
    third = meant("第三个", understood("pension"), before, things=THINGS, topics={})
    assert (second.intent, second.refers_to, second.unclear) == ("close", "close", False)
    assert third.unclear


def test_a_long_message_stands_by_itself() -> None:
    said = "我想问一下个人养老金那个账户到底是怎么开的要多少钱才能开什么时候能取出来"
    found = meant(said, understood("pension"), FELL, things=THINGS, topics={})
    assert (found.follow, found.intent, found.product) == ("", "pension", "")


def test_a_number_or_a_name_without_a_fact_is_found() -> None:
    written = ["1,234.56元", "2026年11月20日", "招商银行"]
    assert unfounded("招商银行：1,234.56元，2026年11月20日。", written=written, names=["招商银行"]) == ()
    assert unfounded("亏了 234.56元", written=written, names=[]) == ("234.56",)
    assert unfounded("11月2日", written=written, names=[]) == ("2",)
    assert unfounded("示例医药混合A", written=written, names=["示例医药混合A"]) == ("示例医药混合A",)
