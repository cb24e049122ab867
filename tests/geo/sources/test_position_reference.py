"""位置参照情報: both products, as a prefecture's zip or a table, and what real files get wrong."""

import zipfile

import pytest

from geo.errors import Unreadable
from geo.sources import mihon, position_reference
from geo.sources.gazetteer import AddressRow, Whose
from geo.sources.position_reference import read

BLOCKS = (
    "都道府県名,市区町村名,大字・丁目名,小字・通称名,街区符号・地番,座標系番号,Ｘ座標,Ｙ座標,緯度,経度,"
    "住居表示フラグ,代表フラグ,更新前履歴フラグ,更新後履歴フラグ"
)
TOWNS = (
    "都道府県コード,都道府県名,市区町村コード,市区町村名,大字町丁目コード,大字町丁目名,緯度,経度,"
    "原典資料コード,大字・字・丁目区分コード"
)
SABAE = Whose("18207", "福井県", "鯖江市")
EIHEIJI = Whose("18322", "福井県", "永平寺町")


def block(city="鯖江市", town="本町一丁目", koaza="", number="3", **said):
    flags = {"by_block": 1, "stands_for": 1, "before": 0, "after": 0} | said
    place = said.get("place", ("35.95", "136.18"))
    cells = ("福井県", city, town, koaza, number, 6, "-5000.1", "200.2", *place)
    return ",".join(map(str, (*cells, *(flags[f] for f in ("by_block", "stands_for", "before", "after")))))  # fmt: skip


@pytest.fixture
def table(tmp_path):
    """table(header, rows…) -> a file in cp932 with every cell in quotes, as the ministry writes it."""

    def make(header, *rows, name="18_2024.csv", encoding="cp932"):
        path = tmp_path / name
        lines = ['"' + line.replace(",", '","') + '"' for line in (header, *rows)]
        path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
        return path

    return make


def refused(file):
    return [(one.row, one.reason) for one in file.refused]


def test_a_block_of_the_prefectures_file(table):
    file = read(table(BLOCKS, block(), block("越前市"), block("越前市", number="4")), SABAE)
    assert file.rows == (AddressRow(2, "", "本町一丁目", "", "3", True, 136.18, 35.95),)
    assert (file.form, file.edition, file.encoding) == ("isj_block", "2024", "cp932")
    assert (file.publisher, file.skipped) == ("国土交通省", {"other_rows": 2})


def test_the_county_is_part_of_a_towns_name_in_it(table):
    rows = [block("吉田郡永平寺町", "松岡"), block("鯖江市")]
    assert [row.town for row in read(table(BLOCKS, *rows), EIHEIJI).rows] == ["松岡"]


def test_rows_that_stand_for_nothing_are_left_alone_and_counted(table):
    rows = [
        block(),
        block(stands_for=0, place=("35.96", "136.19")),
        block(number="4", after=3),
        block(number="5", before=3),  # 令和3年度
        block(number="3"),
        block(number="3", by_block=0),  # a 地番 of that number is another place
    ]
    file = read(table(BLOCKS, *rows), SABAE)
    assert [(row.block, row.by_block) for row in file.rows] == [("3", True), ("3", False)]
    assert file.skipped == {"deleted": 2, "listed_twice": 1, "not_representative": 1}


def test_one_bad_row_is_refused_and_the_rest_stands(table):
    rows = [
        block(number="12.5"),
        block(place=("", "")),
        block(place=("136.18", "35.95")),
        block(place=("51.5", "-0.1")),
        block(town="", number=""),
        "福井県,鯖江市,上太田上都道府県名",  # 岩手県, one year
        block(town="町" * 61),
        block(number="9"),
    ]
    file = read(table(BLOCKS, *rows), SABAE)
    assert [row.block for row in file.rows] == ["9"]
    reasons = "bad_block bad_coordinates swapped_axes outside_japan no_name wrong_number_of_cells too_long"
    assert refused(file) == list(enumerate(reasons.split(), start=2))


def test_a_letter_that_cannot_be_read_costs_its_row_only(table):
    path = table(BLOCKS, block(town="本町"), block(town="緑町"))
    path.write_bytes(path.read_bytes().replace("緑町".encode("cp932"), b"\x97\xce\x81\x20"))
    file = read(path, SABAE)
    assert [row.town for row in file.rows] == ["本町"]
    assert refused(file) == [(3, "bad_character")]


