"""住所の辞書: whole or not there, readable by jageocoder itself and by several threads, and closed."""

import logging
import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jageocoder.tree import AddressTree

from geo.addresses import (
    Dictionary,
    Shelf,
    Whose,
    build,
    dictionary,
    find,
    path_of,
    sweep,
    version_of,
)
from geo.addresses.tree import grow

WHOSE = Whose("99991", "架空県", "ためし市")


@dataclass(frozen=True)
class Row:
    town: str
    block: str = ""
    lon: float | None = None
    lat: float | None = None
    koaza: str = ""
    by_block: bool | None = True
    ward: str = ""
    kana: str = ""


ROWS = [Row("本町一丁目", str(n), 136 + n / 1000, 35.0) for n in range(1, 30)]


def open_files() -> int:
    own = Path("/proc/self/fd")
    return len(list(own.iterdir())) if own.is_dir() else 0


def test_jageocoder_opens_and_searches_what_we_build(tmp_path):
    """Its tables are no promised API: this is what a new pin must pass."""
    build(tmp_path / "d", WHOSE, [ROWS])
    tree = AddressTree(db_dir=tmp_path / "d", mode="r")
    (found,) = tree.searchNode("架空県ためし市本町1-12-3")
    assert found.node.get_fullname("") == "架空県ためし市本町一丁目12番"
    assert (found.node.x, found.node.y, found.matched) == (136.012, 35.0, "架空県ためし市本町1-12-")
    for table in (tree.address_nodes, tree.trie_nodes, tree.aza_masters):
        if table.conn:
            table.conn.close()
        table.conn = None
    dictionary._forget()


def test_the_same_rows_have_the_same_version_and_others_another():
    version = version_of(WHOSE, [ROWS])
    assert version_of(WHOSE, [list(ROWS)]) == version
    assert version_of(WHOSE, [ROWS, []]) != version
    assert version_of(WHOSE, [ROWS[:-1]]) != version
    assert version_of(Whose("99991", "架空県", "べつの市"), [ROWS]) != version


def test_a_dictionary_is_whole_or_not_there(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(dictionary, "_sync", full)
    with pytest.raises(OSError, match="No space"):
        build(tmp_path / "99991" / "d", WHOSE, [ROWS])
    assert list((tmp_path / "99991").iterdir()) == []


def test_two_who_build_the_same_do_not_disturb_each_other(tmp_path):
    failed = []

    def one():
        try:
            build(tmp_path / "d", WHOSE, [ROWS])
        except Exception as problem:
            failed.append(problem)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert [path.name for path in tmp_path.iterdir()] == ["d"]
    assert find(Dictionary(tmp_path / "d"), "本町1-5").level == "block"


def test_many_threads_ask_one_dictionary(tmp_path):
    build(tmp_path / "d", WHOSE, [ROWS])
    book, wrong = Dictionary(tmp_path / "d"), []

    def ask(first):
        for n in range(200):
            number = (first + n) % 29 + 1
            if find(book, f"本町一丁目{number}番3号").lonlat != (136 + number / 1000, 35.0):
                wrong.append(number)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_shelf_keeps_the_last_ones_and_one_version_of_each(tmp_path):
    paths = [path_of(tmp_path, f"9999{n}", "a") for n in range(3)]
    newer = path_of(tmp_path, "99990", "b")
    for path in (*paths, newer):
        build(path, WHOSE, [ROWS])
    before = open_files()
    shelf = Shelf(room=2)
    first = shelf.take(paths[0])
    assert shelf.take(paths[0]) is first
    assert shelf.take(newer) is not first
    assert len(shelf) == 1
    assert find(first, "本町1-5").level == "block"  # who still reads it may
    held = open_files()
    del first
    assert open_files() < held or not before
    for path in paths:
        shelf.take(path)
    assert len(shelf) == 2
    del shelf
    assert open_files() == before
    with pytest.raises(FileNotFoundError):
        Shelf().take(tmp_path / "99990" / "gone")


def test_old_dictionaries_are_swept_and_the_one_in_use_stays(tmp_path):
    now = datetime.now(UTC)
    kept, lost, young = (path_of(tmp_path, "99991", version) for version in "abc")
    for path in (kept, lost, young):
        build(path, WHOSE, [ROWS])
    for path in (kept, lost):
        old = (now - timedelta(days=9)).timestamp()
        os.utime(path, (old, old))
    assert sweep(tmp_path, [("99991", "a")], now - timedelta(days=1)) == 1
    assert (kept.is_dir(), lost.exists(), young.is_dir()) == (True, False, True)
    assert sweep(tmp_path / "nothing", [], now) == 0


def test_an_address_asked_for_is_not_logged(tmp_path, caplog):
    build(tmp_path / "d", WHOSE, [ROWS])
    with caplog.at_level(logging.DEBUG):
        find(Dictionary(tmp_path / "d"), "本町一丁目12番3号 ひみつ荘")
    assert "ひみつ荘" not in caplog.text
    assert "本町" not in caplog.text


def test_a_town_known_by_its_blocks_stands_among_them():
    """Blocks at 1, 2 and 9: their mean is 4, the block at 2 is nearest to it."""
    rows = [Row("港", str(n), 136 + n / 1000, 35.0) for n in (1, 2, 9)]
    assert grow([rows]).children["t港"].place == (136.002, 35.0)
    chome = grow([ROWS]).children["t本町"]
    assert (chome.place, chome.children["c1"].place) == (None, (136.015, 35.0))


def test_the_more_trusted_gazetteer_says_where():
    better, worse = [Row("港", lon=136.1, lat=35.0)], [Row("港", lon=136.2, lat=35.0), Row("浜")]
    towns = grow([better, worse]).children
    assert (towns["t港"].place, towns["t浜"].place) == ((136.1, 35.0), None)
    assert grow([[Row("港")], worse]).children["t港"].place == (136.2, 35.0)
