"""住所の一覧の取り込み, and what it does for rows that have an address and no coordinates."""

import json
import re
import shutil
import unicodedata
from collections import Counter
from uuid import uuid4

import pytest
from sqlalchemy import text

from geo import demo, intake, locate, registry
from geo.addresses import Found, Unknown
from geo.demo import MIHON as FOREIGN
from geo.edits import ResourceEdit
from geo.errors import Unreadable
from geo.intake import Delivery
from geo.records import addresses, districts, shelf
from geo.records.shelf import Wanted
from geo.scope import Role, Scope, house
from geo.sources import resource_tables
from geo.sources.model_town import corner_lonlat
from geo.sources.model_town_resources import RESOURCES
from tests.conftest import TOWN

HEADER = "ID,名称,住所,緯度,経度,種別\n"
SALON = "A1,茶の間,碁盤町松葉一丁目7番3号,,,サロン\n"
KEPT = """
    select jsonb_build_object(
        'gazetteer', (select jsonb_agg(to_jsonb(g) order by municipality, layer, key) from gazetteer g),
        'dictionary', (select jsonb_agg(to_jsonb(d) order by municipality) from address_dictionary d),
        'version', (select jsonb_agg(to_jsonb(v) order by municipality, noun) from version v))
"""

ADDRESSES = demo.DATA / "model_town" / "99001_addresses.csv"


@pytest.fixture
def deliver(tmp_path):
    """deliver("名称,…") -> a file at the gate; the dictionaries lie beside its originals."""

    def make(words: str, name: str = "list.csv") -> Delivery:
        path = tmp_path / name
        path.write_text(words, encoding="utf-8")
        return Delivery(path, tmp_path / "originals")

    return make


def counts(run):
    return (run.rows, run.added, run.changed, run.unchanged, run.missing, run.refused)


def said(run):
    """What the report says of each row."""
    return {line["name"]: (line["reason"], line["detail"]) for line in run.report["rows"]}


def towns(*rows: str) -> str:
    """A JSON as Geolonia's: 「町 lon lat」."""
    entries = [dict(zip(("town", "lng", "lat"), row.split(), strict=True)) for row in rows]
    return json.dumps([{**e, "lng": float(e["lng"]), "lat": float(e["lat"])} for e in entries])


def get(db, name, code=TOWN):
    (row,) = [row for row in shelf.list_open(db, house(code), Wanted()) if row.name == name]
    return row


def test_every_address_of_gobancho_leads_to_within_a_block_of_its_place(db, tmp_path):
    """Half a block at most: a block's point is the middle of what stands in it."""
    asked = [r for r in RESOURCES if r.town]
    answers = locate.locate(db, house(TOWN), tmp_path, [f"碁盤町{r.town}{r.block}" for r in asked])
    assert len(answers) == 24
    for resource, answer in zip(asked, answers, strict=True):
        assert (answer.level, answer.name[: len(resource.town)]) == ("block", resource.town)
        lon, lat = corner_lonlat(resource.x, resource.y)
        # a block is 80 m: 0.000852 degrees of longitude, 0.000721 of latitude
        assert abs(answer.lonlat[0] - lon) < 0.00001
        assert abs(answer.lonlat[1] - lat) < 0.00037


def test_deleted_and_second_points_are_left_out(db, tmp_path):
    """松葉一丁目 1番 has a second point at 22, and 99番 is gone: the town is where its 9番 is."""
    one, gone = locate.locate(db, house(TOWN), tmp_path, ["松葉1-1-1", "松葉一丁目99番1号"])
    assert one.lonlat == pytest.approx(corner_lonlat(20, 20.5), abs=1e-6)
    assert (gone.level, gone.rest) == ("district", "99番1号")
    assert gone.lonlat == pytest.approx(corner_lonlat(14, 22.5), abs=1e-6)


def test_the_same_gazetteer_twice_changes_nothing(db, tmp_path):
    before = db.scalar(text(KEPT))
    run = intake.run_addresses(db, house(TOWN), Delivery(ADDRESSES, tmp_path / "originals"))
    assert counts(run) == (31, 0, 0, 31, 0, 0)
    assert run.report["assumptions"] == ["deleted=1", "not_representative=1"]
    assert db.scalar(text(KEPT)) == before
    assert not (tmp_path / "addresses").exists()


