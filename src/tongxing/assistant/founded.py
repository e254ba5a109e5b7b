"""The verifier: every number, date and product name of an answer stands in its facts."""

import re
from collections.abc import Iterable

NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?%?")


def unfounded(answer: str, *, written: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """Numbers and names in an answer that no fact holds, in order; empty when all are known.

    Args:
        answer: the words, without fixed phrases that every card carries.
        written: the facts as they are written for a reader.
        names: names of products that must not be spoken of without a fact.
    """
    known = tuple(written)
    numbers = {number for words in known for number in NUMBER.findall(words)}
    strays = [number for number in NUMBER.findall(answer) if number not in numbers]
    strays += [name for name in names if name in answer and not any(name in words for words in known)]
    return tuple(dict.fromkeys(strays))
