"""Ask every rule, so that the record shows all the reasons and not only the first.

This is the only place that builds a `Cleared`. A rule that cannot be asked (a missing row, a missing
phrase list, a mistake of ours) refuses under the name `unjudged`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from tongxing.compliance import (
    care,
    consent,
    contact,
    labels,
    licence,
    performance,
    suitability,
    witnessed,
    words,
)
from tongxing.compliance.excuses import sentence_of
from tongxing.compliance.learned import GUILTY, INNOCENT, means_no_harm, reads_like
from tongxing.compliance.phrases import claims
from tongxing.compliance.question import Question, ask_about
from tongxing.compliance.rule_ids import JUDGED_BY_WORDS, PHRASE_RULES, UNJUDGED, WORDS_CHANGED
from tongxing.domain.book import Book
from tongxing.domain.clock import BEIJING
from tongxing.domain.draft import Cleared, Draft, Reason, Refused, Verdict
from tongxing.domain.profile import Standing

Rule = Callable[[Question], str | None]

RULES: Mapping[str, Rule] = {
    **{rule_id: partial(words.says, rule_id=rule_id) for rule_id in PHRASE_RULES},
    "ai_as_person": words.ai_as_person,
    "ai_label": labels.ai_label,
    "external_link": words.external_link,
    "privacy_leak": words.privacy_leak,
    "past_performance": performance.past_performance,
    "one_sided": performance.one_sided,
    "celebration_push": performance.celebration_push,
    "stock_tip": words.stock_tip,
    "missing_risk": performance.missing_risk,
    "missing_timestamp": performance.missing_timestamp,
    "licence": licence.licence,
    "unlicensed_marketing": licence.unlicensed_marketing,
    "consent_marketing": consent.consent_marketing,
    "consent_personalised": consent.consent_personalised,
    "personalisation_off": consent.personalisation_off,
    "quiet_hours": contact.quiet_hours,
    "frequency_cap": contact.frequency_cap,
    "channel_refused": contact.channel_refused,
    "quorum_lost": witnessed.quorum_lost,
    "closing_obstruction": words.closing_obstruction,
    "distress_hold": care.distress_hold,
    "crisis_script": care.crisis_script,
    "admission_bypass": suitability.admission_bypass,
    "suitability_level": suitability.suitability_level,
    "suitability_c1l": suitability.suitability_c1l,
    "suitability_goal": suitability.suitability_goal,
    "suitability_kind": suitability.suitability_kind,
    "suitability_term": suitability.suitability_term,
    "suitability_age": suitability.suitability_age,
    "assessment_expired": suitability.assessment_expired,
}
"""Every rule by its id; the ids of `rule_ids` and no others (a test holds them together)."""
WORDING = frozenset((*PHRASE_RULES, *JUDGED_BY_WORDS))
"""Rules that object to words as such."""
EXCUSABLE = frozenset(
    {
        *("promise", "forecast", "inducing_words", "pressure", "inside_info", "borrow_all_in", "one_sided"),
        *("past_performance", "top_up_push", "flattery", "celebration_push", "referral_reward"),
        *("regulator_endorsement", "questionnaire_hint"),
    }
)
"""Rules whose lists the learned weights may overrule; never those of secrets, persons, licence or links."""
GRAVEST = frozenset({"promise", "forecast", "inducing_words", "inside_info", "borrow_all_in", "stock_tip"})
"""Of these a sentence is excused only when it reads innocent by itself."""
EXCUSABLE_WORDS = frozenset({"admission_bypass", "closing_obstruction", "stock_tip"})
"""Rules of which only the lists may be overruled: they know the client and the product as well."""


def review(draft: Draft, *, book: Book) -> Verdict:
    """Judge final words by the book's rules of the day of the act."""
    try:
        question = ask_about(draft, book)
        hours = question.number(_lifetime(question))
    except Exception as problem:  # noqa: BLE001 - fail closed: what cannot be read is not said
        return Refused(draft=draft, reasons=(Reason(rule=UNJUDGED, detail=f"reading: {problem}"),))
    reasons = tuple(
        reason for rule_id, rule in RULES.items() if (reason := _answer(rule_id, rule, question)) is not None
    )
    reasons = _second_look(question, reasons)
    if reasons:
        return Refused(draft=draft, reasons=reasons)
    standing = draft.standing
    return Cleared(
        draft=draft,
        valid_until=draft.at + timedelta(hours=hours),
        consent_version=standing.consent_version,
        grade_version=standing.grade_version,
        distress_version=standing.distress_version,
    )


