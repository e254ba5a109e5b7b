"""A client answers, below a person's words, how content they were."""

import re
from collections.abc import Iterator

import pytest
from own_house import browser_of, send
from page_house import Browser, catch_up, home

from tongxing.domain.grades import Nature
from tongxing.service.desk_tasks import open_contact
from tongxing.service.desk_words import Wish
from tongxing.service.desk_words import send as send_words
from tongxing.service.house import House
from tongxing.simulation.staff import hire
from tongxing.web.words import t

WORDS = "您好，我是您的顾问，材料已经寄出，方便时我给您回电话。"
FORM = "1"
RATING = re.compile(r'action="(/me/messages/[^"]+/rating)"')


@pytest.fixture(scope="module")
def told(house: House) -> str:
    """A client to whom an adviser has written."""
    hire(house)
    now = house.clock.now()
    client_id = next(one for one in reversed(house.store.client_ids()) if home(house, one).consented)
    adviser = next(one for one in house.store.tasks.staff() if one.role.value == "adviser")
    with house.store.batch() as batch:
        batch.tasks.assign(client_id, adviser.person_id, since=now)
    task = open_contact(house, adviser, client_id, "客户想聊聊", token="a" * 24, now=now)
    made = send_words(
        house, adviser, task.task_id, Wish(text=WORDS, nature=Nature.SERVICE, product="", token=FORM), now=now
    )
    assert made.cleared, made.reasons
    catch_up(house)
    return client_id


@pytest.fixture
def browser(house: House, told: str) -> Iterator[Browser]:
    with browser_of(house, told) as found:
        yield found


def test_a_rating_without_a_choice_is_given_back_with_its_reason(browser: Browser) -> None:
    (action,) = RATING.findall(browser.get("/me/messages").text)
    status, _to, text = send(browser, action, {"score": "", "text": "都好"})
    assert status == 422
    assert t("me.rating.refused.score") in text


def test_a_message_of_the_house_has_no_place_for_a_rating(browser: Browser) -> None:
    status, _to, _text = send(browser, "/me/messages/nobody-wrote-this/rating", {"score": "5"})
    assert status == 404


def test_what_was_rated_is_thanked_for_shown_and_not_asked_again(browser: Browser) -> None:
    (action,) = RATING.findall(browser.get("/me/messages").text)
    status, to, _text = send(browser, action, {"score": "4", "text": ""})
    assert (status, to) == (303, "/me/messages?done=rated")
    text = browser.get(to).text
    assert t("me.done.rated") in text
    assert t("me.rating.given", points=t("me.rating.points.4")) in text
    assert RATING.findall(text) == []
    assert send(browser, action, {"score": "1"})[0] == 422
