"""Whose clients and tasks a person of the desk may touch."""

from collections.abc import Mapping

from tongxing.domain.clock import BEIJING
from tongxing.domain.person import Person, Role
from tongxing.domain.task import LIVE, Task
from tongxing.service.desk_making import HANDOVER
from tongxing.service.house import House

TASKS_LOOKED_AT = 50


class UnknownTaskError(LookupError):
    """There is no such task, or none within this person's reach."""


def advisers(house: House, team: str | None) -> tuple[Person, ...]:
    """The active advisers of a team, by their ids."""
    return tuple(one for one in all_advisers(house) if one.team == team and team is not None)


def all_advisers(house: House) -> tuple[Person, ...]:
    """The active advisers of the house, by their ids."""
    return tuple(one for one in house.store.tasks.staff() if one.role is Role.ADVISER)


def person_of(house: House, person_id: str) -> Person | None:
    """An active adviser; None for anybody else."""
    return next((one for one in all_advisers(house) if one.person_id == person_id), None)


def people_names(house: House) -> Mapping[str, str]:
    """Person -> name, for pages."""
    return {one.person_id: one.name for one in house.store.tasks.staff()}


def colleagues(house: House, person: Person) -> frozenset[str]:
    """The advisers whose clients a person may look after: oneself and those one stands in for today.

    For a manager, the team.
    """
    if person.role is Role.MANAGER:
        return frozenset(one.person_id for one in advisers(house, person.team))
    if person.role is not Role.ADVISER:
        return frozenset()
    today = house.clock.now().astimezone(BEIJING).date()
    return house.store.people.substitutes.absent(person.person_id, today) | {person.person_id}


def reaches(house: House, person: Person, client_id: str) -> bool:
    """Whether a client is served by this person, or by the team this person leads, or by nobody yet."""
    adviser = house.store.tasks.adviser_of(client_id)
    return person.role is Role.MANAGER if adviser is None else adviser in colleagues(house, person)


def may_look(house: House, person: Person, client_id: str) -> bool:
    """Whether the desk shows a client: to who serves them, or stands in with a task that is still to be done.

    Roles that do not serve clients (compliance, auditors) are judged by the policies alone.
    """
    if person.role not in (Role.ADVISER, Role.MANAGER) or reaches(house, person, client_id):
        return True
    return stands_in(house, person, client_id)


def stands_in(house: House, person: Person, client_id: str) -> bool:
    """Whether somebody was given a task of a client they do not serve, and it is still to be done."""
    tasks = house.store.tasks.of_client(client_id, limit=TASKS_LOOKED_AT)
    return any(
        task.state in LIVE and task.assignee == person.person_id and task.kind != HANDOVER for task in tasks
    )


def open_to(house: House, person: Person) -> frozenset[str | None]:
    """Whose tasks a person may work on: those of nobody, one's own, and those one stands in for today."""
    own = colleagues(house, person) if person.role is Role.ADVISER else frozenset((person.person_id,))
    return own | {None}


def task_for(house: House, person: Person, task_id: str) -> Task:
    """A task within reach; raises `UnknownTaskError` for every other one as for one that is not there."""
    task = house.store.tasks.task(task_id)
    if task is None:
        raise UnknownTaskError(task_id)
    near = colleagues(house, person)
    if task.assignee in near or reaches(house, person, task.client_id):
        return task
    raise UnknownTaskError(task_id)
