"""For each sign that time alone can turn: the next day on which to look at the client again.

A look on a day without a change finds nothing and costs little; a day that is missed is a duty missed.
"""

from collections.abc import Sequence
from datetime import date

from tongxing.domain.clock import DAY_SECONDS, beijing_day, day_of
from tongxing.domain.event import EventRef
from tongxing.profile.turning_days import (
    day_said,
    first_document,
    months_after,
    next_of,
    opening_day,
    reminder_days,
    retirement_day,
    shifted,
    yearly,
)
from tongxing.profile.view import View


def birthday(client: View) -> date | None:
    """The next birthday, or the day after one."""
    return yearly(client, day_said(client.last("birth")))


def anniversary(client: View) -> date | None:
    """The next return of the opening day, or the day after one."""
    return yearly(client, opening_day(client))


def newcomer_end(client: View) -> date | None:
    """The opening day itself, then the first day on which the client is no newcomer any more."""
    opened = opening_day(client)
    if opened is None:
        return None
    return next_of(client, (opened, shifted(opened, client.rule("newcomer_days_max"))))


def assessment_notice(client: View) -> date | None:
    """The day on which notice is given that the assessment ends."""
    found = client.last("assessment")
    if found is None or not isinstance(found.value[1], int):
        return None
    return next_of(client, (shifted(day_of(found.value[1]), -client.rule("assessment_notice_days")),))


def document_notice(client: View) -> date | None:
    """The days on which the holder of a document is told of its end, and the day after that end."""
    ends = day_said(first_document(client))
    if ends is None:
        return None
    notices = [shifted(ends, -days) for days in reminder_days(client)]
    return next_of(client, (*notices, shifted(ends, 1)))


def consent_notice(client: View) -> date | None:
    """Notice days and ends of the consents in force, and the day on which a no is old enough."""
    notice = client.rule("consent_notice_days")
    ends = [grant.until for grant in client.permission.grants if grant.until is not None]
    if not ends:
        return None
    no = last_no(client)
    rested = None if no is None else day_of(no + client.rule("consent_rest_days"))
    turns = [day for end in ends for day in (shifted(end, -notice), shifted(end, 1))]
    return next_of(client, [rested, *turns])


def last_no(client: View) -> int | None:
    """The Beijing day number of the client's last withdrawal of a consent."""
    said = [
        beijing_day(entry.ts)
        for name, entry in client.state.last.items()
        if name.startswith("consent\x01") and not entry.value[0]
    ]
    return max(said, default=None)


def retirement_notice(client: View) -> date | None:
    """The day on which the last years before retirement begin, and the day after it."""
    found = retirement_day(client)
    if found is None:
        return None
    begins = months_after(found[0], -client.rule("retirement_near_months"))
    return next_of(client, (begins, shifted(found[0], 1)))


def lapse(hints: Sequence[EventRef], *, least: int, days: int) -> date | None:
    """The day after which too few of some hints, oldest first, are left within their window."""
    if least <= 0 or len(hints) < least:
        return None
    return day_of(beijing_day(hints[-least].ts + days * DAY_SECONDS) + 1)
