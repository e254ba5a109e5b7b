"""The client's own pages as a browser gets them."""

import io
import re
import time
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from own_house import browser_of, send
from page_house import OWN, Browser, catch_up, consenting, home

from tongxing.service.append import append
from tongxing.service.house import House
from tongxing.service.me_said import said_page
from tongxing.service.me_who import mine as who
from tongxing.simulation.staff import hire
from tongxing.web.words import catalogue, t

PAGES = (
    "/me",
    "/me/holdings",
    "/me/records",
    "/me/messages",
    "/me/moments",
    "/me/profile",
    "/me/privacy",
)
HEAVY, PAGE_LENGTH_MAX, SECONDS_MAX = 1_500, 80_000, 0.1
TOKEN = re.compile(r'name="token" value="([0-9a-f]+)"')


def token_of(text: str) -> str:
    found = TOKEN.search(text)
    assert found is not None
    return found.group(1)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_own_page_can_be_read(mine: Browser, path: str, language: str) -> None:
    answer = mine.get(path, params={"lang": language})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    keys = re.findall(r">\s*((?:me|kind|trend|holding|profile)\.[a-z_.]+)\s*<", answer.text)
    assert keys == []


@pytest.mark.parametrize("path", PAGES)
def test_every_own_page_of_a_new_client_says_what_is_not_there_yet(house: House, path: str) -> None:
    with browser_of(house, "C000003") as browser:
        answer = browser.get(path)
    assert answer.status_code == 200
    assert t("error.500.title") not in answer.text


def test_who_is_no_client_has_no_own_pages(house: House) -> None:
    hire(house)
    with browser_of(house, "adviser-1") as browser:
        for path in PAGES:
            assert browser.get(path).status_code == 403


