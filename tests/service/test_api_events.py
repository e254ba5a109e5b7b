"""Events of other systems are judged one by one, and nobody writes in another's name."""

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from view_house import CONSENTS, NOW, REFUSES, UNKNOWN, registered

from tongxing.app import temporary_house
from tongxing.domain.person import Person, Role
from tongxing.service.api_events import take_events
from tongxing.service.api_pointers import escaped, located
from tongxing.service.api_reach import Reach
from tongxing.service.api_shapes import EventOutcome, EventsTaken
from tongxing.service.house import House

PARTNER = Person(person_id="partner-1", name="晨光银行", role=Role.PARTNER)
CORE = Person(person_id="operations-1", name="唐沐阳", role=Role.OPERATIONS)


def reach(person: Person, *clients: str) -> Reach:
    return Reach(person=person, may=lambda client_id: client_id in clients, shown=lambda _field, value: value)


def line(number: int = 1, **changes: object) -> bytes:
    whole: dict[str, object] = {
        "source": "partner-1",
        "source_seq": f"{number}",
        "client_id": CONSENTS,
        "ts": NOW.isoformat(),
        "kind": "searched",
        "body": {"text": "养老金"},
    }
    return msgspec.json.encode({**whole, **changes})


@pytest.fixture
def known(house: House) -> House:
    house.store.append([registered(CONSENTS, "林知夏"), registered(REFUSES, "王一禾")])
    return house


def take(house: House, *lines: bytes, person: Person = PARTNER) -> EventsTaken:
    return take_events(house, reach(person, CONSENTS), lines, now=NOW)


def outcome(house: House, data: bytes, *, person: Person = PARTNER) -> EventOutcome:
    (found,) = take(house, data, person=person).results
    return found


def test_every_event_of_a_batch_has_its_own_fate_in_the_order_it_was_sent(known: House) -> None:
    take(known, line(1), line(2))
    taken = take(known, line(3), line(1), line(2, body={"text": "别的"}), b"{", line(4))
    assert [one.outcome for one in taken.results] == [
        "accepted",
        "duplicate",
        "conflict",
        "rejected",
        "accepted",
    ]
    assert (taken.accepted, taken.duplicates, taken.conflicts, taken.rejected) == (2, 1, 1, 1)
    assert [one.index for one in taken.results] == [0, 1, 2, 3, 4]
    assert taken.results[2].pointer == "/events/2/source_seq"
    assert known.store.count_events() == 2 + 4


def test_the_same_event_twice_in_one_batch_is_one_event(known: House) -> None:
    assert [one.outcome for one in take(known, line(1), line(1)).results] == ["accepted", "duplicate"]


@pytest.mark.parametrize(
    ("changes", "reason", "pointer"),
    [
        ({"body": {"text": 1}}, "bad_field", "/body/text"),
        ({"body": {"text": "a", "more": 1}}, "unknown_field", "/body/more"),
        ({"body": {}}, "missing_field", "/body/text"),
        ({"kind": "no_such"}, "unknown_kind", "/kind"),
        ({"ts": "2026-05-06T16:00:00"}, "no_zone", "/ts"),
        ({"ts": "2027-05-06T16:00:00+08:00"}, "future", "/ts"),
        ({"known_at": "2026-05-06T15:00:00+08:00"}, "bad_field", "/known_at"),
        ({"source": 5}, "bad_key", "/source"),
        ({"source_seq": "a b"}, "bad_key", "/source_seq"),
        ({"extra": 1}, "unknown_field", "/extra"),
        ({"client_id": UNKNOWN}, "unknown_client", "/client_id"),
        ({"client_id": REFUSES}, "unknown_client", "/client_id"),
        ({"source": "house.sign"}, "source_not_yours", "/source"),
        ({"source": "web"}, "source_not_yours", "/source"),
        ({"source": "partner-2"}, "source_not_yours", "/source"),
        ({"kind": "sign_turned_off", "body": {"sign": "x"}}, "kind_not_taken", "/kind"),
        ({"kind": "consent_given", "body": {"purpose": "marketing"}}, "kind_not_taken", "/kind"),
    ],
)
def test_a_rejected_event_says_where_it_is_wrong(
    known: House, changes: dict[str, object], reason: str, pointer: str
) -> None:
    found = outcome(known, line(1, **changes))
    assert (found.outcome, found.reason, found.pointer) == ("rejected", reason, f"/events/0{pointer}")
    assert known.store.count_events() == 2


def test_a_client_out_of_reach_and_one_that_is_not_there_get_the_same_answer(known: House) -> None:
    foreign = outcome(known, line(1, client_id=REFUSES))
    absent = outcome(known, line(1, client_id=UNKNOWN))
    assert foreign == absent


def test_a_partner_may_name_parts_of_itself_and_the_house_may_name_its_systems(known: House) -> None:
    assert outcome(known, line(1, source="partner-1.branch-7")).outcome == "accepted"
    assert outcome(known, line(2, source="core"), person=CORE).outcome == "accepted"
    trade = {"purpose": "marketing"}
    assert outcome(known, line(3, source="core", kind="consent_given", body=trade), person=CORE).outcome == (
        "accepted"
    )
    valued = line(4, source="core", kind="day_valued", body={})
    assert outcome(known, valued, person=CORE).outcome == "rejected"


def test_a_new_client_may_come_with_its_first_events_in_one_batch(known: House) -> None:
    body = {"name": "陈新", "birth": "1990-01-01", "opened_on": "2026-05-06"}
    first = line(1, source="core", client_id="C000009", kind="client_registered", body=body)
    taken = take_events(
        known,
        reach(CORE, "C000009"),
        [first, line(2, source="core", client_id="C000009")],
        now=NOW,
    )
    assert taken.accepted == 2


@pytest.fixture(scope="module")
def shared() -> Iterator[House]:
    with temporary_house(seed=3) as house:
        yield house


@given(lines=st.lists(st.binary(max_size=40) | st.sampled_from((b"null", b"[]", b'{"source":1}'))))
def test_whatever_is_sent_each_line_gets_an_answer_and_no_exception(
    shared: House, lines: list[bytes]
) -> None:
    taken = take_events(shared, reach(PARTNER), lines, now=NOW)
    assert [one.index for one in taken.results] == list(range(len(lines)))
    assert taken.rejected == len(lines)


@pytest.mark.parametrize(
    ("words", "pointer", "plain"),
    [
        ("Expected `int`, got `str` - at `$.a[0].b`", "/a/0/b", "Expected `int`, got `str`"),
        ("Object missing required field `x` - at `$.a`", "/a/x", "Object missing required field `x`"),
        ("Object contains unknown field `a/b~c`", "/a~1b~0c", "Object contains unknown field `a/b~c`"),
        ("Expected `object`, got `array`", "", "Expected `object`, got `array`"),
        ("Expected `str` - at `$[...]`", "", "Expected `str`"),
    ],
)
def test_a_decoders_words_become_a_pointer(words: str, pointer: str, plain: str) -> None:
    assert located(words) == (pointer, plain)


@given(st.text())
def test_an_escaped_step_holds_no_separator_and_can_be_read_back(step: str) -> None:
    once = escaped(step)
    assert "/" not in once
    assert once.replace("~1", "/").replace("~0", "~") == step
