"""Cards and words waiting to be sent that rest on records which may not be used any more."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from tongxing.compliance.consent import NO_CONSENT_NEEDED
from tongxing.domain.book import Book
from tongxing.domain.event import Retention
from tongxing.domain.grades import Nature
from tongxing.domain.profile import Sign
from tongxing.ledger.leaves import leaf
from tongxing.profile.restriction import rests_on
from tongxing.service.house import House
from tongxing.service.stored import DecisionRecord, decode_decision

if TYPE_CHECKING:
    from tongxing.service.round import Round

RECORD_KEY_BYTES = 32
CARDS_MAX = 1_000
DECISIONS_A_PAGE = 100
DECISIONS_READ_MAX = 5_000
WHY = "it rests on records that are erased or kept by law alone"


def withdraw_resting(this: "Round", client_id: str, classes: frozenset[Retention], *, at: datetime) -> None:
    """Take the cards that rest on these classes from the client's page, and seal that; duties stay."""
    house = this.house
    cards = [
        row
        for row in house.store.messages(client_id, now=at, limit=CARDS_MAX)
        if not is_duty(house.book, row.playbook)
    ]
    records = dict(_records(house, client_id, frozenset(row.leaf_index for row in cards)))
    for row in cards:
        if rests(records.get(row.leaf_index), row.touch_id, classes):
            this.batch.dismiss(row.touch_id)
            record_key = house.entropy.token(RECORD_KEY_BYTES)
            groups = {"touch": {"touch_id": row.touch_id}, "reasons": {"erased": WHY}}
            sealed = leaf("withdrawal", at=at, groups=groups, record_key=record_key)
            this.batch.add_leaf(sealed, client_id, record_key)


def decided(house: House, client_id: str, leaf_index: int) -> DecisionRecord | None:
    """The decision sealed in a leaf; None where it can be read no more."""
    return dict(_records(house, client_id, frozenset((leaf_index,)))).get(leaf_index)


def rests(record: DecisionRecord | None, touch_id: str, classes: frozenset[Retention]) -> bool:
    """Whether a touch was decided on records of these classes; one whose decision is gone counts as such."""
    if record is None:
        return True
    names = frozenset(one.value for one in classes)
    signs: tuple[Sign, ...] = tuple(
        sign for touch in record.decision.touches if touch.touch_id == touch_id for sign in touch.signs
    )
    return any(rests_on(sign.evidence, names) for sign in signs)


def is_duty(book: Book, name: str) -> bool:
    """Whether a playbook is owed to the client, whatever was agreed to."""
    page = book.playbooks.get(name)
    return page is not None and page.nature is Nature.SERVICE and page.consent == NO_CONSENT_NEEDED


def _records(house: House, client_id: str, wanted: frozenset[int]) -> Iterator[tuple[int, DecisionRecord]]:
    """The decisions sealed in these leaves, newest first."""
    before, read = "", 0
    while wanted and read < DECISIONS_READ_MAX:
        rows = house.store.decisions(client_id=client_id, before=before, limit=DECISIONS_A_PAGE)
        for row in rows:
            if row.leaf_index in wanted and row.payload:
                yield row.leaf_index, decode_decision(row.payload)
        read += len(rows)
        if len(rows) < DECISIONS_A_PAGE or rows[-1].leaf_index <= min(wanted):
            return
        before = rows[-1].decision_id
