"""Least privilege, compared with a table that a person can read: every act, every address, every role."""

import re
from dataclasses import replace

import cedarpy
import pytest
from access_house import NOBODY, RELATIONS, ROLES, application, signed_in, table
from litestar.handlers import HTTPRouteHandler
from page_house import OWN

from tongxing.adapters.policy import CedarAccess
from tongxing.domain.access import AccessQuestion
from tongxing.domain.person import Person, Role
from tongxing.service.house import House
from tongxing.simulation.staff import hire
from tongxing.web.identity.form_key import FREE

REASONED = frozenset({"client.reveal", "client.break_glass", "record.disclose"})
REFUSED = frozenset({401, 403, 404})
DEFAULT_PURPOSE = {"compliance": "compliance", "auditor": "audit"}
Address = tuple[str, str, str]
"""Method, path, act."""


def addresses(house: House) -> list[Address]:
    found = []
    for route in application(house).routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler):
                methods = sorted(handler.http_methods & {"GET", "POST", "PUT", "PATCH", "DELETE"})
                found += [(str(method), route.path, str(handler.opt.get("act"))) for method in methods]
    return found


@pytest.fixture(scope="module")
def staffed(house: House) -> House:
    hire(house)
    return house


def person_of(role: str) -> str:
    if role == NOBODY:
        return ""
    return "C000001" if role == "client" else f"{role}-1"


def client_of(role: str, house: House) -> str:
    """A client whom this role may read if it may read any."""
    if role in ("adviser", "manager"):
        return next(iter(house.store.tasks.clients_of("adviser-1")))
    return "C000001"


def may(role: str, act: str, touched: str) -> bool:
    allowed = table()[act, touched]
    return any(entry.partition(":")[0] == role for entry in allowed)


@pytest.mark.parametrize("role", ROLES)
def test_the_policies_permit_what_the_table_says_and_nothing_else(role: str, house: House) -> None:
    access = CedarAccess(house.book, demo=True)
    person = None if role == NOBODY else Person(person_id="x", name="x", role=Role(role), client_id="C1")
    for (act, touched), allowed in table().items():
        for relation in RELATIONS:
            question = AccessQuestion(
                person=person,
                act=act,
                client_id="C1" if touched == "client" else None,
                relation=frozenset({relation} - {""}),
                purpose=DEFAULT_PURPOSE.get(role, "service"),
                reason="回访" if act in REASONED else "",
            )
            expected = role in allowed or f"{role}:{relation}" in allowed
            assert access.decide(question).allowed is expected, (act, touched, role, relation)


def test_every_address_has_an_act_that_stands_in_the_table(house: House) -> None:
    known = {act for act, _touched in table()}
    missing = [(method, path, act) for method, path, act in addresses(house) if act not in known]
    assert missing == []


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_a_role_as_the_table_says(role: str, staffed: House) -> None:
    with signed_in(staffed, person_of(role)) as browser:
        for method, path, act in addresses(staffed):
            of_client = "{client_id" in path or (role == "client" and act.startswith("own."))
            allowed = may(
                role, act, "client" if of_client or act.startswith(("own.", "client.")) else "house"
            )
            where = re.sub(r"\{client_id[^}]*\}", client_of(role, staffed), path)
            where = re.sub(r"\{[^}]*\}", "x1", where)
            if method != "GET" and act in FREE:
                continue
            typed = {"reason": "x"} if method == "POST" else None
            answer = browser.request(method, where, data=typed, headers=OWN, follow_redirects=False)
            told = (role, method, path, act, answer.status_code)
            assert answer.status_code != 500, told
            shut = answer.status_code in REFUSED or answer.headers.get("location", "").startswith("/sign-in")
            if not allowed or method != "GET":
                assert shut or (allowed and answer.status_code == 415), told
            elif "{" not in re.sub(r"\{client_id[^}]*\}", "", path):
                assert not shut, told


def test_a_reveal_needs_typed_words(house: House) -> None:
    access = CedarAccess(house.book, demo=False)
    adviser = Person(person_id="a", name="a", role=Role.ADVISER)
    for reason, allowed in (("", False), ("  ", False), ("回访投诉", True)):
        asked = AccessQuestion(
            person=adviser,
            act="client.reveal",
            client_id="C1",
            relation=frozenset({"assigned"}),
            reason=reason,
        )
        assert access.decide(asked).allowed is allowed


def test_a_partner_learns_only_of_clients_who_agreed_to_it(house: House) -> None:
    access = CedarAccess(house.book, demo=False)
    partner = Person(person_id="p", name="p", role=Role.PARTNER)
    for consents, allowed in ((frozenset(), False), (frozenset({"personalised_service"}), True)):
        asked = AccessQuestion(person=partner, act="api.profiles.read", client_id="C1", consents=consents)
        assert access.decide(asked).allowed is allowed


def test_outside_of_a_demo_nobody_moves_its_clock(house: House) -> None:
    access = CedarAccess(house.book, demo=False)
    for role in Role:
        asked = AccessQuestion(person=Person(person_id="x", name="x", role=role), act="demo.act")
        assert not access.decide(asked).allowed


def test_what_cannot_be_judged_is_denied(house: House) -> None:
    access = CedarAccess(house.book, demo=True)
    person = Person(person_id="x", name="x", role=Role.ADMINISTRATOR)
    for act in ("", "None", "no.such.act", 'x" or true', "own.read"):
        assert not access.decide(AccessQuestion(person=person, act=act)).allowed


def test_a_question_is_judged_once_by_all_that_a_policy_sees(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = CedarAccess(house.book, demo=True)
    asked: list[object] = []
    judge = cedarpy.is_authorized

    def counted(*given: object, **named: object) -> object:
        asked.append(given[0])
        return judge(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(cedarpy, "is_authorized", counted)
    adviser = Person(person_id="a", name="a", role=Role.ADVISER)
    look = AccessQuestion(person=adviser, act="client.read", client_id="C1", purpose="service")
    mine = replace(look, relation=frozenset({"assigned"}))
    reveal = replace(mine, act="client.reveal")
    assert not access.decide(look).allowed
    assert access.decide(mine).allowed
    assert not access.decide(reveal).allowed
    assert access.decide(replace(reveal, reason="回访")).allowed
    seen = len(asked)
    assert not access.decide(look).allowed
    assert access.decide(replace(mine, person=replace(adviser, person_id="b"))).allowed
    assert access.decide(replace(reveal, reason="核对电话")).allowed
    assert not access.decide(reveal).allowed
    assert len(asked) == seen
