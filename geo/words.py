"""Words as people type them, brought to one form so that they can be found."""

import hashlib
import re
import unicodedata

# 異体字 that turn up in names and addresses, folded to the everyday character. Our choice, and
# small on purpose: only what NFKC leaves alone. 斉・齊・齋・斎 are different characters, but no one
# who looks for a 斎藤 knows which of them she writes.
_VARIANTS = "髙﨑嵜濵濱澤邊邉齋齊斉廣國縣學會醫藏瀧龍櫻嶋嶌眞德惠榮圓條壽豐靜戶冨峯舘曾薗渕檜籠莊𠮷萬應濟當驛圖與淺黑靑"
_EVERYDAY = "高崎崎浜浜沢辺辺斎斎斎広国県学会医蔵滝竜桜島島真徳恵栄円条寿豊静戸富峰館曽園淵桧篭荘吉万応済当駅図与浅黒青"
_HIRAGANA = {chr(katakana): chr(katakana - 0x60) for katakana in range(0x30A1, 0x30F7)}
_SMALL_KE = {"ヶ": "け", "ゖ": "け", "ヵ": "か", "ゕ": "か"}  # 霞ヶ関 = 霞ケ関
_FOLD = str.maketrans(_VARIANTS, _EVERYDAY) | str.maketrans(_HIRAGANA | _SMALL_KE)
_KEPT = "LMN"  # letters, marks and numbers; spaces, punctuation and signs go

# What a note says of an area that is not all of it, as regular expressions: 「の一部」; 「奥沢町を除く」 where nothing here
# is called so.
ONLY_A_PART, LESS_SOME = "一部|大部分|ほぼ|周辺|付近|中心", "除|のぞく|以外|対象外"

_RUNS = re.compile("[ぁ-んー]{2,}|.(?:(?![ぁ-んー]{2}).)*")
_READING = re.compile("[ぁ-んー]{2,}")


def search_key(text: str) -> str:
    """The form in which two spellings of one word are equal.

    NFKC (half and full width), lower case, no spaces, punctuation or signs, katakana as hiragana,
    異体字 folded. The long mark ー is kept: ビル is not ビール. A key is for finding, never for
    showing; a key of a key is itself. Text without letters or numbers gives "".
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    if plain.isalnum():  # nothing to leave out: most names, and much quicker
        return plain.translate(_FOLD)
    kept = "".join(sign for sign in plain if unicodedata.category(sign)[0] in _KEPT)
    # once more: a mark may have stood apart from its letter (か゛)
    return unicodedata.normalize("NFKC", kept).translate(_FOLD)


def is_reading(key: str) -> bool:
    """Whether a key (``search_key``) is kana only, two signs or more: one begins half of all names."""
    return _READING.fullmatch(key) is not None


def runs_of(key: str) -> list[str]:
    """A key in the parts that are read so (``is_reading``) and those between them: みなみ浜 -> みなみ, 浜."""
    return _RUNS.findall(key)


def key_sum(key: str) -> str:
    """Under which a row of a list is found whose key held a name that was wiped."""
    return f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"


_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_BLOCK = re.compile("([一二三四五六七八九十]+)丁目")
# What a town's name ends with where it has 丁目, as PostgreSQL reads it; in whatever numerals.
BLOCK_ENDING = "[0-9０-９一二三四五六七八九十]+丁目$"


def town_key(text: str) -> str:
    """search_key of a town's name: 「大字」 before it left out, numbers before 丁目 in digits.

    府中一丁目, 府中１丁目 and 大字府中一丁目 are one town; 八幡 and 三ツ屋町 keep their numerals.
    """
    key = search_key(text)
    if key.startswith("大字") and len(key) > 2:
        key = key.removeprefix("大字")
    return _BLOCK.sub(lambda found: f"{_number(found[1])}丁目", key)


# What people leave out or add where areas are called after a school or a 地区: 東 = 東地区
_AREA_ENDING = re.compile(
    "(日常生活圏域|小学校区|中学校区|小学校|中学校|地区|地域|圏域|区域|校区|学区|区)$"
)


def area_key(text: str) -> str:
    """search_key of an area's name without its ending: 川東, 川東地区 and 川東圏域 are one."""
    key = search_key(text)
    return _AREA_ENDING.sub("", key) or key


def centre_key(text: str) -> str:
    """area_key of a 包括's name without what all of them are called: 中央地域包括支援センター = 中央."""
    key = search_key(text)
    for ending in ("地域包括支援せんたー", "包括支援せんたー", "包括せんたー", "包括"):
        key = key.removesuffix(ending)
    return area_key(key) or search_key(text)


_STATION = "駅"  # people say it, base maps leave it out


def station_name(name: str) -> str:
    """The name of a station as people say it: みほん -> みほん駅."""
    return name.removesuffix(_STATION) + _STATION


def station_key(text: str) -> str:
    """search_key of a station, 駅 left out: みほん駅 = みほん."""
    return search_key(text).removesuffix(_STATION)


def _number(numerals: str) -> int:
    """二十三 -> 23, as far as 丁目 go."""
    tens, ten, ones = numerals.rpartition("十")
    return (_NUMERALS.get(tens, 1) * 10 if ten else 0) + _NUMERALS.get(ones, 0)
