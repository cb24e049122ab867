"""Population tables as offices write them: what is read, what is checked, what is refused."""

from datetime import date

import openpyxl
import pytest

from geo.ages import at_least
from geo.errors import Unreadable
from geo.sources import mihon, population
from geo.sources.mihon.population import population_files

OWN = ("碁盤町", "99001")


@pytest.fixture
def deliver(tmp_path):
    def read(text, as_of=None, own=OWN, encoding="utf-8"):
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode(encoding))
        return population.read(path, *own, as_of)

    return read


def reason(deliver, text, **options):
    with pytest.raises(Unreadable) as error:
        deliver(text, **options)
    return error.value.facts["reason"]


def bands(table):
    """Name → everybody, 65+, 75+, 85+."""
    return {
        area.name: [at_least(area.ages(), age) for age in (0, 65, 75, 85)] for area in table.areas
    }


def said(notes):
    return [(note.row, note.reason, note.detail) for note in notes]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_wide_table_by_sex_and_age(deliver, encoding):
    table = deliver(
        "町名,世帯数,総数,男,女,0～64歳,65～74歳,75歳以上\n松葉,40,100,48,52,60,30,10\n緑丘,9,20,9,11,20,0,0\n",
        encoding=encoding,
    )
    assert bands(table) == {"松葉": [100, 40, 10, None], "緑丘": [20, 0, 0, None]}
    assert table.areas[0].ages("households") == {(0, None): 40}
    assert (table.refused, table.remarks) == ((), ())


def test_a_long_table_of_a_row_for_each_sex_and_age(deliver):
    """As 越前市 koureikaritsu: 東 is in five rows, one of them of people living alone."""
    table = deliver(
        "https://code4fukui.github.io/rdf/#echizen_city_area,"
        "https://code4fukui.github.io/rdf/#number_of_households,https://schema.org/category,"
        "https://code4fukui.github.io/rdf/#population\n"
        "東,9,男性,10\n東,9,女性,12\n東,9,65歳以上男性,3\n東,9,65歳以上女性,4\n"
        "東,9,一人暮らしの65歳以上,2\n"
    )
    assert bands(table) == {"東": [22, 7, None, None]}
    assert table.areas[0].ages("living_alone") == {(65, None): 2}
    assert table.form == "rdf"


def test_three_rows_for_each_town_with_ages_to_the_right(deliver):
    """The name stands in the first of them only."""
    table = deliver(
        "町名,区分,総数,0～64,65～\n松葉,計,10,6,4\n,男,4,3,1\n,女,6,3,3\n緑丘,計,5,5,0\n,男,2,2,0\n,女,3,3,0\n"
    )
    assert bands(table) == {"松葉": [10, 4, None, None], "緑丘": [5, 0, None, None]}


def test_a_name_in_the_middle_of_its_rows_and_a_table_beside_itself(deliver):
    """As 鯖江市 地区別人口実態表: 計 is the last of each block, foreigners are part of it."""
    table = deliver(
        "地区別人口,,,,,,,,\n,,,令和8年8月1日現在,,,,,\n,,,資料：市民窓口課,,,,,\n"
        "地区名,区分,男,女,,地区名,区分,男,女\n"
        ",日本人,9,10,,,日本人,19,20\n東,外国人,1,2,,西,外国人,1,0\n,計,10,12,,,計,20,20\n"
        ",日本人,5,5,,,日本人,33,35\n南,外国人,0,0,,合計,外国人,2,2\n,計,5,5,,,計,35,37\n"
    )
    assert bands(table) == {
        "東": [22, None, None, None],
        "南": [10, None, None, None],
        "西": [40, None, None, None],
    }
    assert at_least(table.total.ages(), 0) == 72
    assert (table.edition.day, table.title, table.office) == (
        date(2026, 8, 1),
        "地区別人口",
        "市民窓口課",
    )
    assert table.remarks == ()


def test_a_row_a_month_with_a_column_for_each_area(deliver):
    """As 鯖江市 sabae_population.csv: the latest month, or the one asked for."""
    text = "date,lgcode,population,東,西\n2026-07-01,990019,30,10,20\n2026-08-01,990019,33,11,22\n"
    latest = deliver(text)
    assert bands(latest)["西"][0] == 22
    assert (latest.edition.day, latest.is_own) == (date(2026, 8, 1), True)
    assert said(latest.remarks) == [(0, "editions_left_out", "1")]
    assert bands(deliver(text, as_of=date(2026, 7, 1)))["西"][0] == 20
    assert reason(deliver, text, as_of=date(2020, 1, 1)) == "no_such_edition"


def test_a_year_is_a_year_and_not_its_first_of_january(deliver):
    table = deliver("年,地区,人口\n平成30年,東,9\n平成31年,東,8\n")
    assert (table.edition.day, table.edition.unit) == (date(2019, 1, 1), "year")
    exact = deliver("年,地区,人口\n平成31年,東,8\n", as_of=date(2019, 4, 1))
    assert (exact.edition.day, exact.edition.unit) == (date(2019, 4, 1), "day")


