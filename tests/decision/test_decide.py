from collections.abc import Callable, Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tongxing.decision.decide import decide
from tongxing.decision.gates import Gates
from tongxing.domain.book import Book, RuleMissingError
from tongxing.domain.grades import Channel, Nature
from tongxing.domain.pages import Playbook
from tongxing.domain.profile import Profile
from tongxing.domain.touch import Answer, Decision, Gate, Trigger

Make = Callable[..., object]
ORDER = (
    Gate.CONSENT,
    Gate.ELIGIBILITY,
    Gate.APPLICABILITY,
    Gate.SUITABILITY,
    Gate.CONTACT,
    Gate.ARBITRATION,
)


def asked(decision: Decision, playbook: str) -> list[tuple[Gate, Answer]]:
    return [(row.gate, row.answer) for row in decision.considered if row.playbook == playbook]


def reasons(decision: Decision, playbook: str) -> tuple[str, ...]:
    return tuple(reason for row in decision.considered if row.playbook == playbook for reason in row.reasons)


def refusing(reason: str) -> Callable[[Playbook, Profile, Trigger, Book], tuple[str, ...]]:
    def gate(_page: Playbook, _profile: Profile, _trigger: Trigger, _book: Book) -> tuple[str, ...]:
        return (reason,)

    return gate


def choose(
    pages: Sequence[Playbook], profile: Profile, trigger: Trigger, gates: Gates, book: Book
) -> Decision:
    return decide(profile, trigger, playbooks=pages, gates=gates, book=book, code_version="1")


def test_a_client_who_searched_is_served_with_every_gate_asked(
    page: Make, profile: Make, trigger: Make, open_gates: Gates, book: Book
) -> None:
    decision = choose([page()], profile("pension_searched"), trigger(), open_gates, book)
    (touch,) = decision.touches
    assert (touch.playbook, touch.slot, touch.channel) == ("pension_guide", "for_you", Channel.HOME)
    assert [sign.name for sign in touch.signs] == ["pension_searched"]
    assert touch.net_bp == 20
    assert asked(decision, "pension_guide") == [(gate, Answer.PASS) for gate in ORDER]
    assert decision.book_digest == "b" * 64
    assert decision.features == {"searches_30d": 2}


def test_the_first_gate_that_stops_is_the_last_one_asked(
    page: Make, profile: Make, trigger: Make, open_gates: Gates, book: Book
) -> None:
    names = {
        Gate.CONSENT: "consent",
        Gate.ELIGIBILITY: "eligibility",
        Gate.SUITABILITY: "suitability",
        Gate.CONTACT: "contact",
    }
    for gate, name in names.items():
        gates = replace(open_gates, **{name: refusing(f"{name}: no")})
        decision = choose([page()], profile("pension_searched"), trigger(), gates, book)
        place = ORDER.index(gate)
        assert decision.touches == ()
        assert asked(decision, "pension_guide") == [
            *((before, Answer.PASS) for before in ORDER[:place]),
            (gate, Answer.STOP),
        ]
        assert reasons(decision, "pension_guide") == (f"{name}: no",)


def test_a_sign_that_is_off_or_excluded_makes_it_inapplicable(
    page: Make, profile: Make, trigger: Make, open_gates: Gates, book: Book
) -> None:
    excluded = choose(
        [page()], profile("pension_searched", "pension_account_open"), trigger(), open_gates, book
    )
    assert reasons(excluded, "pension_guide") == ("applicability: pension_account_open is on",)
    off = choose([page()], profile(), trigger(), open_gates, book)
    assert reasons(off, "pension_guide") == ("applicability: pension_searched is not on",)
    assert excluded.touches == off.touches == ()


def test_a_sign_sends_only_what_is_about_it(
    page: Make, profile: Make, trigger: Make, open_gates: Gates, book: Book
) -> None:
    decision = choose(
        [page(), page("sleeper", all_of=("dormant",))],
        profile("pension_searched", "dormant"),
        trigger("sign:dormant"),
        open_gates,
        book,
    )
    assert [touch.playbook for touch in decision.touches] == ["sleeper"]
    assert reasons(decision, "pension_guide") == ("applicability: not about this trigger",)


