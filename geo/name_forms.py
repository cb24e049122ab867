"""呼び方のかたち: what is left of a name when legal forms, venues and words of its kind are taken out; addresses
and telephone numbers in one form. ``static/js/field/alike.js`` does the same."""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from geo.words import search_key

WORDS_FILE = Path(__file__).parents[1] / "data" / "name_words.csv"

LEGAL = (
    "[（(](?:株|有|合|資|名|福|社福|医|財|社|公財|公社|一財|一社|財医|特非|NPO|学|宗|協)[)）]"
    "|[㈱㈲㈳㈶]|株式会社|有限会社|合同会社|合資会社|社会福祉法人|社会医療法人|特定医療法人"
    "|医療法人(?:社団|財団)?|(?:一般|公益)(?:社団|財団)法人|特定非営利活動法人|NPO法人|学校法人|宗教法人"
)
BRANCH = "(?:支店|本店|営業所|支所|出張所|分院|分校|分館|店)$"
# Signs by which two names of one sort are told apart: 東ひまわり and 西ひまわり are two
CONTRAST = "東西南北上中下前後左右新旧本大小朝昼夕夜男女春夏秋冬月火水木金土日甲乙丙第"
NUMERALS = "[一二三四五六七八九十]+"
COUNTED = "丁目|番|号|区|組|班|部"

_LEGAL = re.compile(LEGAL)
_BRANCH = re.compile(BRANCH)
_ORDINAL = re.compile(f"第({NUMERALS})")
_COUNTED = re.compile(f"({NUMERALS})(?={COUNTED})")
_NUMBER = re.compile("[0-9]+|(?<![a-z])[a-z](?![a-z])")
_KE = re.compile("[がけ](?=[丘谷崎原浜岡島浦池関野台森平沢瀬岳里])")  # 北が丘 = 北ヶ丘
_TWICE = re.compile(r"^(.{2,})\1$")  # 長浜体操（長浜）
_ADDRESS_END = re.compile("丁目|番地の?|番|号|の(?=[0-9])|[‐－―−ーｰ]")
_ADDRESS = re.compile("^([^0-9]*)([0-9]+(?:-[0-9]+)*)?")
_PHONE = re.compile(r"[0-9][0-9()\-\s]{7,}[0-9]")


@dataclass(frozen=True, slots=True)
class Form:
    """One way to call a thing.

    key         all of it, as words.search_key brings it to one form, without legal forms
    rest        what is left without words of venues, activities and frames (ふれあい, 〜の会)
    core        the rest without a place of its own address; "" if there is nothing else
    place       that place, as long as it stands in the address
    activities, venues, frames   codes of the words that were taken out
    numbers     第1, 二丁目, A: what tells things of one name apart
    is_plain    nothing was left: the rest is made of the words themselves
    is_place    the rest is only a place of its address
    is_kana     the rest has no kanji; is_reading: it is how the name is read; is_other: what else it is called
    """

    key: str
    rest: str
    core: str
    place: str
    activities: frozenset[str]
    venues: frozenset[str]
    frames: frozenset[str]
    numbers: tuple[str, ...]
    is_plain: bool
    is_place: bool
    is_kana: bool
    is_reading: bool
    is_other: bool

    @property
    def words(self) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        """Everything that was taken out."""
        return self.activities, self.venues, self.frames

    @property
    def is_branch(self) -> bool:
        """Whether it ends as a branch does: 〜店, 〜支所."""
        return bool(_BRANCH.search(self.rest))

    @property
    def elsewhere(self) -> str:
        """All of it but the place."""
        key = loose(self.key)
        return key.replace(self.place, "") if self.place else key

    def clashes(self, other: "Form") -> bool:
        """Whether both do something, and not the same: 囲碁 and 将棋 in one hall are two."""
        return _apart(self.activities, other.activities) or _apart(self.venues, other.venues)


@dataclass(frozen=True, slots=True)
class Address:
    """An address in one form: 「大字府中一丁目１１番２号」 has town 府中 and numbers 1, 11, 2."""

    key: str
    town: str
    numbers: tuple[str, ...]


def _apart(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other) and not (one <= other or other <= one)


@cache
def table() -> dict[str, tuple[str, str]]:
    """Spelling (a key; "$" behind it where it counts at the end of a name only) → class and code."""
    with WORDS_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        search_key(spelling) + ("$" if spelling.endswith("$") else ""): (row["class"], row["code"])
        for row in rows
        for spelling in row["spellings"].split(";")
    }


@cache
def _pattern() -> re.Pattern[str]:
    longest = sorted(table(), key=lambda key: (-len(key.rstrip("$")), key))
    return re.compile("|".join(longest))


@cache
def _readings() -> re.Pattern[str]:
    known = sorted((key for key, (class_, _) in table().items() if class_ == "reading"), key=len)
    return re.compile("|".join(reversed(known)))


@lru_cache(maxsize=40_000)
def forms(name: str, kana: str, others: tuple[str, ...], place: str) -> tuple[Form, ...]:
    """The ways to call one entry, its name first."""
    where = place_key(place)
    first = _form(name, where)
    found = [first]
    if kana:
        found.append(_form(kana, "", is_reading=True, is_place=first.is_place))
    found += [_form(other, where, is_other=True) for other in others if search_key(other)]
    return tuple(found)


