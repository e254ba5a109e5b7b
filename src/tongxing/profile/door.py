"""The door `profile` of `contracts.md`: events of any number of clients in, a line a client out."""

from collections.abc import Iterable
from datetime import datetime

from tongxing.domain.book import Book
from tongxing.domain.clock import instant, seconds
from tongxing.domain.event import Event, EventRef
from tongxing.domain.profile import Profile
from tongxing.profile import fold
from tongxing.profile.assemble import profile
from tongxing.profile.links import LINK_KINDS, kin, word


def from_events(events: Iterable[Event], *, as_of: datetime, book: Book) -> list[Profile]:
    """Profiles as of an instant, by client id; later and later-known events do not count.

    A second event of one key is dropped: of copies the first counts.
    """
    limit = seconds(as_of)
    by_client: dict[str, dict[tuple[str, str], Event]] = {}
    for event in events:
        if seconds(event.known_at) < limit and seconds(event.ts) < limit:
            by_client.setdefault(event.client_id, {}).setdefault(event.key, event)
    kept = {client_id: list(own.values()) for client_id, own in by_client.items()}
    together = kin(word(event) for own in kept.values() for event in own if event.kind in LINK_KINDS)
    found = []
    for client_id in sorted(by_client):
        names = together.get(client_id, (client_id,))
        known = sorted((event for name in names for event in kept.get(name, ())), key=_log_order)
        state = fold.refold(client_id, known, as_of=as_of, book=book)
        found.append(profile(state, as_of=as_of, book=book))
    return found


def _log_order(event: Event) -> tuple[datetime, datetime, str, str]:
    return event.known_at, event.ts, event.source, event.source_seq


def line(found: Profile) -> dict[str, object]:
    """A profile as the door prints it."""
    risk = found.risk
    return {
        "client_id": found.client_id,
        "as_of": instant(found.as_of).isoformat(),
        "age": found.age,
        "tier": found.tier,
        "newcomer_day": found.newcomer_day,
        "labels": [
            {
                "name": one.name,
                "confidence_bp": one.confidence_bp,
                "evidence": _refs(one.evidence),
                "source": one.source,
            }
            for one in found.labels
        ],
        "needs": [
            {"name": one.name, "strength_bp": one.strength_bp, "evidence": _refs(one.evidence)}
            for one in found.needs
        ],
        "risk": {
            "grade": None if risk.grade is None else risk.grade.name,
            "assessment_valid_to": (
                None if risk.assessment_valid_to is None else risk.assessment_valid_to.isoformat()
            ),
            "confidence_bp": risk.confidence_bp,
            "drawdown_90d_ppm": risk.drawdown_90d_ppm,
            "turnover_annual_bp": risk.turnover_annual_bp,
            "max_sector": risk.max_sector,
            "max_sector_ppm": risk.max_sector_ppm,
            "repayment_to_income_bp": risk.repayment_to_income_bp,
            "drift": [
                {"name": one.name, "detail": dict(one.detail), "evidence": _refs(one.evidence)}
                for one in risk.drift
            ],
        },
        "preferences": [
            {"name": one.name, "confidence_bp": one.confidence_bp, "evidence": _refs(one.evidence)}
            for one in found.preferences
        ],
        "signs": [
            {"name": one.name, "detail": dict(one.detail), "evidence": _refs(one.evidence)}
            for one in found.signs
        ],
        "sector_ppm": dict(found.sector_ppm),
        "repayment_to_income_bp": risk.repayment_to_income_bp,
    }


def _refs(evidence: tuple[EventRef, ...]) -> list[dict[str, object]]:
    return [
        {
            "source": ref.source,
            "source_seq": ref.source_seq,
            "kind": ref.kind,
            "ts": instant(ref.ts).isoformat(),
        }
        for ref in evidence
    ]
