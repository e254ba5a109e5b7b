"""Every part of the pages in one place, and what makes them an application: manifest, worker, colours."""

from datetime import UTC, datetime
from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect

from tongxing.web.front import back_to, front_of
from tongxing.web.guard import form_of
from tongxing.web.render import (
    STATIC,
    THEME_COOKIE,
    THEMES,
    PageRequest,
    Pages,
    asset,
    kept,
)
from tongxing.web.words import t

SEE_OTHER: Final = 303
OFFLINE: Final = "/offline"
SHELL: Final = ("app.css", "app.js", "icons.svg", "favicon.svg")
SHOWN_AT: Final = datetime(2026, 5, 6, 1, 31, tzinfo=UTC)
"""The instant written on the page of components: an example, not a clock."""

HEAVY_ROWS: Final = 40
HEAVY_DAYS: Final = 250
BAND_COLOUR: Final = "#162c49"
PAGE_COLOUR: Final = "#f6f4f0"


@get("/design", act="design.read", sync_to_thread=False)
def design(request: PageRequest) -> Response[str]:
    """Every component, with light and with heavy content."""
    return _pages(request).page(request, "design.html", _examples())


@post("/theme", act="public", status_code=200)
async def theme(request: PageRequest) -> Redirect:
    """Light, dark or as the system is set; remembered in a cookie that says nothing about a client."""
    asked = (await form_of(request)).get("theme", "")
    answer = Redirect(back_to(request, "/"), status_code=SEE_OTHER)
    answer.set_cookie(kept(THEME_COOKIE, asked if asked in THEMES else THEMES[0]))
    return answer


@get(OFFLINE, act="public", sync_to_thread=False)
def offline(request: PageRequest) -> Response[str]:
    """The page a browser keeps for a lost connection: it holds nothing personal, whoever is signed in."""
    return _pages(request).page(request, "offline.html", {"signed_in": None})


@get("/manifest.webmanifest", act="public", sync_to_thread=False)
def manifest() -> Response[bytes]:
    """What a phone needs to put the pages among its applications (W3C Web Application Manifest)."""
    name = t("site.name")
    body = {
        "id": "/",
        "name": name,
        "short_name": name,
        "description": t("site.what"),
        "lang": "zh-CN",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAGE_COLOUR,
        "theme_color": BAND_COLOUR,
        "icons": [
            {"src": asset("favicon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            {
                "src": asset("icon-maskable.svg"),
                "sizes": "any",
                "type": "image/svg+xml",
                "purpose": "maskable",
            },
        ],
    }
    return Response(msgspec.json.encode(body), media_type="application/manifest+json", headers=_ANEW)


@get("/sw.js", act="public", sync_to_thread=False)
def service_worker() -> Response[bytes]:
    """The service worker at the root, so that it may answer for every page; empty before the first build."""
    path = STATIC / "sw.js"
    if not path.is_file():
        return Response(b"", media_type="text/javascript", headers=_WORKER)
    addresses = [asset(name) for name in SHELL]
    shell = {
        "version": "-".join(address.rpartition("=")[2] for address in addresses),
        "addresses": [*addresses, OFFLINE],
        "offline": OFFLINE,
    }
    content = b"self.SHELL=" + msgspec.json.encode(shell) + b";\n" + path.read_bytes()
    return Response(content, media_type="text/javascript", headers=_WORKER)


_ANEW: Final = {"Cache-Control": "no-cache"}
_WORKER: Final = {**_ANEW, "Service-Worker-Allowed": "/"}

ROUTES = (design, theme, offline, manifest, service_worker)


def _pages(request: PageRequest) -> Pages:
    return front_of(request).pages


def _examples() -> dict[str, object]:
    """Invented figures: fen and ppm, drawn by formulas so that the page is the same every day."""
    return {
        "at": SHOWN_AT,
        "few_days": [f"{month}/1" for month in range(1, 7)],
        "few": [1_000_000, 1_012_000, 1_004_000, 1_031_000, 1_026_000, 1_048_000],
        "few_index": [1_000_000, 1_021_000, 988_000, 1_014_000, 1_036_000, 1_022_000],
        "many_days": [str(place + 1) for place in range(HEAVY_DAYS)],
        "many": [_walk(place, 7) for place in range(HEAVY_DAYS)],
        "many_index": [_walk(place, 11) for place in range(HEAVY_DAYS)],
        "rows": [
            [f"C{place:06d}", f"{place * 37 % 100}", f"{place * 7919:,}.00"] for place in range(1, HEAVY_ROWS)
        ],
    }


def _walk(place: int, step: int) -> int:
    """A course that rises and falls, ppm around one."""
    return 1_000_000 + place * 220 + (place * step * 7_919) % 18_000 - ((place // 23) % 3) * 9_000
