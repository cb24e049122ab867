"""碁盤町の人: 1,000 people of the census in ten squares of 500 m, and the town's own table of 学区.

       c0   c1   c2   c3   c4    columns from 136.0 E, 22.5 seconds each; rows from 32.5 N, 15 seconds
  r6    6                  90    6 people are too few to tell their ages: they are counted in the
  r5   54  120                   square of 54 below, so that 24 of those 60 are 65 or older
  r4        80            150
  r2       110            150    No square with people lies on a border of a district: sums are whole.
  r1   40                 200    松葉 260, 緑丘 240, 汐見 150, 浜風 350; 西中学校 410, 東中学校 590

Census of 2020: 1,000 people, 340 of them 65 or older, 180 of 75, 60 of 85. 住基 of April 令和8年: 松葉 252,
緑丘 250, 汐見 150; of 浜風 the table says nothing.
"""

import csv
import io
from dataclasses import dataclass

from geo.sources.mihon.census import COLUMNS
from geo.sources.municipality_code import check_digit

_TABLE = "T001141"
FIRST_MESH = "4836"
_SOUTH, _WEST = 120, 0  # squares of 500 m from the corner of the first mesh (32 N, 136 E) to c0, r0
_AGES = [f"{n * 5}-{n * 5 + 4}歳の" for n in range(17)] + ["85歳以上の"]
_HEADER = (
    *("都道府県コード又は市区町村コード", "地域コード", "都道府県名", "市区町村名"),
    *("調査年月日", "地域名", "総人口", "男性", "女性"),
    *[age + sex for age in _AGES for sex in ("男性", "女性")],
    *("世帯数", "備考"),
)
AS_OF = "2026-04-01"


@dataclass(frozen=True, slots=True)
class _Square:
    """People of a square; the ages shown in it are those of its group."""

    column: int
    row: int
    people: int
    over_65: int
    over_75: int
    over_85: int


# 6 people at c0 r6 are hidden and counted at c0 r5
_HIDDEN, _HOST = (0, 6), (0, 5)
_SQUARES = (
    _Square(0, 1, 40, 20, 12, 5),
    _Square(4, 1, 200, 60, 30, 10),
    _Square(1, 2, 110, 50, 30, 12),
    _Square(4, 2, 150, 48, 26, 5),
    _Square(1, 4, 80, 30, 16, 5),
    _Square(4, 4, 150, 30, 12, 3),
    _Square(0, 5, 54, 24, 12, 4),
    _Square(1, 5, 120, 42, 22, 8),
    _Square(0, 6, 6, 0, 0, 0),
    _Square(4, 6, 90, 36, 20, 8),
)
# 学区: men and women in each class of five years under 65, then those of 65-69, 70-74, 75-79, 80-84, 85-
_REGISTER = {
    "松葉小学校区": ((6, 6), ((12, 12), (11, 11), (8, 9), (7, 8), (6, 12)), 118),
    "緑丘小学校区": ((7, 7), ((9, 9), (8, 8), (5, 6), (5, 6), (4, 8)), 112),
    "汐見小学校区": ((3, 3), ((7, 7), (7, 7), (6, 7), (6, 8), (6, 11)), 81),
}


def files(code: str, name: str, prefecture: str) -> dict[str, bytes]:
    """File name → content: squares as e-Stat delivers them, and 自治体標準 地域・年齢別人口."""
    return {
        f"tbl{_TABLE}H{FIRST_MESH}.txt": _squares(),
        f"{code}{check_digit(code)}_population.csv": _register(code, name, prefecture),
    }


def square_code(column: int, row: int) -> int:
    """The code (9 digits) of a square, counted as above."""
    south, west = _SOUTH + row, _WEST + column
    second, third = (south // 20, west // 20), (south // 2 % 10, west // 2 % 10)
    quarter = 1 + south % 2 * 2 + west % 2
    return int(f"{FIRST_MESH}{second[0]}{second[1]}{third[0]}{third[1]}{quarter}")


def _squares() -> bytes:
    text = io.StringIO()
    names = [f"{_TABLE}{number:03d}" for number in range(1, len(COLUMNS) + 1)]
    text.write(",".join(["KEY_CODE", "HTKSYORI", "HTKSAKI", "GASSAN", *names]) + "\r\n")
    text.write(",".join(["", "", "", "", *COLUMNS]) + "\r\n")
    for square in sorted(_SQUARES, key=lambda one: square_code(one.column, one.row)):
        place = (square.column, square.row)
        state = ("2", str(square_code(*_HOST)), "") if place == _HIDDEN else ("0", "", "")
        if place == _HOST:
            state = ("1", "", str(square_code(*_HIDDEN)))
        cells = [str(number) for number in _numbers(square)]
        if place == _HIDDEN:
            cells = [cell if at in (0, 1, 2, 33) else "*" for at, cell in enumerate(cells)]
        text.write(",".join([str(square_code(*place)), *state, *cells]) + "\r\n")
    return text.getvalue().encode("cp932")


def _numbers(square: _Square) -> list[int]:
    """All columns of the table: half of each count are men, a tenth are under 15, homes hold two."""
    group = square.people + (6 if (square.column, square.row) == _HOST else 0)
    young, old = group // 10, square.over_65
    grown = group - young
    counts = [
        *(square.people, young, grown, grown - old, grown, grown),
        *(old, square.over_75, square.over_85, 0, 0),
    ]
    by_sex = [part for count in counts for part in (count, count // 2, count - count // 2)]
    homes = square.people // 2
    rest = [homes, homes, *[0] * (len(COLUMNS) - len(by_sex) - 2)]
    return [*by_sex, *rest]


def _register(code: str, name: str, prefecture: str) -> bytes:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(_HEADER)
    for number, (area, (young, old, homes)) in enumerate(_REGISTER.items(), start=1):
        classes = [*[young] * 13, *old]
        men, women = (sum(pair[at] for pair in classes) for at in (0, 1))
        table.writerow(
            [
                *(code + check_digit(code), f"{number:03d}", prefecture, name, AS_OF, area),
                *(men + women, men, women),
                *[count for pair in classes for count in pair],
                *(homes, ""),
            ]
        )
    return text.getvalue().encode("utf-8-sig")