def test_nobody_sees_an_own_page_without_signing_in(client: Browser) -> None:
    for path in PAGES:
        answer = client.get(path, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?next=")


def test_a_form_without_the_key_of_its_page_does_nothing(mine: Browser, house: House) -> None:
    before = house.store.count_events()
    answer = mine.post("/me/privacy/personalisation", data={"on": "0"}, headers=OWN, follow_redirects=False)
    assert answer.status_code == 403
    assert house.store.count_events() == before


@pytest.mark.parametrize(
    "query",
    [
        "?period=9y&index=DROP",
        "?kind=%00&month=2026-13&before=zz",
        "?before=" + "9" * 400,
        "?month=%F0%9F%98%80&kind=trades",
        "?before=1.1",
    ],
)
@pytest.mark.parametrize("path", ["/me/holdings", "/me/records", "/me/messages"])
def test_choices_nobody_offered_are_passed_over(mine: Browser, path: str, query: str) -> None:
    assert mine.get(f"{path}{query}").status_code == 200


@pytest.mark.parametrize("number", ["999999999", "-1", "x", "1e3", "9" * 40, "%00"])
def test_a_record_that_is_not_mine_is_not_there(mine: Browser, number: str) -> None:
    answer = mine.get(f"/me/proofs/{number}")
    assert answer.status_code in (400, 404)


def test_a_record_of_another_client_is_not_there(house: House, mine: Browser) -> None:
    other = next(
        word.card.receipt_index
        for client_id in house.store.client_ids()
        if client_id != "C000001"
        for word in said_page(who(house, client_id, now=house.clock.now())).words
    )
    assert mine.get(f"/me/proofs/{other}").status_code == 404


def test_a_search_brings_a_card_that_can_be_proved_and_sent_away(house: House) -> None:
    client_id = consenting(house)
    title = "个人养老金怎么开户"
    with browser_of(house, client_id) as browser:
        token = token_of(browser.get("/me").text)
        before = house.store.count_events()
        for _click in range(2):
            status, to, _text = send(browser, "/me/search", {"text": "养老金怎么开户", "token": token})
            assert (status, to) == (303, "/me#cards")
        searches = [
            one.event
            for one in house.store.events(after=before)
            if one.event.client_id == client_id and one.event.kind == "searched"
        ]
        assert len(searches) == 1
        catch_up(house)
        assert title in browser.get("/me/cards").text
        word = said_page(who(house, client_id, now=house.clock.now())).words[0]
        assert word.card.title == title
        proof = browser.get(f"/me/proofs/{word.card.receipt_index}")
        assert proof.status_code == 200
        assert t("leaf.intact") in proof.text
        away = f"/me/cards/{word.card.touch_id}/dismiss"
        for _click in range(2):
            status, _to, text = send(browser, away, {"why": "not_for_me"}, fragment=True)
            assert (status, title in text) == (200, False)
        messages = browser.get("/me/messages").text
        assert title in messages
        assert t("me.standing.dismissed") in messages


def test_a_card_nobody_sent_cannot_be_sent_away(mine: Browser) -> None:
    status, _to, _text = send(mine, "/me/cards/none/dismiss", {"why": ""})
    assert status == 404


@pytest.mark.parametrize("words", ["", "   ", "养" * 201])
@pytest.mark.parametrize("fragment", [True, False])
def test_words_that_cannot_be_taken_are_given_back_with_a_reason(
    mine: Browser, house: House, words: str, *, fragment: bool
) -> None:
    before = house.store.count_events()
    status, _to, text = send(mine, "/me/search", {"text": words}, fragment=fragment)
    assert status == 422
    assert (t("me.notice.too_long", most=200) if len(words) > 200 else t("me.notice.empty")) in text
    assert house.store.count_events() == before
    if not fragment and words.strip():
        assert words in text


def test_personal_service_is_off_in_the_very_next_answer(house: House) -> None:
    client_id = consenting(house)
    with browser_of(house, client_id) as browser:
        status, to, _text = send(browser, "/me/privacy/personalisation", {"on": "0"})
        assert (status, to) == (303, "/me/privacy?done=off#personal")
        assert t("choice.off") in browser.get("/me/privacy").text
        assert t("cards.off") in browser.get("/me/cards").text or "data-card" in browser.get("/me/cards").text
        assert t("me.home.by_habit") not in browser.get("/me").text
        send(browser, "/me/privacy/personalisation", {"on": "1"})
    catch_up(house)


def test_a_label_is_corrected_deleted_and_restored_and_a_duty_is_not(mine: Browser, house: House) -> None:
    page = mine.get("/me/profile").text
    label = re.findall(r'action="/me/profile/delete">.*?name="label" value="([^"]+)"', page, re.DOTALL)[0]
    status, to, _text = send(mine, "/me/profile/delete", {"label": label})
    assert (status, to) == (303, "/me/profile?done=deleted")
    assert f'{t("me.profile.restore")}<span class="hidden"> {label}</span>' in mine.get("/me/profile").text
    send(mine, "/me/profile/restore", {"label": label})
    assert f'{t("me.profile.delete")}<span class="hidden"> {label}</span>' in mine.get("/me/profile").text
    before = house.store.count_events()
    for path, fields, reason in (
        ("/me/profile/delete", {"label": "风险偏好中高"}, "duty"),
        ("/me/profile/delete", {"label": "没有这个"}, "unknown_label"),
        ("/me/profile/correct", {"label": label, "value": ""}, "empty"),
        ("/me/profile/correct", {"label": label, "value": "x" * 500}, "too_long"),
        ("/me/profile/correct", {"label": label, "value": "高净值"}, "account_fact"),
    ):
        status, _to, text = send(mine, path, fields)
        assert (status, t(f"me.tag_refused.{reason}") in text) == (422, True), reason
    assert house.store.count_events() == before
    catch_up(house)


def test_choices_are_kept_and_shown_at_once(mine: Browser, house: House) -> None:
    token = token_of(mine.get("/me/privacy").text)
    status, to, _text = send(mine, "/me/privacy/contact", {"channel": "sms", "allowed": "0", "token": token})
    assert (status, to) == (303, "/me/privacy?done=contact#channels")
    assert t("me.done.contact") in mine.get("/me/privacy?done=contact").text
    consent = {"consent": "personalised_service|life_event|house", "until": "2027-01-01", "token": token}
    assert send(mine, "/me/privacy/consent", consent)[0] == 303
    assert "2027年1月1日" in mine.get("/me/privacy").text
    assert send(mine, "/me/privacy/withdraw", {"consent": consent["consent"]})[0] == 303
    assert "2027年1月1日" not in mine.get("/me/privacy").text
    for path, fields in (
        ("/me/privacy/contact", {"channel": "pigeon", "allowed": "1"}),
        ("/me/privacy/consent", {"consent": "all|*|all"}),
        ("/me/privacy/consent", {"consent": "marketing|*|house", "until": "2020-01-01"}),
        ("/me/privacy/withdraw", {"consent": "||"}),
        ("/me/privacy/erasure", {}),
        ("/me/privacy/erasure", {"class_behaviour": "1"}),
        ("/me/moments", {"name": "house", "date": "2027-01-01"}),
        ("/me/moments", {"name": "house", "date": "soon", "agreed": "1"}),
    ):
        before = house.store.count_events()
        status, _to, text = send(mine, path, fields)
        assert (status, 'role="alert"' in text) == (422, True), path
        assert house.store.count_events() == before
    catch_up(house)


def test_what_was_typed_is_still_there_when_a_form_is_refused(mine: Browser) -> None:
    _status, _to, text = send(mine, "/me/moments", {"name": "retirement", "date": "2030-05-01"})
    assert 'value="2030-05-01"' in text
    assert '<option value="retirement" selected>' in text


def test_nothing_a_page_says_was_done_is_made_up_by_an_address(mine: Browser) -> None:
    for done in ("<script>", "free money", "no_consent"):
        text = mine.get("/me/privacy", params={"done": done}).text
        assert 'role="status"' not in text
        assert "<script>" not in text.replace('<script src="', "")


def test_the_own_data_come_as_an_archive(mine: Browser) -> None:
    answer = mine.get("/me/privacy/data.zip")
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as found:
        assert found.testzip() is None
        assert {"events.jsonl", "events.csv", "profile.json"} <= set(found.namelist())


def test_records_come_as_a_table_too(mine: Browser) -> None:
    answer = mine.get("/me/records.csv", params={"kind": "trades"})
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.text.removeprefix("\ufeff").splitlines()
    assert lines[0].startswith("time,kind,")
    assert all(",trade," in line or ",fund" in line or ",shares" in line for line in lines[1:])


def test_the_simple_home_is_large_short_and_one_tap_from_a_person(mine: Browser) -> None:
    status, to, _text = send(mine, "/me/elder", {"on": "1"})
    assert (status, to) == (303, "/me")
    text = mine.get("/me").text
    assert 'class="large"' in text
    assert t("me.home.call") in text
    assert text.count('class="me-entry-mark"') <= 4


def test_looking_at_a_page_is_told_to_the_log_once_and_only_with_consent(house: House) -> None:
    client_id = next(
        one
        for one in house.store.client_ids()
        if one != "C000001" and home(house, one).consented and home(house, one).personalisation
    )

    def views() -> int:
        return sum(
            one.event.kind == "viewed" and one.event.source == "web"
            for one in house.store.events_of(client_id)
        )

    with browser_of(house, client_id) as browser:
        before = views()
        for _ in range(3):
            browser.get("/me/profile")
        assert views() == before + 1
        send(browser, "/me/privacy/personalisation", {"on": "0"})
        kept = views()
        browser.get("/me/holdings")
        assert views() == kept
        send(browser, "/me/privacy/personalisation", {"on": "1"})
    catch_up(house)


def test_words_are_shown_as_words_on_every_own_page(mine: Browser, house: House) -> None:
    send(mine, "/me/search", {"text": "<script>alert(1)</script>"})
    catch_up(house)
    for path in PAGES:
        assert "<script>alert" not in mine.get(path).text


def test_pages_stay_small_and_quick_for_a_client_of_many_years(house: House) -> None:
    client_id = "C900001"
    first = next(
        one.event for one in house.store.events_of("C000001") if one.event.kind == "client_registered"
    )
    trade = {"code": "510300", "side": "buy", "quantity": "100", "price": "4", "gross_fen": 40_000}
    trades = [
        replace(
            first,
            client_id=client_id,
            source_seq=f"{client_id}-{number}",
            kind="trade",
            body=trade,
            ts=first.ts + timedelta(seconds=number),
            known_at=first.ts + timedelta(seconds=number),
        )
        for number in range(1, HEAVY + 1)
    ]
    append(house, [replace(first, client_id=client_id, source_seq=client_id), *trades])
    catch_up(house)
    with browser_of(house, client_id) as browser:
        for path in PAGES:
            browser.get(path)
            took = []
            for _ in range(3):
                start = time.perf_counter()
                answer = browser.get(path)
                took.append(time.perf_counter() - start)
                assert answer.status_code == 200
                assert len(answer.text) < PAGE_LENGTH_MAX
            assert min(took) < SECONDS_MAX, path


def test_every_refusal_and_every_done_has_words_in_both_languages() -> None:
    reasons = (
        "empty",
        "too_long",
        "unknown_choice",
        "no_date",
        "past_date",
        "far_date",
        "no_consent",
        "not_sure",
    )
    tags = ("duty", "account_fact", "unknown_label", "empty", "too_long", "unreadable")
    for language in ("zh", "en"):
        words = catalogue(language)
        assert {f"me.notice.{one}" for one in reasons} <= words.keys()
        assert {f"me.tag_refused.{one}" for one in tags} <= words.keys()
