"""OSMの抜き出し: what becomes of tags, cut ways, names; and which files are not opened at all."""

import struct
import zlib
from collections import Counter
from pathlib import Path

import osmium
import pytest

from geo.errors import Unreadable
from geo.sources import osm, osm_frames
from geo.sources.osm_classes import class_of_area, class_of_line, class_of_point
from tests.hostile import extracts

TOWN = Path(__file__).parents[3] / "data/model_town/99001_streets.osm.pbf"
NODES = "".join(
    f'<node id="{n}" lat="{32.51 + n / 1000}" lon="{136.01 + n % 3 / 1000}"/>' for n in range(1, 9)
)


@pytest.fixture
def extract(tmp_path):
    """extract(body) -> a file of OSM XML with eight nodes and this."""

    def write(body, nodes=NODES, head=""):
        path = tmp_path / "extract.osm"
        path.write_text(
            f'<?xml version="1.0"?>{head}<osm version="0.6" generator="t">{nodes}{body}</osm>',
            encoding="utf-8",
        )
        return path

    return write


def way(number, refs, **tags):
    nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    said = "".join(f'<tag k="{k.replace("__", ":")}" v="{v}"/>' for k, v in tags.items())
    return f'<way id="{number}">{nodes}{said}</way>'


STREET = way(1, (1, 2), highway="residential")


def refusal(path):
    with pytest.raises(Unreadable) as error:
        osm.read(path)
    return error.value.facts["reason"]


# ── what is drawn ──


@pytest.mark.parametrize(
    ("tags", "drawn"),
    [
        ({"highway": "trunk"}, "trunk"),
        ({"highway": "trunk_link"}, "trunk"),
        ({"highway": "unclassified"}, "residential"),
        ({"highway": "steps"}, "steps"),
        ({"highway": "footway", "area": "yes"}, None),
        ({"highway": "construction"}, None),
        ({"railway": "rail"}, "rail"),
        ({"railway": "rail", "service": "yard"}, "siding"),
        ({"waterway": "stream"}, "stream"),
        ({"waterway": "stream", "tunnel": "culvert"}, None),
        ({"natural": "coastline"}, "coast"),
        ({"power": "line"}, None),
    ],
)
def test_a_line_is_drawn_as_its_tags_say(tags, drawn):
    assert class_of_line(tags) == drawn


@pytest.mark.parametrize(
    ("tags", "drawn"),
    [
        ({"building": "yes", "leisure": "park"}, "building"),
        ({"building": "no"}, None),
        ({"building": "apartments"}, "building"),
        ({"building": "yes", "shop": "tailor"}, "building"),
        ({"building": "warehouse"}, "no_home"),
        ({"building": "yes", "amenity": "school"}, "no_home"),
        ({"natural": "water"}, "water"),
        ({"landuse": "paddy"}, "farmland"),
        ({"natural": "wood"}, "forest"),
        ({"highway": "pedestrian"}, None),
        ({"highway": "pedestrian", "area": "yes"}, "pedestrian"),
    ],
)
def test_an_area_is_drawn_as_its_tags_say(tags, drawn):
    assert class_of_area(tags) == drawn


def test_a_station_is_a_station_before_it_is_anything_else():
    assert class_of_point({"railway": "station", "place": "hamlet"}) == "station"


def test_names_are_japanese_first_and_readings_are_kept(extract):
    body = way(
        1, (1, 2), highway="steps", name="Ishidan", name__ja="石段", name__ja_kana="いしだん"
    )
    (line,) = osm.read(extract(body)).lines
    assert (line.key, line.drawn, line.name, line.kana) == ("w1", "steps", "石段", "いしだん")


def test_a_point_without_a_name_is_no_label(extract):
    body = STREET + way(2, (1, 2, 3, 1), leisure="park")
    file = osm.read(extract(body))
    assert [area.drawn for area in file.areas] == ["park"]
    assert file.points == ()


