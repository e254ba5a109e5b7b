"""Where an approved text is filled: `{name}`. No other brace may stand in a text."""

import re

SLOT_TYPES = ("text", "percent_ppm", "percent_bp", "money_fen", "date", "count", "list")
SLOT_NAME = "[a-z][a-z0-9_]*"
_PIECE = re.compile(r"\{(" + SLOT_NAME + r")\}")


def slots(words: str) -> tuple[str, ...]:
    """Names of the slots in the order in which they stand, each once."""
    return tuple(dict.fromkeys(_PIECE.findall(words)))


def stray_brace(words: str) -> bool:
    """Whether a brace stands there that opens or closes no slot."""
    rest = _PIECE.sub("", words)
    return "{" in rest or "}" in rest


def pieces(words: str) -> tuple[str, ...]:
    """The text cut at its slots: words at even places, slot names at odd ones."""
    return tuple(_PIECE.split(words))
