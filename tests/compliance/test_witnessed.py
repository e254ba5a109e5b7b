"""Since when there is no quorum, and what it stops: by the dated minutes of the rulebook."""

from datetime import timedelta

import pytest
from compliance_cases import BOOK, NOON, draft

from tongxing.compliance.review import review
from tongxing.compliance.witnessed import NEVER, without_since
from tongxing.domain.draft import Draft, Refused
from tongxing.domain.grades import Initiative, Nature

SINCE = "2026-05-06T09:00:00+08:00"
MINUTES = BOOK.rules.number("log_quorum_minutes_max", NOON.date())


def refused(one: Draft) -> bool:
    verdict = review(one, book=BOOK)
    return isinstance(verdict, Refused) and "quorum_lost" in {reason.rule for reason in verdict.reasons}


@pytest.mark.parametrize(("seconds", "lost"), [(0, False), (600, False), (601, True), (86_400, True)])
def test_more_than_the_minutes_of_the_rulebook_is_lost(*, seconds: int, lost: bool) -> None:
    assert MINUTES == 10
    at = NOON - timedelta(seconds=seconds)
    told = without_since(at, NOON, BOOK.rules)
    assert (told == at.isoformat()) is lost
    assert (told == "") is not lost


def test_no_quorum_ever_is_lost_at_once() -> None:
    assert without_since(None, NOON, BOOK.rules) == NEVER


def test_what_nobody_asked_for_is_refused_and_everything_else_is_not() -> None:
    assert refused(draft(without_quorum=SINCE))
    assert refused(draft(without_quorum=NEVER, nature=Nature.MARKETING, consent="marketing"))
    assert not refused(draft())
    assert not refused(draft(without_quorum=SINCE, initiative=Initiative.CLIENT))
    assert not refused(draft(without_quorum=SINCE, nature=Nature.SERVICE, consent="none"))
    assert not refused(draft(without_quorum=SINCE, playbook="distress_offer"))
