import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.domain.person import Role
from tongxing.service.masking import shown

FIELDS = ("name", "phone", "id_number", "account", "address", "birth", "anything")


@pytest.mark.parametrize(
    ("field", "value", "role", "expected"),
    [
        ("name", "林晓晓", Role.COMPLIANCE, "林**"),
        ("name", "林", Role.PARTNER, "林*"),
        ("name", "林晓晓", Role.ADVISER, "林晓晓"),
        ("phone", "13900000001", Role.ADVISER, "139****01"),
        ("phone", "12345678", Role.ADVISER, "********"),
        ("id_number", "999999199001010013", Role.MANAGER, "999****13"),
        ("birth", "1990-01-01", Role.AUDITOR, "1990"),
        ("address", "上海市浦东新区某路一号", Role.OPERATIONS, "上海市****"),
        ("amount", "12,000.00", Role.OPERATIONS, "****"),
        ("amount", "12,000.00", Role.ADVISER, "12,000.00"),
        ("branch", "城西营业部", Role.PARTNER, "城西营业部"),
        ("e_mail", "a@b.example", Role.AUDITOR, "****"),
        ("phone", "", Role.AUDITOR, ""),
    ],
)
def test_a_field_is_shown_as_the_role_may_see_it(field: str, value: str, role: Role, expected: str) -> None:
    assert shown(field, value, role=role) == expected


@given(
    value=st.text(min_size=6, max_size=40, alphabet=st.characters(exclude_characters="*")),
    field=st.sampled_from(FIELDS),
    role=st.sampled_from([Role.COMPLIANCE, Role.OPERATIONS, Role.AUDITOR, Role.PARTNER, Role.ADMINISTRATOR]),
)
def test_nobody_who_does_not_serve_a_client_reads_a_field_whole(value: str, field: str, role: Role) -> None:
    seen = shown(field, value, role=role)
    assert value not in seen
    assert shown(field, value, role=role, opened=True) == value
    assert shown(field, value, role=Role.CLIENT) == value
