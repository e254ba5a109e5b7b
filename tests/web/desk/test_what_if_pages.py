"""The adviser's what-if page: both plans side by side, nothing kept, and only for who may look."""

import pytest
from litestar.testing import TestClient
from page_house import ORIGIN, OWN, PORT

from tongxing.app.pages import pages_for
from tongxing.service.house import House
from tongxing.simulation.demo import demo_over
from tongxing.simulation.staff import hire
from tongxing.web.words import t

PAGE = "/desk/clients/C000001/what-if"


def look(house: House, person: str, **asked: str) -> tuple[int, str]:
    hire(house)
    app = pages_for(house, demo=True, port=PORT, over=demo_over)
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as browser:
        signed = browser.post("/demo/sign-in", data={"person": person}, headers=OWN, follow_redirects=False)
        assert signed.status_code == 303
        answer = browser.get(PAGE, params=asked, follow_redirects=False)
        return answer.status_code, answer.text


def sealed(house: House) -> int:
    """What the log holds beside the looks of staff, which are sealed a moment later."""
    leaves = house.store.leaves(after=-1, limit=1_000)
    return sum(1 for one in leaves if one.leaf.kind != "access")


def test_a_manager_sees_both_plans_and_nothing_is_kept(house: House) -> None:
    hire(house)
    events, leaves = house.store.count_events(), sealed(house)
    status, page = look(house, "manager-1", grade="C2", repayment="8000", anxiety="50")
    assert status == 200
    assert t("plan.what_if.then") in page
    assert "54,600.00" in page  # 3.9 months of 8,000 repayment and 6,000 spending
    assert (house.store.count_events(), sealed(house)) == (events, leaves)


@pytest.mark.parametrize("asked", [{"income": "lots"}, {"grade": "C5"}, {"horizon": "9999"}])
def test_an_assumption_that_cannot_be_read_is_refused_in_words(house: House, asked: dict[str, str]) -> None:
    status, page = look(house, "manager-1", **asked)
    assert status == 422
    assert 'role="alert"' in page


def test_a_client_has_no_such_page(house: House) -> None:
    status, _page = look(house, "C000001")
    assert status in (403, 404)


def test_what_is_left_out_stays_ticked_and_an_unknown_product_is_refused(house: House) -> None:
    status, page = look(house, "manager-1", exclude="518880")
    assert status == 200
    assert 'value="518880" checked' in page
    assert look(house, "manager-1", exclude="999998")[0] == 422
