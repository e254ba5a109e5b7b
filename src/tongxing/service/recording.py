"""A decision goes on record: its leaf, its row, and the cleared words that wait to be sent."""

from dataclasses import replace

from tongxing.domain.book import Book
from tongxing.domain.event import EventRef
from tongxing.domain.profile import Profile
from tongxing.ledger.leaves import leaf
from tongxing.service.console_terms import terms_of
from tongxing.service.ports import Batch
from tongxing.service.sealing import copy_group, copy_name, decision_groups, words_group
from tongxing.service.serve import Served
from tongxing.service.stored import DecisionRecord, encode_cleared, encode_decision


def refusals(served: Served) -> int:
    """How many drafts compliance refused."""
    return sum(1 for verdict in served.verdicts if not verdict.cleared)


def record(
    batch: Batch, record_key: bytes, served: Served, *, profile: Profile, book: Book, cause: EventRef | None
) -> None:
    """Seal a decision and queue what may be said; from here to its end the transaction holds the ledger."""
    index = sealed_decision(batch, record_key, served, profile=profile, book=book, cause=cause)
    decision = served.decision
    numbers = {draft.touch_id: number for number, draft in enumerate(served.drafts)}
    for touch, cleared in served.cleared:
        batch.enqueue(
            idem=touch.touch_id,
            client_id=decision.client_id,
            payload=encode_cleared(
                cleared,
                slot=touch.slot,
                group=words_group(numbers[touch.touch_id]),
                cause=decision.trigger.cause,
            ),
            leaf_index=index,
        )
    _queue_copies(batch, served, index)


def sealed_decision(
    batch: Batch, record_key: bytes, served: Served, *, profile: Profile, book: Book, cause: EventRef | None
) -> int:
    """Seal a decision and keep its record; the index of its leaf."""
    decision = served.decision
    inputs = replace(profile, features={}, signs=())
    groups = decision_groups(
        decision,
        served.drafts,
        served.verdicts,
        inputs=inputs,
        without_quorum=served.without_quorum,
        copies=served.copies,
    )
    made = leaf("decision", at=decision.trigger.at, groups=groups, record_key=record_key)
    sealed = batch.add_leaf(made, decision.client_id, record_key)
    kept = DecisionRecord(
        decision=decision,
        signs=profile.signs,
        drafts=served.drafts,
        verdicts=served.verdicts,
        cause_event=cause,
        leaf_index=sealed.index,
        inputs=inputs,
        without_quorum=served.without_quorum,
        copies=served.copies,
    )
    batch.add_decision(
        decision,
        chosen=len(served.cleared),
        refused=refusals(served),
        payload=encode_decision(kept),
        leaf_index=sealed.index,
        terms=terms_of(book, kept),
    )
    return sealed.index


def _queue_copies(batch: Batch, served: Served, leaf_index: int) -> None:
    """Queue the copies for devices after the card itself: the touch counts once, by what is sent first."""
    places = {copy_name(copy): number for number, copy in enumerate(served.copies)}
    for touch, cleared in served.cleared_copies:
        name = f"{touch.touch_id}:{touch.channel.value}"
        batch.enqueue(
            idem=name,
            client_id=touch.client_id,
            payload=encode_cleared(
                cleared, slot=touch.slot, group=copy_group(places[name]), cause=touch.trigger.cause
            ),
            leaf_index=leaf_index,
        )
