"""The assistant's pages of the console: figures for who watches, words for who corrects, looks on record."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from console_app import Browser, browser, press

from tongxing.adapters.entropy import SeededEntropy
from tongxing.app.house import house_for
from tongxing.domain.person import Person, Role
from tongxing.service import client_choices
from tongxing.service.assistant_turns import latest_turns
from tongxing.service.assistant_versions import approve, keep_evaluation
from tongxing.service.house import House
from tongxing.service.me_who import mine
from tongxing.service.ports_console import AskedLooks
from tongxing.service.talk_rate import rate_answer
from tongxing.service.talk_say import Wish, say
from tongxing.simulation.demo import demo_start

PAGE = "/console/assistant"
ASKED = "个人养老金能省多少税，电话13900001234"
MASKED = "个人养老金能省多少税，电话＊"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = house_for(tmp_path_factory.mktemp("assistant") / "demo.db", entropy=SeededEntropy(5))
    morning = demo_start(house, count=12, sessions_before=2)
    house.store.set_setting("market_now", morning.isoformat())
    yield house
    house.store.close()


@pytest.fixture(scope="module")
def record(house: House) -> str:
    """An answer that did not help a client who consents."""
    client_id, now = house.store.client_ids()[2], house.clock.now()
    client_choices.give_consent(house, client_id, "improve_assistant|asked|house", until="", now=now)
    reply = say(house, client_id, Wish(text=ASKED), now=now)
    assert reply is not None
    assert reply.sent is not None
    rate_answer(mine(house, client_id, now=now), reply.sent.touch_id, "0", now=now)
    span = timedelta(days=1)
    return latest_turns(house, since=now - span, until=now + span)[0].decision_id


@pytest.fixture(scope="module")
def client(house: House) -> Iterator[Browser]:
    with browser(house) as found:
        yield found


def get(client: Browser, path: str, person: str) -> str:
    answer = client.get(path, headers={"X-Person": person})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_list_shows_counts_and_nobodys_words(client: Browser, record: str) -> None:
    for person in ("compliance-1", "operations-1", "auditor-1"):
        page = get(client, PAGE, person)
        assert "评价没帮助" in page
        assert "能省多少税" not in page
        assert (f"{PAGE}/{record}" in page) is (person != "auditor-1")


def test_a_group_opens_masked_and_the_client_finds_the_look(
    house: House, client: Browser, record: str
) -> None:
    page = get(client, f"{PAGE}/{record}", "compliance-1")
    assert MASKED in page
    assert "13900001234" not in page
    looks = house.store.census.looks(AskedLooks(act="assistant.words"), limit=5)
    assert (looks[0].person_id, looks[0].client_id) == ("compliance-1", house.store.client_ids()[2])
    assert looks[0].purpose == "compliance"
    assert looks[0].leaf_index is not None


def test_one_corrects_and_another_agrees(client: Browser, record: str) -> None:
    path = f"{PAGE}/{record}"
    first = press(client, f"{path}/reading", "operations-1", do="correct", intent="pension")
    assert first == f"{path}?said=corrected&days=30"
    own = press(client, f"{path}/reading", "operations-1", do="agree", emotion="neutral")
    assert "said=same_person" in own
    assert "等第二个人同意" in get(client, PAGE, "compliance-1")
    other = press(client, f"{path}/reading", "compliance-1", do="agree", emotion="neutral")
    assert "said=agreed_now" in other
    assert "tongxing assistant proposals" in get(client, PAGE, "compliance-1")
    assert "已由两人同意" in get(client, path, "compliance-1")


def test_an_unknown_record_and_a_strange_period_are_taken_calmly(client: Browser, record: str) -> None:
    assert client.get(f"{PAGE}/nothing", headers={"X-Person": "compliance-1"}).status_code == 404
    assert "没答好的问题" in get(client, f"{PAGE}?days=%3Cscript%3E", "compliance-1")
    assert record


def test_the_page_says_whose_corpus_is_in_use_and_who_approved_it(house: House, client: Browser) -> None:
    assert "随软件发布的语料" in get(client, PAGE, "auditor-1")
    for person_id, role in (("operations-9", Role.OPERATIONS), ("compliance-9", Role.COMPLIANCE)):
        house.store.people.add(Person(person_id=person_id, name="唐沐阳", role=role))
    keep_evaluation(house, "operations-9", "ab" * 32, {"intent_accuracy": 840_000})
    approve(house, "compliance-9", "ab" * 32, "", "recall held")
    page = get(client, PAGE, "auditor-1")
    assert "abababababab" in page
    assert "recall held" in page
    assert "84.0%" in page


def test_a_house_without_a_chat_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = house_for(tmp_path_factory.mktemp("empty") / "empty.db", entropy=SeededEntropy(6))
    with browser(empty) as client:
        assert "这段时间没有对话" in get(client, PAGE, "compliance-1")
    empty.store.close()
