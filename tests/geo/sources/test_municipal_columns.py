"""Column names of municipal lists, and which list they make."""

import pytest

from geo.sources.municipal_columns import places, plain_name, recognise

SKELETON = [
    "都道府県コード又は市区町村コード",
    "NO",
    "名称",
    "住所",
    "緯度",
    "経度",
    "利用可能曜日",
]


@pytest.mark.parametrize(
    ("headers", "form"),
    [
        ([*SKELETON, "利用可能日時特記事項", "バリアフリー情報"], "public_facility"),
        ([*SKELETON, "利用可能日時特記事項", "設置位置"], "other"),  # AED
        (["介護サービス事業所名称", "実施サービス", "住所"], "care_service"),
        ([*SKELETON, "設置位置", "小児対応設備の有無"], "aed"),
        ([*SKELETON, "設置位置", "男性トイレ総数"], "toilet"),
        (["施設・場所名", "洪水", "崖崩れ、土石流及び地滑り"], "shelter"),  # 国土地理院
        (["schema.org/name", "schema.org/license", "schema.org/downloadUrl"], "catalogue"),
        (["名称", "医療機関の種類", "診療曜日"], "medical"),
        (["イベント名", "開始日", "場所名称"], "event"),
        (["schema.org/name", "www.w3.org/2003/01/geo/wgs84_pos#lat"], "rdf"),
        (["施設名", "住所"], "other"),
    ],
)
def test_a_list_is_known_by_columns_that_only_it_has(headers, form):
    assert recognise(headers) == form


@pytest.mark.parametrize(
    ("header", "plain"),
    [
        ("建物名等（方書）", "建物名等(方書)"),
        (" 名称_カナ\n", "名称_カナ"),
        ("ＵＲＬ", "URL"),
        ("\nhttps://schema.org/name", "schema.org/name"),
        ("http://www.w3.org/2003/01/geo/wgs84_pos#lat", "www.w3.org/2003/01/geo/wgs84_pos#lat"),
    ],
)
def test_widths_spaces_and_protocols_make_no_difference(header, plain):
    assert plain_name(header) == plain


def test_the_old_names_and_the_new_are_the_same_fields():
    old = places(["NO", "名称", "名称_カナ", "緯度", "経度"])
    new = places(["ID", "名称", "名称_カナ", "緯度", "経度"])
    assert old == new == {"key": 0, "name": 1, "kana": 2, "lat": 3, "lon": 4}


def test_id_comes_before_no_and_the_first_of_two_equal_names_counts():
    assert places(["NO", "ID", "名称", "名称"]) == {"key": 1, "name": 2}


def test_latin_names_are_known_in_any_case():
    assert places(["Name", "LAT", "Lng"]) == {"name": 0, "lat": 1, "lon": 2}
