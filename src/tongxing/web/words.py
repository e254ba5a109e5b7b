"""Words of the page frame in two languages; what clients are told by the house comes from the book."""

from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path

import yaml

LOCALES = Path(__file__).parent / "locale"
FIRST, SECOND = "zh", "en"
LANGUAGES = (FIRST, SECOND)
BOOK_LOCALES = {FIRST: "zh-CN", SECOND: "en"}
_language: ContextVar[str] = ContextVar("language", default=FIRST)


def speak(language: str) -> str:
    """Set the language of the page being drawn; an unknown one is Chinese. Returns the one that is set."""
    chosen = language if language in LANGUAGES else FIRST
    _language.set(chosen)
    return chosen


def language() -> str:
    """The language of the page being drawn."""
    return _language.get()


def t(key: str, **slots: object) -> str:
    """The words of a key in the language of the page, else in Chinese, else the key itself."""
    found = catalogue(_language.get()).get(key) or catalogue(FIRST).get(key) or key
    for name, value in slots.items():
        found = found.replace(f"{{{name}}}", str(value))
    return found


def has(key: str) -> bool:
    """Whether there are words for a key."""
    return key in catalogue(FIRST)


def named(name: str) -> str:
    """What a name of the book (a label, a tier, a sector, an index) is called in the language of the page."""
    return name if _language.get() == FIRST else catalogue(f"{SECOND}.names").get(name, name)


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All words of one language, or `en.names`; nested groups are joined by dots."""
    path = LOCALES / f"{language}.yaml"
    if not path.is_file():
        return {}
    return dict(_flat("", yaml.safe_load(path.read_text(encoding="utf-8")) or {}))


def _flat(prefix: str, node: object) -> list[tuple[str, str]]:
    if isinstance(node, Mapping):
        return [
            pair
            for name, inner in node.items()
            for pair in _flat(f"{prefix}.{_key(name)}" if prefix else _key(name), inner)
        ]
    return [(prefix, "" if node is None else str(node))]


def _key(name: object) -> str:
    """YAML reads `on`, `off`, `yes` and `no` as truth values: give the word back."""
    if isinstance(name, bool):
        return "on" if name else "off"
    return str(name)
