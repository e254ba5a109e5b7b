"""What each kind of event carries (`contracts.md`, section 1): names fixed, unknown fields refused.

Money is integer fen, ratios integer bp or ppm, quantities and prices decimal strings, dates ISO.
"""

from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias

import msgspec

from tongxing.domain.event import Retention

Day: TypeAlias = date  # a field called `date` would hide the type

TEXT_LENGTH_MAX = 4_000
MEMBERS_MAX = 50
HOLDINGS_MAX = 2_000

Text = Annotated[str, msgspec.Meta(max_length=TEXT_LENGTH_MAX)]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Code = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Z]{5,12}\Z")]
Fen = Annotated[int, msgspec.Meta(ge=-(10**15), le=10**15)]
PositiveFen = Annotated[int, msgspec.Meta(ge=0, le=10**15)]
Quantity = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,15}(\.[0-9]{1,4})?\Z")]
SignedQuantity = Annotated[str, msgspec.Meta(pattern=r"^-?[0-9]{1,15}(\.[0-9]{1,4})?\Z")]
Price = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,10}(\.[0-9]{1,6})?\Z")]
Ppm = Annotated[int, msgspec.Meta(ge=-(10**12), le=10**12)]
Bp = Annotated[int, msgspec.Meta(ge=0, le=10**9)]
Grade = Literal["C1L", "C1", "C2", "C3", "C4", "C5"]


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Common strictness of all bodies."""


class ClientRegistered(Body, frozen=True, kw_only=True):
    name: Word
    birth: Day | None = None
    """Absent: not known yet, e.g. for a client opened from a statement."""
    sex: Literal["male", "female", "unknown"] = "unknown"
    opened_on: Day
    branch: Text = ""
    phone: Text = ""
    id_number: Text = ""


class ClientChanged(Body, frozen=True, kw_only=True):
    name: Word | None = None
    birth: Day | None = None
    sex: Literal["male", "female", "unknown"] | None = None
    opened_on: Day | None = None
    branch: Text | None = None
    phone: Text | None = None
    id_number: Text | None = None


class IdDocument(Body, frozen=True, kw_only=True):
    type: Word
    valid_to: Day | None = None
    """Absent: valid for ever."""


class AccountFacts(Body, frozen=True, kw_only=True):
    as_of: Day
    mean_assets_20d_fen: PositiveFen | None = None
    turnover_annual_bp: Bp | None = None
    margin_debt_fen: PositiveFen | None = None


class AssessmentTaken(Body, frozen=True, kw_only=True):
    grade: Grade
    score: Annotated[int, msgspec.Meta(ge=0, le=1000)] | None = None
    answers: dict[str, str | int] = {}
    valid_to: Day
    kinds: list[Word] = []
    terms: list[Word] = []


class IncomeStated(Body, frozen=True, kw_only=True):
    month_fen: PositiveFen


class DebtStated(Body, frozen=True, kw_only=True):
    kind: Word
    repayment_month_fen: PositiveFen
    until: Day | None = None


class FamilyMember(Body, frozen=True, kw_only=True):
    relation: Word
    birth: Day | None = None


class FamilyStated(Body, frozen=True, kw_only=True):
    members: Annotated[list[FamilyMember], msgspec.Meta(max_length=MEMBERS_MAX)]


class Consent(Body, frozen=True, kw_only=True):
    """Consent given or withdrawn for one purpose, one source of data, one receiver."""

    purpose: Word
    source: Text = "*"
    receiver: Text = "house"
    until: Day | None = None


class Trade(Body, frozen=True, kw_only=True):
    code: Code
    side: Literal["buy", "sell"]
    quantity: Quantity
    price: Price
    gross_fen: PositiveFen
    fees_fen: PositiveFen = 0
    deal_no: Text = ""
    name: Text = ""


class FundConfirmed(Body, frozen=True, kw_only=True):
    code: Code
    side: Literal["subscribe", "redeem", "convert", "reinvest"]
    units: Quantity
    nav: Price
    gross_fen: PositiveFen
    fees_fen: PositiveFen = 0
    name: Text = ""


class SharesChanged(Body, frozen=True, kw_only=True):
    """Shares that came or went without cash: a split, bonus shares, collateral, an allotment."""

    code: Code
    quantity: SignedQuantity
    reason: Literal["split", "bonus", "allotment", "transfer", "collateral"]
    name: Text = ""


class CashMoved(Body, frozen=True, kw_only=True):
    direction: Literal["in", "out"]
    amount_fen: PositiveFen
    reason: Literal["bank", "dividend", "interest", "fee", "tax", "ipo", "fund", "margin", "repo", "trade"]
    """Only `bank` is money that the client brings in or takes out; `trade`: the file told no quantity."""


class ForeignMoved(Body, frozen=True, kw_only=True):
    """Money in a foreign currency, in its hundredths; never counted as yuan."""

    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]
    direction: Literal["in", "out"]
    amount: PositiveFen
    reason: Text


class SnapshotHolding(Body, frozen=True, kw_only=True):
    code: Code
    name: Text = ""
    kind: Text = "unknown"
    quantity: Quantity
    price: Price | None = None
    price_date: Day | None = None
    """The close the price is of; absent: the day the snapshot speaks of."""
    value_fen: PositiveFen | None = None
    sector: Text | None = None
    look_through: dict[str, Ppm] = {}


class HoldingSnapshot(Body, frozen=True, kw_only=True):
    as_of: Day
    cash_fen: Fen | None = None
    holdings: Annotated[list[SnapshotHolding], msgspec.Meta(max_length=HOLDINGS_MAX)]


class DayValued(Body, frozen=True, kw_only=True):
    """A client's account at one market close; a later one for the same date supersedes it."""

    date: Day
    value_fen: PositiveFen
    """Holdings and cash together."""
    cash_fen: Fen
    flow_fen: Fen
    """Net money brought in (+) or taken out (-) since the valuation before."""
    unit_ppm: Ppm
    """Value of one unit of the account (1,000,000 at the first valuation), flows taken out."""
    sector_ppm: dict[str, Ppm]
    """Share of the value of holdings by sector, funds looked through; `未知` where unknown."""
    price_date: Day
    superseding: bool = False


