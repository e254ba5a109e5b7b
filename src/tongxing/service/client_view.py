"""The client's home and the list of clients, as values for pages."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from weakref import WeakKeyDictionary

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import EventRef
from tongxing.domain.profile import Profile
from tongxing.profile import fold
from tongxing.profile.assemble import profile as assemble
from tongxing.service.account_view import account_view
from tongxing.service.card_view import cards
from tongxing.service.client_names import client_names, epoch, masked
from tongxing.service.client_story import evidence_view, told
from tongxing.service.house import House
from tongxing.service.phrases import need_words, sign_words, tier_words
from tongxing.service.ports import Store
from tongxing.service.states import state_of
from tongxing.service.unfolded import take_in
from tongxing.service.views import ClientRow, ClientView, LabelView

SERVICE_PURPOSE = "personalised_service"
LABELS_IN_ROW_MAX = 4
CLIENTS_READ_MAX = 100_000
ROWS_REMEMBERED_MAX = 20_000
NOT_FOLDED = -1
"""Place of a row that was made while events were still to be folded: it is made again."""


def client_view(house: House, client_id: str, *, now: datetime, locale: str = "zh-CN") -> ClientView | None:
    """Everything a client's home shows; None for a client the store knows nothing of."""
    folded = house.store.folded_through(client_id)
    blob = house.store.state(client_id)
    if blob is None:
        return None
    state = state_of(house, client_id, blob)
    take_in(house, state, after=folded, now=now)
    return view_of(house, state, _profile(house, state, now), now=now, locale=locale)


def view_of(house: House, state: fold.State, found: Profile, *, now: datetime, locale: str) -> ClientView:
    """The same of a state and of the profile made from it."""
    client_id = state.client_id
    name, recent = told(house, client_id)
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
        cards=cards(house, found, now=now),
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
    """Rows made so far, by client, with the place in the log they were made at."""

    made_for: tuple[str, str]
    rows: dict[str, tuple[int, ClientRow]] = field(default_factory=dict)


_remembered: WeakKeyDictionary[Store, _Rows] = WeakKeyDictionary()
_turn = Lock()


def client_rows(house: House, *, query: str = "", limit: int = 200) -> tuple[ClientRow, ...]:
    """Clients by id with masked names; `query` finds an id, a whole name, a label or a tier.

    A row is made anew when its client's events or the clock moved.
    """
    with _turn:
        now = house.clock.now()
        kept = _rows_at(house, now)
        client_ids = house.store.client_ids(limit=CLIENTS_READ_MAX)
        names, latest = client_names(house, client_ids), house.store.own.latest(client_ids)
        all_folded = house.store.lag() == 0
        wanted = query.strip().casefold()
        found: list[ClientRow] = []
        for client_id in client_ids:
            place, name = latest.get(client_id, 0), names[client_id]
            entry = kept.rows.get(client_id)
            if entry is None or entry[0] != place:
                entry = _row(house, client_id, name, now, place if all_folded else NOT_FOLDED)
                if entry is None:
                    continue
                kept.rows[client_id] = entry
            if _fits(entry[1], name, wanted):
                found.append(entry[1])
                if len(found) == limit:
                    break
        return tuple(found)


def _rows_at(house: House, now: datetime) -> _Rows:
    """The rows remembered for this instant of the clock, if no key was destroyed since."""
    made_for = (epoch(house.store), now.isoformat())
    kept = _remembered.get(house.store)
    if kept is None or kept.made_for != made_for or len(kept.rows) > ROWS_REMEMBERED_MAX:
        kept = _remembered[house.store] = _Rows(made_for=made_for)
    return kept


def _fits(row: ClientRow, name: str, wanted: str) -> bool:
    words = (row.client_id, row.name, row.tier, row.grade, *row.labels)
    return not wanted or wanted == name.casefold() or any(wanted in word.casefold() for word in words)


def _row(house: House, client_id: str, name: str, now: datetime, place: int) -> tuple[int, ClientRow] | None:
    """A row with the place in the log it holds for; None for a client not folded yet."""
    blob = house.store.state(client_id)
    if blob is None:
        return None
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
        cards=len(cards(house, found, now=now)),
    )
    return place, row


def _profile(house: House, state: fold.State, now: datetime) -> Profile:
    """The profile now, or just after the last event where the market clock stands still."""
    as_of = max(now, fold.known_until(state)) + timedelta(seconds=1)
    return assemble(state, as_of=as_of, book=house.book)


def _label(name: str, strength_bp: int, evidence: Iterable[EventRef]) -> LabelView:
    return LabelView(
        name=name, strength_bp=strength_bp, evidence=tuple(evidence_view(ref) for ref in evidence)
    )
