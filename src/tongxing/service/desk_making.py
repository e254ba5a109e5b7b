"""How a task is made: its words from the book, its rank and its due time from dated rules."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import blake2b

from tongxing.domain.book import Book
from tongxing.domain.clock import BEIJING
from tongxing.domain.grades import Channel
from tongxing.domain.pages import TextVariant
from tongxing.domain.task import Task, TaskState
from tongxing.service import desk_paper
from tongxing.service.desk_paper import End, Paper
from tongxing.service.phrases import FALLBACK

SOURCE = "desk"
"""Source of the events that the desk writes."""
TIMER = "desk:"
EXPIRY, REMINDER = f"{TIMER}expire:", f"{TIMER}remind:"
HELD, APPOINTMENT, HANDOVER, CONTACT, CALLBACK = (
    "held_duty",
    "appointment",
    "handover",
    "contact",
    "callback",
)
ANY = "*"
TEXT_OF_ANY = "desk_call"
ID_BYTES = 10


def task_id_of(*cause: str) -> str:
    """The one name of the task that a cause asks for."""
    return blake2b("\x1f".join(cause).encode(), digest_size=ID_BYTES).hexdigest()


def written(book: Book, what: str, *, words: str = "", by: str = "") -> Paper:
    """A paper with the approved words for such a task."""
    text = variant(book, what, Channel.ADVISER)
    return Paper(what=what, title=text.title, body=text.body, why=text.why, words=words, by=by)


def variant(book: Book, what: str, channel: Channel, locale: str = FALLBACK) -> TextVariant:
    """The approved words of a kind of task; those for any call where it has none of its own."""
    page = book.texts.get(f"desk_{what}") or book.texts[TEXT_OF_ANY]
    return page.variants.get((channel, locale)) or page.variants[channel, FALLBACK]


def made(
    book: Book,
    client_id: str,
    task_id: str,
    paper: Paper,
    *,
    kind: str,
    at: datetime,
    good_bp: int = 0,
    assignee: str | None = None,
) -> Task:
    """An open task, ranked and due as the rules of its day say."""
    on = at.astimezone(BEIJING).date()
    return Task(
        task_id=task_id,
        client_id=client_id,
        kind=kind,
        assignee=assignee,
        duty=rank(book, paper.what, on),
        good_bp=good_bp,
        made_at=at,
        due_at=at + timedelta(minutes=minutes(book, paper.what, on)),
        paper=desk_paper.encode(paper),
    )


def rank(book: Book, what: str, on: date) -> int:
    """The rank of a duty, the most urgent highest; 0 for what is no duty."""
    duties = book.rules.words("desk_duties", on)
    return len(duties) - duties.index(what) if what in duties else 0


def minutes(book: Book, what: str, on: date) -> int:
    """How long a task may wait."""
    waits = _pairs(book.rules.words("desk_due_minutes", on))
    return int(waits.get(what, waits[ANY]))


def ended(task: Task, outcome: TaskState, end: End) -> Task:
    """The task with its end written on its paper."""
    paper = replace(desk_paper.decode(task.paper), end=end)
    return replace(task, state=outcome, paper=desk_paper.encode(paper))


def _pairs(words: tuple[str, ...]) -> Mapping[str, str]:
    return dict(word.split("=", 1) for word in words)
