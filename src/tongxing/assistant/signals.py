"""Expressions of the book over a message: crisis in any wording, cues of distress, look-alikes of both."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

TEXT_MAX = 2_000
"""Characters read; what follows in a longer message does not change the judgement."""
CUES = ("body", "home", "despair", "debt")
_MARKS = " .。!！?？~～,，、…"
_HAN = "\u3400-\u9fff"
_APART = re.compile(rf"(?<=[{_HAN}])[\s*·•_\-~/|\\.\u200b-\u200d\ufeff]+(?=[{_HAN}])")
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the expressions found in one message."""

    text: str
    """Normalised, look-alikes replaced by `…`."""
    crisis: bool
    courtesy: bool
    """A greeting, a word of thanks or of leaving, and nothing beside it."""
    care: bool
    """Gallows humour that cannot be told from earnest."""
    cues: tuple[float, ...]
    """1 or 0 for each group of `CUES`, and for a look-alike that was taken out. Crisis and care are none of
    them: heads that saw them would lean on them, and find nothing where the expressions find nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """The compiled expressions of `rules/assistant_words.yaml` in force."""

    unless: tuple[re.Pattern[str], ...]
    courtesy: tuple[re.Pattern[str], ...]
    crisis: tuple[re.Pattern[str], ...]
    care: tuple[re.Pattern[str], ...]
    cues: tuple[tuple[re.Pattern[str], ...], ...]

    def read(self, text: str) -> Evidence:
        """Normalise a message and look for each expression."""
        plain = whole = normalised(text)
        polite = any(one.fullmatch(whole.strip(_MARKS)) for one in self.courtesy)
        for one in self.unless:
            plain = one.sub("…", plain)
        crisis, care = _any(self.crisis, plain), _any(self.care, plain)
        flags = (*(_any(group, plain) for group in self.cues), plain != whole)
        return Evidence(
            text=plain, crisis=crisis, courtesy=polite, care=care, cues=tuple(float(one) for one in flags)
        )


def read_signals(words: Callable[[str], tuple[str, ...]]) -> Signals:
    """Compile the rows; `words` gives the value of a rule by its id; raises `re.error` on a faulty one."""
    return Signals(
        unless=_compiled(words("assistant_unless")),
        courtesy=_compiled(words("assistant_courtesy")),
        crisis=_compiled(words("assistant_crisis")),
        care=_compiled(words("assistant_care")),
        cues=tuple(_compiled(words(f"assistant_cues_{name}")) for name in CUES),
    )


def normalised(text: str) -> str:
    """Lower case, half width, nothing between Chinese characters that hides a word, `TEXT_MAX` at most."""
    halved = "".join(chr(ord(one) - 0xFEE0) if "！" <= one <= "～" else one for one in text[:TEXT_MAX])
    return _INVISIBLE.sub("", _APART.sub("", " ".join(halved.lower().split())))


def _compiled(patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(one) for one in patterns)


def _any(patterns: Sequence[re.Pattern[str]], text: str) -> bool:
    return any(one.search(text) for one in patterns)
