"""歩いて行く道: the walk in words and as a line; nobody finds what is blurred; clear words for what has no way."""

import json
import re
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy.orm import Session

from geo import crs, squares
from geo.records import shelf
from geo.records.shelf import Wanted
from geo.scope import EVERYBODY, Role, Scope
from geo.sources import model_town
from geo.sources.model_town import corner_lonlat
from tests.conftest import FOREIGN, TOWN
from tests.routes.making import make

SQUARE = squares.square_of(corner_lonlat(10, 20))
SEA, TOKYO = squares.square_of((135.98, 32.5)), "5339461122"


def lonlat(x, y):
    """A place in blocks that need not be a corner."""
    metres = np.array(model_town.SOUTH_WEST_M) + np.array([[x, y]]) * model_town.BLOCK_M
    lon, lat = np.round(crs.to_lonlat(metres, model_town.ZONE)[0], 9).tolist()
    return [lon, lat]


def blocks(place):
    """Blocks east and north of a lon, lat."""
    return (crs.to_plane_m(np.array([place]), model_town.ZONE)[0] - model_town.SOUTH_WEST_M) / 80


def address(resource, square=SQUARE, town=TOWN, line=False):
    return f"/near/{town}/{square}/to/{resource}{'/line' if line else ''}"


def features(answer):
    found = {}
    for one in json.loads(answer.text)["features"]:
        found.setdefault(one["properties"]["role"], []).append(one)
    return found


def words(page):
    """What a page says, without tags and gaps."""
    main = re.search(r"<main.*</main>", page.text, re.S)[0]
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", main))


@pytest.fixture
def salon(db):
    """Straight north of the middle of the square, by some blocks."""
    x, y = blocks(squares.middle_of(SQUARE))
    return make(db, name="北の茶の間", place=lonlat(round(x), round(y) + 6), place_level="building")


def test_the_page_says_minutes_first_and_the_steps_in_order(client, salon):
    page = client.get(address(salon))
    assert page.status_code == 200
    found = features(client.get(address(salon, line=True)))["way"][0]["properties"]
    said = words(page)
    assert f"歩いて{found['minutes']}分ゆっくりなら{found['slow_minutes']}分" in said
    assert (
        said.index("歩いて") < said.index("道のり") < said.index("道の順") < said.index("この時間")
    )
    assert "信号・工事・雪は入っていません" in said
    assert "250mの四角のまん中です" in said
    assert "坂があるかどうかは、わかりません" in said  # no heights in the west
    steps = re.findall(r'<span class="way-turn">(.*?)</span>', page.text)
    assert steps[0].endswith("へ進む")
    assert "北の茶の間に着く" in said
    assert page.headers["Cache-Control"] == "no-cache"


def test_minutes_are_those_that_reach_tells_of_the_middle_of_the_square(client, salon):
    lon, lat = squares.middle_of(SQUARE)
    near = client.get(f"/reach/{TOWN}/near?from={lon:.10f},{lat:.10f}&minutes=30")
    told = re.search(r"北の茶の間</a>.*?約(\d+)分", near.text, re.S)[1]
    assert f"歩いて{told}分" in words(client.get(address(salon)))


def test_the_line_begins_in_the_middle_of_the_square_and_ends_at_the_place(client, salon):
    found = features(client.get(address(salon, line=True)))
    [way], [square], [end] = found["way"], found["square"], found["end"]
    assert way["geometry"]["coordinates"][0] == pytest.approx(squares.middle_of(SQUARE), abs=1e-6)
    assert way["geometry"]["coordinates"][-1] == pytest.approx(end["geometry"]["coordinates"])
    assert square["properties"]["code"] == SQUARE
    assert end["properties"] == {"role": "end", "rough": False, "radius_m": None}


def test_seats_stand_on_the_map_as_in_the_list(client, db, salon):
    x, y = blocks(squares.middle_of(SQUARE))
    for up in (4, 2):
        make(
            db,
            kind="bench",
            name=f"北へ{up}",
            place=lonlat(round(x), round(y) + up),
            place_level="building",
        )
    page = client.get(address(salon))
    listed = re.findall(r"<li>(北へ\d)<span class=\"way-at\">", page.text)
    drawn = [
        (one["properties"]["number"], one["properties"]["name"])
        for one in features(client.get(address(salon, line=True)))["seat"]
    ]
    assert listed == ["北へ2", "北へ4"]
    assert drawn == [(1, "北へ2"), (2, "北へ4")]
    assert "途中に、北へ2" in words(page)


def test_the_map_has_what_the_words_have(client, salon):
    page = client.get(address(salon))
    data = json.loads(re.search(r'id="page-data">(.*?)</script>', page.text, re.S)[1])
    assert data["way"] == json.loads(client.get(address(salon, line=True)).text)
    (south, west), (north, east) = data["bounds"]
    for lon, lat in next(
        one["geometry"]["coordinates"]
        for one in data["way"]["features"]
        if one["properties"]["role"] == "way"
    ):
        assert west < lon < east
        assert south < lat < north


def test_a_stranger_never_learns_more_of_a_blurred_place_than_its_blurred_point(client, db):
    """Two true places of one cell: whatever is asked, from every square around, the answers are the same but for
    the id, and no coordinate of a true place is in them."""
    places = [lonlat(8.2, 8.3), lonlat(9.9, 4.4)]
    salons = [make(db, name="ぼかす会", place=place, place_shown="blurred") for place in places]
    around = {squares.square_of(tuple(lonlat(x, y))) for x in (5, 8, 13) for y in (5, 8, 13)}
    asked = 0
    for square in sorted(around):
        for line in (True, False):
            told = [client.get(address(one, square, line=line)) for one in salons]
            texts = [
                re.sub(r"nonce-\S+|nonce=\"[^\"]+\"", "", answer.text).replace(str(id_), "ID")
                for answer, id_ in zip(told, salons, strict=True)
            ]
            assert [one.status_code for one in told] == [200, 200]
            assert texts[0] == texts[1]
            for lon, lat in places:
                assert f"{lon:.4f}" not in texts[0] or f"{lat:.4f}" not in texts[0]
            asked += 1
    assert asked >= 14
    page = client.get(address(salons[0], sorted(around)[0]))
    assert "このあたりです" in words(page)
    end = features(client.get(address(salons[0], sorted(around)[0], line=True)))["end"][0]
    assert end["properties"]["radius_m"] == 1494


