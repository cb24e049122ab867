"""data/municipalities.csv: every municipality, its reading and its plane zone (平面直角座標系)."""

import csv
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "data" / "municipalities.csv"
INVENTED = "架空県"
# 都道府県コード 01 to 47, in this order.
PREFECTURES = [
    "北海道",
    "青森県",
    "岩手県",
    "宮城県",
    "秋田県",
    "山形県",
    "福島県",
    "茨城県",
    "栃木県",
    "群馬県",
    "埼玉県",
    "千葉県",
    "東京都",
    "神奈川県",
    "新潟県",
    "富山県",
    "石川県",
    "福井県",
    "山梨県",
    "長野県",
    "岐阜県",
    "静岡県",
    "愛知県",
    "三重県",
    "滋賀県",
    "京都府",
    "大阪府",
    "兵庫県",
    "奈良県",
    "和歌山県",
    "鳥取県",
    "島根県",
    "岡山県",
    "広島県",
    "山口県",
    "徳島県",
    "香川県",
    "愛媛県",
    "高知県",
    "福岡県",
    "佐賀県",
    "長崎県",
    "熊本県",
    "大分県",
    "宮崎県",
    "鹿児島県",
    "沖縄県",
]
# The prefectures that lie whole in one zone, by 平成14年国土交通省告示第9号.
ZONES_OF_WHOLE_PREFECTURES = {
    1: "長崎県",
    2: "福岡県 佐賀県 熊本県 大分県 宮崎県",
    3: "山口県 島根県 広島県",
    4: "香川県 愛媛県 徳島県 高知県",
    5: "兵庫県 鳥取県 岡山県",
    6: "京都府 大阪府 福井県 滋賀県 三重県 奈良県 和歌山県",
    7: "石川県 富山県 岐阜県 愛知県",
    8: "新潟県 長野県 山梨県 静岡県",
    9: "福島県 栃木県 茨城県 埼玉県 千葉県 群馬県 神奈川県",
    10: "青森県 秋田県 山形県 岩手県 宮城県",
}


@pytest.fixture(scope="module")
def rows():
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def real(rows):
    return [row for row in rows if row["prefecture"] != INVENTED]


@pytest.fixture(scope="module")
def by_code(rows):
    return {row["code"]: row for row in rows}


def is_special_ward(row):
    """特別区: a municipality of its own, unlike the ward of a designated city (政令市の区)."""
    return row["prefecture"] == "東京都" and row["name"].endswith("区")


def is_city_ward(row):
    return row["name"].endswith("区") and not is_special_ward(row)


def is_designated_city(row):
    """政令指定都市: a 市 numbered in the hundreds below 200, where its wards follow it."""
    return row["name"].endswith("市") and "100" <= row["code"][2:] < "200"


def city_of(ward, real):
    """The designated city a ward belongs to: the nearest one before it."""
    return max(
        (row for row in real if is_designated_city(row) and row["code"] < ward["code"]),
        key=lambda row: row["code"],
    )


def test_the_file_is_plain_utf8_with_unix_lines_and_the_agreed_columns():
    content = FILE.read_bytes()
    assert content.startswith(b"code,prefecture,name,kana,zone\n")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    content.decode("utf-8")


def test_every_code_has_five_digits_and_is_there_once(rows):
    codes = [row["code"] for row in rows]
    assert [code for code in codes if not re.fullmatch(r"[0-9]{5}", code)] == []
    assert [code for code, times in Counter(codes).items() if times > 1] == []


def test_the_rows_are_in_the_order_of_their_codes(rows):
    codes = [row["code"] for row in rows]
    assert codes == sorted(codes)


def test_every_prefecture_is_there(rows):
    assert list(dict.fromkeys(row["prefecture"] for row in rows)) == [*PREFECTURES, INVENTED]


def test_a_code_begins_with_the_number_of_its_prefecture(real):
    for row in real:
        assert row["prefecture"] == PREFECTURES[int(row["code"][:2]) - 1], row


def test_the_counts_are_those_of_the_country(real):
    counts = Counter(row["name"][-1] for row in real if not row["name"].endswith("区"))
    assert counts == {"市": 792, "町": 743, "村": 183}
    assert sum(is_special_ward(row) for row in real) == 23
    assert sum(is_designated_city(row) for row in real) == 20
    assert sum(is_city_ward(row) for row in real) == 171


def test_the_six_villages_of_the_northern_territories_are_left_out(by_code):
    assert [code for code in by_code if "01695" <= code <= "01700"] == []


def test_no_two_municipalities_of_a_prefecture_share_a_name(rows):
    names = Counter((row["prefecture"], row["name"]) for row in rows)
    assert [name for name, times in names.items() if times > 1] == []


def test_a_name_comes_without_its_district(rows):
    """上川町, not 上川郡上川町; six cities and towns have 郡 in a name of their own."""
    with_gun = {row["name"] for row in rows if "郡" in row["name"]}
    assert with_gun == {"郡山市", "大和郡山市", "郡上市", "蒲郡市", "上郡町", "小郡市"}


def test_every_name_has_a_reading_in_hiragana(rows):
    assert [row for row in rows if not re.fullmatch(r"[ぁ-ゖー]+", row["kana"])] == []


