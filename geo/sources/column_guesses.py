"""列の見当: what the columns of a table nobody knows may mean, to be preselected for a person.

Asked in this order: our dictionary of column names; a word inside a longer name (「集まりの名前」);
what the cells look like (latitudes, longitudes, telephone numbers). Never used without being shown.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

from geo.kinds import find_code
from geo.sources import municipal_columns
from geo.sources.delivery import LAT_JAPAN, LON_JAPAN
from geo.sources.mapping import ADDRESS

# Field -> words that its column's name may hold, the most telling first.
_INSIDE = {
    "kana": ("カナ", "かな", "フリガナ", "ふりがな", "よみ"),
    "phone": ("電話", "TEL", "℡"),
    "lat": ("緯度",),
    "lon": ("経度",),
    ADDRESS: ("住所", "所在", "会場", "場所", "開催地"),
    "days": ("曜日", "ようび", "開催日", "日程", "実施日", "日時", "いつ"),
    "opens": ("開始", "はじまり", "始まり"),
    "closes": ("終了", "おわり", "終わり"),
    "eligibility": ("対象", "使える人", "利用できる"),
    "fee": ("料金", "参加費", "会費", "費用", "利用料"),
    "capacity": ("定員",),
    "category": ("種別", "種類", "分類", "区分", "カテゴリ"),
    "provider": ("主催", "実施主体", "団体", "運営", "法人"),
    "url": ("URL", "ホームページ", "HP"),
    "confirmed_on_text": ("確認日",),
    "description": ("内容", "概要", "説明"),
    "note": ("備考", "摘要"),
    "name": ("名称", "名前", "呼び名", "施設", "サロン", "事業所", "店", "会", "名"),
}
_ENOUGH = 0.6  # our choice: of the cells that are not empty


def guess(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Field → header, for columns of which something can be said; a column means one thing at most.

    headers  names of the columns told apart; rows: the first rows below them
    """
    plain = [municipal_columns.plain_name(header) for header in headers]
    found = {field: headers[at] for field, at in municipal_columns.places(plain).items()}
    whole = municipal_columns.places_of(municipal_columns.ADDRESSES, plain)
    if whole:
        found[ADDRESS] = headers[whole[0]]
    taken = set(found.values())
    for field, at in _by_words(plain) + _by_cells(rows, len(headers)):
        if field not in found and headers[at] not in taken:
            found[field] = headers[at]
            taken.add(headers[at])
    return found


def _by_words(plain: Sequence[str]) -> list[tuple[str, int]]:
    return [
        (field, at)
        for field, words in _INSIDE.items()
        for word in words
        for at, name in enumerate(plain)
        if word.casefold() in name.casefold()
    ]


def _by_cells(rows: Sequence[Sequence[str]], width: int) -> list[tuple[str, int]]:
    return [
        (field, at)
        for at in range(width)
        for field, fits in _LOOKS.items()
        if _mostly(fits, [row[at] for row in rows if at < len(row) and row[at]])
    ]


def _mostly(fits: Callable[[str], bool], cells: Sequence[str]) -> bool:
    even = [unicodedata.normalize("NFKC", cell).strip() for cell in cells]
    return bool(even) and sum(map(fits, even)) >= _ENOUGH * len(even)


def _is_phone(text: str) -> bool:
    return bool(re.fullmatch(r"0[0-9]{1,4}[-(][0-9]{1,4}[-)][0-9]{3,4}|0[0-9]{9,10}", text))


def _is_within(bounds: tuple[float, float]) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        number = re.fullmatch(r"[0-9]{2,3}\.[0-9]{3,}", text)
        return bool(number) and bounds[0] <= float(text) <= bounds[1]

    return fits


def _is_days(text: str) -> bool:
    return bool(re.search("曜|毎[週月日]|第[1-5一二三四五]", text))


_LOOKS = {
    "phone": _is_phone,
    "lat": _is_within(LAT_JAPAN),
    "lon": _is_within(LON_JAPAN),
    "days": _is_days,
    "category": lambda text: find_code(text) is not None,
}
