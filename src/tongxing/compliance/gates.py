"""The cheap questions asked before any words exist; the draft is asked everything again in `review`.

Each gate answers with reasons `name: words`; none means pass.
"""

from datetime import date, datetime

from tongxing.compliance.consent import NO_CONSENT_NEEDED, granted
from tongxing.compliance.contact import INTERRUPTIVE_CHANNELS, at_night
from tongxing.compliance.suitability import level_exceeds
from tongxing.domain.book import Book
from tongxing.domain.clock import BEIJING, beijing_day, seconds
from tongxing.domain.grades import Nature, ProductRisk, Tolerance
from tongxing.domain.pages import Playbook
from tongxing.domain.profile import Profile, Standing
from tongxing.domain.touch import Trigger

WEEK_SECONDS = 7 * 86_400


def consent(playbook: Playbook, profile: Profile, trigger: Trigger, book: Book) -> tuple[str, ...]:
    """Did the client agree to being served in this way, and is it still so today?"""
    del book
    standing, on = profile.standing, _day(trigger.at)
    purposes = {playbook.consent} - {NO_CONSENT_NEEDED}
    if playbook.nature is Nature.MARKETING:
        purposes.add("marketing")
    reasons = [
        f"consent: {purpose} not given" for purpose in sorted(purposes) if not granted(standing, purpose, on)
    ]
    if not standing.personalisation and not _duty(playbook):
        reasons.append("personalisation_off: personalisation is switched off")
    if not standing.restricted.isdisjoint(playbook.all_of) and not _duty(playbook):
        reasons.append("restricted: the client asked for erasure, and the law alone keeps the records")
    return tuple(reasons)


def eligibility(playbook: Playbook, profile: Profile, trigger: Trigger, book: Book) -> tuple[str, ...]:
    """Is this a client to whom such a playbook may speak at all?"""
    standing, on = profile.standing, _day(trigger.at)
    reasons: list[str] = []
    adult_age = book.rules.number("client_age_min", on)
    if standing.age is not None and standing.age < adult_age and not _duty(playbook):
        reasons.append(f"eligibility: under {adult_age}")
    if playbook.risk is not None or playbook.nature in (Nature.ADVICE, Nature.MARKETING):
        valid_to = standing.assessment_valid_to
        if valid_to is None or valid_to < on:
            reasons.append("assessment_expired: no valid risk assessment")
    branch_age = book.rules.number("elderly_branch_age", on)
    high_risk = playbook.risk is not None and playbook.risk >= ProductRisk.R4
    if high_risk and standing.age is not None and standing.age >= branch_age:
        reasons.append(f"eligibility: from age {branch_age} such products need a branch")
    return tuple(reasons)


def suitability(playbook: Playbook, profile: Profile, trigger: Trigger, book: Book) -> tuple[str, ...]:
    """Is what the playbook speaks about within the client's level?"""
    del trigger, book
    risk, grade = playbook.risk, profile.standing.grade
    if risk is None:
        return ()
    if grade is Tolerance.C1L and risk > ProductRisk.R1:
        return ("suitability_c1l: the lowest category is offered R1 only",)
    if level_exceeds(risk, grade):
        return (
            f"suitability_level: {risk.name} exceeds {grade.name if grade is not None else 'no assessment'}",
        )
    return ()


def contact(playbook: Playbook, profile: Profile, trigger: Trigger, book: Book) -> tuple[str, ...]:
    """Would this be too soon, too often, too late in the evening, or too much just now?"""
    reasons = [
        _cooldown(playbook, profile.standing, trigger),
        _unwanted(playbook, profile.standing, trigger, book),
        _weekly_cap(playbook, profile.standing, trigger, book),
        _silence(playbook, profile.standing, trigger, book),
        _channel(playbook, profile.standing, trigger, book),
    ]
    return tuple(reason for reason in reasons if reason is not None)


