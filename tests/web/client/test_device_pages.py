"""Devices are switched on and off by their owner; a watch and a car get reviewed words and nothing else."""

import json
import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest
from device_page_house import Connected, connected
from own_house import send

from tongxing.adapters.store.plain_rows import plain_values
from tongxing.domain.event import Retention
from tongxing.domain.grades import Channel
from tongxing.service.house import House

CLIENT = "C000003"
SUBSCRIPTION = json.dumps(
    {
        "endpoint": "https://push.example.com/send/1",
        "expirationTime": None,
        "keys": {"p256dh": "B" + "A" * 86, "auth": "A" * 22},
    }
)
SPEAK = "{http://www.w3.org/2001/10/synthesis}"


@pytest.fixture
def mine_connected(house: House) -> Iterator[Connected]:
    with connected(house, CLIENT) as found:
        for channel in Channel:
            house.store.devices.forget_addresses(CLIENT, channel=channel.value)
        yield found


def code_in(found: Connected, channel: Channel) -> str:
    (sent,) = [one for one in found.boxes[channel].got if one.playbook == "device_code"]
    digits = re.search(r"\d{6}", "".join(part.text for part in sent.parts))
    assert digits is not None
    return digits.group()


def test_every_device_is_off_until_its_owner_switches_it_on(mine_connected: Connected) -> None:
    page = mine_connected.browser.get("/me/devices").text
    assert page.count('class="panel device"') == 5
    assert page.count('<input type="hidden" name="on" value="1">') == 3  # watch, car, and large letters
    assert "我的设备" in page


def test_a_watch_that_is_off_shows_nothing_and_one_that_is_on_shows_a_test_of_eighty_characters(
    mine_connected: Connected,
) -> None:
    browser = mine_connected.browser
    assert browser.get("/me/watch.json").json() == {"cards": []}
    status, to, _text = send(browser, "/me/devices/switch", {"channel": "watch", "on": "1"})
    assert (status, to) == (303, "/me/devices?done=contact")
    mine_connected.catch_up()
    assert send(browser, "/me/devices/test", {"channel": "watch", "token": "a" * 32})[0] == 303
    mine_connected.catch_up()
    cards = browser.get("/me/watch.json").json()["cards"]
    assert [card["title"] for card in cards] == ["测试消息"]
    assert all(len(card["text"]) <= 80 for card in cards)
    assert cards[0]["mark"] == "AI生成"
    assert "测试消息" in browser.get("/me/devices").text
    send(browser, "/me/devices/switch", {"channel": "watch", "on": "0"})
    assert browser.get("/me/watch.json").json() == {"cards": []}


def test_an_unchanged_watch_costs_no_bytes(mine_connected: Connected) -> None:
    first = mine_connected.browser.get("/me/watch.json")
    again = mine_connected.browser.get("/me/watch.json", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == "private, no-cache"


def test_a_car_reads_well_formed_speech_and_has_nothing_to_press(mine_connected: Connected) -> None:
    browser = mine_connected.browser
    send(browser, "/me/devices/switch", {"channel": "car", "on": "1"})
    mine_connected.catch_up()
    send(browser, "/me/devices/test", {"channel": "car", "token": "b" * 32})
    mine_connected.catch_up()
    speech = browser.get("/me/car.ssml")
    assert speech.headers["content-type"].startswith("application/ssml+xml")
    document = ET.fromstring(speech.content)  # noqa: S314 - our own answer
    assert document.tag == f"{SPEAK}speak"
    assert document.attrib["version"] == "1.1"
    said = ["".join(one.itertext()) for one in document.iter(f"{SPEAK}s")]
    assert said == ["测试消息", "车机可以收到，请专心驾驶。", "AI生成"]
    page = browser.get("/me/car?driving=1").text
    assert "请专心驾驶" in page
    assert re.findall(r"<(?:a|button|form|input|script)\b", page) == []
    send(browser, "/me/devices/switch", {"channel": "car", "on": "0"})


def test_a_browser_is_added_told_by_a_test_and_forgotten(mine_connected: Connected) -> None:
    browser = mine_connected.browser
    fields = {"subscription": SUBSCRIPTION, "browser": "Linux x86_64"}
    assert send(browser, "/me/devices/browser", fields)[0] == 303
    assert "Linux x86_64" in browser.get("/me/devices").text
    mine_connected.catch_up()
    assert send(browser, "/me/devices/test", {"channel": "push", "token": "c" * 32})[0] == 303
    mine_connected.catch_up()
    assert [one.playbook for one in mine_connected.boxes[Channel.PUSH].got] == ["device_test"]
    assert send(browser, "/me/devices/switch", {"channel": "push", "on": "0"})[0] == 303
    assert mine_connected.house.store.devices.addresses(CLIENT) == ()


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "{}",
        "x" * 5_000,
        SUBSCRIPTION.replace("https://push.example.com", "http://10.0.0.1"),
        SUBSCRIPTION.replace("https://push.example.com", "https://user:secret@push.example"),
        SUBSCRIPTION.replace('"auth"', '"other"'),
    ],
)
def test_a_subscription_that_leads_nowhere_lawful_is_refused_with_words(
    mine_connected: Connected, broken: str
) -> None:
    status, _to, text = send(mine_connected.browser, "/me/devices/browser", {"subscription": broken})
    assert status == 422
    assert "订阅无法使用" in text
    assert mine_connected.house.store.devices.addresses(CLIENT) == ()


