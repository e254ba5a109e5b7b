"""Why did this client get this on that day: decide again from what was recorded, and compare every field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

import msgspec

from tongxing.compliance.review import review
from tongxing.domain.draft import Draft, Refused
from tongxing.domain.grades import AuthorKind
from tongxing.domain.touch import Gate
from tongxing.service.console_books import BookGoneError, book_of
from tongxing.service.desk_record import SLOT
from tongxing.service.desk_words import SWITCHED_OFF, judged
from tongxing.service.house import House
from tongxing.service.leaf_view import leaf_view
from tongxing.service.ports import ErasedError
from tongxing.service.serve import serve
from tongxing.service.stored import DecisionRecord, StoredVerdict, decode_decision, encode_decision

EQUAL, DIFFERENT, ERASED, NO_BOOK, NO_INPUTS = "equal", "different", "erased", "no_book", "no_inputs"
DIFFERENCES_MAX = 40
SHOWN_LENGTH_MAX = 240
PLAN = "plan:"
"""Triggers of plans: their words are not decided by playbooks either."""
WHY = "why:"
"""Triggers of explanations of holdings, likewise."""
DEVICE = "device:"
"""Triggers of what a client asked a device for, likewise."""
FIRST_LOCALE = "zh-CN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field in which the recomputed decision is not the recorded one."""

    field: str
    """Path into the record, e.g. `verdicts/0/reasons/0/detail`."""
    recorded: str
    """Empty where the record has no such field."""
    recomputed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What came of deciding once more."""

    decision_id: str
    client_id: str
    """Empty where the record cannot be read."""
    result: str
    """equal, different, erased, no_book, no_inputs."""
    detail: str = ""
    differences: tuple[Difference, ...] = ()
    compared: int = 0
    """Fields that were compared."""
    book_digest: str = ""
    book_in_force: bool = False
    code_recorded: str = ""
    code_now: str = ""
    sealed: bool | None = None
    """Whether the record still is what its leaf committed to; None: not known."""

    @property
    def code_differs(self) -> bool:
        """Whether another version of the program decided then: a difference may come from there."""
        return self.code_recorded != self.code_now


def replay(house: House, decision_id: str) -> Replay | None:
    """Decide again with the recorded inputs and the book of that day; None for an unknown id.

    Facts of the market are taken from the history that is shipped today; nothing is written.
    """
    try:
        row = house.store.decision(decision_id)
    except ErasedError:
        return Replay(decision_id=decision_id, client_id="", result=ERASED)
    if row is None:
        return None
    record = decode_decision(row.payload)
    seen = leaf_view(house, row.leaf_index)
    sealed = None if seen is None or seen.erased else seen.intact

    def answer(
        result: str, detail: str = "", differences: tuple[Difference, ...] = (), compared: int = 0
    ) -> Replay:
        return Replay(
            decision_id=decision_id,
            client_id=row.client_id,
            result=result,
            detail=detail,
            differences=differences,
            compared=compared,
            book_digest=record.decision.book_digest,
            book_in_force=record.decision.book_digest == house.book.digest,
            code_recorded=record.decision.code_version,
            code_now=house.code_version,
            sealed=sealed,
        )

    if record.inputs is None:
        return answer(NO_INPUTS)
    try:
        again = _again(house, record)
    except BookGoneError as gone:
        return answer(NO_BOOK, str(gone))
    recorded, recomputed = _leaves(_told(record)), _leaves(_told(again))
    found = tuple(islice(_differences(recorded, recomputed), DIFFERENCES_MAX))
    return answer(DIFFERENT if found else EQUAL, differences=found, compared=len(recorded | recomputed))


def _again(house: House, record: DecisionRecord) -> DecisionRecord:
    """The same call as then, as it would be written and read back."""
    profile = record.profile
    if profile is None:
        raise ValueError("a record without inputs")
    decision = record.decision
    if decision.trigger.name.startswith((f"{SLOT}:", PLAN, WHY, DEVICE)):
        return _judged_again(house, record)
    served = serve(
        profile,
        decision.trigger,
        book=book_of(house, decision.book_digest),
        market=house.market,
        code_version=decision.code_version,
        locale=record.drafts[0].locale if record.drafts else FIRST_LOCALE,
        switched_off={one.playbook for one in decision.considered if one.gate is Gate.SWITCH},
        without_quorum=record.without_quorum,
    )
    made = replace(
        record,
        decision=served.decision,
        drafts=served.drafts,
        verdicts=served.verdicts,
        copies=served.copies,
    )
    return decode_decision(encode_decision(made))


def _judged_again(house: House, record: DecisionRecord) -> DecisionRecord:
    """Words of a person are not decided by playbooks: the same words are judged once more.

    That the playbook behind them was switched off then is taken from the record, as everywhere.
    """
    book = book_of(house, record.decision.book_digest)

    def again(draft: Draft, recorded: StoredVerdict) -> StoredVerdict:
        by_person = draft.author.kind is AuthorKind.ADVISER
        verdict = judged(draft, book) if by_person else review(draft, book=book)
        off = (SWITCHED_OFF,) if SWITCHED_OFF in recorded.reasons else ()
        reasons = off + (verdict.reasons if isinstance(verdict, Refused) else ())
        return replace(recorded, cleared=not reasons, reasons=reasons)

    pairs = zip(record.drafts, record.verdicts, strict=True)
    copies = tuple(
        copy if copy.draft is None else replace(copy, verdict=again(copy.draft, copy.verdict))
        for copy in record.copies
    )
    verdicts = tuple(again(draft, recorded) for draft, recorded in pairs)
    made = replace(record, verdicts=verdicts, copies=copies)
    return decode_decision(encode_decision(made))


def _told(record: DecisionRecord) -> Mapping[str, object]:
    """What was decided, worded and judged; not what it was decided on."""
    return {
        "decision": record.decision,
        "drafts": record.drafts,
        "verdicts": record.verdicts,
        "copies": record.copies,
    }


def _leaves(value: object) -> dict[str, object]:
    """Path -> value of every field, whatever it is nested in."""
    return dict(_walk("", msgspec.to_builtins(value, builtin_types=())))


def _walk(path: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _walk(f"{path}/{name}" if path else str(name), inner)
    elif isinstance(value, list | tuple) and value:
        for number, inner in enumerate(value):
            yield from _walk(f"{path}/{number}", inner)
    else:
        yield path, value


def _differences(recorded: Mapping[str, object], recomputed: Mapping[str, object]) -> Iterator[Difference]:
    missing = object()
    for path in [*recorded, *(path for path in recomputed if path not in recorded)]:
        then, now = recorded.get(path, missing), recomputed.get(path, missing)
        if then != now:
            yield Difference(
                field=path,
                recorded="" if then is missing else _shown(then),
                recomputed="" if now is missing else _shown(now),
            )


def _shown(value: object) -> str:
    words = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return words if len(words) <= SHOWN_LENGTH_MAX else f"{words[: SHOWN_LENGTH_MAX - 1]}…"
