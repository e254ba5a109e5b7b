"""The dated rules of the packaged book, read once."""

from tongxing.adapters.book_files import load
from tongxing.profile.signs import NAMES

RULES = load(sign_names=NAMES).rules
