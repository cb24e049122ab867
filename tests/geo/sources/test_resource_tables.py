"""Municipal lists: real ones, both generations of the standard, and the troubles of others."""

from collections import Counter

import pytest

from geo.errors import Unreadable
from geo.sources import resource_tables
from geo.sources.delivery import Refused

HEADER = "ID,名称,緯度,経度"
SALON = "1,茶話会,35.9,136.2"


@pytest.fixture
def deliver(tmp_path):
    """A function that saves a list, given as lines or as bytes, and reads it."""

    def read(*content, encoding="utf-8"):
        path = tmp_path / "list.csv"
        is_bytes = isinstance(content[0], bytes)
        path.write_bytes(content[0] if is_bytes else "\r\n".join(content).encode(encoding))
        return resource_tables.read(path)

    return read


@pytest.mark.parametrize(
    ("name", "rows", "without_coordinates"),
    [
        ("kyotakukaigo", 23, 0),
        ("syokujiservice", 10, 0),
        ("gaisyutsushien", 5, 0),
        ("iryoukikan", 76, 0),
        ("kenkououendan", 108, 0),
        ("AED", 103, 0),
        ("syougaisyayoutoilet", 62, 0),
        ("chisanchisyounomise", 53, 15),
    ],
)
def test_the_lists_of_echizen_with_rdf_headers(real, name, rows, without_coordinates):
    file = resource_tables.read(real / f"echizen/resource_list/{name}.csv")
    assert (len(file.rows), file.refused) == (rows, ())
    assert (file.form, file.encoding, file.key_column) == ("rdf", "utf-8-sig", "")
    notes = Counter(note for row in file.rows for note in row.notes)
    assert notes == Counter({"no_coordinates": without_coordinates} if without_coordinates else {})


def test_the_first_care_office_of_echizen_cell_by_cell(real):
    row = resource_tables.read(real / "echizen/resource_list/kyotakukaigo.csv").rows[0]
    assert (row.row, row.name, row.category) == (2, "居宅かいごしえん府中", "居宅介護支援事業")
    assert (row.address, row.phone) == ("越前市府中1-3-5", "0778-22-1084")
    assert (row.lon, row.lat) == (136.16984, 35.902756)
    assert row.other["https://code4fukui.github.io/rdf/#visit_care"] == "○"
    assert "https://code4fukui.github.io/rdf/#day_service" not in row.other


def test_meals_of_echizen_keep_their_days_and_even_out_their_telephone(real):
    row = resource_tables.read(real / "echizen/resource_list/syokujiservice.csv").rows[0]
    assert (row.name, row.days, row.phone) == ("水仙園", "火・金", "27-2155")  # ２７－２１５５


def test_a_street_after_its_city_is_one_address(real):
    row = resource_tables.read(real / "echizen/resource_list/kenkououendan.csv").rows[0]
    assert row.address == "福井県越前市宮谷町31-6"


def test_the_second_column_of_a_name_is_kept_apart(real):
    row = resource_tables.read(real / "echizen/resource_list/AED.csv").rows[0]
    assert row.name == "越前市福祉健康センター"
    assert row.other["https://schema.org/name (2)"] == "自動体外式除細動器"


def test_public_facilities_of_echizen_stand_where_their_geo3x3_says(real):
    file = resource_tables.read(real / "echizen/resource_list/01shisetsu.csv")
    assert (file.form, len(file.rows)) == ("other", 120)
    # two halls have "-" in every column but their name
    assert Counter(row.notes for row in file.rows) == {
        ("from_geo3x3",): 118,
        ("no_coordinates",): 2,
    }
    row = file.rows[0]
    assert (round(row.lon, 5), round(row.lat, 5)) == (136.17048, 35.90413)
    assert row.other == {}  # 「-」 says nothing


def test_a_list_whose_names_stand_in_a_column_called_colour_is_refused(real):
    with pytest.raises(Unreadable) as error:
        resource_tables.read(real / "echizen/resource_list/roudousyafukushishisetsu.csv")
    assert error.value.facts == {"reason": "no_name_column"}