def test_a_journey_step_considers_its_own_playbook_only(
    page: Make, profile: Make, trigger: Make, open_gates: Gates, book: Book
) -> None:
    pages = [page("day_1", all_of=("newcomer",)), page("day_2", all_of=("newcomer",)), page()]
    client = profile("newcomer", "pension_searched")
    step = choose(pages, client, trigger("journey:newcomer:2", "timer:1"), open_gates, book)
    assert {row.playbook for row in step.considered} == {"day_2"}
    assert [touch.playbook for touch in step.touches] == ["day_2"]


def test_a_sign_never_starts_a_page_of_a_journey(
    page: Make, profile: Make, trigger: Make, open_gates: Gates, book: Book
) -> None:
    pages = [page("day_1", all_of=("newcomer",)), page()]
    decision = choose(pages, profile("newcomer"), trigger("sign:newcomer"), open_gates, book)
    assert {row.playbook for row in decision.considered} == {"pension_guide"}


def test_a_step_the_book_no_longer_has_says_nothing(
    page: Make, profile: Make, trigger: Make, open_gates: Gates, book: Book
) -> None:
    for name in ("journey:newcomer:9", "journey:gone:1", "journey:newcomer:"):
        decision = choose([page(), page("day_1")], profile("newcomer"), trigger(name), open_gates, book)
        assert decision.considered == ()
        assert decision.touches == ()


def test_one_winner_a_slot_and_the_loser_names_it(
    page: Make, profile: Make, trigger: Make, open_gates: Gates, book: Book
) -> None:
    pages = [
        page("weaker", lift_bp=10),
        page("stronger", lift_bp=30, harm_bp=5),
        page("elsewhere", slot="notice", lift_bp=1),
    ]
    decision = choose(pages, profile("pension_searched"), trigger(), open_gates, book)
    assert [touch.playbook for touch in decision.touches] == ["stronger", "elsewhere"]
    assert reasons(decision, "weaker") == ("arbitration: stronger takes slot for_you",)


def test_duty_comes_before_any_lift(
    page: Make, profile: Make, trigger: Make, open_gates: Gates, book: Book
) -> None:
    pages = [page("offer", lift_bp=900), page("notice", nature=Nature.SERVICE, lift_bp=0, harm_bp=5)]
    decision = choose(pages, profile("pension_searched"), trigger(), open_gates, book)
    assert [touch.playbook for touch in decision.touches] == ["notice"]
    assert reasons(decision, "offer") == ("arbitration: notice takes slot for_you",)


def test_what_harms_more_than_it_helps_loses_to_silence_and_takes_no_slot(
    page: Make, profile: Make, trigger: Make, open_gates: Gates, book: Book
) -> None:
    pages = [page("a_push", lift_bp=50, harm_bp=51), page("small", lift_bp=0, harm_bp=0)]
    decision = choose(pages, profile("pension_searched"), trigger(), open_gates, book)
    assert [touch.playbook for touch in decision.touches] == ["small"]
    assert reasons(decision, "a_push") == (
        "arbitration: harm 51 bp is not covered by lift 50 bp: silence wins",
    )


def test_a_channel_the_client_refused_is_passed_over(
    page: Make, profile: Make, trigger: Make, open_gates: Gates, book: Book
) -> None:
    pages = [page(channels=(Channel.PUSH, Channel.CHAT, Channel.HOME))]

    def channel(contact: dict[str, bool]) -> Channel:
        client = profile("pension_searched", contact=contact)
        return choose(pages, client, trigger(), open_gates, book).touches[0].channel

    assert channel({}) is Channel.PUSH
    assert channel({"push": False}) is Channel.CHAT
    assert channel({"push": False, "chat": False, "home": False}) is Channel.HOME


