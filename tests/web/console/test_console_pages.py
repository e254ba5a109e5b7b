"""What a compliance officer sees: the corridor, verdicts and their replay, the book, the work, the audit."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from console_app import Browser, browser, press
from sqlalchemy import insert

from tongxing.adapters.entropy import SeededEntropy
from tongxing.adapters.store.instants import micros
from tongxing.adapters.store.tables_people import access_entry
from tongxing.app.house import house_for
from tongxing.app.worker import HOUSE_JOBS
from tongxing.domain.event import Retention
from tongxing.service.console_acts import RELEASE_JOB
from tongxing.service.console_funnels import JOB as COUNT_JOB
from tongxing.service.console_funnels import refresh
from tongxing.service.console_terms import rule_names
from tongxing.service.house import House
from tongxing.service.ports import SetAside
from tongxing.simulation.demo import demo_start
from tongxing.web.words import catalogue, has

PLAYBOOK = "pension_guide"
LISTS = (
    "/console",
    "/console/corridor",
    "/console/corridor/lines",
    "/console/verdicts",
    "/console/playbooks",
    "/console/rules",
    "/console/funnels",
    "/console/jobs",
    "/console/aside",
    "/console/access",
    "/console/health",
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = house_for(tmp_path_factory.mktemp("console") / "demo.db", entropy=SeededEntropy(5))
    morning = demo_start(house, count=40, sessions_before=6)
    house.store.set_setting("market_now", morning.isoformat())
    yield house
    house.store.close()


@pytest.fixture(scope="module")
def client(house: House) -> Iterator[Browser]:
    with browser(house) as client:
        yield client


def text(client: Browser, path: str, /, **params: str) -> str:
    answer = client.get(path, params=params or None)
    assert answer.status_code == 200, (path, answer.text[:300])
    return answer.text


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_list_is_drawn_in_both_languages_without_a_key_in_place_of_words(
    client: Browser, path: str, lang: str
) -> None:
    words = re.sub(r'(href|src|action)="[^"]*"', "", text(client, path, lang=lang))
    assert re.findall(r">[^<]*\bconsole\.[a-z_]+", words) == []
    client.cookies.clear()


def test_every_rule_that_can_refuse_has_a_name_and_a_meaning_in_chinese_and_english() -> None:
    wanted = [f"rule.{name}" for name in rule_names()] + [
        f"console.rule_what.{name}" for name in rule_names()
    ]
    assert [key for key in wanted if not has(key)] == []
    assert [key for key in wanted if key not in catalogue("en")] == []


def test_a_refusal_in_the_list_is_said_in_chinese_with_its_figures(client: Browser) -> None:
    words = text(client, "/console/verdicts", outcome="refused")
    assert "未同意“个性化服务”" in words
    assert "personalised_service not given" not in words


def test_a_verdict_is_found_by_every_field_and_by_its_id(client: Browser, house: House) -> None:
    row = next(row for row in house.store.decisions(limit=200) if row.chosen)
    shown = f"/console/corridor/{row.decision_id}"
    day = row.at.date().isoformat()
    assert shown in text(client, "/console/verdicts", decision=row.decision_id)
    assert shown in text(client, "/console/verdicts", client=row.client_id, outcome="sent")
    assert shown in text(client, "/console/verdicts", client=row.client_id, first=day, last=day)
    assert shown not in text(client, "/console/verdicts", client=row.client_id, outcome="refused")
    assert shown not in text(client, "/console/verdicts", client="C999999")


def test_pages_of_a_search_meet_every_verdict_once(client: Browser, house: House) -> None:
    every = [row.decision_id for row in house.store.decisions(limit=500)]
    seen: list[str] = []
    path = "/console/verdicts"
    for _ in range(20):
        words = text(client, path)
        seen += re.findall(r'href="/console/corridor/([0-9a-f]+)"', words)
        onward = re.search(r'href="(/console/verdicts\?[^"]*after=[^"]*)" rel="next"', words)
        if onward is None:
            break
        path = onward[1].replace("&amp;", "&")
    assert sorted(seen) == sorted(every)


@pytest.mark.parametrize(
    "asked",
    [
        {"first": "2026-02-30"},
        {"after": "x"},
        {"rule": "'; DROP TABLE decision; --"},
        {"outcome": "maybe"},
        {"playbook": "../../etc"},
        {"last": "999999-01-01"},
    ],
)
def test_a_field_that_is_not_understood_is_told_and_left_out(client: Browser, asked: dict[str, str]) -> None:
    assert 'role="alert"' in text(client, "/console/verdicts", **asked)


@pytest.mark.parametrize(
    "path",
    [
        "/console/corridor/no-such-decision",
        "/console/verdicts/no-such-decision/replay",
        "/console/leaves/99999999",
        "/console/leaves/-1",
        "/console/leaves/²",
        "/console/playbooks/no_such_playbook",
        "/console/rules/no_such_rule",
    ],
)
def test_what_does_not_exist_is_not_found(client: Browser, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_replayed_verdict_says_that_it_is_the_same_and_what_was_compared(
    client: Browser, house: House
) -> None:
    row = house.store.decisions(limit=1)[0]
    assert f"/console/verdicts/{row.decision_id}/replay" in text(
        client, f"/console/corridor/{row.decision_id}"
    )
    words = text(client, f"/console/verdicts/{row.decision_id}/replay")
    assert "结果一致" in words
    assert house.book.digest in words
    leaves = house.store.count_leaves()
    assert (house.store.count_leaves(), len(re.findall("结果不一致", words))) == (leaves, 0)


def test_a_playbook_shows_its_words_its_history_and_its_scenarios(client: Browser, house: House) -> None:
    words = text(client, f"/console/playbooks/{PLAYBOOK}")
    page = house.book.playbooks[PLAYBOOK]
    assert page.title in words
    assert f"playbooks/{PLAYBOOK}.yaml" in words
    assert "without consent nothing is sent" in words


def test_switching_off_asks_why_and_on_again_needs_another_person(client: Browser) -> None:
    path = f"/console/playbooks/{PLAYBOOK}/switch"
    assert press(client, path, do="off", why="").endswith("said=no_reason")
    assert press(client, path, do="off", why="wrong tax rate").endswith("said=done_off")
    assert press(client, path, do="off", why="me too", person="compliance-1").endswith("said=already_off")
    assert "已停用" in text(client, "/console/playbooks")
    assert "wrong tax rate" in text(client, "/console")
    assert press(client, path, do="ask", why="repaired").endswith("said=done_ask")
    assert press(client, path, do="confirm").endswith("said=same_person")
    assert "复核" in text(client, f"/console/playbooks/{PLAYBOOK}", said="same_person")
    assert press(client, path, do="confirm", person="compliance-1").endswith("said=done_confirm")
    assert press(client, path, do="off", why="x", person="auditor-1").endswith("said=role")
    assert client.post(path, data={"do": "burn"}, headers={"X-Person": "operations-1"}).status_code == 404


def test_an_act_on_a_switch_can_be_looked_up_as_a_leaf(client: Browser, house: House) -> None:
    act = house.store.switches.acts(PLAYBOOK)[0]
    words = text(client, f"/console/leaves/{act.leaf_index}")
    assert "剧本开关" in words
    assert "不一致" not in re.sub(r"<[^>]*>", "", words)


def test_the_rulebook_is_filtered_by_area_mark_day_and_words(client: Browser, house: House) -> None:
    words = text(client, "/console/rules", area="suitability", status="read")
    rows = [row for rows in house.book.rules.rows.values() for row in rows]
    other = next(row.rule_id for row in rows if row.area == "market")
    assert f'href="/console/rules/{other}"' not in words
    assert 'href="/console/rules/touch_week_max"' in text(client, "/console/rules", q="touch_week")
    assert "当日未生效" in text(client, "/console/rules", q="console_lag_events_max", on="2020-01-01")
    assert 'role="alert"' in text(client, "/console/rules", on="yesterday")
    row = house.book.rules.rows["touch_week_max"][-1]
    assert row.article in text(client, "/console/rules/touch_week_max")


def test_funnels_show_what_the_job_counted_and_when(client: Browser, house: House) -> None:
    assert "还没有统计过" in text(client, "/console/funnels")
    assert press(client, "/console/funnels").endswith("said=asked")
    assert press(client, "/console/funnels").endswith("said=asked")
    queued = [job for job in house.store.jobs() if job.name == COUNT_JOB]
    assert [job.state for job in queued] == ["queued"]
    HOUSE_JOBS[COUNT_JOB](house, queued[0])
    words = text(client, "/console/funnels")
    assert f"{house.store.count_events():,} 条事件" in words
    again = refresh(house)
    assert sum(stage.clients for stage in again.stages) == again.clients > 30


def test_a_client_set_aside_is_released_by_the_worker_once(client: Browser, house: House) -> None:
    with house.store.batch() as batch:
        batch.set_aside(SetAside(client_id="C000002", seq=0, what="card", why="KeyError at deliver.py:1"))
    assert "deliver.py:1" in text(client, "/console/aside")
    assert press(client, "/console/aside/release", client="C999999").endswith("said=gone")
    assert press(client, "/console/aside/release", client="C000002").endswith("said=asked")
    press(client, "/console/aside/release", client="C000002")
    jobs = [job for job in house.store.jobs() if job.name == RELEASE_JOB]
    assert len(jobs) == 1
    HOUSE_JOBS[RELEASE_JOB](house, jobs[0])
    assert house.store.aside() == ()
    assert "没有搁置" in text(client, "/console/aside")


def test_staff_access_is_listed_filtered_and_exported_without_formulas(client: Browser, house: House) -> None:
    at = house.clock.now()
    rows = [
        {
            "at_us": micros(at + timedelta(minutes=number)),
            "person_id": person,
            "role": "adviser",
            "act": "client.read",
            "client_id": f"C{number:06d}",
            "purpose": "service",
            "reason": None,
            "allowed": number % 2,
            "policies": "=cmd()",
        }
        for number, person in enumerate(["adviser-1"] * 60 + ["adviser-2"])
    ]
    with house.store._writing() as connection:  # type: ignore[attr-defined]
        connection.execute(insert(access_entry), rows)
    words = text(client, "/console/access", person="adviser-2")
    assert words.count(">client.read</td>") == 1
    first = text(client, "/console/access", person="adviser-1")
    onward = re.search(r'href="(/console/access\?[^"]*before=\d+)"', first)
    assert onward is not None
    rest = text(client, onward[1].replace("&amp;", "&"))
    assert (first + rest).count(">client.read</td>") == 60
    table = client.get("/console/access.csv", params={"person": "adviser-1", "allowed": "yes"}).text
    assert table.startswith("\ufeffat,person")
    assert len(table.strip().splitlines()) == 31
    assert "'=cmd()" in table


def test_an_erased_client_keeps_a_place_in_the_list_and_no_words(client: Browser, house: House) -> None:
    row = next(row for row in house.store.decisions(limit=200) if row.chosen and row.client_id != "C000002")
    with house.store.batch() as batch:
        batch.erase(row.client_id, Retention.CONDUCT)
    words = text(client, "/console/verdicts", client=row.client_id)
    assert "内容已按要求删除" in words
    assert "内容已删除" in text(client, f"/console/verdicts/{row.decision_id}/replay")
    assert client.get(f"/console/corridor/{row.decision_id}").status_code == 410
