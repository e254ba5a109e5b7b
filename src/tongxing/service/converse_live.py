"""What a dialogue with a known client has that one over a file has not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tongxing.domain.profile import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """The words of one page with the facts they show."""

    page: str
    words: str
    shown: Mapping[str, str]
    """Name of a fact -> how it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A page of the house that an answer leads to."""

    words: str
    page: str


Explain = Callable[[str, str, str], tuple[Spoken, ...]]
"""Code of a holding, the question, locale -> why its worth changed in the time asked about; else nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """What a desk adds to an answer, and where it stands in full."""

    spoken: tuple[Spoken, ...]
    links: tuple[Link, ...]


NOTHING = Aside(spoken=(), links=())
Planned = Callable[[str, str], Aside]
"""Code of a holding (empty: none is meant), locale -> what the client's plan says of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """One turn of a client who is known to the house."""

    touch_id: str
    standing: Standing
    without_quorum: str
    explain: Explain
    planned: Planned
    closing: Callable[[str], Aside]
    """Locale -> whether closing is filed, and the page that files it."""
    sectors: Callable[[], Mapping[str, int]]
    """Sector -> its share of the value of holdings in ppm, funds looked through."""
    ticket: str
    """The number a complaint of this turn would get."""
