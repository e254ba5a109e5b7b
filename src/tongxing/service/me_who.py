"""The client behind an own page: the folded state with the latest switches, and whose records count."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from tongxing.domain.clock import BEIJING, seconds
from tongxing.domain.profile import Profile
from tongxing.profile import fold
from tongxing.profile.assemble import profile as assemble
from tongxing.profile.view import View, view
from tongxing.service.client_acts import UnknownClientError
from tongxing.service.client_story import told
from tongxing.service.house import House
from tongxing.service.ports import ErasedError
from tongxing.service.states import state_of
from tongxing.service.unfolded import take_in


@dataclass(frozen=True)
class Mine:
    """One client, as one page of theirs is made."""

    house: House
    state: fold.State
    name: str
    now: datetime
    """Beijing."""
    as_of: datetime
    """Now, or just after the last event where the market clock stands still."""

    @property
    def client_id(self) -> str:
        """Who it is."""
        return self.state.client_id

    @property
    def client_ids(self) -> tuple[str, ...]:
        """The own record and those merged into it: their trades and money are this client's."""
        return (self.state.client_id, *self.state.members)

    def seen(self) -> View:
        """What signs and labels look at."""
        return self._seen

    def profile(self) -> Profile:
        """Who this client is to the house."""
        return self._profile

    @cached_property
    def _seen(self) -> View:
        return view(self.state, seconds(self.as_of), self.house.book)

    @cached_property
    def _profile(self) -> Profile:
        return assemble(self.state, as_of=self.as_of, book=self.house.book)


def mine(house: House, client_id: str, *, now: datetime) -> Mine:
    """The client with what they switched a moment ago, though the worker has not folded it yet.

    Raises:
        UnknownClientError: the store has folded nothing of such a client.
    """
    folded = house.store.folded_through(client_id)
    blob = house.store.state(client_id)
    if blob is None:
        raise UnknownClientError(client_id)
    state = state_of(house, client_id, blob)
    take_in(house, state, after=folded, now=now)
    name, _recent = told(house, client_id)
    as_of = max(now, fold.known_until(state)) + timedelta(seconds=1)
    return Mine(house, state, name, now.astimezone(BEIJING), as_of)


def is_own_leaf(me: Mine, index: int) -> bool:
    """Whether a sealed record is this client's, and can still be read."""
    try:
        found = me.house.store.leaf(index)
    except ErasedError:
        return False
    return found is not None and found[1] in me.client_ids
