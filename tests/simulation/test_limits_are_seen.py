"""The checker of limits sees each kind of broken limit: a log is made to break one at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tongxing.app.house import temporary_house
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.domain.grades import Nature, ProductRisk
from tongxing.service.house import House
from tongxing.simulation.limits import KINDS, by_kind, violations
from tongxing.simulation.run import simulate

START = date(2026, 3, 23)
NOON = datetime(2026, 5, 6, 12, tzinfo=BEIJING)
CONSENT = ("consent_given", {"purpose": "personalised_service", "source": "*", "receiver": "house"})
GRADE = ("assessment_taken", {"grade": "C2", "valid_to": "2027-01-31"})


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with temporary_house(seed=1) as lived:
        simulate(lived, seed=5, clients=40, days=8, start=START)
        assert violations(lived) == []
        yield lived


@dataclass
class WithMore:
    """A store whose log has more events than it has, or whose ledger shows less."""

    store: Any
    more: Sequence[Event] = ()
    without_receipts: bool = False
    wrong_keys: bool = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def events(self, *, after: int = 0, limit: int = 1_000) -> Any:
        page = self.store.events(after=after, limit=limit)
        if page or not self.more:
            return page
        last = self.store.events(after=0, limit=1)[0]
        rest = self.more[max(0, after - 10**9) :]
        return [replace(last, seq=10**9 + n, event=event) for n, event in enumerate(rest, start=1)]

    def leaves(self, *, after: int = 0, limit: int = 100) -> Any:
        page = self.store.leaves(after=after, limit=limit)
        if not self.without_receipts:
            return page
        return [
            replace(one, leaf=replace(one.leaf, kind="other")) if one.leaf.kind == "receipt" else one
            for one in page
        ]

    def leaf(self, index: int) -> Any:
        found = self.store.leaf(index)
        return (found[0], found[1], bytes(32)) if self.wrong_keys else found


def of(client_id: str, *told: tuple[timedelta, str, Mapping[str, object]]) -> list[Event]:
    """Events of one client, so long after noon."""
    return [
        Event(
            source="test",
            source_seq=f"{client_id}-{number}",
            client_id=client_id,
            ts=NOON + after,
            known_at=NOON + after,
            kind=kind,
            body=body,
        )
        for number, (after, kind, body) in enumerate(told)
    ]


def touch(
    playbook: str, after: timedelta, *, channel: str = "home"
) -> tuple[timedelta, str, dict[str, object]]:
    body = {"touch_id": f"{playbook}{after}", "playbook": playbook, "channel": channel, "nature": "education"}
    return (after, "touch_sent", body)


def kinds_of(house: House, events: Sequence[Event]) -> set[str]:
    counts = by_kind(violations(replace(house, store=WithMore(house.store, events))))
    return {kind for kind, count in counts.items() if count} - {"unsealed"}


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEFORE = -timedelta(days=2)


def test_violations_are_counted_by_kind() -> None:
    assert by_kind([]) == dict.fromkeys(KINDS, 0)
    assert by_kind(["night: x: y", "night: z: y"])["night"] == 2


def test_a_touch_that_nobody_sealed_is_seen(house: House) -> None:
    forged = WithMore(house.store, of("X1", (BEFORE, *CONSENT), touch("pension_guide", HOUR)))
    found = violations(replace(house, store=forged))
    assert len(found) == 1
    assert found[0].startswith("unsealed: X1 2026-05-06T13:00:00+08:00 pension_guide: sent without")


def test_words_that_no_leaf_opens_to_are_seen(house: House) -> None:
    sent = sum(event.event.kind == "touch_sent" for event in house.store.events(after=0, limit=100_000))
    assert sent > 20
    hidden = violations(replace(house, store=WithMore(house.store, without_receipts=True)))
    assert len(hidden) == sent
    assert all("no receipt in the ledger opens" in one for one in hidden)
    closed = violations(replace(house, store=WithMore(house.store, wrong_keys=True)))
    assert len(closed) == sent
    assert all("the leaf of its decision does not open" in one for one in closed)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("unconsented", [touch("pension_guide", HOUR)]),
        (
            "unconsented",
            [(BEFORE, "consent_given", {**CONSENT[1], "until": "2026-05-05"}), touch("pension_guide", HOUR)],
        ),
        (
            "unconsented",
            [(BEFORE, *CONSENT), (BEFORE, "consent_withdrawn", CONSENT[1]), touch("pension_guide", HOUR)],
        ),
        (
            "unconsented",
            [(BEFORE, *CONSENT), (HOUR, "personalisation_set", {"on": False}), touch("birthday", 2 * HOUR)],
        ),
        (
            "over_cap",
            [
                (BEFORE, *CONSENT),
                touch("pension_guide", HOUR),
                touch("house_purchase", DAY),
                touch("education_fund", 2 * DAY),
                touch("dormant_wake", 6 * DAY),
            ],
        ),
        ("too_soon", [(BEFORE, *CONSENT), touch("birthday", HOUR), touch("birthday", 10 * DAY)]),
        ("night", [(BEFORE, *CONSENT), touch("newcomer_day_15", 10 * HOUR, channel="adviser")]),
        ("closing", [(BEFORE, *CONSENT), (HOUR, "closing_requested", {}), touch("birthday", 2 * HOUR)]),
        (
            "distress",
            [
                (BEFORE, *CONSENT),
                (HOUR, "asked", {"text": "亏得睡不着", "channel": "chat"}),
                touch("birthday", DAY),
            ],
        ),
        (
            "distress",
            [
                (BEFORE, *CONSENT),
                (HOUR, "asked", {"text": "不想活了", "channel": "chat"}),
                touch("distress_offer", 2 * HOUR),
            ],
        ),
    ],
)
def test_a_broken_limit_is_seen_as_what_it_is(house: House, kind: str, told: list[Any]) -> None:
    assert kinds_of(house, of("X1", *told)) == {kind}


@pytest.mark.parametrize(
    "told",
    [
        [(BEFORE, *CONSENT), touch("pension_guide", HOUR), touch("pension_guide", 31 * DAY)],
        [(BEFORE, "consent_given", {**CONSENT[1], "until": "2026-05-06"}), touch("pension_guide", HOUR)],
        [(HOUR, "closing_requested", {}), touch("id_expired", 2 * HOUR)],
        [
            (BEFORE, *CONSENT),
            (HOUR, "asked", {"text": "亏得睡不着", "channel": "chat"}),
            touch("birthday", 26 * HOUR),
        ],
        [(BEFORE, *CONSENT), (HOUR, "asked", {"text": "跌死了"}), touch("birthday", 2 * HOUR)],
        [(HOUR, "asked", {"text": "不想活了"}), touch("crisis_hand_over", 10 * HOUR, channel="adviser")],
    ],
)
def test_what_is_allowed_is_no_violation(house: House, told: list[Any]) -> None:
    assert kinds_of(house, of("X1", *told)) == set()


def stricter(house: House, playbook: str, **changes: Any) -> House:
    """The same log under a book in which a page says more of its touches."""
    page = replace(house.book.playbooks[playbook], **changes)
    return replace(house, book=replace(house.book, playbooks={**house.book.playbooks, playbook: page}))


def test_a_product_above_the_grade_is_seen(house: House) -> None:
    risky = stricter(house, "pension_guide", risk=ProductRisk.R3)
    told = of("X1", (BEFORE, *CONSENT), (BEFORE, *GRADE), touch("pension_guide", HOUR))
    assert kinds_of(risky, told) == {"unsuitable"}
    fitting = stricter(house, "pension_guide", risk=ProductRisk.R2)
    assert kinds_of(fitting, told) == set()


def test_an_assessment_out_of_date_is_seen_where_something_is_sold(house: House) -> None:
    selling = stricter(house, "pension_guide", nature=Nature.ADVICE)
    old = {**GRADE[1], "valid_to": "2026-05-05"}
    told = of("X1", (BEFORE, *CONSENT), (BEFORE, "assessment_taken", old), touch("pension_guide", HOUR))
    assert kinds_of(selling, told) == {"expired"}
    assert kinds_of(house, told) == set()


def test_a_product_named_in_the_words_counts_like_one_on_the_page(house: House) -> None:
    """A card that says the name of something risky is about it, whatever its page says."""
    sent = {event.event.body["playbook"] for event in _touches(house)}
    assert "pension_guide" in sent
    product = replace(next(iter(house.book.products.values())), name="个人养老金", risk=ProductRisk.R5)
    named = replace(house, book=replace(house.book, products={product.code: product}))
    counts = by_kind(violations(named))
    assert counts["unsuitable"] > 0
    assert sum(counts.values()) == counts["unsuitable"]


def _touches(house: House) -> list[Any]:
    return [one for one in house.store.events(after=0, limit=100_000) if one.event.kind == "touch_sent"]
