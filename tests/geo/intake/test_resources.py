"""Real lists, みほん市's, and attacks on what nobody may see."""

import json
from collections import Counter

import pytest
from sqlalchemy import text

from geo import intake, publish
from geo.demo import DATA
from geo.errors import Unreadable
from geo.intake import Delivery, Mapping
from geo.scope import house
from geo.sources.model_town import corner_lonlat
from tests.conftest import FOREIGN, TOWN
from tests.geo.records.test_tiles import seen

ECHIZEN, SABAE = "18209", "18207"
LISTS = "echizen/resource_list"


@pytest.fixture
def bring(db, tmp_path):
    """bring(path, code, kind) -> the run."""

    def make(path, code=TOWN, kind=None, mapping=None):
        delivery = Delivery(path, tmp_path / "originals")
        return intake.run_resources(db, house(code), delivery, kind=kind, mapping=mapping)

    return make


def refusals(run):
    return dict(Counter(line["reason"] for line in run.report["rows"] if line["refused"]))


@pytest.mark.parametrize(
    ("name", "kind", "taken", "refused"),
    [
        ("kyotakukaigo", None, 23, {}),
        ("iryoukikan", None, 76, {}),
        ("kenkououendan", None, 108, {}),
        ("AED", None, 103, {}),
        ("kouikihinanjyo", None, 25, {}),
        ("syougaisyashisetsu", None, 84, {}),
        ("syokujiservice", "meal_delivery", 10, {}),
        ("gaisyutsushien", "outing_support", 5, {}),
        ("chisanchisyounomise", "farmers_market", 53, {}),
        ("freespot", "hall", 46, {}),
        ("syougaisyayoutoilet", "toilet", 61, {"duplicate_row": 1}),
        ("01shisetsu", "hall", 117, {"duplicate_row": 3}),
    ],
)
def test_the_lists_of_echizen(bring, real, name, kind, taken, refused):
    run = bring(real / LISTS / f"{name}.csv", ECHIZEN, kind)
    assert (run.added, refusals(run)) == (taken, refused)
    again = bring(real / LISTS / f"{name}.csv", ECHIZEN, kind)
    assert (again.unchanged, again.added, again.missing) == (taken, 0, 0)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (f"{LISTS}/opendata.csv", "is_a_catalogue"),
        (f"{LISTS}/opendata_echizen_city.csv", "is_a_catalogue"),
        (f"{LISTS}/roudousyafukushishisetsu.csv", "no_name_column"),
        (f"{LISTS}/freespot.csv", "kind_needed"),
        (f"{LISTS}/01shisetsu.csv", "kind_needed"),
        (f"{LISTS}/syokujiservice.csv", "kind_needed"),
        ("echizen/shelter/refuge.csv", "no_name_column"),
        ("echizen/shelter/refuge.kml", "is_kml"),
        ("sabae/resource_list/sabae_npo_act.csv", "kind_needed"),
    ],
)
def test_what_is_refused_whole_has_a_true_reason(bring, real, path, reason):
    with pytest.raises(Unreadable) as error:
        bring(real / path, ECHIZEN)
    assert error.value.facts == {"reason": reason}


def test_names_in_a_column_called_colour_go_in_by_a_mapping(bring, real):
    mapping = Mapping(columns={"name": "https://schema.org/color"}, kind="hall")
    run = bring(real / LISTS / "roudousyafukushishisetsu.csv", ECHIZEN, mapping=mapping)
    assert (run.added, run.refused) == (7, 0)


def test_shops_and_groups_of_sabae(bring, real):
    shops = bring(real / "sabae/resource_list/sabae_store.csv", SABAE)
    assert (shops.added, refusals(shops)) == (40, {"unknown_kind": 20})
    groups = bring(real / "sabae/resource_list/sabae_npo_act.csv", SABAE, "volunteer_group")
    assert (groups.added, groups.refused) == (19, 0)