def test_rows_without_coordinates_are_placed_by_their_address(db, deliver):
    rows = [
        SALON,
        "A2,緑の会,碁盤町緑丘三丁目50番1号,,,サロン\n",
        "A3,どこかの会,碁盤町松葉1番地,,,サロン\n",
        "A4,まちがいの会,碁盤町松場一丁目7番3号,,,サロン\n",
        "A5,となりの会,架空県浜辺町大字西浜12番地,,,サロン\n",
        "A6,住所のない会,,,,サロン\n",
        "A7,座標のある会,碁盤町松葉一丁目7番3号,32.51,136.01,サロン\n",
    ]
    run = intake.run_resources(db, house(TOWN), deliver(HEADER + "".join(rows)))
    assert said(run) == {
        "茶の間": ("placed_by_block", "碁盤町松葉一丁目7番"),
        "緑の会": ("placed_by_district", "碁盤町緑丘三丁目"),
        "どこかの会": ("address_ambiguous", "松葉一丁目、松葉二丁目、松葉三丁目"),
        "まちがいの会": ("address_not_found", "松葉一丁目"),
        "となりの会": ("address_not_found", ""),
        "住所のない会": ("no_coordinates", ""),
    }
    lines = run.report["rows"]
    off_the_map = [line["name"] for line in lines if line["reason"] == "no_coordinates"]
    assert off_the_map == ["住所のない会"]  # of the others it is said why
    salon = get(db, "茶の間")
    assert (salon.place_level, (salon.lon, salon.lat)) == (
        "block",
        pytest.approx(corner_lonlat(8, 28), abs=1e-6),
    )
    assert get(db, "緑の会").place_level == "district"
    assert (get(db, "まちがいの会").lon, get(db, "まちがいの会").place_level) == (None, "unknown")
    assert get(db, "座標のある会").place_level == "building"


def test_addresses_that_come_after_the_resources_place_them_the_next_time(db, deliver):
    scope, rows = house(FOREIGN), HEADER + "A1,茶の間,みほん市緑町3番1号,,,サロン\n"
    first = intake.run_resources(db, scope, deliver(rows))
    assert first.report["assumptions"] == ["no_addresses"]
    assert said(first)["茶の間"] == ("no_coordinates", "")
    intake.run_addresses(db, scope, deliver(towns("緑町 137.1 31.6"), "towns.json"))
    second = intake.run_resources(db, scope, deliver(rows))
    assert (counts(second), said(second)["茶の間"][0]) == ((1, 0, 1, 0, 0, 0), "placed_by_district")
    third = intake.run_resources(db, scope, deliver(rows))
    assert counts(third) == (1, 0, 0, 1, 0, 0)
    row = get(db, "茶の間", FOREIGN)
    assert (row.lon, row.lat, row.place_level, row.revision) == (137.1, 31.6, "district", 2)


@pytest.mark.parametrize(
    "edits",
    [
        {"place": [136.013, 32.513], "place_level": "surveyed"},
        {"place": [136.013, 32.513]},  # how well it is known was not said: it stays unsaid
        {"place_level": "surveyed"},
    ],
)
def test_what_a_person_said_of_a_place_outlives_a_better_gazetteer(db, deliver, edits):
    """Place and level go together: no pin of a person is ever called a block."""
    rows = HEADER + "A1,茶の間,碁盤町松葉一丁目30番1号,,,サロン\n"
    intake.run_resources(db, house(TOWN), deliver(rows))
    row = get(db, "茶の間")
    registry.apply(db, Scope(TOWN, Role.OFFICIAL), ResourceEdit(uuid4(), row.id, 1, edits))
    before = get(db, "茶の間")
    more = ADDRESSES.read_bytes().decode("cp932").splitlines()
    more.append(more[1].replace('"1","6"', '"30","6"', 1))
    intake.run_addresses(db, house(TOWN), deliver("\n".join(more), "99_2026.csv"))
    run = intake.run_resources(db, house(TOWN), deliver(rows))
    after = get(db, "茶の間")
    assert said(run)["茶の間"][0] in ("placed_by_block", "edit_stands")
    assert (after.lon, after.lat, after.place_level) == (before.lon, before.lat, before.place_level)
    again = intake.run_resources(db, house(TOWN), deliver(rows))
    assert (counts(again), get(db, "茶の間").revision) == ((1, 0, 0, 1, 0, 0), 2)


def test_an_edition_that_brings_coordinates_takes_over(db, deliver):
    intake.run_resources(db, house(TOWN), deliver(HEADER + SALON))
    run = intake.run_resources(
        db, house(TOWN), deliver(HEADER + SALON.replace(",,,", ",32.51,136.01,"))
    )
    row = get(db, "茶の間")
    assert (counts(run), row.lon, row.lat) == ((1, 0, 1, 0, 0, 0), 136.01, 32.51)
    assert row.place_level == "building"


