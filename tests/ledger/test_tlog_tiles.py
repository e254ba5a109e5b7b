"""Paths of tiles, which tiles a size needs, and bundles of entries, as tlog-tiles writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tongxing.ledger.lines import TextError
from tongxing.ledger.tiles import (
    Tile,
    bundles_between,
    decode_bundle,
    encode_bundle,
    leaf_hashes,
    tile_of_path,
    tiles_between,
)


def test_the_paths_of_the_text() -> None:
    assert Tile(0, 1_234_067).path == "tile/0/x001/x234/067"
    assert Tile(None, 1_234_067, 8).path == "tile/entries/x001/x234/067.p/8"
    assert Tile(2, 0, 1).path == "tile/2/000.p/1"
    assert Tile(63, 1_000).path == "tile/63/x001/000"


@given(some.none() | some.integers(0, 63), some.integers(0, 2**63 - 1), some.integers(1, 256))
def test_a_path_names_one_tile(level: int | None, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert tile_of_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/64/000",
        "tile/00/000",
        "tile/0/0",
        "tile/0/1000",
        "tile/0/001/000",
        "tile/0/x000/001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/../000",
        "tile/0/٠٠٠",
        "checkpoint",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        "",
    ],
)
def test_no_other_spelling_is_a_path(path: str) -> None:
    with pytest.raises(TextError):
        tile_of_path(path)


def test_a_tree_of_70000_is_made_of_the_tiles_the_text_counts() -> None:
    tiles = list(tiles_between(0, 70_000))
    assert sum(tile.level == 0 and tile.width == 256 for tile in tiles) == 273
    assert [tile for tile in tiles if tile.width < 256] == [
        Tile(0, 273, 112),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]
    assert [tile for tile in tiles if tile.level == 1] == [Tile(1, 0), Tile(1, 1, 17)]
    assert list(tiles_between(0, 256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert [tile.path for tile in bundles_between(0, 300)] == ["tile/entries/000", "tile/entries/001.p/44"]


@given(some.integers(0, 200_000), some.integers(0, 3_000))
def test_growth_needs_exactly_the_tiles_that_are_new(old: int, more: int) -> None:
    new = set(tiles_between(0, old + more)) - set(tiles_between(0, old))
    assert set(tiles_between(old, old + more)) == new


@given(some.lists(some.binary(max_size=300), max_size=40))
def test_a_bundle_gives_back_its_entries(entries: list[bytes]) -> None:
    data = encode_bundle(entries)
    assert decode_bundle(data, "bundle", width=len(entries)) == entries


@given(some.lists(some.binary(max_size=20), min_size=1, max_size=5), some.data())
def test_a_cut_bundle_is_refused(entries: list[bytes], data: some.DataObject) -> None:
    encoded = encode_bundle(entries)
    end = data.draw(some.integers(0, len(encoded) - 1))
    with pytest.raises(TextError):
        decode_bundle(encoded[:end], "bundle", width=len(entries))


def test_each_altered_byte_of_a_bundle_is_refused_or_leads_to_other_leaves() -> None:
    entries = [f"entry {number}".encode() * (1 + number % 3) for number in range(40)]
    data, leaves = encode_bundle(entries), leaf_hashes(entries)
    for place in range(len(data)):
        for bit in (1, 16, 128):
            altered = data[:place] + bytes((data[place] ^ bit,)) + data[place + 1 :]
            try:
                found = decode_bundle(altered, "bundle", width=40)
            except TextError:
                continue
            assert leaf_hashes(found) != leaves


def test_an_entry_is_at_most_65535_bytes() -> None:
    assert decode_bundle(encode_bundle([bytes(65_535)]), "bundle") == [bytes(65_535)]
    with pytest.raises(TextError):
        encode_bundle([bytes(65_536)])


def test_no_tile_has_coordinates_outside_a_tree() -> None:
    for level, index, width in ((64, 0, 1), (-1, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)):
        with pytest.raises(TextError):
            Tile(level, index, width)
