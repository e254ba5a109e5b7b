"""An adviser and another system read why a client's holding changed: the same figures, only within reach."""

from litestar.testing import TestClient
from page_house import ORIGIN, OWN, PORT

from tongxing.app.pages import pages_for
from tongxing.domain.person import Person, Role
from tongxing.service.explain_client import answer, window_of
from tongxing.service.house import House
from tongxing.service.me_who import mine
from tongxing.service.ports_people import Account
from tongxing.service.sign_in import new_key
from tongxing.simulation.demo import demo_over
from tongxing.simulation.staff import hire
from tongxing.web.words import t


def held(house: House) -> tuple[str, str]:
    """A client with a holding that trades on the exchange."""
    for client_id in house.store.client_ids():
        codes = mine(house, client_id, now=house.clock.now()).state.positions()
        for code, quantity in codes.items():
            if quantity > 0 and code in house.market.codes():
                return client_id, code
    raise AssertionError("nobody holds anything")


def look(house: House, person: str, path: str) -> tuple[int, str]:
    hire(house)
    app = pages_for(house, demo=True, port=PORT, over=demo_over)
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as browser:
        signed = browser.post("/demo/sign-in", data={"person": person}, headers=OWN, follow_redirects=False)
        assert signed.status_code == 303
        shown = browser.get(path, params={"lang": "zh"}, follow_redirects=False)
        return shown.status_code, shown.text


def test_a_manager_reads_the_causes_the_client_reads(house: House) -> None:
    client_id, code = held(house)
    status, page = look(house, "manager-1", f"/desk/clients/{client_id}/why/{code}")
    me = mine(house, client_id, now=house.clock.now())
    found = answer(me, code, window_of(house, None, None, now=me.now), locale="zh-CN")
    assert status == 200
    assert found.told is not None
    assert found.told.lead in page
    assert t(f"why.cause.{found.found.ranked[0]}") in page


def test_a_client_has_no_page_at_the_desk(house: House) -> None:
    client_id, code = held(house)
    assert look(house, client_id, f"/desk/clients/{client_id}/why/{code}")[0] in (403, 404)


def test_another_system_reads_the_figures_and_what_is_wrong_with_a_question(house: House) -> None:
    client_id, code = held(house)
    house.store.people.put(Account(person=Person(person_id="why-1", name="许静之", role=Role.COMPLIANCE)))
    key = {"Authorization": f"Bearer {new_key(house, 'why-1', 'tests')}"}
    app = pages_for(house, demo=True, port=PORT, over=demo_over)
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as caller:
        told = caller.get(f"/v1/clients/{client_id}/holdings/{code}/why", headers=key)
        assert told.status_code == 200, told.text
        line = told.json()
        assert sum(line["parts_fen"].values()) == line["result_fen"]
        assert (line["client_id"], line["code"], line["ai"]) == (client_id, code, True)
        turned = {"from": "2026-04-30", "to": "2026-04-15"}
        wrong = caller.get(f"/v1/clients/{client_id}/holdings/{code}/why", headers=key, params=turned)
        assert wrong.status_code == 422
        assert wrong.json()["errors"][0]["parameter"] == "from"
        assert caller.get(f"/v1/clients/{client_id}/holdings/none/why", headers=key).status_code == 404