class PlanStarted(Body, frozen=True, kw_only=True):
    plan: Literal["recurring"] = "recurring"
    code: Code
    amount_fen: PositiveFen
    every: Word


class PlanStopped(Body, frozen=True, kw_only=True):
    plan: Literal["recurring"] = "recurring"
    code: Code
    amount_fen: PositiveFen = 0
    every: Text = ""


class ProductMoney(Body, frozen=True, kw_only=True):
    code: Code
    amount_fen: PositiveFen
    date: Day


class IpoAllotted(ProductMoney, frozen=True, kw_only=True):
    """Shares of a new issue were allotted: `amount_fen` is to be paid; `date` is the day of subscription."""


class LoggedIn(Body, frozen=True, kw_only=True):
    device: Text = ""


class Viewed(Body, frozen=True, kw_only=True):
    page: Word
    seconds: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 0


class Searched(Body, frozen=True, kw_only=True):
    text: Text


class Opened(Body, frozen=True, kw_only=True):
    touch_id: Word


class Dismissed(Body, frozen=True, kw_only=True):
    touch_id: Word
    why: Text = ""


class Asked(Body, frozen=True, kw_only=True):
    text: Text
    channel: Text = "chat"


class Understood(Body, frozen=True, kw_only=True):
    """What the assistant took a client's words to mean, beside the `asked` event that holds them."""

    of: Word
    """Number of that event at its source."""
    intent: Word
    p_bp: Annotated[int, msgspec.Meta(ge=0, le=10_000)]
    abstained: bool = False
    emotion: Word
    distress: bool = False
    crisis: bool = False
    model: Word
    language_model: Text = ""
    """Name of the language model that was asked beside it; empty: none."""
    chosen: Text = ""
    """The intent it chose."""
    rephrased: Text = ""
    """What came of its words: used, refused, changed, late, down, …"""


class Posted(Body, frozen=True, kw_only=True):
    text: Text
    group: Word


