"""The question every read and every act asks first: who, what, on whom, what for."""

from dataclasses import dataclass, field
from typing import Protocol

from tongxing.domain.person import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessQuestion:
    """One read or act of a person."""

    person: Person | None
    """None: nobody has signed in."""
    act: str
    """A name of the catalogue of acts in `book/access.cedar`, such as `client.read`."""
    client_id: str | None = None
    """Whose data is touched; None when nobody's."""
    relation: frozenset[str] = field(default_factory=frozenset)
    """How the person stands to that client: `self`, `assigned`, `substitute`, `team`; `nobody`
    when nobody serves the client."""
    purpose: str = ""
    """What for: `service`, `compliance`, `audit`, `operations`, … ; empty: not said."""
    consents: frozenset[str] = field(default_factory=frozenset)
    """Purposes that the client has consented to and not withdrawn."""
    reason: str = ""
    """The words typed by a person who opens a masked field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessAnswer:
    """Whether it may be, and by which policies."""

    allowed: bool
    policies: tuple[str, ...]
    """Ids of the policies that decided; empty when none permits."""


class Access(Protocol):
    """The policies in force; default deny."""

    def decide(self, question: AccessQuestion) -> AccessAnswer:
        """Judge one question; never raises: what cannot be judged is denied."""
        ...