def test_a_newer_edition_takes_the_place_of_its_own_form_only(db, deliver, tmp_path):
    """Blocks stay when towns are delivered anew; a town that moved moves what stands by it."""
    scope = house(TOWN)
    place = corner_lonlat(15, 30)
    rows = (f"松葉一丁目 {place[0]} {place[1]}", "沖の島 136.02 32.52", "浜風五丁目 136.03 32.51")
    first = intake.run_addresses(db, scope, deliver(towns(*rows), "towns.json"))
    assert counts(first) == (3, 3, 0, 0, 0, 0)
    asked = ["松葉一丁目7番3号", "松葉一丁目50番", "沖の島1"]
    answers = locate.locate(db, scope, tmp_path / "addresses", asked)
    assert [a.level for a in answers] == ["block", "district", "district"]
    assert answers[1].lonlat == place  # a town's own point, not one of its blocks
    later = intake.run_addresses(
        db, scope, deliver(towns(rows[0], "沖の島 136.021 32.52"), "towns.json")
    )
    assert counts(later) == (2, 0, 1, 1, 1, 0)
    answers = locate.locate(db, scope, tmp_path / "addresses", [*asked, "浜風五丁目1"])
    assert [type(a) for a in answers] == [Found, Found, Found, Unknown]
    assert answers[2].lonlat == (136.021, 32.52)
    assert len(list((tmp_path / "addresses" / TOWN).iterdir())) == 2  # the older one is swept later


def test_a_lost_dictionary_is_built_again_from_the_records(db, tmp_path):
    folder = tmp_path / "addresses"
    (first,) = locate.locate(db, house(TOWN), folder, ["松葉一丁目7番3号"])
    shutil.rmtree(folder)
    (again,) = locate.locate(db, house(TOWN), folder, ["松葉一丁目7番3号"])
    assert first == again
    assert first.level == "block"


def test_no_place_outside_the_outline_is_an_answer(db, deliver, tmp_path):
    """碁盤町 ends at 136.034 E: 遠い町 of its gazetteer does not lie in it."""
    rows = ("遠い町 136.2 32.52", "近い町 136.02 32.52", "浜の町 136.01 32.51")
    run = intake.run_addresses(db, house(TOWN), deliver(towns(*rows), "towns.json"))
    assert said(run) == {"遠い町": ("outside_municipality", "")}
    far, near = locate.locate(
        db, house(TOWN), tmp_path / "addresses", ["碁盤町遠い町3", "碁盤町近い町3"]
    )
    assert (far, near.level) == (Unknown("outside", "遠い町"), "district")
    list_ = HEADER + "A1,茶の間,碁盤町遠い町3,,,サロン\n"
    run = intake.run_resources(db, house(TOWN), deliver(list_))
    assert said(run) == {"茶の間": ("address_outside", "遠い町")}
    assert get(db, "茶の間").lon is None


def test_another_towns_file_is_refused_whole(db, deliver):
    before = db.scalar(text(KEPT))
    far = deliver(towns("遠い町 136.2 32.52", "遠い村 136.3 32.52", "浜 136.01 32.51"), "t.json")
    for code, delivery, reason in (
        (TOWN, far, "mostly_outside"),
        (FOREIGN, Delivery(ADDRESSES, far.originals), "no_rows_of_municipality"),
        (TOWN, deliver("名称,住所\n茶の間,松葉1\n"), "not_addresses"),
    ):
        with pytest.raises(Unreadable) as error, db.begin_nested():
            intake.run_addresses(db, house(code), delivery)
        assert error.value.facts["reason"] == reason
    assert db.scalar(text(KEPT)) == before


def test_names_without_places_help_to_read(db, deliver, tmp_path):
    """The 町字マスター knows that 沖の島町 has a 3字, but no gazetteer where."""
    header = "町字id,大字・町名,丁目名,小字名,廃止日\n"
    rows = [
        "0001000,沖の島町,,,",
        "0001103,沖の島町,,３字,",
        "0002000,昔町,,,1950-01-01",
        "0003000,,,椿坂,",
    ]
    run = intake.run_addresses(db, house(TOWN), deliver(header + "\n".join(rows) + "\n"))
    assert counts(run) == (3, 3, 0, 0, 0, 0)
    assert run.report["assumptions"] == ["abolished=1", "names_only"]
    answers = locate.locate(db, house(TOWN), tmp_path / "addresses", ["沖の島町3-2", "昔町1"])
    assert answers == [Unknown("no_place", "沖の島町３字"), Unknown("no_town", "")]


# --- real files


