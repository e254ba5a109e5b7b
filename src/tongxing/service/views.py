"""What a page shows, as values: read through `client_view`, `corridor_lines`; drawn by `web`."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    """One event that a label, need or sign rests on."""

    kind: str
    at: datetime
    source: str
    source_seq: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelView:
    """A label, need or preference with its strength and evidence."""

    name: str
    strength_bp: int
    evidence: tuple[EvidenceView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingView:
    """One holding as shown to its owner."""

    code: str
    name: str
    quantity: str
    price: str
    price_day: date
    price_note: str
    """Empty for a shipped close; else a mark from the book, e.g. that it is the last traded price."""
    value_fen: int
    value: str
    risk: str
    """R1..R5, or empty where the product is not in the book."""
    sector: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionView:
    """A link on a card to one of our own pages."""

    label: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """A card as the client sees it."""

    touch_id: str
    playbook: str
    nature: str
    slot: str
    style: str
    title: str
    body: tuple[str, ...]
    """Paragraphs."""
    why: str
    risk_note: str
    ai_mark: str
    human: ActionView | None
    actions: tuple[ActionView, ...]
    sent_at: datetime
    leaf_index: int
    receipt_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PointView:
    """One close of the account's unit value and of the benchmark, both 1,000,000 at the first point."""

    day: date
    unit_ppm: int
    benchmark_ppm: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientView:
    """The client's home."""

    client_id: str
    name: str
    age: int | None
    grade: str
    grade_valid_to: date | None
    tier: str
    now: datetime
    total_fen: int
    cash_fen: int | None
    change_fen: int | None
    """Change at the last close against the close before, money brought in or out left aside."""
    change_ppm: int | None
    valued_on: date | None
    cards: tuple[CardView, ...]
    holdings: tuple[HoldingView, ...]
    sectors: tuple[tuple[str, int], ...]
    """(sector, ppm), largest first."""
    labels: tuple[LabelView, ...]
    needs: tuple[LabelView, ...]
    preferences: tuple[LabelView, ...]
    signs: tuple[LabelView, ...]
    points: tuple[PointView, ...]
    benchmark_name: str
    recent: tuple[EvidenceView, ...]
    """The client's latest events, newest first."""
    personalisation: bool
    consented: bool = False
    """Personalised service is consented to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRow:
    """One line of the list of clients; the name is masked."""

    client_id: str
    name: str
    age: int | None
    tier: str
    grade: str
    total_fen: int
    labels: tuple[str, ...]
    cards: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockView:
    """The market clock and the job that moves it."""

    now: datetime
    last_session: date
    over: bool
    job_id: int | None
    job_name: str
    job_state: str
    """queued, running, done, failed, or empty."""
    done: int
    total: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """One decision in the live list."""

    decision_id: str
    client_id: str
    client: str
    """Masked name."""
    trigger: str
    trigger_words: str
    """The trigger in Chinese, from the book."""
    at: datetime
    outcome: str
    """sent, refused, silent."""
    playbooks: tuple[str, ...]
    """Titles of what was chosen."""
    reasons: tuple[str, ...]
    leaf_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CorridorTotals:
    """What the log and the ledger hold."""

    events: int
    lag: int
    leaves: int
    root: str
    by_outcome: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateView:
    """One gate's answer on one playbook."""

    gate: str
    answer: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsideredView:
    """One playbook through the gates, in order."""

    playbook: str
    title: str
    gates: tuple[GateView, ...]
    chosen: bool
    called_for: bool = True
    """The trigger is about it; others are looked at as well, and left aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictView:
    """Words and the verdict on them."""

    playbook: str
    title: str
    text: str
    channel: str
    style: str
    cleared: bool
    reasons: tuple[tuple[str, str], ...]
    """(rule, detail)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentView:
    """One group of a leaf, opened if its fields are at hand."""

    group: str
    digest: str
    opened: bool | None
    """True: the stored fields match the commitment; False: they do not; None: not opened here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafView:
    """A sealed record."""

    index: int
    kind: str
    at: datetime
    leaf_hash: str
    root: str
    leaves: int
    commitments: tuple[CommitmentView, ...]
    intact: bool
    """The stored bytes still hash to the leaf hash and every opened group matches."""
    erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    """One event through every room."""

    decision_id: str
    client_id: str
    client: str
    trigger: str
    trigger_words: str
    at: datetime
    cause: EvidenceView | None
    cause_body: tuple[tuple[str, str], ...]
    """Fields of the causing event, personal ones masked."""
    signs: tuple[LabelView, ...]
    features: tuple[tuple[str, int], ...]
    considered: tuple[ConsideredView, ...]
    verdicts: tuple[VerdictView, ...]
    leaf: LeafView | None
    receipts: tuple[tuple[str, int], ...]
    """(playbook title, receipt leaf) of what was delivered."""
    book_digest: str
    code_version: str
    outcome: str = ""
    """sent, refused or silent, as in the list."""
    trace_id: str = ""
    """By which the log lines of what caused it are found; empty without a cause."""
