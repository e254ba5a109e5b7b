"""`tongxing people`: who may sign in to a live store; passwords are typed, never an argument."""

import sys
from datetime import datetime
from typing import Annotated

import typer

from tongxing.adapters.policy import Argon2
from tongxing.cli.opening import StorePath, opened
from tongxing.cli.output import print_line, screen, stop
from tongxing.domain.person import SYSTEM, Person, Role
from tongxing.service.desk_log import DeskRefusedError
from tongxing.service.house import House
from tongxing.service.one_time import address
from tongxing.service.people import PASSWORD_LENGTH_MIN, PersonRefusedError, add_person, reset_person
from tongxing.service.sign_in import new_key
from tongxing.service.substitutes import arrange_substitute

SAID = {
    "id": "an id is 2 to 40 small letters, digits and hyphens, and begins with a letter",
    "name": "a name is 1 to 40 visible characters",
    "team": "an adviser or a manager needs --team",
    "password": f"a password is {PASSWORD_LENGTH_MIN} to 200 visible characters",
    "taken": "there is such a person already: use `people reset`",
    "unknown": "there is no such person, or no such client",
}
SUBSTITUTE_SAID = {
    "no_such_adviser": "both must be active advisers",
    "substitute_self": "nobody stands in for themselves",
    "substitute_licence": "who stands in has no valid licence",
    "substitute_days": "from today on, the last day not before the first, at most {who} days",
}
DAY = "%Y-%m-%d"
Id = Annotated[str, typer.Argument(help="the account, such as adviser-7")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    people = typer.Typer(help="Who may sign in.", no_args_is_help=True)
    people.command("add")(add)
    people.command("list")(list_people)
    people.command("reset")(reset)
    people.command("revoke")(revoke)
    people.command("key")(key)
    people.command("substitute")(substitute)
    app.add_typer(people, name="people")


def add(
    person_id: Id,
    name: Annotated[str, typer.Option("--name", help="as colleagues and clients read it")],
    role: Annotated[Role, typer.Option("--role", help="what the person is to the house")],
    team: Annotated[str | None, typer.Option("--team", help="of an adviser or a manager")] = None,
    client: Annotated[str | None, typer.Option("--client", help="the client this person is")] = None,
    store: StorePath = None,
) -> None:
    """Add somebody: the password is asked for (or read from standard input), the codes' seed shown once.

    Example: tongxing people add adviser-7 --name 林知行 --role adviser --team 浦东 --store house.db
    """
    person = Person(person_id=person_id, name=name, role=role, team=team, client_id=client)
    with opened(store) as (house, _path):
        try:
            seed = add_person(house, Argon2(), person, _password())
        except PersonRefusedError as refused:
            stop(f"{person_id}: {SAID[refused.reason]}")
        _show(person_id, seed)


def list_people(
    *,
    json: Annotated[bool, typer.Option("--json", help="JSON lines")] = False,
    store: StorePath = None,
) -> None:
    """Staff and systems; clients are not listed.

    Example: tongxing people list --store house.db
    """
    with opened(store) as (house, _path):
        for row in house.store.people.rows():
            one = row.person
            told: dict[str, object] = {
                "id": one.person_id,
                "name": one.name,
                "role": one.role,
                "team": one.team,
            }
            told |= {"active": row.active, "signs_in": row.signs_in}
            if json:
                print_line(told)
            else:
                screen.print(
                    "  ".join(str(value) for value in told.values() if value is not None), markup=False
                )


def reset(person_id: Id, store: StorePath = None) -> None:
    """A new password and a new seed; every session of the person ends.

    Example: tongxing people reset adviser-7 --store house.db
    """
    with opened(store) as (house, _path):
        try:
            seed = reset_person(house, Argon2(), person_id, _password())
        except PersonRefusedError as refused:
            stop(f"{person_id}: {SAID[refused.reason]}")
        _show(person_id, seed)


def revoke(person_id: Id, store: StorePath = None) -> None:
    """Shut somebody out at once: sessions end, keys are worth nothing.

    Example: tongxing people revoke adviser-7 --store house.db
    """
    with opened(store) as (house, _path):
        _known(house, person_id)
        house.store.people.set_active(person_id, active=False)
        screen.print(f"✓ {person_id}", markup=False)


def key(
    person_id: Id,
    name: Annotated[str, typer.Option("--name", help="what the key is for")],
    store: StorePath = None,
) -> None:
    """A key for a system, shown once.

    Example: tongxing people key partner-1 --name nightly --store house.db
    """
    with opened(store) as (house, _path):
        _known(house, person_id)
        screen.print(new_key(house, person_id, name), markup=False, soft_wrap=True)


def substitute(
    absent_id: Annotated[str, typer.Argument(help="the adviser who is away")],
    substitute_id: Annotated[str, typer.Argument(help="the adviser who stands in")],
    first: Annotated[datetime, typer.Option("--from", formats=[DAY], help="first day, YYYY-MM-DD")],
    last: Annotated[datetime, typer.Option("--to", formats=[DAY], help="last day, YYYY-MM-DD")],
    store: StorePath = None,
) -> None:
    """Let an adviser serve an absent one's clients for some days; it ends by itself.

    Example: tongxing people substitute adviser-1 adviser-2 --from 2026-05-06 --to 2026-05-20 --store house.db
    """
    with opened(store) as (house, _path):
        days = {"first": first.date(), "last": last.date()}
        try:
            arrange_substitute(house, SYSTEM, absent_id, substitute_id, **days, now=house.clock.now())
        except DeskRefusedError as refused:
            stop(f"{absent_id}, {substitute_id}: {SUBSTITUTE_SAID[refused.reason].format(who=refused.who)}")
        told = f"✓ {substitute_id} for {absent_id}, {days['first']} to {days['last']}"
        screen.print(told, markup=False, soft_wrap=True)


def _known(house: House, person_id: str) -> None:
    if house.store.people.person(person_id) is None:
        stop(f"{person_id}: {SAID['unknown']}")


def _password() -> str:
    """Asked for twice at a terminal; one line of standard input otherwise."""
    if sys.stdin.isatty():
        return str(typer.prompt("password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline(1_000).rstrip("\r\n")


def _show(person_id: str, seed: bytes) -> None:
    screen.print(f"✓ {person_id}\n{address(seed, person_id)}", markup=False, soft_wrap=True)