def shown(playbook: Playbook, profile: Profile, trigger: Trigger, book: Book) -> tuple[str, ...]:
    """May a card that was sent still stand on the page? Asked at every view, so that a switch works at once.

    Rest and caps limit sending, not showing; consent, level, distress and closing count now as then.
    """
    standing = profile.standing
    reasons = [
        *consent(playbook, profile, trigger, book),
        *eligibility(playbook, profile, trigger, book),
        *suitability(playbook, profile, trigger, book),
    ]
    caring = playbook.name in book.rules.words("distress_playbooks", _day(trigger.at))
    if (standing.distressed_24h or standing.crisis_24h) and not (caring or _duty(playbook)):
        reasons.append("distress_hold: within 24 hours of distress")
    if standing.closing and not _duty(playbook):
        reasons.append("closing: the client asked to close the account")
    return tuple(reasons)


def _cooldown(playbook: Playbook, standing: Standing, trigger: Trigger) -> str | None:
    """The same words do not come twice within their rest."""
    last = max((touch.at for touch in standing.touches if touch.playbook == playbook.name), default=None)
    if last is None:
        return None
    days = beijing_day(seconds(trigger.at)) - beijing_day(last)
    if days >= playbook.cooldown_days:
        return None
    return f"cooldown: sent {days} days ago, rests {playbook.cooldown_days}"


def _unwanted(playbook: Playbook, standing: Standing, trigger: Trigger, book: Book) -> str | None:
    """What a client called not for them rests; a duty does not."""
    said = standing.unwanted.get(playbook.name)
    if said is None or _duty(playbook):
        return None
    rest = book.rules.number("not_for_me_rest_days", _day(trigger.at))
    days = beijing_day(seconds(trigger.at)) - beijing_day(said)
    return f"not_for_me: the client said so {days} days ago, rests {rest}" if days < rest else None


def _weekly_cap(playbook: Playbook, standing: Standing, trigger: Trigger, book: Book) -> str | None:
    cap = book.rules.number("touch_week_max", _day(trigger.at))
    if playbook.nature is Nature.SERVICE:
        return None
    until = seconds(trigger.at)
    count = sum(
        1
        for touch in standing.touches
        if until - WEEK_SECONDS < touch.at <= until and touch.nature != Nature.SERVICE.value
    )
    return f"frequency_cap: {count} touches in seven days, {cap} allowed" if count >= cap else None


def _silence(playbook: Playbook, standing: Standing, trigger: Trigger, book: Book) -> str | None:
    """After distress only care; in a crisis only a human; once closing is asked for, only duties."""
    if standing.crisis_24h and not _crisis(playbook, trigger, book):
        return "distress_hold: crisis, only a human and the crisis script"
    caring = book.rules.words("distress_playbooks", _day(trigger.at))
    if standing.distressed_24h and not _duty(playbook) and playbook.name not in caring:
        return "distress_hold: within 24 hours of distress"
    if standing.closing and not _duty(playbook):
        return "closing: the client asked to close the account"
    return None


def _channel(playbook: Playbook, standing: Standing, trigger: Trigger, book: Book) -> str | None:
    """At least one of the playbook's channels is open to us now; help in a crisis takes any of them."""
    if _crisis(playbook, trigger, book):
        return None
    night = at_night(trigger.at, book.rules)
    for channel in playbook.channels:
        refused = not standing.contact.get(channel.value, True)
        if refused and not (_duty(playbook) and channel.value == "home"):
            continue
        disturbs = channel in INTERRUPTIVE_CHANNELS or playbook.nature is Nature.MARKETING
        if night and disturbs and not _duty(playbook):
            continue
        return None
    return "quiet_hours: no open channel at this hour" if night else "channel_refused: no open channel"


def _crisis(playbook: Playbook, trigger: Trigger, book: Book) -> bool:
    return _duty(playbook) and playbook.name in book.rules.words("crisis_playbooks", _day(trigger.at))


def _duty(playbook: Playbook) -> bool:
    return playbook.nature is Nature.SERVICE and playbook.consent == NO_CONSENT_NEEDED


def _day(at: datetime) -> date:
    return at.astimezone(BEIJING).date()
