"""What the console's rows of every store must do: switches, words that verdicts are found by, counts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from store_kit import AT, a_decision, a_message, keep_leaf, searched

from tongxing.adapters.store import SqlStore
from tongxing.domain.event import Retention
from tongxing.service.ports_console import Asked, AskedLooks, SwitchAct, SwitchRow

HOUR = timedelta(hours=1)
FACTS: list[Callable[[SqlStore], None]] = []


def fact(check: Callable[[SqlStore], None]) -> Callable[[SqlStore], None]:
    """Add a fact to the list."""
    FACTS.append(check)
    return check


def decided(store: SqlStore, number: int, *terms: str, client_id: str = "C000001") -> None:
    """Keep a decision that is found by these words, an hour after the one before it."""
    made = a_decision(number, client_id)
    made = replace(made, trigger=replace(made.trigger, at=AT + number * HOUR))
    with store.batch() as batch:
        index = keep_leaf(batch, client_id)
        batch.add_decision(made, chosen=0, refused=0, payload=b"record", leaf_index=index, terms=terms)


def put(store: SqlStore, playbook: str, act: str, number: int, *, off: bool) -> None:
    at = AT + number * HOUR
    with store.batch() as batch:
        batch.switches.take(playbook)
        index = keep_leaf(batch)
        batch.switches.put(
            SwitchRow(playbook=playbook, off=off, by="operations-1", at=at, why="words"),
            SwitchAct(playbook=playbook, act=act, by="operations-1", at=at, why="words", leaf_index=index),
        )


def found(store: SqlStore, asked: Asked, limit: int = 50) -> list[str]:
    return [row.decision_id for row in store.census.find(asked, limit=limit)[0]]


@fact
def a_switch_reads_back_with_its_acts_the_latest_first(store: SqlStore) -> None:
    put(store, "pension_guide", "off", 1, off=True)
    put(store, "pension_guide", "asked", 2, off=True)
    put(store, "idle_cash", "off", 3, off=True)
    put(store, "idle_cash", "on", 4, off=False)
    assert store.switches.off() == {"pension_guide"}
    assert [row.playbook for row in store.switches.rows()] == ["idle_cash", "pension_guide"]
    acts = store.switches.acts("pension_guide")
    assert [(act.act, act.at) for act in acts] == [("asked", AT + 2 * HOUR), ("off", AT + HOUR)]
    assert store.switches.act_at(acts[0].leaf_index) == acts[0]
    with store.batch() as batch:
        assert batch.switches.off() == {"pension_guide"}
        row, last = batch.switches.take("pension_guide")
        assert (row is not None and row.off, last) == (True, acts[0])
        assert batch.switches.take("birthday") == (None, None)


@fact
def cards_of_a_playbook_that_was_switched_off_are_not_listed_and_later_ones_are(store: SqlStore) -> None:
    with store.batch() as batch:
        index = keep_leaf(batch)
        batch.add_message(a_message(1, index))
    assert len(store.messages("C000001", now=AT)) == 1
    put(store, "pension_guide", "off", 2, off=True)
    assert store.messages("C000001", now=AT) == ()
    put(store, "pension_guide", "on", 3, off=False)
    assert store.messages("C000001", now=AT) == ()
    with store.batch() as batch:
        batch.add_message(a_message(4 * 60, keep_leaf(batch)))
    assert [row.message_id for row in store.messages("C000001", now=AT)] == ["m240"]


@fact
def decisions_are_found_by_every_word_together_page_by_page(store: SqlStore) -> None:
    for number in range(1, 8):
        words = ["outcome:refused", "rule:consent"] if number % 2 else ["outcome:sent"]
        decided(store, number, *words)
    assert found(store, Asked(terms=("rule:consent", "outcome:refused"))) == ["d7", "d5", "d3", "d1"]
    assert found(store, Asked(terms=("rule:consent", "outcome:sent"))) == []
    assert found(store, Asked(terms=("rule:consen",))) == []
    first, place = store.census.find(Asked(terms=("outcome:refused",)), limit=2)
    rest, end = store.census.find(Asked(terms=("outcome:refused",)), after=place, limit=2)
    assert [row.decision_id for row in (*first, *rest)] == ["d7", "d5", "d3", "d1"]
    assert (place is not None, end) == (True, None)


@fact
def decisions_are_found_by_client_and_span(store: SqlStore) -> None:
    for number in range(1, 7):
        decided(store, number, "outcome:sent", client_id=f"C00000{number % 2}")
    assert found(store, Asked(client_id="C000001")) == ["d5", "d3", "d1"]
    assert found(store, Asked(client_id="C000001", terms=("outcome:sent",))) == ["d5", "d3", "d1"]
    assert found(store, Asked(since=AT + 2 * HOUR, until=AT + 4 * HOUR)) == ["d3", "d2"]
    assert found(store, Asked(terms=("outcome:sent",), since=AT + 5 * HOUR)) == ["d6", "d5"]
    assert found(store, Asked(client_id="nobody")) == []
    assert store.census.decisions_between(AT, AT + 3 * HOUR) == 2


@fact
def words_are_counted_in_a_span_and_one_never_used_is_zero(store: SqlStore) -> None:
    for number in range(1, 4):
        decided(store, number, "rule:consent")
    wanted = ("rule:consent", "rule:cooldown")
    assert store.census.count(wanted) == {"rule:consent": 3, "rule:cooldown": 0}
    assert store.census.count(wanted, since=AT + 3 * HOUR)["rule:consent"] == 1
    assert store.census.count(wanted, until=AT + 2 * HOUR)["rule:consent"] == 1


@fact
def after_erasure_no_word_finds_the_decisions_of_a_client(store: SqlStore) -> None:
    decided(store, 1, "rule:consent", client_id="C000001")
    decided(store, 2, "rule:consent", client_id="C000002")
    store.erase("C000001", Retention.BEHAVIOUR)
    assert found(store, Asked(terms=("rule:consent",))) == ["d2", "d1"]
    store.erase("C000001", Retention.CONDUCT)
    assert found(store, Asked(terms=("rule:consent",))) == ["d2"]
    assert store.census.count(["rule:consent"]) == {"rule:consent": 1}


@fact
def a_decision_without_words_is_told_and_can_be_given_some(store: SqlStore) -> None:
    decided(store, 1)
    decided(store, 2, "outcome:sent")
    rows = store.census.without_terms(after=-1, limit=10)
    assert [row.decision_id for row in rows] == ["d1"]
    store.census.add_terms([(row, ("outcome:sent",)) for row in rows])
    store.census.add_terms([(row, ("outcome:sent",)) for row in rows])
    assert found(store, Asked(terms=("outcome:sent",))) == ["d2", "d1"]
    assert store.census.without_terms(after=-1, limit=10) == ()


@fact
def timers_are_late_soon_or_waiting(store: SqlStore) -> None:
    with store.batch() as batch:
        for number, hours in enumerate((-2, -1, 5, 30)):
            batch.set_timer(idem=f"i{number}", client_id="C1", name=f"held:p{number}", due=AT + hours * HOUR)
    due = store.census.due(AT, limit=3)
    assert (due.late, due.next_day, due.waiting) == (2, 1, 4)
    assert [line.name for line in due.lines] == ["held:p0", "held:p1", "held:p2"]


@fact
def events_since_an_instant_are_counted_by_the_order_of_the_log(store: SqlStore) -> None:
    assert store.census.events_since(AT) == 0
    store.append([searched(number) for number in range(10)])
    assert store.census.events_since(AT + timedelta(seconds=7)) == 3
    assert store.census.events_since(AT - HOUR) == 10
    assert store.census.events_since(AT + HOUR) == 0


@fact
def an_empty_store_answers_every_count(store: SqlStore) -> None:
    census = store.census
    assert (census.paces(), census.sent_between(AT, AT + HOUR), census.overdue(AT)) == ((), 0, (0, 0))
    assert (census.outbox().waiting, census.looks(AskedLooks(), limit=10)) == (0, ())
    assert census.books() == ()


@fact
def the_books_once_in_force_are_listed_with_when_they_were_kept(store: SqlStore) -> None:
    store.keep_book("a" * 64, b"pages")
    store.keep_book("b" * 64, b"pages")
    store.keep_book("a" * 64, b"pages")
    books = store.census.books()
    assert {book.digest for book in books} == {"a" * 64, "b" * 64}
    assert all(book.kept_at is not None for book in books)


@fact
def a_delivered_card_says_how_long_it_took(store: SqlStore) -> None:
    decided(store, 1)
    with store.batch() as batch:
        batch.add_message(a_message(90, 0))
    (pace,) = store.census.paces()
    assert pace.sent == 30 * 60 * 1_000_000
    assert pace.sealed is not None
    assert store.census.sent_between(AT, AT + 2 * HOUR) == 1
