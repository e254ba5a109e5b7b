"""Signs of a client's money: dividends, matured products, payments due, costs."""

from tongxing.profile.sign_rule import SignRule

MONEY_SIGNS: tuple[SignRule, ...] = ()