def test_a_gate_without_its_rule_stops_rather_than_guesses(
    page: Make, profile: Make, trigger: Make, open_gates: Gates, book: Book
) -> None:
    def unjudged(_page: Playbook, _profile: Profile, _trigger: Trigger, _book: Book) -> tuple[str, ...]:
        raise RuleMissingError("rule 'touch_week_max' has no value on 2026-05-06")

    gates = replace(open_gates, contact=unjudged)
    decision = choose([page()], profile("pension_searched"), trigger(), gates, book)
    assert decision.touches == ()
    assert reasons(decision, "pension_guide") == (
        "contact: not judged: rule 'touch_week_max' has no value on 2026-05-06",
    )


def test_ids_say_what_they_name_and_nothing_else(
    page: Make, profile: Make, trigger: Make, open_gates: Gates, book: Book
) -> None:
    first = choose([page()], profile("pension_searched"), trigger(), open_gates, book)
    again = choose([page(), page("other")], profile("pension_searched"), trigger(), open_gates, book)
    later = choose([page()], profile("pension_searched"), trigger(cause="app/2"), open_gates, book)
    assert first.decision_id == again.decision_id != later.decision_id
    assert first.touches[0].touch_id != later.touches[0].touch_id
    assert first.touches[0].touch_id in {touch.touch_id for touch in again.touches} | {
        first.touches[0].touch_id
    }
    assert len(first.touches[0].touch_id) == 16
    assert int(first.decision_id, 16) >= 0
    assert first.decision_id != first.touches[0].touch_id


pages_of_any_kind = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d", "e", "f"]),
        st.integers(0, 40),
        st.integers(0, 40),
        st.sampled_from([Nature.SERVICE, Nature.EDUCATION, Nature.MARKETING]),
        st.sampled_from(["for_you", "notice"]),
        st.sampled_from(["pension_searched", "dormant"]),
    ),
    unique_by=lambda row: row[0],
    max_size=6,
)


@given(rows=pages_of_any_kind, shuffle=st.randoms(use_true_random=False), data=st.data())
def test_for_every_set_of_pages_the_order_given_changes_nothing_and_answers_are_whole(
    page: Make,
    profile: Make,
    trigger: Make,
    open_gates: Gates,
    book: Book,
    rows: list[tuple[str, int, int, Nature, str, str]],
    shuffle: object,
    data: st.DataObject,
) -> None:
    pages = [
        page(name, lift_bp=lift, harm_bp=harm, nature=nature, slot=slot, all_of=(sign,), none_of=())
        for name, lift, harm, nature, slot, sign in rows
    ]
    stopped = data.draw(st.sets(st.sampled_from(["a", "b", "c"])))

    def contact(found: Playbook, _profile: Profile, _trigger: Trigger, _book: Book) -> tuple[str, ...]:
        return ("cooldown: rests",) if found.name in stopped else ()

    gates = replace(open_gates, contact=contact)
    client = profile("pension_searched", "dormant")
    decision = choose(pages, client, trigger(), gates, book)
    mixed = list(pages)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    assert choose(mixed, client, trigger(), gates, book) == decision

    by_name = {found.name: found for found in pages}
    sent = [by_name[touch.playbook] for touch in decision.touches]
    assert len({found.slot for found in sent}) == len(sent)
    assert all(found.lift_bp >= found.harm_bp or found.nature is Nature.SERVICE for found in sent)
    assert not {found.name for found in sent} & stopped
    for found in pages:
        answers = asked(decision, found.name)
        assert [gate for gate, _answer in answers] == list(ORDER[: len(answers)])
        assert all(answer is Answer.PASS for _gate, answer in answers[:-1])
        was_sent = found in sent
        assert (answers[-1] == (Gate.ARBITRATION, Answer.PASS)) is was_sent
        assert bool(reasons(decision, found.name)) is not was_sent
        if not was_sent and answers[-1][0] is Gate.ARBITRATION and found.nature is Nature.SERVICE:
            rivals = [other for other in sent if other.slot == found.slot]
            assert rivals
            assert rivals[0].nature is Nature.SERVICE
            assert rivals[0].lift_bp - rivals[0].harm_bp >= found.lift_bp - found.harm_bp
