"""みほん市: its people by register, census, mesh and survey, and its two timetables."""

import csv
import io
import zipfile
from collections import Counter
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest


def rows_of(path: Path, encoding: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding))))


def mesh(city: Path, name: str) -> tuple[list[str], list[dict[str, str]]]:
    header, names, *lines = (city / "population" / name).read_text("cp932").splitlines()
    columns = header.split(",")
    return names.split(","), [dict(zip(columns, x.split(","), strict=True)) for x in lines]


def test_the_register_counts_60200_people(city):
    rows = rows_of(city / "population" / "990027_population.csv", "utf-8-sig")
    total = Counter()
    for row in rows:
        for name, number in row.items():
            if name.endswith(("男性", "女性", "総人口", "世帯数")):
                total[name] += int(number)
    old = {n: total[f"{n}の男性"] + total[f"{n}の女性"] for n in ("75-79歳", "80-84歳")}
    oldest = total["85歳以上の男性"] + total["85歳以上の女性"]
    younger = sum(total[f"{n}歳の{sex}"] for n in ("65-69", "70-74") for sex in ("男性", "女性"))
    assert (total["総人口"], total["世帯数"], oldest) == (60_200, 24_500, 3_500)
    assert sum(old.values()) + oldest == 10_200
    assert younger + sum(old.values()) + oldest == 18_600
    assert total["男性"] + total["女性"] == 60_200


def test_the_offices_own_table_says_the_same(city):
    sheet = openpyxl.load_workbook(city / "population" / "juki_chobetsu_nenrei_R8-10.xlsx").active
    last = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "合計")
    assert (last[2], last[3]) == (24_500, 60_200)
    assert sum(last[6 + 3 * group] for group in range(17, 21)) == 3_500


def test_the_survey_says_by_area_and_age_who_does_not_drive(city):
    rows = rows_of(city / "population" / "needs_survey_R7.csv", "cp932")
    assert len(rows) == 4 * 3
    for row in rows:
        assert 0 < int(row["自分で運転しない人"]) < int(row["回答数"]) < int(row["配布数"])
    assert 0.19 < sum(int(row["配布数"]) for row in rows) / 18_600 < 0.21


@pytest.mark.parametrize(
    ("name", "digits"), [("tblT001141H4737.txt", 9), ("tblT001142Q4737.txt", 10)]
)
def test_meshes_add_up_to_the_census_with_hidden_cells_in_their_neighbours(city, name, digits):
    names, cells = mesh(city, name)
    prefix = name[3:10]
    assert names[4] == "　人口（総数）　総数"
    assert {len(cell["KEY_CODE"]) for cell in cells} == {digits}
    assert {cell["HTKSYORI"] for cell in cells} == {"0", "1", "2"}

    def total(column: int) -> int:
        texts = [cell[f"{prefix[:7]}{column:03d}"] for cell in cells]
        return sum(int(text) for text in texts if text != "*")

    assert (total(1), total(34)) == (62_100, 24_100)  # shown everywhere
    assert (total(19), total(22), total(25)) == (18_000, 9_150, 3_100)
    by_code = {cell["KEY_CODE"]: cell for cell in cells}
    for cell in cells:
        if cell["HTKSYORI"] == "2":
            assert cell[f"{prefix}019"] == "*"
            assert cell["KEY_CODE"] in by_code[cell["HTKSAKI"]]["GASSAN"].split(";")
            assert int(cell[f"{prefix}001"]) < 10


def test_the_bus_runs_four_times_a_day_but_not_on_sundays_and_holidays(city):
    with zipfile.ZipFile(city / "transit" / "mihon_gtfs.zip") as archive:
        read = {name: rows_in(archive, name) for name in archive.namelist()}
    (week,) = read["calendar.txt"]
    assert (week["monday"], week["saturday"], week["sunday"]) == ("1", "1", "0")
    assert week["end_date"] == "20270331"
    assert "20261103" in {row["date"] for row in read["calendar_dates.txt"]}  # 文化の日
    trips = Counter((row["route_id"], row["direction_id"]) for row in read["trips.txt"])
    assert set(trips.values()) == {4}
    stops = {row["stop_id"] for row in read["stops.txt"]}
    times = read["stop_times.txt"]
    assert {row["stop_id"] for row in times} == stops
    for first, second in pairwise(times):
        if first["trip_id"] == second["trip_id"]:
            assert first["departure_time"] < second["arrival_time"]


def test_one_timetable_has_run_out(city):
    with zipfile.ZipFile(city / "transit" / "mihon_kotsu_gtfs_expired.zip") as archive:
        assert rows_in(archive, "feed_info.txt")[0]["feed_end_date"] == "20250331"


def rows_in(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8"))))
