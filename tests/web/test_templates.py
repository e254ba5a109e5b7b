import re
from itertools import count
from pathlib import Path

import pytest
from markupsafe import Markup

from tongxing.domain.bodies import BODIES
from tongxing.web import render, words
from tongxing.web.render import TEMPLATES, environment, icon, reason_words
from tongxing.web.words import catalogue, has, named, speak, t

NAMES = sorted(path.name for path in TEMPLATES.glob("*.html"))
CALLED = re.compile(r"""\bt\(\s*'([a-z0-9_.]+)'\s*[,)]""")
WANTED = {
    "start.html",
    "me_home.html",
    "corridor.html",
    "decision.html",
    "leaf.html",
    "human.html",
    "error.html",
    "_client_rows.html",
    "me_cards.html",
    "_lines.html",
    "_clock.html",
}
ERRORS = (400, 403, 404, 405, 410, 413, 415, 500)


def test_every_template_the_pages_draw_is_there() -> None:
    assert set(NAMES) >= WANTED


@pytest.mark.parametrize("name", NAMES)
def test_every_template_compiles(name: str) -> None:
    assert environment().get_template(name).name == name


@pytest.mark.parametrize("name", NAMES)
def test_no_template_asks_for_words_that_do_not_exist(name: str) -> None:
    asked = CALLED.findall((TEMPLATES / name).read_text(encoding="utf-8"))
    assert [key for key in asked if not has(key)] == []


@pytest.mark.parametrize("name", NAMES)
def test_templates_keep_to_the_content_policy(name: str) -> None:
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:|\|\s*safe\b", text) == []


def test_both_languages_have_the_same_words() -> None:
    assert catalogue("zh").keys() == catalogue("en").keys()
    assert catalogue("zh")


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_every_kind_of_event_has_a_name_for_people(kind: str) -> None:
    assert has(f"kind.{kind}")


def test_names_of_the_book_are_english_on_an_english_page_and_stay_themselves_on_a_chinese_one() -> None:
    speak("zh")
    assert named("养老需求") == "养老需求"
    speak("en")
    assert named("养老需求") == "Needs for retirement"
    assert named("贵州茅台示例") == "贵州茅台示例"
    speak("zh")


def test_slots_are_the_same_in_both_languages() -> None:
    slots = re.compile(r"\{([a-z_]+)\}")
    for key, chinese in catalogue("zh").items():
        assert set(slots.findall(chinese)) == set(slots.findall(catalogue("en")[key])), key


@pytest.mark.parametrize("status", ERRORS)
def test_every_error_has_words(status: int) -> None:
    assert has(f"error.{status}.title")
    assert has(f"error.{status}.detail")


@pytest.mark.parametrize("reason", ["empty", "too_long"])
def test_every_refusal_of_words_has_words(reason: str) -> None:
    assert has(f"notice.{reason}")


def test_a_missing_translation_falls_back_to_chinese_and_then_to_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "zh.yaml").write_text("a: {on: 开, b: '第{n}项'}\nc: 只有中文\n", encoding="utf-8")
    (tmp_path / "en.yaml").write_text("a: {on: open}\n", encoding="utf-8")
    monkeypatch.setattr(words, "LOCALES", tmp_path)
    catalogue.cache_clear()
    try:
        assert speak("en") == "en"
        assert (t("a.on"), t("c"), t("a.b", n=3), t("no.key")) == ("open", "只有中文", "第3项", "no.key")
        assert speak("xx") == "zh"
        assert t("a.on") == "开"
    finally:
        catalogue.cache_clear()
        speak("zh")


def test_an_icon_is_named_plainly() -> None:
    assert '#shield-check"' in icon("shield-check")
    with pytest.raises(ValueError, match="no name of an icon"):
        icon('"><script>')


def test_reasons_never_carry_markup() -> None:
    assert reason_words("<b>") == Markup("&lt;b&gt;")
    assert "<b>" not in reason_words("consent: <b>")


def test_a_built_file_is_addressed_by_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "STATIC", tmp_path)
    seconds = count(10**9)
    monkeypatch.setattr("time.monotonic", lambda: float(next(seconds)))
    assert render.asset("app.css") == "/static/app.css"
    assert not render.assets_built()
    (tmp_path / "app.css").write_text("a{}", encoding="utf-8")
    (tmp_path / "app.js").write_text("1", encoding="utf-8")
    first = render.asset("app.css")
    assert first.startswith("/static/app.css?v=")
    assert render.assets_built()
    (tmp_path / "app.css").write_text("b{color:red}", encoding="utf-8")
    assert render.asset("app.css") != first