def _form(
    text: str,
    where: str,
    *,
    is_reading: bool = False,
    is_other: bool = False,
    is_place: bool = False,
) -> Form:
    key = core_name(text)
    taken: dict[str, set[str]] = {"activity": set(), "venue": set(), "frame": set()}

    def take(found: re.Match[str]) -> str:
        spelling = found[0]
        class_, code = table().get(spelling) or table()[f"{spelling}$"]
        if class_ == "reading":
            return code
        taken[class_].add(code)
        return ""

    rest = _TWICE.sub(r"\1", loose(_pattern().sub(take, key)))
    is_plain = not rest
    place = _place_in(rest, where)
    core = rest.replace(place, "") if place else rest
    return Form(
        key=key,
        rest=rest or key,
        core=core,
        place=place,
        activities=frozenset(taken["activity"]),
        venues=frozenset(taken["venue"]),
        frames=frozenset(taken["frame"]),
        numbers=tuple(sorted(_NUMBER.findall(key))),
        is_plain=is_plain,
        is_place=is_place or (not is_plain and not core),
        is_kana=is_reading or not re.search("[^ぁ-ゖー0-9]", rest or key),
        is_reading=is_reading,
        is_other=is_other,
    )


def without_legal(text: str) -> str:
    """A name (NFKC) without 株式会社, （医） and the like."""
    return _LEGAL.sub("", text)


@lru_cache(maxsize=40_000)
def core_name(text: str) -> str:
    """A name as a key, without legal forms, its numbers in digits: 第一 and 第1 are one."""
    plain = without_legal(unicodedata.normalize("NFKC", text).replace("ｰ", "ー"))
    key = _ORDINAL.sub(lambda found: f"第{_digits(found[1])}", search_key(plain))
    return _COUNTED.sub(lambda found: _digits(found[1]), key)


def _digits(numerals: str) -> str:
    """二十三 -> 23."""
    tens, ten, ones = numerals.rpartition("十")
    known = "〇一二三四五六七八九"
    return str(
        (max(known.find(tens[-1:]), 1) * 10 if ten else 0)
        + max(known.find(ones[:1]), 0) * bool(ones)
    )


def _place_in(rest: str, where: str) -> str:
    """The longest piece of a name that stands in its address; "" where there is none."""
    for length in range(len(rest), 1, -1):
        for start in range(len(rest) - length + 1):
            if rest[start : start + length] in where:
                return rest[start : start + length]
    return ""


@lru_cache(maxsize=40_000)
def address(text: str) -> Address:
    """An address in one form, as far as it can be told from the text alone."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    plain = _COUNTED.sub(lambda found: _digits(found[1]), plain)
    plain = _ADDRESS_END.sub("-", re.sub("大字|字", "", plain))
    found = _ADDRESS.match(re.sub("-+", "-", plain))
    town, numbers = (found[1], found[2]) if found else ("", None)
    parts = tuple(part.lstrip("0") or "0" for part in (numbers or "").split("-") if part)
    town = search_key(town)
    return Address(town + "-".join(parts), town, parts)


@lru_cache(maxsize=40_000)
def phones(text: str) -> frozenset[str]:
    """Telephone numbers as digits."""
    plain = re.sub("[‐－―−ー]", "-", unicodedata.normalize("NFKC", text))
    numbers = (re.sub("[^0-9]", "", part) for part in _PHONE.findall(plain))
    return frozenset(number for number in numbers if 9 <= len(number) <= 12)


@lru_cache(maxsize=40_000)
def place_key(text: str) -> str:
    """An address as names are searched for pieces of it."""
    return loose(_readings().sub(lambda found: table()[found[0]][1], address(text).key))


def loose(key: str) -> str:
    """A key without what is written or left out as one likes: の, ー, 丁目 behind a number; が丘 as ケ丘."""
    return re.sub("[のー]|(?<=[0-9])丁目", "", _KE.sub("け", key))


def without_branch(text: str) -> str:
    """川東店 -> 川東."""
    return _BRANCH.sub("", text)


def differ_by_contrast(one: str, other: str) -> bool:
    """Whether two names differ by signs by which things of one sort are told apart: by nothing else, or each
    by such signs of its own (東ひまわり, 西ひまわり会)."""
    left, right = list(one), list(other)
    for sign in one:
        if sign in right:
            right.remove(sign)
            left.remove(sign)
    only = all(sign in CONTRAST for sign in left + right)
    return only or all(any(sign in CONTRAST for sign in side) for side in (left, right))


@lru_cache(maxsize=200_000)
def likeness(one: str, other: str) -> float:
    """0–1: share of signs that stand where they stand in the other (Levenshtein), or of pairs of signs that
    both have (Dice), whichever is more; 0 for names of under three signs."""
    if min(len(one), len(other)) < 3:
        return 0.0
    return max(dice(one, other), 1 - _edits(one, other) / max(len(one), len(other)))


def dice(one: str, other: str) -> float:
    """0–1: share of the pairs of signs that both have; 0 for names of one sign."""
    pairs, others = _bigrams(one), _bigrams(other)
    if not pairs or not others:
        return 0.0
    return 2 * len(pairs & others) / (len(pairs) + len(others))


@lru_cache(maxsize=40_000)
def _bigrams(key: str) -> frozenset[str]:
    return frozenset(key[at : at + 2] for at in range(len(key) - 1))


def _edits(one: str, other: str) -> int:
    last = list(range(len(other) + 1))
    for at, sign in enumerate(one, start=1):
        row = [at]
        for beside, there in enumerate(other, start=1):
            row.append(min(last[beside] + 1, row[-1] + 1, last[beside - 1] + (sign != there)))
        last = row
    return last[-1]
