"""Standing in, through the real door: arranged by the manager, seen by the client, ended at once."""

import re

from access_house import signed_in
from page_house import OWN

from tongxing.domain.clock import BEIJING
from tongxing.service.house import House
from tongxing.simulation.staff import hire


def test_the_client_reads_who_looked_in_whose_place(house: House) -> None:
    hire(house)
    client_id = next(iter(house.store.tasks.clients_of("adviser-1")))
    page, day = f"/desk/clients/{client_id}", house.clock.now().astimezone(BEIJING).date().isoformat()
    with signed_in(house, "adviser-2") as browser:
        assert browser.get(page).status_code == 404
    with signed_in(house, "manager-1") as browser:
        form_key = re.findall(r'name="form_key" value="([^"]+)"', browser.get("/desk/team").text)[0]
        form = {"form_key": form_key, "absent": "adviser-1", "substitute": "adviser-2"}
        form |= {"first": day, "last": day}
        made = browser.post("/desk/team/substitutes", data=form, headers=OWN, follow_redirects=False)
        assert made.headers["location"] == "/desk/team?ok=substitute_set"
    with signed_in(house, "adviser-2") as browser:
        assert browser.get(page).status_code == 200
    with signed_in(house, client_id) as browser:
        looked = re.sub(r"<[^>]+>", " ", browser.get("/me/privacy").text)
        assert re.search(r"周予安\s+投资顾问 · 代林知行", looked)
    with signed_in(house, "manager-1") as browser:
        team = browser.get("/desk/team").text
        form_key = re.findall(r'name="form_key" value="([^"]+)"', team)[0]
        (end,) = re.findall(r'action="(/desk/team/substitutes/\d+/end)"', team)
        assert browser.post(end, data={"form_key": "x"}, headers=OWN).status_code == 403
        browser.post(end, data={"form_key": form_key}, headers=OWN)
    with signed_in(house, "adviser-2") as browser:
        assert browser.get(page).status_code == 404