class CourseDone(Body, frozen=True, kw_only=True):
    course: Word
    score: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None


class LifeEvent(Body, frozen=True, kw_only=True):
    name: Literal["marriage", "birth", "house", "job", "retirement", "bereavement"]
    date: Day
    stated_by: Literal["client", "adviser", "partner"]


class SocialSeen(Body, frozen=True, kw_only=True):
    topic: Word


class CardBillSeen(Body, frozen=True, kw_only=True):
    category: Word
    amount_fen: PositiveFen


class ComplaintMade(Body, frozen=True, kw_only=True):
    text: Text = ""


class ClosingRequested(Body, frozen=True, kw_only=True):
    reason: Text = ""


class ClosingWithdrawn(Body, frozen=True, kw_only=True):
    of: Word
    """Number at its source of the wish that is taken back."""


class FraudReported(Body, frozen=True, kw_only=True):
    pattern: Text = ""


class DistressSeen(Body, frozen=True, kw_only=True):
    degree: Literal["mild", "strong", "crisis"]


class TagCorrected(Body, frozen=True, kw_only=True):
    label: Word
    value: Text


class TagDeleted(Body, frozen=True, kw_only=True):
    label: Word


class PersonalisationSet(Body, frozen=True, kw_only=True):
    on: bool


class ContactSet(Body, frozen=True, kw_only=True):
    channel: Word
    allowed: bool


class OtherClient(Body, frozen=True, kw_only=True):
    other_client_id: Word


class SignEvidence(Body, frozen=True, kw_only=True):
    source: Word
    source_seq: Word
    kind: Word
    ts: int


class SignTurned(Body, frozen=True, kw_only=True):
    sign: Word
    evidence: Annotated[list[SignEvidence], msgspec.Meta(max_length=200)] = []
    causes: Annotated[list[Word], msgspec.Meta(max_length=HOLDINGS_MAX)] = []
    """What the sign is on for, as a whole."""


class TouchSent(Body, frozen=True, kw_only=True):
    touch_id: Word
    playbook: Word
    channel: Word
    nature: Word


class TouchEffect(Body, frozen=True, kw_only=True):
    touch_id: Word
    effect: Word


class ErasureRequested(Body, frozen=True, kw_only=True):
    classes: list[Retention]


class KeptClass(Body, frozen=True, kw_only=True):
    """A class of records that the law does not let go."""

    retention: Retention
    until: Day | None = None
    """The first day on which it need not be kept; absent: years after a relation that has not ended."""
    because: list[Word]


class ErasureDone(Body, frozen=True, kw_only=True):
    """What the house did about a wish to erase; written by the house."""

    request: Text
    erased: list[Retention]
    kept: list[KeptClass]


class TaskOpened(Body, frozen=True, kw_only=True):
    """Something a person of the house has to do for the client, wished for by a person."""

    task_id: Word
    what: Word
    """`callback`, `contact`, `handover`, `appointment`, …: a name of `book/rules/desk.yaml`."""
    by: Word
    """Person id, or `client`."""
    words: Text = ""


class TaskDone(Body, frozen=True, kw_only=True):
    """A task came to its end."""

    task_id: Word
    outcome: Literal["done", "declined", "expired"]
    by: Word
    why: Text = ""


class CallNoted(Body, frozen=True, kw_only=True):
    """What an adviser wrote down after a call; a sensitive note is opened only for a reason."""

    note_id: Word
    by: Word
    outcome: Literal["reached", "not_reached", "call_back", "no_more_calls"]
    text: Text = ""
    sensitive: bool = False
    task_id: Text = ""


class AppointmentSet(Body, frozen=True, kw_only=True):
    """A talk agreed on with the client."""

    appointment_id: Word
    by: Word
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    minutes: Annotated[int, msgspec.Meta(ge=5, le=480)]
    way: Literal["phone", "branch", "video"]
    about: Text = ""
    task_id: Text = ""


