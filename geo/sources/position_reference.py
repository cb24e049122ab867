"""位置参照情報: towns and blocks of a municipality with their representative points (国土交通省).

Both products are read, 街区レベル and 大字・町丁目レベル, as the zip of a prefecture or a municipality
or as the CSV in it, line by line: a prefecture has a million blocks. Coordinates are JGD2011
(until some 2011 JGD2000), read as is. A point stands for a 街区; the 地番 in one share it, so that
it says which block, never which house.
"""

import csv
import io
import re
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from geo.errors import Unreadable
from geo.sources import archives, town_lists
from geo.sources.delivery import Refused, RowError
from geo.sources.gazetteer import AddressRow, Whose, columns, lonlat, word
from geo.sources.municipality_code import read_code
from geo.sources.town_lists import AbrTable

LIMIT_MB = 400  # our choice: the blocks of the largest prefecture are some 200
JSON_MB = 20  # of one municipality
ROWS = 500_000  # of one municipality; our choice
LISTED = 200  # refused rows told one by one; the others are counted
PUBLISHERS = {
    "isj": ("国土交通省", "位置参照情報利用約款"),
    "geolonia": ("Geolonia", "CC BY 4.0"),
    "abr": ("デジタル庁", "アドレス・ベース・レジストリ利用規約"),
}
_COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    "isj_block": {
        "prefecture": ("都道府県名",),
        "city": ("市区町村名",),
        "town": ("大字・丁目名", "大字・町丁目名"),
        "koaza": ("小字・通称名",),
        "block": ("街区符号・地番",),
        "lat": ("緯度",),
        "lon": ("経度",),
        "by_block": ("住居表示フラグ",),
        "stands_for": ("代表フラグ",),
        "before": ("更新前履歴フラグ",),
        "after": ("更新後履歴フラグ",),
    },
    "isj_town": {
        "prefecture": ("都道府県名",),
        "code": ("市区町村コード",),
        "city": ("市区町村名",),
        "town": ("大字町丁目名", "大字・町丁目名"),
        "koaza": ("小字・通称名",),
        "lat": ("緯度",),
        "lon": ("経度",),
    },
}
_NOT_NEEDED = ("koaza", "by_block", "stands_for", "before", "after")
_FLAGS = {"1": True, "0": False}
_BLOCK = re.compile(r"[^.\s]{1,20}")


@dataclass(frozen=True, slots=True)
class AddressFile:
    """The rows of one municipality in a gazetteer, and what the file is.

    form     isj_block, isj_town, geolonia or abr_town
    edition  the year in its name, "" without one
    skipped  code → rows that were left alone: other_rows, not_representative, deleted,
             abolished, listed_twice
    refused  the first 200; ``refused_more`` counts the others
    """

    rows: tuple[AddressRow, ...]
    refused: tuple[Refused, ...]
    refused_more: int
    skipped: dict[str, int]
    form: str
    edition: str
    encoding: str
    publisher: str
    licence: str


def read(path: Path, whose: Whose) -> AddressFile:
    """The rows of one municipality, from any of the forms.

    Rows are refused with a reason: wrong_number_of_cells, no_name, bad_block, bad_character,
    too_long, bad_coordinates, swapped_axes, outside_japan. Raises Unreadable: cannot_open,
    too_large, not_addresses, not_json, encoding_unknown, broken_quotes and cell_too_long (with
    ``row``), too_many_rows, no_rows_of_municipality, and the reasons of archives.members.
    """
    if not path.is_file():
        raise Unreadable(reason="cannot_open")
    if path.stat().st_size > LIMIT_MB * 1_000_000:
        raise Unreadable(reason="too_large", limit_mb=LIMIT_MB)
    gathered = _Gathered(whose)
    with _files(path) as files:
        for name, file in files:
            gathered.take(name, file)
    if not gathered.form:
        raise Unreadable(reason="not_addresses")
    if not gathered.rows:
        raise Unreadable(reason="no_rows_of_municipality")
    publisher, licence = PUBLISHERS[gathered.form.partition("_")[0]]
    return AddressFile(
        tuple(gathered.rows.values()),
        tuple(gathered.refused),
        gathered.refused_more,
        dict(sorted(gathered.skipped.items())),
        gathered.form,
        gathered.edition,
        gathered.encoding,
        publisher,
        licence,
    )


class _Table(Protocol):
    """One form of CSV, its columns found."""

    def row(self, at: int, cells: Sequence[str]) -> AddressRow | str: ...


@dataclass(frozen=True, slots=True)
class _IsjTable:
    """Either product of 位置参照情報."""

    at: Mapping[str, int]
    whose: Whose

    def row(self, at: int, cells: Sequence[str]) -> AddressRow | str:
        """A row, or the code for which it is left alone. Raises RowError."""
        said = {field: cells[column] for field, column in self.at.items()}
        ward = self._ward(said)
        if ward is None:
            return "other_rows"
        # 令和3年度 brings deleted rows by mistake, and marks them as changed before
        if "3" in (said.get("before"), said.get("after")):
            return "deleted"
        # a block in several pieces: one of them stands for all
        if said.get("stands_for") == "0":
            return "not_representative"
        town = word(said["town"]).replace("（大字なし）", "")
        koaza, block = word(said.get("koaza", "")), word(said.get("block", ""))
        if block and not _BLOCK.fullmatch(block):  # 12.5: a table that went through Excel
            raise RowError("bad_block", block)
        if not town and not koaza and not block:
            raise RowError("no_name")
        lon, lat = lonlat(said["lon"].strip(), said["lat"].strip())
        by_block = _FLAGS.get(said.get("by_block", ""))
        return AddressRow(at, ward, town, koaza, block, by_block, lon, lat)

    def _ward(self, said: Mapping[str, str]) -> str | None:
        """ "" or the ward of a row that is ours, None of another's."""
        ward = self.whose.ward_of(said["city"]) if self._is_near(said) else None
        # towns have a code, which outlives a change of name (篠山市, 丹波篠山市); blocks have none
        if "code" in said and read_code(said["code"])[0] == self.whose.code:
            return ward or ""
        return ward if ward or "code" not in said else None

    def _is_near(self, said: Mapping[str, str]) -> bool:
        return said["prefecture"] == self.whose.prefecture