def test_letters_and_full_width_numbers_stay_as_they_are_written(table):
    rows = [
        block(number="甲１２", by_block=0),
        block(number="A", koaza="山ノ神 "),
        block(town="（大字なし）"),
    ]
    file = read(table(BLOCKS, *rows), SABAE)
    assert [(row.town, row.koaza, row.block) for row in file.rows] == [
        ("本町一丁目", "", "甲１２"),
        ("本町一丁目", "山ノ神", "A"),
        ("", "", "3"),
    ]


def test_towns_go_by_their_code_which_outlives_a_name(table):
    town = "18,福井県,{},{},182070070000,{},35.958773,136.139064,0,1"
    rows = [town.format("18207", "むかし市", "西大井町"), town.format("18209", "鯖江市", "本町")]
    file = read(table(TOWNS, *rows), SABAE)
    assert file.rows == (AddressRow(2, "", "西大井町", "", "", None, 136.139064, 35.958773),)
    assert (file.form, file.skipped) == ("isj_town", {"other_rows": 1})


def test_a_city_read_as_a_whole_keeps_its_wards(table):
    city = Whose("01100", "北海道", "札幌市")
    rows = [block("札幌市北区").replace("福井県", "北海道"), block("札幌市北区"), block("石狩市")]
    assert [row.ward for row in read(table(BLOCKS, *rows), city).rows] == ["北区"]
    ward = Whose("01102", "北海道", "札幌市北区")
    assert [row.ward for row in read(table(BLOCKS, *rows), ward).rows] == [""]


def test_an_archive_is_read_through(city, tmp_path):
    """みほん市 in the file of its prefecture, with a neighbour's five rows."""
    whose = Whose(mihon.CODE, "架空県", mihon.NAME)
    blocks = read(city / "addresses/99000-24.0a.zip", whose)
    assert (len(blocks.rows), len({row.town for row in blocks.rows})) == (6885, 92)
    assert blocks.skipped == {"deleted": 1, "not_representative": 1, "other_rows": 5}
    assert (blocks.form, blocks.edition, blocks.refused) == ("isj_block", "2025", ())
    towns = read(city / "addresses/99000-19.0b.zip", whose)
    assert (len(towns.rows), towns.form) == (92, "isj_town")
    master = read(city / "addresses/mt_town_city990027.csv", whose)
    assert {row.town for row in master.rows} == {row.town for row in towns.rows}
    assert {row.town: row.kana for row in master.rows}["北が丘五丁目"] == "キタガオカ"
    neighbour = read(city / "addresses/99000-24.0a.zip", Whose("99003", "架空県", "浜辺町"))
    assert [row.name for row in neighbour.rows] == [f"大字西浜{n}" for n in range(10, 15)]


def test_two_kinds_of_tables_in_one_archive_are_not_guessed_at(table, tmp_path):
    packed = tmp_path / "both.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(table(BLOCKS, block(), name="a.csv"), "a.csv")
        town = "18,福井県,18207,鯖江市,182070070000,西大井町,35.958773,136.139064,0,1"
        archive.write(table(TOWNS, town, name="b.csv"), "b.csv")
    with pytest.raises(Unreadable) as error:
        read(packed, SABAE)
    assert error.value.facts["reason"] == "several_forms"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02", "not_text"),
        ("名称,住所\n茶の間,松葉\n".encode(), "not_addresses"),
        (b"[]", "not_addresses"),
        (b'[{"name": 1}]', "not_addresses"),
        (b'[{"town": ', "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"a": [1, 2]}', "not_addresses"),
        (f"{BLOCKS}\n{block()}\n".encode() + b'"' + b"a" * 200_000, "cell_too_long"),
        (f'{BLOCKS}\n"a"b,c\n'.encode(), "broken_quotes"),
        (f"{BLOCKS}\n{block('越前市')}\n".encode(), "no_rows_of_municipality"),
        (b"PK\x03\x04 not really", "not_a_zip"),
    ],
)
def test_what_is_no_gazetteer_is_refused_whole(tmp_path, content, reason):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as error:
        read(path, SABAE)
    assert error.value.facts["reason"] == reason


