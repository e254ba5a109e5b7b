"""What is asked of a message to a device besides compliance: is it on, can it be reached, was it enough."""

from datetime import datetime, timedelta

from tongxing.domain.clock import BEIJING
from tongxing.domain.draft import Draft, Reason
from tongxing.domain.grades import CARRIED_CHANNELS, Initiative, Nature
from tongxing.domain.profile import Standing
from tongxing.service.device_addresses import CONFIRMING
from tongxing.service.device_rules import by_channel, is_on
from tongxing.service.round import Round

DAY = timedelta(days=1)
SELLING = (Nature.ADVICE, Nature.MARKETING)


def shut(this: Round, draft: Draft, current: Standing, at: datetime, *, counted: bool) -> Reason | None:
    """Why a device stays silent now; None: it may be reached. `counted`: the cap let it pass before."""
    reason = _closed(this, draft, current, at)
    if reason is not None or counted:
        return reason
    return _enough(this, draft, at)


def _closed(this: Round, draft: Draft, current: Standing, at: datetime) -> Reason | None:
    """Whether the device is off, not for such words, or not to be reached."""
    channel, name = draft.channel, draft.channel.value
    confirming = draft.playbook == CONFIRMING
    if not confirming and not is_on(current, channel):
        return Reason(rule="device_off", detail=f"the client has no {name} switched on")
    rules, on = this.house.book.rules, at.astimezone(BEIJING).date()
    if draft.nature in SELLING and name in rules.words("device_no_selling", on):
        return Reason(rule="device_selling", detail=f"{name} carries no {draft.nature.value}")
    if channel not in CARRIED_CHANNELS:
        return None
    carriers = this.house.carriers
    if carriers is None or channel not in carriers.by_channel:
        return Reason(rule="no_carrier", detail=f"the house has nobody to carry {name}")
    if not this.batch.devices.has_address(current.client_id, channel, confirmed=not confirming):
        return Reason(rule="no_address", detail=f"the client has no address for {name}")
    return None


def _enough(this: Round, draft: Draft, at: datetime) -> Reason | None:
    """Whether the channel carried its share of a day; what is owed or asked for comes on top."""
    owed = draft.nature is Nature.SERVICE and draft.consent == "none"
    if owed or draft.initiative is Initiative.CLIENT:
        return None
    name, on = draft.channel.value, at.astimezone(BEIJING).date()
    most = by_channel(this.house.book.rules, "device_day_max", on).get(name, 0)
    count = this.batch.devices.count(draft.standing.client_id, draft.channel, at - DAY)
    if count >= most:
        return Reason(rule="device_cap", detail=f"{count} messages on {name} in 24 hours, {most} allowed")
    return None
