"""Which data of a client may be used: consents in force, the switch for personalisation, sources."""

from tongxing.domain.clock import day_of
from tongxing.domain.lazy import lazy
from tongxing.domain.profile import ConsentGrant
from tongxing.profile.record import Last, State
from tongxing.profile.tiles import KEY_PARTS

PROFILING_PURPOSES = frozenset(("personalised_service", "profiling"))
OUR_RECEIVERS = frozenset(("house", "*"))
ANY_SOURCE = frozenset(("*", ""))
_PREFIX = "consent\x01"
_GIVEN, _UNTIL, _PURPOSE, _SOURCE, _RECEIVER = range(5)


def personalised(state: State) -> bool:
    """Whether the client left personalisation on."""
    found = state.last.get("personalisation")
    return found is None or bool(found.value[0])


def grants(state: State, today: int) -> tuple[ConsentGrant, ...]:
    """Consents in force on a Beijing day (its last day included), in order of purpose and source."""
    entries = [entry for name, entry in sorted(state.last.items()) if name.startswith(_PREFIX)]
    return tuple(
        ConsentGrant(
            purpose=str(entry.value[_PURPOSE]),
            source=str(entry.value[_SOURCE]),
            receiver=str(entry.value[_RECEIVER]),
            until=None if entry.value[_UNTIL] is None else day_of(_day(entry)),
        )
        for entry in entries
        if entry.value[_GIVEN] and _holds(entry, today) and not _withdrawn(entry, entries)
    )


def _day(entry: Last) -> int:
    until = entry.value[_UNTIL]
    return until if isinstance(until, int) else 0


def _holds(entry: Last, today: int) -> bool:
    return entry.value[_UNTIL] is None or today <= _day(entry)


def _withdrawn(grant: Last, entries: list[Last]) -> bool:
    """A later withdrawal for the same purpose takes it back, for its own source or for every one."""
    return any(
        not other.value[_GIVEN]
        and other.value[_PURPOSE] == grant.value[_PURPOSE]
        and other.value[_SOURCE] in (*ANY_SOURCE, grant.value[_SOURCE])
        and other.value[_RECEIVER] in ("*", grant.value[_RECEIVER])
        and other[:KEY_PARTS] > grant[:KEY_PARTS]
        for other in entries
    )


class Permission:
    """What may be used for this client's needs and labels, judged once for one profile."""

    def __init__(self, state: State, today: int) -> None:
        """Look at the consents of a state on a Beijing day; each is judged when somebody asks."""
        self.on = personalised(state)
        self._state = state
        self._today = today
        self._judged: dict[tuple[str, ...], bool] = {}

    @lazy
    def grants(self) -> tuple[ConsentGrant, ...]:
        """The consents in force."""
        return grants(self._state, self._today)

    @lazy
    def _entries(self) -> list[Last]:
        """The client's words on profiling by the house."""
        return [
            entry
            for name, entry in self._state.last.items()
            if name.startswith(_PREFIX)
            and entry.value[_PURPOSE] in PROFILING_PURPOSES
            and entry.value[_RECEIVER] in OUR_RECEIVERS
        ]

    def behaviour(self, source: str) -> bool:
        """What the client does in the app: only with consent for profiling, and while it is switched on."""
        return self.on and self._agreed_once(source, "behaviour")

    def own_record(self, source: str, kind: str) -> bool:
        """What the client told or showed us to be kept (income, debts, courses passed).

        Counts when no consent for such data was ever asked for, as the client's own statement to the house;
        once one is on record, only while it holds. A consent for other data or purposes takes nothing away.
        """
        if not self.on:
            return False
        sources = {*ANY_SOURCE, source, kind, "behaviour", "sensitive"}
        asked = any(entry.value[_SOURCE] in sources for entry in self._entries)
        return not asked or self._agreed_once(source, kind, "behaviour", "sensitive")

    def imported(self, kind: str) -> bool:
        """What comes from elsewhere (posts, card bills): only with a consent that names this very source."""
        return self.on and self._agreed({kind, kind.removesuffix("_seen")})

    def _agreed_once(self, *sources: str) -> bool:
        """The same as `_agreed`, for these sources or any; judged once."""
        found = self._judged.get(sources)
        if found is None:
            found = self._judged[sources] = self._agreed({*ANY_SOURCE, *sources})
        return found

    def _agreed(self, sources: set[str]) -> bool:
        """A consent for one of these sources holds, and none of them was withdrawn after it."""
        withdrawable = {*sources, *ANY_SOURCE}
        return any(
            entry.value[_GIVEN]
            and entry.value[_SOURCE] in sources
            and _holds(entry, self._today)
            and not any(
                not other.value[_GIVEN]
                and other.value[_PURPOSE] == entry.value[_PURPOSE]
                and other.value[_SOURCE] in withdrawable
                and other[:KEY_PARTS] > entry[:KEY_PARTS]
                for other in self._entries
            )
            for entry in self._entries
        )
