"""The interface as a caller meets it: strict, repeatable, in pages, and honest about what went wrong."""

import gzip
import re
from typing import Any

import msgspec
import pytest
from api_house import FOREIGN, Caller, as_person

from tongxing.service.access_leaves import ACCESS_KINDS
from tongxing.service.house import House
from tongxing.web.api.problems import KINDS

JSON = {"Content-Type": "application/json"}


def problem(answer: Any, status: int, name: str) -> dict[str, Any]:
    """The answer is this problem, whole and with its documented words."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    found: dict[str, Any] = answer.json()
    assert found["type"] == f"/problems/{name}"
    assert (found["title"], found["status"]) == (KINDS[name].title, status)
    assert found["detail"]
    assert found["instance"].startswith("/v1/")
    return found


def an_event(house: House, number: str, **changes: object) -> dict[str, object]:
    whole: dict[str, object] = {
        "source": "core",
        "source_seq": number,
        "client_id": "C000001",
        "ts": house.clock.now().isoformat(),
        "kind": "searched",
        "body": {"text": "养老金"},
    }
    return {**whole, **changes}


def test_a_key_says_whose_it_is(api: Caller) -> None:
    found = api.get("/v1/me", headers=as_person("compliance-1")).json()
    assert (found["person_id"], found["role"]) == ("compliance-1", "compliance")


def test_pages_follow_one_another_by_their_links_without_gap_or_repeat(api: Caller, api_store: House) -> None:
    seen: list[str] = []
    address: str | None = "/v1/clients?limit=4"
    for _ in range(20):
        assert address is not None
        answer = api.get(address, headers=as_person("adviser-1"))
        seen += [one["client_id"] for one in answer.json()["items"]]
        link = re.fullmatch(r'<(.+)>; rel="next"', answer.headers.get("link", ""))
        assert (link[1] if link else None) == answer.json()["next"]
        address = answer.json()["next"]
        if address is None:
            break
    assert seen == [one for one in api_store.store.client_ids() if one != FOREIGN]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "ksQGAAAAAAAAp0MwMDAwMDM", "é", "a" * 401])
def test_a_cursor_that_is_none_of_this_list_is_refused(api: Caller, cursor: str) -> None:
    found = problem(
        api.get("/v1/clients", params={"cursor": cursor}, headers=as_person("compliance-1")), 422, "invalid"
    )
    assert found["errors"][0]["parameter"] == "cursor"


def test_a_cursor_of_one_list_is_no_cursor_of_another(api: Caller) -> None:
    mine = api.get("/v1/clients?limit=1", headers=as_person("compliance-1")).json()["next"].partition("?")[2]
    problem(api.get(f"/v1/verdicts?{mine}", headers=as_person("compliance-1")), 422, "invalid")
    one = api.get("/v1/verdicts?limit=1", headers=as_person("compliance-1")).json()["next"]
    problem(api.get(f"{one}&client=C000001", headers=as_person("compliance-1")), 422, "invalid")


def test_what_did_not_change_is_not_sent_again(api: Caller) -> None:
    first = api.get("/v1/clients/C000002", headers=as_person("compliance-1"))
    tag = first.headers["etag"]
    for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = api.get("/v1/clients/C000002", headers={**as_person("compliance-1"), "If-None-Match": sent})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = api.get("/v1/clients/C000002", headers={**as_person("compliance-1"), "If-None-Match": '"other"'})
    assert other.status_code == 200
    problem(
        api.get("/v1/clients/C000002", headers={**as_person("compliance-1"), "If-None-Match": "bare"}),
        400,
        "bad-request",
    )


@pytest.mark.parametrize(
    "path",
    [
        "/v1/clients/C999999",
        f"/v1/clients/{FOREIGN}",
        f"/v1/clients/{FOREIGN}/profile",
        f"/v1/clients/{FOREIGN}/next",
        f"/v1/clients/{FOREIGN}/touches",
        f"/v1/clients/{FOREIGN}/consents",
        "/v1/clients/C000001%00",
        "/v1/verdicts/none",
        "/v1/proofs/999999",
        "/v1/proofs/-1",
        "/v1/proofs/1.5",
        "/v1/tasks/none",
        "/v1/webhooks/none",
    ],
)
def test_what_is_not_there_and_what_is_out_of_reach_look_alike(api: Caller, path: str) -> None:
    found = problem(
        api.get(path, headers=as_person("partner-1" if "webhooks" in path else "adviser-1")), 404, "not-found"
    )
    assert found["detail"] == KINDS["not-found"].meaning


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/v1/clients?limit=0", "limit"),
        ("/v1/clients?limit=x", "limit"),
        ("/v1/clients?limit=1&limit=2", "limit"),
        ("/v1/clients?page=2", "page"),
        ("/v1/clients/C000001?x=1", "x"),
        ("/v1/clients/C000001/profile?as_of=2026-05-01T10:00:00", "as_of"),
        ("/v1/clients/C000001/profile?as_of=2030-05-01T10:00:00Z", "as_of"),
        ("/v1/clients/C000001/next?moment=tomorrow", "moment"),
        ("/v1/clients/C000001/next?moment=2030-05-01T10:00:00Z", "moment"),
    ],
)
def test_a_parameter_that_cannot_be_is_named(api: Caller, path: str, parameter: str) -> None:
    found = problem(api.get(path, headers=as_person("compliance-1")), 422, "invalid")
    assert found["errors"][0]["parameter"] == parameter


@pytest.mark.parametrize(
    ("body", "headers", "status", "name"),
    [
        (b"{", JSON, 400, "bad-request"),
        (b"", JSON, 400, "bad-request"),
        (b"\xff\xfe", JSON, 400, "bad-request"),
        (b'{"events": ' + b"[" * 100_000, JSON, 400, "bad-request"),
        (b"[]", JSON, 422, "invalid"),
        (b"{}", JSON, 422, "invalid"),
        (b'{"events": []}', JSON, 422, "invalid"),
        (b'{"events": 1}', JSON, 422, "invalid"),
        (b'{"events": [{}], "more": 1}', JSON, 422, "invalid"),
        (b'{"events": [{}]}', {}, 415, "unsupported-media-type"),
        (b'{"events": [{}]}', {"Content-Type": "text/plain"}, 415, "unsupported-media-type"),
        (b"{}", {"Content-Type": "application/json; charset=gbk"}, 415, "unsupported-media-type"),
        (gzip.compress(b"{}", mtime=0), {**JSON, "Content-Encoding": "gzip"}, 415, "unsupported-media-type"),
        (b" " * 4_194_305, JSON, 413, "too-large"),
    ],
)
def test_a_body_that_is_no_batch_is_refused_for_what_it_is(
    api: Caller, body: bytes, headers: dict[str, str], status: int, name: str
) -> None:
    problem(
        api.post("/v1/events", content=body, headers={**as_person("operations-1"), **headers}), status, name
    )


def test_a_body_of_ten_megabytes_without_a_length_is_left_at_its_bound(api: Caller) -> None:
    pieces = (b" " * 65_536 for _ in range(160))
    answer = api.post("/v1/events", content=pieces, headers={**as_person("operations-1"), **JSON})
    problem(answer, 413, "too-large")


def test_more_than_a_thousand_events_are_no_batch(api: Caller) -> None:
    body = msgspec.json.encode({"events": [{}] * 1_001})
    found = problem(
        api.post("/v1/events", content=body, headers={**as_person("operations-1"), **JSON}), 422, "invalid"
    )
    assert found["errors"] == [{"detail": "1 to 1000 events", "pointer": "/events", "parameter": ""}]


def test_events_are_judged_alone_and_a_repeat_under_a_key_gives_the_same_answer(
    api: Caller, api_store: House
) -> None:
    batch = {"events": [an_event(api_store, "calls-1"), an_event(api_store, "calls-2", body={"text": 1})]}
    headers = {**as_person("operations-1"), "Idempotency-Key": '"calls-1"'}
    first = api.post("/v1/events", json=batch, headers=headers)
    assert first.status_code == 200
    assert [one["outcome"] for one in first.json()["results"]] == ["accepted", "rejected"]
    assert first.json()["results"][1]["pointer"] == "/events/1/body/text"
    assert api.post("/v1/events", json=batch, headers=headers).content == first.content
    without = api.post("/v1/events", json=batch, headers=as_person("operations-1")).json()
    assert [one["outcome"] for one in without["results"]] == ["duplicate", "rejected"]
    other = {"events": [an_event(api_store, "calls-3")]}
    problem(api.post("/v1/events", json=other, headers=headers), 422, "key-reused")


def test_two_persons_may_use_the_same_key(api: Caller, api_store: House) -> None:
    headers = {"Idempotency-Key": "shared"}
    mine = api.post(
        "/v1/events",
        json={"events": [an_event(api_store, "two-1")]},
        headers={**as_person("operations-1"), **headers},
    )
    theirs = api.post(
        "/v1/events",
        json={"events": [an_event(api_store, "two-1", source="partner-1")]},
        headers={**as_person("partner-1"), **headers},
    )
    assert mine.json()["accepted"] == 1
    assert theirs.json()["results"][0]["reason"] == "unknown_client"


@pytest.mark.parametrize("key", ["a b", "x" * 129, '"'])
def test_a_key_that_is_none_is_refused(api: Caller, api_store: House, key: str) -> None:
    batch = {"events": [an_event(api_store, "bad-key")]}
    headers = {**as_person("operations-1"), "Idempotency-Key": key}
    if key == '"':
        assert api.post("/v1/events", json=batch, headers=headers).status_code == 200
        return
    problem(api.post("/v1/events", json=batch, headers=headers), 400, "bad-request")


def test_a_consent_needs_a_key_and_the_version_that_was_seen_is_heeded(api: Caller) -> None:
    path = "/v1/clients/C000003/consents"
    seen = api.get(path, headers=as_person("compliance-1"))
    act = {"act": "give", "purpose": "profiling", "receiver": "partner-1"}
    problem(api.post(path, json=act, headers=as_person("operations-1")), 400, "key-missing")
    headers = {**as_person("operations-1"), "Idempotency-Key": "consent-1", "If-Match": seen.headers["etag"]}
    first = api.post(path, json=act, headers=headers)
    assert first.status_code == 202
    assert api.post(path, json=act, headers=headers).json() == first.json()
    stale = {**headers, "Idempotency-Key": "consent-2"}
    problem(api.post(path, json=act, headers=stale), 412, "precondition-failed")
    now = api.get(path, headers=as_person("compliance-1")).json()
    assert {"purpose": "profiling", "receiver": "partner-1", "source": "*", "until": None} in now["items"]


@pytest.mark.parametrize(
    ("act", "pointer"),
    [
        ({"act": "take", "purpose": "profiling"}, "/act"),
        ({"act": "give"}, "/purpose"),
        ({"act": "give", "purpose": "Big Words"}, "/purpose"),
        ({"act": "give", "purpose": "profiling", "until": "soon"}, "/until"),
        ({"act": "give", "purpose": "profiling", "until": 5}, "/until"),
        ({"act": "give", "purpose": "profiling", "confirm": True}, "/confirm"),
        ({"act": "give", "purpose": "profiling", "receiver": ""}, "/receiver"),
        ({"act": "give", "purpose": "profiling", "until": "2020-01-01"}, "/until"),
    ],
)
def test_a_consent_that_cannot_be_says_where(api: Caller, act: dict[str, object], pointer: str) -> None:
    headers = {**as_person("operations-1"), "Idempotency-Key": f"bad-{pointer}"}
    found = problem(api.post("/v1/clients/C000001/consents", json=act, headers=headers), 422, "invalid")
    assert found["errors"][0]["pointer"] == pointer


def test_a_receiver_lives_from_its_secret_to_its_end(api: Caller) -> None:
    ask = {"url": "https://hooks.bank.com/in", "kinds": ["touch_sent"]}
    headers = {**as_person("partner-1"), "Idempotency-Key": "hook-1"}
    made = api.post("/v1/webhooks", json=ask, headers=headers)
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    assert api.post("/v1/webhooks", json=ask, headers=headers).json() == made.json()
    path = made.headers["location"]
    read = api.get(path, headers=as_person("partner-1"))
    assert "secret" not in read.json()
    problem(
        api.patch(path, json={"active": False}, headers=as_person("partner-1")), 428, "precondition-required"
    )
    match = {**as_person("partner-1"), "If-Match": read.headers["etag"]}
    changed = api.patch(path, json={"active": False, "new_secret": True}, headers=match)
    assert (changed.status_code, changed.json()["active"]) == (200, False)
    assert changed.json()["secret"] != made.json()["secret"]
    problem(api.patch(path, json={"active": True}, headers=match), 412, "precondition-failed")
    problem(api.get(path, headers=as_person("operations-1")), 404, "not-found")
    assert api.get(f"{path}/calls?state=dead", headers=as_person("partner-1")).json() == {
        "items": [],
        "next": None,
    }
    assert api.delete(path, headers=as_person("partner-1")).status_code == 204
    problem(api.get(path, headers=as_person("partner-1")), 404, "not-found")


def test_a_receiver_inside_our_own_network_is_refused(api: Caller) -> None:
    ask = {"url": "https://169.254.169.254/latest", "kinds": ["touch_sent"]}
    answer = api.post("/v1/webhooks", json=ask, headers={**as_person("partner-1"), "Idempotency-Key": "ssrf"})
    assert problem(answer, 422, "invalid")["errors"][0]["pointer"] == "/url"


def test_an_unknown_act_on_a_task_and_one_without_a_version_are_refused(api: Caller) -> None:
    path = "/v1/tasks/none/acts"
    adviser = as_person("adviser-1")
    problem(api.post(path, json={"act": "take"}, headers=adviser), 428, "precondition-required")
    match = {**adviser, "If-Match": '"x"'}
    problem(api.post(path, json={"act": "burn"}, headers=match), 422, "invalid")
    problem(api.post(path, json={"act": "take"}, headers=match), 404, "not-found")


def test_a_read_writes_nothing(api: Caller, api_store: House) -> None:
    def counted() -> tuple[int, int, int]:
        """Events, leaves and calls; that somebody looked is sealed, and changes nothing of what was seen."""
        store = api_store.store
        sealed = [one for one in store.leaves(limit=100_000) if one.leaf.kind not in ACCESS_KINDS]
        return store.count_events(), len(sealed), store.webhooks.log_end()

    before = counted()
    verdict = api.get("/v1/verdicts?limit=1", headers=as_person("compliance-1")).json()["items"][0]
    for path in (
        "/v1/clients/C000001",
        "/v1/clients/C000001/profile",
        "/v1/clients/C000001/next",
        "/v1/clients/C000001/touches",
        "/v1/clients/C000001/consents",
        f"/v1/verdicts/{verdict['decision_id']}",
        f"/v1/proofs/{verdict['leaf_index']}",
        "/v1/tasks",
    ):
        assert api.get(path, headers=as_person("compliance-1")).status_code == 200, path
    assert counted() == before


def test_the_policies_judge_every_call(api: Caller) -> None:
    partner = as_person("partner-1")
    problem(api.get("/v1/verdicts", headers=partner), 403, "forbidden")
    problem(api.get("/v1/clients/C000001", headers=partner), 404, "not-found")
    assert api.get("/v1/clients", headers=partner).json()["items"] == []
    problem(api.get("/v1/me"), 401, "unauthenticated")
    wrong = api.get("/v1/me", headers={"Authorization": "Bearer txk_wrong"})
    assert problem(wrong, 401, "unauthenticated")["detail"]
    assert wrong.headers["www-authenticate"].startswith("Bearer")


def test_a_client_who_agrees_to_a_partner_by_name_is_known_to_that_partner(api: Caller) -> None:
    partner = as_person("partner-1")
    act = {"act": "give", "purpose": "personalised_service", "receiver": "partner-1"}
    headers = {**as_person("operations-1"), "Idempotency-Key": "agree-1"}
    assert api.post("/v1/clients/C000004/consents", json=act, headers=headers).status_code == 202
    assert api.get("/v1/clients/C000004", headers=partner).status_code == 200
    found = api.get("/v1/clients", headers=partner).json()["items"]
    assert [one["client_id"] for one in found] == ["C000004"]
    assert found[0]["name"].endswith("*")
    back = {**act, "act": "withdraw"}
    headers = {**headers, "Idempotency-Key": "agree-2"}
    assert api.post("/v1/clients/C000004/consents", json=back, headers=headers).status_code == 202
    problem(api.get("/v1/clients/C000004", headers=partner), 404, "not-found")


def test_a_partner_cannot_learn_by_writing_who_is_a_client(api: Caller, api_store: House) -> None:
    partner = as_person("partner-1")
    batch = {
        "events": [
            an_event(api_store, f"probe-{number}", source="partner-1", client_id=client)
            for number, client in enumerate(("C000006", "C999999"))
        ]
    }
    there, absent = api.post("/v1/events", json=batch, headers=partner).json()["results"]
    for one in (there, absent):
        one["pointer"] = one["pointer"].replace("/events/1/", "/events/0/")
        one["index"] = 0
    assert there == absent
    assert there["reason"] == "unknown_client"
    act = {"act": "give", "purpose": "personalised_service", "receiver": "partner-1"}
    headers = {**as_person("operations-1"), "Idempotency-Key": "agree-3"}
    assert api.post("/v1/clients/C000006/consents", json=act, headers=headers).status_code == 202
    assert api.post("/v1/events", json=batch, headers=partner).json()["accepted"] == 1
    back = {**act, "act": "withdraw"}
    headers = {**headers, "Idempotency-Key": "agree-4"}
    assert api.post("/v1/clients/C000006/consents", json=back, headers=headers).status_code == 202
    again = {"events": [{**batch["events"][0], "source_seq": "probe-9"}]}
    assert api.post("/v1/events", json=again, headers=partner).json()["rejected"] == 1


def test_who_reads_a_client_stands_on_the_clients_record(api: Caller, api_store: House) -> None:
    api.get("/v1/clients/C000005/profile", headers=as_person("adviser-1"))
    entry = api_store.store.people.entries_of("C000005", limit=1)[0]
    assert (entry.person_id, entry.act, entry.allowed) == ("adviser-1", "api.profiles.read", True)
