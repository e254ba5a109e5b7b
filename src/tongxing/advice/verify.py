"""No number in a sentence that is not in the data: digits, percents and amounts are found and compared."""

import re
from collections.abc import Iterable

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")


def strays(sentence: str, known: Iterable[str]) -> tuple[str, ...]:
    """Numbers of a sentence that stand in none of the known words, in order; empty when all are known."""
    left = sentence
    for words in sorted({word for word in known if word}, key=len, reverse=True):
        left = left.replace(words, "\N{MIDDLE DOT}")
    return tuple(NUMBER.findall(left))
