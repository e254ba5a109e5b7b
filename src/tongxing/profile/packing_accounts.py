"""Accounts, merges and erasures of a packed state."""

from collections.abc import Mapping, Sequence
from typing import Any

from tongxing.profile.account import Account, Item
from tongxing.profile.columns import Texts, columns, differences, sums
from tongxing.profile.links import Bond
from tongxing.profile.record import State


def pack_account(account: Account, texts: Texts) -> list[Any] | None:
    """What one account holds; nothing for one that never moved."""
    if account.blank and not account.prices and account.first_money is None:
        return None
    account.trim()
    instants, codes, changes = columns(account.moves, 3)
    return [
        account.opening,
        account.opening_day,
        account.shares,
        account.cash_fen,
        {code: [one.name, one.kind, one.sector, one.look_through] for code, one in account.items.items()},
        _pack_pairs(account.prices, texts),
        _pack_pairs(account.summed, texts),
        account.summed_until,
        [differences(instants), texts.all(codes), changes],
        account.first_money,
    ]


def unpack_account(packed: list[Any] | None, texts: list[str]) -> Account:
    """The account of what `pack_account` wrote."""
    if packed is None:
        return Account()
    opening, opening_day, shares, cash_fen, items, prices, summed, until, moves, first = packed
    instants, codes, changes = moves
    return Account(
        opening=None if opening is None else tuple(opening),
        opening_day=opening_day,
        shares=shares,
        cash_fen=cash_fen,
        items={code: Item(*one) for code, one in items.items()},
        prices=_unpack_pairs(prices, texts),
        summed=_unpack_pairs(summed, texts),
        summed_until=until,
        moves=list(zip(sums(instants), map(texts.__getitem__, codes), changes, strict=True)),
        first_money=None if first is None else (first[0], first[1]),
    )


def _pack_pairs(pairs: Mapping[str, tuple[int, int]], texts: Texts) -> list[Any]:
    return [texts.all(pairs), *columns(list(pairs.values()), 2)]


def _unpack_pairs(packed: Sequence[Any], texts: list[str]) -> dict[str, tuple[int, int]]:
    codes, one, other = packed
    return dict(zip(map(texts.__getitem__, codes), zip(one, other, strict=True), strict=True))


def pack_joint(state: State, texts: Texts) -> list[Any] | None:
    """Merges, splits and erasures; nothing for nearly every client."""
    if state.bond is None and not state.erased:
        return None
    bond = state.bond
    told = (
        None
        if bond is None
        else [bond.into, bond.merged, bond.since, bond.changed, bond.changes, bond.shared]
    )
    members = {name: pack_account(one, texts) for name, one in sorted(state.members.items())}
    return [told, members, state.erased, state.read]


def unpack_joint(state: State, packed: list[Any], texts: list[str]) -> None:
    """Give a state its merges, splits and erasures."""
    told, members, state.erased, state.read = packed
    state.members = {name: unpack_account(one, texts) for name, one in members.items()}
    if told is not None:
        into, merged, since, changed, changes, shared = told
        state.bond = Bond(
            into=into,
            merged=(merged[0], merged[1]),
            members=frozenset(members),
            since=since,
            changed=changed,
            changes=changes,
            shared=tuple((since, until) for since, until in shared),
        )