def test_a_reading_ends_as_its_name_does(rows):
    endings = {"市": ("し",), "区": ("く",), "町": ("ちょう", "まち"), "村": ("むら", "そん")}
    assert [row for row in rows if not row["kana"].endswith(endings[row["name"][-1]])] == []


@pytest.mark.parametrize(
    ("code", "kana"),
    [
        ("06428", "しょうないまち"),
        ("12403", "くじゅうくりまち"),
        ("27229", "しじょうなわてし"),
        ("34213", "はつかいちし"),
        ("47326", "ちゃたんちょう"),
    ],
)
def test_small_letters_of_a_reading_are_small_and_large_ones_large(by_code, code, kana):
    assert by_code[code]["kana"] == kana


def test_a_ward_carries_its_citys_name_reading_and_zone(real):
    for ward in filter(is_city_ward, real):
        city = city_of(ward, real)
        assert ward["prefecture"] == city["prefecture"]
        assert ward["name"].startswith(city["name"])
        assert ward["kana"].startswith(city["kana"])
        assert ward["zone"] == city["zone"]


def test_every_designated_city_has_wards(real):
    wards = Counter(city_of(ward, real)["name"] for ward in filter(is_city_ward, real))
    assert len(wards) == 20
    assert wards["大阪市"] == 24
    assert wards["相模原市"] == wards["浜松市"] == wards["静岡市"] == 3


def test_hamamatsu_has_the_three_wards_of_2024(by_code):
    wards = {code: row["name"] for code, row in by_code.items() if "22131" <= code <= "22199"}
    assert wards == {
        "22138": "浜松市中央区",
        "22139": "浜松市浜名区",
        "22140": "浜松市天竜区",
    }


def test_every_zone_is_one_of_the_nineteen(rows):
    assert {row["zone"] for row in rows} <= {str(zone) for zone in range(1, 20)}


def test_zones_18_and_19_hold_no_municipality_of_their_own(rows):
    """沖ノ鳥島 and 南鳥島 are parts of 小笠原村, which is reckoned in zone 14."""
    assert {int(row["zone"]) for row in rows} == set(range(1, 18))


def test_a_prefecture_has_one_zone_save_the_four_the_notice_divides(real):
    zones = defaultdict(set)
    for row in real:
        zones[row["prefecture"]].add(int(row["zone"]))
    whole = {
        prefecture: {zone}
        for zone, prefectures in ZONES_OF_WHOLE_PREFECTURES.items()
        for prefecture in prefectures.split()
    }
    divided = {
        "北海道": {11, 12, 13},
        "東京都": {9, 14},
        "鹿児島県": {1, 2},
        "沖縄県": {15, 16, 17},
    }
    assert zones == whole | divided


@pytest.mark.parametrize(
    ("code", "name", "zone"),
    [
        ("18207", "鯖江市", "6"),
        ("18209", "越前市", "6"),
        ("07201", "福島市", "9"),
        ("28100", "神戸市", "5"),
        ("42209", "対馬市", "1"),
        ("01100", "札幌市", "12"),
        ("01101", "札幌市中央区", "12"),
        ("01609", "えりも町", "12"),
        # 渡島, 檜山 and 後志 whole, of 胆振 only the west
        ("01202", "函館市", "11"),
        ("01203", "小樽市", "11"),
        ("01347", "長万部町", "11"),
        ("01371", "せたな町", "11"),
        ("01403", "泊村", "11"),
        ("01205", "室蘭市", "12"),
        ("01233", "伊達市", "11"),
        ("01578", "白老町", "12"),
        ("01584", "洞爺湖町", "11"),
        # 十勝, 釧路 and 根室 whole, of オホーツク only the east
        ("01207", "帯広市", "13"),
        ("01208", "北見市", "13"),
        ("01219", "紋別市", "12"),
        ("01223", "根室市", "13"),
        ("01552", "佐呂間町", "13"),
        ("01559", "湧別町", "12"),
        ("01564", "大空町", "13"),
        ("01642", "広尾町", "13"),
        # the islands
        ("13402", "青ヶ島村", "9"),
        ("13421", "小笠原村", "14"),
        ("46201", "鹿児島市", "2"),
        ("46222", "奄美市", "1"),
        ("46303", "三島村", "2"),
        ("46304", "十島村", "1"),
        ("46505", "屋久島町", "2"),
        ("46535", "与論町", "1"),
        ("47201", "那覇市", "15"),
        ("47361", "久米島町", "15"),
        ("47207", "石垣市", "16"),
        ("47214", "宮古島市", "16"),
        ("47375", "多良間村", "16"),
        ("47382", "与那国町", "16"),
        ("47357", "南大東村", "17"),
        ("47358", "北大東村", "17"),
    ],
)
def test_a_municipality_lies_in_the_zone_the_notice_names(by_code, code, name, zone):
    assert (by_code[code]["name"], by_code[code]["zone"]) == (name, zone)


def test_the_invented_municipalities_are_goban_and_mihon(rows):
    invented = [tuple(row.values()) for row in rows if row["prefecture"] == INVENTED]
    assert invented == [
        ("99001", "架空県", "碁盤町", "ごばんちょう", "6"),
        ("99002", "架空県", "みほん市", "みほんし", "6"),
    ]