def test_a_date_that_the_file_denies_is_refused(deliver):
    text = "令和8年4月1日現在,,\n地区,男,女\n東,1,2\n"
    assert reason(deliver, text, as_of=date(2025, 4, 1)) == "edition_differs"
    assert deliver(text, as_of=date(2026, 4, 1)).edition.unit == "day"


def test_no_date_anywhere_stays_unknown(deliver):
    table = deliver("地区,人口\n東,8\n")
    assert (table.edition.day, "no_date_said" in table.assumptions) == (None, True)


def test_the_whole_municipality_by_single_years(deliver):
    """As 越前市 nenreibetsu: no area at all, 100 and more at the end."""
    table = deliver(
        "年齢,性別,人口\n64,男,5\n64,女,5\n65,男,1\n65,女,2\n66以上,男,3\n66以上,女,4\n"
    )
    assert (table.is_whole, table.areas) == (True, ())
    assert at_least(table.total.ages(), 65) == 10


def test_a_table_of_cities_keeps_its_own(deliver):
    table = deliver("市町村,性別,人口\n碁盤町,男,4\n碁盤町,女,5\n隣町,男,7\n隣町,女,8\n")
    assert at_least(table.total.ages(), 0) == 9
    assert said(table.refused) == [(4, "other_municipality", "隣町")]


def test_rows_of_another_municipality_are_refused_by_their_code(deliver):
    table = deliver("市区町村コード,町名,人口\n990019,松葉,4\n182079,本町,5\n")
    assert list(bands(table)) == ["松葉"]
    assert said(table.refused) == [(3, "other_municipality", "本町")]


def test_sums_are_checked_and_never_counted(deliver):
    table = deliver(
        "地区,町名,人口\n東,松葉,10\n東,緑丘,5\n東,小計,15\n西,汐見,7\n西,小計,8\n,合　計,22\n"
    )
    assert bands(table).keys() == {"松葉", "緑丘", "汐見"}
    assert table.total.counts["people", "both", (0, None)] == 22
    assert said(table.remarks) == [(6, "total_differs", "小計 8 / 7")]


def test_headings_with_numbers_are_areas_of_a_wider_kind(deliver):
    """As 越前市 machibetsujumin: 東地区 above its towns, the town itself above everything."""
    table = deliver("地区,人口\n碁盤町,22\n東地区,15\n松葉,10\n緑丘,5\n西地区,7\n汐見,7\n")
    assert bands(table).keys() == {"松葉", "緑丘", "汐見"}
    assert [(line.name, line.counts["people", "both", (0, None)]) for line in table.wider] == [
        ("東地区", 15),
        ("西地区", 7),
    ]
    assert (table.total.name, table.remarks) == ("碁盤町", ())
    assert [area.within for area in table.areas] == ["東地区", "東地区", "西地区"]


def test_a_table_of_nothing_but_districts_has_no_headings(deliver):
    assert bands(deliver("地区,人口\n東地区,15\n西地区,7\n合計,22\n")).keys() == {
        "東地区",
        "西地区",
    }


def test_empty_and_hidden_cells_are_unknown_and_a_dash_is_nobody(deliver):
    table = deliver("町名,人口,65歳以上\n松葉,10,\n緑丘,9,*\n汐見,8,X\n浜風,7,-\n")
    assert bands(table) == {
        "松葉": [10, None, None, None],
        "緑丘": [9, None, None, None],
        "汐見": [8, None, None, None],
        "浜風": [7, 0, None, None],
    }
    assert set(table.assumptions) == {"no_date_said", "dash_is_zero"}


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        *[(cell, "negative") for cell in ("-5", "△5", "▲12")],
        *[(cell, "not_a_count") for cell in ("NaN", "inf", "1.5", "約100", "1e9", "=1+1")],
        *[(cell, "too_many_people") for cell in ("5000001", "999999999999")],
        ("9" * 30, "not_a_count"),
    ],
)
def test_a_number_that_is_none_refuses_its_row(deliver, cell, why):
    table = deliver(f"町名,人口\n松葉,{cell}\n緑丘,9\n")
    assert list(bands(table)) == ["緑丘"]
    assert [(one.row, one.reason) for one in table.refused] == [(2, why)]


def test_numbers_as_people_write_them(deliver):
    table = deliver('町名,人口\n松葉,"１，２３４人"\n緑丘, 12 \n')
    assert [band[0] for band in bands(table).values()] == [1234, 12]


def test_more_old_people_than_people_cannot_be(deliver):
    table = deliver("町名,人口,65歳以上\n松葉,10,11\n緑丘,9,1\n")
    assert said(table.refused) == [(2, "parts_exceed_total", "松葉 11 / 10")]


