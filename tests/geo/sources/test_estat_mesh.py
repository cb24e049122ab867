"""Squares of the census as e-Stat delivers them, and what may be wrong with such a file."""

import zipfile
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import Unreadable
from geo.sources import estat_mesh, population

GOBANCHO = Path(__file__).parents[3] / "data/model_town/tblT001141H4836.txt"
WORDS = "　人口（総数）,　人口（総数）　男,　６５歳以上人口　総数,　７５歳以上人口　総数,　８５歳以上人口　総数,　世帯総数"


def table(rows, words=WORDS, number="T001141", encoding="cp932"):
    """A file with these rows under both headers."""
    columns = [f"{number}{at:03d}" for at in range(1, words.count(",") + 2)]
    head = ",".join(["KEY_CODE", "HTKSYORI", "HTKSAKI", "GASSAN", *columns])
    return "\r\n".join([head, f",,,,{words}", *rows, ""]).encode(encoding)


@pytest.fixture
def deliver(tmp_path):
    def read(rows, **options):
        path = tmp_path / "tbl.txt"
        path.write_bytes(rows if isinstance(rows, bytes) else table(rows, **options))
        return estat_mesh.read(path)

    return read


def reason(deliver, rows, **options):
    with pytest.raises(Unreadable) as error:
        deliver(rows, **options)
    return error.value.facts["reason"]


def test_the_squares_of_gobancho_hold_a_thousand_people():
    file = estat_mesh.read(GOBANCHO)
    sums = {name: float(np.nansum(counts)) for name, counts in file.counts.items()}
    assert sums == {
        "people": 1000,
        "people_65": 340,
        "people_75": 180,
        "people_85": 60,
        "households": 500,
    }
    assert (len(file.codes), file.side_m, file.day) == (10, 500, date(2020, 10, 1))
    assert (file.refused, file.remarks, file.encoding) == ((), (), "cp932")


def test_a_hidden_age_is_unknown_and_says_where_it_is_counted():
    file = estat_mesh.read(GOBANCHO)
    hidden = np.flatnonzero(file.counted_in)
    assert file.codes[hidden].tolist() == [483660301]
    assert file.counted_in[hidden].tolist() == [483660203]
    assert file.counts["people"][hidden].tolist() == [6]
    assert np.isnan(file.counts["people_65"][hidden]).all()


def test_the_columns_of_65_and_75_are_told_by_their_words(deliver):
    swapped = "　人口（総数）,　７５歳以上人口　総数,　６５歳以上人口　総数,　６５歳以上人口　男"
    file = deliver(["533946114,0,,,100,20,30,9"], words=swapped)
    assert file.counts["people_65"].tolist() == [30]
    assert file.counts["people_75"].tolist() == [20]
    assert np.isnan(file.counts["people_85"]).all()  # the table does not say


def test_classes_of_five_years_are_added(deliver):
    """T001192: no column of 65 and more."""
    ages = [f"　{age}～{age + 4}歳人口　総数" for age in range(60, 85, 5)] + [
        "　８５歳以上人口　総数"
    ]
    words = ",".join(["　人口（総数）", *ages])
    file = deliver(["533946114,0,,,100,9,5,4,3,2,1"], words=words, number="T001192")
    assert [file.counts[f"people_{age}"].tolist() for age in (65, 75, 85)] == [[15], [6], [1]]


@pytest.mark.parametrize(
    ("code", "side_m"),
    [("53394611", 1000), ("533946114", 500), ("5339461141", 250), ("53394611412", 125)],
)
def test_squares_of_each_size(deliver, code, side_m):
    assert deliver([f"{code},0,,,1,1,1,1,1,1"]).side_m == side_m


def test_a_dash_is_nobody_and_a_star_is_unknown(deliver):
    file = deliver(["533946114,0,,,12,6,-,-,-,4", "533946113,0,,,12,6,*,*,*,4"])
    assert file.counts["people_65"][1] == 0
    assert np.isnan(file.counts["people_65"][0])


def test_an_unknown_table_has_no_day(deliver):
    assert deliver(["533946114,0,,,1,1,1,1,1,1"], number="T009999").day is None


def test_utf8_and_an_archive_of_two_meshes(tmp_path):
    one, two = (
        table(["533946114,0,,,1,1,1,1,1,1"], encoding="utf-8-sig"),
        table(["523946114,0,,,2,1,1,1,1,1"]),
    )
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.writestr("tblT001141H5339.txt", one)
        archive.writestr("tblT001141H5239.txt", two)
    assert estat_mesh.is_mesh(tmp_path / "both.zip")
    file = estat_mesh.read(tmp_path / "both.zip")
    assert file.codes.tolist() == [523946114, 533946114]