class AdviserChanged(Body, frozen=True, kw_only=True):
    """Another adviser serves the client from now on; who asked did not confirm it."""

    from_adviser: Text = ""
    """Empty: nobody served the client before."""
    to_adviser: Word
    asked_by: Word
    confirmed_by: Word
    why: Text = ""


class ServiceRated(Body, frozen=True, kw_only=True):
    """How content a client was with what a person of the house told them.

    Words that the client adds are a question (`asked`) of their own, so that they are heard like any other.
    """

    touch_id: Word
    """The message that is rated."""
    score: Annotated[int, msgspec.Meta(ge=1, le=5)]
    by: Text = ""
    """Person id of the author; empty where it is not known any more."""


class AnswerRated(Body, frozen=True, kw_only=True):
    """What a client thinks of an answer of the assistant; a later one about the same answer replaces it.

    Words that the client adds are a question (`asked`) of their own.
    """

    touch_id: Word
    """The answer."""
    of: Word
    """Number at its source of the question that was answered."""
    helped: bool
    why: Literal["", "other_question", "wrong_figures", "unclear", "too_long", "person_wanted"] = ""
    """What was wrong with it; empty: not said."""


class AnswerCorrected(Body, frozen=True, kw_only=True):
    """What a client asked, as a person of the house reads it; a later one replaces it."""

    of: Word
    """Number at its source of the question."""
    intent: Word
    """One of the intents, or `none`: not for the assistant."""
    by: Word
    """Person id."""


class WordsProposed(Body, frozen=True, kw_only=True):
    """Masked words of a client for the corpus: one person named the intent, another agreed."""

    of: Word
    intent: Word
    emotion: Word
    text: Text
    """As masked when it was agreed to."""
    by: Word
    """Person id of who agreed."""


GoalId = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_-]{1,40}\Z")]


class GoalSet(Body, frozen=True, kw_only=True):
    """What the client saves for; a later one of the same id replaces it."""

    goal_id: GoalId
    what: Literal["house", "education", "pension", "wedding", "free"]
    amount_fen: PositiveFen
    due: Day
    priority: Annotated[int, msgspec.Meta(ge=1, le=5)]
    """1 is the most important."""
    month_fen: PositiveFen = 0
    """What the client means to put by for it each month."""


class GoalRemoved(Body, frozen=True, kw_only=True):
    goal_id: GoalId


class PlanMade(Body, frozen=True, kw_only=True):
    """A plan that was made for the client, with the leaf that seals it; written by the house."""

    plan_id: Word
    policy: Text
    leaf_index: Annotated[int, msgspec.Meta(ge=0)]
    plan: Annotated[str, msgspec.Meta(max_length=400_000)]
    """All of it, as JSON."""


class PlanChosen(Body, frozen=True, kw_only=True):
    """What the client chose to do about a plan; `go` keeps the wish, `undo` takes it back."""

    plan_id: Word
    choice: Literal["keep", "go", "undo"]


class HoldingExplained(Body, frozen=True, kw_only=True):
    """The client was shown why a holding changed; written by the house, once for the same words."""

    code: Code
    start: Day
    end: Day
    """The latest day whose price went in."""
    decision_id: Word
    """The record of the words and of what compliance said."""
    result_fen: Fen
    unexplained_fen: Fen
    hand_over: bool
    """Too much is unexplained: an adviser looks at it."""
    words: Annotated[str, msgspec.Meta(max_length=4_000)] = ""
    """What the client read."""


