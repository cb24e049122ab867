"""人口の見出し: what the words above and beside a number say it counts.

「65歳以上男性」「男(0～14歳)」「0-4歳の女性」「85歳～」「年少人口」「外国人」「世帯数」 and the RDF addresses of
越前市. A heading that says anything more than sex, age and people is not read as people at all.
"""

import re
from dataclasses import dataclass

from geo.ages import EVERYBODY, OLDEST, Ages
from geo.sources.municipal_columns import plain_name

PEOPLE, HOUSEHOLDS, ALONE = "people", "households", "living_alone"

# Ratios, changes and areas stand beside the numbers of most tables.
_NO_COUNT = re.compile("率|割合|比|%|密度|増|減|平均|指数|面積|構成|転入|転出|出生|死亡|順位")
_HOUSEHOLDS = re.compile("(総|一般)?世帯(総?数)?(計|合計)?|.*#number_of_households|households")
_ALONE = re.compile(
    "(一人|ひとり|1人|独り)(暮らし|ぐらし|世帯)(の|高齢者)?|独居(高齢者)?(の)?|単身(の)?"
)
_GROUPS = {"外国人": "foreign", "日本人": "japanese", "複数国籍": "mixed", "混合": "mixed"}
_CLASSES: dict[str, Ages] = {
    "年少人口": (0, 14),
    "生産年齢人口": (15, 64),
    "老年人口": (65, None),
    "前期高齢者": (65, 74),
    "後期高齢者": (75, None),
    "高齢者": (65, None),
}
_AGES = re.compile(
    r"(?P<one>\d{1,3})歳?~(?P<two>\d{1,3})歳?|(?P<open>\d{1,3})歳?(?:以上|~|超)"
    r"|(?P<under>\d{1,3})歳?未満|(?P<single>\d{1,3})歳"
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー-〜∼～", "~"))
_SEXES = re.compile("男性|女性|男女|男|女|(?<![a-z])(?:fe)?male(?![a-z])")
_REST = re.compile(
    r"住民基本台帳|(?:code4fukui\.github\.io/rdf/)?#population|population|住民|総人口|人口|総数|合計|計|数|人|者"
    r"|うち|の|歳|[()\[\]/・:、,~]"
)


@dataclass(frozen=True, slots=True)
class Label:
    """What a number counts.

    measure  people, households or living_alone
    sex      both, men, women
    group    "" for everybody, else japanese, foreign, mixed: part of the people only
    """

    measure: str
    sex: str
    ages: Ages
    group: str


def plain(text: str) -> str:
    """A heading evened out: NFKC, no spaces, no http(s)://, every dash and wave as ~."""
    return plain_name(text).casefold().translate(_DASHES)


def read(text: str, *, is_age: bool = False) -> Label | None:
    """What a heading says is counted, None when that is not people.

    is_age  it stands in a column of ages, where a bare number is an age
    """
    even = plain(text)
    if not even or _NO_COUNT.search(even):
        return None
    if _HOUSEHOLDS.fullmatch(even):
        return Label(HOUSEHOLDS, "both", EVERYBODY, "")
    measure = ALONE if _ALONE.search(even) else PEOPLE
    rest = _ALONE.sub("", even)
    group = next((code for word, code in _GROUPS.items() if word in rest), "")
    for word in _GROUPS:
        rest = rest.replace(word, "")
    ages, rest = _read_ages(rest, is_age)
    if ages is None or _REST.sub("", _SEXES.sub("", rest)):
        return None
    return Label(measure, _sex(rest), ages, group)


def joined(column: Label, row: Label | None) -> Label:
    """What a number says under a column's heading and beside a row's: the row is more exact."""
    if row is None:
        return column
    if column.measure == HOUSEHOLDS:
        return Label(HOUSEHOLDS, "both", EVERYBODY, row.group)
    return Label(
        row.measure if row.measure != PEOPLE else column.measure,
        row.sex if row.sex != "both" else column.sex,
        row.ages if row.ages != EVERYBODY else column.ages,
        row.group or column.group,
    )


def _read_ages(text: str, is_age: bool) -> tuple[Ages | None, str]:
    """The class a text names (everybody where it names none; None for an impossible one), and
    the text without it."""
    if is_age and text.isdigit():
        text += "歳"
    match = _AGES.search(text)
    if not match:
        for word, ages in _CLASSES.items():
            if word in text:
                return ages, text.replace(word, "")
        return EVERYBODY, text
    part = {name: int(number) for name, number in match.groupdict().items() if number}
    rest = text[: match.start()] + text[match.end() :]
    for word in _CLASSES:
        rest = rest.replace(word, "")
    if "one" in part:
        ages = (part["one"], part["two"])
        return (ages if ages[0] <= ages[1] <= OLDEST else None), rest
    if "under" in part:
        return ((0, part["under"] - 1) if part["under"] else None), rest
    first = part.get("open", part.get("single", 0))
    if first > OLDEST:
        return None, rest
    return ((first, None) if "open" in part else (first, first)), rest


def _sex(text: str) -> str:
    found = set(_SEXES.findall(text))
    men = found & {"男性", "男", "male"}
    women = found & {"女性", "女", "female"}
    if "男女" in found or (men and women) or not found:
        return "both"
    return "men" if men else "women"
