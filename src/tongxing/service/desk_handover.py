"""A client goes from one adviser to another: one person asks, another confirms, the client is told."""

from dataclasses import replace
from datetime import datetime

from tongxing.compliance.review import review
from tongxing.domain.draft import Author, Cleared, Draft, Part
from tongxing.domain.event import Event
from tongxing.domain.grades import AuthorKind, Channel, Nature
from tongxing.domain.person import Person, Role
from tongxing.domain.profile import Profile
from tongxing.domain.task import LIVE, Task, TaskState
from tongxing.service import desk_paper
from tongxing.service.desk_log import DeskRefusedError, clean, entry
from tongxing.service.desk_making import HANDOVER, ended, made, task_id_of, variant, written
from tongxing.service.desk_paper import End, HandOver
from tongxing.service.desk_reach import UnknownTaskError, person_of, task_for
from tongxing.service.desk_record import served_by_person, touch_for
from tongxing.service.desk_words import NO_CONSENT, RECORD_KEY_BYTES, profile_now
from tongxing.service.house import House
from tongxing.service.phrases import phrase
from tongxing.service.quorum_standing import without_quorum
from tongxing.service.recording import record
from tongxing.service.serve import Served


def ask_hand_over(
    house: House, person: Person, client_id: str, to: str, why: str, *, token: str, now: datetime
) -> Task:
    """Ask that another adviser serves a client; nothing changes until somebody else confirms.

    Raises:
        UnknownClientError: no such client, or not this person's.
        DeskRefusedError: `no_such_adviser`, `same`, `licence`, `full`, `waiting`, `crisis`, `merged`,
            `empty`, `too_long`.
    """
    profile, at = profile_now(house, client_id, now)
    said = clean(house, why, at, empty=False)
    serving = house.store.tasks.adviser_of(client_id)
    receiver = _receiver(house, to, at)
    if to == serving:
        raise DeskRefusedError("same")
    if profile.standing.crisis_24h:
        raise DeskRefusedError("crisis")
    task_id = task_id_of(HANDOVER, client_id, person.person_id, token)
    if house.store.tasks.task(task_id) is None and _waits(house, client_id):
        raise DeskRefusedError("waiting")
    paper = replace(
        written(house.book, HANDOVER, words=said, by=person.person_id),
        handover=HandOver(from_adviser=serving or "", to_adviser=to, asked_by=person.person_id),
    )
    task = made(house.book, client_id, task_id, paper, kind=HANDOVER, at=at, assignee=receiver.person_id)
    body = {"task_id": task_id, "what": HANDOVER, "by": person.person_id, "words": said}
    with house.store.batch() as batch:
        if batch.tasks.add(task):
            batch.append((entry(client_id, "task_opened", task_id, body, at),))
    return task


def confirm(house: House, person: Person, task_id: str, *, now: datetime) -> bool:
    """The receiving adviser or a manager agrees: assignment, event and the word to the client at once.

    True when the notice to the client was cleared; where compliance refused it the refusal is on record.

    Raises:
        UnknownTaskError: no such task within reach.
        DeskRefusedError: `author` (who asked may not confirm), `not_yours`, `ended`, `changed` (another
            adviser serves the client meanwhile), `licence`, `full`, `crisis`, `merged`.
    """
    task = task_for(house, person, task_id)
    moved = _moved(task)
    if person.person_id == moved.asked_by:
        raise DeskRefusedError("author")
    if person.role is not Role.MANAGER and person.person_id != moved.to_adviser:
        raise DeskRefusedError("not_yours")
    profile, at = profile_now(house, task.client_id, now)
    if profile.standing.crisis_24h:
        raise DeskRefusedError("crisis")
    receiver = _receiver(house, moved.to_adviser, at)
    served = _notice(house, receiver, task, profile, at)
    with house.store.batch() as batch:
        current = batch.tasks.task(task_id)
        if current is None or current.state not in LIVE:
            raise DeskRefusedError("ended")
        if (batch.tasks.adviser_of(task.client_id) or "") != moved.from_adviser:
            raise DeskRefusedError("changed")
        batch.tasks.assign(task.client_id, receiver.person_id, since=at)
        body = {
            "from_adviser": moved.from_adviser,
            "to_adviser": receiver.person_id,
            "asked_by": moved.asked_by,
            "confirmed_by": person.person_id,
            "why": desk_paper.decode(current.paper).words,
        }
        batch.append((entry(task.client_id, "adviser_changed", task_id, body, at),))
        batch.append((_done(task, TaskState.DONE, person, "", at),))
        end = End(at=at, by=person.person_id, why="")
        batch.tasks.change(ended(current, TaskState.DONE, end), expects=LIVE)
        key = house.entropy.token(RECORD_KEY_BYTES)
        record(batch, key, served, profile=profile, book=house.book, cause=None)
    return bool(served.cleared)


