"""Excelで直す表: the sheet in which staff edit their resources, as it is written and read back.

One row of names, one resource a row; 「ID」 and 「版」 tell which resource a row is and what it looked
like when the sheet was made. Read by its column names, so columns may be moved, and left out: what a
sheet does not have is not changed by it.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.errors import Unreadable
from geo.sources import tables
from geo.sources.municipal_columns import plain_name

SHEET, ABOUT, CHOICES = "地域資源", "説明", "選択肢"
ID, REVISION = "ID（変えない）", "版（変えない）"
_HEADER_WITHIN = 10  # rows: somebody may write a title above

PLACE_SHOWN = {
    "exact": "そのまま見せる",
    "blurred": "おおよその場所だけ見せる",
    "hidden": "地図に出さない",
}
PUBLIC = {True: "だれでも見られる", False: "職員だけが見られる"}
LISTED = {True: "載せない", False: "載せる"}  # do_not_list
ANSWERS = {"yes": "はい", "no": "いいえ", "unknown": "まだ確かめていない"}
MEDIA = {"paper": "紙", "web": "ホームページ", "open_data": "オープンデータ"}
BETWEEN_WORDS = re.compile("[、,，・\n]+")  # in a cell with any number of words of a list
AGREED = {"yes": "載せてよい", "no": "載せない"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sheet: its field (place has two), its name, its width in signs.

    form  text, number, date, consents, the name of a list of choices, or "several " and such a name
    """

    field: str
    name: str
    width: int
    form: str = "text"


COLUMNS = (
    Column("kind", "種別", 18, "kind"),
    Column("name", "名前", 28),
    Column("kana", "よみがな", 22),
    Column("provider", "主催", 22),
    Column("openings", "開く日", 34),
    Column("address", "住所", 30),
    Column("lat", "緯度（北緯）", 12, "number"),
    Column("lon", "経度（東経）", 12, "number"),
    Column("place_shown", "場所の見せ方", 22, "place_shown"),
    Column("eligibility", "だれが使えるか", 18, "eligibility"),
    Column("eligibility_note", "使える人の注記", 22),
    Column("fee", "料金", 16),
    Column("booking", "申し込み", 18),
    Column("capacity", "定員", 8, "number"),
    Column("accepting", "受けつけ", 16, "accepting"),
    Column("service_areas", "来てくれる地域", 28),
    Column("scheme", "制度区分", 20, "scheme"),
    Column("contact", "連絡先の名前（公開）", 22),
    Column("phone", "電話（公開）", 16),
    Column("url", "ホームページ", 26),
    Column("description", "説明", 40),
    Column("confirmed_on", "確認した日", 13, "date"),
    Column("public", "公開", 20, "public"),
    Column("staff_note", "職員のメモ（公開されない）", 34),
    Column("other_names", "ほかの呼び名", 22, "lines"),
    Column("provider_type", "主催の種類", 20, "provider_type"),
    Column("viewpoints", "見方（4つの観点）", 24, "several viewpoint"),
    Column("seating", "座り方", 16, "seating"),
    Column("entrance", "入口の段差", 14, "entrance"),
    Column("western_toilet", "洋式トイレがある", 14, "answer"),
    Column("wheelchair", "車いすで入れる", 14, "answer"),
    Column("parking", "駐車場がある", 14, "answer"),
    Column("pick_up", "送迎がある", 14, "answer"),
    Column("may_visit", "見学できる", 14, "answer"),
    Column("dementia_welcome", "認知症のある方も参加できる", 16, "answer"),
    Column("can_help", "手伝える場面がある", 14, "answer"),
    Column("can_help_note", "出番の内容", 24),
    Column("main_activity", "おもな内容", 18, "main_activity"),
    Column("venue_type", "会場の種類", 20, "venue_type"),
    Column("frequency", "開く頻度", 16, "frequency"),
    Column("subsidised", "補助がある", 14, "answer"),
    Column("started_on", "始めた日", 13, "date"),
    Column("paused_on", "休止した日", 13, "date"),
    Column("resumes_on", "再開する日", 13, "date"),
    Column("counted_on", "参加者を数えた日", 13, "date"),
    Column("participants", "参加実人数", 10, "number"),
    Column("participants_men", "参加実人数（男）", 10, "number"),
    Column("participants_women", "参加実人数（女）", 10, "number"),
    Column("participants_65_74", "参加実人数（65～74歳）", 12, "number"),
    Column("participants_75", "参加実人数（75歳以上）", 12, "number"),
    Column("fragility", "続けるうえでの心配（公開されない）", 28, "several fragility"),
    Column("host", "世話人（公開されない）", 18),
    Column("host_contact", "世話人の連絡先（公開されない）", 20),
    Column("consents", "掲載の同意（公開されない）", 34, "consents"),
    Column("do_not_list", "掲載しない（本人の希望）", 14, "listed"),
    Column("closed_on", "終わった日", 13, "date"),
    Column("closed_reason", "終わった理由", 24),
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as it came back. ``cells``: field → text, for the columns that the sheet has."""

    row: int
    id: str
    revision: str
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class RegisterSheet:
    """The sheet as it came back.

    fields   of the columns it has, in our order; unknown: names of columns we do not know
    """

    rows: tuple[SheetRow, ...]
    fields: tuple[str, ...]
    unknown: tuple[str, ...]


def read(path: Path) -> RegisterSheet:
    """Read a sheet that was made here and edited in the office.

    Raises Unreadable: the reasons of tables.read_sheets, no_id_column.
    """
    for sheet in tables.read_sheets(path):
        for at, header in enumerate(sheet.rows[:_HEADER_WITHIN]):
            names = [plain_name(cell) for cell in header]
            if plain_name(ID) in names:
                return _read(names, header, at + 2, sheet.rows[at + 1 :])
    raise Unreadable(reason="no_id_column")


def _read(
    names: Sequence[str], header: Sequence[str], first: int, rows: Sequence[Sequence[str]]
) -> RegisterSheet:
    at = {name: column for column, name in reversed(list(enumerate(names)))}
    places = {c.field: at[plain_name(c.name)] for c in COLUMNS if plain_name(c.name) in at}
    own = (at[plain_name(ID)], at.get(plain_name(REVISION), len(names)))
    used = {*own, *places.values()}
    unknown = [name for column, name in enumerate(header) if name and column not in used]
    found = []
    for number, cells in enumerate(rows, start=first):
        said = {field: _cell(cells, column) for field, column in places.items()}
        id_, revision = (_cell(cells, column) for column in own)
        if id_ or any(said.values()):
            found.append(SheetRow(number, id_, revision, said))
    return RegisterSheet(tuple(found), tuple(places), tuple(unknown))


def _cell(cells: Sequence[str], column: int) -> str:
    return cells[column] if column < len(cells) else ""


def code_of(text: str, words: Mapping[str, str]) -> str | None:
    """The code that a word of a list of choices means, evened out; None for another word."""
    even = _even(text)
    return next((code for code, word in words.items() if even in (_even(word), code)), None)


def _even(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