def test_a_named_park_is_written_in_its_middle(extract):
    file = osm.read(extract(STREET + way(2, (1, 2, 3, 1), leisure="park", name="公園")))
    (point,) = file.points
    assert (point.key, point.drawn, point.name) == ("w2", "park", "公園")
    assert file.areas[0].geometry.covers(point.geometry)


def test_a_way_that_the_extract_cuts_keeps_its_longest_part(extract):
    file = osm.read(extract(way(1, (1, 99, 2, 3, 4, 98), highway="residential")))
    (line,) = file.lines
    assert len(line.geometry.coords) == 3
    assert file.refused == ()


def test_what_has_no_place_at_all_is_refused_and_the_rest_stands(extract):
    file = osm.read(extract(STREET + way(2, (98, 99), highway="residential", name="遠い道")))
    assert [line.key for line in file.lines] == ["w1"]
    assert [(r.key, r.name, r.reason) for r in file.refused] == [("w2", "遠い道", "no_geometry")]


def test_what_lies_outside_japan_is_refused(extract):
    away = NODES + '<node id="50" lat="51.5" lon="-0.1"/><node id="51" lat="51.6" lon="-0.1"/>'
    file = osm.read(extract(STREET + way(2, (50, 51), highway="residential"), away))
    assert [refused.reason for refused in file.refused] == ["outside_japan"]


def test_a_place_that_is_nowhere_is_refused_with_its_name(extract):
    nowhere = '<node id="61"><tag k="place" v="hamlet"/><tag k="name" v="里"/></node>'
    (refused,) = osm.read(extract(STREET, NODES + nowhere)).refused
    assert (refused.key, refused.name, refused.reason) == ("n61", "里", "bad_coordinates")


def test_an_area_whose_edge_is_missing_is_left_out_and_the_rest_stands(extract):
    """The park's third corner is beyond the extract: no area can be made of it."""
    file = osm.read(extract(STREET + way(2, (1, 2, 99, 1), leisure="park", name="公園")))
    assert (file.areas, file.points) == ((), ())
    assert [line.key for line in file.lines] == ["w1"]


def test_a_place_that_comes_twice_is_taken_once(extract):
    place = '<node id="60" lat="32.52" lon="136.01"><tag k="place" v="hamlet"/><tag k="name" v="里"/></node>'
    file = osm.read(extract(STREET, NODES + place + place))
    assert [point.name for point in file.points] == ["里"]
    assert [refused.reason for refused in file.refused] == ["duplicate_id"]


def test_a_file_with_the_history_of_its_streets_is_refused_whole(extract):
    assert refusal(extract(STREET + STREET)) == "osm_broken"


def test_a_day_that_is_none_is_not_believed(extract):
    body = STREET.replace("<way", '<way version="1" timestamp="2026-10-03T01:02:03Z"')
    path = extract(body)
    path.write_text(path.read_text().replace("<osm ", '<osm timestamp="2026-99-99T00:00:00Z" '))
    assert osm.read(path).edition == "2026-10-03"


def test_without_a_box_there_is_the_hull_of_the_streets(extract):
    file = osm.read(extract(way(1, (1, 2, 3), highway="path") + way(2, (4, 8), railway="rail")))
    assert file.box is None
    assert file.hull().bounds == pytest.approx((136.01, 32.511, 136.012, 32.513))


def test_the_hull_of_one_straight_street_has_an_area(extract):
    assert osm.read(extract(way(1, (1, 4), highway="path"))).hull().area > 0


def test_the_header_says_how_far_and_the_objects_how_new(extract):
    nodes = '<bounds minlat="32" minlon="136" maxlat="33" maxlon="137"/>' + NODES
    dated = STREET.replace("<way", '<way version="1" timestamp="2026-10-03T01:02:03Z"')
    file = osm.read(extract(dated, nodes))
    assert (file.box, file.edition, file.generator) == ((136, 32, 137, 33), "2026-10-03", "t")


def test_of_two_uses_of_one_ground_the_first_of_our_list_is_drawn(extract):
    body = STREET + way(2, (1, 2, 3, 1), natural="wood", leisure="park", landuse="forest")
    assert [area.drawn for area in osm.read(extract(body)).areas] == ["park"]


