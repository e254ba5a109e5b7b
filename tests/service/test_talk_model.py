"""A language model beside the chat: whatever it says or fails to say, true words go out in time."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from view_house import CONSENTS, event, fill

import model_server
from model_server import Model, Reply, instead, raw, say, served_model
from tongxing.adapters.llm.chat import ChatModel, ModelSettingsError, limits_of, model_named
from tongxing.app import temporary_house
from tongxing.domain.event import Event
from tongxing.service import talk_say
from tongxing.service.append import append
from tongxing.service.house import House
from tongxing.service.me_privacy import offers
from tongxing.service.ports_llm import ModelFailedError
from tongxing.service.talk_say import Reply as Answer
from tongxing.service.work import work

QUESTION = "亏了想割肉，沪深300ETF 现在卖会亏多少"
ODD = "嗯嗯那个这个"
SECONDS = 0.4


@pytest.fixture(scope="module")
def filled() -> Iterator[House]:
    with temporary_house(seed=7) as found:
        fill(found)
        yield found


@pytest.fixture(scope="module")
def plain(filled: House) -> str:
    """What is said without a model."""
    return words(ask(filled, QUESTION))


@pytest.fixture
def model() -> Iterator[Model]:
    with served_model() as found:
        yield found


@pytest.fixture
def shared(filled: House, model: Model) -> House:
    """One house for tests that only ask, each with a model of its own."""
    return _with(filled, model)


@pytest.fixture
def home(house: House, model: Model) -> House:
    fill(house)
    return _with(house, model, seconds=30.0)


def _with(house: House, model: Model, seconds: float = SECONDS) -> House:
    limits = replace(limits_of(house.book.rules, house.clock.now().date()), seconds=seconds)
    return replace(house, language_model=ChatModel(model.url, "stub-1", "secret", limits))


def ask(house: House, text: str) -> Answer:
    found = talk_say.say(house, CONSENTS, talk_say.Wish(text=text), now=house.clock.now())
    assert found is not None
    assert found.sent is not None
    return found


def words(answer: Answer) -> str:
    assert answer.sent is not None
    return "\n".join(part.text for part in answer.sent.parts)


def understood(house: House) -> Event:
    found = [one.event for one in house.store.kept_events_of(CONSENTS) if one.event.kind == "understood"]
    return found[-1]


def test_without_settings_nobody_is_asked(house: House) -> None:
    assert house.language_model is None
    assert model_named(house.book.rules, house.clock.now().date(), {}) is None


def test_words_said_otherwise_keep_their_figures_and_say_who_said_them(
    filled: House, model: Model, plain: str
) -> None:
    home = _with(filled, model, seconds=30.0)
    said = words(ask(home, QUESTION))
    assert "这样说吧：" in said
    assert said.replace("这样说吧：", "") == plain
    body = understood(home).body
    assert (body["language_model"], body["rephrased"]) == ("stub-1", "used")
    assert home.book.labels["ai_mark"] in said
    assert all("沪深300ETF" not in json.dumps(one, ensure_ascii=False) for one in model.asked)
    sent = "".join(one["messages"][1]["content"] for one in model.asked)
    assert CONSENTS not in sent
    assert "林晓晓" not in sent


LIES: dict[str, Reply] = {
    "another number": instead(lambda one: one.replace("[[0]]", "9.99", 1)),
    "a promise": instead(lambda one: f"{one}放心，肯定会涨回来。"),
    "guaranteed": instead(lambda one: f"保证不亏。{one}"),
    "pressure": instead(lambda one: f"{one}再不卖就来不及了，马上操作。"),
    "inside news": instead(lambda one: f"内部消息，{one}"),
    "a link": instead(lambda one: f"{one} https://evil.example"),
    "another language": instead(lambda _one: "Please sell everything now."),
    "a person": instead(lambda one: f"{one}我是您的顾问小王，加我微信。"),
    "the instructions": instead(lambda _one: "You are given JSON of the form"),
    "nothing": instead(lambda _one: ""),
    "fewer": lambda handler, _asked: say(handler, json.dumps({"paragraphs": []})),
    "no list": lambda handler, _asked: say(handler, json.dumps({"paragraphs": "x"})),
    "no object": lambda handler, _asked: say(handler, "[1, 2]"),
    "no json": lambda handler, _asked: say(handler, "Sure! Here you go"),
    "another form": lambda handler, _asked: raw(handler, json.dumps({"error": "x"})),
    "a page": lambda handler, _asked: raw(handler, "<html>hello</html>", kind="text/html"),
    "deep": lambda handler, _asked: raw(handler, "[" * 5000),
    "too many requests": lambda handler, _asked: say(handler, "{}", status=429),
    "an error": lambda handler, _asked: say(handler, "{}", status=500),
    "moves": model_server.moves,
    "breaks off": model_server.breaks_off,
    "stalls": model_server.stalls,
    "drips": model_server.drips,
    "floods": model_server.floods,
}


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_whatever_comes_the_approved_words_go_out_in_time(
    shared: House, model: Model, plain: str, lie: str
) -> None:
    home = shared
    model.reply = LIES[lie]
    start = time.perf_counter()
    answer = ask(home, QUESTION)
    taken = time.perf_counter() - start
    assert words(answer) == plain
    assert taken < SECONDS + 2
    assert understood(home).body["rephrased"] not in ("", "used")
    assert not answer.said.answer.fallback


def test_after_some_failures_nobody_is_asked_for_a_while(home: House, model: Model) -> None:
    model.reply = LIES["an error"]
    for _ in range(5):
        ask(home, QUESTION)
    assert len(model.asked) == 3
    assert understood(home).body["rephrased"] == "resting"


def test_more_questions_at_once_than_allowed_are_not_asked(home: House, model: Model) -> None:
    found = home.language_model
    assert isinstance(found, ChatModel)
    found._under_way = 4
    with pytest.raises(ModelFailedError, match="busy"):
        found.rephrase(["x"])
    assert model.asked == []


def test_the_model_reads_a_question_only_where_the_client_agreed(home: House, model: Model) -> None:
    ask(home, ODD)
    assert model.asked == []
    consent = {"purpose": "language_model", "source": "asked"}
    append(home, (event(CONSENTS, 90, "consent_given", consent, home.clock.now()),))
    work(home, now=home.clock.now() + timedelta(minutes=1))
    answer = ask(home, f"{ODD}，手机 13900000001")
    (asked, *_rest) = model.asked
    assert "13900000001" not in json.dumps(asked)
    assert answer.said.meant.intent == "fund_ops"
    assert understood(home).body["chosen"] == "fund_ops"


@pytest.mark.parametrize("chosen", ["complaint", "distress", "close", "sell_everything", "", 7, None])
def test_a_choice_that_has_consequences_or_is_none_is_not_taken(
    home: House, model: Model, chosen: object
) -> None:
    consent = {"purpose": "language_model", "source": "asked"}
    append(home, (event(CONSENTS, 90, "consent_given", consent, home.clock.now()),))
    work(home, now=home.clock.now() + timedelta(minutes=1))
    model.reply = lambda handler, _asked: say(handler, json.dumps({"intent": chosen}))
    answer = ask(home, ODD)
    assert answer.said.meant.unclear
    assert understood(home).body["chosen"] == ""


@pytest.mark.parametrize("text", ["我不想活了", "亏得整夜睡不着，吃不下饭", "我要投诉你们", "你好"])
def test_scripts_calm_words_and_duties_are_never_said_otherwise(
    shared: House, model: Model, text: str
) -> None:
    ask(shared, text)
    assert model.asked == []


def test_the_consent_is_offered_only_where_there_is_a_model(house: House, home: House) -> None:
    on = house.clock.now().date()
    assert not any("language_model" in one for one in offers(house, on))
    assert any("language_model" in one for one in offers(home, on))


@pytest.mark.parametrize(
    "url", ["http://models.example/v1", "ftp://127.0.0.1", "https://user@models.example", "x"]
)
def test_an_address_that_is_not_safe_is_refused(house: House, url: str) -> None:
    with pytest.raises(ModelSettingsError, match="https"):
        model_named(
            house.book.rules, house.clock.now().date(), {"TONGXING_LLM_URL": url, "TONGXING_LLM_MODEL": "m"}
        )


def test_a_key_that_others_can_read_is_refused(house: House, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("secret")
    key.chmod(0o644)
    named = {
        "TONGXING_LLM_URL": "http://127.0.0.1:9",
        "TONGXING_LLM_MODEL": "m",
        "TONGXING_LLM_KEY_FILE": str(key),
    }
    with pytest.raises(ModelSettingsError, match="chmod 600"):
        model_named(house.book.rules, house.clock.now().date(), named)
    with pytest.raises(ModelSettingsError, match="names no model"):
        model_named(house.book.rules, house.clock.now().date(), {"TONGXING_LLM_URL": "http://127.0.0.1:9"})
