"""Rules about when, how often and where the house may turn up."""

from datetime import datetime, time

from tongxing.compliance.question import Question
from tongxing.domain.book import Rulebook
from tongxing.domain.clock import BEIJING
from tongxing.domain.grades import Channel, Nature

INTERRUPTIVE_CHANNELS = frozenset(
    {Channel.PUSH, Channel.SMS, Channel.EMAIL, Channel.CHAT, Channel.WATCH, Channel.CAR, Channel.ADVISER}
)
"""They ring, buzz or light up; a card on a page waits until it is looked at."""


def at_night(at: datetime, rules: Rulebook) -> bool:
    """Whether an instant lies in the quiet hours of its Beijing day."""
    local = at.astimezone(BEIJING)
    quiet_from = time.fromisoformat(rules.text("quiet_from", local.date()))
    quiet_to = time.fromisoformat(rules.text("quiet_to", local.date()))
    if quiet_from <= quiet_to:
        return quiet_from <= local.time() < quiet_to
    return local.time() >= quiet_from or local.time() < quiet_to


def quiet_hours(question: Question) -> str | None:
    """Nobody is woken by us: answers and notices owed excepted; marketing waits on every channel."""
    draft = question.draft
    night = at_night(draft.at, question.book.rules)
    marketing = draft.nature is Nature.MARKETING
    if not night or not question.by_firm or question.duty:
        return None
    if draft.channel in INTERRUPTIVE_CHANNELS or marketing:
        return f"{draft.at.astimezone(BEIJING):%H:%M} is in the quiet hours"
    return None


def frequency_cap(question: Question) -> str | None:
    """So many proactive touches a week and no more."""
    draft = question.draft
    cap = question.number("touch_week_max")
    if not question.by_firm or draft.nature is Nature.SERVICE or not question.to_one_person:
        return None
    if draft.touches_this_week < cap:
        return None
    return f"{draft.touches_this_week} touches in seven days, {cap} allowed"


def channel_refused(question: Question) -> str | None:
    """A channel the client closed stays closed; what is owed then waits on the home page, help does not."""
    draft = question.draft
    if not question.by_firm or question.standing.contact.get(draft.channel.value, True):
        return None
    if question.duty and (
        draft.channel is Channel.HOME or draft.playbook in question.words("crisis_playbooks")
    ):
        return None
    return f"the client refused {draft.channel.value}"
