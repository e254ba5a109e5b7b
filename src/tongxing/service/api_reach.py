"""How far one person reaches, as the policies say: handed to the use cases that other systems call."""

from collections.abc import Callable
from dataclasses import dataclass

from tongxing.domain.person import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A person with what the policies answer about them for one act."""

    person: Person
    may: Callable[[str | None], bool]
    """Whether the act may be done on this client; None: on what belongs to no client. Never raises."""
    shown: Callable[[str, str], str]
    """A field (name, phone, id_number, birth, words) and its value, as this person sees it."""


class OutOfReachError(LookupError):
    """There is no such thing, or none that this person may know of: the answer is the same."""
