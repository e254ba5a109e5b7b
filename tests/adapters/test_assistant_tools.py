"""A broker's own assistant reads what its person may read, and nothing else, over MCP."""

import asyncio
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

pytest.importorskip("mcp", reason="the extra mcp is not installed")

from mcp import Client

from tongxing.adapters.assistant_tools import ERASED, UNKNOWN, server
from tongxing.app import temporary_house
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event, Retention
from tongxing.domain.person import Person, Role
from tongxing.service.api_reach import OutOfReachError, Reach
from tongxing.service.api_tools import Tools, rules_with
from tongxing.service.house import House
from tongxing.service.work import work

AT = datetime(2026, 5, 6, 9, 0, tzinfo=BEIJING)
MINE, FOREIGN = "C000001", "C000002"
ADVISER = Person(person_id="adviser-1", name="林知行", role=Role.ADVISER, team="浦东")
TOOLS = {"client_profile", "next_service", "why", "verdicts", "rules"}


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with temporary_house(seed=5) as found:
        for client_id in (MINE, FOREIGN):
            bodies: tuple[tuple[str, dict[str, object]], ...] = (
                ("client_registered", {"name": "林知夏", "birth": "1990-01-01", "opened_on": "2020-01-06"}),
                ("consent_given", {"purpose": "personalised_service"}),
                ("assessment_taken", {"grade": "C3", "score": 50, "valid_to": "2027-03-01"}),
                ("searched", {"text": "养老金怎么开户"}),
            )
            found.store.append(
                [
                    Event(
                        source="core",
                        source_seq=f"{client_id}-{number}",
                        client_id=client_id,
                        ts=AT,
                        known_at=AT,
                        kind=kind,
                        body=body,
                    )
                    for number, (kind, body) in enumerate(bodies)
                ]
            )
        work(found, now=AT)
        yield found


def tools(house: House, *, acts: frozenset[str] = frozenset({"api", "rule"})) -> Tools:
    def reaches(act: str, client_id: str | None) -> Reach:
        if act.partition(".")[0] not in acts or client_id == FOREIGN:
            raise OutOfReachError(act)
        return Reach(person=ADVISER, may=lambda one: one == MINE, shown=lambda _field, value: value)

    return Tools(house=house, reaches=reaches)


def ask(house: House, name: str, **given: object) -> tuple[bool, Any]:
    async def run() -> tuple[bool, Any]:
        async with Client(server(tools(house), version="1")) as client:
            found = await client.call_tool(name, given)
            if found.is_error:
                return False, found.content[0].text  # type: ignore[union-attr]
            return True, found.structured_content

    return asyncio.run(run())


def test_every_tool_says_that_it_only_reads(house: House) -> None:
    async def run() -> dict[str, bool | None]:
        async with Client(server(tools(house), version="1")) as client:
            listed = await client.list_tools()
            return {tool.name: tool.annotations and tool.annotations.read_only_hint for tool in listed.tools}

    assert asyncio.run(run()) == dict.fromkeys(TOOLS, True)


def test_an_assistant_follows_a_client_from_the_profile_to_the_reason_for_a_card(house: House) -> None:
    good, profile = ask(house, "client_profile", client_id=MINE)
    assert good
    assert "pension_searched" in {sign["name"] for sign in profile["signs"]}
    _good, found = ask(house, "verdicts", client_id=MINE)
    sent = next(one for one in found["items"] if one["outcome"] == "sent")
    _good, why = ask(house, "why", decision_id=sent["decision_id"])
    assert (why["client_id"], why["verdicts"][0]["cleared"]) == (MINE, True)
    good, offered = ask(house, "next_service", client_id=MINE)
    assert (good, offered["dry"]) == (True, True)


def test_whoever_is_out_of_reach_is_not_told_apart_from_nobody(house: House) -> None:
    for name in ("client_profile", "next_service", "verdicts"):
        assert ask(house, name, client_id=FOREIGN) == (False, f"Error executing tool {name}: {UNKNOWN}")
    absent = ask(house, "client_profile", client_id="C999999")
    assert absent == ask(house, "client_profile", client_id=FOREIGN)
    rows = house.store.decisions(client_id=FOREIGN)
    assert not ask(house, "why", decision_id=rows[0].decision_id)[0]
    _good, found = ask(house, "verdicts")
    assert {one["client_id"] for one in found["items"]} == {MINE}


def test_a_wrong_instant_is_told_in_words(house: House) -> None:
    good, words = ask(house, "client_profile", client_id=MINE, as_of="yesterday")
    assert not good
    assert "is no instant such as" in words
    good, words = ask(house, "client_profile", client_id=MINE, as_of="2026-05-06T10:00:00")
    assert "needs its zone" in words


def test_rules_in_force_are_found_by_a_word_and_old_rows_are_not(house: House) -> None:
    good, found = ask(house, "rules", word="quiet")
    assert good
    assert found["items"]
    assert all("quiet" in str(row).lower() for row in found["items"])
    assert rules_with(house.book, "quiet", date(1990, 1, 1)) == []


def test_a_person_without_the_right_gets_nothing(house: House) -> None:
    bare = tools(house, acts=frozenset())
    with pytest.raises(OutOfReachError):
        bare.rules("quiet")
    with pytest.raises(OutOfReachError):
        bare.verdicts()


def test_reading_by_tools_writes_no_event_and_no_leaf(house: House) -> None:
    before = house.store.count_events(), house.store.count_leaves()
    for name in ("client_profile", "next_service"):
        ask(house, name, client_id=MINE)
    assert (house.store.count_events(), house.store.count_leaves()) == before


def test_an_erased_past_is_said_to_be_erased() -> None:
    with temporary_house(seed=6) as house:
        event = Event(
            source="core",
            source_seq="1",
            client_id=MINE,
            ts=AT,
            known_at=AT,
            kind="searched",
            body={"text": "养老金"},
        )
        house.store.append([event])
        work(house, now=AT)
        with house.store.batch() as batch:
            batch.erase(MINE, Retention.BEHAVIOUR)
        good, words = ask(house, "client_profile", client_id=MINE, as_of=AT.isoformat())
    assert (good, words) == (False, f"Error executing tool client_profile: {ERASED}")
