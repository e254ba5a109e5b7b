"""Emergency access: for a reason, sealed, told to compliance and to the client, and never left open."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from litestar.testing import TestClient
from page_house import ORIGIN, OWN, PORT, Browser

from tongxing.app.pages import pages_for
from tongxing.service.access_leaves import ACCESS
from tongxing.service.break_glass import identity_of, to_review
from tongxing.service.house import House
from tongxing.service.leaf_view import leaf_view
from tongxing.service.me_looked import looked
from tongxing.service.me_who import mine
from tongxing.simulation.demo import demo_over
from tongxing.simulation.staff import hire
from tongxing.web.words import t

WHY = "客户来电称被骗正在转账，主办顾问失联"
FOUND = "已回拨核实，客户确认求助属实"


@contextmanager
def signed_in(house: House, person: str) -> Iterator[Browser]:
    hire(house)
    app = pages_for(house, demo=True, port=PORT, over=demo_over)
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as browser:
        signed = browser.post("/demo/sign-in", data={"person": person}, headers=OWN, follow_redirects=False)
        assert signed.status_code == 303
        yield browser


def somebody_elses(house: House) -> str:
    """A client whom adviser-1 does not serve."""
    hire(house)
    return next(
        one for one in house.store.client_ids() if house.store.people.team_of_adviser(one)[0] != "adviser-1"
    )


def broken(browser: Browser, client_id: str, why: str = WHY) -> tuple[int, str]:
    page = browser.get("/desk/glass", params={"client": client_id}).text
    name = re.search(r'<input type="hidden" name="([^"]+)" value="([^"]+)"', page)
    assert name
    answer = browser.post(
        f"/desk/clients/{client_id}/glass", data={name[1]: name[2], "reason": why}, headers=OWN
    )
    return answer.status_code, answer.text


def test_with_a_reason_it_opens_once_and_everybody_who_should_knows(house: House) -> None:
    client_id = somebody_elses(house)
    who = identity_of(house, client_id)
    with signed_in(house, "adviser-1") as browser:
        assert browser.get(f"/desk/clients/{client_id}").status_code == 404
        form = browser.get("/desk/glass", params={"client": client_id}).text
        assert who["phone"] not in form
        status, page = broken(browser, client_id)
        assert status == 200
        assert who["phone"] in page
        assert who["name"] in page
        assert browser.get(f"/desk/clients/{client_id}").status_code == 404, "nothing stays open"
    (one,) = to_review(house)
    entry = one.entry
    assert (entry.person_id, entry.client_id, entry.field, entry.reason) == (
        "adviser-1", client_id, "identity", WHY,
    )  # fmt: skip
    assert (entry.purpose, entry.policies) == ("emergency", "break_glass_for_a_reason")
    assert entry.leaf_index is not None
    view = leaf_view(house, entry.leaf_index)
    assert view is not None
    assert (view.kind, view.intact) == (ACCESS, True)
    seen = [one for one in looked(mine(house, client_id, now=house.clock.now())) if one.reason == WHY]
    assert [(one.act, one.leaf_index) for one in seen] == [("client.break_glass", entry.leaf_index)]
    with signed_in(house, "compliance-1") as browser:
        assert t("vault.review.title") in browser.get("/console").text
        page = browser.get("/console/access").text
        assert WHY in page
        key = re.search(r'<input type="hidden" name="([^"]+)" value="([^"]+)"', page[page.index("/review") :])
        assert key
        place = f"/console/access/{entry.leaf_index}/review"
        short = browser.post(place, data={key[1]: key[2], "words": "ok"}, headers=OWN, follow_redirects=False)
        assert short.headers["location"].endswith("said=words")
        kept = browser.post(place, data={key[1]: key[2], "words": FOUND}, headers=OWN, follow_redirects=False)
        assert (kept.status_code, kept.headers["location"]) == (303, "/console/access?said=kept")
        again = browser.post(
            place, data={key[1]: key[2], "words": FOUND}, headers=OWN, follow_redirects=False
        )
        assert again.headers["location"].endswith("said=done")
    assert to_review(house) == ()
    review = house.store.people.entries(acts=("access.review",), limit=1)[0]
    assert (review.about_leaf, review.reason) == (entry.leaf_index, FOUND)


@pytest.mark.parametrize("why", ["急", "  "])
def test_without_a_real_reason_nothing_opens(house: House, why: str) -> None:
    client_id = somebody_elses(house)
    with signed_in(house, "adviser-1") as browser:
        status, page = broken(browser, client_id, why)
    assert status in (404, 422)
    assert identity_of(house, client_id)["phone"] not in page


def test_an_unknown_client_looks_like_a_wrong_address(house: House) -> None:
    with signed_in(house, "adviser-1") as browser:
        assert broken(browser, "C999999")[0] == 404


def test_the_page_of_keys_says_what_is_alive_and_destroyed_and_no_key(house: House) -> None:
    with signed_in(house, "auditor-1") as browser:
        page = browser.get("/console/vault").text
    root = house.store.keys.root()
    assert root[:8] in page
    assert root not in page
    alive = sum(one.alive for one in house.store.keys.counts() if one.retention)
    assert f"{alive:,}" in page
    with signed_in(house, "adviser-1") as browser:
        assert browser.get("/console/vault").status_code == 403


def test_a_number_finds_a_client_by_id_alone_and_the_find_is_on_record(house: House) -> None:
    client_id = somebody_elses(house)
    told = [
        one.event for one in house.store.kept_events_of(client_id) if one.event.kind == "client_registered"
    ]
    phone, name = str(told[0].body["phone"]), str(told[0].body["name"])
    with signed_in(house, "adviser-1") as browser:
        page = browser.get("/desk/glass").text
        key = re.search(r'<input type="hidden" name="([^"]+)" value="([^"]+)"', page)
        assert key
        form = {key[1]: key[2], "field": "phone"}
        found = browser.post("/desk/glass", data={**form, "value": f"+86 {phone}"}, headers=OWN).text
        nobody = browser.post("/desk/glass", data={**form, "value": "19900000000"}, headers=OWN).text
    assert f"client={client_id}" in found
    assert name not in found
    assert "client=" not in nobody
    finds = house.store.people.entries(acts=("client.find",), limit=50)
    entry = next(one for one in finds if one.client_id == client_id)
    assert entry.person_id == "adviser-1"
    assert entry.leaf_index is not None
