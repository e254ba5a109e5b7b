"""Which devices a client has, and what the rulebook says of words on them."""

from collections.abc import Mapping
from datetime import date

from tongxing.domain.book import Book, Rulebook, RuleMissingError
from tongxing.domain.clock import BEIJING
from tongxing.domain.draft import Draft
from tongxing.domain.grades import DEVICE_CHANNELS, Channel
from tongxing.domain.pages import TextPage
from tongxing.domain.profile import Standing

MARK = "device:"
"""Before a channel's name in the client's choices: this device was switched on, or off again."""
IN_ORDER = tuple(channel for channel in Channel if channel in DEVICE_CHANNELS)


def is_on(standing: Standing, channel: Channel) -> bool:
    """Whether the client switched this device on and did not close the channel as a whole."""
    chosen = standing.contact
    return chosen.get(f"{MARK}{channel.value}", False) and chosen.get(channel.value, True)


def channels_on(standing: Standing, text: TextPage) -> tuple[Channel, ...]:
    """The client's devices for which a text has words of their own; on every other it stays silent."""
    spoken = {channel for channel, _locale in text.variants}
    return tuple(channel for channel in IN_ORDER if channel in spoken and is_on(standing, channel))


def too_long(draft: Draft, book: Book) -> str:
    """Why these words do not fit their device; empty when they do. Without a rule nothing fits."""
    try:
        most = by_channel(book.rules, "device_chars_max", draft.at.astimezone(BEIJING).date())
    except RuleMissingError as missing:
        return f"not measured: {missing}"
    limit, length = most.get(draft.channel.value, 0), len(draft.text)
    return "" if length <= limit else f"{length} characters, {draft.channel.value} has room for {limit}"


def by_channel(rules: Rulebook, rule_id: str, on: date) -> Mapping[str, int]:
    """A rule of the form `push=3`, one word a channel; raises `RuleMissingError`."""
    found: dict[str, int] = {}
    for word in rules.words(rule_id, on):
        name, _, number = word.partition("=")
        if not number.isdecimal():
            raise RuleMissingError(f"rule {rule_id!r}: {word!r} is no channel with its number")
        found[name] = int(number)
    return found
