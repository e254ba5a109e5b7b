"""Words for devices are measured before they are used: their length, and what a lock screen may show."""

from collections.abc import Iterator, Mapping

from tongxing.book.pages import Found, Pages
from tongxing.book.problem import Problem
from tongxing.book.slots import pieces
from tongxing.domain.grades import DEVICE_CHANNELS, Channel
from tongxing.domain.pages import RuleRow, TextPage, TextVariant
from tongxing.domain.sentences import sentences_of

MARK, SIGN, MAIL_END, SMS_END = "ai_mark_short", "sms_sign", "mail_end", "sms_end"


def check_devices(pages: Pages, labels: Mapping[str, str]) -> None:
    """Add a problem for words that are too long for their device, or that tell bystanders too much.

    Each row of the rules counts, former and coming ones too: words that fit today fit on every day.
    """
    for found in pages.texts.values():
        for (channel, locale), words in found.value.variants.items():
            if channel in DEVICE_CHANNELS:
                pages.problems.extend(_problems(found, channel, locale, words, pages.rules, labels))


def _problems(
    found: Found[TextPage],
    channel: Channel,
    locale: str,
    words: TextVariant,
    rules: Mapping[str, tuple[RuleRow, ...]],
    labels: Mapping[str, str],
) -> Iterator[Problem]:
    where = f"{channel.value} {locale}"
    texts = [one for one in (words.title, words.body, words.why, words.risk_note) if one]
    slots = {name: found.value.slots.get(name, "") for text in texts for name in pieces(text)[1::2]}
    limit = _least(rules, "device_chars_max", channel.value)
    length = _length(texts, slots, rules) + _closing(channel, locale, labels)
    if limit is None or length > limit:
        yield found.problem("channels", f"{where}: up to {length} characters, {limit} allowed")
    if words.actions:
        yield found.problem("channels", f"{where}: words on a device have no actions")
    coded = found.value.name in _all_words(rules, "device_code_texts")
    seen = frozenset[str]() if coded else _all_words(rules, "device_lock_screen")
    allowed = _all_words(rules, "device_lock_screen_slots")
    for name, kind in slots.items():
        if channel.value in seen and kind not in allowed:
            yield found.problem("channels", f"{where}: bystanders read {{{name}}} ({kind})")
    if channel is Channel.CAR:
        spoken, most = sentences_of("\n".join(texts)), _numbers(rules, "car_sentences_max")
        if not most or len(spoken) > min(most):
            yield found.problem(
                "channels", f"{where}: {len(spoken)} sentences, {min(most, default=0)} allowed"
            )


def _length(texts: list[str], slots: Mapping[str, str], rules: Mapping[str, tuple[RuleRow, ...]]) -> int:
    """The longest the words can get, a line break between pieces."""
    whole = len(texts)
    for text in texts:
        cut = pieces(text)
        whole += sum(len(piece) for piece in cut[::2])
        whole += sum(_most(rules, "device_slot_chars", slots[name]) for name in cut[1::2])
    return whole


def _closing(channel: Channel, locale: str, labels: Mapping[str, str]) -> int:
    """Characters of what every message of a channel carries besides."""
    carried = {
        Channel.SMS: (SIGN, SMS_END, MARK),
        Channel.EMAIL: ("human_exit", MAIL_END, "ai_mark"),
    }.get(channel, (MARK,))
    ending = "" if locale == "zh-CN" else f".{locale}"
    return sum(len(labels.get(f"{name}{ending}") or labels.get(name, "")) + 1 for name in carried) - 1


def _least(rules: Mapping[str, tuple[RuleRow, ...]], rule_id: str, name: str) -> int | None:
    return min(_named(rules, rule_id, name), default=None)


def _most(rules: Mapping[str, tuple[RuleRow, ...]], rule_id: str, name: str) -> int:
    return max(_named(rules, rule_id, name), default=10**6)


def _named(rules: Mapping[str, tuple[RuleRow, ...]], rule_id: str, name: str) -> list[int]:
    """Every number a list of `name=number` ever held for a name."""
    pairs = [word.partition("=") for row in rules.get(rule_id, ()) for word in _words(row)]
    return [int(number) for found, _, number in pairs if found == name and number.isdecimal()]


def _numbers(rules: Mapping[str, tuple[RuleRow, ...]], rule_id: str) -> list[int]:
    return [row.value for row in rules.get(rule_id, ()) if isinstance(row.value, int)]


def _all_words(rules: Mapping[str, tuple[RuleRow, ...]], rule_id: str) -> frozenset[str]:
    return frozenset(word for row in rules.get(rule_id, ()) for word in _words(row))


def _words(row: RuleRow) -> tuple[str, ...]:
    return row.value if isinstance(row.value, tuple) else ()
