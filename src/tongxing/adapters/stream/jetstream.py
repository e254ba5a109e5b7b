"""Events over NATS JetStream: one subject a partition, acknowledged when they are durable in the log.

A message that is lost on the way is sent again by the server, one that is sent again is a duplicate for the
log (`source`, `source_seq`): each event has its effect once. What is no event is kept apart with its reason.

Needs the `nats` extra (`pip install tongxing[nats]`) and a server with JetStream.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import nats
from nats.aio.msg import Msg
from nats.errors import NoServersError
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, RetentionPolicy, StorageType, StreamConfig

from tongxing.adapters.store.instants import partition_of
from tongxing.domain.event import Event, Rejected
from tongxing.domain.event_text import canonical
from tongxing.service.ports import Appended

STREAM, REJECTED = "TONGXING", "TONGXING_REJECTED"
SUBJECT, REJECTED_SUBJECT = "tongxing.events", "tongxing.rejected"
PARTITIONS = range(64)
MESSAGES_A_FETCH = 500
FETCH_SECONDS = 0.5
ACK_SECONDS = 30.0
"""A message not acknowledged within this is given to a pump again."""
IN_FLIGHT = 256
CONNECT_SECONDS = 5
REASON = "Tongxing-Reason"

Parse = Callable[[bytes, datetime], Event | Rejected]
Append = Callable[[Sequence[Event]], Appended]


class StreamError(RuntimeError):
    """The server cannot be reached, or has no JetStream; words for a person."""


@dataclass(slots=True)
class Pumped:
    """What a pump moved."""

    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0


async def publish(url: str, events: Iterable[Event]) -> int:
    """Send events, each to the subject of its client's partition; counts those the server has stored."""
    async with _Connection(url) as stream:
        sent = 0
        waiting: list[asyncio.Task[object]] = []
        for event in events:
            headers = {"Nats-Msg-Id": f"{event.source}|{event.source_seq}"}
            subject = _subject(partition_of(event.client_id))
            waiting.append(asyncio.create_task(stream.publish(subject, canonical(event), headers=headers)))
            if len(waiting) == IN_FLIGHT:
                sent += len(await asyncio.gather(*waiting))
                waiting.clear()
        return sent + len(await asyncio.gather(*waiting))


async def pump(
    url: str,
    *,
    partitions: Collection[int],
    parse: Parse,
    append: Append,
    now: Callable[[], datetime],
    until: Callable[[Pumped], bool],
) -> Pumped:
    """Move messages of some partitions into the log until `until` says enough; nothing is held in between."""
    pumped, lock = Pumped(), asyncio.Lock()

    async def one(stream: JetStreamContext, partition: int) -> None:
        config = ConsumerConfig(ack_wait=ACK_SECONDS)
        source = await stream.pull_subscribe(
            _subject(partition), durable=f"partition-{partition:02d}", stream=STREAM, config=config
        )
        while not until(pumped):
            try:
                messages = await source.fetch(MESSAGES_A_FETCH, timeout=FETCH_SECONDS)
            except TimeoutError:
                continue
            async with lock:
                await _take(stream, messages, parse, append, now(), pumped)

    async with _Connection(url) as stream, asyncio.TaskGroup() as tasks:
        for partition in partitions:
            tasks.create_task(one(stream, partition))
    return pumped


async def _take(
    stream: JetStreamContext,
    messages: Sequence[Msg],
    parse: Parse,
    append: Append,
    now: datetime,
    pumped: Pumped,
) -> None:
    """Append what is an event, durably, and only then acknowledge."""
    read = [(message, parse(message.data, now)) for message in messages]
    events = [event for _message, event in read if isinstance(event, Event)]
    appended = await asyncio.to_thread(append, events)
    conflicts = {id(events[position]) for position in appended.conflicts}
    for message, event in read:
        if isinstance(event, Rejected):
            await _reject(stream, message, f"{event.reason}: {event.detail}")
        elif id(event) in conflicts:
            await _reject(stream, message, "conflict: this key came with other content before")
        else:
            await message.ack()
    pumped.accepted += len(appended.accepted)
    pumped.duplicates += len(appended.duplicates)
    pumped.rejected += len(messages) - len(appended.accepted) - len(appended.duplicates)


async def _reject(stream: JetStreamContext, message: Msg, reason: str) -> None:
    """Keep what is no event apart, and have it not delivered again."""
    words = reason.encode("ascii", "replace").decode()
    await stream.publish(REJECTED_SUBJECT, message.data, headers={REASON: words})
    await message.term()


def _subject(partition: int) -> str:
    return f"{SUBJECT}.{partition:02d}"


async def _quiet(_problem: Exception) -> None:
    """What goes wrong is raised where it is waited for; the library need not tell it as well."""


class _Connection:
    """A connection with both streams in place."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def __aenter__(self) -> JetStreamContext:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                self._client = await nats.connect(self._url, allow_reconnect=False, error_cb=_quiet)
        except (NoServersError, OSError, TimeoutError) as problem:
            raise StreamError(f"no NATS server answers at {self._url}") from problem
        stream = self._client.jetstream()
        await stream.add_stream(
            StreamConfig(
                name=STREAM,
                subjects=[f"{SUBJECT}.*"],
                retention=RetentionPolicy.LIMITS,
                storage=StorageType.FILE,
            )
        )
        await stream.add_stream(
            StreamConfig(name=REJECTED, subjects=[REJECTED_SUBJECT], storage=StorageType.FILE)
        )
        return stream

    async def __aexit__(self, *_exception: object) -> None:
        await self._client.close()