def test_a_folder_and_a_file_that_is_too_large_are_not_opened(tmp_path, table, monkeypatch):
    path = table(BLOCKS, block())
    monkeypatch.setattr(position_reference, "LIMIT_MB", 0)
    for given, reason in ((tmp_path, "cannot_open"), (path, "too_large")):
        with pytest.raises(Unreadable) as error:
            read(given, SABAE)
        assert error.value.facts["reason"] == reason


def test_a_json_of_more_than_one_municipality_is_too_large(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_bytes(b"[" + b" " * 1_000_001 + b"]")
    monkeypatch.setattr(position_reference, "JSON_MB", 1)
    with pytest.raises(Unreadable) as error:
        read(path, SABAE)
    assert error.value.facts["reason"] == "too_large"


def test_more_rows_than_a_municipality_can_have_are_refused(table, monkeypatch):
    monkeypatch.setattr(position_reference, "ROWS", 2)
    with pytest.raises(Unreadable) as error:
        read(table(BLOCKS, *(block(number=n) for n in range(1, 5))), SABAE)
    assert error.value.facts["reason"] == "too_many_rows"


def test_many_refused_rows_are_counted(table, monkeypatch):
    monkeypatch.setattr(position_reference, "LISTED", 2)
    rows = [block(number="1.5") for _ in range(5)]
    file = read(table(BLOCKS, block(), *rows), SABAE)
    assert (len(file.refused), file.refused_more) == (2, 3)


# --- towns of others


def test_geolonias_towns_of_two_cities(real):
    sabae = read(real / "sabae/geocode/japanese-addresses_鯖江市.json", SABAE)
    assert (len(sabae.rows), sabae.form, sabae.licence) == (153, "geolonia", "CC BY 4.0")
    path = real / "echizen/geocode/japanese-addresses_越前市.json"
    echizen = read(path, Whose("18209", "福井県", "越前市")).rows
    assert len(echizen) == 256
    assert [row.koaza for row in echizen if row.town == "家久町"] == ["", "一丁目", "二丁目"]


def test_the_town_master_of_two_cities(real):
    """Names only, 3,253 and 8,220; a file cut out for one city says in its name whose it is."""
    path = real / "sabae/geocode/town_182079.csv"
    file = read(path, SABAE)
    assert (len(file.rows), file.form, file.publisher) == (3253, "abr_town", "デジタル庁")
    assert {row.lon for row in file.rows} == {None}
    assert [(row.town, row.koaza) for row in file.rows[:2]] == [("", "椿坂"), ("旭町一丁目", "")]
    assert [row.kana for row in file.rows[:2]] == ["", "アサヒマチ"]
    with pytest.raises(Unreadable) as error:
        read(path, EIHEIJI)
    assert error.value.facts["reason"] == "no_rows_of_municipality"


def test_the_town_master_in_english_is_the_whole_countrys(tmp_path):
    path = tmp_path / "mt_town_all.csv"
    rows = [
        "182079,0001001,旭町,アサヒマチ,一丁目,,",
        "182095,0001000,相木町,アイキチョウ,,,",
        "182079,0002000,昔町,ムカシマチ,,,1950-01-01",
    ]
    header = "lg_code,machiaza_id,oaza_cho,oaza_cho_kana,chome,koaza,ablt_date"
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    file = read(path, SABAE)
    assert [(row.town, row.kana) for row in file.rows] == [("旭町一丁目", "アサヒマチ")]
    assert file.skipped == {"abolished": 1, "other_rows": 1}


def test_a_towns_json_with_gaps(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(
        '[{"town": "本町", "koaza": "", "lat": 35.9, "lng": 136.2},'
        ' {"town": "緑町", "koaza": null, "lat": null, "lng": null},'
        ' {"town": "", "koaza": "", "lat": 35.9, "lng": 136.2},'
        ' {"town": "海", "lat": "x", "lng": 136.2}, 7]',
        encoding="utf-8",
    )
    file = read(path, SABAE)
    assert [(row.town, row.lon) for row in file.rows] == [("本町", 136.2), ("緑町", None)]
    assert [one.reason for one in file.refused] == ["no_name", "bad_coordinates", "no_name"]
