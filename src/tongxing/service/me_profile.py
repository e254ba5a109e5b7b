"""What the house thinks of a client, each thing with the events behind it in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event, EventRef
from tongxing.service.me_who import Mine
from tongxing.service.phrases import need_words, sign_words, tier_words
from tongxing.service.tags import TagView, tags

WORDS_MAX = 60
SAYING = {
    "searched": "text",
    "asked": "text",
    "viewed": "page",
    "course_done": "course",
    "social_seen": "topic",
    "card_bill_seen": "category",
    "complaint_made": "text",
    "closing_requested": "reason",
}
"""Kind -> the field whose words are shown beside it."""
NAMING = frozenset(
    {"trade", "fund_confirmed", "subscribed_ipo", "ipo_allotted", "plan_started", "plan_stopped"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One event behind a thought, told to the client whose it is."""

    kind: str
    at: datetime
    words: str
    """What was typed, looked at, or traded; empty where the kind says all, or the record is erased."""
    side: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thought:
    """A label, need or sign with its reasons."""

    name: str
    meaning: str
    strength_bp: int
    reasons: tuple[Reason, ...]
    state: str = "shown"
    duty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilePage:
    """The page of the own profile."""

    labels: tuple[Thought, ...]
    removed: tuple[Thought, ...]
    needs: tuple[Thought, ...]
    signs: tuple[Thought, ...]
    age: int | None
    tier: str
    grade: str
    grade_valid_to: date | None
    grade_reasons: tuple[Reason, ...]
    personalisation: bool


def profile_page(me: Mine, *, locale: str) -> ProfilePage:
    """Everything the house thinks of a client as of now."""
    found = me.profile()
    book = me.house.book
    shown = tags(me.house, me.client_id, me.now)
    refs = [
        *(ref for need in found.needs for ref in need.evidence),
        *(ref for sign in found.signs for ref in sign.evidence),
        *me.state.last_refs("assessment"),
    ]
    keys = {(ref.source, ref.source_seq) for ref in refs}
    keys |= {(one.source, one.source_seq) for tag in shown for one in tag.evidence}
    known = {stored.event.key: stored.event for stored in me.house.store.own.named(me.client_ids, keys)}

    def thought(name: str, strength_bp: int, evidence: tuple[EventRef, ...]) -> Thought:
        reasons = tuple(_reason(me, known, ref.source, ref.source_seq) for ref in evidence)
        told = tuple(reason for reason in reasons if reason is not None)
        return Thought(name=name, meaning="", strength_bp=strength_bp, reasons=told)

    labels = [_label(me, known, tag) for tag in shown]
    return ProfilePage(
        labels=tuple(one for one in labels if one.state != "deleted"),
        removed=tuple(one for one in labels if one.state == "deleted"),
        needs=tuple(
            thought(need_words(book, one.name, locale), one.strength_bp, one.evidence) for one in found.needs
        ),
        signs=tuple(thought(sign_words(book, one.name, locale), 0, one.evidence) for one in found.signs),
        age=found.age,
        tier=tier_words(book, found.tier),
        grade="" if found.risk.grade is None else found.risk.grade.name,
        grade_valid_to=found.risk.assessment_valid_to,
        grade_reasons=thought("", 0, me.state.last_refs("assessment")).reasons,
        personalisation=found.standing.personalisation,
    )


def _label(me: Mine, known: Mapping[tuple[str, str], Event], tag: TagView) -> Thought:
    reasons = (_reason(me, known, one.source, one.source_seq) for one in tag.evidence)
    return Thought(
        name=tag.label,
        meaning=tag.meaning,
        strength_bp=tag.confidence_bp,
        reasons=tuple(reason for reason in reasons if reason is not None),
        state=tag.state,
        duty=tag.duty,
    )


def _reason(me: Mine, known: Mapping[tuple[str, str], Event], source: str, number: str) -> Reason | None:
    """An event as a reason; None where it is erased."""
    event = known.get((source, number))
    if event is None:
        return None
    body = event.body
    words = str(body.get(SAYING.get(event.kind, ""), ""))
    if event.kind in NAMING:
        words = _product(me, str(body["code"]), str(body.get("name") or ""))
    return Reason(
        kind=event.kind,
        at=event.ts.astimezone(BEIJING),
        words=words if len(words) <= WORDS_MAX else f"{words[:WORDS_MAX]}…",
        side=str(body.get("side") or ""),
        source=source,
    )


def _product(me: Mine, code: str, told: str) -> str:
    page = me.house.book.products.get(code)
    name = page.name if page is not None else told or me.state.name_of(code)
    return f"{name} {code}".strip()
