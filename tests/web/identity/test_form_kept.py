"""A form that is sent after its session had ended: nothing typed is lost, and nobody else sees it."""

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from access_house import sign_in, signed_in
from page_house import FORM_KEY, OWN, Browser

from tongxing.adapters.clock import machine_time
from tongxing.service.house import House
from tongxing.service.sign_in import hashed

ME, OTHER = "C000001", "C000002"
WHERE = "/me/human"
WORDS = "请问这笔费用<b>是什么</b>？&谢谢"
FROM = {"Referer": "http://127.0.0.1:8600/me/human?ok=1"}


def left_alone(house: House, browser: Browser) -> None:
    """Nobody touched the session for two hours."""
    token = browser.cookies["tongxing_session"]
    house.store.people.seen(hashed(token), machine_time() - timedelta(hours=2))


def typed(browser: Browser, fields: Mapping[str, str] | None = None, *, path: str = WHERE) -> str:
    """Send the form too late; where one is led."""
    data = {"form_key": "old", "words": WORDS, "token": "t-77"} if fields is None else fields
    answer = browser.post(path, data=dict(data), headers=OWN | FROM, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_who_signs_in_again_finds_what_they_typed_and_sends_it_once(house: House) -> None:
    with signed_in(house, ME) as browser:
        left_alone(house, browser)
        door = typed(browser)
        assert door == "/sign-in?next=/me/human%3Fok%3D1"
        assert "t-77" not in door
        before = house.store.count_events()
        answer = browser.post("/demo/sign-in", data={"person": ME}, headers=OWN, follow_redirects=False)
        assert answer.headers["location"] == "/sign-in/kept"
        page = browser.get("/sign-in/kept").text
        assert "请问这笔费用&lt;b&gt;是什么&lt;/b&gt;？&amp;谢谢</textarea>" in page
        assert '<input type="hidden" name="token" value="t-77">' in page
        assert 'value="old"' not in page
        assert house.store.count_events() == before
        fields = {"form_key": key_of(page), "words": WORDS, "token": "t-77"}
        again = browser.post("/sign-in/kept", data=fields, headers=OWN, follow_redirects=False)
        assert (again.status_code, again.headers["location"]) == (307, WHERE)
        sent = browser.post(WHERE, data=fields, headers=OWN, follow_redirects=False)
        assert sent.status_code == 303
        assert sent.headers["location"].startswith("/me/human")
        assert house.store.count_events() > before
        after = house.store.count_events()
        twice = browser.post("/sign-in/kept", data=fields, headers=OWN, follow_redirects=False)
        assert (twice.status_code, twice.headers["location"]) == (303, "/")
        assert house.store.count_events() == after


def key_of(page: str) -> str:
    found = FORM_KEY.search(page)
    assert found is not None
    return found.group(1)


def test_a_browser_that_follows_sends_the_same_words_on(house: House) -> None:
    with signed_in(house, ME) as browser:
        left_alone(house, browser)
        typed(browser)
        assert sign_in(browser, ME) == 303
        page = browser.get("/sign-in/kept").text
        fields = {"form_key": key_of(page), "words": "改过的话", "token": "t-78"}
        before = house.store.count_events()
        assert browser.post("/sign-in/kept", data=fields, headers=OWN).status_code == 200
        assert house.store.count_events() > before


def test_another_person_at_the_same_browser_sees_nothing(house: House) -> None:
    with signed_in(house, ME) as browser:
        left_alone(house, browser)
        typed(browser)
        answer = browser.post("/demo/sign-in", data={"person": OTHER}, headers=OWN, follow_redirects=False)
        assert answer.headers["location"] == "/me"
        told = browser.get("/sign-in/kept", follow_redirects=False)
        assert (told.status_code, told.headers["location"]) == (303, "/")


def test_what_is_left_is_forgotten(house: House) -> None:
    with signed_in(house, ME) as browser:
        left_alone(house, browser)
        typed(browser)
        token = browser.cookies["tongxing_kept"]
        sign_in(browser, ME)
        fields = {"form_key": key_of(browser.get("/sign-in/kept").text), "kept_leave": "1"}
        answer = browser.post("/sign-in/kept", data=fields, headers=OWN, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/me/human?ok=1")
        assert house.store.door.held(hashed(token), "form", now=machine_time()) is None


def test_what_was_chosen_from_a_list_is_told_in_its_words(house: House) -> None:
    goal = {"what": "education", "amount": "300000", "due": "2032-09-01", "priority": "2", "goal_id": ""}
    with signed_in(house, ME) as browser:
        left_alone(house, browser)
        typed(browser, goal, path="/me/plan/goals")
        browser.post("/demo/sign-in", data={"person": ME}, headers=OWN, follow_redirects=False)
        page = browser.get("/sign-in/kept").text
        assert "<dd>孩子教育</dd>" in page
        assert "<dd>很要紧</dd>" in page
        assert '<input type="hidden" name="what" value="education">' in page
        assert 'name="due" type="date" value="2032-09-01"' in page
        english = browser.get("/sign-in/kept?lang=en").text
        assert re.search(r"<dd>[^<]*[\u4e00-\u9fff]", english) is None


def test_a_client_is_told_no_name_of_staff_for_an_id(house: House) -> None:
    with signed_in(house, ME) as browser:
        left_alone(house, browser)
        typed(browser, {"to": "adviser-1", "words": WORDS})
        browser.post("/demo/sign-in", data={"person": ME}, headers=OWN, follow_redirects=False)
        assert "林知行" not in browser.get("/sign-in/kept").text


def test_it_is_kept_a_quarter_of_an_hour_and_sealed(house: House) -> None:
    with signed_in(house, ME) as browser:
        left_alone(house, browser)
        typed(browser)
        token = hashed(browser.cookies["tongxing_kept"])
    now = machine_time()
    assert house.store.door.held(token, "form", now=now) is not None
    assert house.store.door.held(token, "form", now=now + timedelta(minutes=16)) is None
    assert house.store.door.held(token, "oidc", now=now) is None
    assert "费用".encode() not in house.store.path.read_bytes()


@pytest.mark.parametrize("cookie", ["", "x", "A" * 43, "é" * 300])
def test_nothing_is_kept_for_who_was_never_here(house: House, cookie: str) -> None:
    with signed_in(house, "") as browser:
        headers = OWN | FROM | {"Cookie": f"tongxing_session={cookie}".encode()}
        answer = browser.post(WHERE, data={"words": WORDS}, headers=headers, follow_redirects=False)
        assert answer.status_code == 401
        assert "tongxing_kept" not in answer.headers.get("set-cookie", "")


def test_who_was_signed_out_on_purpose_leaves_nothing(house: House) -> None:
    with signed_in(house, ME) as browser:
        house.store.people.close_sessions(ME)
        answer = browser.post(WHERE, data={"words": WORDS}, headers=OWN | FROM, follow_redirects=False)
        assert answer.status_code == 401


def test_a_form_of_another_site_is_not_kept(house: House) -> None:
    with signed_in(house, ME) as browser:
        left_alone(house, browser)
        answer = browser.post(
            WHERE, data={"words": WORDS}, headers={"Sec-Fetch-Site": "cross-site"}, follow_redirects=False
        )
        assert answer.status_code == 403


def test_a_part_of_a_page_takes_the_whole_page_to_the_door(house: House) -> None:
    with signed_in(house, ME) as browser:
        left_alone(house, browser)
        asked_for = OWN | {"HX-Request": "true", "HX-Request-Type": "partial"}
        answer = browser.get(
            "/me/records?page=2",
            headers=asked_for | {"Referer": "http://127.0.0.1:8600/me/records?q=a"},
            follow_redirects=False,
        )
        assert answer.status_code == 401
        assert answer.headers["hx-redirect"] == "/sign-in?next=/me/records%3Fq%3Da"


def test_the_way_back_keeps_what_was_asked(house: House) -> None:
    with signed_in(house, "") as browser:
        answer = browser.get("/me/records?kind=fund&q=%E5%9F%BA", follow_redirects=False)
        assert answer.headers["location"] == "/sign-in?next=/me/records%3Fkind%3Dfund%26q%3D%25E5%259F%25BA"
        page = browser.get(answer.headers["location"]).text
        found = re.search(r'name="next" value="([^"]*)"', page)
        assert found is not None
        assert found.group(1) == "/me/records?kind=fund&amp;q=%E5%9F%BA"


def test_a_pressed_button_is_not_kept_but_leads_back_to_its_page(house: House) -> None:
    with signed_in(house, ME) as browser:
        left_alone(house, browser)
        door = typed(browser, {"form_key": "old", "on": "0", "token": "t-79", "words": " "})
        assert door == "/sign-in?next=/me/human%3Fok%3D1"
        assert "tongxing_kept" not in browser.cookies
        again = browser.post("/demo/sign-in", data={"person": ME}, headers=OWN, follow_redirects=False)
        assert again.headers["location"] == "/me"


def test_a_door_for_programs_keeps_nothing(house: House) -> None:
    with signed_in(house, ME) as browser:
        answer = browser.post("/v1/events", data={"words": WORDS}, headers=OWN, follow_redirects=False)
        assert answer.status_code == 401
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert "tongxing_kept" not in browser.cookies