def simple_town(address: str, names: list[str]) -> str:
    """The town of an address by the plainest means: digits before 丁目 as numerals, then the longest
    name that the address begins with. Nothing of geo.addresses is used."""
    plain = unicodedata.normalize("NFKC", address).replace(" ", "").removeprefix("福井県")
    plain = re.sub("^(鯖江市|越前市)", "", plain)
    plain = re.sub(
        "([1-9])丁目", lambda found: " 一二三四五六七八九"[int(found[1])] + "丁目", plain
    )
    plain = {"本町3-3-2": "本町三丁目", "粟田部町中央2-805-2": "粟田部町中央二丁目"}.get(
        plain, plain
    )
    return max((name for name in names if plain.startswith(name)), key=len)


def read_otherwise(db, scope, folder):
    """Towns of which a place is known and whose reading, as the 町字マスター has it, does not lead there."""
    towns = [(name, kana) for name, kana in addresses.list_towns(db, scope) if "丁目" not in name]
    assert len(towns) > 90
    assert all(kana for _, kana in towns)
    by_name = locate.locate(db, scope, folder, [name for name, _ in towns])
    read = locate.locate(db, scope, folder, [kana for _, kana in towns])
    places = [
        (
            name,
            {one.name for one in locate.places_of(known)},
            {one.name for one in locate.places_of(said)},
        )
        for (name, _), known, said in zip(towns, by_name, read, strict=True)
    ]
    assert sum(bool(known) for _, known, _ in places) > 80
    return [name for name, known, said in places if not known <= said]


@pytest.mark.parametrize(
    ("city", "code", "name", "list_", "rows", "without"),
    [
        ("sabae", "18207", "鯖江市", "sabae_store.csv", 60, 60),
        ("echizen", "18209", "越前市", "chisanchisyounomise.csv", 53, 15),
    ],
)
def test_real_lists_are_placed_in_the_right_town(
    db, real, tmp_path, city, code, name, list_, rows, without
):
    """鯖江市's 60 shops and 越前市's 15 without coordinates: each at the centre of its own town."""
    scope, originals = house(code), tmp_path / "originals"
    folder = real / city
    outline = folder / f"boundary/boundary_from_A32_{code}.geojson"
    intake.run_districts(db, scope, Delivery(outline, originals), "municipality")
    geolonia = folder / f"geocode/japanese-addresses_{name}.json"
    run = intake.run_addresses(db, scope, Delivery(geolonia, originals))
    assert (run.refused, run.report["assumptions"]) == (0, [])
    master = next((folder / "geocode").glob("town_*.csv"))
    intake.run_addresses(db, scope, Delivery(master, originals))
    assert read_otherwise(db, scope, locate.dictionaries(originals)) == []
    path = folder / "resource_list" / list_
    run = intake.run_resources(db, scope, Delivery(path, originals), kind="grocery")
    assert counts(run) == (rows, rows, 0, 0, 0, 0)
    became = Counter(line["reason"] for line in run.report["rows"])
    assert became["placed_by_district"] == without
    assert set(became) <= {"placed_by_district", "openings_irregular"}
    centres = {
        entry["town"] + entry["koaza"]: (entry["lng"], entry["lat"])
        for entry in json.loads(geolonia.read_text("utf-8"))
    }
    kept = {row.name: row for row in shelf.list_open(db, scope, Wanted())}
    places = {}
    for number, row in enumerate(resource_tables.read(path).rows):
        if row.lon is None:
            now = kept[row.name]
            expected = centres[simple_town(row.address, list(centres))]
            assert ((now.lon, now.lat), now.place_level) == (expected, "district"), row.address
            places[number] = [now.lon, now.lat]
    assert len(places) == without
    assert districts.list_outside(db, scope, places) == []


def test_real_gazetteers_lie_inside_their_city(db, real, tmp_path):
    scope = house("18207")
    outline = real / "sabae/boundary/boundary_from_A32_18207.geojson"
    intake.run_districts(db, scope, Delivery(outline, tmp_path / "originals"), "municipality")
    path = real / "sabae/geocode/japanese-addresses_鯖江市.json"
    run = intake.run_addresses(db, scope, Delivery(path, tmp_path / "originals"))
    assert counts(run) == (153, 153, 0, 0, 0, 0)
    assert addresses.list_outside(db, scope, "geolonia", 10) == ([], 0)
    with pytest.raises(Unreadable) as error:
        intake.run_addresses(
            db,
            scope,
            Delivery(
                real / "echizen/geocode/japanese-addresses_越前市.json", tmp_path / "originals"
            ),
        )
    assert error.value.facts["reason"] == "mostly_outside"