def decline(house: House, person: Person, task_id: str, why: str, *, now: datetime) -> None:
    """The hand-over does not happen; the receiver, a manager, or who asked for it may say so.

    Raises `UnknownTaskError`, `DeskRefusedError`.
    """
    task = task_for(house, person, task_id)
    moved = _moved(task)
    if person.role is not Role.MANAGER and person.person_id not in (moved.to_adviser, moved.asked_by):
        raise DeskRefusedError("not_yours")
    _profile, at = profile_now(house, task.client_id, now)
    said = clean(house, why, at, empty=False)
    with house.store.batch() as batch:
        current = batch.tasks.task(task_id)
        if current is None or current.state not in LIVE:
            raise DeskRefusedError("ended")
        end = End(at=at, by=person.person_id, why=said)
        batch.tasks.change(ended(current, TaskState.DECLINED, end), expects=LIVE)
        batch.append((_done(task, TaskState.DECLINED, person, said, at),))


def _moved(task: Task) -> HandOver:
    moved = desk_paper.decode(task.paper).handover
    if moved is None:
        raise UnknownTaskError(task.task_id)
    if task.state not in LIVE:
        raise DeskRefusedError("ended")
    return moved


def _waits(house: House, client_id: str) -> bool:
    """Whether a hand-over of this client waits already."""
    return any(one.kind == HANDOVER and one.state in LIVE for one in house.store.tasks.of_client(client_id))


def _receiver(house: House, to: str, at: datetime) -> Person:
    """The adviser who is to serve the client, able to do so today."""
    receiver = person_of(house, to)
    if receiver is None or receiver.role is not Role.ADVISER:
        raise DeskRefusedError("no_such_adviser")
    if receiver.licence is None or receiver.licence.valid_to < at.date():
        raise DeskRefusedError("licence")
    load = house.store.tasks.loads((to,), now=at, since=at)[to]
    if load.clients >= house.book.rules.number("desk_clients_max", at.date()):
        raise DeskRefusedError("full")
    return receiver


def _notice(house: House, receiver: Person, task: Task, profile: Profile, at: datetime) -> Served:
    """The notice owed to the client, judged like everything the house says."""
    text = variant(house.book, HANDOVER, Channel.HOME)
    said = {"title": text.title, "body": text.body, "why": text.why}
    words = {role: one.replace("{adviser}", receiver.name) for role, one in said.items()}
    touch = touch_for(task, HANDOVER, Nature.SERVICE, at, touch_id=task_id_of("told", task.task_id))
    draft = Draft(
        touch_id=touch.touch_id,
        playbook="",
        parts=(
            *(Part(role=role, text=said) for role, said in words.items()),
            Part(
                role="human",
                text=phrase(house.book, "human_exit"),
                page=house.book.labels.get("human_page", ""),
            ),
        ),
        locale="zh-CN",
        channel=Channel.HOME,
        nature=Nature.SERVICE,
        author=Author(kind=AuthorKind.STAFF),
        standing=profile.standing,
        at=at,
        consent=NO_CONSENT,
        without_quorum=without_quorum(house),
    )
    verdict = review(draft, book=house.book)
    cleared = ((touch, verdict),) if isinstance(verdict, Cleared) else ()
    reasons = () if isinstance(verdict, Cleared) else verdict.reasons
    return served_by_person(house, profile, touch, draft, cleared, reasons)


def _done(task: Task, outcome: TaskState, person: Person, why: str, at: datetime) -> Event:
    body = {"task_id": task.task_id, "outcome": outcome.value, "by": person.person_id, "why": why}
    return entry(task.client_id, "task_done", f"{task.task_id}-{outcome.value}", body, at)
