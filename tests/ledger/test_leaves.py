"""Leaves prove what they hold, show nothing of it, and notice every changed bit."""

import hmac
import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tongxing.domain.clock import BEIJING
from tongxing.domain.leaf import Leaf
from tongxing.ledger.leaves import (
    LeafError,
    canonical_json,
    commitment,
    decode,
    encode,
    leaf,
    leaf_hash,
    opens,
    opens_with,
    root,
    salt,
)

KEY = bytes(range(32))
AT = datetime(2026, 5, 6, 10, 31, 2, 123_000, tzinfo=BEIJING)
GROUPS = {
    "words": {"text": "个人养老金开户指南", "channel": "home"},
    "client": {"client_id": "C000017", "cause": "app/20260506-1"},
    "verdicts": {"t1": ["pension_guide", True, []]},
}

scalars = st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=20)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
fields = st.dictionaries(st.text(min_size=1, max_size=8), values, max_size=4)
names = st.text(min_size=1, max_size=16)
instants = st.builds(
    lambda past, zone: datetime.fromtimestamp(past / 1_000_000, UTC).astimezone(zone),
    st.integers(0, 4_000_000_000_000_000),
    st.sampled_from([UTC, BEIJING]),
)


def sealed(groups: dict[str, dict[str, object]] | None = None, *, key: bytes = KEY) -> Leaf:
    return leaf("decision", at=AT, groups=groups or GROUPS, record_key=key)


@given(kind=names, at=instants, groups=st.dictionaries(names, fields, min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_a_leaf_reads_back_as_it_was_written(
    kind: str, at: datetime, groups: dict[str, dict[str, object]]
) -> None:
    made = leaf(kind, at=at, groups=groups, record_key=KEY)
    assert decode(encode(made)) == made
    assert abs(made.at - at) < timedelta(milliseconds=1)
    assert all(opens(made, group, content, KEY) for group, content in groups.items())


@given(position=st.integers(0, 10_000), flip=st.integers(1, 255))
@settings(max_examples=150, deadline=None)
def test_a_changed_byte_is_another_leaf_or_none(position: int, flip: int) -> None:
    encoded = bytearray(encode(sealed()))
    encoded[position % len(encoded)] ^= flip
    changed = bytes(encoded)
    assert leaf_hash(changed) != leaf_hash(encode(sealed()))
    try:
        read = decode(changed)
    except LeafError:
        return
    assert read != sealed()
    assert encode(read) == changed, "one leaf has one encoding"


@given(content=fields, other=fields)
@settings(max_examples=100, deadline=None)
def test_a_commitment_opens_to_its_own_fields_only(
    content: dict[str, object], other: dict[str, object]
) -> None:
    made = leaf("receipt", at=AT, groups={"words": content}, record_key=KEY)
    assert opens(made, "words", other, KEY) is (canonical_json(content) == canonical_json(other))


def test_the_salt_of_one_group_opens_no_other_group() -> None:
    made = sealed()
    given_salt = salt(KEY, "words")
    assert opens_with(made, "words", GROUPS["words"], given_salt)
    assert not opens_with(made, "client", GROUPS["client"], given_salt)
    assert salt(KEY, "client") != given_salt


def test_without_the_record_key_a_guessed_value_proves_nothing() -> None:
    assert not opens(sealed(), "client", GROUPS["client"], bytes(32))
    same_fields = {"a": {"side": "buy"}, "b": {"side": "buy"}}
    assert len({item.digest for item in sealed(same_fields).commitments}) == 2


def test_a_group_that_is_not_in_the_leaf_does_not_open() -> None:
    assert not opens(sealed(), "missing", GROUPS["client"], KEY)


def test_a_leaf_holds_no_readable_field() -> None:
    encoded = encode(sealed())
    for told in ("C000017", "养老金", "pension_guide", "home"):
        assert told.encode() not in encoded


def test_the_order_of_groups_and_fields_handed_in_does_not_matter() -> None:
    turned = {name: dict(reversed(GROUPS[name].items())) for name in reversed(GROUPS)}
    assert encode(sealed(turned)) == encode(sealed())


def test_an_encoding_is_fixed_for_ever() -> None:
    encoded = encode(leaf("receipt", at=AT, groups={"time": {"at": 1}}, record_key=KEY))
    assert encoded.startswith(
        b"tongxing/leaf/1\x00\x07receipt" + (1_778_034_662_123).to_bytes(8, "big") + b"\x01\x04time"
    )
    assert len(encoded) == 16 + 8 + 8 + 1 + 5 + 32
    assert commitment("time", {"at": 1}, salt(KEY, "time")).hex() == encoded[-32:].hex()
    assert canonical_json(["time", {"b": "茅台", "a": None}]) == '["time",{"a":null,"b":"茅台"}]'.encode()


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"tongxing/leaf/2\x00",
        encode(sealed())[:-1],
        encode(sealed()) + b"\x00",
        encode(sealed())[:30],
        b"tongxing/leaf/1\x00\x01d" + bytes(8) + b"\x00",
    ],
    ids=["empty", "other_version", "cut", "longer", "cut_early", "no_groups"],
)
def test_bytes_that_are_no_leaf_are_refused(damaged: bytes) -> None:
    with pytest.raises(LeafError):
        decode(damaged)


