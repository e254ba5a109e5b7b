"""Signing in at another house's OpenID provider, against a real one on the loopback address."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from httpx import Response
from joserfc.jwk import RSAKey
from litestar import Litestar
from litestar.testing import TestClient
from page_house import OWN, PORT, Browser
from provider import CLIENT, SECRET, Provider, running

from tongxing.adapters.clock import machine_time
from tongxing.adapters.identity.oidc import KEYS_AGAIN_AFTER, OidcIssuer
from tongxing.adapters.identity.oidc_settings import OidcSettings
from tongxing.app.pages import pages_for
from tongxing.service.house import House
from tongxing.simulation.staff import hire
from tongxing.web.identity.pages import tries

HOST = "https://app.broker.example"
BACK = f"{HOST}/sign-in/oidc/back"


@pytest.fixture(scope="module")
def started() -> Iterator[Provider]:
    with running(Provider()) as found:
        yield found


@pytest.fixture(autouse=True)
def provider(started: Provider) -> Provider:
    """Honest again, whatever it was told before."""
    started.claims, started.metadata = {"who": "adviser-1"}, {}
    started.alg, started.error, started.down, started.slow_seconds, started.stray = (
        "RS256",
        "",
        False,
        0.0,
        None,
    )
    started.asked.clear()
    tries._made.clear()
    return started


@pytest.fixture(scope="module")
def issuer(started: Provider) -> OidcIssuer:
    return OidcIssuer(settings_of(started), SECRET)


@pytest.fixture(scope="module")
def app(house: House, issuer: OidcIssuer) -> Litestar:
    hire(house)
    return application(house, issuer)


@pytest.fixture
def browser(app: Litestar, issuer: OidcIssuer) -> Iterator[Browser]:
    """A browser of a house that has not asked its issuer anything yet."""
    issuer._about = issuer._keys = None
    with opened(app) as found:
        yield found


def settings_of(provider: Provider, **other: object) -> OidcSettings:
    given: dict[str, object] = {
        "issuer": provider.issuer,
        "client_id": CLIENT,
        "redirect": BACK,
        "secret_environment": "UNUSED",
        "person_claim": "who",
        "seconds_max": 1.5,
    }
    return OidcSettings(**given | other)  # type: ignore[arg-type]


def application(house: House, issuer: OidcIssuer) -> Litestar:
    return pages_for(house, demo=False, port=PORT, names=("app.broker.example",), issuer=issuer)


def opened(app: Litestar) -> Browser:
    return TestClient(app, base_url=HOST, raise_server_exceptions=False)


@contextmanager
def a_browser(house: House, provider: Provider, **other: object) -> Iterator[Browser]:
    """A browser of a house with other settings."""
    with opened(application(house, OidcIssuer(settings_of(provider, **other), SECRET))) as browser:
        yield browser


def begin(browser: Browser, leads: str = "") -> dict[str, str]:
    """What the browser carries to the provider."""
    answer = browser.get("/sign-in/oidc", params={"next": leads} if leads else {}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def back(browser: Browser, address: str) -> Response:
    return browser.get(address, follow_redirects=False)


def through(browser: Browser, provider: Provider, leads: str = "") -> Response:
    return back(browser, provider.authorize(begin(browser, leads)))


def test_who_is_proved_there_is_signed_in_here_and_goes_where_they_wanted(
    browser: Browser, provider: Provider
) -> None:
    answer = through(browser, provider, "/desk?ok=taken")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk?ok=taken")
    told = [one.lower() for one in answer.headers.get_list("set-cookie")]
    session = next(one for one in told if one.startswith("tongxing_session="))
    assert "secure" in session
    assert "httponly" in session
    assert "samesite=lax" in session
    assert browser.get("/desk").status_code == 200


def test_the_address_holds_pkce_state_and_nonce_and_each_is_new(browser: Browser) -> None:
    first, second = begin(browser), begin(browser)
    assert first["code_challenge_method"] == "S256"
    assert first["response_type"] == "code"
    assert first["scope"] == "openid profile"
    assert first["redirect_uri"] == BACK
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) == 43
        assert first[name] != second[name]


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize("alg", ["RS256", "ES256", "EdDSA"])
def test_each_way_of_signing_that_is_allowed_counts(browser: Browser, provider: Provider, alg: str) -> None:
    provider.alg = alg
    assert through(browser, provider).headers["location"] == "/desk"


def test_a_way_of_signing_that_was_not_allowed_does_not_count(house: House, provider: Provider) -> None:
    provider.alg = "ES256"
    with a_browser(house, provider, algorithms=("RS256",)) as browser:
        refused(through(browser, provider), 400)


def refused(answer: Response, status: int) -> None:
    """A page with a number and ways on, and no session."""
    assert answer.status_code == status, answer.text
    assert "tongxing_session" not in answer.headers.get("set-cookie", "")
    assert answer.headers["x-trace-id"] in answer.text
    assert 'href="/human"' in answer.text


class FromNow(NamedTuple):
    """So many seconds from the moment the token is made: a collected test has the same name each second."""

    seconds: int


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": ["another", "third"]},
        {"aud": [CLIENT, "another"]},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"azp": "another"},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": FromNow(-3_600)},
        {"exp": None},
        {"exp": "soon"},
        {"iat": FromNow(3_600)},
        {"iat": FromNow(-86_400)},
        {"iat": None},
        {"nbf": FromNow(3_600)},
        {"sub": None},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
    ids=str,
)
def test_a_token_with_a_wrong_claim_signs_nobody_in(
    browser: Browser, provider: Provider, claims: dict[str, object]
) -> None:
    now = int(machine_time().timestamp())
    provider.claims |= {
        name: now + value.seconds if isinstance(value, FromNow) else value for name, value in claims.items()
    }
    refused(through(browser, provider), 400)


def test_a_second_audience_is_well_when_the_token_was_made_for_us(
    browser: Browser, provider: Provider
) -> None:
    provider.claims |= {"aud": [CLIENT, "another"], "azp": CLIENT}
    assert through(browser, provider).headers["location"] == "/desk"


@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_a_token_that_nobody_signed_or_our_public_key_did_is_refused(
    browser: Browser, provider: Provider, alg: str
) -> None:
    provider.alg = alg
    refused(through(browser, provider), 400)


def test_a_token_signed_by_a_stranger_under_a_known_name_is_refused(
    browser: Browser, provider: Provider
) -> None:
    provider.stray = RSAKey.generate_key(2048)
    refused(through(browser, provider), 400)


def test_new_keys_are_asked_for_but_not_at_every_wrong_token(
    browser: Browser, provider: Provider, issuer: OidcIssuer
) -> None:
    through(browser, provider)
    assert provider.asked.count("/keys") == 1
    through(browser, provider)
    assert provider.asked.count("/keys") == 1
    provider.rotate("k2")
    refused(through(browser, provider), 400)
    assert provider.asked.count("/keys") == 1, "asked anew only some time after the last time"
    assert issuer._keys is not None
    issuer._keys = (issuer._keys[0] - KEYS_AGAIN_AFTER, issuer._keys[1])
    assert through(browser, provider).status_code == 303
    assert provider.asked.count("/keys") == 2


def test_a_code_and_its_state_count_once(browser: Browser, provider: Provider) -> None:
    address = provider.authorize(begin(browser))
    assert back(browser, address).status_code == 303
    refused(back(browser, address), 400)


def test_another_browser_cannot_come_back_in_my_place(browser: Browser, provider: Provider) -> None:
    address = provider.authorize(begin(browser))
    mine = browser.cookies["tongxing_oidc"]
    browser.cookies.clear()
    refused(back(browser, address), 400)
    begin(browser)
    refused(back(browser, address), 400)
    browser.cookies.clear()
    browser.cookies.set("tongxing_oidc", mine)
    assert back(browser, address).status_code == 303


@pytest.mark.parametrize("query", ["", "?state=x", "?code=x", "?state=x&code=y", "?state=%00&code=%ff"])
def test_an_answer_that_nobody_asked_for_is_refused(browser: Browser, query: str) -> None:
    refused(back(browser, f"/sign-in/oidc/back{query}"), 400)
    begin(browser)
    refused(back(browser, f"/sign-in/oidc/back{query}"), 400)


def test_what_the_issuer_refuses_is_a_calm_page_that_repeats_nothing(
    browser: Browser, provider: Provider
) -> None:
    provider.error = "access_denied<script>"
    answer = through(browser, provider)
    refused(answer, 400)
    assert "access_denied" not in answer.text
    assert "登录被取消" in answer.text


def test_an_answer_of_another_issuer_is_refused(
    browser: Browser, provider: Provider, issuer: OidcIssuer
) -> None:
    address = provider.authorize(begin(browser))
    refused(back(browser, f"{address}&iss=https://evil.example"), 400)
    provider.metadata, issuer._about = {"authorization_response_iss_parameter_supported": True}, None
    refused(through(browser, provider), 400)
    address = provider.authorize(begin(browser))
    assert back(browser, f"{address}&iss={provider.issuer}").status_code == 303


def test_an_issuer_that_is_down_or_slow_is_said_so_and_a_person_can_be_reached(
    browser: Browser, provider: Provider
) -> None:
    provider.down = True
    refused(browser.get("/sign-in/oidc", follow_redirects=False), 503)
    provider.down, provider.slow_seconds = False, 3.0
    refused(browser.get("/sign-in/oidc", follow_redirects=False), 503)
    provider.slow_seconds = 0.0
    address = provider.authorize(begin(browser))
    provider.down = True
    refused(back(browser, address), 503)
    assert browser.get("/human").status_code == 200


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
        {"code_challenge_methods_supported": ["plain"]},
    ],
    ids=str,
)
def test_a_document_that_is_not_of_this_issuer_or_not_safe_is_not_believed(
    browser: Browser, provider: Provider, metadata: dict[str, object]
) -> None:
    provider.metadata = metadata
    refused(browser.get("/sign-in/oidc", follow_redirects=False), 503)


def test_the_password_stays_shut_where_the_house_does_not_open_it(
    house: House, browser: Browser, provider: Provider
) -> None:
    fields = {"person": "adviser-1", "password": "x", "code": "1"}
    assert 'name="password"' not in browser.get("/sign-in").text
    assert browser.post("/sign-in", data=fields, headers=OWN).status_code == 404
    with a_browser(house, provider, passwords_too=True) as open_too:
        page = open_too.get("/sign-in?next=/desk").text
        assert 'name="password"' in page
        assert 'href="/sign-in/oidc?next=/desk"' in page
        assert open_too.post("/sign-in", data=fields, headers=OWN).status_code == 422


def test_signing_out_leads_on_to_the_issuer(browser: Browser, provider: Provider) -> None:
    through(browser, provider)
    answer = browser.post("/sign-out", headers=OWN, data={"everywhere": "0"}, follow_redirects=False)
    assert answer.headers["location"] == "/signed-out"
    page = browser.get("/signed-out").text.replace("&amp;", "&")
    at = page.index(f'href="{provider.issuer}/out?')
    way = parse_qs(urlsplit(page[at + 6 :].partition('"')[0]).query)
    assert way == {
        "from": ["portal"],
        "client_id": [CLIENT],
        "post_logout_redirect_uri": [f"{HOST}/signed-out"],
    }
    assert browser.get("/desk", follow_redirects=False).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("leads", ["//evil.example", "https://evil.example", "/\\evil.example", "/sign-out"])
def test_nobody_is_led_away(browser: Browser, provider: Provider, leads: str) -> None:
    assert through(browser, provider, leads).headers["location"] == "/desk"
