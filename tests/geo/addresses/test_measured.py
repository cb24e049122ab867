"""A thousand addresses of みほん市, written in every way that we could think of."""

import re
from collections import Counter, defaultdict

import numpy as np
import pytest

from geo.addresses import Dictionary, Found, Whose, build, find
from geo.crs import to_plane_m
from geo.sources import gazetteer, mihon, position_reference, resource_tables
from tests.geo.addresses.variants import thousand

CITY = (mihon.CODE, "架空県", mihon.NAME)


@pytest.fixture(scope="module")
def gazetteers(city):
    names = ("99000-24.0a.zip", "99000-19.0b.zip", "mt_town_city990027.csv")
    files = [position_reference.read(city / "addresses" / n, gazetteer.Whose(*CITY)) for n in names]
    return [file.rows for file in files]


@pytest.fixture(scope="module")
def book(gazetteers, tmp_path_factory):
    path = tmp_path_factory.mktemp("var") / mihon.CODE / "v"
    build(path, Whose(*CITY), gazetteers)
    return Dictionary(path)


@pytest.fixture(scope="module")
def judged(gazetteers, book):
    """What became of each: block, district, several, unknown — or wrong, whatever it claims."""
    blocks, towns, _ = gazetteers
    of_town = {row.town: (row.lon, row.lat) for row in towns}
    of_koaza = defaultdict(set)
    for row in blocks:
        of_koaza[row.town, row.koaza].add((row.lon, row.lat))

    def judge(written):
        answer, row = find(book, written.text), written.row
        if not isinstance(answer, Found):
            return type(answer).__name__.lower()
        right = {of_town[row.town], *(of_koaza[row.town, row.koaza] if row.koaza else ())}
        if answer.level == "block":
            right = {(row.lon, row.lat)}
        return answer.level if answer.lonlat in right else "wrong"

    return [(written, judge(written)) for written in thousand(blocks)]


def test_every_block_is_found_by_how_its_town_is_read(gazetteers, book):
    """Whoever cannot write a town's name writes its kana, before any number: all 6,885, none of them elsewhere."""
    blocks, _, master = gazetteers
    reading = {row.town: row.kana for row in master}
    assert len(set(reading.values())) < len(reading) == 92
    became = Counter()
    for row in blocks:
        chome = re.search("[一二三四五]丁目$", row.town)
        koaza = f"字{row.koaza}" if row.koaza else ""
        answer = find(book, f"{reading[row.town]}{chome[0] if chome else ''}{koaza}{row.block}")
        is_right = isinstance(answer, Found) and answer.lonlat == (row.lon, row.lat)
        became["block" if is_right else type(answer).__name__] += 1
    assert became == {"block": len(blocks)}


def test_nobody_is_placed_where_the_address_does_not_say(judged):
    assert [written.text for written, became in judged if became == "wrong"] == []


def test_every_right_address_finds_its_block(judged):
    """908 of 1,000 to the block; of the 93 with a slip in the town's name the others."""
    whole = Counter(became for written, became in judged if "typo" not in written.changes)
    slips = Counter(became for written, became in judged if "typo" in written.changes)
    assert whole == {"block": 907}
    assert slips == {"unknown": 87, "district": 4, "several": 1, "block": 1}


@pytest.mark.parametrize(
    "change",
    [
        *(
            "full_width",
            "kanji",
            "dash",
            "ban_go",
            "banchi",
            "no",
            "banchi_no",
            "alone",
            "building",
        ),
        *("old_kanji", "ke", "no_machi", "oaza", "no_aza_mark", "no_koaza", "no_city", "spaces"),
        *("chome_in_digits", "chome_as_dash"),
    ],
)
def test_each_way_of_writing_is_among_them(judged, change):
    became = {
        became
        for written, became in judged
        if change in written.changes and "typo" not in written.changes
    }
    assert became == {"block"}


def test_the_addresses_of_the_citys_lists_lead_where_their_coordinates_are(
    city, gazetteers, tmp_path
):
    """A block is some 100 m wide; the farthest are farms of 大沼町, whose 地番 are few and far between."""
    build(tmp_path / "v", Whose(*CITY), gazetteers)
    book, away_m = Dictionary(tmp_path / "v"), []
    for path in sorted((city / "resources").glob("*.csv")):
        for row in resource_tables.read(path).rows:
            if re.search("[0-9]", row.address) and not row.address.startswith("架空県浜辺町"):
                answer = find(book, row.address)
                assert answer.level == "block", row.address
                east, north = to_plane_m(
                    np.array([answer.lonlat, (row.lon, row.lat)]), mihon.ZONE
                ).T
                away_m.append(float(np.hypot(east[1] - east[0], north[1] - north[0])))
    assert len(away_m) > 600
    assert np.median(away_m) < 80
    assert max(away_m) < 1000
