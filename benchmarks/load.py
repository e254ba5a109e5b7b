"""An open load over HTTP/1.1: requests leave by the clock, whether the last ones were answered or not.

Each is timed from the instant it was due, so a server that falls behind shows it (no coordinated omission).
Bare sockets: the client must cost little beside the server it measures.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

READ_BYTES = 65_536
SECONDS_TO_ANSWER = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One kind of request; `body` makes a new one each time."""

    name: str
    method: str
    seats: Sequence[tuple[str, Mapping[str, str]]]
    """Path and headers of each person who asks, in turn."""
    body: Callable[[int], bytes] = lambda _number: b""

    def bytes(self, number: int, host: str) -> bytes:
        """The request as it goes over the wire."""
        body = self.body(number)
        path, headers = self.seats[number % len(self.seats)]
        lines = [f"{self.method} {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join((*lines, "", "")).encode() + body


@dataclass(slots=True)
class Answers:
    """What came back for one kind of request."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    bytes: int = 0

    def take(self, status: int, length: int, seconds: float) -> None:
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.bytes = length
        self.seconds.append(seconds)


class User:
    """One kept connection."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Status, head and body of the answer."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await _body(reader, head)
        if b"connection: close" in head.lower():
            self.close()
        return int(head.split(b" ", 2)[1]), head, body

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:] if b":" in line)
    if b"chunked" in fields.get(b"transfer-encoding", b""):
        found = bytearray()
        while size := int(await reader.readline(), 16):
            found += await reader.readexactly(size)
            await reader.readexactly(2)
        await reader.readexactly(2)
        return bytes(found)
    return await reader.readexactly(int(fields.get(b"content-length", b"0")))


async def load(
    host: str, port: int, asks: Sequence[Ask], *, users: int, a_second: float, seconds: float
) -> Mapping[str, Answers]:
    """Send the kinds in turn for so long; a request that finds all users busy waits, and its wait counts."""
    answers = {ask.name: Answers() for ask in asks}
    free: asyncio.Queue[User] = asyncio.Queue()
    for _ in range(users):
        free.put_nowait(User(host, port))
    begun = time.perf_counter()

    async def one(number: int, due: float) -> None:
        ask = asks[number % len(asks)]
        user = await free.get()
        try:
            async with asyncio.timeout(SECONDS_TO_ANSWER):
                status, _head, body = await user.ask(ask.bytes(number // len(asks), f"{host}:{port}"))
            answers[ask.name].take(status, len(body), time.perf_counter() - due)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            user.close()
            answers[ask.name].take(0, 0, time.perf_counter() - due)
        finally:
            free.put_nowait(user)

    running: set[asyncio.Task[None]] = set()
    for number in range(int(a_second * seconds)):
        due = begun + number / a_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        task = asyncio.create_task(one(number, due))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    while not free.empty():
        free.get_nowait().close()
    return answers
