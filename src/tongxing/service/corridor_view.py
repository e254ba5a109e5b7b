"""The corridor as staff watch it: each decision in the list, and one decision through every room."""

from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakKeyDictionary

from tongxing.domain.book import Book
from tongxing.domain.clock import BEIJING
from tongxing.domain.touch import Answer, Gate
from tongxing.service.client_names import client_names, epoch, masked
from tongxing.service.house import House
from tongxing.service.leaf_view import tree_head
from tongxing.service.phrases import title, trigger_words
from tongxing.service.ports import DecisionRow, Store
from tongxing.service.stored import DecisionRecord, decode_decision
from tongxing.service.views import CorridorView, DecisionLine

SENT, REFUSED, SILENT, ERASED = "sent", "refused", "silent", "erased"
OUTCOMES = (SENT, REFUSED, SILENT)
DECISIONS_A_PAGE = 500
JUDGING = frozenset({Gate.CONSENT, Gate.ELIGIBILITY, Gate.SUITABILITY, Gate.CONTACT})
"""Gates whose stop is a refusal; where applicability or arbitration stops, there was nothing to say."""


@dataclass(slots=True)
class _Tally:
    """Decisions counted so far, by outcome."""

    erasures: str
    newest: str = ""
    counts: dict[str, int] = field(default_factory=dict)


_tallies: WeakKeyDictionary[Store, _Tally] = WeakKeyDictionary()
_turn = Lock()


def corridor_view(house: House, *, limit: int = 50, before: str = "", locale: str = "zh-CN") -> CorridorView:
    """The latest decisions, or those before the last one seen, with what the log and the ledger hold."""
    leaves, root = tree_head(house)
    names = client_names(house)
    rows = house.store.decisions(before=before, limit=limit)
    return CorridorView(
        events=house.store.count_events(),
        lag=house.store.lag(),
        leaves=leaves,
        root=root,
        lines=tuple(_line(house.book, row, masked(names.get(row.client_id, "")), locale) for row in rows),
        by_outcome=_by_outcome(house),
    )


def outcome(book: Book, row: DecisionRow, record: DecisionRecord) -> str:
    """`sent`: words were cleared; `refused`: a playbook for this trigger was stopped; else `silent`."""
    if row.chosen:
        return SENT
    return REFUSED if row.refused or refusals(book, record) else SILENT


def refusals(book: Book, record: DecisionRecord) -> tuple[str, ...]:
    """Why nothing, or less, was said: gates that stopped what the trigger called for, rules that refused."""
    reasons = [
        reason
        for answer in record.decision.considered
        if answer.answer is Answer.STOP
        and answer.gate in JUDGING
        and called_for(book, answer.playbook, record.decision.trigger.name)
        for reason in answer.reasons
    ]
    reasons += [
        f"{reason.rule}: {reason.detail}"
        for verdict in record.verdicts
        if not verdict.cleared
        for reason in verdict.reasons
    ]
    return tuple(dict.fromkeys(reasons))


def called_for(book: Book, playbook: str, trigger: str) -> bool:
    """Whether a trigger is about a playbook: a step of the journey, or waiting for the sign."""
    kind, _, sign = trigger.partition(":")
    if kind != "sign":
        return True
    page = book.playbooks.get(playbook)
    return page is not None and sign in page.all_of


def _line(book: Book, row: DecisionRow, client: str, locale: str) -> DecisionLine:
    at = row.at.astimezone(BEIJING)
    if not row.payload:
        return DecisionLine(
            decision_id=row.decision_id,
            client_id=row.client_id,
            client=client or row.client_id,
            trigger="",
            trigger_words="",
            at=at,
            outcome=ERASED,
            playbooks=(),
            reasons=(),
            leaf_index=row.leaf_index,
        )
    record = decode_decision(row.payload)
    return DecisionLine(
        decision_id=row.decision_id,
        client_id=row.client_id,
        client=client or row.client_id,
        trigger=row.trigger,
        trigger_words=trigger_words(book, row.trigger, locale),
        at=at,
        outcome=outcome(book, row, record),
        playbooks=tuple(title(book, touch.playbook) for touch in record.decision.touches),
        reasons=refusals(book, record),
        leaf_index=row.leaf_index,
    )


def _by_outcome(house: House) -> tuple[tuple[str, int], ...]:
    """How many decisions ended how; only decisions that are new since the last call are read."""
    with _turn:
        current = epoch(house.store)
        tally = _tallies.get(house.store)
        if tally is None or tally.erasures != current:
            tally = _tallies[house.store] = _Tally(erasures=current)
        before, newest = "", ""
        while rows := house.store.decisions(before=before, limit=DECISIONS_A_PAGE):
            newest = newest or rows[0].decision_id
            for row in rows:
                if row.decision_id == tally.newest:
                    break
                if row.payload:
                    ended = outcome(house.book, row, decode_decision(row.payload))
                    tally.counts[ended] = tally.counts.get(ended, 0) + 1
            else:
                before = rows[-1].decision_id
                continue
            break
        tally.newest = newest or tally.newest
        return tuple((name, tally.counts.get(name, 0)) for name in OUTCOMES)
