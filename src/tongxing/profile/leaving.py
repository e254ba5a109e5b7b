"""How much of a client's assets was moved out, the effect of prices removed."""

from tongxing.domain.event import EventRef
from tongxing.profile import tiles
from tongxing.profile.features import BP
from tongxing.profile.heard import BANKED_OUT
from tongxing.profile.view import View


def moved_out_bp(client: View) -> int | None:
    """The part of the account's units that left within the window; None where no money went out on balance.

    Units are value over unit value: what prices did to both ends falls out. Without valuations the money that
    went out is set against what is there now and what went out.
    """
    out_fen = -client.figure("net_flow_90d_fen")
    if out_fen <= 0:
        return None
    state = client.state
    last = state.valuation()
    window = client.rule("outflow_window_days")
    if last is not None:
        days = state.valued()
        first = state.valuation(before=client.today - window + 1) or state.valuation(before=min(days) + 1)
        if first is not None and first.value_fen > 0 and last.unit_ppm > 0:
            now_fen = last.value_fen + state.flow_fen(after=last.day, through=client.today)
            units, units_left = last.unit_ppm * first.value_fen, max(0, now_fen) * first.unit_ppm
            return max(0, units - units_left) * BP // units
    before = _before_fen(client, out_fen)
    return None if before is None else min(BP, out_fen * BP // max(1, before))


def _before_fen(client: View, out_fen: int) -> int | None:
    """What the account held before the money left, as far as it is known without a valuation."""
    cash = client.state.cash_fen
    if cash is not None:
        return cash + sum(client.held.values_fen.values()) + out_fen
    value = client.features["value_fen"]
    if value is None:
        return None
    stated = tiles.last_entry(client.state.slots, "facts_mean")
    left = outflow_refs(client)
    told_before = stated is not None and stated[4] == value and bool(left) and stated[0] <= left[0].ts
    return value if told_before else value + out_fen


def outflow_refs(client: View) -> tuple[EventRef, ...]:
    """The withdrawals of the window."""
    return client.recent(BANKED_OUT, days=client.rule("outflow_window_days"))
