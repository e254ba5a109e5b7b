"""Without consent, what a client does or tells has no effect: the profile is the same to the bit.

Left out on purpose: signs that a behaviour triggers (the gate refuses them, which is on record), and
words of distress or of fraud, which are heard from everybody. Bare counts say nothing and are no part of it.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from profile_streams import DAYS, START, stream

from tongxing.adapters.book_files import load
from tongxing.domain.bodies import BODIES
from tongxing.domain.event import Event, Retention
from tongxing.profile.door import from_events, line
from tongxing.profile.signs import NAMES, SIGNS

KINDS = frozenset(
    kind for kind, (_body, kept) in BODIES.items() if kept in (Retention.BEHAVIOUR, Retention.SENSITIVE)
)
TURNED = frozenset({"sign_turned_on", "sign_turned_off"})
NEVER_ASKED = frozenset(
    {"viewed", "searched", "asked", "posted", "opened", "dismissed", "social_seen", "card_bill_seen"}
)
"""Kinds that need a consent even of a client who was never asked for one."""
CALM = ("养老金 怎么开户", "买房 首付", "孩子教育金", "ETF 分散", "今日行情", "追涨 打板")
BOOK = load(sign_names=NAMES)
AS_OF = START + timedelta(days=DAYS + 45)
"""After every event of the streams, late ones included."""
BODY: dict[str, dict[str, object]] = {
    "logged_in": {"device": "ios"},
    "viewed": {"page": "/pension", "seconds": 30},
    "opened": {"touch_id": "t"},
    "dismissed": {"touch_id": "t", "why": ""},
    "course_done": {"course": "c", "score": 90},
    "income_stated": {"month_fen": 9_000_000},
    "debt_stated": {"kind": "mortgage", "repayment_month_fen": 8_000_000},
    "family_stated": {"members": [{"relation": "child", "birth": "2020-01-01"}]},
    "life_event": {"name": "house", "date": "2026-01-05", "stated_by": "client"},
    "social_seen": {"topic": "house"},
    "understood": {"of": "a1", "intent": "cut_loss", "p_bp": 9_000, "emotion": "fear", "model": "m"},
    "answer_corrected": {"of": "a1", "intent": "cut_loss", "by": "ops-1"},
    "words_proposed": {"of": "a1", "intent": "cut_loss", "emotion": "fear", "text": "t", "by": "ops-1"},
    "card_bill_seen": {"category": "education", "amount_fen": 100_000},
}


def behaviour(base: list[Event], picks: list[tuple[int, str, int]]) -> list[Event]:
    """More events of such kinds, at instants of the stream."""
    made = []
    for number, (place, kind, text) in enumerate(picks):
        at = base[place % len(base)].ts + timedelta(seconds=number)
        worded = {"text": CALM[text], **({"group": "g"} if kind == "posted" else {})}
        body = {**BODY[kind], "course": f"c{text}"} if kind == "course_done" else BODY.get(kind, worded)
        made.append(
            Event(
                source="app",
                source_seq=f"b{number}",
                client_id="C000",
                ts=at,
                known_at=at,
                kind=kind,
                body=body,
            )
        )
    return made


def understood(events: list[Event]) -> dict[str, object]:
    """The profile without what triggers alone: as the door prints it, with what gates are told."""
    (found,) = from_events(events, as_of=AS_OF, book=BOOK)
    printed = line(found)
    triggered = {name for name, rule in SIGNS.items() if rule.kinds & KINDS}
    signs = printed.pop("signs")
    assert isinstance(signs, list)
    quiet = [sign for sign in signs if sign["name"] not in triggered]
    return {**printed, "signs": quiet, "standing": found.standing, "removed": found.tags_removed}


def base_of(seed: int, *refusals: tuple[str, dict[str, object]]) -> list[Event]:
    kept = [
        event for event in stream(seed, clients=1, events=40) if event.kind not in KINDS | {"distress_seen"}
    ]
    start = min(event.ts for event in kept) - timedelta(days=1)
    said = [
        Event(
            source="web",
            source_seq=f"r{number}",
            client_id="C000",
            ts=start,
            known_at=start,
            kind=kind,
            body=body,
        )
        for number, (kind, body) in enumerate(refusals)
    ]
    return [*said, *kept]


def picks(kinds: frozenset[str]) -> st.SearchStrategy[list[tuple[int, str, int]]]:
    one = st.tuples(
        st.integers(0, 10**6), st.sampled_from(sorted(kinds - TURNED)), st.integers(0, len(CALM) - 1)
    )
    return st.lists(one, min_size=1, max_size=12)


def test_every_kind_of_behaviour_and_sensitive_data_is_tried() -> None:
    assert {*BODY, "searched", "asked", "posted"} == KINDS - TURNED


@pytest.mark.parametrize(
    "refusal",
    [
        ("consent_withdrawn", {"purpose": "personalised_service", "source": "*"}),
        ("personalisation_set", {"on": False}),
    ],
    ids=["withdrawn", "switched off"],
)
@settings(max_examples=150)
@given(seed=st.integers(0, 500), more=picks(KINDS))
def test_after_a_refusal_nothing_of_it_counts(
    refusal: tuple[str, dict[str, object]], seed: int, more: list[tuple[int, str, int]]
) -> None:
    base = base_of(seed, refusal)
    assert understood([*base, *behaviour(base, more)]) == understood(base)


@settings(max_examples=150)
@given(seed=st.integers(0, 500), more=picks(NEVER_ASKED))
def test_behaviour_and_imports_count_for_nothing_before_anybody_consented(
    seed: int, more: list[tuple[int, str, int]]
) -> None:
    """That somebody was here is a record of the relation, so the client looks in last of all."""
    base = base_of(seed)
    newest = max(event.ts for event in base)
    (visit,) = behaviour([replace(base[0], ts=newest + timedelta(days=1))], [(0, "logged_in", 0)])
    base.append(replace(visit, source_seq="visit"))
    assert understood([*base, *behaviour(base, more)]) == understood(base)


def test_with_consent_the_same_events_do_count() -> None:
    base = base_of(3, ("consent_given", {"purpose": "personalised_service", "source": "*"}))
    searched = [(10**6, "searched", 0), (10**6, "searched", 0), (10**6, "income_stated", 0)]
    newest = sorted(base, key=lambda event: event.known_at)
    found = understood([*base, *behaviour(newest[::-1][:1], searched)])
    assert found["needs"] != understood(base)["needs"]
