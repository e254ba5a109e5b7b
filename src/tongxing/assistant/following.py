"""What a short message means in its dialogue: which product, which option, which question it leans on."""

import re
from collections.abc import Mapping, Sequence

from tongxing.assistant.mentions import mentioned, only_of_kind, without_names
from tongxing.assistant.periods import names_time
from tongxing.domain.dialogue import Dialogue, FollowKind, Meant, Named
from tongxing.domain.utterances import Understanding

ABOUT_PRODUCT = frozenset(
    {"why_drop", "trapped", "top_up", "cut_loss", "take_profit", "fund_ops", "order", "suitability"}
)
"""Intents that speak of one holding."""
NEEDS_PRODUCT = frozenset({"why_drop", "trapped", "top_up", "cut_loss", "take_profit"})
_END = r"[?？!！。.~\s]*"
_WHY = re.compile(rf"(?:那|这|但|可)?(?:是)?(?:为什么|为啥|为何|凭什么|why)(?:呢|啊|呀|会这样|这么说)?{_END}")
_OPTION = re.compile(
    rf"(?:我?(?:选|要|想问|问)?(?:的是)?第([一二两三四五六七八九1-9])(?:个|种|只|条|项)?|(?:选|要)?([1-9])"
    rf"|the (first|second|third)(?: one)?)(?:吧|呢|啊)?{_END}"
)
_PART = (
    r"(?:一半|全部|三分之一|四分之一|[一二两三四五六七八九0-9]+成|\d[\d,]*(?:\.\d+)?万?(?:股|份)"
    r"|half|all of it)"
)
_SELL = re.compile(rf"(?:卖|赎|减|出|sell|redeem)[^,，。]{{0,6}}{_PART}|{_PART}[^,，。]{{0,4}}(?:卖|赎|减)")
_AMOUNT = re.compile(_PART)
_COST = re.compile(
    r"(?:要|得|会)?(?:花|扣|付|收)?多少(?:钱|费|手续费)|手续费(?:是)?多少|费用(?:是)?多少|成本多少"
    r"|how much|what.{0,8}cost"
)
_WHEN = re.compile(
    r"(?:什么时候|啥时候|何时|几天|多久|多长时间)(?:能|可以|才)?(?:到|拿到|取)"
    r"|when.{0,16}(?:arrive|money|get)|how long"
)
_FILLING = re.compile(
    r"那|这|就|大概|一般|大约|钱|款|能|可以|才|会|要|得|我|的|了|呢|啊|呀|吧|卖|赎回?|它|就是|总共|一共|一半|全部|"
    r"then|and|will|would|does|do|the|it|money|i|to|is|[?？!！。.,，~\s]"
)
"""What a question may hold beside itself and still ask nothing of its own."""
PART_LENGTH = 2
_BACK = re.compile(
    r"(?:刚才|刚刚|上面|前面|之前)(?:说的|问的)?(?:那|的)?(?:一)?(?:只|个|支)|那(?:一)?(?:只|支)|这(?:一)?(?:只|支)|它"
    r"|that one|this one|\bit\b"
)
_OTHER = re.compile(r"另(?:外)?(?:那|一)?(?:一)?(?:只|支|个)|the other")
_ONLY = re.compile(rf"(?:呢|怎么样|咋样){_END}$|^what about")
_PLACES: Mapping[str, int] = {
    **{sign: place for place, sign in enumerate("一二三四五六七八九")},
    **{str(place + 1): place for place in range(9)},
    "两": 1,
    "first": 0,
    "second": 1,
    "third": 2,
}
_WHOLE = re.compile(r"账户|总资产|总市值|所有|全部持仓|\baccount\b|\bportfolio\b")
_LEAVES = re.compile(r"赎|卖|手续费|费|redeem|sell|fee")
NAME_LENGTH = 8
"""Characters that may be a name and nothing else."""
SHORT = 24
"""Characters up to which a message may lean on the one before."""


def meant(
    text: str,
    found: Understanding,
    before: Dialogue,
    *,
    things: Sequence[Named],
    topics: Mapping[str, str],
) -> Meant:
    """Read one message in its dialogue.

    Args:
        text: normalised words.
        found: what they mean by themselves.
        before: what was said so far.
        things: products the facts know.
        topics: words -> permission.
    """
    chosen = _option(text, before)
    if chosen is not None:
        return chosen
    named = mentioned(text, things)
    follow = _follow(text, before, named=bool(named)) if before.intent or named else ""
    topic = next((topic for word, topic in topics.items() if word in text), "")
    amount = _AMOUNT.search(text)
    left = without_names(text, things, named) if named else text
    intent = _intent(left, found, before, follow=follow, named=bool(named), topic=topic)
    product, asks, unknown = _product(text, intent, follow, before, named, things)
    points_back = follow or (named and intent == before.intent)
    return Meant(
        intent=intent,
        follow=follow,
        product=product,
        unknown_code=unknown,
        asks_which=asks,
        refers_to=product or (before.intent if points_back else None) or None,
        amount=amount.group() if amount else (before.amount if follow in ("cost", "when") else ""),
        money=found.slots.get("amount", ""),
        topic=topic or (before.topic if intent == "permission" and follow else ""),
        unclear=found.abstained
        and not follow
        and not topic
        and not (named and before.about and _bare(left, named=True)),
    )


