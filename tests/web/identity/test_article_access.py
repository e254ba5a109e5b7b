"""Everybody signed in may read the articles, and nobody else."""

import pytest
from access_house import signed_in

from tongxing.service.house import House
from tongxing.simulation.staff import hire


@pytest.fixture(scope="module")
def staffed(house: House) -> House:
    hire(house)
    return house


@pytest.mark.parametrize("who", ["adviser-1", "C000001"])
def test_who_is_signed_in_reads_an_article(staffed: House, who: str) -> None:
    with signed_in(staffed, who) as browser:
        answer = browser.get("/learn/stamp_duty")
        assert answer.status_code == 200
        assert "印花税法" in answer.text


def test_who_is_not_signed_in_reads_none(staffed: House) -> None:
    with signed_in(staffed, "") as browser:
        answer = browser.get("/learn/stamp_duty", follow_redirects=False)
        assert answer.status_code != 200
        assert "印花税法" not in answer.text
