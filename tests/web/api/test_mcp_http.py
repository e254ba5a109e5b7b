"""Assistants over HTTP: the tools of whoever holds the key, one message at a time."""

from typing import Any

import pytest
from page_house import OWN, Browser, enter

pytest.importorskip("mcp", reason="the extra mcp is not installed")

from tongxing.service.house import House
from tongxing.service.sign_in import new_key
from tongxing.simulation.staff import hire

ASKS = {
    "Accept": "application/json, text/event-stream",
    "MCP-Protocol-Version": "2025-06-18",
}


@pytest.fixture
def key(house: House) -> str:
    hire(house)
    return new_key(house, "adviser-1", "assistant")


def ask(client: Browser, key: str, method: str, params: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    answer = client.post("/mcp", json=message, headers=ASKS | {"Authorization": f"Bearer {key}"})
    return answer.status_code, answer.json()


def call(client: Browser, key: str, tool: str, **given: object) -> tuple[bool, str]:
    """Whether a tool failed, and its words."""
    status, body = ask(client, key, "tools/call", {"name": tool, "arguments": given})
    assert status == 200, body
    return bool(body["result"].get("isError")), body["result"]["content"][0]["text"]


def test_an_assistant_greets_and_finds_five_tools_that_only_read(client: Browser, key: str) -> None:
    params = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "broker", "version": "1"},
    }
    status, body = ask(client, key, "initialize", params)
    assert status == 200
    assert body["result"]["serverInfo"]["name"] == "tongxing"
    tools = ask(client, key, "tools/list", {})[1]["result"]["tools"]
    assert {one["name"] for one in tools} == {"client_profile", "next_service", "why", "verdicts", "rules"}
    assert all(one["annotations"]["readOnlyHint"] for one in tools)


def test_it_sees_the_clients_of_whose_key_it_is_and_no_others(
    house: House, client: Browser, key: str
) -> None:
    mine = sorted(house.store.tasks.clients_of("adviser-1"))
    foreign = next(one for one in house.store.client_ids() if one not in mine)
    failed, words = call(client, key, "client_profile", client_id=mine[0])
    assert not failed
    assert mine[0] in words
    answers = {call(client, key, "client_profile", client_id=one) for one in (foreign, "C999999")}
    assert len(answers) == 1
    assert next(iter(answers))[0] is True
    noted = house.store.people.entries_of(foreign)
    assert (noted[0].person_id, noted[0].allowed) == ("adviser-1", False)


def test_two_keys_side_by_side_keep_their_own_reach(house: House, client: Browser, key: str) -> None:
    other = new_key(house, "adviser-2", "assistant")
    mine = next(iter(house.store.tasks.clients_of("adviser-1")))
    for _ in range(3):
        assert call(client, key, "client_profile", client_id=mine)[0] is False
        assert call(client, other, "client_profile", client_id=mine)[0] is True


def test_nobody_comes_in_without_a_key(house: House, client: Browser, key: str) -> None:
    house.store.people.revoke_keys("adviser-1")
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    for headers in ({}, {"Authorization": "Bearer txk_wrong"}, {"Authorization": f"Bearer {key}"}):
        assert client.post("/mcp", json=message, headers=ASKS | OWN | headers).status_code == 401


@pytest.mark.usefixtures("key")
def test_a_browsers_session_is_no_key(client: Browser) -> None:
    enter(client, "adviser-1")
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    assert client.post("/mcp", json=message, headers=ASKS | OWN).status_code == 401


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"x" * 70_000, b'{"jsonrpc": "2.0"}', b"\xff"])
def test_what_is_no_message_is_refused_and_nothing_breaks(client: Browser, key: str, body: bytes) -> None:
    headers = ASKS | {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    answer = client.post("/mcp", content=body, headers=headers)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_it_is_a_door_for_messages_alone(client: Browser, key: str) -> None:
    headers = ASKS | {"Authorization": f"Bearer {key}"}
    assert client.get("/mcp", headers=headers).status_code == 405
    assert client.delete("/mcp", headers=headers).status_code == 405
