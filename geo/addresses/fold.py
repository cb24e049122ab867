"""住所の文字: an address as people write it, brought to one form sign by sign.

Every sign of the folded text knows where in the written text it comes from, so that an answer can
say in the writer's own words how far it understood.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from jageocoder.itaiji import Converter

# 異体字 and old forms: jageocoder's table of 739 (it also makes 佐 of 左: two names that fall
# together are told apart by their letters, see reading.py), and the old forms that it lacks.
_ITAIJI: dict[int, int] = Converter().trans_itaiji or {}
_OLD = (
    "曻槗廻戶內寬產緖牀瀨倂賴綠郞錄鴎步每增橫黃黑卽槪旣敎說稅渴彥吳虛甁姬緣硏曆歷淚麴囊鬭莱圡𡈽𣘺"
)
_NEW = (
    "昇橋回戸内寛産緒床瀬併頼緑郎録鷗歩毎増横黄黒即概既教説税渇彦呉虚瓶姫縁研暦歴涙麹嚢闘萊土土橋"
)
_MORE = {ord(old): _ITAIJI.get(ord(new), ord(new)) for old, new in zip(_OLD, _NEW, strict=True)}
_VARIANTS = _ITAIJI | _MORE
_SMALL = str.maketrans("ァィゥェォャュョヮッヵ", "アイウエオヤユヨワツガ")

_DASHES = frozenset("-‐‑‒–—―−─━﹣－⁃˗ｰ")
_LONG = "ー"  # a dash only behind a number: センター keeps its own
_NUMERALS = {"〇": 0, "零": 0, **{sign: n for n, sign in enumerate("一二三四五六七八九", start=1)}}
_NUMERALS |= {"壱": 1, "弐": 2, "参": 3}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_OPEN, _CLOSE = "([{〔【「『《<", ")]}〕】」』》>"
_POSTCODE = re.compile(r"\s*(?:〒\s*)?\d{3}[-‐‑–—―−ー－]?\d{4}(?!\d)")
_MARKS = "゙゚ﾞﾟ゛゜"  # a voiced mark that stands apart from its letter
_BEHIND_NUMBERS = ".番地号目字"
# Letters that people leave out between kanji: 霞ヶ丘 = 霞丘, 三ツ屋 = 三屋. Not the other way round: 松ケ尾
# may be 松尾, or 松ケ丘 with a slip
_LEFT_OUT = "ガノツ"


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in signs that can be compared.

    signs   katakana, everyday kanji, half-width capitals; every number as its value and a full
            stop (三丁目 = ３丁目 = "3.丁目"); one kind of dash; no spaces, nothing in brackets
    starts  where in the text each sign comes from, and the text's length at the end
    gaps    numbers of the signs before which the text had a space or brackets
    """

    signs: str
    starts: tuple[int, ...]
    gaps: frozenset[int]


def fold(text: str) -> Folded:
    """A text in signs that can be compared; a postcode before it is left out."""
    plain, gaps = _plain(text)
    signs: list[str] = []
    starts: list[int] = []
    moved: set[int] = set()
    at = 0
    while at < len(plain):
        if at in gaps:
            moved.add(len(signs))
        start = plain[at][1]
        written, length = _next(plain, at, signs)
        signs += written
        starts += [start] * len(written)
        at += length
    if len(plain) in gaps:
        moved.add(len(signs))
    return Folded("".join(signs), (*starts, len(text)), frozenset(moved))


@lru_cache(maxsize=4096)  # 1番, 2番 … of every town; only names of gazetteers pass here
def fold_name(name: str) -> str:
    """A name's signs, without the 大字 or 字 before it."""
    return without_prefix(fold(name).signs)


def fold_loosely(name: str) -> str:
    """The same without the letters that people leave out: 霞丘 of 霞ヶ丘, 三石 of 三ツ石."""
    signs = fold_name(name)
    return "".join(sign for at, sign in enumerate(signs) if not _is_left_out(signs, at))


