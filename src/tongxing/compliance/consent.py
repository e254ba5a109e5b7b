"""Rules about what the client agreed to, and switched off."""

from datetime import date

from tongxing.compliance.question import Question
from tongxing.domain.grades import Nature
from tongxing.domain.profile import Standing

NO_CONSENT_NEEDED = "none"
OUR_RECEIVERS = frozenset({"house", "*"})


def granted(standing: Standing, purpose: str, on: date) -> bool:
    """Whether a consent for that purpose, to this house, is in force on a day (its last day included)."""
    return any(
        grant.purpose == purpose
        and grant.receiver in OUR_RECEIVERS
        and (grant.until is None or on <= grant.until)
        for grant in standing.consents
    )


def consent_marketing(question: Question) -> str | None:
    """No commercial message without consent (消费者权益保护法, art. 29); a request is not one."""
    wanted = question.draft.nature is Nature.MARKETING or question.draft.consent == "marketing"
    if not wanted or not question.by_firm or granted(question.standing, "marketing", question.on):
        return None
    return "marketing not given"


def consent_personalised(question: Question) -> str | None:
    """Personal service that nobody asked for rests on consent (个人信息保护法, arts 13, 14)."""
    purpose = question.draft.consent
    if purpose in (NO_CONSENT_NEEDED, "marketing") or not _personal(question):
        return None
    return None if granted(question.standing, purpose, question.on) else f"{purpose} not given"


def personalisation_off(question: Question) -> str | None:
    """The switch works at once (算法推荐管理规定, art. 17): only duties remain."""
    if question.standing.personalisation or question.duty or not _personal(question):
        return None
    return "personalisation is switched off"


def _personal(question: Question) -> bool:
    return question.by_firm and question.to_one_person
