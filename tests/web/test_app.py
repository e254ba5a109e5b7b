from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from page_house import FRAGMENT, ORIGIN, OWN, PORT, Browser, enter, home, send

from tongxing.app.house import house_for
from tongxing.app.pages import pages_for
from tongxing.service.client_view import client_rows
from tongxing.service.house import House
from tongxing.simulation.demo import demo_over
from tongxing.web.guard import HEADERS

PAGES = ("/", "/demo", "/sign-in", "/clock", "/human", "/design", "/v1/docs")


def test_a_live_store_is_never_served_as_a_demo(tmp_path: Path) -> None:
    live = house_for(tmp_path / "live.db", live=True)
    with pytest.raises(ValueError, match="one-click sign-in"):
        pages_for(live, demo=True, port=PORT, over=demo_over)
    live.store.close()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_can_be_read(client: Browser, path: str, language: str) -> None:
    answer = client.get(path, params={"lang": language})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert "lang" in answer.cookies


@pytest.mark.parametrize("path", ["/", "/no-such-page", "/static/no-such-file.css", "/health/live", "/me"])
def test_every_answer_carries_the_security_headers(client: Browser, path: str) -> None:
    answer = client.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_the_start_page_lists_masked_clients(client: Browser, house: House) -> None:
    text = client.get("/").text
    rows = client_rows(house)
    assert len(rows) == len(house.store.client_ids())
    for row in rows:
        assert f'value="{row.client_id}"' in text
        assert row.name in text
    assert home(house, "C000001").name not in text


def test_the_list_follows_what_is_typed(client: Browser) -> None:
    found = client.get("/", params={"q": "C000002"}).text
    assert 'value="C000002"' in found.replace('name="q"', "")
    assert 'value="C000001"' not in found


def test_who_is_signed_in_is_led_home(client: Browser) -> None:
    enter(client, "C000001")
    answer = client.get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")


def test_the_clock_moves_by_one_job_however_often_it_is_asked(client: Browser, house: House) -> None:
    for _ in range(2):
        status, to, _text = send(client, "/clock/advance", {})
        assert (status, to) == (303, "/")
    assert [job.name for job in house.store.jobs()] == ["advance_day"]
    job = house.store.next_job()
    assert job is not None
    house.store.report(job.job_id, done=3, total=7, note="", state="running")
    bar = client.get("/clock", headers=FRAGMENT).text
    assert "3" in bar
    assert "7" in bar
    house.store.report(job.job_id, done=7, total=7, note="2026-05-06", state="done")
    status, _to, _text = send(client, "/clock/restart", {}, fragment=True)
    assert status == 200
    waiting = house.store.next_job()
    assert waiting is not None
    assert waiting.name == "restart_demo"
    house.store.report(waiting.job_id, done=0, total=1, note="", state="failed")


def test_large_letters_are_remembered_and_lead_back_to_the_page(client: Browser) -> None:
    headers = OWN | {"Referer": f"{ORIGIN}/me?lang=zh"}
    answer = client.post("/large-type", data={"on": "1"}, headers=headers, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/me?lang=zh")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("large=1;")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@pytest.mark.parametrize(
    "referrer", ["https://example.org/x", f"{ORIGIN}//example.org", f"{ORIGIN}/\\example.org", ""]
)
def test_no_form_leads_to_another_site(client: Browser, referrer: str) -> None:
    answer = client.post(
        "/large-type", data={"on": "1"}, headers=OWN | {"Referer": referrer}, follow_redirects=False
    )
    assert answer.headers["location"] == "/"


def test_the_market_clock_stands_on_the_page(client: Browser, house: House) -> None:
    now = house.clock.now()
    assert f"{now.year}年{now.month}月{now.day}日" in client.get("/").text
    assert f"{now:%-d %b %Y}" in client.get("/", params={"lang": "en"}).text
    assert house.market.last_session - now.date() > timedelta(days=30)


def test_answers_are_small_enough_for_a_phone(client: Browser) -> None:
    for path in PAGES:
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert int(answer.headers["content-length"]) < 60_000


def test_problems_are_told_to_programs_as_problem_json(client: Browser) -> None:
    answer = client.get("/no-such-page", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    problem = msgspec.json.decode(answer.content, type=dict[str, str | int])
    assert problem["status"] == 404
    assert problem["instance"] == "/no-such-page"
    assert problem["title"]
