"""Receivers, their calls and kept answers behave in the same way on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from store_kit import AT, searched

from postgres_server import Database
from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import SqlStore, open_store
from tongxing.service.ports_webhooks import CallState, Webhook, WebhookCall

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - of nobody
LATER = AT + timedelta(minutes=1)


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    if request.param == "sqlite":
        opened = open_store(tmp_path / "store.db", entropy=OsEntropy(), key_path=tmp_path / "key")
    else:
        database: Database = request.getfixturevalue("database")
        opened = database.open()
        opened.leases(OsEntropy()).renew(everything=True)
    yield opened
    opened.close()


def webhook(name: str = "wh_1", person: str = "partner-1") -> Webhook:
    return Webhook(
        webhook_id=name,
        person_id=person,
        url="https://hooks.bank.com/in",
        kinds=("consent_given", "touch_sent"),
        secret=SECRET,
        active=True,
        made_at=AT,
        after=0,
    )


def call(number: int, *, hook: str = "wh_1") -> WebhookCall:
    return WebhookCall(
        call_id=f"msg_{number}",
        webhook_id=hook,
        kind="touch_sent",
        payload=b'{"type":"touch_sent"}',
        made_at=AT,
        state=CallState.WAITING,
        tries=0,
        next_at=AT,
        last="",
    )


def test_a_receiver_is_read_back_as_it_was_kept_and_is_listed_for_its_owner_alone(store: SqlStore) -> None:
    store.webhooks.add(webhook())
    store.webhooks.add(webhook("wh_2", "partner-2"))
    assert store.webhooks.webhook("wh_1") == webhook()
    assert [one.webhook_id for one in store.webhooks.of_person("partner-1")] == ["wh_1"]
    assert (store.webhooks.count("partner-1"), store.webhooks.webhook("wh_9")) == (1, None)


def test_a_secret_does_not_stand_in_the_file_as_it_is(tmp_path: Path) -> None:
    opened = open_store(tmp_path / "store.db", entropy=OsEntropy(), key_path=tmp_path / "key")
    opened.webhooks.add(webhook())
    opened.idempotency.begin("partner-1", "k", b"asked", now=AT)
    opened.idempotency.finish("partner-1", "k", status=201, answer=SECRET.encode())
    opened.close()
    written = b"".join(file.read_bytes() for file in tmp_path.glob("store.db*"))
    assert b"hooks.bank.com" in written
    assert SECRET.encode() not in written


def test_a_changed_receiver_is_read_as_changed_and_a_removed_one_takes_its_calls_along(
    store: SqlStore,
) -> None:
    store.webhooks.add(webhook())
    store.webhooks.queue(webhook(), [call(1)], after=7)
    changed = replace(webhook(), active=False, url="https://other.bank.com/", after=7)
    assert store.webhooks.change(changed)
    assert store.webhooks.webhook("wh_1") == changed
    assert store.webhooks.active() == ()
    assert store.webhooks.remove("wh_1")
    assert not store.webhooks.remove("wh_1")
    assert (store.webhooks.call("msg_1"), store.webhooks.change(changed)) == (None, False)


def test_of_two_who_tell_a_receiver_at_once_one_keeps_its_calls(store: SqlStore) -> None:
    store.webhooks.add(webhook())
    assert store.webhooks.queue(webhook(), [call(1)], after=5)
    assert not store.webhooks.queue(webhook(), [call(2)], after=6)
    assert [one.call_id for one in store.webhooks.calls("wh_1")] == ["msg_1"]
    assert store.webhooks.webhook("wh_1") == replace(webhook(), after=5)


def test_a_claimed_call_is_counted_and_left_alone_until_its_time_comes_again(store: SqlStore) -> None:
    store.webhooks.add(webhook())
    store.webhooks.queue(webhook(), [call(1), call(2)], after=1)
    assert store.webhooks.claim(AT - timedelta(seconds=1), until=LATER, limit=9) == ()
    (first,) = store.webhooks.claim(AT, until=LATER, limit=1)
    assert (first.call_id, first.tries, first.next_at) == ("msg_1", 1, LATER)
    (second,) = store.webhooks.claim(AT, until=LATER, limit=9)
    assert second.call_id == "msg_2"
    assert store.webhooks.claim(AT, until=LATER, limit=9) == ()
    assert len(store.webhooks.claim(LATER, until=LATER, limit=9)) == 2


def test_calls_of_a_receiver_that_rests_are_not_claimed(store: SqlStore) -> None:
    store.webhooks.add(replace(webhook(), active=False))
    store.webhooks.queue(webhook(), [call(1)], after=1)
    assert store.webhooks.claim(LATER, until=LATER, limit=9) == ()


def test_calls_are_listed_newest_first_by_their_fate_a_page_at_a_time(store: SqlStore) -> None:
    store.webhooks.add(webhook())
    store.webhooks.queue(webhook(), [call(number) for number in range(5)], after=1)
    store.webhooks.settle(replace(call(3), state=CallState.DEAD, tries=9, next_at=None, last="http 500"))
    assert [one.call_id for one in store.webhooks.calls("wh_1", state=CallState.DEAD)] == ["msg_3"]
    page = store.webhooks.calls("wh_1", limit=2)
    assert [one.call_id for one in page] == ["msg_4", "msg_3"]
    rest = store.webhooks.calls("wh_1", before="msg_3", limit=9)
    assert [one.call_id for one in rest] == ["msg_2", "msg_1", "msg_0"]


def test_sent_calls_are_forgotten_in_their_time_and_dead_ones_are_kept(store: SqlStore) -> None:
    store.webhooks.add(webhook())
    store.webhooks.queue(webhook(), [call(1), call(2)], after=1)
    store.webhooks.settle(replace(call(1), state=CallState.SENT, next_at=None))
    store.webhooks.settle(replace(call(2), state=CallState.DEAD, next_at=None))
    assert store.webhooks.forget_sent(AT, limit=9) == 0
    assert store.webhooks.forget_sent(LATER, limit=9) == 1
    assert [one.call_id for one in store.webhooks.calls("wh_1")] == ["msg_2"]


def test_news_are_envelopes_of_the_kinds_asked_for_beyond_a_place(store: SqlStore) -> None:
    store.append([searched(1), searched(2), searched(3)])
    news = store.webhooks.news({"searched"}, after=1, limit=1)
    assert [(one.seq, one.kind, one.source_seq) for one in news] == [(2, "searched", searched(2).source_seq)]
    assert store.webhooks.news({"trade"}, after=0, limit=9) == ()
    assert store.webhooks.log_end() == 3


def test_a_key_belongs_to_one_person_and_gives_back_what_was_answered(store: SqlStore) -> None:
    rows = store.idempotency
    assert rows.begin("partner-1", "k", b"a", now=AT) is None
    assert rows.begin("partner-2", "k", b"b", now=AT) is None
    waiting = rows.begin("partner-1", "k", b"z", now=LATER)
    assert waiting is not None
    assert (waiting.asked, waiting.status, waiting.at) == (b"a", None, AT)
    rows.finish("partner-1", "k", status=201, answer=b"answer")
    kept = rows.begin("partner-1", "k", b"a", now=LATER)
    assert kept is not None
    assert (kept.status, kept.answer) == (201, b"answer")
    rows.release("partner-1", "k")
    assert rows.begin("partner-1", "k", b"a", now=LATER) is not None, "a finished call is not released"


def test_of_two_who_take_over_a_lost_call_one_does_it(store: SqlStore) -> None:
    rows = store.idempotency
    rows.begin("partner-1", "k", b"a", now=AT)
    earlier = rows.begin("partner-1", "k", b"a", now=LATER)
    assert earlier is not None
    assert rows.take_over("partner-1", "k", earlier, now=LATER)
    assert not rows.take_over("partner-1", "k", earlier, now=LATER)


def test_keys_are_forgotten_in_their_time(store: SqlStore) -> None:
    rows = store.idempotency
    rows.begin("partner-1", "old", b"a", now=AT)
    rows.begin("partner-1", "new", b"a", now=LATER)
    assert rows.forget(LATER, limit=9) == 1
    assert rows.begin("partner-1", "old", b"other", now=LATER) is None
    assert rows.begin("partner-1", "new", b"other", now=LATER) is not None