def test_the_60_shops_of_sabae_in_shift_jis(real):
    file = resource_tables.read(real / "sabae/resource_list/sabae_store.csv")
    assert (len(file.rows), file.encoding, file.form) == (60, "cp932", "other")
    row = file.rows[1]
    assert (row.name, row.category) == ("地域事業主 わどう", "学習センター")
    assert row.address == "福井県鯖江市日の出町７-４２"


def test_the_old_standard_is_read_into_fields(deliver):
    file = deliver(
        "都道府県コード又は市区町村コード,NO,都道府県名,市区町村名,名称,名称_カナ,名称_通称,POIコード,"
        "住所,方書,緯度,経度,電話番号,内線番号,法人番号,団体名,利用可能曜日,開始時間,終了時間,"
        "利用可能日時特記事項,説明,バリアフリー情報,URL,備考",
        "182079,0000000001,福井県,鯖江市,神明公民館,シンメイコウミンカン,,,"
        "鯖江市三六町1-4-20,2階,35.9,136.2,0000-00-0001,,,鯖江市,火水木,９：００,21:00,"
        "月曜休館,会議室,車椅子;オストメイト,https://example.jp/,改修中",
    )
    assert (file.form, file.key_column, file.refused) == ("public_facility", "NO", ())
    [row] = file.rows
    assert (row.key, row.municipality) == ("0000000001", "18207")
    assert (row.name, row.kana) == ("神明公民館", "シンメイコウミンカン")
    assert row.address == "鯖江市三六町1-4-20 2階"
    assert (row.days, row.opens, row.closes, row.days_note) == (
        "火水木",
        "9:00",
        "21:00",
        "月曜休館",
    )
    assert (row.provider, row.description, row.note) == ("鯖江市", "会議室", "改修中")
    assert (row.phone, row.url) == ("0000-00-0001", "https://example.jp/")
    assert row.other == {}  # the prefecture and the city stand in the address
    assert row.details == (("バリアフリー情報", "車椅子;オストメイト"),)


def test_care_services_are_read_into_fields(deliver):
    file = deliver(
        "介護サービス事業所名称,介護サービス事業所名称_カナ,実施サービス,住所,緯度,経度,法人の名称,"
        "事業所番号,利用可能曜日,利用可能曜日特記事項,定員",
        "デイ花,デイハナ,通所介護,鯖江市,35.9,136.2,社会福祉法人花,1870000001,月火,盆は休み,１８名",
        "デイ花,デイハナ,短期入所,鯖江市,35.9,136.2,社会福祉法人花,1870000001,月火,,",
    )
    assert (file.form, file.key_column) == ("care_service", "")
    assert [row.category for row in file.rows] == ["通所介護", "短期入所"]  # one number, two rows
    row = file.rows[0]
    assert (row.kana, row.provider, row.days_note) == ("デイハナ", "社会福祉法人花", "盆は休み")
    assert [row.capacity for row in file.rows] == [18, None]
    assert row.other == {"事業所番号": "1870000001"}


def test_medical_offices_and_events_are_read_into_fields(deliver):
    medical = deliver(
        "名称,医療機関の種類,診療曜日,診療開始時間,診療終了時間,診療日時特記事項,診療科目",
        "林医院,診療所,月火水,8:30,17:00,木曜は午前,内科",
    )
    [row] = medical.rows
    assert (medical.form, row.category, row.days) == ("medical", "診療所", "月火水")
    assert (row.opens, row.closes, row.days_note) == ("8:30", "17:00", "木曜は午前")
    assert row.description == "内科"
    event = deliver(
        "イベント名,イベント名_カナ,開始日,開始時間,料金(基本),主催者,場所名称,住所,定員",
        "健康まつり,ケンコウマツリ,2026-10-04,10:00,無料,鯖江市,体育館,鯖江市,約100人",
    )
    [row] = event.rows
    assert (event.form, row.name, row.fee, row.provider) == (
        "event",
        "健康まつり",
        "無料",
        "鯖江市",
    )
    assert (row.capacity, row.other["定員"]) == (None, "約100人")
    assert row.notes == ("no_coordinates", "capacity_not_a_number")


