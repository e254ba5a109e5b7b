"""What must hold over a whole simulated house, checked again from the log without the rooms' own code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.domain.grades import Nature, Tolerance
from tongxing.domain.pages import Playbook
from tongxing.service.house import House
from tongxing.service.ports import StoredEvent
from tongxing.simulation.tally import decisions

CAP_RULE = "touch_week_max"
WEEK = timedelta(days=7)
LOG_READ_MAX = 5_000


@dataclass(slots=True, kw_only=True)
class _Standing:
    """What one client had allowed, and what had been sent, up to an event."""

    grade: Tolerance | None = None
    valid_to: date | None = None
    consents: dict[str, date | None] = field(default_factory=dict)
    personalisation: bool = True
    proactive: list[datetime] = field(default_factory=list)


def violations(house: House) -> list[str]:
    """Every sent touch that breaks a limit, in words; empty when the house kept them all.

    Checked: the touch was cleared in a sealed decision; its purpose was consented to; the weekly cap of
    proactive touches; its grade is not above the client's, nor the assessment out of date where advice or
    marketing speaks of a product.
    """
    sealed = _sealed_touches(house)
    standings: dict[str, _Standing] = {}
    found: list[str] = []
    for event in _in_order(house):
        standing = standings.setdefault(event.client_id, _Standing())
        if event.kind == "touch_sent":
            where = f"{event.client_id} {event.ts.isoformat()}"
            found.extend(f"{where} {what}" for what in _sent(house, event, standing, sealed))
        else:
            _learn(standing, event)
    return found


def _sent(house: House, event: Event, standing: _Standing, sealed: Mapping[str, int]) -> Iterator[str]:
    touch_id, name = str(event.body["touch_id"]), str(event.body["playbook"])
    playbook = house.book.playbooks[name]
    if touch_id not in sealed:
        yield f"{name}: sent without a sealed clearance"
    day = event.ts.astimezone(BEIJING).date()
    yield from _unconsented(playbook, standing, day)
    yield from _unsuitable(playbook, standing, day)
    if playbook.nature is not Nature.SERVICE:
        standing.proactive = [at for at in standing.proactive if event.ts - at < WEEK] + [event.ts]
        cap = house.book.rules.number(CAP_RULE, day)
        if len(standing.proactive) > cap:
            yield f"{name}: touch {len(standing.proactive)} of a week, {cap} allowed"


def _unconsented(playbook: Playbook, standing: _Standing, day: date) -> Iterator[str]:
    if playbook.consent == "none":
        return
    if playbook.consent not in standing.consents:
        yield f"{playbook.name}: no consent to {playbook.consent}"
        return
    until = standing.consents[playbook.consent]
    if until is not None and until < day:
        yield f"{playbook.name}: consent to {playbook.consent} had ended"
    if playbook.consent == "personalised_service" and not standing.personalisation:
        yield f"{playbook.name}: personalisation was off"


def _unsuitable(playbook: Playbook, standing: _Standing, day: date) -> Iterator[str]:
    if playbook.risk is None or playbook.nature is Nature.SERVICE:
        return
    if standing.grade is None:
        yield f"{playbook.name}: speaks of {playbook.risk.name}, client has no grade"
    elif playbook.risk > max(standing.grade, 1):
        yield f"{playbook.name}: {playbook.risk.name} is above {standing.grade.name}"
    lapsed = standing.valid_to is None or standing.valid_to < day
    if lapsed and playbook.nature in {Nature.ADVICE, Nature.MARKETING}:
        yield f"{playbook.name}: assessment out of date"


def _learn(standing: _Standing, event: Event) -> None:
    body = event.body
    if event.kind == "assessment_taken":
        standing.grade = Tolerance[str(body["grade"])]
        standing.valid_to = _day(body["valid_to"])
    elif event.kind == "consent_given":
        standing.consents[str(body["purpose"])] = _day(body.get("until"))
    elif event.kind == "consent_withdrawn":
        standing.consents.pop(str(body["purpose"]), None)
    elif event.kind == "personalisation_set":
        standing.personalisation = body["on"] is True


def _day(value: object) -> date | None:
    return None if value is None else date.fromisoformat(str(value))


def _sealed_touches(house: House) -> dict[str, int]:
    """Touch -> leaf of the decision that cleared it, where that leaf exists."""
    count = house.store.count_leaves()
    return {
        verdict.touch_id: record.leaf_index
        for record in decisions(house)
        if 0 <= record.leaf_index < count
        for verdict in record.verdicts
        if verdict.cleared
    }


def _in_order(house: House) -> list[Event]:
    """All events that bear on a limit, by when the house learned of them."""
    kinds = {"touch_sent", "assessment_taken", "consent_given", "consent_withdrawn", "personalisation_set"}
    found: list[StoredEvent] = []
    after = 0
    while page := house.store.events(after=after, limit=LOG_READ_MAX):
        found.extend(stored for stored in page if stored.event.kind in kinds)
        after = page[-1].seq
    found.sort(key=lambda stored: (stored.event.known_at, stored.seq))
    return [stored.event for stored in found]
