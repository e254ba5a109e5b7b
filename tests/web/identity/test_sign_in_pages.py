"""The door as a browser meets it."""

import re

import pytest
from access_house import sign_in, signed_in
from page_house import ORIGIN, OWN, PORT

from tongxing.app.pages import pages_for
from tongxing.service.house import House
from tongxing.simulation.staff import hire
from tongxing.web.identity.pages import own_path

COOKIE = "tongxing_session"


@pytest.mark.parametrize("path", ["/me", "/desk/clients/C1?x=1", "/console/people"])
def test_an_own_path_is_gone_on_to(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "me",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/a\\b",
        "/a\nb",
        "/sign-out",
        "/demo/x",
    ],
)
def test_no_other_address_is_gone_on_to(path: str) -> None:
    assert own_path(path) == ""


def test_a_page_leads_a_stranger_to_the_door_and_says_where_from(house: House) -> None:
    with signed_in(house, "") as browser:
        answer = browser.get("/me/profile", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/me/profile")
        told = browser.get("/v1/me")
        assert told.status_code == 401
        assert told.headers["content-type"].startswith("application/problem+json")


def test_the_cookie_is_out_of_reach_and_changes_at_each_sign_in(house: House) -> None:
    with signed_in(house, "C000001") as browser:
        first = browser.cookies[COOKIE]
        answer = browser.post(
            "/demo/sign-in", data={"person": "C000002"}, headers=OWN, follow_redirects=False
        )
        words = answer.headers["set-cookie"].lower()
        assert "httponly" in words
        assert "samesite=lax" in words
        second = browser.cookies[COOKIE]
        assert first != second
        browser.cookies.clear()
        browser.cookies.set(COOKIE, first)
        assert browser.get("/me", follow_redirects=False).status_code == 303


def test_a_changed_cookie_is_nobodys(house: House) -> None:
    with signed_in(house, "C000001") as browser:
        token = browser.cookies[COOKIE]
        for changed in (token[:-1], token + "A", token[::-1], "x" * 5_000, "%00", "é"):
            answer = browser.get(
                "/me", headers={"Cookie": f"{COOKIE}={changed}".encode()}, follow_redirects=False
            )
            assert answer.status_code == 303 or answer.url.path == "/me", changed
        browser.cookies.clear()
        answer = browser.get("/me", headers={"Cookie": f"{COOKIE}={token[::-1]}"}, follow_redirects=False)
        assert answer.headers["location"].startswith("/sign-in")


def test_a_form_without_the_key_of_its_session_does_nothing(house: House) -> None:
    with signed_in(house, "C000001") as browser:
        page = browser.get("/me/privacy")
        found = re.search(r'name="form_key" value="([^"]+)"', page.text)
        assert found is not None
        before = house.store.count_events()
        for key in ("", "x", found.group(1)[:-1]):
            fields = {"form_key": key, "on": "0", "token": "t1"}
            answer = browser.post(
                "/me/privacy/personalisation", data=fields, headers=OWN, follow_redirects=False
            )
            assert answer.status_code == 403
        assert house.store.count_events() == before


def test_a_foreign_client_and_an_unknown_one_are_the_same(house: House) -> None:
    hire(house)
    mine = set(house.store.tasks.clients_of("adviser-1"))
    foreign = next(one for one in house.store.client_ids() if one not in mine)
    with signed_in(house, "adviser-1") as browser:
        answers = [browser.get(f"/desk/clients/{one}") for one in (foreign, "C999999")]
        assert [one.status_code for one in answers] == [404, 404]
        bodies = {one.text.replace(foreign, "C999999") for one in answers}
        assert len(bodies) == 1
    entries = house.store.people.entries_of(foreign, acts=["client.read"])
    assert entries
    assert not entries[0].allowed
    assert entries[0].person_id == "adviser-1"


def test_signing_out_ends_the_session(house: House) -> None:
    with signed_in(house, "C000001") as browser:
        token = browser.cookies[COOKIE]
        answer = browser.post("/sign-out", data={"everywhere": "0"}, headers=OWN, follow_redirects=False)
        assert answer.status_code == 303
        browser.cookies.clear()
        browser.cookies.set(COOKIE, token)
        assert browser.get("/me", follow_redirects=False).status_code == 303


def test_a_body_of_ten_megabytes_is_refused_unread(house: House) -> None:
    with signed_in(house, "") as browser:
        answer = browser.post("/sign-in", content=b"person=" + b"x" * 10_000_000, headers=OWN | FORM)
        assert answer.status_code == 413


def test_too_many_tries_from_one_address_are_told_to_wait(house: House) -> None:
    with signed_in(house, "") as browser:
        fields = {"person": "nobody", "password": "wrong", "code": "000000"}
        told = [browser.post("/sign-in", data=fields, headers=OWN) for _ in range(22)]
        assert {one.status_code for one in told} == {422, 429}
        assert 0 < int(told[-1].headers["retry-after"]) <= 60


def test_nobody_is_chosen_by_one_click_outside_of_a_demo(house: House) -> None:
    from litestar.testing import TestClient  # noqa: PLC0415

    with TestClient(pages_for(house, demo=False, port=PORT), base_url=ORIGIN) as live:
        assert sign_in(live, "C000001") == 404
        assert "chooser" not in live.get("/").text


def test_only_a_demo_says_that_its_people_are_invented(house: House) -> None:
    from litestar.testing import TestClient  # noqa: PLC0415

    for demo in (True, False):
        with TestClient(pages_for(house, demo=demo, port=PORT), base_url=ORIGIN) as browser:
            assert ("均为虚构" in browser.get("/sign-in").text) is demo


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