BODIES: dict[str, tuple[type[Body], Retention]] = {
    "client_registered": (ClientRegistered, Retention.IDENTITY),
    "client_changed": (ClientChanged, Retention.IDENTITY),
    "id_document": (IdDocument, Retention.IDENTITY),
    "account_facts": (AccountFacts, Retention.TRADING),
    "assessment_taken": (AssessmentTaken, Retention.CONDUCT),
    "income_stated": (IncomeStated, Retention.SENSITIVE),
    "debt_stated": (DebtStated, Retention.SENSITIVE),
    "family_stated": (FamilyStated, Retention.SENSITIVE),
    "consent_given": (Consent, Retention.CONDUCT),
    "consent_withdrawn": (Consent, Retention.CONDUCT),
    "trade": (Trade, Retention.TRADING),
    "fund_confirmed": (FundConfirmed, Retention.TRADING),
    "shares_changed": (SharesChanged, Retention.TRADING),
    "cash_moved": (CashMoved, Retention.TRADING),
    "foreign_moved": (ForeignMoved, Retention.TRADING),
    "holding_snapshot": (HoldingSnapshot, Retention.TRADING),
    "day_valued": (DayValued, Retention.TRADING),
    "plan_started": (PlanStarted, Retention.TRADING),
    "plan_stopped": (PlanStopped, Retention.TRADING),
    "subscribed_ipo": (ProductMoney, Retention.TRADING),
    "ipo_allotted": (IpoAllotted, Retention.TRADING),
    "product_matured": (ProductMoney, Retention.TRADING),
    "dividend_received": (ProductMoney, Retention.TRADING),
    "logged_in": (LoggedIn, Retention.BEHAVIOUR),
    "viewed": (Viewed, Retention.BEHAVIOUR),
    "searched": (Searched, Retention.BEHAVIOUR),
    "opened": (Opened, Retention.BEHAVIOUR),
    "dismissed": (Dismissed, Retention.BEHAVIOUR),
    "asked": (Asked, Retention.BEHAVIOUR),
    "understood": (Understood, Retention.BEHAVIOUR),
    "posted": (Posted, Retention.BEHAVIOUR),
    "course_done": (CourseDone, Retention.BEHAVIOUR),
    "life_event": (LifeEvent, Retention.SENSITIVE),
    "social_seen": (SocialSeen, Retention.SENSITIVE),
    "card_bill_seen": (CardBillSeen, Retention.SENSITIVE),
    "complaint_made": (ComplaintMade, Retention.CONDUCT),
    "closing_requested": (ClosingRequested, Retention.CONDUCT),
    "closing_withdrawn": (ClosingWithdrawn, Retention.CONDUCT),
    "fraud_reported": (FraudReported, Retention.CONDUCT),
    "distress_seen": (DistressSeen, Retention.CONDUCT),
    "tag_corrected": (TagCorrected, Retention.CONDUCT),
    "tag_deleted": (TagDeleted, Retention.CONDUCT),
    "personalisation_set": (PersonalisationSet, Retention.CONDUCT),
    "contact_set": (ContactSet, Retention.CONDUCT),
    "merged_away": (OtherClient, Retention.IDENTITY),
    "merged_in": (OtherClient, Retention.IDENTITY),
    "split_out": (OtherClient, Retention.IDENTITY),
    "sign_turned_on": (SignTurned, Retention.BEHAVIOUR),
    "sign_turned_off": (SignTurned, Retention.BEHAVIOUR),
    "touch_sent": (TouchSent, Retention.CONDUCT),
    "touch_effect": (TouchEffect, Retention.CONDUCT),
    "erasure_requested": (ErasureRequested, Retention.CONDUCT),
    "erasure_done": (ErasureDone, Retention.CONDUCT),
    "task_opened": (TaskOpened, Retention.CONDUCT),
    "task_done": (TaskDone, Retention.CONDUCT),
    "call_noted": (CallNoted, Retention.CONDUCT),
    "appointment_set": (AppointmentSet, Retention.CONDUCT),
    "adviser_changed": (AdviserChanged, Retention.CONDUCT),
    "goal_set": (GoalSet, Retention.ADVICE),
    "goal_removed": (GoalRemoved, Retention.ADVICE),
    "plan_made": (PlanMade, Retention.ADVICE),
    "plan_chosen": (PlanChosen, Retention.ADVICE),
    "holding_explained": (HoldingExplained, Retention.ADVICE),
    "service_rated": (ServiceRated, Retention.CONDUCT),
    "answer_rated": (AnswerRated, Retention.CONDUCT),
    "answer_corrected": (AnswerCorrected, Retention.BEHAVIOUR),
    "words_proposed": (WordsProposed, Retention.BEHAVIOUR),
}
"""Every kind of event: the shape of its body and its retention class."""
