"""The word that a form must carry back: that of the session of the person who saw it."""

import hmac
from contextvars import ContextVar

from markupsafe import Markup

FIELD = "form_key"
FREE = frozenset({"public", "demo.act", "design.read"})
"""Acts for which nobody need be signed in."""
_key: ContextVar[str] = ContextVar("form_key", default="")


def set_form_key(key: str) -> None:
    """The key of the page being drawn; empty where nobody is signed in."""
    _key.set(key)


def form_key() -> Markup:
    """The hidden field, for every form of a page."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, _key.get())


def carries(given: str, wanted: str) -> bool:
    """Whether a form came from a page of this session."""
    return hmac.compare_digest(given.encode(), wanted.encode())