def reopen(
    draft: Draft,
    *,
    valid_until: datetime,
    versions: tuple[int, int, int],
    current: Standing,
    now: datetime,
    words_intact: bool,
    book: Book,
) -> Verdict:
    """Turn a stored clearance back into a permission, or judge it afresh.

    `words_intact` says whether the stored words match the commitment in their leaf; when not, nothing can
    be said. Unchanged versions of (consent, grade, distress) on the same Beijing day, before
    `valid_until`, keep the clearance; anything else asks all rules again as of `now`, and so does a log that
    has lost the quorum of its witnesses.
    """
    if not words_intact:
        detail = "the stored words are not the ones that were reviewed"
        return Refused(draft=draft, reasons=(Reason(rule=WORDS_CHANGED, detail=detail),))
    same = (current.consent_version, current.grade_version, current.distress_version) == versions
    if same and now < valid_until and _unchanged(draft, current, now) and not _woke(draft, now, book):
        consent_version, grade_version, distress_version = versions
        return Cleared(
            draft=draft,
            valid_until=valid_until,
            consent_version=consent_version,
            grade_version=grade_version,
            distress_version=distress_version,
        )
    return review(replace(draft, standing=current, at=now.astimezone(BEIJING)), book=book)


def _answer(rule_id: str, rule: Rule, question: Question) -> Reason | None:
    try:
        detail = rule(question)
    except Exception as problem:  # noqa: BLE001 - fail closed: a rule that breaks is a rule that refuses
        return Reason(rule=UNJUDGED, detail=f"{rule_id}: {problem}")
    return None if detail is None else Reason(rule=rule_id, detail=detail)


def _second_look(question: Question, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """What the learned weights add or take away; asked of freely written words.

    They add a reason where no list objects, and take away what a list found in words that read like a denial,
    a warning or a lesson. The words of a playbook's page were read by its owner before they came into the
    book: lists alone judge them.
    """
    if question.draft.playbook:
        return reasons
    by_words = [reason for reason in reasons if reason.rule in WORDING]
    if not all(map(_excusable, by_words)):
        return reasons
    said = question.said
    try:
        here = [learned for name, learned in question.book.learned.items() if name in said.spoken]
        if by_words:
            spots: dict[str, int] = {}
            for reason in by_words:
                most = INNOCENT if reason.rule in GRAVEST else GUILTY
                for match in claims(said, reason.rule):
                    sentence = sentence_of(said.text, match)
                    spots[sentence] = min(most, spots.get(sentence, most))
            harmless = bool(here) and all(means_no_harm(said.text, spots, learned) for learned in here)
            return tuple(reason for reason in reasons if not (harmless and reason in by_words))
        found = [reads_like(question.text, learned, excused=said.excused) for learned in here]
    except Exception as problem:  # noqa: BLE001 - fail closed: a judge that breaks refuses
        return (*reasons, Reason(rule=UNJUDGED, detail=f"learned words: {problem}"))
    return reasons + tuple(
        Reason(rule=rule, detail=detail)
        for rule, detail in filter(None, found)
        if rule != "stock_tip" or not words.adviser_about_product(question)
    )


def _excusable(reason: Reason) -> bool:
    by_list = reason.rule in EXCUSABLE_WORDS and reason.detail.startswith(words.SAYS)
    return by_list or reason.rule in EXCUSABLE


def _lifetime(question: Question) -> str:
    return "clearance_hours_selling" if question.selling else "clearance_hours"


def _unchanged(draft: Draft, current: Standing, now: datetime) -> bool:
    """What the versions do not count: the day (dated consents, assessment), switches, age."""
    before = draft.standing
    return (
        draft.at <= now
        and draft.at.astimezone(BEIJING).date() == now.astimezone(BEIJING).date()
        and before.personalisation == current.personalisation
        and before.closing == current.closing
        and before.distressed_24h == current.distressed_24h
        and before.crisis_24h == current.crisis_24h
        and before.grade == current.grade
        and before.contact == current.contact
        and not draft.without_quorum
    )


def _woke(draft: Draft, now: datetime, book: Book) -> bool:
    """The quiet hours began since: all rules are asked again."""
    return draft.channel in contact.INTERRUPTIVE_CHANNELS and contact.at_night(now, book.rules)
