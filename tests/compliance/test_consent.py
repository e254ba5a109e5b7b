from datetime import date

import pytest
from compliance_cases import draft, grant, rules

from tongxing.domain.grades import Channel, Initiative, Nature


def test_marketing_needs_its_own_consent() -> None:
    service_only = (grant("personalised_service"),)
    words = draft(nature=Nature.MARKETING, consent="marketing", consents=service_only)
    assert "consent_marketing" in rules(words)
    assert "consent_marketing" not in rules(draft(nature=Nature.MARKETING, consent="marketing"))


def test_personal_service_needs_consent() -> None:
    assert rules(draft(consents=())) == {"consent_personalised"}
    assert rules(draft(consents=(grant("personalised_service"),))) == set()


@pytest.mark.parametrize(
    ("until", "given"), [(date(2026, 5, 5), False), (date(2026, 5, 6), True), (None, True)]
)
def test_a_consent_ends_after_its_last_day(until: date | None, given: bool) -> None:  # noqa: FBT001 - a table
    words = draft(consents=(grant("personalised_service", until=until),))
    assert (rules(words) == set()) is given


def test_a_consent_to_somebody_else_is_none_to_us() -> None:
    words = draft(consents=(grant("personalised_service", receiver="bank-1"),))
    assert "consent_personalised" in rules(words)


def test_an_answer_and_a_duty_need_no_consent() -> None:
    assert rules(draft(consents=(), initiative=Initiative.CLIENT)) == set()
    assert rules(draft(consents=(), nature=Nature.SERVICE, consent="none")) == set()


def test_the_switch_stops_all_but_duties_and_answers() -> None:
    assert rules(draft(personalisation=False)) == {"personalisation_off"}
    assert rules(draft(personalisation=False, nature=Nature.SERVICE, consent="none")) == set()
    assert rules(draft(personalisation=False, initiative=Initiative.CLIENT)) == set()
    assert rules(draft(personalisation=False, channel=Channel.COMMUNITY)) == set()
