"""e-Stat 地域メッシュ統計: people of a census by squares of 1 km, 500, 250 or 125 m (tblT001141H5436.txt).

cp932 with two header rows; columns are found by the Japanese one, since numbers of tables and columns
change with each census (T001141019 is 65+, 022 is 75+; in T001192 classes of five years must be added).
In a square with few people all but 人口総数 and 世帯総数 is 「*」 (HTKSYORI 2): its ages are counted in
the square HTKSAKI, which says so (HTKSYORI 1, GASSAN). So ages hold for the group, and nothing is zero
because it is hidden. 「-」 is none.
"""

import csv
import zipfile
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from geo import ages
from geo.errors import Unreadable
from geo.sources import apart, archives, mesh_codes, population_labels
from geo.sources.delivery import Refused, RowError
from geo.sources.mesh_codes import Codes
from geo.sources.population_labels import HOUSEHOLDS, PEOPLE

LIMIT_MB = 400  # our choice: 125 m squares of a prefecture are some 60
MOST = 100_000  # our choice: the fullest square kilometre of Japan has some 35,000 people
LISTED = 200  # refused squares told one by one
_HEADER = ("KEY_CODE", "HTKSYORI", "HTKSAKI", "GASSAN")
_UNKNOWN = {"", "*", "**", "***", "X", "x", "…", "..."}
# Tables of the census by the day they are of: 人口及び世帯 in 1 km, 500, 250, 125 m, and by five years of age
_DAYS = {
    date(2020, 10, 1): (
        *("T001100", "T001101", "T001102", "T001140", "T001141", "T001142"),
        *("T001192", "T001196", "T001225", "T001231"),
    ),
    date(2015, 10, 1): ("T000846", "T000847", "T000876"),
    date(2010, 10, 1): ("T000608", "T000609", "T000649"),
}
COUNTS = ("people", "people_65", "people_75", "people_85", "households")
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MeshFile:
    """Squares of one size, sorted by code. Row i of each array is the same square.

    codes       (n,) int64
    counts      name → (n,) float64: people, people_65, people_75, people_85, households; nan = unknown
    counted_in  (n,) int64  the square in which its ages are counted; 0 = its own
    side_m      1000, 500, 250 or 125
    tables      numbers of the tables; day: of the census, None where the table is not known
    lost        how many refused rows are not told one by one
    """

    codes: Codes
    counts: dict[str, Numbers]
    counted_in: Codes
    side_m: int
    tables: tuple[str, ...]
    day: date | None
    encoding: str
    refused: tuple[Refused, ...]
    lost: int
    remarks: tuple[Refused, ...]


@dataclass(slots=True)
class _Squares:
    """Rows while they are read: of each one code, one host (0 without) and five counts."""

    codes: "array[int]" = field(default_factory=lambda: array("q"))
    hosts: "array[int]" = field(default_factory=lambda: array("q"))
    counts: "array[float]" = field(default_factory=lambda: array("d"))
    refused: list[Refused] = field(default_factory=list)
    lost: int = 0

    def refuse(self, one: Refused) -> None:
        """Keep a refusal, or only count it where there are too many to tell."""
        if len(self.refused) < LISTED:
            self.refused.append(one)
        else:
            self.lost += 1


class _Numbers(dict[str, float]):
    """Cell → its count; nan where it is hidden. Most cells of a file say what another said before."""

    def __missing__(self, cell: str) -> float:
        self[cell] = count = self._count(cell.strip())
        return count

    @staticmethod
    def _count(cell: str) -> float:
        if cell in _UNKNOWN:
            return np.nan
        if cell == "-":
            return 0.0
        if not (cell.isascii() and cell.isdigit() and len(cell) < 13):
            raise RowError("negative" if cell[:1] in "-−" else "not_a_count", cell[:40])
        if int(cell) > MOST:
            raise RowError("too_many_people", cell[:40])
        return float(cell)


