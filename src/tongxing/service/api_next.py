"""The next best service for a client at a moment: computed for the answer, written nowhere, sent to nobody.

Words stay out of it: whatever is said to a client goes through the corridor, never through a list of
what might be said.
"""

from datetime import datetime, timedelta

from tongxing.domain.clock import BEIJING
from tongxing.domain.profile import Profile
from tongxing.domain.touch import Trigger
from tongxing.profile.assemble import profile as assemble
from tongxing.profile.door import from_events
from tongxing.service.api_clients import MomentError, live_state, present
from tongxing.service.api_reach import OutOfReachError
from tongxing.service.api_shapes import (
    GateAnswer,
    NextAnswer,
    NextService,
    RuleReason,
)
from tongxing.service.house import House
from tongxing.service.phrases import title
from tongxing.service.quorum_standing import without_quorum
from tongxing.service.serve import Served, serve
from tongxing.service.states import records

MOMENT = "moment"
"""Kind of the trigger: no sign turned and no timer fell due, somebody asked."""


def next_service(house: House, client_id: str, *, moment: datetime | None, now: datetime) -> NextAnswer:
    """What would be decided at a moment, by the book and the switches in force now.

    A past moment is judged by what was known then; a later one by what is known now.

    Raises:
        OutOfReachError: nothing is known of such a client, or nothing was at that moment.
        MomentError: too far ahead.
        ErasedError: a past moment rests on records whose key is gone.
    """
    at = (moment or now).astimezone(BEIJING)
    days = house.book.rules.number("api_next_ahead_days", now.astimezone(BEIJING).date())
    if at > now + timedelta(days=days):
        raise MomentError(f"moment lies more than {days} days ahead")
    state = live_state(house, client_id, now=now)
    found = (
        _past(house, client_id, at)
        if at < now
        else assemble(state, as_of=present(state, at), book=house.book)
    )
    silent = _silent(house, client_id, merged=found.standing.merged_away)
    served = serve(
        found,
        Trigger(name=MOMENT, cause=f"{MOMENT}:{at.isoformat()}", at=at),
        book=house.book,
        market=house.market,
        code_version=house.code_version,
        switched_off=house.store.switches.off(),
        without_quorum=without_quorum(house),
    )
    decision = served.decision
    return NextAnswer(
        client_id=client_id,
        moment=at,
        dry=True,
        silent=silent,
        services=[] if silent else _services(house, served),
        considered=[
            GateAnswer(
                playbook=one.playbook,
                gate=one.gate.value,
                answer="pass" if one.answer.value == "pass" else "stop",
                reasons=list(one.reasons),
            )
            for one in decision.considered
        ],
        book_digest=decision.book_digest,
        code_version=decision.code_version,
    )


def _past(house: House, client_id: str, at: datetime) -> Profile:
    known = [stored.event for stored in records(house, client_id, whole=True)]
    profiles = from_events(known, as_of=at, book=house.book) if known else ()
    for found in profiles:
        if found.client_id == client_id:
            return found
    raise OutOfReachError(client_id)


def _silent(house: House, client_id: str, *, merged: bool) -> str:
    if merged:
        return "merged_away"
    return "set_aside" if any(row.client_id == client_id for row in house.store.aside()) else ""


def _services(house: House, served: Served) -> list[NextService]:
    verdicts = {verdict.touch_id: verdict for verdict in served.verdicts}
    return [
        NextService(
            playbook=touch.playbook,
            title=title(house.book, touch.playbook),
            nature=touch.nature.value,
            channel=touch.channel.value,
            slot=touch.slot,
            net_bp=touch.net_bp,
            signs=[sign.name for sign in touch.signs],
            cleared=verdicts[touch.touch_id].cleared,
            reasons=[
                RuleReason(rule=one.rule, detail=one.detail) for one in verdicts[touch.touch_id].reasons
            ],
        )
        for touch in served.decision.touches
    ]
