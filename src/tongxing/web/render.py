"""Templates, their filters, and the built files they refer to."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache, partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from litestar import Request, Response
from litestar.datastructures import Cookie, State
from litestar.enums import MediaType
from markupsafe import Markup, escape

from tongxing.service.quorum_standing import without_quorum
from tongxing.web import figures
from tongxing.web.identity.form_key import form_key
from tongxing.web.spark import spark
from tongxing.web.words import BOOK_LOCALES, FIRST, LANGUAGES, has, language, named, speak, t

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
STATIC = HERE / "static"
COOKIE_SECONDS = 365 * 86_400
LANGUAGE_COOKIE = "lang"
LARGE_COOKIE = "large"
THEME_COOKIE = "theme"
THEMES = ("auto", "light", "dark")
ICON = re.compile(r"[a-z0-9-]{1,40}")
PageRequest = Request[Any, Any, State]


def language_of(request: PageRequest) -> str:
    """The language asked for by `?lang=`, else the one remembered, else Chinese."""
    asked = request.query_params.get(LANGUAGE_COOKIE) or request.cookies.get(LANGUAGE_COOKIE, FIRST)
    return asked if asked in LANGUAGES else FIRST


def locale_of(request: PageRequest) -> str:
    """The locale of the book's words for this page."""
    return BOOK_LOCALES[language_of(request)]


def theme_of(request: PageRequest) -> str:
    """Light or dark where the reader chose it, else `auto`: as the reader's system is set."""
    chosen = request.cookies.get(THEME_COOKIE, THEMES[0])
    return chosen if chosen in THEMES else THEMES[0]


def is_fragment(request: PageRequest) -> bool:
    """Whether the page itself asks, to replace a part of what it shows."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-Request-Type", "partial") != "full"


@lru_cache(maxsize=64)
def _stamp(path: Path, _changed: int) -> str:
    return blake2b(path.read_bytes(), digest_size=6).hexdigest()


def asset(name: str) -> str:
    """Address of a built file, with its hash, so that a browser may keep it for ever; new within a second."""
    return _asset(name, int(time.monotonic()))


@lru_cache(maxsize=64)
def _asset(name: str, _second: int) -> str:
    path = STATIC / name
    if not path.is_file():
        return f"/static/{name}"
    return f"/static/{name}?v={_stamp(path, path.stat().st_mtime_ns)}"


def assets_built() -> bool:
    """Whether the frontend was built: pages can be read without it, but they are plain."""
    return (STATIC / "app.css").is_file() and (STATIC / "app.js").is_file()


def icon(name: str) -> Markup:
    """A picture of the sprite beside words that say the same."""
    return _icon(name, asset("icons.svg"))


@lru_cache(maxsize=512)
def _icon(name: str, sprite: str) -> Markup:
    if not ICON.fullmatch(name):
        raise ValueError(f"no name of an icon: {name!r}")
    address = f"{sprite}#{name}"
    return Markup(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>'
    ).format(address)


def reason_words(reason: str) -> Markup:
    """A reason `rule: words` with the rule's name in the language of the page, where there is one."""
    rule, colon, rest = reason.partition(":")
    if not colon or not has(f"rule.{rule}"):
        return escape(reason)
    return Markup('<span title="{}">{}</span>').format(reason, f"{t(f'rule.{rule}')}：{rest.strip()}")


def environment() -> Environment:
    """The templates with their filters; a name that is not given is an error, never an empty place."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(
        yuan=figures.yuan,
        signed_yuan=figures.signed_yuan,
        percent_ppm=figures.percent_ppm,
        signed_percent_ppm=figures.signed_percent_ppm,
        bp=figures.bp,
        instant=_instant,
        epoch=figures.epoch,
        day=_day,
        day_short=_day_short,
        spark=spark,
        icon=icon,
        named=named,
        reason_words=reason_words,
    )
    made.globals.update(
        form_key=form_key,
        t=t,
        has_words=has,
        icon=icon,
        asset=asset,
        assets_built=assets_built,
        spark=spark,
        language=language,
    )
    return made


@dataclass(frozen=True, slots=True)
class Pages:
    """Draws pages and fragments in the language and size the reader chose."""

    templates: Environment

    def page(
        self,
        request: PageRequest,
        name: str,
        values: Mapping[str, object],
        *,
        status: int = 200,
    ) -> Response[str]:
        """A drawn template as a response; nothing personal is kept by a cache."""
        chosen = speak(language_of(request))
        words = self.templates.get_template(name).render({**_frame(request, chosen), **values})
        return Response(
            words,
            status_code=status,
            media_type=MediaType.HTML,
            headers={"Cache-Control": "no-store", "Vary": "HX-Request, Cookie"},
            cookies=_cookies(request, chosen),
        )


def _frame(request: PageRequest, chosen: str) -> dict[str, object]:
    """What `base.html` asks of every page; `signed_in` is a `Person` or None."""
    return {
        "lang": chosen,
        "large": request.cookies.get(LARGE_COOKIE) == "1",
        "theme": theme_of(request),
        "path": request.url.path,
        "signed_in": getattr(request.state, "person", None),
        "may": cache(partial(may, request)),
        "demo_store": request.app.state.front.demo,
        "no_quorum": cache(lambda: without_quorum(request.app.state.front.house)),
    }


def may(request: PageRequest, act: str) -> bool:
    """Whether the reader may do such an act of the house, so that a page shows no way that is closed."""
    person = getattr(request.state, "person", None)
    return person is not None and bool(request.app.state.may(person, act))


def _cookies(request: PageRequest, chosen: str) -> list[Cookie]:
    """Remember a language that was asked for in the address."""
    if LANGUAGE_COOKIE not in request.query_params:
        return []
    return [kept(LANGUAGE_COOKIE, chosen)]


def kept(name: str, value: str) -> Cookie:
    """A choice of looks, remembered a year; it says nothing about a client."""
    return Cookie(
        key=name, value=value, path="/", max_age=COOKIE_SECONDS, httponly=True, samesite="lax", secure=False
    )


def _instant(at: datetime | None) -> str:
    return figures.instant(at) if language() == FIRST else figures.instant_en(at)


def _day(on: date | datetime | None) -> str:
    return figures.day(on) if language() == FIRST else figures.day_en(on)


def _day_short(on: date | datetime | None) -> str:
    return figures.day_short(on) if language() == FIRST else figures.day_short_en(on)
