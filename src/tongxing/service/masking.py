"""How much of a personal field a role sees; opened whole only by a reveal with a reason."""

from tongxing.domain.person import Role

STAR = "*"
PLAIN = frozenset({"branch", "opened_on", "sex", "words"})
"""Fields that tell nobody who it is."""
NAME_ROLES = frozenset({Role.CLIENT, Role.ADVISER, Role.MANAGER})
"""Who serves a client calls them by their name."""
AMOUNT_ROLES = frozenset({Role.CLIENT, Role.ADVISER, Role.MANAGER, Role.COMPLIANCE, Role.AUDITOR})
"""Who serves a client, and who answers for what was said."""
SHORT = 8
"""A number this short or shorter is starred whole: its ends would tell it."""
HEAD, TAIL = 3, 2


def shown(field: str, value: str, *, role: Role, opened: bool = False) -> str:
    """A field (name, phone, id_number, account, address, birth, amount, …) as this role sees it.

    A field of an unknown name is starred: what nobody thought of is not shown.
    """
    if opened or role is Role.CLIENT or field in PLAIN:
        return value
    if (field == "name" and role in NAME_ROLES) or (field == "amount" and role in AMOUNT_ROLES):
        return value
    return masked(field, value)


def masked(field: str, value: str) -> str:
    """A field as nobody can tell from it who it is; an empty one stays empty."""
    if not value:
        return value
    if field == "name":
        return f"{value[0]}{STAR * max(1, len(value) - 1)}"
    if field == "birth":
        return value[:4]
    if field == "address":
        return f"{value[:HEAD]}{STAR * 4}" if len(value) > SHORT else STAR * 4
    if field in ("phone", "account", "id_number"):
        return f"{value[:HEAD]}{STAR * 4}{value[-TAIL:]}" if len(value) > SHORT else STAR * len(value)
    return STAR * 4
