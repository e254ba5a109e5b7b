"""The entries of a client's home: some keep their places for everyone, the others follow what is looked at.

Counted are the days on which a page was looked at, up to yesterday: so nothing moves under the finger. What
is looked at is behaviour: without consent, or with personal service switched off, it is not read.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.service.me_who import Mine

BAR = "|"
LOOKING = frozenset({"viewed", "searched"})
PAGES = {
    "/holdings": "holdings",
    "/records": "records",
    "/messages": "messages",
    "/moments": "moments",
    "/profile": "profile",
    "/privacy": "privacy",
    "/human": "human",
    "/learn": "messages",
    "/me": "profile",
}
"""Addresses (those of the app and the own pages, without `/me`) and the entries that stand for them."""
SEARCHES_SHOWN = 3
SEARCH_LENGTH_MAX = 20
OWN_PAGES = "/me"


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How the home is laid out for one client today."""

    entries: tuple[str, ...]
    by_habit: bool
    """Whether the order follows what this client looks at."""
    searches: tuple[str, ...]
    """What was searched for lately, newest first, without repetition."""


def habits(me: Mine, *, elder: bool) -> Habits:
    """The entries in order; the plain order of the book where habits may not be used."""
    rules, on = me.house.book.rules, me.now.date()
    if elder:
        return Habits(entries=rules.words("home_entries_elder", on), by_habit=False, searches=())
    words = rules.words("home_entries", on)
    bar = words.index(BAR) if BAR in words else len(words)
    fixed, free = words[:bar], words[bar + 1 :]
    seen = _events(me)
    days = _days_looked(seen, before=_midnight(me.now))
    moved = tuple(sorted(free, key=lambda name: -days[name]))
    return Habits(entries=(*fixed, *moved), by_habit=moved != free, searches=_searches(seen))


def _events(me: Mine) -> tuple[Event, ...]:
    """Views and searches that may be used, newest first."""
    rules, on = me.house.book.rules, me.now.date()
    permission = me.seen().permission
    if not permission.on:
        return ()
    since = me.now - timedelta(days=rules.number("habit_days", on))
    found, _more = me.house.store.own.events(
        (me.client_id,), LOOKING, since=since, limit=rules.number("habit_events_max", on)
    )
    return tuple(one.event for one in found if permission.behaviour(one.event.source))


def _midnight(now: datetime) -> datetime:
    return now.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)


def _days_looked(events: tuple[Event, ...], *, before: datetime) -> Counter[str]:
    """Entry -> on how many days before today its page was looked at."""
    looked = {
        (entry, event.ts.astimezone(BEIJING).date())
        for event in events
        if event.kind == "viewed" and event.ts < before
        for entry in _entry(str(event.body["page"]))
    }
    return Counter(entry for entry, _day in looked)


def _entry(page: str) -> tuple[str, ...]:
    entry = PAGES.get(page.removeprefix(OWN_PAGES) or page)
    return () if entry is None else (entry,)


def _searches(events: tuple[Event, ...]) -> tuple[str, ...]:
    words = (str(event.body["text"]).strip() for event in events if event.kind == "searched")
    short = dict.fromkeys(text for text in words if 0 < len(text) <= SEARCH_LENGTH_MAX)
    return tuple(short)[:SEARCHES_SHOWN]