def test_refuges_of_echizen_as_shapefile_and_as_table_are_one_list(bring, real):
    columns = {"name": "SAFIELD004", "address": "SAFIELD006"}
    shapes = bring(
        real / "echizen/shelter/refuge_first.shp",
        ECHIZEN,
        mapping=Mapping(columns=columns, kind="shelter"),
    )
    assert (shapes.added, refusals(shapes)) == (378, {"duplicate_row": 33, "no_name": 2})
    table = bring(
        real / "echizen/shelter/refuge.csv",
        ECHIZEN,
        mapping=Mapping(columns={f: c.lower() for f, c in columns.items()}, kind="shelter"),
    )
    assert (table.target, table.added, table.missing) == (shapes.target, 1, 0)


def test_meals_of_echizen_come_to_areas_on_days(db, bring, real):
    bring(real / LISTS / "syokujiservice.csv", ECHIZEN, "meal_delivery")
    row = db.execute(
        text("""select openings, service_areas from resource_public
                where municipality = :m and name = '神山地産地消の会'"""),
        {"m": ECHIZEN},
    ).one()
    assert row.service_areas == [{"name": "神山地区", "note": "＋南地区の一部"}]
    assert (row.openings[0]["rrule"], row.openings[0]["on_holidays"]) == (
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "closed",
    )


def test_what_real_lists_get_wrong_one_row_each(db, bring):
    """The second list of 碁盤町: what becomes of each of its 22 rows."""
    run = bring(DATA / "model_town" / "99001_quirks.csv")
    assert (run.rows, run.added) == (22, 19)
    told = Counter((line["reason"], line["name"]) for line in run.report["rows"])
    assert told == Counter(
        {
            ("duplicate_id", "おなじ番号の講座 K16"): 1,
            ("duplicate_row", "二度の会"): 1,
            ("unknown_kind", "ロケットの会"): 1,
            ("unknown_service_area", "手伝い便 かもめ"): 1,
            ("lat_lon_swapped", "あべこべ茶話会"): 1,
            ("id_in_exponent", "まるめ茶話会"): 1,
            ("phone_zero_restored", "ゼロなし茶話会"): 1,
            ("dash_restored", "はてな茶話会"): 1,
            ("no_coordinates", "よこ棒の会"): 1,
            ("said_paused", "おやすみサロン"): 1,
            ("shown_unread", "未定の会"): 1,
        }
    )
    assert set(run.report["assumptions"]) == {"from_geo3x3=1", "from_serial_number=1"}
    rows = {
        row.name: row
        for row in db.execute(
            text("select * from resource_staff where intake = :i order by number desc"),
            {"i": run.id},
        )
    }
    assert {n: r.accepting for n, r in rows.items() if r.accepting != "unknown"} == {
        "しおかぜ弁当": "yes",
        "ひかり見守り隊": "waiting",
        "手伝い便 かもめ": "no",
    }
    assert rows["しおかぜ弁当"].service_areas == [
        {"name": "浜の手圏域", "note": ""},
        {"name": "山の手圏域", "note": "一部"},
    ]
    assert rows["しおかぜ弁当"].openings[0]["on_holidays"] == "open"
    seen_as = {n: (r.public, r.place_shown) for n, r in rows.items() if "はしる便" in n}
    assert seen_as == {
        "はしる便 公園前": (True, "exact"),
        "はしる便 緑丘": (True, "blurred"),
        "はしる便 汐見": (False, "hidden"),
    }
    assert [rows[n].public for n in ("床屋の待合", "未定の会")] == [False, False]
    assert rows["はしる便 緑丘"].stops[0]["landmark"] == "緑丘神社"
    assert (rows["あべこべ茶話会"].lon, rows["あべこべ茶話会"].lat) == corner_lonlat(11, 12)
    word = corner_lonlat(12, 15)
    assert abs(rows["ことば会館"].lon - word[0]) + abs(rows["ことば会館"].lat - word[1]) < 1e-5
    assert rows["ゼロなし茶話会"].phone == "0990000031"
    assert rows["はてな茶話会"].address == "松葉一丁目2-3"
    serial = rows["とおし番号の会"]
    assert (serial.confirmed_on.isoformat(), serial.openings[0]["opens_at"]) == (
        "2026-05-12",
        "10:30",
    )
    assert (rows["よこ棒の会"].address, rows["よこ棒の会"].phone) == ("", "")
    assert rows["おやすみサロン"].closed_on.isoformat() == "2020-03-01"
    assert rows["ごばん健康まつり"].openings[0]["also_on"] == ["2026-10-04", "2026-10-05"]
    assert rows["二度の会"].description == ""  # the first of the two services
    whole = text("select whole, cardinality(without) from service_area where resource = :id")
    assert tuple(db.execute(whole, {"id": rows["ひかり見守り隊"].id}).one()) == (True, 1)


