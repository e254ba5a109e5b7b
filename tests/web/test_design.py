import gzip
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from litestar import Litestar
from litestar.datastructures import State
from litestar.testing import TestClient

from tongxing.web import design_pages, files
from tongxing.web.guard import HEADERS
from tongxing.web.render import STATIC, TEMPLATES, Pages, asset, assets_built, environment

FRONTEND = Path(__file__).parents[2] / "frontend"
FIRST_LOAD_BYTES_MAX = 150_000
TEXT_CONTRAST_LEAST = 4.5
MARK_CONTRAST_LEAST = 3.0
TOKEN = re.compile(r"--([a-z0-9-]+): (?:light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)|(#[0-9a-f]{6}));")
MACRO = re.compile(r"{% macro (\w+)\(")
HELPERS = {"around", "said_by", "written", "evidence", "sector_fill"}
"""Macros that others call: they are shown inside them."""
RAILS = """{% import "_nav.html" as n %}{% for area in n.ways %}
{{ n.rail(area, "/console/rules/x", may) }}
{% endfor %}"""
TEXT_PAIRS = [
    *[
        (ink, paper)
        for ink in ("ink", "muted", "brand", "up", "down", "alarm", "good")
        for paper in ("page", "card", "wash")
    ],
    ("muted", "quiet"),
    ("ink", "quiet"),
    ("brand", "brand-soft"),
    ("ink", "brand-soft"),
    ("gold", "card"),
    ("gold-ink", "gold-soft"),
    ("gold-ink", "note"),
    ("muted", "note"),
    ("ink", "note"),
    ("alarm", "alarm-soft"),
    ("ink", "alarm-soft"),
    ("alarm", "alarm-deep"),
    ("good", "good-soft"),
    ("ink", "good-soft"),
    ("ink", "gold-soft"),
    ("on-brand", "brand"),
    ("on-brand", "brand-deep"),
    ("on-brand", "alarm"),
    ("on-band", "band"),
    ("on-band", "band-middle"),
    ("on-band", "band-end"),
    ("on-band-muted", "band"),
    ("on-band-muted", "band-middle"),
]
MARK_PAIRS = [
    ("field-line", "card"),
    ("focus", "page"),
    ("focus", "card"),
    ("alarm-line", "card"),
    ("benchmark", "card"),
]


@pytest.fixture(scope="module")
def pages() -> Iterator[TestClient[Litestar]]:
    state = State({"front": SimpleNamespace(pages=Pages(environment()), demo=False)})
    app = Litestar([*design_pages.ROUTES, files.static_file], state=state, openapi_config=None)
    with TestClient(app) as client:
        yield client


@pytest.fixture(scope="module")
def tokens() -> dict[str, tuple[str, str]]:
    text = (FRONTEND / "css/tokens.css").read_text(encoding="utf-8")
    return {name: (day or both, night or both) for name, day, night, both in TOKEN.findall(text)}