def test_a_mailbox_is_on_only_after_the_code_that_was_sent_there(mine_connected: Connected) -> None:
    browser = mine_connected.browser
    fields = {"channel": "email", "address": "lin.xiao@example.com", "token": "d" * 32}
    assert send(browser, "/me/devices/address", fields)[0] == 303
    page = browser.get("/me/devices").text
    assert "l***@example.com" in page
    assert "lin.xiao" not in page
    status, _to, text = send(browser, "/me/devices/switch", {"channel": "email", "on": "1"})
    assert (status, "请先添加" in text) == (422, True)
    mine_connected.catch_up()
    code = code_in(mine_connected, Channel.EMAIL)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert send(browser, "/me/devices/confirm", {"channel": "email", "code": wrong})[0] == 422
    assert send(browser, "/me/devices/confirm", {"channel": "email", "code": code})[0] == 303
    (kept,) = mine_connected.house.store.devices.addresses(CLIENT, Channel.EMAIL)
    assert kept.confirmed
    assert send(browser, "/me/devices/confirm", {"channel": "email", "code": code})[0] == 422


def test_a_code_can_be_guessed_at_five_times_and_no_more(mine_connected: Connected) -> None:
    browser = mine_connected.browser
    fields = {"channel": "sms", "address": "138 0000 0000", "token": "e" * 32}
    assert send(browser, "/me/devices/address", fields)[0] == 303
    mine_connected.catch_up()
    code = code_in(mine_connected, Channel.SMS)
    for _ in range(5):
        assert send(browser, "/me/devices/confirm", {"channel": "sms", "code": "nothing"})[0] == 422
    assert send(browser, "/me/devices/confirm", {"channel": "sms", "code": code})[0] == 422


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("email", "no mailbox"),
        ("email", "a@b\r\nBcc: c@d.example"),
        ("email", "a@nowhere"),
        ("sms", "10086"),
        ("sms", "+1 212 555 0100"),
        ("push", "a@example.com"),
        ("home", "a@example.com"),
        ("", ""),
    ],
)
def test_what_is_no_address_is_refused_and_nothing_is_kept(
    mine_connected: Connected, channel: str, address: str
) -> None:
    fields = {"channel": channel, "address": address}
    assert send(mine_connected.browser, "/me/devices/address", fields)[0] == 422
    assert mine_connected.house.store.devices.addresses(CLIENT) == ()


def test_an_address_lies_sealed_and_goes_with_the_sensitive_records(mine_connected: Connected) -> None:
    store = mine_connected.house.store
    send(
        mine_connected.browser,
        "/me/devices/browser",
        {"subscription": SUBSCRIPTION, "browser": "Linux"},
    )
    assert len(store.devices.addresses(CLIENT)) == 1
    assert not [place for *place, value in plain_values(store) if "push.example.com" in value]
    store.erase(CLIENT, Retention.SENSITIVE)
    assert store.devices.addresses(CLIENT) == ()