@given(st.data())
def test_sums_over_squares_are_exactly_those_of_the_file(tmp_path_factory, data):
    """Whatever is hidden where: people and ages add up to what the file says, star for star."""
    count = data.draw(st.integers(1, 12))
    rows, totals = [], [0, 0]
    for at in range(count):
        people = data.draw(st.integers(0, 3000))
        hides = at > 0 and data.draw(st.booleans())
        old = 0 if hides else data.draw(st.integers(0, people))
        totals[0] += people
        totals[1] += old
        state = "2,533946001," if hides else "0,,"
        shown = "*" if hides else str(old)
        rows.append(f"533946{at // 10}{at % 10}1,{state},{people},0,{shown},*,*,1")
    path = tmp_path_factory.mktemp("m") / "t.txt"
    path.write_bytes(table(rows))
    file = estat_mesh.read(path)
    assert np.nansum(file.counts["people"]) == totals[0]
    assert np.nansum(file.counts["people_65"]) == totals[1]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("533986114,0,,,1,1,1,1,1,1", "bad_mesh_code"),
        ("5339461,0,,,1,1,1,1,1,1", "bad_mesh_code"),
        ("5339461１4,0,,,1,1,1,1,1,1", "bad_mesh_code"),
        ("533946113,2,,,1,1,*,*,*,1", "no_host"),
        ("533946113,2,abc,,1,1,*,*,*,1", "bad_mesh_code"),
        ("533946113,2,999999999,,1,1,*,*,*,1", "bad_mesh_code"),
        ("533946113,0,,,-5,1,1,1,1,1", "negative"),
        ("533946113,0,,,NaN,1,1,1,1,1", "not_a_count"),
        ("533946113,0,,,1.5,1,1,1,1,1", "not_a_count"),
        ("533946113,0,,,1e9,1,1,1,1,1", "not_a_count"),
        ("533946113,0,,,999999999999999999999,1,1,1,1,1", "not_a_count"),
        ("533946113,0,,,4000000,1,1,1,1,1", "too_many_people"),
        ("533946113,0,,,10,5,11,1,1,1", "parts_exceed_total"),
        ("533946113,0,,,10,5,1,1,1,1,1,1", "wrong_number_of_cells"),
    ],
)
def test_a_row_that_cannot_be_true_is_refused_and_the_rest_stands(deliver, row, why):
    file = deliver([row, "533946114,0,,,10,5,1,1,1,1"])
    assert [refused.reason for refused in file.refused] == [why]
    assert file.codes.tolist() == [533946114]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (table([]), "no_rows"),
        (table(["533946114,0,,,10,5,1,1,1,1", "533946113,0,,,10,5"]), "truncated"),
        (table(["533946114,0,,,1,1,1,1,1,1", "533946114,0,,,2,1,1,1,1,1"]), "squares_contradict"),
        (
            b"KEY_CODE,HTKSYORI,HTKSAKI,GASSAN,T001141001\r\n533946114,0,,,10\r\n",
            "no_japanese_header",
        ),
        (table(["533946114,0,,,1"], words="　世帯総数"), "no_people_column"),
        (table(["533946114,0,,,1"], words="　６５歳以上人口　総数"), "no_people_column"),
        (table(["abc,0,,,1,1,1,1,1,1"]), "bad_mesh_code"),
        (b"KEY_CODE,HTKSYORI,HTKSAKI,GASSAN,T1\r\n,,,,\x81\r\n", "encoding_unknown"),
        (b"KEY_CODE,HTKSYORI", "no_japanese_header"),
    ],
)
def test_a_file_that_is_not_whole_is_refused(deliver, content, why):
    assert reason(deliver, content) == why


def test_the_same_square_twice_counts_once(deliver):
    file = deliver(["533946114,0,,,10,5,1,1,1,1"] * 2)
    assert file.counts["people"].tolist() == [10]
    assert [(one.reason, one.detail) for one in file.remarks] == [("squares_twice", "1")]


def test_a_square_whose_host_is_not_there_keeps_its_people(deliver):
    file = deliver(["533946114,2,533946111,,6,3,*,*,*,2"])
    assert file.counts["people"].tolist() == [6]
    assert [one.reason for one in file.remarks] == ["host_missing"]


def test_ten_thousand_bad_rows_are_counted_not_listed(deliver):
    rows = ["5339461,0,,,1,1,1,1,1,1"] * 10_000 + ["533946114,0,,,1,1,1,1,1,1"]
    file = deliver(rows)
    assert (len(file.refused), file.lost) == (200, 9_800)


def test_other_files_are_no_squares(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"KEY_CODE,HYOSYO,CITYNAME,NAME,HTKSYORI,HTKSAKI,GASSAN\r\n")
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04" + b"\0" * 100)
    assert not estat_mesh.is_mesh(tmp_path / "a.csv")
    with pytest.raises(Unreadable, match="small_areas"):
        population.read(tmp_path / "a.csv", "碁盤町", "99001")
    assert not estat_mesh.is_mesh(tmp_path / "b.zip")
    assert not estat_mesh.is_mesh(tmp_path)
