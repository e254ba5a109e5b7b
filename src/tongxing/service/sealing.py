"""What a leaf commits to, group by group; the same function seals a record and checks it later."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

import msgspec

from tongxing.domain.draft import Draft
from tongxing.domain.message import Message
from tongxing.domain.profile import Profile
from tongxing.domain.touch import Decision
from tongxing.service.stored import DecisionRecord, StoredCopy, StoredVerdict

Groups = Mapping[str, Mapping[str, object]]


def words_group(number: int) -> str:
    """Name of the group that holds the exact words of one draft of a record.

    A group's name stands in the leaf for everybody to read, so it is a number and nothing that could be
    guessed from client and playbook.
    """
    return f"words:{number}"


def words_fields(draft: Draft) -> Mapping[str, object]:
    """The exact words of one draft and where they were to be said."""
    return {
        "touch_id": draft.touch_id,
        "text": draft.text,
        "channel": draft.channel.value,
        "locale": draft.locale,
        "style": draft.style,
    }


def decision_groups(
    decision: Decision,
    drafts: Sequence[Draft],
    verdicts: Sequence[StoredVerdict],
    *,
    inputs: Profile | None = None,
    without_quorum: str = "",
    copies: Sequence[StoredCopy] = (),
) -> Groups:
    """All that one decision record proves; silence and refusals included, and what it was decided on."""
    groups: dict[str, Mapping[str, object]] = {
        "time": {"at": int(decision.trigger.at.timestamp()), "trigger": decision.trigger.name},
        "client": {"client_id": decision.client_id, "cause": decision.trigger.cause},
        "inputs": {
            "features": _digest(dict(sorted(decision.features.items()))),
            "book": decision.book_digest,
            "code": decision.code_version,
            **({} if inputs is None else {"profile": _digest(inputs)}),
        },
        "considered": {"answers": _digest(decision.considered)},
        "verdicts": {
            verdict.touch_id: [
                verdict.playbook,
                verdict.cleared,
                [[reason.rule, reason.detail] for reason in verdict.reasons],
            ]
            for verdict in verdicts
        },
    }
    for number, draft in enumerate(drafts):
        groups[words_group(number)] = words_fields(draft)
    if copies:
        groups["copies"] = {copy_name(copy): copy_verdict(copy.verdict) for copy in copies}
    for number, copy in enumerate(copies):
        if copy.draft is not None:
            groups[copy_group(number)] = words_fields(copy.draft)
    return {**groups, **quorum_group(without_quorum)}


def copy_group(number: int) -> str:
    """Name of the group that holds the exact words of one copy for a device."""
    return f"copy:{number}"


def copy_name(copy: StoredCopy) -> str:
    """A copy by its touch and its device; the same names it in the outbox."""
    return f"{copy.verdict.touch_id}:{copy.channel.value}"


def copy_verdict(verdict: StoredVerdict) -> list[object]:
    """What compliance said of a copy."""
    return [verdict.cleared, [[reason.rule, reason.detail] for reason in verdict.reasons]]


def quorum_group(without_quorum: str) -> Groups:
    """The mark of a record that was made while the witnesses of the log made no quorum."""
    return {"quorum": {"without_since": without_quorum}} if without_quorum else {}


def record_groups(record: DecisionRecord) -> Groups:
    """The groups of a stored record, to be checked against its leaf."""
    return decision_groups(
        record.decision,
        record.drafts,
        record.verdicts,
        inputs=record.inputs,
        without_quorum=record.without_quorum,
        copies=record.copies,
    )


def receipt_groups(message: Message) -> Groups:
    """That exactly these words went to this client on this channel."""
    words = "\n".join(part.text for part in message.parts)
    return {
        "time": {"at": int(message.sent_at.timestamp())},
        "client": {"client_id": message.client_id},
        "message": {
            "message_id": message.message_id,
            "touch_id": message.touch_id,
            "channel": message.channel.value,
            "decision_leaf": message.leaf_index,
            "words": sha256(words.encode()).hexdigest(),
        },
        **quorum_group(message.without_quorum),
    }


def _digest(value: object) -> str:
    return sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()