def test_staff_are_led_where_everybody_is(client, db, sign_in_as):
    salon = make(db, name="ぼかす会", place=lonlat(8.2, 8.3), place_shown="blurred")
    line = address(salon, squares.square_of(corner_lonlat(8, 8)), line=True)
    before = client.get(line).text
    sign_in_as(Role.OFFICIAL)
    assert client.get(line).text == before


@pytest.mark.parametrize(
    ("values", "status", "said"),
    [
        ({"kind": "meal_delivery"}, 200, "家に来てくれるものです"),
        ({"kind": "day_service"}, 200, "迎えが来るものです"),
        ({"kind": "support_centre"}, 200, "担当が決まっています"),
        ({"place": None}, 200, "地図にのせられる場所の登録が、まだありません"),
        ({"place": corner_lonlat(40, 40)}, 200, "歩いて60分以内に着きません"),
        ({"place": (135.98, 32.5)}, 200, "近くに通れる道がない"),
        ({"closed_on": "2026-04-01"}, 410, "もう開いていません"),
    ],
)
def test_where_there_is_no_way_the_page_says_why(client, db, values, status, said):
    values = values | ({"place": list(values["place"])} if values.get("place") else {})
    salon, corner = make(db, **values), squares.square_of(corner_lonlat(2, 2))
    page = client.get(address(salon, corner))
    assert page.status_code == status
    assert said in words(page)
    assert 'id="map"' not in page.text
    line = client.get(address(salon, corner, line=True), headers={"Accept": "application/json"})
    assert line.status_code == 422
    assert line.json["problems"]["resource"]


@pytest.mark.parametrize("line", [False, True])
@pytest.mark.parametrize(
    ("square", "status"),
    [
        *[(text, 422) for text in ("abc", "0", "543823431", "5438234310", "９" * 10, "1" * 400)],
        *[(text, 422) for text in ("5438234311'--", "%00", "-5438234311", "5438234311%0A")],
        (TOKYO, 422),
    ],
)
def test_what_is_no_square_of_here_is_told_so(client, salon, square, status, line):
    answer = client.get(address(salon, square, line=line))
    assert answer.status_code == status
    assert "わかりません" in answer.text or "250mの四角の番号ではありません" in answer.text


def test_a_square_in_the_sea_is_unknown(client, salon):
    page = client.get(address(salon, SEA))
    assert page.status_code == 200
    assert "200メートル以内に通れる道がないので、わかりません" in words(page)


def test_what_is_not_here_is_not_found(client, db, salon):
    unseen = [uuid4(), make(db, public=False), make(db, FOREIGN, place=[136.5, 32.5])]
    for one in unseen:
        assert client.get(address(one)).status_code == 404
        assert client.get(address(one, line=True)).status_code == 404
    assert client.get(address(salon, town=FOREIGN)).status_code == 404
    assert client.get(address(salon, town="99999")).status_code == 404
    assert client.get(address("no-id")).status_code == 404


def test_a_town_without_streets_says_so(client, db):
    far = make(db, FOREIGN, place=[136.5, 32.5])
    page = client.get(address(far, squares.square_of((136.5, 32.5)), FOREIGN))
    assert page.status_code == 200
    assert "道のデータが、まだありません" in words(page)


def test_streets_whose_file_is_gone_are_as_none(own_house):
    with Session(own_house.extensions["engine"]) as db:
        there = shelf.list_open(db, Scope(TOWN, EVERYBODY.role), Wanted(kind="exercise_group"))[0]
    page = own_house.test_client().get(address(there.id))
    assert page.status_code == 200
    assert "道のデータが、まだありません" in words(page)


def test_what_was_merged_leads_to_what_stays(client, db, salon):
    gone = make(db, name="北の茶の間（むかし）")
    db.connection().exec_driver_sql(
        "update resource set merged_into = %s, closed_on = '2026-04-01' where id = %s",
        (salon, gone),
    )
    answer = client.get(address(gone))
    assert (answer.status_code, answer.location) == (301, address(salon))


def test_a_flight_nobody_counted_and_a_steep_hill_are_said(client, db):
    square = squares.square_of(corner_lonlat(36, 37))
    shrine = make(db, name="社", place=lonlat(36.5, 38.2), place_level="building")
    said = words(client.get(address(shrine, square)))
    assert "あります。段数はわかりません" in said
    assert "階段" in said.split("道の順")[1]
    over = make(db, name="海ぎわ", place=lonlat(40, 30), place_level="building")
    said = words(client.get(address(over, squares.square_of(corner_lonlat(37, 30)))))
    assert "急な坂があります" in said
    assert "急なくだり坂" in said


def test_a_halt_is_named(client, db):
    x, y = blocks(squares.middle_of(SQUARE))
    lon, lat = lonlat(round(x), round(y) + 2)
    halt = {"name": "松葉公園の前", "lon": lon, "lat": lat, "shown": "public"}
    van = make(db, kind="mobile_shop", name="とくとく便", place=None, stops=[halt])
    assert "とくとく便が停まる所に着く（松葉公園の前）" in words(client.get(address(van)))