def is_mesh(path: Path) -> bool:
    """Whether a file, or the first text in an archive, begins as these tables do."""
    try:
        with path.open("rb") as file:
            head = file.read(200)
        if head.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(path) as archive:
                texts = [
                    one for one in archive.infolist() if one.filename.endswith((".txt", ".csv"))
                ]
                head = archive.open(texts[0]).read(200) if texts else b""
    except archives.BROKEN:
        return False
    return head.removeprefix(b"\xef\xbb\xbf").startswith(b"KEY_CODE,HTKSYORI")


def is_small_areas(path: Path) -> bool:
    """Whether it is the other table of the same census: by 町丁・字 (tblT001081C18.txt)."""
    try:
        with path.open("rb") as file:
            head = file.read(200)
    except OSError:
        return False
    return head.removeprefix(b"\xef\xbb\xbf").startswith(b"KEY_CODE,HYOSYO")


def read(path: Path) -> MeshFile:
    """The squares of a table, or of all tables in one archive.

    Rows are refused with a reason: wrong_number_of_cells, bad_mesh_code, no_host, not_a_count,
    negative, too_many_people, parts_exceed_total. Raises Unreadable: too_large, encoding_unknown,
    truncated, no_japanese_header, no_people_column, no_rows, squares_contradict, and the reasons of
    archives.members.
    """
    found = _Squares()
    tables: dict[str, None] = {}
    encoding = ""
    with apart.private_folder() as folder:
        for text in _texts(path, folder):
            if text.stat().st_size > LIMIT_MB * 1_000_000:
                raise Unreadable(reason="too_large", limit_mb=LIMIT_MB)
            encoding = _encoding(text)
            try:
                with text.open(encoding=encoding, newline="") as file:
                    tables[_read_text(file, found)] = None
            except UnicodeDecodeError:
                raise Unreadable(reason="encoding_unknown") from None
    return _mesh_file(found, tuple(tables), encoding)


def _texts(path: Path, folder: Path) -> Iterator[Path]:
    if not zipfile.is_zipfile(path):
        yield path
        return
    inside = [one for one in archives.members(path) if one.suffix in (".txt", ".csv")]
    for number, member in enumerate(inside):
        text = folder / f"{number}.txt"
        archives.unpack(path, member, text)
        yield text


def _encoding(path: Path) -> str:
    """By the two header rows: Japanese cp932 is almost never valid utf-8."""
    with path.open("rb") as file:
        head = file.readline(100_000) + file.readline(100_000)
    try:
        head.decode("utf-8")
    except UnicodeDecodeError:
        return "cp932"
    return "utf-8-sig"


def _read_text(file: TextIO, found: _Squares) -> str:
    """Read one table into ``found``; the number of the table."""
    rows = csv.reader(file)
    try:
        header, words = next(rows, []), next(rows, [])
        if tuple(header[:4]) != _HEADER or len(words) != len(header) or words[0].strip():
            raise Unreadable(reason="no_japanese_header")
        by_name = _columns(words)
        columns, numbers = [by_name[name] for name in COUNTS], _Numbers()
        short = 0
        for number, cells in enumerate(rows, start=3):
            if not cells:
                continue
            short = number if len(cells) < len(header) else 0
            _read_row(number, cells, len(header), columns, numbers, found)
        if short:
            raise Unreadable(reason="truncated", row=short)
    except csv.Error:
        raise Unreadable(reason="not_a_table") from None
    return header[4][:7]


