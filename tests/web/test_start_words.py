"""The page with the people of a demo: what is not found is named by what it is."""

from page_house import Browser

from tongxing.web.words import t


def test_a_search_nobody_fits_says_so_of_clients_and_of_staff(client: Browser) -> None:
    text = client.get("/", params={"q": "zzz"}).text
    assert t("people.none_found", q="zzz") in text
    assert t("identity.none_found", q="zzz") in text
    assert text.count("客户</p>") == 1
