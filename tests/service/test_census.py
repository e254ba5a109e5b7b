from datetime import date, datetime

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.service.census import Census


def told(*entries: tuple[int, str, dict[str, object]]) -> Census:
    census = Census()
    for number, (day, kind, body) in enumerate(entries):
        at = datetime(2026, 3, day, 12, tzinfo=BEIJING)
        census.take(
            Event(
                source="core",
                source_seq=str(number),
                client_id="C1",
                ts=at,
                known_at=at,
                kind=kind,
                body=body,
            )
        )
    return census


REGISTERED = (2, "client_registered", {"name": "林晓", "birth": "1996-03-18", "opened_on": "2021-03-01"})
OUT = {"direction": "out", "amount_fen": 900, "reason": "bank"}


def valued(day: int, fen: int) -> tuple[int, str, dict[str, object]]:
    return (day, "day_valued", {"date": f"2026-03-{day:02d}", "value_fen": fen})


def test_assets_begin_with_what_the_house_knew_before_its_log() -> None:
    facts = (2, "account_facts", {"as_of": "2026-02-27", "mean_assets_20d_fen": 700})
    (life,) = told(REGISTERED, facts, valued(3, 800)).lives()
    assert life.opened_on == date(2021, 3, 1)
    assert life.assets_fen == ((date(2026, 2, 27), 700), (date(2026, 3, 3), 800))


def test_a_closing_request_stands_until_the_client_logs_in_again() -> None:
    asked = (5, "closing_requested", {"reason": ""})
    assert told(REGISTERED, asked).lives()[0].closed_on == date(2026, 3, 5)
    assert told(REGISTERED, asked, (9, "logged_in", {"device": "ios"})).lives()[0].closed_on is None


def test_custody_is_moved_out_when_nothing_is_left_to_value() -> None:
    other = (12, "day_valued", {"date": "2026-03-12", "value_fen": 5})
    (life,) = told(REGISTERED, valued(9, 900), (10, "cash_moved", OUT)).lives()
    assert life.emptied_on is None, "the close of that day is not known yet"
    census = told(REGISTERED, valued(9, 900), (10, "cash_moved", OUT))
    census.valued_through = date(2026, 3, 10)
    assert census.lives()[0].emptied_on == date(2026, 3, 10)
    assert told(REGISTERED, valued(9, 900), (10, "cash_moved", OUT), other).lives()[0].emptied_on is None


def test_touches_are_counted_with_what_became_of_them() -> None:
    census = told(
        REGISTERED,
        (
            3,
            "touch_sent",
            {"touch_id": "t1", "playbook": "pension_guide", "channel": "home", "nature": "education"},
        ),
        (4, "opened", {"touch_id": "t1"}),
        (4, "dismissed", {"touch_id": "t2"}),
    )
    assert ([touch.playbook for touch in census.sent], census.opened, census.dismissed) == (
        ["pension_guide"],
        {"t1"},
        {"t2"},
    )
