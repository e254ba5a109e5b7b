"""What was said, refused or left unsaid, for other systems: touches, verdicts, and their leaves."""

import base64
from collections.abc import Mapping
from typing import Literal

from tongxing.domain.clock import instant
from tongxing.domain.event import EventRef
from tongxing.domain.profile import Sign
from tongxing.service.api_reach import OutOfReachError, Reach
from tongxing.service.api_shapes import (
    GateAnswer,
    Ref,
    RuleReason,
    Signed,
)
from tongxing.service.api_shapes_records import (
    CommitmentAnswer,
    ProofAnswer,
    TouchLine,
    VerdictDetail,
    VerdictLine,
    WordsVerdict,
)
from tongxing.service.console_terms import ended, refusals
from tongxing.service.house import House
from tongxing.service.leaf_view import leaf_view, receipts_of
from tongxing.service.log_receipts import key_line_of, receipt_of
from tongxing.service.phrases import title
from tongxing.service.ports import DecisionRow, ErasedError
from tongxing.service.stored import DecisionRecord, decode_decision, decode_message

Outcome = Literal["sent", "refused", "silent", "erased"]
_OUTCOMES: Mapping[str, Outcome] = {
    "sent": "sent",
    "refused": "refused",
    "silent": "silent",
    "erased": "erased",
}
ROWS_A_LOOK = 100
LEAF_MAX = 10**15


def list_touches(
    house: House, client_id: str, *, before: int | None, limit: int
) -> tuple[list[TouchLine], int | None]:
    """What was said to a client, newest first, and before which row the next page begins."""
    rows = house.store.own.said(client_id, before=before, limit=limit + 1)
    lines = []
    for _number, row in rows[:limit]:
        message = decode_message(row.payload)
        lines.append(
            TouchLine(
                touch_id=row.touch_id,
                playbook=row.playbook,
                title=title(house.book, row.playbook),
                channel=row.channel,
                nature=message.nature.value,
                slot=row.slot,
                sent_at=row.sent_at,
                valid_until=row.valid_until,
                dismissed=row.dismissed,
                leaf_index=row.leaf_index,
                receipt_index=row.receipt_index,
            )
        )
    return lines, rows[limit - 1][0] if len(rows) > limit else None


def list_verdicts(
    house: House, reach: Reach, *, client_id: str | None, before: str, limit: int, scan: int
) -> tuple[list[VerdictLine], str | None]:
    """Decisions within reach, newest first, and before which id the next page begins.

    At most `scan` of them are looked at: a page may be short though more follow.
    """
    found: list[VerdictLine] = []
    looked = 0
    while looked < scan:
        size = min(ROWS_A_LOOK, scan - looked)
        rows = house.store.decisions(client_id=client_id, before=before, limit=size)
        for row in rows:
            if len(found) == limit:
                return found, before
            before = row.decision_id
            if reach.may(row.client_id):
                found.append(_line(house, row))
        looked += len(rows)
        if len(rows) < size:
            return found, None
    return found, before


def verdict_detail(house: House, reach: Reach, decision_id: str) -> VerdictDetail:
    """One decision laid open. Raises `OutOfReachError`, `ErasedError`."""
    try:
        row = house.store.decision(decision_id)
    except ErasedError:
        if reach.may(None):
            raise
        raise OutOfReachError(decision_id) from None
    if row is None or not reach.may(row.client_id):
        raise OutOfReachError(decision_id)
    record = decode_decision(row.payload)
    decision = record.decision
    return VerdictDetail(
        decision_id=decision_id,
        client_id=row.client_id,
        at=row.at,
        outcome=_outcome(house, row),
        trigger=decision.trigger.name,
        cause=None if record.cause_event is None else _ref(record.cause_event),
        signs=[_signed(sign) for sign in record.signs],
        considered=[
            GateAnswer(
                playbook=one.playbook,
                gate=one.gate.value,
                answer="pass" if one.answer.value == "pass" else "stop",
                reasons=list(one.reasons),
            )
            for one in decision.considered
        ],
        verdicts=_words(reach, record),
        features={name: value for name, value in decision.features.items() if value is not None},
        book_digest=decision.book_digest,
        code_version=decision.code_version,
        leaf_index=row.leaf_index,
        receipts=dict(receipts_of(house, row, record.drafts)),
    )


def proof(house: House, reach: Reach, index: int) -> ProofAnswer:
    """One leaf, checked anew. Raises `OutOfReachError`.

    A leaf whose key is gone belongs to nobody any more: those who may read proofs of no client see it.
    """
    if not 0 <= index < LEAF_MAX:
        raise OutOfReachError(str(index))
    try:
        found = house.store.leaf(index)
        owner = None if found is None else found[1]
    except ErasedError:
        owner = None
    if not reach.may(owner or None):
        raise OutOfReachError(str(index))
    view = leaf_view(house, index)
    kept = house.store.leaves(after=index, limit=1)
    if view is None or not kept:
        raise OutOfReachError(str(index))
    return ProofAnswer(
        leaf_index=index,
        log_index=kept[0].place,
        kind=view.kind,
        at=view.at,
        leaf=base64.b64encode(kept[0].encoded).decode("ascii"),
        leaf_hash=view.leaf_hash,
        tree_size=view.leaves,
        root=view.root,
        commitments=[
            CommitmentAnswer(group=one.group, digest=one.digest, opened=one.opened)
            for one in view.commitments
        ],
        intact=view.intact,
        erased=view.erased,
        receipt=receipt_of(house, index).decode("ascii"),
        log=key_line_of(house, kept[0].log),
    )


def _line(house: House, row: DecisionRow) -> VerdictLine:
    record = decode_decision(row.payload) if row.payload else None
    return VerdictLine(
        decision_id=row.decision_id,
        client_id=row.client_id,
        at=row.at,
        outcome=_outcome(house, row),
        trigger=row.trigger,
        playbooks=[] if record is None else [touch.playbook for touch in record.decision.touches],
        reasons=[] if record is None else list(refusals(house.book, record)),
        leaf_index=row.leaf_index,
        href=f"/v1/verdicts/{row.decision_id}",
    )


def _outcome(house: House, row: DecisionRow) -> Outcome:
    return _OUTCOMES[ended(house.book, decode_decision(row.payload)) if row.payload else "erased"]


def _words(reach: Reach, record: DecisionRecord) -> list[WordsVerdict]:
    drafts = {draft.touch_id: draft for draft in record.drafts}
    found = []
    for verdict in record.verdicts:
        draft = drafts.get(verdict.touch_id)
        words = "" if draft is None else reach.shown("words", draft.text)
        found.append(
            WordsVerdict(
                playbook=verdict.playbook,
                touch_id=verdict.touch_id,
                channel="" if draft is None else draft.channel.value,
                cleared=verdict.cleared,
                reasons=[RuleReason(rule=one.rule, detail=one.detail) for one in verdict.reasons],
                words=words or None,
            )
        )
    return found


def _signed(sign: Sign) -> Signed:
    return Signed(name=sign.name, detail=dict(sign.detail), evidence=[_ref(one) for one in sign.evidence])


def _ref(ref: EventRef) -> Ref:
    return Ref(source=ref.source, source_seq=ref.source_seq, kind=ref.kind, ts=instant(ref.ts))
