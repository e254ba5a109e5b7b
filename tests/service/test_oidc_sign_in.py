"""Whom the claims of an id token name, and who stays out."""

from collections.abc import Iterator, Mapping

import pytest

from tongxing.app import temporary_house
from tongxing.domain.person import Person, Role
from tongxing.service.house import House
from tongxing.service.oidc_sign_in import person_of
from tongxing.service.ports_issuer import ClaimRules
from tongxing.simulation.staff import hire

ROLES = {"desk": Role.ADVISER, "leads": Role.MANAGER, "root": Role.ADMINISTRATOR, "customers": Role.CLIENT}
PLAIN = ClaimRules(person_claim="who", roles={})
BY_GROUP = ClaimRules(person_claim="who", role_claim="groups", roles=ROLES)
CREATING = ClaimRules(person_claim="who", role_claim="groups", roles=ROLES, create=True, team_claim="team")


@pytest.fixture
def house() -> Iterator[House]:
    with temporary_house(seed=6) as house:
        hire(house)
        yield house


def who(house: House, rules: ClaimRules, claims: Mapping[str, object]) -> str:
    """The id of the person, or why nobody."""
    person, why = person_of(house, rules, claims)
    return why if person is None else person.person_id


@pytest.mark.parametrize("name", ["", "x" * 500, 7, None, ["adviser-1"], {"who": 1}])
def test_a_claim_that_is_no_name_names_nobody(house: House, name: object) -> None:
    assert who(house, PLAIN, {"who": name}) == "name"


def test_a_person_the_house_does_not_know_is_nobody(house: House) -> None:
    assert who(house, PLAIN, {"who": "adviser-99"}) == "unknown"
    assert who(house, PLAIN, {"who": "adviser-1"}) == "adviser-1"


def test_a_disabled_person_stays_out(house: House) -> None:
    house.store.people.set_active("adviser-3", active=False)
    assert who(house, PLAIN, {"who": "adviser-3"}) == "disabled"


def test_where_groups_count_they_name_the_role_the_house_keeps(house: House) -> None:
    for groups in (["staff", "desk"], "desk", ["desk", "leads"]):
        assert who(house, BY_GROUP, {"who": "adviser-1", "groups": groups}) == "adviser-1"
    for wrong in (["leads"], [], None, ["root"], 5, [["desk"]], {"desk": 1}, "Desk"):
        assert who(house, BY_GROUP, {"who": "adviser-1", "groups": wrong}) == "role"


def test_groups_may_lie_deeper(house: House) -> None:
    nested = ClaimRules(person_claim="who", role_claim="realm.roles", roles=ROLES)
    assert who(house, nested, {"who": "adviser-1", "realm": {"roles": ["desk"]}}) == "adviser-1"
    assert who(house, nested, {"who": "adviser-1", "realm": "desk"}) == "role"
    assert who(house, nested, {"who": "adviser-1", "realm.roles": "desk"}) == "adviser-1"


def test_an_administrator_needs_a_group_that_the_house_wrote_down(house: House) -> None:
    assert who(house, PLAIN, {"who": "administrator-1"}) == "role"
    assert who(house, BY_GROUP, {"who": "administrator-1", "groups": ["desk"]}) == "role"
    assert who(house, BY_GROUP, {"who": "administrator-1", "groups": ["root"]}) == "administrator-1"


def test_a_system_never_comes_as_a_person(house: House) -> None:
    assert who(house, PLAIN, {"who": "partner-1"}) == "system"


def test_a_mail_address_counts_only_when_the_issuer_verified_it(house: House) -> None:
    house.store.people.add(Person(person_id="lin@broker.example", name="林", role=Role.AUDITOR))
    by_mail = ClaimRules(person_claim="email", roles={})
    for verified in (False, None, "true", 1):
        assert who(house, by_mail, {"email": "lin@broker.example", "email_verified": verified}) == "name"
    verified_now = {"email": "lin@broker.example", "email_verified": True}
    assert who(house, by_mail, verified_now) == "lin@broker.example"


NEW = {"who": "adviser-41", "name": "程远", "groups": ["desk"], "team": "浦东"}


def test_staff_are_added_at_their_first_sign_in_where_the_house_wants_it(house: House) -> None:
    assert who(house, BY_GROUP, NEW) == "unknown"
    assert house.store.people.account("adviser-41") is None
    assert who(house, CREATING, NEW) == "adviser-41"
    kept = house.store.people.account("adviser-41")
    assert kept is not None
    assert kept.person == Person(person_id="adviser-41", name="程远", role=Role.ADVISER, team="浦东")
    assert kept.password is None


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"groups": []}, "role"),
        ({"groups": ["desk", "leads"]}, "role"),
        ({"groups": ["customers"]}, "role"),
        ({"team": ""}, "role"),
        ({"team": None}, "role"),
        ({"who": "No Id"}, "unknown"),
    ],
    ids=str,
)
def test_nobody_is_added_without_one_role_and_what_it_needs(
    house: House, wrong: dict[str, object], why: str
) -> None:
    claims = NEW | wrong
    assert who(house, CREATING, claims) == why
    assert house.store.people.account(str(claims["who"])) is None


def test_a_name_that_cannot_be_shown_is_left_out(house: House) -> None:
    who(house, CREATING, NEW | {"name": "程\n远"})
    account = house.store.people.account("adviser-41")
    assert account is not None
    assert account.person.name == "adviser-41"