def _columns(words: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Count → the columns that add up to it, by what the second header says."""
    people: dict[ages.Ages, int] = {}
    households: list[int] = []
    for at, heading in enumerate(words):
        label = population_labels.read(heading)
        if label and label.measure == PEOPLE and label.sex == "both" and not label.group:
            people.setdefault(label.ages, at)
        elif label and label.measure == HOUSEHOLDS:
            households.append(at)
    if ages.EVERYBODY not in people:
        raise Unreadable(reason="no_people_column")
    found = {"people": (people[ages.EVERYBODY],), "households": tuple(households[:1])}
    for age in ages.BANDS:
        parts = ages.tiles(people, age, None) or ()
        found[f"people_{age}"] = tuple(people[one] for one in parts)
    return found


def _read_row(
    number: int,
    cells: Sequence[str],
    width: int,
    columns: Sequence[Sequence[int]],
    numbers: _Numbers,
    found: _Squares,
) -> None:
    code = cells[0].strip()
    try:
        if len(cells) != width:
            raise RowError("wrong_number_of_cells")
        own, state = _code(code), cells[1].strip()
        if state == "2" and not cells[2].strip():
            raise RowError("no_host")
        host = _code(cells[2].strip()) if state == "2" else 0
        counts = [sum([numbers[cells[at]] for at in some]) if some else np.nan for some in columns]
        if state == "0" and (
            counts[1] > counts[0] or counts[2] > counts[0] or counts[3] > counts[0]
        ):
            raise RowError("parts_exceed_total")
    except RowError as error:
        found.refuse(error.at(number, code))
        return
    found.codes.append(own)
    found.hosts.append(host)
    found.counts.extend(counts)


def _code(text: str) -> int:
    """A number that may be a code; whether it is one, mesh_codes says for all together."""
    if not (text.isascii() and text.isdigit() and len(text) in mesh_codes.SIDE_M):
        raise RowError("bad_mesh_code")
    return int(text)


def _mesh_file(found: _Squares, tables: tuple[str, ...], encoding: str) -> MeshFile:
    """The squares whose codes are codes, each once, sorted."""
    if not found.codes:
        raise Unreadable(reason=found.refused[0].reason if found.refused else "no_rows")
    codes = np.frombuffer(found.codes, dtype=np.int64)
    counted_in = np.frombuffer(found.hosts, dtype=np.int64)
    counts = np.frombuffer(found.counts, dtype=np.float64).reshape(-1, len(COUNTS))
    digits = len(str(codes[0]))
    sound = mesh_codes.is_code(codes, digits)
    sound &= mesh_codes.is_code(counted_in, digits) | (counted_in == 0)
    for code, host in zip(codes[~sound].tolist(), counted_in[~sound].tolist(), strict=True):
        found.refuse(Refused(0, "bad_mesh_code", f"{code} {host or ''}".strip()))
    if not sound.any():
        raise Unreadable(reason="bad_mesh_code")
    codes, counted_in, counts = codes[sound], counted_in[sound], counts[sound]
    order, twice = _unique(codes, counted_in, counts)
    codes, counted_in, counts = codes[order], counted_in[order], counts[order]
    remarks = [Refused(0, "squares_twice", str(twice))] if twice else []
    homeless = np.unique(counted_in[(counted_in > 0) & ~np.isin(counted_in, codes)])
    if len(homeless):
        remarks.append(Refused(0, "host_missing", f"{len(homeless)} ({homeless[0]})"))
    days = {day for day, known in _DAYS.items() if set(tables) <= set(known)}
    return MeshFile(
        codes=codes,
        counts={name: counts[:, at] for at, name in enumerate(COUNTS)},
        counted_in=counted_in,
        side_m=mesh_codes.SIDE_M[digits],
        tables=tables,
        day=days.pop() if days else None,
        encoding="cp932" if encoding == "cp932" else "utf-8",
        refused=tuple(found.refused),
        lost=found.lost,
        remarks=tuple(remarks),
    )


def _unique(codes: Codes, counted_in: Codes, counts: Numbers) -> tuple[NDArray[Any], int]:
    """Rows in the order of their codes, each code once, and how many were left out as the same.

    Raises Unreadable: squares_contradict, where one square has two contents.
    """
    order = np.argsort(codes, kind="stable")
    again = np.flatnonzero(codes[order][1:] == codes[order][:-1]) + 1
    for at in again:
        one, two = order[at - 1], order[at]
        same = np.array_equal(counts[one], counts[two], equal_nan=True)
        if not same or counted_in[one] != counted_in[two]:
            raise Unreadable(reason="squares_contradict", found=str(codes[one]))
    return np.delete(order, again), len(again)
