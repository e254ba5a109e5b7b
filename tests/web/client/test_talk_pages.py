"""The chat's pages: with and without a stream; what is too long, too fast or hostile is answered in words."""

import re
from collections.abc import Iterator

import pytest
from own_house import browser_of, send
from page_house import OWN, Browser

from tongxing.service.house import House
from tongxing.simulation.staff import hire
from tongxing.web.client import talk
from tongxing.web.words import speak, t

KEY = re.compile(r'name="form_key" value="([^"]*)"')


@pytest.fixture
def browser(house: House) -> Iterator[Browser]:
    talk._recent.clear()
    with browser_of(house, house.store.client_ids()[4]) as found:
        yield found


def stream(browser: Browser, fields: dict[str, str]) -> list[tuple[str, str]]:
    """Events of the stream: (name, data)."""
    found = KEY.search(browser.get("/me/talk").text)
    assert found is not None
    answer = browser.post("/me/talk/stream", data={"form_key": found.group(1), **fields}, headers=OWN)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "no-store" in answer.headers["cache-control"]
    events = []
    for block in answer.text.replace("\r", "").strip().split("\n\n"):
        rows = block.split("\n")
        name = next(row[7:] for row in rows if row.startswith("event: "))
        events.append((name, "\n".join(row[6:] for row in rows if row.startswith("data: "))))
    return events


def test_the_stream_says_that_it_heard_then_the_words_then_the_whole_turn(browser: Browser) -> None:
    names = [name for name, _data in stream(browser, {"text": "怎么开通科创板"})]
    assert names[0] == "heard"
    assert names[-1] == "done"
    assert set(names[1:-1]) == {"words"}


def test_the_words_of_the_stream_are_those_of_the_sealed_turn(browser: Browser) -> None:
    events = stream(browser, {"text": "个人养老金能省多少税"})
    whole = events[-1][1]
    for words in (data for name, data in events if name == "words"):
        assert words in whole
    assert "/me/proofs/" in whole
    assert "data-token=" in whole


def test_without_script_the_answer_stands_on_the_page(browser: Browser) -> None:
    status, to, _text = send(browser, "/me/talk", {"text": "我想销户"})
    assert (status, to) == (303, "/me/talk#newest")
    page = browser.get("/me/talk").text
    assert "我想销户" in page
    assert "不需要说明理由" in page


@pytest.mark.parametrize(("text", "why"), [("", "empty"), ("长" * 1001, "too_long")])
def test_what_cannot_be_taken_comes_back_with_its_reason(browser: Browser, text: str, why: str) -> None:
    status, _to, page = send(browser, "/me/talk", {"text": text})
    speak("zh")
    assert status == 422
    assert t(f"talk.notice.{why}", most=1000) in page
    (_heard, refused) = stream(browser, {"text": text})
    assert refused == ("refused", t(f"talk.notice.{why}", most=1000))


def test_a_megabyte_is_refused_before_it_is_read(browser: Browser) -> None:
    status, _to, _page = send(browser, "/me/talk", {"text": "a" * 1_000_000})
    assert status == 413


def test_more_than_the_house_answers_in_a_minute_waits(browser: Browser, house: House) -> None:
    most = house.book.rules.number("talk_turns_minute_max", house.clock.now().date())
    before = house.store.count_events()
    codes = [send(browser, "/me/talk", {"text": "你好"})[0] for _ in range(most + 2)]
    assert codes == [303] * most + [429] * 2
    asked = [one for one in house.store.events(after=before, limit=1000) if one.event.kind == "asked"]
    assert len(asked) == most


def test_words_that_look_like_a_page_are_shown_as_words(browser: Browser) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    send(browser, "/me/talk", {"text": hostile})
    page = browser.get("/me/talk").text
    assert hostile not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("choice", ["9:再见", "x:abc", "-1:abc", "1", "99999999:abc", ":"])
def test_a_choice_nobody_offered_is_taken_as_words_or_refused(browser: Browser, choice: str) -> None:
    status, _to, _page = send(browser, "/me/talk", {"choice": choice})
    assert status in {303, 422}


@pytest.mark.parametrize("before", ["", "x", "1.2", "-1.5", "9" * 60, "1778032800000000.3"])
def test_a_place_that_is_none_shows_the_newest_or_what_is_older(browser: Browser, before: str) -> None:
    assert browser.get("/me/talk", params={"before": before}).status_code == 200


def test_nobody_else_reads_a_chat(house: House) -> None:
    hire(house)
    with browser_of(house, "compliance-1") as browser:
        assert browser.get("/me/talk", follow_redirects=False).status_code in {403, 404}


def test_a_house_without_assistant_says_that_a_person_answers(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_given: object, **_named: object) -> None:
        raise talk.NoAssistantError

    monkeypatch.setattr(talk, "say", nobody)
    status, _to, page = send(browser, "/me/talk", {"text": "你好"})
    assert status == 503
    assert t("talk.notice.nobody") in page


def test_english_words_are_answered_in_english(browser: Browser) -> None:
    events = stream(browser, {"text": "How do I open the STAR market?"})
    said = " ".join(data for name, data in events if name == "words")
    assert "STAR" in said
    assert not re.search(r"[\u4e00-\u9fff]", said)


def test_calm_words_look_like_a_note_and_other_answers_do_not(browser: Browser) -> None:
    send(browser, "/me/talk", {"text": "亏得睡不着觉，真的撑不下去了"})
    assert 'class="bubble house note"' in browser.get("/me/talk").text
    send(browser, "/me/talk", {"text": "怎么开通科创板"})
    assert browser.get("/me/talk").text.count("bubble house note") == 1
