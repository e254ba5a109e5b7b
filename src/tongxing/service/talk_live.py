"""What a dialogue with a client of the house has beyond the facts of their account."""

from tongxing.service.converse_live import Live
from tongxing.service.me_who import Mine
from tongxing.service.quorum_standing import without_quorum
from tongxing.service.talk_closing import closing_by
from tongxing.service.talk_explain import explained_by
from tongxing.service.talk_facts import sectors_of
from tongxing.service.talk_plan import planned_by


def live_of(me: Mine, *, touch_id: str, ticket: str) -> Live:
    """One turn: the name its answer gets, and the number a complaint of it would get."""
    return Live(
        touch_id=touch_id,
        standing=me.profile().standing,
        without_quorum=without_quorum(me.house),
        explain=explained_by(me),
        planned=planned_by(me),
        closing=closing_by(me),
        sectors=lambda: sectors_of(me),
        ticket=ticket,
    )
