"""Secrets a client pastes are taken out before anything else reads the message."""

import re
from collections.abc import Sequence

MASK = "＊"
_NUMBERS = re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[0-9Xx]|\d{15,19}|1[3-9]\d{9})(?![0-9A-Za-z])")
"""Identity cards, bank cards, mobile phones."""
_BETWEEN = r"[^0-9A-Za-z\n]{0,8}"
_HIDDEN = (
    r"((?=[0-9A-Za-z!@#$%^&*_.-]*\d)[0-9A-Za-z!@#$%^&*_.-]{4,32}|[A-Za-z]{3,}[!@#$%^&*_]+[A-Za-z!@#$%^&*_]*)"
)


def masked(text: str, words: Sequence[str]) -> tuple[str, bool]:
    """The text without its secrets, and whether there were any; `words` announce a secret."""
    announced = re.compile(
        "(?<![A-Za-z])(?:" + "|".join(map(re.escape, words)) + f"){_BETWEEN}{_HIDDEN}", re.IGNORECASE
    )
    found = announced.sub(lambda match: match.group().replace(match.group(1), MASK), text)
    found = _NUMBERS.sub(MASK, found)
    return found, found != text