@dataclass(slots=True)
class _Gathered:
    """What was read so far. An archive may hold several tables of one form."""

    whose: Whose
    form: str = ""
    edition: str = ""
    encoding: str = ""
    rows: dict[tuple[object, ...], AddressRow] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    refused_more: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    def take(self, name: str, file: IO[bytes]) -> None:
        """One table. A file in an archive that is none is passed over."""
        head = file.read(4096)
        file.seek(0)
        year = re.search(r"(?<!\d)20\d\d(?!\d)", Path(name).stem)
        if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"[", b"{")):
            self._is("geolonia", year, "utf-8")
            text = file.read(JSON_MB * 1_000_000).decode("utf-8-sig", "replace")
            if file.read(1):
                raise Unreadable(reason="too_large", limit_mb=JSON_MB)
            for at, entry in enumerate(town_lists.geolonia(text), start=1):
                self._keep(at, entry, "")
            return
        encoding = _encoding(head)
        text_file = io.TextIOWrapper(file, encoding, errors="replace", newline="")
        lines = csv.reader(text_file, strict=True)
        try:
            headers = [_plain(cell) for cell in next(lines, [])]
            form, table = _recognise(headers, self.whose, name)
            if table is None:
                return
            self._is(form, year, encoding)
            for at, cells in enumerate(lines, start=2):
                self._line(table, at, cells, len(headers))
        except csv.Error as problem:
            reason = "cell_too_long" if "field limit" in str(problem) else "broken_quotes"
            raise Unreadable(reason=reason, row=lines.line_num) from None
        finally:
            text_file.detach()

    def _is(self, form: str, year: re.Match[str] | None, encoding: str) -> None:
        if self.form not in ("", form):
            raise Unreadable(reason="several_forms")
        self.form, self.encoding = form, encoding
        self.edition = self.edition or (year[0] if year else "")

    def _line(self, table: _Table, at: int, cells: Sequence[str], width: int) -> None:
        if not any(cells):
            return
        try:
            if len(cells) != width:  # 岩手県: a line that runs into the next header
                raise RowError("wrong_number_of_cells", f"{len(cells)}/{width}")
            self._keep(at, table.row(at, cells), "")
        except RowError as problem:
            self._keep(at, problem, "".join(cells[1:5]))

    def _keep(self, at: int, entry: AddressRow | str | RowError, name: str) -> None:
        if isinstance(entry, AddressRow):
            key = (entry.ward, entry.town, entry.koaza, entry.block, entry.by_block)
            if key in self.rows:
                self.skipped["listed_twice"] += 1
            self.rows.setdefault(key, entry)
            if len(self.rows) > ROWS:
                raise Unreadable(reason="too_many_rows")
        elif isinstance(entry, str):
            self.skipped[entry] += 1
        elif len(self.refused) < LISTED:
            self.refused.append(entry.at(at, name))
        else:
            self.refused_more += 1


def _recognise(headers: Sequence[str], whose: Whose, name: str) -> tuple[str, _Table | None]:
    for form, wanted in _COLUMNS.items():
        at = columns(wanted, headers, _NOT_NEEDED)
        if at is not None:
            # Geolonia's CSV is 大字・町丁目レベル with 小字 and readings
            is_geolonia = form == "isj_town" and "koaza" in at
            return "geolonia" if is_geolonia else form, _IsjTable(at, whose)
    return "abr_town", AbrTable.recognise(headers, whose, name)


@contextmanager
def _files(path: Path) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """The tables of a file: those in an archive, unpacked one after the other, or itself."""
    with tempfile.TemporaryDirectory() as folder:
        yield _opened(path, Path(folder))


def _opened(path: Path, folder: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with path.open("rb") as file:
        is_archive = file.read(4) == b"PK\x03\x04"
    if not is_archive:
        with path.open("rb") as file:
            yield path.name, file
        return
    for member in archives.members(path):
        if member.suffix not in (".csv", ".json"):  # the ministry packs its terms beside the table
            continue
        copy = folder / "table"
        archives.unpack(path, member, copy)
        with copy.open("rb") as file:
            yield member.name, file
        copy.unlink()


def _encoding(head: bytes) -> str:
    """Of a table by its first line: later ones are read as they come, and refused where they do
    not fit. Raises Unreadable: empty, not_text, encoding_unknown."""
    if not head.strip():
        raise Unreadable(reason="empty")
    if b"\0" in head:
        raise Unreadable(reason="not_text")
    first = head.partition(b"\n")[0]
    for encoding in ("utf-8-sig", "cp932"):
        try:
            first.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unreadable(reason="encoding_unknown")


def _plain(header: str) -> str:
    """A column's name in half width: Ｘ座標 -> X座標."""
    return "".join(unicodedata.normalize("NFKC", header).split())
