from datetime import timedelta

import msgspec
import pytest
from page_house import FRAGMENT, ORIGIN, OWN, PORT, Browser, catch_up, consenting, home, send

from tongxing.service.client_view import client_rows
from tongxing.service.corridor_view import corridor_view
from tongxing.service.house import House
from tongxing.simulation.demo import demo_over
from tongxing.web.app import create
from tongxing.web.guard import HEADERS
from tongxing.web.words import t

PAGES = ("/", "/clients", "/clients/C000001", "/corridor", "/corridor/lines", "/clock", "/human")


def test_pages_without_sign_in_serve_no_live_store(house: House) -> None:
    with pytest.raises(ValueError, match="no sign-in"):
        create(house, demo=False, port=PORT, over=demo_over)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_can_be_read(client: Browser, path: str, language: str) -> None:
    answer = client.get(path, params={"lang": language})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert "lang" in answer.cookies


@pytest.mark.parametrize("path", ["/", "/no-such-page", "/static/no-such-file.css", "/healthz"])
def test_every_answer_carries_the_security_headers(client: Browser, path: str) -> None:
    answer = client.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_the_start_page_lists_masked_clients(client: Browser, house: House) -> None:
    text = client.get("/").text
    rows = client_rows(house)
    assert len(rows) == house_size(house)
    for row in rows:
        assert f"/clients/{row.client_id}" in text
        assert row.name in text
    assert home(house, "C000001").name not in text


def house_size(house: House) -> int:
    return len(house.store.client_ids())


def test_the_list_follows_what_is_typed(client: Browser) -> None:
    part = client.get("/clients", params={"q": "C000002"}, headers=FRAGMENT).text
    assert "C000002" in part
    assert "C000001" not in part
    assert "<html" not in part
    whole = client.get("/clients", params={"q": "C000002"}).text
    assert "<html" in whole
    assert "C000001" not in whole


def test_a_client_reads_the_own_name_and_what_the_account_is_worth(client: Browser, house: House) -> None:
    text = client.get("/clients/C000001").text
    view = home(house, "C000001")
    assert view.name in text
    assert f"{view.total_fen // 100:,}" in text


def test_a_search_brings_a_card_whose_record_is_intact(client: Browser, house: House) -> None:
    client_id = consenting(house)
    title = "个人养老金怎么开户"
    assert title not in client.get(f"/clients/{client_id}/cards").text
    status, to, _text = send(client, f"/clients/{client_id}/search", {"text": "养老金怎么开户"})
    assert (status, to) == (303, f"/clients/{client_id}#cards")
    catch_up(house)
    assert title in client.get(f"/clients/{client_id}/cards").text
    card = next(one for one in home(house, client_id).cards if one.title == title)
    assert f"/leaves/{card.leaf_index}" in client.get(f"/clients/{client_id}").text
    leaf = client.get(f"/leaves/{card.leaf_index}")
    assert leaf.status_code == 200
    line = next(one for one in corridor_view(house).lines if one.leaf_index == card.leaf_index)
    assert line.decision_id in client.get("/corridor").text
    laid_open = client.get(f"/corridor/{line.decision_id}").text
    assert line.client in laid_open
    assert home(house, client_id).name not in laid_open
    status, _to, text = send(
        client, f"/clients/{client_id}/cards/{card.touch_id}/dismiss", {"why": ""}, fragment=True
    )
    assert (status, title in text) == (200, False)


def test_a_question_answers_with_the_cards_alone(client: Browser) -> None:
    status, _to, text = send(client, "/clients/C000002/ask", {"text": "你好"}, fragment=True)
    assert status == 200
    assert "<html" not in text


@pytest.mark.parametrize("words", ["", "   ", "养" * 201])
@pytest.mark.parametrize("fragment", [True, False])
def test_words_that_cannot_be_taken_are_refused_with_a_reason(
    client: Browser, house: House, words: str, *, fragment: bool
) -> None:
    before = house.store.count_events()
    status, _to, text = send(client, "/clients/C000002/search", {"text": words}, fragment=fragment)
    assert status == 422
    why = t("notice.too_long", most=200) if len(words) > 200 else t("notice.empty")
    assert why in text
    assert house.store.count_events() == before


def test_words_are_shown_as_words_and_never_as_markup(client: Browser, house: House) -> None:
    send(client, "/clients/C000001/search", {"text": "<script>alert(1)</script>"})
    catch_up(house)
    for path in ("/clients/C000001", "/corridor", "/clients?q=%3Cscript%3Ealert(1)%3C/script%3E"):
        assert "<script>alert" not in client.get(path).text


def test_personalisation_is_switched_off_and_on(client: Browser, house: House) -> None:
    for wanted in ("0", "1"):
        status, to, _text = send(client, "/clients/C000004/personalisation", {"on": wanted})
        assert (status, to) == (303, "/clients/C000004")
        catch_up(house)
        assert home(house, "C000004").personalisation is (wanted == "1")


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
    headers = OWN | {"Referer": f"{ORIGIN}/clients/C000001?lang=zh"}
    answer = client.post("/large-type", data={"on": "1"}, headers=headers, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/clients/C000001?lang=zh")
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


def test_health_is_told_in_figures(client: Browser, house: House) -> None:
    answer = client.get("/healthz").json()
    assert answer == {
        "status": "ok",
        "events": house.store.count_events(),
        "lag": house.store.lag(),
        "leaves": house.store.count_leaves(),
    }


def test_older_decisions_are_reached_from_the_corridor(client: Browser, house: House) -> None:
    lines = corridor_view(house).lines
    part = client.get("/corridor/lines", params={"before": lines[0].decision_id}).text
    assert lines[0].decision_id not in part.replace(f"before={lines[0].decision_id}", "")
    assert lines[1].decision_id in part


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
    answer = client.get("/clients/C999999", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    problem = msgspec.json.decode(answer.content, type=dict[str, str | int])
    assert problem["status"] == 404
    assert problem["instance"] == "/clients/C999999"
    assert problem["title"]