@pytest.fixture
def mihon(db, city, tmp_path):
    """みほん市's areas, for its lists."""
    scope = house(FOREIGN)
    for folder, name, level in (
        ("boundaries", "N03-20260101_99002.geojson", "municipality"),
        ("boundaries", "A002005212020DDSWC99002.zip", "town"),
    ):
        intake.run_districts(db, scope, Delivery(city / folder / name, tmp_path / "o"), level)
    table = Delivery(city / "areas/areas_chiku.csv", tmp_path / "o")
    intake.run_area_table(db, scope, table, "chiku")
    return city / "resources"


# file → rows, and by hand: accepting (yes, waiting, no), with openings, confirmed, public
MIHON = {
    "990027_care_service.csv": (89, (53, 18, 3), 89, 81, 89),
    "990027_event.csv": (10, (0, 0, 0), 10, 0, 10),
    "990027_hospital.csv": (78, (0, 0, 0), 78, 73, 78),
    "990027_kayoinoba.csv": (75, (0, 4, 0), 75, 72, 75),
    "990027_public_facility.csv": (122, (0, 0, 0), 122, 115, 122),
    "aed_hinanjo.csv": (42, (0, 0, 0), 42, 42, 42),
    "haishoku.csv": (4, (3, 1, 0), 4, 2, 4),
    "hitoyasumi_isu.geojson": (21, (0, 0, 0), 5, 21, 21),
    "ido_hanbai_kaimono_bus.csv": (29, (0, 0, 0), 29, 28, 24),
    "katsudo_dantai.csv": (115, (0, 0, 0), 104, 105, 115),
    "kenko_oen.csv": (32, (0, 0, 0), 32, 0, 32),
    "okaimono.csv": (50, (0, 0, 0), 50, 47, 50),
    "otakara_shokuin.csv": (13, (0, 0, 0), 9, 0, 0),
    "seikatsu_shien.xlsx": (57, (24, 0, 2), 57, 51, 57),
}


def test_each_list_of_mihon_comes_in_whole(db, bring, mihon):
    """Kinds, days, eligibility, room and freshness, counted by hand in the files."""
    seen = {}
    for name in MIHON:
        run = bring(mihon / name, FOREIGN)
        assert (run.refused, run.missing) == (0, 0), name
        row = db.execute(
            text("""
                select count(*) n, count(*) filter (where accepting = 'yes') yes,
                       count(*) filter (where accepting = 'waiting') waiting,
                       count(*) filter (where accepting = 'no') no,
                       count(*) filter (where openings <> '[]') open,
                       count(confirmed_on) confirmed, count(*) filter (where public) public
                from resource_staff where intake = :intake"""),
            {"intake": run.id},
        ).one()
        room = (row.yes, row.waiting, row.no)
        seen[name] = (row.n, room, row.open, row.confirmed, row.public)
    assert seen == MIHON
    counted = text("select kind, count(*) from resource where municipality = :m group by 1")
    kinds = {row[0]: row[1] for row in db.execute(counted, {"m": FOREIGN})}
    assert (kinds["exercise_group"], kinds["salon"]) == (38, 38)  # one salon was there before
    doctors = ("clinic", "dentist", "pharmacy", "hospital", "home_doctor", "dementia_team")
    assert [kinds[kind] for kind in doctors] == [30, 18, 22, 3, 4, 1]
    assert [kinds[kind] for kind in ("bench", "mobile_shop", "shopping_bus")] == [21, 23, 6]
    assert [kinds[kind] for kind in ("treasure", "vacant_house", "meal_delivery")] == [8, 5, 4]