def test_groups_out_of_order_are_refused() -> None:
    made = sealed({"a": {"x": 1}, "b": {"x": 2}})
    turned = Leaf(kind=made.kind, at=made.at, commitments=tuple(reversed(made.commitments)))
    with pytest.raises(LeafError, match="out of order"):
        decode(encode(turned))


@pytest.mark.parametrize(
    "content", [{"x": 0.1}, {"x": AT}, {"x": {1, 2}}, {1: "x"}, {"x": b"raw"}, {"x": "\ud800"}]
)
def test_a_value_without_one_spelling_is_refused(content: dict[str, object]) -> None:
    with pytest.raises(LeafError):
        sealed({"inputs": content})


def test_a_short_record_key_and_a_naive_instant_are_refused() -> None:
    with pytest.raises(LeafError, match="32 bytes"):
        sealed(key=b"short")
    with pytest.raises(LeafError, match="without zone"):
        leaf("decision", at=AT.replace(tzinfo=None), groups=GROUPS, record_key=KEY)


def test_the_empty_tree_and_the_empty_leaf_hash_as_rfc_6962_says() -> None:
    assert root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_the_root_is_the_one_of_the_definition() -> None:
    def by_definition(hashes: list[bytes]) -> bytes:
        if len(hashes) == 1:
            return hashes[0]
        split = 1 << (len(hashes) - 1).bit_length() - 1
        return sha256(b"\x01" + by_definition(hashes[:split]) + by_definition(hashes[split:])).digest()

    hashes = [leaf_hash(str(number).encode()) for number in range(130)]
    for size in range(1, 131):
        assert root(hashes[:size]) == by_definition(hashes[:size])


@given(position=st.integers(0, 36))
def test_a_changed_leaf_changes_the_root(position: int) -> None:
    hashes = [leaf_hash(str(number).encode()) for number in range(37)]
    before = root(hashes)
    hashes[position] = leaf_hash(b"another")
    assert root(hashes) != before


class Kind(StrEnum):
    TRADE = "trade é"


class Words(str):
    __slots__ = ()


PLAIN = st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(Kind) | st.text().map(Words)
NESTED = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.text().map(Words), inner, max_size=4)
        | st.dictionaries(st.text(), inner, max_size=3).map(MappingProxyType)
    ),
    max_leaves=12,
)


@given(NESTED)
@example(["\x7f\x00\b\f\n\r\t\u2028\ufeff\U0001f600\"\\/<&>'", -(2**63) - 1, 2**64, -0])
def test_the_fast_spelling_is_that_of_the_standard_library(value: object) -> None:
    wanted = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=dict)
    assert canonical_json(value) == wanted.encode()


@given(st.binary(min_size=1, max_size=100), st.dictionaries(st.text(max_size=8), st.integers(), max_size=4))
def test_a_commitment_is_the_hmac_of_its_spelling(group_salt: bytes, fields: dict[str, int]) -> None:
    spelt = json.dumps(["g", fields], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert commitment("g", fields, group_salt) == hmac.digest(group_salt, spelt.encode(), "sha256")
    assert salt(group_salt, "g") == hmac.digest(group_salt, b"g", "sha256")[:16]
