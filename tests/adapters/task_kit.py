"""What every store must do with tasks and assignments: a list of facts, checked on each implementation."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tongxing.adapters.store import SqlStore
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Retention
from tongxing.domain.task import LIVE, Task, TaskState

AT = datetime(2026, 5, 6, 10, 0, tzinfo=BEIJING)
CHECKS: list[Callable[[SqlStore], None]] = []
ONE, TWO, THREE = "C000001", "C000002", "C000003"
MINE, OTHER = "adviser-1", "adviser-2"


def check(fact: Callable[[SqlStore], None]) -> Callable[[SqlStore], None]:
    """Add a fact to the list."""
    CHECKS.append(fact)
    return fact


def a_task(name: str, client_id: str = ONE, **other: object) -> Task:
    """A task with a paper of a few words."""
    made = Task(
        task_id=name,
        client_id=client_id,
        kind="event",
        made_at=AT,
        due_at=AT + timedelta(hours=1),
        paper="客户投诉".encode(),
    )
    return replace(made, **other)  # type: ignore[arg-type]


def keep(store: SqlStore, *tasks: Task, served: dict[str, str] | None = None) -> None:
    """Write tasks, and who serves whom."""
    with store.batch() as batch:
        for task in tasks:
            batch.tasks.add(task)
        for client_id, adviser in (served or {}).items():
            batch.tasks.assign(client_id, adviser, since=AT)


@check
def a_task_is_read_back_as_it_was_written(store: SqlStore) -> None:
    task = a_task("t1", assignee=MINE, duty=3, good_bp=15, state=TaskState.TAKEN)
    keep(store, task, a_task("t2", due_at=None))
    assert store.tasks.task("t1") == task
    assert store.tasks.task("t2") == a_task("t2", due_at=None)
    assert store.tasks.task("t3") is None


@check
def a_second_task_of_one_name_changes_nothing(store: SqlStore) -> None:
    with store.batch() as batch:
        assert batch.tasks.add(a_task("t1"))
        assert not batch.tasks.add(a_task("t1", duty=9))
    with store.batch() as batch:
        assert not batch.tasks.add(a_task("t1", duty=9))
    kept = store.tasks.task("t1")
    assert kept is not None
    assert kept.duty == 0


@check
def the_queue_shows_duty_then_good_then_what_is_due_first(store: SqlStore) -> None:
    late = AT + timedelta(days=1)
    keep(
        store,
        a_task("good", good_bp=20),
        a_task("never", due_at=None),
        a_task("late", due_at=late),
        a_task("soon"),
        a_task("small_duty", duty=1, due_at=late),
        a_task("duty", duty=5),
        a_task("better", good_bp=30, due_at=late),
        a_task("over", duty=9, state=TaskState.DONE),
        served={ONE: MINE},
    )
    found = [task.task_id for task in store.tasks.queue([MINE])]
    assert found == ["duty", "small_duty", "better", "good", "soon", "late", "never"]


@check
def a_task_lies_before_its_holder_else_before_the_clients_adviser(store: SqlStore) -> None:
    keep(
        store,
        a_task("mine", ONE),
        a_task("lent", ONE, assignee=OTHER),
        a_task("his", TWO),
        a_task("nobodys", THREE),
        served={ONE: MINE, TWO: OTHER},
    )
    assert {task.task_id for task in store.tasks.queue([MINE])} == {"mine"}
    assert {task.task_id for task in store.tasks.queue([OTHER])} == {"lent", "his"}
    assert store.tasks.queue([]) == ()
    both = store.tasks.queue([MINE, OTHER], orphans=True)
    assert {task.task_id for task in both} == {"mine", "lent", "his", "nobodys"}
    assert len(store.tasks.queue([MINE, OTHER], orphans=True, limit=2)) == 2


@check
def a_task_is_changed_only_from_a_state_that_was_expected(store: SqlStore) -> None:
    keep(store, a_task("t1"))
    taken = a_task("t1", assignee=MINE, state=TaskState.TAKEN, paper=b"new words")
    with store.batch() as batch:
        assert batch.tasks.change(taken, expects=(TaskState.OPEN,))
        assert not batch.tasks.change(replace(taken, assignee=OTHER), expects=(TaskState.OPEN,))
        assert batch.tasks.task("t1") == taken
    assert store.tasks.task("t1") == taken
    done = replace(taken, state=TaskState.DONE)
    with store.batch() as batch:
        assert batch.tasks.change(done, expects=LIVE)
        assert not batch.tasks.change(taken, expects=LIVE)
    assert store.tasks.ended([MINE]) == (done,)
    assert store.tasks.queue([MINE]) == ()


@check
def a_failed_transaction_leaves_neither_task_nor_assignment(store: SqlStore) -> None:
    def breaks_off() -> None:
        with store.batch() as batch:
            batch.tasks.add(a_task("t1"))
            batch.tasks.assign(ONE, MINE, since=AT)
            assert 1 // 0

    with pytest.raises(ZeroDivisionError):
        breaks_off()
    assert store.tasks.task("t1") is None
    assert store.tasks.adviser_of(ONE) is None


@check
def a_client_has_one_adviser_at_a_time(store: SqlStore) -> None:
    keep(store, served={ONE: MINE, TWO: MINE})
    keep(store, served={ONE: OTHER})
    assert store.tasks.adviser_of(ONE) == OTHER
    assert store.tasks.clients_of(MINE) == (TWO,)
    with store.batch() as batch:
        assert batch.tasks.count_clients(MINE) == 1
        assert batch.tasks.adviser_of(THREE) is None


@check
def the_load_counts_what_is_live_late_and_over(store: SqlStore) -> None:
    keep(
        store,
        a_task("late", due_at=AT - timedelta(minutes=1)),
        a_task("open"),
        a_task("done", assignee=MINE, state=TaskState.DONE),
        a_task("gone", assignee=MINE, state=TaskState.EXPIRED),
        a_task("old", assignee=MINE, state=TaskState.DONE, made_at=AT - timedelta(days=60)),
        served={ONE: MINE, TWO: MINE},
    )
    load = store.tasks.loads([MINE, OTHER], now=AT, since=AT - timedelta(days=30))
    mine = load[MINE]
    assert (mine.clients, mine.live, mine.overdue, mine.ended, mine.done) == (2, 2, 1, 2, 1)
    assert load[OTHER].live == 0


@check
def a_task_whose_key_is_destroyed_stays_without_its_paper(store: SqlStore) -> None:
    keep(store, a_task("t1"), served={ONE: MINE})
    store.erase(ONE, Retention.CONDUCT)
    (left,) = store.tasks.queue([MINE])
    assert (left.task_id, left.paper) == ("t1", b"")