def test_meals_of_mihon_reach_its_areas(db, bring, mihon):
    bring(mihon / "haishoku.csv", FOREIGN)
    rows = db.execute(
        text("""select r.name, a.name as area, a.note, d.name as district, cardinality(a.without)
                from service_area a join resource r on r.id = a.resource
                left join district d on d.id = a.district
                where r.municipality = :m order by r.name, a.position"""),
        {"m": FOREIGN},
    ).all()
    assert [tuple(row)[1:] for row in rows if row.name == "サポートセンター中里の配食"] == [
        ("中里地区", "", "中里地区", 0),
        ("奥沢地区", "平瀬・鍋倉・尾畑を除く", "奥沢地区", 3),
    ]
    assert [tuple(row)[1:] for row in rows if row.name == "ワークハウス新田の弁当"][2] == (
        "高岡地区",
        "一部",
        "高岡地区",
        0,
    )
    assert all(row.district for row in rows)


def test_areas_that_come_after_their_services_are_known_then(db, city, bring, tmp_path):
    run = bring(city / "resources/haishoku.csv", FOREIGN)
    unknown = [line["reason"] for line in run.report["rows"]]
    assert unknown == ["unknown_service_area"] * 10  # 新田地区 is named by two, and told once
    meant = text("select count(district), count(*) from service_area where municipality = :m")
    assert tuple(db.execute(meant, {"m": FOREIGN}).one()) == (0, 11)
    table = Delivery(city / "areas/areas_chiku.csv", tmp_path / "o")
    intake.run_area_table(db, house(FOREIGN), table, "chiku")
    assert tuple(db.execute(meant, {"m": FOREIGN}).one()) == (11, 11)


def test_gates_and_treasures_never_leave_the_house(db, client, bring, mihon):
    """Pages, tiles and exports, searched for the coordinates and addresses of the hidden ones."""
    bring(mihon / "ido_hanbai_kaimono_bus.csv", FOREIGN)
    bring(mihon / "otakara_shokuin.csv", FOREIGN)
    hidden = db.execute(
        text("""select id, name, address, st_x(place) as lon, st_y(place) as lat, public, kind
                from resource where municipality = :m
                and (not public or place_shown <> 'exact' or kind in ('treasure', 'vacant_house'))
             """),
        {"m": FOREIGN},
    ).all()
    assert Counter((row.kind, row.public) for row in hidden) == {
        ("mobile_shop", False): 5,
        ("mobile_shop", True): 4,  # told by their landmarks
        ("treasure", False): 8,
        ("vacant_house", False): 5,
    }
    told = [
        publish.resources_geojson(db, FOREIGN),
        publish.resources_csv(db, FOREIGN),
        client.get(f"/map/{FOREIGN}").text,
        *(client.get(f"/resources/{row.id}").text for row in hidden if row.public),
        *(str(seen(db, "resources", 16, (row.lon, row.lat))) for row in hidden),
    ]
    for row in hidden:
        if not row.public:
            assert client.get(f"/resources/{row.id}").status_code == 404
        secrets = [f"{row.lon:.6f}"[:9], f"{row.lat:.6f}"[:8]]
        secrets += [row.address] if row.kind == "mobile_shop" else []  # others: a town
        secrets += [] if row.public else [row.name]
        leaks = [secret for secret in secrets if secret and any(secret in page for page in told)]
        assert leaks == [], row.name
    assert json.loads(told[0])["features"], "the export looks at nothing"