def test_a_day_is_that_of_the_newest_thing_that_may_be_drawn(extract):
    """A lone tree of 2027 is no part of the map; the street of 2026 is."""
    stamp = 'version="1" timestamp="{}-10-03T01:02:03Z"'
    tree = f'<node id="70" lat="32.52" lon="136.01" {stamp.format(2027)}><tag k="natural" v="tree"/></node>'
    dated = STREET.replace("<way", f"<way {stamp.format(2026)}")
    assert osm.read(extract(dated, NODES + tree)).edition == "2026-10-03"


# ── 碁盤町 and 鯖江 ──


def test_however_many_features_are_shaped_at_once_they_are_the_same(monkeypatch):
    at_once = osm.read(TOWN)
    monkeypatch.setattr(osm, "BLOCK", 7)
    assert osm.read(TOWN) == at_once


def test_the_town_has_a_street_for_every_line_of_the_grid():
    file = osm.read(TOWN)
    assert file.refused == ()
    assert Counter(len(line.geometry.coords) for line in file.lines)[41] == 82
    drawn = Counter(area.drawn for area in file.areas)
    assert (drawn["building"], drawn["no_home"]) == (120, 3)  # two schools and the town hall
    assert {point.name for point in file.points} >= {"碁盤町駅", "中央公園", "汐見", "碁盤町役場"}


def test_the_sea_around_the_town_is_one_ring_with_a_hole():
    areas = {area.key: area for area in osm.read(TOWN).areas}
    for key in ("r1", "sea1"):  # drawn as water, and said by the coast alone
        assert areas[key].drawn == "water"
        assert [len(part.interiors) for part in areas[key].geometry.geoms] == [1]


def test_half_an_hour_on_foot_stays_inside_what_the_extract_knows():
    west, south, east, north = osm.read(TOWN).box
    streets = osm.read(TOWN).hull().bounds
    degrees = 2400 / 111_000  # 30 minutes at 80 m
    assert south < streets[1] - degrees
    assert north > streets[3] + degrees
    assert west < streets[0] - degrees
    assert east > streets[2] + degrees


def test_the_core_of_sabae_is_read_whole(real):
    file = osm.read(real / "sabae/osm/sabae_core.osm.pbf")
    assert (len(file.lines), file.refused, file.box, file.edition) == (2034, (), None, "")
    assert Counter(line.drawn for line in file.lines)["steps"] == 19


# ── files that are something else ──


def blob(kind, content, says=None, packed=None):
    """One blob of a PBF: its sizes, then what it holds; ``says`` lies about the unpacked size."""
    packed = zlib.compress(content, 9) if packed is None else packed
    body = b"\x10" + number(len(content) if says is None else says)
    body += b"\x1a" + number(len(packed)) + packed
    head = b"\x0a" + number(len(kind)) + kind + b"\x18" + number(len(body))
    return struct.pack(">I", len(head)) + head + body


def number(value):
    signs = b""
    while value > 0x7F:
        signs += bytes([value & 0x7F | 0x80])
        value >>= 7
    return signs + bytes([value])


def test_a_file_that_breaks_off_is_not_read(tmp_path):
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(TOWN.read_bytes()[:-500])
    assert refusal(cut) == "truncated"
    cut.write_bytes(TOWN.read_bytes() + b"\0\0")
    assert refusal(cut) == "truncated"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"root:x:0:0:root", "not_osm"),
        (b"PK\x03\x04" + b"\0" * 99, "not_osm"),
        (b"<OGRVRTDataSource/>", "not_osm"),
        (b"<?xml version='1.0'?><html/>", "osm_broken"),
        (b"<?xml version='1.0'?><osm version='0.6'><node", "osm_broken"),
        (b"\0\0\0\x0d\x0a\x09OSMHeader\x18\xff\xff\xff\xff\x7f", "not_osm"),
    ],
)
def test_a_file_of_another_kind_is_not_read(tmp_path, content, reason):
    path = tmp_path / "streets.osm.pbf"
    path.write_bytes(content)
    assert refusal(path) == reason


