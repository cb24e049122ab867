"""Tiles in memory: which of them stay when there is no room for all."""

from routes._kept_tiles import KeptTiles, Packed

THOUSAND = Packed(bytes(700), gzipped=True)  # 300 more bytes are reckoned for what is around it


def test_the_tile_that_nobody_asked_for_longest_makes_room():
    shelf = KeptTiles(room_bytes=3_000)
    for name in "abc":
        shelf.keep((name,), THOUSAND)
    assert shelf.find(("a",)) == THOUSAND
    shelf.keep(("d",), THOUSAND)
    assert [name for name in "abcd" if shelf.find((name,))] == ["a", "c", "d"]


def test_a_tile_that_two_threads_made_at_once_is_counted_once():
    shelf = KeptTiles(room_bytes=2_000)
    for name in "aab":
        shelf.keep((name,), THOUSAND)
    assert [name for name in "ab" if shelf.find((name,))] == ["a", "b"]


def test_a_tile_larger_than_the_room_is_not_kept():
    shelf = KeptTiles(room_bytes=500)
    shelf.keep(("a",), THOUSAND)
    assert shelf.find(("a",)) is None


def test_a_version_is_believed_for_a_minute(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("routes._kept_tiles.time.monotonic", lambda: clock[0])
    shelf = KeptTiles()
    assert not shelf.is_current("basemap", "")
    shelf.note("basemap", "v1")
    clock[0] = 159.0
    assert shelf.is_current("basemap", "v1")
    assert not shelf.is_current("basemap", "v2")
    clock[0] = 160.0
    assert not shelf.is_current("basemap", "v1")
