"""Signs of a client's life and of dates: birthdays, documents, stated plans."""

from tongxing.profile.sign_rule import SignRule

LIFE_SIGNS: tuple[SignRule, ...] = ()