def _light(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_light(one), _light(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_on_white_is_twenty_one() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("side", [0, 1], ids=["day", "night"])
def test_words_stand_out_from_their_ground(tokens: dict[str, tuple[str, str]], side: int) -> None:
    pairs = [
        *((pair, TEXT_CONTRAST_LEAST) for pair in TEXT_PAIRS),
        *((pair, MARK_CONTRAST_LEAST) for pair in MARK_PAIRS),
    ]
    found = {(ink, paper): _contrast(tokens[ink][side], tokens[paper][side]) for (ink, paper), _ in pairs}
    assert {pair: round(found[pair], 2) for pair, least in pairs if found[pair] < least} == {}


def test_alarms_are_amber_and_never_the_red_of_a_gain(tokens: dict[str, tuple[str, str]]) -> None:
    for night in (False, True):
        red, green, _ = (int(tokens["alarm-line"][night][at : at + 2], 16) for at in (1, 3, 5))
        up_red, up_green, _ = (int(tokens["up"][night][at : at + 2], 16) for at in (1, 3, 5))
        assert green / red > up_green / up_red + 0.05


def test_no_colour_is_written_outside_the_tokens() -> None:
    own = (
        "account",
        "base",
        "card",
        "clock",
        "control",
        "corridor",
        "decision",
        "design",
        "form",
        "gates",
        "graph",
    )
    own = (*own, "holdings", "layout", "part", "table")
    found = [
        f"{name}: {colour}"
        for name in own
        for colour in re.findall(
            r"#[0-9a-f]{3,8}\b", (FRONTEND / f"css/{name}.css").read_text(encoding="utf-8")
        )
    ]
    assert found == []


def test_every_macro_is_shown_on_the_page_of_components() -> None:
    names = set(MACRO.findall((TEMPLATES / "_macros.html").read_text(encoding="utf-8")))
    shown = (TEMPLATES / "design.html").read_text(encoding="utf-8")
    assert len(names) > 30
    assert {name for name in names - HELPERS if f"m.{name}(" not in shown} == set()
    assert names >= HELPERS


def test_the_components_are_drawn_in_both_languages_and_all_colours(pages: TestClient[Litestar]) -> None:
    plain = pages.get("/design")
    dark = pages.get("/design?lang=en", headers={"Cookie": "theme=dark; large=1"})
    pages.cookies.clear()
    assert plain.status_code == dark.status_code == 200
    assert "data-theme" not in plain.text.partition("<head>")[0]
    assert 'data-theme="dark" class="large"' in dark.text
    assert "design." not in re.sub(r'(href|src|id|action|aria-\w+|data-\w+)="[^"]*"', "", dark.text)


def test_the_rail_shows_where_one_is_and_only_what_a_role_may_open() -> None:
    rail = environment().from_string(
        '{% import "_nav.html" as n %}{{ n.rail("console", "/console/rules/cap_day", may) }}'
    )
    plain = rail.render(may={"corridor.read", "rule.read"}.__contains__)
    chief = rail.render(may={"people.read", "jobs.read"}.__contains__)
    assert re.findall(r'href="([^"]+)" aria-current="true"', plain) == ["/console/rules"]
    assert "/console/people" not in plain
    assert re.findall(r'<a href="([^"]+)"', chief) == ["/console/jobs", "/console/people"]


def test_a_chart_carries_its_figures_as_a_table_and_as_data(pages: TestClient[Litestar]) -> None:
    text = pages.get("/design").text
    figure = text[text.index('id="g-fall"') :].partition("</figure>")[0]
    data = json.loads(html.unescape(figure.partition("data-chart='")[2].partition("'")[0]))
    assert data["series"] == [{"name": "贡献", "values": [-421000, -182500, 93000, -8800]}]
    assert "−4,210.00" in figure.partition("<table>")[2]


def test_words_in_macros_are_escaped() -> None:
    page = environment().from_string(
        '{% import "_macros.html" as m %}{{ m.chip(w) }}{{ m.callout(w) }}{{ m.field(w, "n", w) }}'
    )
    drawn = page.render(w='<b onclick="x">')
    assert "<b onclick" not in drawn
    assert drawn.count("&lt;b onclick=&#34;x&#34;&gt;") == 4


def test_a_field_in_error_points_to_its_words() -> None:
    drawn = (
        environment()
        .from_string('{% import "_macros.html" as m %}{{ m.field("日", "day", error="没有这一天") }}')
        .render()
    )
    assert 'aria-invalid="true" aria-describedby="f-day-error"' in drawn
    assert 'id="f-day-error"' in drawn


def test_a_theme_that_is_none_becomes_the_system_one(pages: TestClient[Litestar]) -> None:
    for asked, kept in (
        ("dark", "dark"),
        ("light", "light"),
        ("auto", "auto"),
        ("<x>", "auto"),
        ("", "auto"),
    ):
        answer = pages.post("/theme", data={"theme": asked}, follow_redirects=False)
        assert (answer.status_code, answer.cookies["theme"]) == (303, kept)
        pages.cookies.clear()


def test_the_manifest_names_pictures_that_are_there(pages: TestClient[Litestar]) -> None:
    answer = pages.get("/manifest.webmanifest")
    assert answer.headers["content-type"].startswith("application/manifest+json")
    body = answer.json()
    assert (body["display"], body["start_url"], body["scope"]) == ("standalone", "/", "/")
    assert {one["purpose"] for one in body["icons"]} == {"any", "maskable"}


def test_the_policy_of_content_lets_the_manifest_and_the_worker_in() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "manifest-src 'self'" in policy
    assert "worker-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_offline_page_holds_no_person(pages: TestClient[Litestar]) -> None:
    text = pages.get("/offline").text
    assert "网络断开了" in text
    assert "/sign-out" not in text


built = pytest.mark.skipif(not assets_built(), reason="the frontend is not built: ./run build")


@built
def test_the_worker_at_the_root_keeps_the_dress_and_no_page_with_amounts(pages: TestClient[Litestar]) -> None:
    answer = pages.get("/sw.js")
    assert answer.headers["service-worker-allowed"] == "/"
    assert answer.headers["cache-control"] == "no-cache"
    shell = json.loads(answer.text.partition(";\n")[0].removeprefix("self.SHELL="))
    assert shell["addresses"] == [*(asset(name) for name in design_pages.SHELL), "/offline"]
    assert all(pages.get(address).status_code == 200 for address in shell["addresses"])
    assert ".put(" not in answer.text
    assert re.search(r'credentials:\s*"omit"', answer.text)


@built
def test_the_first_load_is_small(pages: TestClient[Litestar]) -> None:
    page = pages.get("/design").content
    parts = {name: (STATIC / name).read_bytes() for name in ("app.css", "app.js", "icons.svg", "favicon.svg")}
    sizes = {name: len(gzip.compress(body, 6)) for name, body in {**parts, "html": page}.items()}
    assert sum(sizes.values()) <= FIRST_LOAD_BYTES_MAX
    assert sizes["app.css"] <= 20_000
    assert sizes["app.js"] <= 25_000


@built
def test_every_icon_a_page_asks_for_is_in_the_sprite(pages: TestClient[Litestar]) -> None:
    sprite = (STATIC / "icons.svg").read_text(encoding="utf-8")
    rails = environment().from_string(RAILS).render(may=bool)
    drawn = pages.get("/design").text + pages.get("/offline").text + rails
    asked = set(re.findall(r'icons\.svg[^"#]*#([a-z0-9-]+)"', drawn))
    assert len(asked) > 20
    assert {name for name in asked if f'<symbol id="{name}"' not in sprite} == set()


def test_the_lock_of_the_frontend_names_no_host() -> None:
    lock = (FRONTEND / "package-lock.json").read_text(encoding="utf-8")
    assert "http" not in lock
    wanted = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    locked = json.loads(lock)["packages"]
    assert locked[""]["dependencies"] == wanted["dependencies"]
    assert {"node_modules/echarts", "node_modules/axe-core"} <= set(locked)
