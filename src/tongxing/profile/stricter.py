"""Of the words of two records that were merged the stricter one counts, until the client sets it anew.

A withdrawal, a closed channel, personalisation off and a deleted label win on whichever record they were
said. Of two assessments the lower grade and the earlier end count, with only what both accepted.
"""

from collections.abc import Mapping, Sequence

from tongxing.domain.grades import Tolerance
from tongxing.profile.record import Last

STRICT_KINDS = frozenset(
    (
        "assessment_taken",
        "consent_given",
        "consent_withdrawn",
        "contact_set",
        "personalisation_set",
        "tag_corrected",
        "tag_deleted",
    )
)
"""Kinds of events whose last words are compared at a merge."""
LAST_OF_ITS_SECOND = 1 << 40
"""Places a word after all others of its second: no consent given before a merge outlives a withdrawal."""
_ASSESSMENT, _CONSENT, _CONTACT, _PERSONALISATION, _TAG = (
    "assessment",
    "consent\x01",
    "contact:",
    "personalisation",
    "tag:",
)
_GRADE, _VALID_TO, _KINDS, _TERMS = range(4)
_GIVEN, _UNTIL = 0, 1


def stricter(records: Sequence[Mapping[str, Last]], *, since: int) -> dict[str, Last]:
    """The word that counts on each matter, from the last words of each record up to the merge."""
    names = sorted({name for last in records for name in last})
    found: dict[str, Last] = {}
    for name in names:
        words = sorted((last[name] for last in records if name in last), key=_key)
        one = _strictest(name, words, since)
        if one is not None:
            found[name] = one
    return found


def _strictest(name: str, words: Sequence[Last], since: int) -> Last | None:
    """Words in order of their keys, the last one last; None for a matter on which the last word counts."""
    if name == _ASSESSMENT:
        return _assessment(words)
    if name.startswith(_CONSENT):
        taken = [one for one in words if not one.value[_GIVEN]]
        return _at_merge(taken[-1], since) if taken else _shortest(words)
    if name.startswith(_CONTACT) or name == _PERSONALISATION:
        off = [one for one in words if not one.value[0]]
        return (off or words)[-1]
    if name.startswith(_TAG):
        deleted = [one for one in words if one.value[0] is None]
        return _at_merge(deleted[-1], since) if deleted else words[-1]
    return None


def _day(value: object) -> int:
    return value if isinstance(value, int) else 0


def _key(one: Last) -> tuple[int, int, str, str]:
    return (one.ts, one.known_at, one.source, one.source_seq)


def _at_merge(one: Last, since: int) -> Last:
    """As if said anew when the records were merged."""
    return one._replace(ts=since, known_at=since + LAST_OF_ITS_SECOND)


def _shortest(words: Sequence[Last]) -> Last:
    """The consent that ends first."""
    ending = [one for one in words if isinstance(one.value[_UNTIL], int)]
    return min(ending, key=lambda one: (_day(one.value[_UNTIL]), _key(one)), default=words[-1])


def _assessment(words: Sequence[Last]) -> Last:
    """An empty list means that nothing was restricted."""
    lowest = min(words, key=lambda one: (Tolerance[str(one.value[_GRADE])], _key(one)))
    ends = [_day(one.value[_VALID_TO]) for one in words]
    accepted = (_common([one.value[place] for one in words]) for place in (_KINDS, _TERMS))
    return lowest._replace(value=(lowest.value[_GRADE], min(ends), *accepted))


def _common(lists: Sequence[object]) -> tuple[str, ...]:
    """What every list that restricts anything allows; where none restricts, nothing is restricted."""
    named = [tuple(str(word) for word in one) for one in lists if isinstance(one, tuple) and one]
    if not named:
        return ()
    both = tuple(word for word in named[0] if all(word in other for other in named[1:]))
    return both or (NOTHING_IN_COMMON,)


NOTHING_IN_COMMON = "none"
"""Two lists without a common word allow nothing: an empty list would allow everything."""
