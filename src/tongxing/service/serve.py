"""One trigger through the corridor, from profile to verdicts: pure, so that a replay is the same call."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from tongxing.compliance import gates as compliance_gates
from tongxing.compliance.review import review
from tongxing.decision.decide import decide
from tongxing.decision.gates import Gates
from tongxing.domain.book import Book
from tongxing.domain.clock import seconds
from tongxing.domain.draft import Cleared, Draft, ProductFacts, Reason
from tongxing.domain.grades import Nature
from tongxing.domain.pages import Playbook
from tongxing.domain.profile import Profile, Standing
from tongxing.domain.touch import Decision, Touch, Trigger
from tongxing.service.device_rules import channels_on, too_long
from tongxing.service.facts import facts_for
from tongxing.service.ports import Market
from tongxing.service.stored import StoredCopy, StoredVerdict
from tongxing.wording.draft import Unworded, draft, needed
from tongxing.wording.locales import reviewable

GATES = Gates(
    consent=compliance_gates.consent,
    eligibility=compliance_gates.eligibility,
    suitability=compliance_gates.suitability,
    contact=compliance_gates.contact,
)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What came out of one trigger: the decision, all drafts, all verdicts, and what may be said."""

    decision: Decision
    drafts: tuple[Draft, ...]
    verdicts: tuple[StoredVerdict, ...]
    cleared: tuple[tuple[Touch, Cleared], ...]
    without_quorum: str = ""
    """Since when the witnesses of the log made no quorum; empty: all was well."""
    copies: tuple[StoredCopy, ...] = ()
    """The same touches in the words of the client's devices."""
    cleared_copies: tuple[tuple[Touch, Cleared], ...] = ()


def serve(
    profile: Profile,
    trigger: Trigger,
    *,
    book: Book,
    market: Market,
    code_version: str,
    locale: str = "zh-CN",
    switched_off: Collection[str] = (),
    without_quorum: str = "",
) -> Served:
    """Decide, word and review; sealing and sending are the caller's."""
    decision = decide(
        profile,
        trigger,
        playbooks=tuple(book.playbooks.values()),
        gates=GATES,
        book=book,
        code_version=code_version,
        switched_off=switched_off,
    )
    drafts: list[Draft] = []
    verdicts: list[StoredVerdict] = []
    cleared: list[tuple[Touch, Cleared]] = []
    for touch in decision.touches:
        worded = _word(touch, profile, book=book, market=market, locale=locale)
        if isinstance(worded, Unworded):
            reasons = (Reason(rule="unworded", detail=worded.reason),)
            verdicts.append(_verdict(touch, reasons))
            continue
        worded = replace(worded, without_quorum=without_quorum)
        drafts.append(worded)
        verdict = review(worded, book=book)
        if isinstance(verdict, Cleared):
            cleared.append((touch, verdict))
            verdicts.append(_verdict(touch, ()))
        else:
            verdicts.append(_verdict(touch, verdict.reasons))
    copies = _copies(cleared, profile, book=book, market=market, locale=locale)
    return Served(
        decision=decision,
        drafts=tuple(drafts),
        verdicts=tuple(verdicts),
        cleared=tuple(cleared),
        without_quorum=without_quorum,
        copies=tuple(copy for copy, _touch, _cleared in copies),
        cleared_copies=tuple((touch, cleared) for _copy, touch, cleared in copies if cleared is not None),
    )


def proactive_this_week(standing: Standing, at_seconds: int, *, besides: str = "") -> int:
    """Touches of the seven days before, without service notices and answers.

    `besides` names the touch that is judged: a copy of it that was sent already does not count against it.
    """
    since = at_seconds - int(WEEK.total_seconds())
    return sum(
        1
        for touch in standing.touches
        if since < touch.at <= at_seconds and touch.nature != Nature.SERVICE and touch.touch_id != besides
    )


def _copies(
    cleared: Sequence[tuple[Touch, Cleared]], profile: Profile, *, book: Book, market: Market, locale: str
) -> list[tuple[StoredCopy, Touch, Cleared | None]]:
    """What was cleared, once more for each device that is on and has words of its own."""
    return [
        _copy(replace(touch, channel=channel), first, profile, book=book, market=market, locale=locale)
        for touch, first in cleared
        for channel in channels_on(profile.standing, book.texts[book.playbooks[touch.playbook].text])
        if channel is not touch.channel
    ]


def _copy(
    touch: Touch, first: Cleared, profile: Profile, *, book: Book, market: Market, locale: str
) -> tuple[StoredCopy, Touch, Cleared | None]:
    """A touch that was cleared, worded and judged once more for one device."""
    return copied(touch, first, _word(touch, profile, book=book, market=market, locale=locale), book=book)


def copied(
    touch: Touch, first: Cleared, worded: Draft | Unworded, *, book: Book
) -> tuple[StoredCopy, Touch, Cleared | None]:
    """The words for one device, judged; what does not fit it is not said."""
    if isinstance(worded, Unworded):
        reasons = (Reason(rule="unworded", detail=worded.reason),)
        return StoredCopy(channel=touch.channel, draft=None, verdict=_verdict(touch, reasons)), touch, None
    worded = replace(worded, without_quorum=first.draft.without_quorum)
    long = too_long(worded, book)
    judged = review(worded, book=book)
    if isinstance(judged, Cleared) and not long:
        return StoredCopy(channel=touch.channel, draft=worded, verdict=_verdict(touch, ())), touch, judged
    refused = () if isinstance(judged, Cleared) else judged.reasons
    reasons = (*((Reason(rule="unworded", detail=long),) if long else ()), *refused)
    return StoredCopy(channel=touch.channel, draft=worded, verdict=_verdict(touch, reasons)), touch, None


def _word(touch: Touch, profile: Profile, *, book: Book, market: Market, locale: str) -> Draft | Unworded:
    playbook = book.playbooks[touch.playbook]
    text = book.texts[playbook.text]
    spoken = reviewable(locale, book.phrases)
    facts = facts_for(touch, names=needed(text), profile=profile, book=book, market=market, locale=spoken)
    return draft(
        touch,
        text=text,
        facts=facts,
        standing=profile.standing,
        playbook=playbook,
        product=_product(playbook),
        locale=spoken,
        labels=book.labels,
        touches_this_week=proactive_this_week(profile.standing, seconds(touch.trigger.at)),
    )


def _product(playbook: Playbook) -> ProductFacts | None:
    """A playbook that speaks of a class of products carries that class's grade."""
    if playbook.risk is None:
        return None
    return ProductFacts(product_id=f"playbook:{playbook.name}", kind="class", risk=playbook.risk)


def _verdict(touch: Touch, reasons: tuple[Reason, ...]) -> StoredVerdict:
    return StoredVerdict(
        playbook=touch.playbook, touch_id=touch.touch_id, cleared=not reasons, reasons=reasons
    )
