"""One decision through every room: the event, the profile, the gates, the words, the verdict, the leaf."""

from collections.abc import Mapping

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import EventRef
from tongxing.domain.profile import Sign
from tongxing.domain.touch import Decision
from tongxing.service.client_names import masked, masked_name
from tongxing.service.client_story import evidence_view
from tongxing.service.console_terms import called_for, ended
from tongxing.service.house import House
from tongxing.service.leaf_view import leaf_view, receipts_of
from tongxing.service.phrases import sign_words, title, trigger_words
from tongxing.service.ports import ErasedError
from tongxing.service.stored import DecisionRecord, decode_decision
from tongxing.service.views import ConsideredView, DecisionView, GateView, LabelView, VerdictView
from tongxing.service.watch_trace import trace_of

WHOLE_BP = 10_000
HIDDEN = "***"
DIGITS_SHOWN = 3
BIRTH_YEAR_LENGTH = 4
IDENTITY_FIELDS = frozenset({"phone", "id_number"})
CAUSE_FIELDS_MAX = 40


def decision_view(house: House, decision_id: str, *, locale: str = "zh-CN") -> DecisionView | None:
    """A decision record laid open for staff; None for an unknown id.

    Raises `ErasedError` when the client's key was destroyed.
    """
    row = house.store.decision(decision_id)
    if row is None:
        return None
    record = decode_decision(row.payload)
    decision = record.decision
    receipts = receipts_of(house, row, record.drafts)
    touches = {touch.touch_id: touch.playbook for touch in decision.touches}
    return DecisionView(
        decision_id=decision_id,
        client_id=row.client_id,
        client=masked_name(house, row.client_id),
        trigger=decision.trigger.name,
        trigger_words=trigger_words(house.book, decision.trigger.name, locale),
        at=row.at.astimezone(BEIJING),
        cause=None if record.cause_event is None else evidence_view(record.cause_event),
        cause_body=_cause_body(house, row.client_id, record.cause_event),
        signs=tuple(_sign(house, sign, locale) for sign in record.signs),
        features=tuple((name, value) for name, value in decision.features.items() if value is not None),
        considered=_considered(house, decision),
        verdicts=_verdicts(house, record),
        leaf=leaf_view(house, row.leaf_index),
        receipts=tuple(
            (title(house.book, touches[touch_id]), leaf)
            for touch_id, leaf in receipts.items()
            if touch_id in touches
        ),
        book_digest=decision.book_digest,
        code_version=decision.code_version,
        outcome=ended(house.book, record),
        trace_id=trace_of(decision.trigger.cause) if decision.trigger.cause else "",
    )


def _sign(house: House, sign: Sign, locale: str) -> LabelView:
    return LabelView(
        name=sign_words(house.book, sign.name, locale),
        strength_bp=WHOLE_BP,
        evidence=tuple(evidence_view(ref) for ref in sign.evidence),
    )


def _considered(house: House, decision: Decision) -> tuple[ConsideredView, ...]:
    """Each playbook with the answers of the gates it came to, in the order in which they were asked."""
    chosen = {touch.playbook for touch in decision.touches}
    by_playbook: dict[str, list[GateView]] = {}
    for answer in decision.considered:
        gate = GateView(gate=answer.gate.value, answer=answer.answer.value, reasons=answer.reasons)
        by_playbook.setdefault(answer.playbook, []).append(gate)
    return tuple(
        ConsideredView(
            playbook=name,
            title=title(house.book, name),
            gates=tuple(gates),
            chosen=name in chosen,
            called_for=called_for(house.book, name, decision.trigger.name),
        )
        for name, gates in by_playbook.items()
    )


def _verdicts(house: House, record: DecisionRecord) -> tuple[VerdictView, ...]:
    """The verdict on each draft; no words where none could be worded."""
    drafts = {draft.touch_id: draft for draft in record.drafts}
    found = []
    for verdict in record.verdicts:
        draft = drafts.get(verdict.touch_id)
        found.append(
            VerdictView(
                playbook=verdict.playbook,
                title=title(house.book, verdict.playbook),
                text="" if draft is None else draft.text,
                channel="" if draft is None else draft.channel.value,
                style="plain" if draft is None else draft.style,
                cleared=verdict.cleared,
                reasons=tuple((reason.rule, reason.detail) for reason in verdict.reasons),
            )
        )
    return tuple(found)


def _cause_body(house: House, client_id: str, cause: EventRef | None) -> tuple[tuple[str, str], ...]:
    """Fields of the event behind the decision; nothing where there is none or its key was destroyed."""
    if cause is None:
        return ()
    key = (cause.source, cause.source_seq)
    try:
        events = (stored.event for stored in house.store.events_of(client_id))
        body: Mapping[str, object] = next((event.body for event in events if event.key == key), {})
    except ErasedError:
        return ()
    return tuple(
        (name, _held(value) if name == "holdings" else _shown(name, value))
        for name, value in list(body.items())[:CAUSE_FIELDS_MAX]
    )


def _held(value: object) -> str:
    """Holdings in short: code and quantity of each."""
    found = value if isinstance(value, (list, tuple)) else ()
    pairs = [(one.get("code"), one.get("quantity")) for one in found if isinstance(one, Mapping)]
    return " · ".join(f"{code} × {quantity}" for code, quantity in pairs)


def _shown(name: str, value: object) -> str:
    """A field as staff may see it: names, numbers and birthdays masked."""
    if name == "name":
        return masked(str(value))
    if name in IDENTITY_FIELDS:
        return f"{str(value)[:DIGITS_SHOWN]}{HIDDEN}"
    if name == "birth":
        return str(value)[:BIRTH_YEAR_LENGTH]
    if isinstance(value, Mapping):
        return " · ".join(f"{key} {_shown(str(key), one)}" for key, one in value.items())
    if isinstance(value, (list, tuple)):
        return " · ".join(_shown("", one) for one in value)
    return str(value)