def test_a_million_laughs_are_not_heard(extract):
    head = '<!DOCTYPE osm [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    assert refusal(extract(way(1, (1, 2), highway="path", name="&b;"), head=head)) == "osm_broken"


def test_a_file_of_another_machine_is_not_fetched_by_an_entity(extract):
    head = '<!DOCTYPE osm [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    assert refusal(extract(way(1, (1, 2), highway="path", name="&a;"), head=head)) == "osm_broken"


def test_blobs_that_unpack_without_end_are_not_unpacked(tmp_path):
    """A hundred blobs of 30 MB of nothing are 3 GB in 3 MB."""
    path = tmp_path / "bomb.osm.pbf"
    bomb = blob(b"OSMData", bytes(30_000_000))
    path.write_bytes(blob(b"OSMHeader", b"\x22\x0eOsmSchema-V0.6") + bomb * 100)
    assert path.stat().st_size < 4_000_000
    assert refusal(path) == "packed_too_tight"


def test_a_blob_that_lies_about_its_size_is_not_unpacked(tmp_path):
    path = tmp_path / "liar.osm.pbf"
    head = blob(b"OSMHeader", b"\x22\x0eOsmSchema-V0.6")
    path.write_bytes(head + blob(b"OSMData", bytes(30_000_000), says=1000))
    assert refusal(path) == "osm_broken"
    path.write_bytes(head + blob(b"OSMData", b"", says=2**40))
    assert refusal(path) == "packed_too_tight"


def test_two_gigabytes_of_holes_are_refused_by_their_size(tmp_path):
    path = tmp_path / "sparse.osm.pbf"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    assert refusal(path) == "too_large"


@pytest.mark.parametrize("path", ["/dev/zero", "/proc", "/nowhere.osm"])
def test_what_is_no_file_is_not_opened(path):
    assert refusal(Path(path)) == "cannot_open"


def test_a_latitude_beyond_the_pole_breaks_the_file(extract):
    assert refusal(extract(STREET, '<node id="1" lat="935" lon="136"/>')) == "osm_broken"


def test_a_number_far_out_costs_no_memory(extract):
    far = 2**60
    nodes = NODES + f'<node id="{far}" lat="32.52" lon="136.01"/>'
    assert len(osm.read(extract(way(1, (1, far), highway="path"), nodes)).lines) == 1


def test_an_extract_without_streets_is_of_no_use_here(extract):
    assert refusal(extract(way(1, (1, 2), railway="rail"))) == "no_streets"


def test_more_than_can_be_held_is_not_read(extract, monkeypatch):
    monkeypatch.setattr(osm, "LIMIT_FEATURES", 1)
    assert refusal(extract(STREET + way(2, (2, 3), highway="path"))) == "too_large"


def test_a_way_through_every_byte_ends_in_a_reason(tmp_path):
    """Each byte of the first kilobyte turned over: read, or refused by a code; never anything else."""
    good = bytearray(TOWN.read_bytes())
    path = tmp_path / "turned.osm.pbf"
    refused = 0
    for place in range(0, 1000, 7):
        turned = bytearray(good)
        turned[place] ^= 0xFF
        path.write_bytes(turned)
        try:
            osm.read(path)
        except Unreadable:
            refused += 1
    assert refused > 0


def test_the_file_form_is_known_by_its_content_not_its_name(extract, tmp_path):
    odd = tmp_path / "streets.bin"
    odd.write_bytes(TOWN.read_bytes())
    assert osm_frames.form_of(odd) == "pbf"
    assert osm_frames.form_of(extract(STREET)) == "osm"
    assert osmium.io.File(str(odd), "pbf")


@pytest.mark.parametrize("name", ["seek", "seekhead", "sizehuge"])
def test_a_length_beyond_every_file_is_no_length(tmp_path, name):
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(extracts.blobs(b"\0" * 8)[name])
    with pytest.raises(Unreadable) as refused:
        osm_frames.form_of(path)
    assert refused.value.facts["reason"] in ("not_osm", "truncated")
