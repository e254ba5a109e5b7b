"""Bodies that stall or break off: a clear answer, nothing kept, nothing in the log as our failure."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from page_house import PORT, Browser, enter

from tongxing.service.house import House
from tongxing.service.sign_in import new_key
from tongxing.simulation.staff import hire

STALLS: tuple[dict[str, Any], ...] = ()
BREAKS: tuple[dict[str, Any], ...] = ({"type": "http.disconnect"},)
FORM = b"application/x-www-form-urlencoded"


def ask(
    client: Browser, path: str, headers: Sequence[tuple[bytes, bytes]], rest: Sequence[dict[str, Any]]
) -> tuple[int, bytes]:
    """Half a body, then `rest`, then silence: status and body of the answer."""
    began: dict[str, Any] = {"type": "http.request", "body": b"text=%E5%85%BB", "more_body": True}
    arriving = [began, *rest]
    sent: list[dict[str, Any]] = []

    async def receive() -> Any:
        if arriving:
            return arriving.pop(0)
        return await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": [
            (b"host", f"127.0.0.1:{PORT}".encode()),
            (b"sec-fetch-site", b"same-origin"),
            (b"content-length", b"300"),
            *headers,
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", PORT),
        "state": {},
    }
    asyncio.run(asyncio.wait_for(client.app(scope, receive, send), timeout=10))
    return sent[0]["status"], b"".join(one.get("body", b"") for one in sent)


@pytest.mark.parametrize(("rest", "status"), [(STALLS, 408), (BREAKS, 400)], ids=["stalls", "breaks off"])
def test_half_a_form_is_not_taken(
    client: Browser,
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    rest: Sequence[dict[str, Any]],
    status: int,
) -> None:
    monkeypatch.setattr("tongxing.web.body.SECONDS_MAX", 0.05)
    enter(client, "C000001")
    events = house.store.count_events()
    cookie = f"tongxing_session={client.cookies['tongxing_session']}".encode()
    headers = [(b"content-type", FORM), (b"cookie", cookie), (b"accept", b"text/html")]
    found, words = ask(client, "/me/search", headers, rest)
    assert found == status
    assert "什么都没有保存" in words.decode()
    assert house.store.count_events() == events


@pytest.mark.parametrize(
    ("rest", "kind"), [(STALLS, b"too-slow"), (BREAKS, b"bad-request")], ids=["stalls", "breaks off"]
)
def test_half_a_batch_of_events_is_not_taken(
    client: Browser,
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    rest: Sequence[dict[str, Any]],
    kind: bytes,
) -> None:
    monkeypatch.setattr("tongxing.web.body.SECONDS_MAX", 0.05)
    hire(house)
    events = house.store.count_events()
    key = new_key(house, "partner-1", "stalling").encode()
    headers = [(b"content-type", b"application/json"), (b"authorization", b"Bearer " + key)]
    status, words = ask(client, "/v1/events", headers, rest)
    assert status < 500
    assert kind in words
    assert house.store.count_events() == events
