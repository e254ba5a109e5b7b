"""Jobs and timers, what was set aside, the funnels, and who looked at what."""

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlencode

from litestar import Response, get
from litestar.response import Stream

from tongxing.service.break_glass import to_review
from tongxing.service.console_access import looks_of, wish_of_looks
from tongxing.service.console_access import table as access_table
from tongxing.service.console_funnels import kept
from tongxing.web.front import front_of
from tongxing.web.render import PageRequest

JOBS = 50
FIELD_LENGTH_MAX = 64
LOOK_FIELDS = ("person", "client", "act", "allowed", "first", "last")
Drawn = Response[str]


@get("/console/jobs", act="jobs.read", sync_to_thread=False)
def jobs(request: PageRequest) -> Drawn:
    """Long work with its progress, and the timers that come next."""
    front = front_of(request)
    house = front.house
    values = {
        "jobs": house.store.jobs(JOBS),
        "due": house.store.census.due(house.clock.now()),
        "now": house.clock.now(),
        "book": house.book,
    }
    return front.pages.page(request, "console_jobs.html", values)


@get("/console/aside", act="aside.read", sync_to_thread=False)
def aside(request: PageRequest) -> Drawn:
    """What could not be taken in; its clients hear nothing until somebody has looked."""
    front = front_of(request)
    house = front.house
    releases = [job for job in house.store.jobs(JOBS) if job.name == "release_aside"]
    values = {"rows": house.store.aside(), "releases": releases, "said": _short(request, "said")}
    return front.pages.page(request, "console_aside.html", values)


@get("/console/funnels", act="funnel.read", sync_to_thread=False)
def funnels(request: PageRequest) -> Drawn:
    """Who stays, and what becomes of what is said, as the job counted it last."""
    front = front_of(request)
    values = {"view": kept(front.house), "book": front.house.book, "said": _short(request, "said")}
    return front.pages.page(request, "console_funnels.html", values)


@get("/console/access", act="access.read", sync_to_thread=False)
def access(request: PageRequest) -> Drawn:
    """Who looked at whose data, what for, and whether they were let."""
    front = front_of(request)
    asked = _looks_asked(request)
    wish = wish_of_looks(asked)
    values = {
        "found": looks_of(front.house, wish),
        "asked": asked,
        "broken": to_review(front.house),
        "said": _short(request, "said"),
        "misread": wish.misread,
        "query": urlencode({name: value for name, value in asked.items() if value and name != "before"}),
    }
    return front.pages.page(request, "console_access.html", values)


@get("/console/access.csv", act="access.read", sync_to_thread=False)
def access_csv(request: PageRequest) -> Stream:
    """The same entries as a table for a spreadsheet; bounded."""
    house = front_of(request).house
    rows: Iterator[str] = access_table(house, wish_of_looks(_looks_asked(request)))
    day: date = house.clock.now().date()
    return Stream(
        rows,
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="access-{day.isoformat()}.csv"',
            "Cache-Control": "no-store",
        },
    )


def _looks_asked(request: PageRequest) -> dict[str, str]:
    return {name: _short(request, name) for name in (*LOOK_FIELDS, "before")}


def _short(request: PageRequest, name: str) -> str:
    return request.query_params.get(name, "").strip()[:FIELD_LENGTH_MAX]
