"""The book: playbooks with words, history and scenarios; journeys; the rulebook with its marks."""

from datetime import date
from urllib.parse import urlencode

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from tongxing.service.console_pages import (
    STATUSES,
    areas,
    playbook_lines,
    playbook_view,
    rule_lines,
    status_counts,
)
from tongxing.web.console.scenarios import scenarios_of
from tongxing.web.front import front_of
from tongxing.web.render import PageRequest
from tongxing.web.words import has

FIELD_LENGTH_MAX = 64
RULES = 60
PAGE_DIGITS_MAX = 4
Drawn = Response[str]


@get("/console/playbooks", act="book.read", sync_to_thread=False)
def playbooks(request: PageRequest) -> Drawn:
    """All playbooks and journeys, those switched off first."""
    front = front_of(request)
    values = {"lines": playbook_lines(front.house), "journeys": tuple(front.house.book.journeys.values())}
    return front.pages.page(request, "console_playbooks.html", {**values, "book": front.house.book})


@get("/console/playbooks/{name:str}", act="book.read", sync_to_thread=False)
def playbook(request: PageRequest, name: FromPath[str]) -> Drawn:
    """One playbook: its page, its words, its switch, its history, its scenarios."""
    front = front_of(request)
    view = playbook_view(front.house, name[:FIELD_LENGTH_MAX])
    if view is None:
        raise NotFoundException(detail="playbook")
    said = request.query_params.get("said", "")[:FIELD_LENGTH_MAX]
    values = {"view": view, "scenarios": scenarios_of(name), "said": said, "digest": front.house.book.digest}
    return front.pages.page(request, "console_playbook.html", values)


@get("/console/rules", act="rule.read", sync_to_thread=False)
def rules(request: PageRequest) -> Drawn:
    """Dated numbers of law and of the house, as they stand on a day."""
    front = front_of(request)
    house = front.house
    asked = {
        name: request.query_params.get(name, "").strip()[:FIELD_LENGTH_MAX]
        for name in ("on", "area", "status", "q")
    }
    try:
        on, misread = date.fromisoformat(asked["on"] or house.clock.now().date().isoformat()), False
    except ValueError:
        on, misread = house.clock.now().date(), True
    status = asked["status"] if asked["status"] in STATUSES else ""
    lines = rule_lines(house, on=on, area=asked["area"], status=status, words=asked["q"])
    page = request.query_params.get("page", "1")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) <= PAGE_DIGITS_MAX else 1
    pages = max(1, -(-len(lines) // RULES))
    number = min(max(number, 1), pages)
    values = {
        "lines": lines[(number - 1) * RULES : number * RULES],
        "found": len(lines),
        "number": number,
        "pages": pages,
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "counts": status_counts(rule_lines(house, on=on)),
        "asked": {**asked, "on": on.isoformat()},
        "misread": misread,
        "areas": areas(house.book),
        "statuses": STATUSES,
        "on": on,
    }
    return front.pages.page(request, "console_rules.html", values)


@get("/console/rules/{rule_id:str}", act="rule.read", sync_to_thread=False)
def rule(request: PageRequest, rule_id: FromPath[str]) -> Drawn:
    """One rule with all its dated rows, or what a refusal of that name means."""
    front = front_of(request)
    rows = front.house.book.rules.rows.get(rule_id, ())
    meaning = f"console.rule_what.{rule_id}"
    if not rows and not has(meaning):
        raise NotFoundException(detail="rule")
    values = {"rule_id": rule_id, "rows": rows, "today": front.house.clock.now().date()}
    return front.pages.page(request, "console_rule.html", values)
