import pytest
from page_house import ORIGIN, OWN, PORT, Browser, enter

from tongxing.service.house import House
from tongxing.simulation.staff import hire

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SEARCH = "/me/search"
BIG = 16_384
BROKEN = "/me/records"
BAD_NUMBERS = ("99999999", "-1", "1.5", "²", "99999999999999999999999999")


@pytest.mark.parametrize(
    "host", [f"127.0.0.1:{PORT}", f"localhost:{PORT}", f"[::1]:{PORT}", f"LOCALHOST:{PORT}"]
)
def test_the_loopback_names_are_answered(client: Browser, host: str) -> None:
    assert client.get("/health/live", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["example.org", f"example.org:{PORT}", "127.0.0.1", "127.0.0.1:1", f"127.0.0.1.example.org:{PORT}"],
)
@pytest.mark.parametrize("path", ["/", "/health/live", "/static/app.css"])
def test_a_foreign_name_for_this_machine_is_refused(client: Browser, host: str, path: str) -> None:
    answer = client.get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert "C000001" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN},
        {"Sec-Fetch-Site": "same-site", "Origin": ORIGIN},
        {"Origin": "https://example.org"},
        {"Origin": f"http://127.0.0.1:{PORT + 1}"},
        {"Origin": "null"},
        {},
    ],
)
@pytest.mark.parametrize(
    "path", [SEARCH, "/clock/advance", "/clock/restart", "/large-type", "/me/privacy/personalisation"]
)
def test_acts_from_other_sites_change_nothing(
    client: Browser, house: House, headers: dict[str, str], path: str
) -> None:
    key = enter(client, "C000001")
    events, jobs = house.store.count_events(), len(house.store.jobs())
    answer = client.post(path, data={"text": "养老金", "form_key": key}, headers=headers)
    assert answer.status_code == 403
    assert (house.store.count_events(), len(house.store.jobs())) == (events, jobs)


@pytest.mark.parametrize("headers", [OWN, {"Origin": ORIGIN}, {"Sec-Fetch-Site": "none"}])
def test_acts_from_our_own_pages_are_taken(client: Browser, headers: dict[str, str]) -> None:
    said = {"text": "基金", "form_key": enter(client, "C000001")}
    answer = client.post(SEARCH, data=said, headers=headers, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/me")


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"text=" + b"a" * BIG, FORM, 413),
        (b'{"text": "a"}', {"Content-Type": "application/json"}, 415),
        (b"--x\r\n", {"Content-Type": "multipart/form-data; boundary=x"}, 415),
        (b"text=a", {}, 415),
        (b"&".join(b"a=1" for _ in range(21)), FORM, 400),
        ("text=养".encode(), FORM, 400),
        (b"", FORM, 403),
        (b"other=1", FORM, 403),
    ],
)
def test_a_body_that_is_no_small_form_is_refused(
    client: Browser, house: House, content: bytes, headers: dict[str, str], status: int
) -> None:
    enter(client, "C000001")
    before = house.store.count_events()
    answer = client.post(SEARCH, content=content, headers=OWN | headers)
    assert answer.status_code == status
    assert house.store.count_events() == before


def test_a_body_without_an_end_is_cut_off(client: Browser) -> None:
    def endless() -> object:
        for _ in range(100):
            yield b"a" * 1_000

    enter(client, "C000001")
    answer = client.post(SEARCH, content=endless(), headers=OWN | FORM)  # type: ignore[arg-type]
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/no-such-page", 404),
        ("/desk/clients/C999999", 404),
        ("/desk/clients/%00", 404),
        ("/desk/clients/..%2f..%2fetc", 404),
        ("/desk/tasks/no-such-task", 404),
        ("/static/../app.py", 404),
        ("/static/..%2fapp.py", 404),
        ("/static/.hidden", 404),
        ("/me/search", 405),
    ],
)
def test_what_is_not_there_is_said_in_a_friendly_page(
    client: Browser, house: House, path: str, status: int
) -> None:
    hire(house)
    enter(client, "adviser-1")
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [("/console/corridor/no-such-decision", 404), *((f"/console/leaves/{bad}", 404) for bad in BAD_NUMBERS)],
)
def test_a_record_that_is_not_there_is_not_found(
    client: Browser, house: House, path: str, status: int
) -> None:
    hire(house)
    enter(client, "compliance-1")
    assert client.get(path).status_code == status


def test_an_act_of_nobody_leads_nowhere(client: Browser) -> None:
    for path in ("/me/search", "/me/cards/none/dismiss"):
        assert client.post(path, data={"text": "a"}, headers=OWN).status_code == 401


def test_a_fault_of_ours_shows_no_trace(client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_kwargs: object) -> object:
        raise RuntimeError("secret of the house")

    enter(client, "C000001")
    monkeypatch.setattr("tongxing.web.client.account.records_page", broken)
    answer = client.get(BROKEN)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "RuntimeError" not in answer.text
    problem = client.get(BROKEN, headers={"Accept": "application/json"})
    assert problem.json()["status"] == 500
    assert "secret" not in problem.text


def test_an_error_page_that_fails_itself_is_still_an_answer(
    client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kwargs: object) -> object:
        raise RuntimeError("no template")

    monkeypatch.setattr("tongxing.web.render.speak", broken)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "no template" not in answer.text
