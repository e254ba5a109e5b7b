"""What a client said about the own labels: confirmed, corrected, denied, deleted; the client's word counts.

A deleted label stays away whatever new evidence comes, until the client lets it back in: by confirming it, or
by a new consent to profiling as a whole. No word on a label changes a grade.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from tongxing.profile.catalogue import FIXED
from tongxing.profile.consents import ANY_SOURCE, PROFILING_PURPOSES
from tongxing.profile.record import Last
from tongxing.profile.tiles import KEY_PARTS

CONFIRMATIONS = frozenset({"是", "对", "yes", "true", "on"})
DENIALS = frozenset({"", "否", "不是", "不对", "错误", "no", "false", "off", "wrong"})
PREFIX = "tag:"


@dataclass(frozen=True, slots=True)
class Said:
    """The last word of the client on one label."""

    label: str
    value: str | None
    """None: deleted. Else another label, or a word of the client's own, that stands in its place."""
    entry: Last

    @property
    def confirms(self) -> bool:
        """Whether the client says that the label is right."""
        return self.value is not None and (self.value.lower() in CONFIRMATIONS or self.value == self.label)

    @property
    def instead(self) -> str | None:
        """What the client puts in the label's place; None where nothing."""
        if self.value is None or self.confirms or self.value.lower() in DENIALS:
            return None
        return self.value


def said(last: Mapping[str, Last], *, also: tuple[str, ...], length_max: int) -> tuple[Said, ...]:
    """The client's words on labels that are in force, oldest first; duties cannot be spoken away.

    `also` gives the other names of labels (`label=name|name`); a client's own word is cut to `length_max`
    characters.
    """
    entries = sorted(
        (entry[:KEY_PARTS], name, entry) for name, entry in last.items() if name.startswith(PREFIX)
    )
    found: dict[str, Said] = {}
    for _key, name, entry in entries:
        label, value = canonical(name.removeprefix(PREFIX), also), entry.value[0]
        found.pop(label, None)
        word = None if value is None else canonical(str(value).strip()[:length_max], also)
        found[label] = Said(label, word, entry)
    return tuple(word for word in found.values() if word.label not in FIXED and not _let_back_in(word, last))


def removed(words: tuple[Said, ...]) -> tuple[str, ...]:
    """Labels the client deleted, denied or replaced."""
    return tuple(word.label for word in words if not word.confirms)


def canonical(name: str, also: tuple[str, ...]) -> str:
    """A label by its own name or by one of its other names; a word the catalogue does not know stays."""
    return _names(also).get(name.casefold(), name)


def _let_back_in(word: Said, last: Mapping[str, Last]) -> bool:
    """Whether a deletion was followed by a new consent; a correction stands until there is another."""
    if word.value is not None:
        return False
    return any(
        name.startswith("consent\x01")
        and bool(entry.value[0])
        and entry.value[2] in PROFILING_PURPOSES
        and entry.value[3] in ANY_SOURCE
        and entry[:KEY_PARTS] > word.entry[:KEY_PARTS]
        for name, entry in last.items()
    )


@lru_cache(maxsize=16)
def pairs(words: tuple[str, ...]) -> dict[str, str]:
    """The pairs of a word list whose words are `name=value`."""
    return dict(word.split("=", 1) for word in words)


@lru_cache(maxsize=16)
def _names(also: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for label, others in pairs(also).items():
        found |= {name.casefold(): label for name in (label, *others.split("|"))}
    return found
