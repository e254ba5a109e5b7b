"""What the house understands of one client: signs, needs, risk, preferences, each with its evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tongxing.domain.event import EventRef
from tongxing.domain.grades import Channel, Tolerance


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A hint of a need or a duty, found by a small named function; never a trading signal."""

    name: str
    evidence: tuple[EventRef, ...]
    detail: Mapping[str, int | str] = field(default_factory=dict)
    """Figures the sign rests on, e.g. {"sector": "电子", "share_ppm": 612000}; wording may use them."""
    causes: tuple[str, ...] = ()
    """What it is on for, where each new one asks for words of its own: a payment, a product and its grade.
    A cause that was not there when the sign last turned on turns it on again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A named trait shown to the client, who may correct or delete it (`docs/glossary.md`)."""

    name: str
    confidence_bp: int
    evidence: tuple[EventRef, ...]
    source: str = "house"
    """Who says so: `house`, or `client` where the client corrected or confirmed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A place where what the client stated and what we observe disagree, e.g. `stated_vs_observed`."""

    name: str
    evidence: tuple[EventRef, ...]
    detail: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Something the client seems to need; its strength fades with time."""

    name: str
    strength_bp: int
    evidence: tuple[EventRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """How the client likes to be served or to invest."""

    name: str
    confidence_bp: int
    evidence: tuple[EventRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGrant:
    """One consent in force."""

    purpose: str
    source: str
    receiver: str
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchMemory:
    """A touch that was sent, as the contact policy remembers it."""

    touch_id: str
    playbook: str
    channel: str
    nature: str
    at: int
    """Epoch seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What gates and compliance must know of a client, apart from any playbook.

    The three versions let a stored clearance be re-checked cheaply: they change whenever a consent or
    contact choice, the grade, or distress changed.
    """

    client_id: str
    grade: Tolerance | None
    assessment_valid_to: date | None
    accepted_kinds: tuple[str, ...] = ()
    accepted_terms: tuple[str, ...] = ()
    age: int | None = None
    professional: bool = False
    consents: tuple[ConsentGrant, ...] = ()
    contact: Mapping[str, bool] = field(default_factory=dict)
    """Channel -> allowed, as the client set it; absent means not set."""
    personalisation: bool = True
    distressed_24h: bool = False
    crisis_24h: bool = False
    merged_away: bool = False
    """The record is part of another one: nothing is said under this one."""
    closing: bool = False
    """The client asked to close the account: no touch may stand in the way."""
    goal: str | None = None
    touches: tuple[TouchMemory, ...] = ()
    """Touches of the last 400 days, oldest first."""
    unwanted: Mapping[str, int] = field(default_factory=dict)
    """Playbook -> epoch seconds at which the client last said that it is not for them."""
    hushed: frozenset[str] = frozenset()
    """Signs that rest on a label the client removed alone: off, like the playbooks that wait for them."""
    restricted: frozenset[str] = frozenset()
    """Signs that rest on records kept by law alone, after the client asked to have them erased."""
    consent_version: int = 0
    grade_version: int = 0
    distress_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskView:
    """The risk axis: what the client may carry (assessment) and what is carried now (holdings)."""

    grade: Tolerance | None
    assessment_valid_to: date | None
    confidence_bp: int
    drawdown_90d_ppm: int | None
    turnover_annual_bp: int | None
    max_sector: str | None
    max_sector_ppm: int | None
    repayment_to_income_bp: int | None
    drift: tuple[Drift, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The live need-risk-preference profile of one client at one instant."""

    client_id: str
    as_of: int
    """Epoch seconds."""
    age: int | None
    tier: str
    newcomer_day: int | None
    """Days since opening, the opening day being 1; None once the newcomer time is over."""
    labels: tuple[Label, ...]
    needs: tuple[Need, ...]
    risk: RiskView
    preferences: tuple[Preference, ...]
    signs: tuple[Sign, ...]
    sector_ppm: Mapping[str, int]
    features: Mapping[str, int | None]
    """Every declared feature by name: integers only."""
    standing: Standing
    preferred_channel: Channel = Channel.HOME
    tags_removed: tuple[str, ...] = ()
    """Labels the client deleted or denied and has not let back in."""

    def sign(self, name: str) -> Sign | None:
        """The sign of that name, if it is on."""
        return next((sign for sign in self.signs if sign.name == name), None)