def _option(text: str, before: Dialogue) -> Meant | None:
    match = _OPTION.fullmatch(text)
    if match is None or not before.intent:
        return None
    place = _PLACES[next(group for group in match.groups() if group)]
    if place >= len(before.offered):
        return Meant(intent=before.intent, follow="option", unclear=True)
    offer = before.offered[place]
    if offer.kind == "product":
        return Meant(intent=before.intent, follow="option", product=offer.key, refers_to=offer.key)
    if offer.kind == "step":
        return Meant(
            intent=before.intent,
            follow="option",
            product=before.product,
            refers_to=before.product or before.intent,
            step=offer.key,
        )
    product = before.product if offer.key in ABOUT_PRODUCT else ""
    return Meant(intent=offer.key, follow="option", product=product, refers_to=product or offer.key)


def _follow(text: str, before: Dialogue, *, named: bool) -> FollowKind:
    """How a short message leans on the one before; the first way that fits counts."""
    bare = not named and len(text) <= SHORT // 2
    ways: tuple[tuple[bool, FollowKind], ...] = (
        (_WHY.fullmatch(text) is not None, "why"),
        (bool(before.product or named) and _SELL.search(text) is not None, "sell_part"),
        (bare and _leans(text, _COST), "cost"),
        (bare and _leans(text, _WHEN), "when"),
        (bool(before.product) and bool(_BACK.search(text) or _OTHER.search(text)), "that_one"),
        (bare and before.about == "why_drop" and _asks_of_time(text), "that_one"),
    )
    return next((kind for fits, kind in ways if fits), "") if len(text) <= SHORT else ""


def _asks_of_time(text: str) -> bool:
    """Whether the same is asked of another time: this month, and that week."""
    return _ONLY.search(text) is not None and names_time(text)


def _leans(text: str, question: re.Pattern[str]) -> bool:
    """Whether a question of cost or time has no subject of its own: what is left of it says nothing."""
    if question.search(text) is None:
        return False
    return len(_FILLING.sub("", question.sub("", text))) < PART_LENGTH


def _intent(
    text: str, found: Understanding, before: Dialogue, *, follow: FollowKind, named: bool, topic: str
) -> str:
    """The question asked: the old one where the words only point to something."""
    if follow in ("why", "cost", "when"):
        return before.intent
    if follow == "sell_part":
        return before.about or found.intent
    if _bare(text, named=named) and before.about and (follow == "that_one" or named):
        return before.about
    if topic and (found.abstained or before.intent == "permission"):
        return "permission"
    return found.intent


def _bare(left: str, *, named: bool) -> bool:
    """Whether the words, without the names in them, ask nothing of their own."""
    if _ONLY.search(left) is not None:
        return True
    return len(_FILLING.sub("", left)) < PART_LENGTH if named else len(left) <= NAME_LENGTH


def _product(
    text: str,
    intent: str,
    follow: FollowKind,
    before: Dialogue,
    named: Sequence[str],
    things: Sequence[Named],
) -> tuple[str, tuple[str, ...], bool]:
    """(code, codes to choose from, whether the code is in no fact)."""
    known = {thing.code for thing in things}
    if named:
        one = len(named) == 1
        return (named[0], (), named[0] not in known) if one else ("", tuple(named), False)
    if _OTHER.search(text) and before.product:
        others = tuple(thing.code for thing in things if thing.code != before.product)
        code = before.before or (others[0] if len(others) == 1 else "")
        return code, () if code else others, False
    code = _unnamed(text, intent, follow, before, things)
    asks = not code and intent in NEEDS_PRODUCT and len(things) > 1
    return code, tuple(thing.code for thing in things) if asks else (), bool(code) and code not in known


def _unnamed(text: str, intent: str, follow: FollowKind, before: Dialogue, things: Sequence[Named]) -> str:
    """The product meant by a message that names none: the last one, or the only one there is."""
    if follow and before.product:
        return before.product
    if intent == "why_drop" and _WHOLE.search(text):
        return things[0].code if len(things) == 1 else ""
    if intent not in ABOUT_PRODUCT or (intent == "fund_ops" and not _LEAVES.search(text)):
        return ""
    goes_on = intent in NEEDS_PRODUCT and before.intent in ABOUT_PRODUCT and len(text) <= SHORT
    back = before.product if _BACK.search(text) or goes_on else ""
    return only_of_kind(text, things) or back
