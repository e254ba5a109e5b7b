"""What gates and compliance must know of a client, apart from needs and labels."""

from tongxing.domain.clock import day_of
from tongxing.domain.grades import Tolerance
from tongxing.domain.profile import Standing, TouchMemory
from tongxing.profile.codes import DEGREES
from tongxing.profile.restriction import restricted, rests_on
from tongxing.profile.signs import find_signs
from tongxing.profile.takes import UNWANTED
from tongxing.profile.view import View


def standing(client: View) -> Standing:
    """Grade, consents, choices of contact, distress, touches, each as of the view's instant."""
    state, assessment = client.state, client.last("assessment")
    degree, _refs = client.distress()
    kinds, terms = (assessment.value[2], assessment.value[3]) if assessment is not None else ((), ())
    return Standing(
        client_id=state.client_id,
        grade=None if assessment is None else Tolerance[str(assessment.value[0])],
        assessment_valid_to=None if assessment is None else day_of(_int(assessment.value[1])),
        accepted_kinds=_words(kinds),
        accepted_terms=_words(terms),
        age=client.age,
        consents=client.permission.grants,
        contact={channel: bool(entry.value[0]) for channel, entry in client.named("contact")},
        personalisation=client.permission.on,
        distressed_24h=degree > 0,
        crisis_24h=degree == DEGREES["crisis"],
        merged_away=bool(state.merged_into),
        closing=client.closing() is not None,
        touches=tuple(
            TouchMemory(
                touch_id=one.touch_id,
                playbook=one.playbook,
                channel=one.channel,
                nature=one.nature,
                at=one.at,
            )
            for one in state.touches
        ),
        unwanted=_unwanted(client),
        hushed=client.hushed,
        restricted=_restricted(client),
        consent_version=state.consent_version,
        grade_version=state.grade_version,
        distress_version=state.distress_version,
    )


def _unwanted(client: View) -> dict[str, int]:
    """Playbooks a card of which was sent away as not for this client, and when that was said last."""
    said = {touch_id: entry.ts for touch_id, entry in client.named(UNWANTED)}
    found: dict[str, int] = {}
    for touch in client.state.touches if said else ():
        if touch.touch_id in said:
            found[touch.playbook] = max(said[touch.touch_id], found.get(touch.playbook, 0))
    return found


def _restricted(client: View) -> frozenset[str]:
    """Signs that rest on what the law alone keeps; looked for where the client asked for erasure only."""
    classes = restricted(client)
    if not classes:
        return frozenset()
    return frozenset(sign.name for sign in find_signs(client) if rests_on(sign.evidence, classes))


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(word) for word in value) if isinstance(value, tuple) else ()
