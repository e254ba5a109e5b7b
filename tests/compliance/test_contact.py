from datetime import UTC, datetime

import pytest
from compliance_cases import BOOK, draft, rules, without_rule

from tongxing.compliance.contact import at_night
from tongxing.domain.clock import BEIJING
from tongxing.domain.grades import Channel, Initiative, Nature


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, 6, hour, minute, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("hour", "minute", "night"),
    [(20, 59, False), (21, 0, True), (23, 59, True), (0, 0, True), (7, 59, True), (8, 0, False)],
)
def test_the_quiet_hours_run_from_nine_to_eight(hour: int, minute: int, night: bool) -> None:  # noqa: FBT001 - a table
    assert at_night(at(hour, minute), BOOK.rules) is night


def test_the_clock_is_beijings_whatever_zone_the_instant_came_in() -> None:
    assert at_night(datetime(2026, 5, 6, 14, 0, tzinfo=UTC), BOOK.rules)


@pytest.mark.parametrize("channel", list(Channel))
def test_nothing_rings_at_night(channel: Channel) -> None:
    rings = channel not in {Channel.HOME, Channel.COMMUNITY, Channel.LIVE, Channel.PARTNER}
    assert ("quiet_hours" in rules(draft(channel=channel, at=at(22)))) is rings


@pytest.mark.parametrize("channel", list(Channel))
def test_marketing_waits_for_the_morning_on_every_channel(channel: Channel) -> None:
    words = draft(channel=channel, at=at(6), nature=Nature.MARKETING, consent="marketing")
    assert "quiet_hours" in rules(words)


def test_answers_and_duties_go_out_at_night() -> None:
    assert rules(draft(channel=Channel.CHAT, at=at(23), initiative=Initiative.CLIENT)) == set()
    assert rules(draft(channel=Channel.SMS, at=at(23), nature=Nature.SERVICE, consent="none")) == set()


def test_a_service_nobody_needs_at_night_waits() -> None:
    assert "quiet_hours" in rules(draft(channel=Channel.PUSH, at=at(23), nature=Nature.SERVICE))


@pytest.mark.parametrize(("touches", "refused"), [(2, False), (3, True), (9, True)])
def test_three_touches_a_week_are_enough(touches: int, refused: bool) -> None:  # noqa: FBT001 - a table
    assert ("frequency_cap" in rules(draft(touches_this_week=touches))) is refused


def test_services_and_answers_are_not_counted() -> None:
    assert rules(draft(touches_this_week=9, nature=Nature.SERVICE)) == set()
    assert rules(draft(touches_this_week=9, initiative=Initiative.CLIENT)) == set()


def test_a_closed_channel_stays_closed() -> None:
    assert "channel_refused" in rules(draft(channel=Channel.PUSH, contact={"push": False}))
    assert rules(draft(channel=Channel.PUSH, contact={"push": True})) == set()
    duty = {"nature": Nature.SERVICE, "consent": "none"}
    assert "channel_refused" in rules(draft(channel=Channel.PUSH, contact={"push": False}, **duty))
    assert rules(draft(channel=Channel.HOME, contact={"home": False}, **duty)) == set()


def test_a_client_who_closes_the_account_is_left_in_peace() -> None:
    assert rules(draft(closing=True)) == {"closing_obstruction"}
    assert rules(draft(closing=True, nature=Nature.SERVICE, consent="none")) == set()
    assert rules(draft(closing=True, initiative=Initiative.CLIENT)) == set()


@pytest.mark.parametrize("rule", ["quiet_from", "quiet_to", "touch_week_max"])
def test_a_missing_number_refuses(rule: str) -> None:
    assert rules(draft(), without_rule(rule)) == {"unjudged"}