def test_an_address_in_parts_is_put_together_when_the_whole_is_missing(deliver):
    file = deliver(
        "名称,所在地_連結標記,所在地_都道府県,所在地_市区町村,所在地_町字,所在地_番地以下,"
        "建物名等（方書）",
        "甲,福井県鯖江市西山町13-1 2階,福井県,鯖江市,西山町,13-1,2階",
        "乙,,福井県,鯖江市,西山町,13-1,2階",
    )
    assert [row.address for row in file.rows] == [
        "福井県鯖江市西山町13-1 2階",
        "福井県鯖江市西山町13-1 2階",
    ]
    assert [row.other for row in file.rows] == [{}, {}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_one_list_is_the_same_in_every_encoding(deliver, encoding):
    file = deliver(HEADER, SALON, encoding=encoding)
    assert file.encoding == encoding
    assert file.headers == ("ID", "名称", "緯度", "経度")
    assert [(row.key, row.name, row.lon, row.lat) for row in file.rows] == [
        ("1", "茶話会", 136.2, 35.9)
    ]


def test_tabs_separate_what_excel_calls_unicode_text(deliver):
    file = deliver("名称\t住所", "茶話会\t鯖江市1,2", encoding="utf-16")
    assert (file.rows[0].name, file.rows[0].address) == ("茶話会", "鯖江市1,2")


def test_full_width_coordinates_are_numbers(deliver):
    [row] = deliver("名称,緯度,経度", "茶話会,３５．９０,１３６．２").rows
    assert (row.lon, row.lat, row.notes) == (136.2, 35.9, ())


def test_lat_and_lon_in_each_others_column_are_put_right_and_noted(deliver):
    [row] = deliver(HEADER, "1,茶話会,136.2,35.9").rows
    assert (row.lon, row.lat, row.notes) == (136.2, 35.9, ("lat_lon_swapped",))


@pytest.mark.parametrize(
    ("cells", "note"),
    [
        (",", "no_coordinates"),
        ("-,－", "no_coordinates"),
        ("35.9,", "bad_coordinates"),
        ("N35.9,E136.2", "bad_coordinates"),
        ("35度54分,136度12分", "bad_coordinates"),
        ("NaN,inf", "bad_coordinates"),
        ("1e999,136.2", "bad_coordinates"),
    ],
)
def test_a_row_without_usable_coordinates_is_kept_and_noted(deliver, cells, note):
    [row] = deliver(HEADER, f"1,茶話会,{cells}").rows
    assert (row.lon, row.lat, row.notes) == (None, None, (note,))


@pytest.mark.parametrize(
    ("line", "reason", "detail"),
    [
        ("2,,35.9,136.2", "no_name", ""),
        ("2,喫茶,0,0", "outside_japan", "喫茶 0.0,0.0"),
        ("2,喫茶,40.7,-74.0", "outside_japan", "喫茶 40.7,-74.0"),
        ("2,喫茶,35.9", "wrong_number_of_cells", "喫茶 3/4"),
        ("2,喫茶,35.9,136.2,余り", "wrong_number_of_cells", "喫茶 5/4"),
        ("2", "wrong_number_of_cells", "1/4"),
        ("1,喫茶,35.9,136.2", "duplicate_id", "喫茶 1"),
    ],
)
def test_a_bad_row_is_refused_with_its_number_and_the_rest_stands(deliver, line, reason, detail):
    file = deliver(HEADER, SALON, line, "3,体操,35.9,136.2")
    assert [row.name for row in file.rows] == ["茶話会", "体操"]
    assert file.refused == (Refused(3, reason, detail),)


def test_blank_rows_count_but_are_not_rows(deliver):
    file = deliver(HEADER, "", ",,,", "\u3000,,,", SALON, "")
    assert [row.row for row in file.rows] == [5]
    assert file.refused == ()


def test_commas_left_over_at_the_ends_do_no_harm(deliver):
    file = deliver(f"{HEADER},,", f"{SALON},,", f"2,体操,35.9,136.2{',' * 9}")
    assert file.headers == ("ID", "名称", "緯度", "経度")
    assert [row.other for row in file.rows] == [{}, {}]


def test_a_line_end_within_quotes_is_part_of_the_cell(deliver):
    file = deliver('名称,"備\n考"', '茶話会,"一行\r\n二行, ""三"""', "体操,")
    assert [(row.row, row.note) for row in file.rows] == [(2, '一行\n二行, "三"'), (3, "")]


def test_text_stays_text(deliver):
    [row] = deliver("名称,備考,電話番号", "=①喫茶,+1,-").rows
    assert (row.name, row.note, row.phone) == ("=①喫茶", "+1", "")  # a lone dash is empty


def test_an_id_that_excel_rounded_is_no_key(deliver):
    file = deliver(HEADER, "1.72051E+11,甲,35.9,136.2", "1.72051E+11,乙,35.9,136.2")
    assert [(row.key, row.name, row.notes) for row in file.rows] == [
        (None, "甲", ("id_in_exponent",)),
        (None, "乙", ("id_in_exponent",)),
    ]


def test_rows_without_an_id_are_not_each_others_duplicates(deliver):
    file = deliver(HEADER, ",甲,35.9,136.2", ",乙,35.9,136.2")
    assert [(row.key, row.name) for row in file.rows] == [(None, "甲"), (None, "乙")]


def test_the_code_of_the_publisher_is_read_and_its_zero_given_back(deliver):
    file = deliver("全国地方公共団体コード,名称", "92011,甲", "宇都宮,乙", ",丙")
    assert [(row.municipality, row.notes) for row in file.rows] == [
        ("09201", ("no_coordinates", "code_zero_restored")),
        (None, ("no_coordinates", "code_unreadable")),
        (None, ("no_coordinates",)),
    ]


def test_columns_are_told_apart_when_names_repeat_or_are_missing(deliver):
    file = deliver("名称,特色,特色,,特色 (2)", "甲,a,b,c,d")
    assert file.headers == ("名称", "特色", "特色 (2)", "#4", "特色 (2) (2)")
    assert list(file.rows[0].other.values()) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("content", "facts"),
    [
        (b"", {"reason": "empty"}),
        (b"\r\n\r\n", {"reason": "empty"}),
        (b"\xef\xbb\xbf", {"reason": "empty"}),
        (b"\xef\xbb\xbf,,\r\n", {"reason": "empty"}),
        (b"<OGRVRTDataSource/>", {"reason": "not_a_table"}),
        (b'{"type": "FeatureCollection"}', {"reason": "not_feature_collection"}),
        (b"csv,LINK,license,download_from\na,b,c,d\n", {"reason": "is_a_catalogue"}),
        (
            b'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"/>',
            {"reason": "is_kml"},
        ),
        ("名称\n茶話会\n".encode(), {"reason": "not_a_table"}),
        ("地区,人口\n東,5\n".encode(), {"reason": "no_name_column"}),
        (b"PK\x03\x04\x14\x00\x06\x00", {"reason": "not_a_zip"}),
        ("名称,住所\n甲,乙\n".encode("utf-16-le"), {"reason": "not_text"}),
        ("名称,住所\n甲,\0\n".encode(), {"reason": "not_text"}),
        (b"name,\x81\xff\xff\n", {"reason": "encoding_unknown"}),
        ('名称,住所\n甲,乙\n"丙,丁\n'.encode(), {"reason": "broken_quotes", "row": 3}),
        ('名称,住所\n"甲"乙,丙\n'.encode(), {"reason": "broken_quotes", "row": 2}),
        (f"名称,住所\n甲,乙\n丙,{'9' * 1_000_000}".encode(), {"reason": "cell_too_long", "row": 3}),
    ],
    ids=lambda value: value["reason"] if isinstance(value, dict) else "",
)
def test_a_file_that_is_no_list_is_refused_for_its_reason(deliver, content, facts):
    with pytest.raises(Unreadable) as error:
        deliver(content)
    assert error.value.facts == facts


def test_a_list_of_no_rows_is_a_list(deliver):
    assert deliver(HEADER).rows == ()
