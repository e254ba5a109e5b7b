"""The client's home and the list of clients, as values for pages."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from threading import Lock
from weakref import WeakKeyDictionary

from tongxing.domain.clock import BEIJING, instant
from tongxing.domain.event import Event, EventRef
from tongxing.domain.profile import Profile
from tongxing.profile import fold
from tongxing.profile.assemble import profile as assemble
from tongxing.service.account_view import account_view
from tongxing.service.card_view import cards
from tongxing.service.client_names import client_names, epoch, masked, take_name
from tongxing.service.house import House
from tongxing.service.phrases import need_words, sign_words, tier_words
from tongxing.service.ports import ErasedError, Store
from tongxing.service.states import state_of
from tongxing.service.views import ClientRow, ClientView, EvidenceView, LabelView

RECENT_MAX = 12
SERVICE_PURPOSE = "personalised_service"
LABELS_IN_ROW_MAX = 4
CLIENTS_READ_MAX = 100_000
ROWS_REMEMBERED_MAX = 20_000
NOT_RECENT = frozenset({"day_valued", "sign_turned_on", "sign_turned_off"})
"""What the house notes every day is no news to a client."""


def client_view(house: House, client_id: str, *, now: datetime, locale: str = "zh-CN") -> ClientView | None:
    """Everything a client's home shows; None for a client the store knows nothing of."""
    blob = house.store.state(client_id)
    if blob is None:
        return None
    state = state_of(house, client_id, blob)
    found = _profile(house, state, now)
    name, recent = _told(house, client_id)
    account = account_view(house, state, now=now, locale=locale)
    risk = found.risk
    return ClientView(
        client_id=client_id,
        name=name,
        age=found.age,
        grade="" if risk.grade is None else risk.grade.name,
        grade_valid_to=risk.assessment_valid_to,
        tier=tier_words(house.book, found.tier),
        now=now.astimezone(BEIJING),
        total_fen=account.total_fen,
        cash_fen=account.cash_fen,
        change_fen=account.change_fen,
        change_ppm=account.change_ppm,
        valued_on=account.valued_on,
        cards=cards(house, client_id, now=now),
        holdings=account.holdings,
        sectors=account.sectors,
        labels=tuple(_label(one.name, one.confidence_bp, one.evidence) for one in found.labels),
        needs=tuple(
            _label(need_words(house.book, one.name, locale), one.strength_bp, one.evidence)
            for one in found.needs
        ),
        preferences=tuple(_label(one.name, one.confidence_bp, one.evidence) for one in found.preferences),
        signs=tuple(
            _label(sign_words(house.book, one.name, locale), 10_000, one.evidence) for one in found.signs
        ),
        points=account.points,
        benchmark_name=account.benchmark_name,
        recent=recent,
        personalisation=found.standing.personalisation,
        consented=any(grant.purpose == SERVICE_PURPOSE for grant in found.standing.consents),
    )


@dataclass(slots=True)
class _Rows:
    """Rows made so far, by client; a row is made anew when the state or the clock moved."""

    erasures: str
    rows: dict[str, tuple[bytes, ClientRow]] = field(default_factory=dict)


_remembered: WeakKeyDictionary[Store, _Rows] = WeakKeyDictionary()
_turn = Lock()


def client_rows(house: House, *, query: str = "", limit: int = 200) -> tuple[ClientRow, ...]:
    """Clients by id with masked names; `query` finds an id, a whole name, a label or a tier."""
    now = house.clock.now()
    names = client_names(house)
    wanted = query.strip().casefold()
    with _turn:
        current = epoch(house.store)
        kept = _remembered.get(house.store)
        if kept is None or kept.erasures != current or len(kept.rows) > ROWS_REMEMBERED_MAX:
            kept = _remembered[house.store] = _Rows(erasures=current)
        found: list[ClientRow] = []
        for client_id in house.store.client_ids(limit=CLIENTS_READ_MAX):
            name = names.get(client_id, "")
            row = _row(house, kept, client_id, name, now)
            if row is not None and _fits(row, name, wanted):
                found.append(row)
                if len(found) == limit:
                    break
        return tuple(found)


def _fits(row: ClientRow, name: str, wanted: str) -> bool:
    words = (row.client_id, row.name, row.tier, row.grade, *row.labels)
    return not wanted or wanted == name.casefold() or any(wanted in word.casefold() for word in words)


def _row(house: House, kept: _Rows, client_id: str, name: str, now: datetime) -> ClientRow | None:
    blob = house.store.state(client_id)
    if blob is None:
        return None
    stamp = blake2b(blob, digest_size=16, salt=b"row", key=f"{now.isoformat()}{name}".encode()[:64]).digest()
    known = kept.rows.get(client_id)
    if known is not None and known[0] == stamp:
        return known[1]
    state = state_of(house, client_id, blob)
    found = _profile(house, state, now)
    valued = state.valuation()
    row = ClientRow(
        client_id=client_id,
        name=masked(name) or client_id,
        age=found.age,
        tier=tier_words(house.book, found.tier),
        grade="" if found.standing.grade is None else found.standing.grade.name,
        total_fen=0 if valued is None else valued.value_fen,
        labels=tuple(label.name for label in found.labels[:LABELS_IN_ROW_MAX]),
        cards=len(cards(house, client_id, now=now)),
    )
    kept.rows[client_id] = (stamp, row)
    return row


def _profile(house: House, state: fold.State, now: datetime) -> Profile:
    """The profile now, or just after the last event where the market clock stands still."""
    as_of = max(now, fold.known_until(state)) + timedelta(seconds=1)
    return assemble(state, as_of=as_of, book=house.book)


def _told(house: House, client_id: str) -> tuple[str, tuple[EvidenceView, ...]]:
    """The client's own name and latest events, newest first; nothing where a key was destroyed."""
    names: dict[str, str] = {}
    latest: deque[Event] = deque(maxlen=RECENT_MAX)
    try:
        for stored in house.store.events_of(client_id):
            take_name(names, stored.event)
            if stored.event.kind not in NOT_RECENT:
                latest.append(stored.event)
    except ErasedError:
        return "", ()
    newest = sorted(latest, key=lambda event: event.known_at)[::-1]
    return names.get(client_id, ""), tuple(_evidence_of(event) for event in newest)


def _label(name: str, strength_bp: int, evidence: Iterable[EventRef]) -> LabelView:
    return LabelView(
        name=name, strength_bp=strength_bp, evidence=tuple(evidence_view(ref) for ref in evidence)
    )


def evidence_view(ref: EventRef) -> EvidenceView:
    """An event as evidence, without its contents."""
    return EvidenceView(kind=ref.kind, at=instant(ref.ts), source=ref.source, source_seq=ref.source_seq)


def _evidence_of(event: Event) -> EvidenceView:
    return EvidenceView(
        kind=event.kind, at=event.ts.astimezone(BEIJING), source=event.source, source_seq=event.source_seq
    )
