"""Words a client asked a device for: a test, or the code that confirms an address; reviewed like all."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import blake2b

from tongxing.compliance.review import review
from tongxing.domain.clock import BEIJING
from tongxing.domain.draft import Cleared, Draft, Fact, FactSheet
from tongxing.domain.grades import Channel, Initiative, Nature
from tongxing.domain.touch import Decision, Touch, Trigger
from tongxing.service.client_acts import ActRefusedError
from tongxing.service.device_addresses import CONFIRMING
from tongxing.service.me_who import Mine
from tongxing.service.quorum_standing import without_quorum
from tongxing.service.recording import record
from tongxing.service.round import RECORD_KEY_BYTES
from tongxing.service.serve import Served
from tongxing.service.stored import StoredVerdict
from tongxing.wording.draft import Unworded
from tongxing.wording.draft import draft as worded

TESTING = "device_test"
TRIGGERS = {TESTING: "device:test", CONFIRMING: "device:code"}
SLOT = "device"
ID_BYTES = 8
NO_CONSENT = "none"


def say(
    me: Mine, text: str, channel: Channel, values: Mapping[str, str | int], *, locale: str, token: str
) -> None:
    """Word, review, seal and queue; the worker sends. Raises `ActRefusedError` (`device_refused`)."""
    house, at = me.house, me.as_of.astimezone(BEIJING)
    touch = Touch(
        touch_id=_name("touch", me.client_id, text, channel.value, token),
        client_id=me.client_id,
        playbook=text,
        nature=Nature.SERVICE,
        channel=channel,
        slot=SLOT,
        trigger=Trigger(name=TRIGGERS[text], cause=f"client:{token}", at=at),
        signs=(),
        net_bp=0,
    )
    draft = _draft(me, touch, values, locale)
    if isinstance(draft, Unworded):
        raise ActRefusedError("device_refused")
    verdict = review(draft, book=house.book)
    reasons = () if isinstance(verdict, Cleared) else verdict.reasons
    served = Served(
        decision=_decision(me, touch),
        drafts=(draft,),
        verdicts=(
            StoredVerdict(
                playbook=text, touch_id=touch.touch_id, cleared=not reasons, reasons=tuple(reasons)
            ),
        ),
        cleared=((touch, verdict),) if isinstance(verdict, Cleared) else (),
        without_quorum=draft.without_quorum,
    )
    with house.store.batch() as batch:
        key = house.entropy.token(RECORD_KEY_BYTES)
        record(batch, key, served, profile=me.profile(), book=house.book, cause=None)
    if reasons:
        raise ActRefusedError("device_refused")


def _draft(me: Mine, touch: Touch, values: Mapping[str, str | int], locale: str) -> Draft | Unworded:
    """An answer to the client: they asked, so it needs no consent and no hour is too late."""
    house, at = me.house, touch.trigger.at
    found = {name: Fact(name=name, value=value, source=SLOT, at=at) for name, value in values.items()}
    playbook = next(iter(house.book.playbooks.values()))  # of it only the consent is read, and replaced
    made = worded(
        touch,
        text=house.book.texts[touch.playbook],
        facts=FactSheet(facts=found),
        standing=me.profile().standing,
        playbook=playbook,
        product=None,
        locale=locale,
        labels=house.book.labels,
        touches_this_week=0,
    )
    if isinstance(made, Unworded):
        return made
    lost = without_quorum(house)
    return replace(made, consent=NO_CONSENT, initiative=Initiative.CLIENT, without_quorum=lost)


def _decision(me: Mine, touch: Touch) -> Decision:
    return Decision(
        decision_id=_name("decision", touch.touch_id),
        client_id=me.client_id,
        trigger=touch.trigger,
        considered=(),
        touches=(touch,),
        features=me.profile().features,
        book_digest=me.house.book.digest,
        code_version=me.house.code_version,
    )


def _name(*words: str) -> str:
    return blake2b("\x1f".join(words).encode(), digest_size=ID_BYTES).hexdigest()