def test_what_does_not_quite_add_up_is_said_and_taken(deliver):
    table = deliver("町名,人口,男,女,0～64歳,65歳以上\n松葉,10,4,5,6,3\n")
    assert [one.reason for one in table.remarks] == ["ages_differ", "sexes_differ"]
    assert bands(table)["松葉"][:2] == [10, 3]


def test_one_town_with_two_numbers(deliver):
    table = deliver("町名,人口\n松葉,10\n松葉,11\n緑丘,1\n緑丘,1\n")
    assert said(table.refused) == [(3, "said_twice", "松葉 10 / 11")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("町名,人口\n", "no_rows"),
        ("町名,人口\n※人数は公表していません,\n", "no_rows"),
        ("段階,区分,率,年額\n第1段階,本人,基準額×0.3,21360\n", "not_population"),
        ("名称,学年,児童数\n松葉小,1年,30\n", "not_population"),
        ("町名,緯度,経度\n松葉,32.5,136\n", "not_population"),
        ("町名,高齢化率\n松葉,32\n", "not_population"),
        ("町名,人口\n松葉,多い\n緑丘,3.5\n", "no_rows"),
        ("町名,人口\n松葉,-1\n緑丘,-2\n", "no_rows"),
    ],
)
def test_what_tells_nobody_s_number_is_refused(deliver, text, why):
    assert reason(deliver, text) == why


def test_the_register_in_a_workbook_with_merged_cells(tmp_path):
    files = population_files()
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    path = next(tmp_path.glob("juki*"))
    table = population.read(path, mihon.NAME, mihon.CODE)
    sums = [sum(column) for column in zip(*bands(table).values(), strict=True)]
    assert sums == [60_200, 18_600, 10_200, 3_500]
    assert [at_least(table.total.ages(), age) for age in (0, 65, 75, 85)] == sums
    assert (table.remarks, table.refused, table.edition.day) == ((), (), date(2026, 10, 1))
    assert table.areas[0].within == "中央地区"
    standard = population.read(next(tmp_path.glob("*_population.csv")), mihon.NAME, mihon.CODE)
    assert bands(standard) == bands(table)


def test_the_latest_sheet_counts(tmp_path):
    book = openpyxl.Workbook()
    for name, people in (("R7.4.1", 10), ("R8.4.1", 9)):
        sheet = book.create_sheet(name)
        sheet.append(["町名", "人口"])
        sheet.append(["松葉", people])
    book.save(tmp_path / "t.xlsx")
    table = population.read(tmp_path / "t.xlsx", *OWN)
    assert (bands(table)["松葉"][0], table.edition.day) == (9, date(2026, 4, 1))
    earlier = population.read(tmp_path / "t.xlsx", *OWN, date(2025, 4, 1))
    assert bands(earlier)["松葉"][0] == 10


def test_the_real_tables_of_echizen(real):
    folder = real / "echizen/population"
    own = ("越前市", "18209")
    by_area = population.read(folder / "koureikaritsu.csv", *own)
    assert bands(by_area)["東"][:2] == [5247, 1909]
    assert len(by_area.areas) == 16
    assert "服間" not in bands(by_area)
    towns = population.read(folder / "machibetsujumin.csv", *own)
    assert (len(towns.areas), len(towns.wider)) == (274, 17)
    # the city's own sum of 服間地区 is 58 people more than its towns
    assert ("total_differs", "服間地区 1789 / 1731") in [
        (one.reason, one.detail) for one in towns.remarks
    ]
    years = population.read(folder / "chikubetsujinkou.csv", *own)
    assert (bands(years)["服間"][0], years.edition.unit) == (1854, "year")
    whole = population.read(folder / "nenreibetsujinkou.csv", *own)
    assert [at_least(whole.total.ages(), age) for age in (0, 65, 75)] == [80_988, 23_224, 11_882]
    for name in ("kaigohokenryo", "cyugakkouseitosu", "cyugakkou", "gyouseiku"):
        with pytest.raises(Unreadable, match="not_population"):
            population.read(folder / f"{name}.csv", *own)


@pytest.mark.parametrize(
    ("name", "day", "people"),
    [
        ("sabae_population.csv", date(2026, 8, 1), 67_655),
        ("R8jinko8.xlsx", date(2026, 8, 1), 67_655),
        ("R4jinnkousuii11.xls", date(2022, 11, 1), 68_985),
        ("chikubetsu-jinko-setaisuR8-4.xlsx", date(2026, 4, 1), 67_813),
        ("chikubetsu-jinko-setaisu-h30.3.xls", date(2018, 3, 1), None),
    ],
)
def test_the_real_tables_of_sabae(real, name, day, people):
    table = population.read(real / "sabae/population" / name, "鯖江市", "18207")
    assert (table.edition.day, len(table.areas)) == (day, 10)
    total = sum(band[0] for band in bands(table).values())
    assert at_least(table.total.ages(), 0) == total
    assert total == (people or total)
    assert {one.reason for one in table.remarks} <= {"sheets_left_out", "editions_left_out"}
