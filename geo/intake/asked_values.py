"""先に知りたいこと: what a list says of chairs, steps, pick-up, the people counted and who runs it.

Columns are known by their headings (``municipal_columns.ASKED``); a field is the list's own only where the
list has such a column. What a cell says that we do not understand stays in its own words, as a remark.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from geo import kinds
from geo.days import parse_date
from geo.sources.municipal_columns import ASKED, ASKED_IN_WORDS, plain_name
from geo.words import search_key

_YES = re.compile(
    r"あり|有り?|[○◯〇◎✓]|可能?|できる|できます|はい|対応可?|設置|完備|実施|1|洋式.*|ok|yes"
)
_NO = re.compile(
    r"なし|無し?|[×✕]|不可|できない|できません|いいえ|非対応|未設置|0|和式(?:のみ)?|no"
)
_PEOPLE = re.compile(r"(?:約|およそ)?(\d{1,5})(?:人|名)?")
# In a cell of several remarks (バリアフリー情報): what is plain, and only what says yes or no itself
_PLAIN_REMARKS: tuple[tuple[str, str, str], ...] = (
    ("seating", "chairs", r"いすの?席|椅子の?席|イスの?席"),
    ("entrance", "step", r"段差(?:あり|有)"),
    ("entrance", "level", r"段差(?:なし|無)|フラット"),
    ("entrance", "ramp", r"スロープ"),
    ("western_toilet", "yes", r"洋式(?:の)?トイレ|トイレ[(（]洋式"),
    ("parking", "no", r"駐車場(?:は?なし|無|はありません)"),
    ("parking", "yes", r"駐車場"),
    ("wheelchair", "yes", r"車(?:いす|椅子|イス)(?:可|対応|で入れ)"),
    ("pick_up", "yes", r"送迎(?:あり|有|可)"),
)


def read_asked(
    other: Mapping[str, str], details: Mapping[str, str]
) -> tuple[dict[str, Any], list[str]]:
    """(fields of the register, cells that were not understood) of a row's columns without a field of
    their own; details: those that are told with the description as well."""
    cells = {plain_name(name): text for name, text in {**details, **other}.items()}
    found: dict[str, Any] = {}
    unread = []
    for name in ASKED_IN_WORDS:
        for field, code, said in _PLAIN_REMARKS:
            if name in cells and re.search(said, _even(cells[name])):
                found.setdefault(field, code)
    for field, headings in ASKED.items():
        heading = next((name for name in headings if name in cells), None)
        if heading is None:
            continue
        text = cells[heading]
        value = _READERS[field](text, heading)
        if value is None:
            unread.append(f"{heading}：{text}"[:100])
        else:
            found[field] = value
    return found, unread


def is_asked(heading: str) -> bool:
    """Whether a column without a field of its own is read here."""
    return plain_name(heading) in _HEADINGS


_HEADINGS = {name for names in ASKED.values() for name in names} | set(ASKED_IN_WORDS)


def _even(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).rstrip("。").casefold()


@lru_cache(maxsize=2000)
def _answer(text: str, _heading: str) -> str | None:
    plain = _even(text)
    for code, said in (("no", _NO), ("yes", _YES)):
        if said.fullmatch(plain):
            return code
    return None


def _seating(text: str, heading: str) -> str | None:
    plain = _even(text)
    chairs = bool(re.search("いす|椅子|イス", plain))
    floor = bool(re.search("たたみ|畳|座敷|床|和室", plain))
    if chairs or floor:
        return "both" if chairs and floor else "chairs" if chairs else "tatami"
    return "chairs" if _answer(text, heading) == "yes" else None


def _entrance(text: str, heading: str) -> str | None:
    plain = _even(text)
    if "スロープ" in plain:
        return "ramp"
    said = "no" if re.search("なし|無|フラット", plain) else _answer(text, heading)
    if "あり" in plain or said == "yes":
        return "step"
    return "level" if said == "no" else None


def _people(text: str, _heading: str) -> int | None:
    match = _PEOPLE.fullmatch(_even(text).replace(",", ""))
    return int(match[1]) if match else None


def _day(text: str, _heading: str) -> str | None:
    day = parse_date(text)
    return day.isoformat() if day else None


def _line(text: str, _heading: str) -> str | None:
    return text if len(text) <= 200 else None


def _code_of(name: str) -> Callable[[str, str], str | None]:
    """A reader of the words of a vocabulary, or of a part of one (体操 of 体操（運動）)."""

    def read(text: str, _heading: str) -> str | None:
        key = search_key(text)
        words = kinds.vocabulary(name)
        exact = (code for code, word in words.items() if search_key(word) == key)
        parts = (
            code
            for code, word in words.items()
            if key and key in map(search_key, re.split("[・（）～]|など", word))
        )
        return next(exact, None) or next(parts, None)

    return read


_PROVIDERS = (
    ("neighbourhood", r"自治会|町内会|町会|区会|行政区"),
    ("senior_club", r"老人会|長寿会|シニアクラブ|老人クラブ"),
    ("welfare_council", r"社協|(?:市|町|村|区|地区)?社協|.{0,10}社会福祉協議会"),
    (
        "resident_group",
        r"住民(?:主体|団体|グループ|有志)?|有志(?:の会)?|ボランティア(?:団体|グループ)?",
    ),
    ("municipality", r"市|町|村|区|市町村|行政|直営"),
    ("npo", r"npo(?:法人)?|特定非営利活動法人"),
)


def _provider(text: str, heading: str) -> str | None:
    found = (code for code, said in _PROVIDERS if re.fullmatch(said, _even(text)))
    return _code_of("provider_type")(text, heading) or next(found, None)


_FREQUENCIES = (
    ("weekly", r"(?:毎週|週[1-7](?:回)?(?:以上|程度)?|週に[1-7]回)"),
    ("two_to_four", r"月[2-4](?:[~-][2-4])?回?(?:程度)?|隔週"),
    ("monthly", r"月1回?(?:程度)?|毎月"),
)


def _frequency(text: str, heading: str) -> str | None:
    plain = _even(text).replace("〜", "~")
    found = (code for code, said in _FREQUENCIES if re.fullmatch(said, plain))
    return next(found, None) or _code_of("frequency")(text, heading)


_READERS: dict[str, Callable[[str, str], Any]] = {
    **dict.fromkeys(
        ("pick_up", "parking", "western_toilet", "wheelchair", "may_visit", "subsidised"), _answer
    ),
    **dict.fromkeys(("dementia_welcome", "can_help"), _answer),
    "seating": _seating,
    "entrance": _entrance,
    **dict.fromkeys(
        (
            *("participants", "participants_men", "participants_women"),
            *("participants_65_74", "participants_75"),
        ),
        _people,
    ),
    **dict.fromkeys(("started_on", "paused_on", "resumes_on", "counted_on"), _day),
    **dict.fromkeys(("host", "host_contact", "can_help_note"), _line),
    "main_activity": _code_of("main_activity"),
    "venue_type": _code_of("venue_type"),
    "provider_type": _provider,
    "frequency": _frequency,
}
