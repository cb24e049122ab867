"""一覧の言葉: what the words in a list's cells mean for the register: may she use it, is there room,
who may see it, of what kind is it. What is not understood with certainty stays in its own words.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from geo import kinds
from geo.days import parse_date
from geo.words import search_key


def _plain(text: str) -> str:
    even = unicodedata.normalize("NFKC", text).replace("〜", "~")
    return "".join(even.split()).rstrip("。")


# --- だれが使えるか

_ELIGIBLE = (
    (
        "anyone",
        r"(?:どなた|だれ|誰)でも(?:可|参加可|利用可)?|制限なし|一般(?:市民)?|市民(?:一般|全般)?",
    ),
    ("over_65", r"(?:おおむね|概ね)?(?:60|65)歳以上(?:の(?:人|方|市民|町民|高齢者|住民))?"),
    ("care_certified", r"要支援(?:者|認定者?)?[・、と/](?:要介護)(?:者|認定者?|の(?:人|方))?"),
    (
        "care_certified",
        r"要介護(?:者|認定者|の(?:人|方)|[1-5](?:以上|[~-][1-5])?)?(?:の(?:人|方))?",
    ),
    (
        "support_needed",
        r"(?:要支援者?|事業対象者)(?:[・、と/](?:要支援者?|事業対象者))?(?:の(?:人|方))?",
    ),
    ("town_only", r".{0,10}町内の(?:人|方|住民)(?:だけ|のみ|限定)?|町内会員(?:だけ|のみ)?"),
    ("members", r"会員(?:だけ|のみ|限定)?|登録(?:した|者|している).{0,20}|会員制"),
)


@lru_cache(maxsize=2000)
def eligibility(text: str) -> tuple[str, str]:
    """(code, words that say more than the code): the code whose name a cell is, or that it means;
    else unknown with the words themselves."""
    if not text:
        return "unknown", ""
    key = search_key(text)
    for code, name in kinds.vocabulary("eligibility").items():
        if key == search_key(name):
            return code, ""
    for code, pattern in _ELIGIBLE:
        if re.fullmatch(pattern, _plain(text)):
            return code, text[:200]
    return "unknown", text[:200]


# --- 受けつけ

_NO = (
    r"(?:新規の?)?(?:受け?付け?|受け?入れ?|利用)?(?:を)?(?:停止|休止|終了|中止)(?:中|しています|しました)?"
    r"|受け?付け?を?(?:とめ|止め)てい(?:ます|る)|(?:受け?入れ?|受け?付け?)?(?:不可|できません|×|✕)"
    r"|(?:新規は?|新しい人は)?(?:受け|募集し)てい(?:ません|ない)|募集終了"
)
_WAITING = (
    r"空き?待ち|待機(?:中|あり)?|キャンセル待ち|満(?:員|床|席|室)(?:です)?|定員(?:に達し|いっぱい).{0,6}"
    r"|空き?(?:なし|無し|0名?)|なし|0(?:名|人|床|室)?|△"
)
_YES = (
    r"(?:新規)?(?:受け?付け?|募集)中|(?:受け?入れ?|受け?付け?)?可能?|(?:空き?)?(?:あり|有り?|余裕あり)"
    r"|空き?(?:[1-9][0-9]?名?)?あり|[○◯〇◎]|[1-9][0-9]?(?:名|人|床|室)?"
)
# Sentences of a remark that say it too; a remark speaks of much else, so only what is plain
_SAID_IN_NOTE = (
    ("no", r"(?:受け?付け?|受け?入れ?)を?(?:停止|とめて|止めて)|新し(?:い人|い方)は受けていません"),
    ("waiting", r"定員(?:いっぱい|に達し)|満(?:員|床|席)(?:です|の?ため|。|$)|空き?待ち"),
    ("yes", r"^受け?付け?中。?$"),
)


@lru_cache(maxsize=2000)
def accepting(text: str, note: str = "") -> str | None:
    """yes, waiting, no, unknown; None where the cell says something that is none of these."""
    plain = _plain(text)
    if plain:
        for code, pattern in (("no", _NO), ("waiting", _WAITING), ("yes", _YES)):
            if re.fullmatch(pattern, plain):
                return code
        return None
    remark = _plain(note)
    return next((code for code, said in _SAID_IN_NOTE if re.search(said, remark)), "unknown")


_PAUSED = re.compile(
    r"(?:^|[。、(])(?P<era>令和|平成|[RH])?(?P<year>元|\d{1,4})[年.](?P<month>\d{1,2})月?(?:から|より)(?:活動)?休止"
)


def paused_since(note: str) -> date | None:
    """The first day of the month since when a remark says that it pauses: 「令和2年3月から休止中」.
    Seasons (「12月から3月は休み」) are none."""
    match = _PAUSED.search(_plain(note))
    if not match:
        return None
    return parse_date(f"{match['era'] or ''}{match['year']}年{match['month']}月1日")


# --- 公開


class Shown(NamedTuple):
    """Who may see an entry and its place: ``stop`` is said of a halt of a van."""

    public: bool
    place_shown: str
    stop: str


EVERYBODY = Shown(True, "exact", "public")
LANDMARK = Shown(True, "blurred", "landmark")
# A gate where a van halts shows who can no longer shop: neither its place nor that it is there
NOBODY = Shown(False, "hidden", "hidden")
_SHOWN = (
    (EVERYBODY, r"公開(?:する|可)?|可|はい|○|◯|〇|オープンデータ|すべて公開|全部公開"),
    (LANDMARK, r"(?:近くの)?目印(?:のみ|まで|だけ)?(?:公開)?|おおよそ(?:の場所)?(?:のみ|だけ)?"),
    (
        NOBODY,
        r"非公開.{0,12}|不可|いいえ|×|公開しない|(?:職員|内部|庁内|関係者)(?:のみ|だけ|限り)?",
    ),
)


@lru_cache(maxsize=200)
def shown(text: str) -> Shown | None:
    """What a column 公開 says; an empty cell of it says nothing (EVERYBODY). None where its words
    are not known: then nobody is shown it, to be safe."""
    plain = _plain(text)
    if not plain:
        return EVERYBODY
    return next((who for who, said in _SHOWN if re.fullmatch(said, plain)), None)


# --- 種別

# 診療科 in full or as lists shorten them; a category made of nothing else is a doctor's
_DEPARTMENTS = re.compile(
    r"(?:(?:咽|消|循|呼|脳|神|心|形|胃|肛|リ|小|産|婦|内|外|整|眼|耳|鼻|皮|泌|児|精|放|麻|腎|透|肝|糖|血|美|救)"
    r"|内分泌|心臓(?:血管)?|臓|人?工?透析|小児|産婦人?|婦人|消化器?|循環器?|呼吸器?|脳神経|神経|心療|形成|整形|美容|胃腸|肛門|耳鼻咽喉|皮膚|泌尿器?"
    r"|放射線?|麻酔|リウマチ|リハビリ(?:テーション)?|アレルギー|糖尿病|老年|血管|科|[・、,／/ ])+"
)
_DENTAL = re.compile("(?:歯|歯科|小児歯科|矯正歯科|口腔外科|[・、,／/ ])+")


def kind_of(
    categories: Iterable[str],
    name: str,
    by_category: dict[str, str],
    fixed: str | None,
    find: Callable[[str], str | None] = kinds.find_code,
) -> str | None:
    """The kind of a row: as the person said of its category or of the whole list, else by its
    categories, the most telling one first; None where nothing is known.

    by_category  search_key of a category → code
    find         reads a category as one of the kinds in use (``kinds.finder``)
    """
    texts = tuple(categories)
    for text in texts:
        if code := by_category.get(search_key(text)):
            return code
    if fixed:
        return fixed
    return next((code for text in texts if (code := _kind_of_category(text, name, find))), None)


def _kind_of_category(text: str, name: str, find: Callable[[str], str | None]) -> str | None:
    if code := find(text):
        return code
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if plain and _DENTAL.fullmatch(plain):
        return "dentist"
    if plain and _DEPARTMENTS.fullmatch(plain):
        return "hospital" if "病院" in name else "clinic"
    return None
