"""One spelling for what can be spelled many ways, so that a gap or a look-alike hides no word.

Width, case, invisible characters, marks between Chinese characters, traditional characters and a short
list of homophones are folded; sentence marks stay, because negation reaches no further than its clause.
"""

import re
import unicodedata
from functools import lru_cache

TEXT_LENGTH_MAX = 20_000
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_INVISIBLE = dict.fromkeys((0x00AD, 0x180E, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFE0F, 0xFEFF))
_MARK = "*._·・•\\-~^|/\\\\#+=`'丨丶\u2600-\u27bf\U0001f000-\U0001faff"
_GAP = re.compile(rf"(?:[ \t\u3000\u00a0]{{1,8}}|[{_MARK}]{{1,2}})(?=[{_HAN}])")
"""What may be put between two Chinese characters, or (marks only) between one letter and such a character."""


def fold(text: str, *, characters: tuple[str, ...], words: tuple[str, ...]) -> str:
    """The text in its plainest spelling.

    `characters` are pairs (`證证`: first becomes second), `words` are `from>to`; both are rows of the book.
    Raises ValueError for a text beyond `TEXT_LENGTH_MAX`.
    """
    if len(text) > TEXT_LENGTH_MAX:
        raise ValueError(f"text of {len(text)} characters is too long to judge")
    plain = unicodedata.normalize("NFKC", text).lower()
    pairs = _characters(characters)
    if not pairs.keys().isdisjoint(map(ord, plain)):
        plain = plain.translate(pairs)
    if has_han(plain):
        plain = _GAP.sub(_closed, plain)
    spelled, pattern, replacements = _words(words)
    if any(map(plain.__contains__, spelled)):
        plain = pattern.sub(lambda match: replacements[match.group()], plain)
    return plain


def _closed(gap: re.Match[str]) -> str:
    """Nothing where the gap stands inside a word, else the gap."""
    before = gap.string[max(0, gap.start() - 2) : gap.start()]
    if before and has_han(before[-1]):
        return ""
    a_letter_alone = _LETTER_ALONE.fullmatch(before) is not None
    return "" if a_letter_alone and not gap.group()[0].isspace() else gap.group()


def has_han(text: str) -> bool:
    """Whether Chinese is written here."""
    return _HAN_SEEN.search(text) is not None


def has_latin(text: str) -> bool:
    """Whether words of a Latin script are written here: one long one or two in a row, not just "ETF"."""
    return _LATIN_SEEN.search(text) is not None


_LETTER_ALONE = re.compile(r"[^a-z0-9]?[a-z]")
_HAN_SEEN = re.compile(f"[{_HAN}]")
_LATIN_SEEN = re.compile(r"[a-z]{5}|[a-z]{2,}['’ -][a-z]{1,}|[a-z] [a-z]{2,}")


@lru_cache(maxsize=8)
def _characters(pairs: tuple[str, ...]) -> dict[int, str | None]:
    return {**_INVISIBLE, **{ord(pair[0]): pair[1] for pair in pairs}}


@lru_cache(maxsize=8)
def _words(words: tuple[str, ...]) -> tuple[tuple[str, ...], re.Pattern[str], dict[str, str]]:
    replacements: dict[str, str] = {}
    for word in words:
        spelled, _, meant = word.partition(">")
        if not spelled or not meant:
            raise ValueError(f"folding word {word!r} is not written from>to")
        replacements[spelled] = meant
    longest_first = sorted(replacements, key=len, reverse=True)
    return tuple(longest_first), re.compile("|".join(map(re.escape, longest_first))), replacements
