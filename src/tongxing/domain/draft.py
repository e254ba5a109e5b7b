"""A draft: the exact words for one channel; and the verdict on them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from tongxing.domain.grades import AuthorKind, Channel, Initiative, Nature, ProductRisk
from tongxing.domain.profile import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A value with where it comes from and when it was true."""

    name: str
    value: int | str | tuple[str, ...]
    source: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A human author's right to say such words."""

    number: str
    scopes: tuple[str, ...]
    valid_to: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who wrote the words."""

    kind: AuthorKind
    licence: Licence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFacts:
    """What compliance must know of the product a draft speaks about."""

    product_id: str
    kind: str
    risk: ProductRisk | None
    """None: the grade is not known, which refuses."""
    term: str | None = None
    admission_met: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of the words and its role on the card: title, body, why, risk, label, human, action."""

    role: str
    text: str
    page: str = ""
    """For an action: our own path it leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningStep:
    """One step of the mismatch warning chain a client went through."""

    step: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The exact words the house wants to say, with everything compliance needs to judge them."""

    touch_id: str
    playbook: str
    parts: tuple[Part, ...]
    locale: str
    channel: Channel
    nature: Nature
    author: Author
    standing: Standing
    at: datetime
    initiative: Initiative = Initiative.FIRM
    product: ProductFacts | None = None
    warning_chain: tuple[WarningStep, ...] = ()
    labels: tuple[str, ...] = ()
    consent: str = "personalised_service"
    """Purpose asked for; `none` for a duty."""
    facts: tuple[Fact, ...] = ()
    style: str = "plain"
    touches_this_week: int = 0
    """Proactive touches in the seven days before `at`; service notices and answers not counted."""
    without_quorum: str = ""
    """Since when the witnesses of the log make no quorum (ISO 8601, or `never`); empty: all is well."""

    @property
    def text(self) -> str:
        """All words as one text, in reading order: what compliance reads."""
        return "\n".join(part.text for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a rule refused."""

    rule: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """Words that may be said until `valid_until`. Built in `compliance` and nowhere else."""

    draft: Draft
    valid_until: datetime
    consent_version: int
    grade_version: int
    distress_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Words that may not be said, with every rule that objects."""

    draft: Draft
    reasons: tuple[Reason, ...]


Verdict = Cleared | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSheet:
    """Facts fetched for one touch, by name."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
