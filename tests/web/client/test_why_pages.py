"""Why a holding changed, as a browser and another system get it."""

import re

import pytest
from own_house import browser_of
from page_house import Browser

from tongxing.service.explain_client import answer, window_of
from tongxing.service.explain_moves import Statement, past_of
from tongxing.service.house import House
from tongxing.service.me_who import mine as mine_of


def _held(house: House, client_id: str) -> list[str]:
    me = mine_of(house, client_id, now=house.clock.now())
    return [code for code, quantity in me.state.positions().items() if quantity > 0]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_causes_that_add_up(house: House, language: str) -> None:
    for client_id in ("C000001", "C000002", "C000003", "C000004"):
        codes = _held(house, client_id)
        if codes:
            break
    with browser_of(house, client_id) as browser:
        shown = browser.get(f"/me/holdings/{codes[0]}/why", params={"lang": language})
        assert shown.status_code == 200, shown.text[:500]
        assert re.findall(r">\s*(why\.[a-z_.A-Z]+)\s*<", shown.text) == []
        me = mine_of(house, client_id, now=house.clock.now())
        window = window_of(house, None, None, now=me.now)
        found = answer(me, codes[0], window, locale="zh-CN" if language == "zh" else "en")
        assert found.held_back == ()
        assert found.told is not None
        assert found.told.lead in shown.text
        assert sum(found.found.parts_fen.values()) == found.found.result_fen
        assert found.ai_mark in shown.text


def test_what_a_client_was_shown_goes_on_record_after_the_answer(house: House) -> None:
    client_id = next(one for one in ("C000001", "C000002", "C000003", "C000004") if _held(house, one))
    code = _held(house, client_id)[0]
    with browser_of(house, client_id) as browser:
        for _ in range(2):
            assert browser.get(f"/me/holdings/{code}/why", params={"lang": "zh"}).status_code == 200
    told = [
        one.event.body
        for one in house.store.events_of(client_id)
        if one.event.kind == "holding_explained" and one.event.body["code"] == code
    ]
    kept = [house.store.decision(str(body["decision_id"])) for body in told]
    assert kept
    assert all(row is not None and row.client_id == client_id for row in kept)
    assert len({str(body["words"]) for body in told}) == len(told), "the same words are told once"


def test_the_holdings_lead_to_it(house: House) -> None:
    client_id = next(one for one in ("C000001", "C000002", "C000003", "C000004") if _held(house, one))
    with browser_of(house, client_id) as browser:
        code = _held(house, client_id)[0]
        assert f'href="/me/holdings/{code}/why"' in browser.get("/me/holdings").text


def test_what_was_never_held_is_not_found(mine: Browser) -> None:
    assert mine.get("/me/holdings/999999/why").status_code == 404


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"from": "soon", "to": ""}, "2026-05-06"),
        ({"from": "2026-05-06", "to": "2026-04-01"}, ""),
        ({"from": "1999-01-01", "to": "1999-02-01"}, ""),
    ],
)
def test_days_that_cannot_be_answered_say_so(house: House, query: dict[str, str], words: str) -> None:
    client_id = next(one for one in ("C000001", "C000002", "C000003", "C000004") if _held(house, one))
    with browser_of(house, client_id) as browser:
        shown = browser.get(f"/me/holdings/{_held(house, client_id)[0]}/why", params={"lang": "zh", **query})
    assert shown.status_code == 422
    assert words in shown.text


def test_every_holding_of_the_demo_is_explained_to_the_fen(house: House) -> None:
    explained = 0
    for client_id in (f"C{number:06d}" for number in range(1, 16)):
        me = mine_of(house, client_id, now=house.clock.now())
        window = window_of(house, None, None, now=me.now)
        for code in past_of(me).codes():
            if me.state.positions().get(code, 0) <= 0 or house.market.last_close(code, window.first) is None:
                continue
            found = answer(me, code, window, locale="zh-CN")
            assert sum(found.found.parts_fen.values()) == found.found.result_fen
            assert found.held_back == ()
            explained += 1
    assert explained > 10


def test_a_holding_that_began_with_a_statement_starts_there(house: House) -> None:
    """What was held before the first statement is not known: it is neither bought nor won."""
    told = 0
    for client_id in (f"C{number:06d}" for number in range(1, 16)):
        me = mine_of(house, client_id, now=house.clock.now())
        window = window_of(house, None, None, now=me.now)
        for code in past_of(me).codes():
            first = past_of(me).of(code)[0]
            if not isinstance(first, Statement) or first.day <= window.first or first.held_e4 <= 0:
                continue
            if house.market.last_close(code, first.day) is None or first.day >= window.last:
                continue
            found = answer(me, code, window, locale="zh-CN")
            assert found.found.first >= first.day
            assert found.found.value_start_fen > 0
            told += 1
    assert told > 0