def without_prefix(signs: str) -> str:
    """Signs of a name without 大字, 小字 or 字 before it."""
    return re.sub("^(?:[大小]?字)(?=.)", "", signs)


def _plain(text: str) -> tuple[list[tuple[str, int]], set[int]]:
    """Signs after NFKC with their place in the text, and before which of them there was a gap."""
    postcode = _POSTCODE.match(text)
    plain: list[tuple[str, int]] = []
    gaps: set[int] = set()
    depth = 0
    at = postcode.end() if postcode else 0
    while at < len(text):
        length = 2 if text[at + 1 : at + 2] and text[at + 1] in _MARKS else 1
        for sign in _everyday(text[at : at + length]):
            depth += sign in _OPEN
            if depth or sign.isspace() or sign in "、,，":
                gaps.add(len(plain))
            elif unicodedata.category(sign)[0] != "C" and not _is_selector(sign):
                plain.append((sign, at))
            depth -= bool(depth) and sign in _CLOSE
        at += length
    return plain, gaps


@lru_cache(maxsize=4096)
def _everyday(written: str) -> str:
    """A sign (with its voiced mark) in half width, katakana, everyday kanji and capitals."""
    marked = written.translate({ord("゛"): "゙", ord("゜"): "゚", ord("ﾞ"): "゙", ord("ﾟ"): "゚"})
    even = unicodedata.normalize("NFKC", marked).translate(_VARIANTS).upper()
    katakana = "".join(chr(ord(sign) + 0x60) if "ぁ" <= sign <= "ゖ" else sign for sign in even)
    return katakana.translate(_SMALL)


def _is_selector(sign: str) -> bool:
    """Which of several shapes of a kanji is meant: 葛󠄀."""
    return "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"


def _is_left_out(signs: str, at: int) -> bool:
    around = signs[at - 1 : at] + signs[at + 1 : at + 2]
    return (
        signs[at] in _LEFT_OUT and len(around) == 2 and not any("ァ" <= s <= "ー" for s in around)
    )


def _next(plain: list[tuple[str, int]], at: int, before: list[str]) -> tuple[str, int]:
    """The next folded signs, and how many written ones they stand for."""
    sign = plain[at][0]
    if sign.isdecimal():
        digits = _run(plain, at, str.isdecimal)
        return f"{int(digits)}.", len(digits)
    if _is_dash(plain, at, before):
        again = bool(before) and before[-1] == "-"
        return "" if again else "-", 1
    if sign in _NUMERALS or sign in _UNITS:
        numerals = _run(plain, at, lambda other: other in _NUMERALS or other in _UNITS)
        return f"{_value(numerals)}.", len(numerals)
    return sign, 1


def _run(plain: list[tuple[str, int]], at: int, belongs: Callable[[str], bool]) -> str:
    """Signs from a place on, as long as they belong; a run longer than a number can be is cut."""
    found = ""
    for sign, _ in plain[at : at + 12]:
        if not belongs(sign):
            break
        found += sign
    return found


def _is_dash(plain: list[tuple[str, int]], at: int, before: list[str]) -> bool:
    sign = plain[at][0]
    behind_number = bool(before) and before[-1] in _BEHIND_NUMBERS
    if sign in _DASHES:
        return True
    if sign == _LONG:
        return behind_number
    # 2一3: the numeral for one, typed as a dash
    after = plain[at + 1][0] if at + 1 < len(plain) else ""
    is_between = at > 0 and plain[at - 1][0].isdecimal() and after.isdecimal()
    return sign == "一" and is_between


def _value(numerals: str) -> int:
    """二十三 -> 23, 一〇五 -> 105."""
    total = part = 0
    for sign in numerals:
        if sign in _NUMERALS:
            part = part * 10 + _NUMERALS[sign]
        elif sign == "万":
            total, part = (total + part or 1) * _UNITS[sign], 0
        else:
            total, part = total + (part or 1) * _UNITS[sign], 0
    return total + part
