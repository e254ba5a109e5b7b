"""Grades, natures and channels: the closed sets that rules are written over."""

from enum import IntEnum, StrEnum


class Tolerance(IntEnum):
    """What a client's assessment allows; C1L is the lowest category, which no warning can lift."""

    C1L, C1, C2, C3, C4, C5 = range(6)


class ProductRisk(IntEnum):
    """What a product carries, the higher of the issuer's and our own grade."""

    R1, R2, R3, R4, R5 = range(1, 6)


class Nature(StrEnum):
    """Why words are said; decides which rules apply. `service` is a duty the house owes the client."""

    EDUCATION = "education"
    INFORMATION = "information"
    SERVICE = "service"
    ADVICE = "advice"
    MARKETING = "marketing"


class Channel(StrEnum):
    """Where words reach a person."""

    HOME = "home"
    PUSH = "push"
    CHAT = "chat"
    ADVISER = "adviser"
    COMMUNITY = "community"
    LIVE = "live"
    PARTNER = "partner"
    SMS = "sms"
    EMAIL = "email"
    WATCH = "watch"
    CAR = "car"


CARRIED_CHANNELS = frozenset({Channel.PUSH, Channel.EMAIL, Channel.SMS})
"""Devices that somebody else's service brings words to: each needs an address and a carrier."""
DEVICE_CHANNELS = CARRIED_CHANNELS | {Channel.WATCH, Channel.CAR}
"""Devices a client switches on for copies of what stands on the home page, in words of their own."""


class AuthorKind(StrEnum):
    """Who wrote the words."""

    AI = "ai"
    ADVISER = "adviser"
    STAFF = "staff"
    PRESENTER = "presenter"
    CLIENT = "client"
    PARTNER = "partner"


class Initiative(StrEnum):
    """Who started the contact: a client who asks, or the house that reaches out."""

    CLIENT = "client"
    FIRM = "firm"
