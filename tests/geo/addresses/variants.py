"""A thousand addresses of みほん市 as people write them, each with what was changed about it.

Every address is a block of the city's own 位置参照情報 with a house number behind it. Nothing here
knows how addresses are read.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from geo.sources.gazetteer import AddressRow

SEED = 20261120
OLD = dict(zip("浜沢桜高崎瀬滝栄国広竜条塩", "濱澤櫻髙﨑瀨瀧榮國廣龍條鹽", strict=True))
DASHES = "-‐−－ー–"
BUILDINGS = ("", "", "", " 山田ビル201", "　松尾荘２号室", "（集会所の２階）", "メゾンABC１F")
NUMERALS = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Written:
    """An address as somebody wrote it, the row that is meant, and what is unusual about it."""

    text: str
    row: AddressRow
    changes: frozenset[str]


def thousand(rows: Sequence[AddressRow], count: int = 1000) -> list[Written]:
    """The same addresses every time."""
    chance = random.Random(SEED)  # noqa: S311
    names = sorted({row.town for row in rows})
    return [_written(chance, chance.choice(rows), names) for _ in range(count)]


def _written(chance: random.Random, row: AddressRow, names: Sequence[str]) -> Written:
    changes: set[str] = set()
    town = _town(chance, row, names, changes)
    koaza = _koaza(chance, row, changes)
    number = _number(chance, row, changes)
    before = chance.choice(("架空県みほん市", "みほん市", "架空県 みほん市", ""))
    if not before:
        changes.add("no_city")
    space = ""
    if chance.random() < 0.15:
        changes.add("spaces")
        space = chance.choice((" ", "　"))
    building = chance.choice(BUILDINGS)
    if building:
        changes.add("building")
    text = f"{before}{space}{town}{space}{koaza}{number}{building}"
    if chance.random() < 0.3:
        changes.add("full_width")
        text = "".join(chr(ord(s) + 0xFEE0) if "!" <= s <= "~" else s for s in text)
    return Written(text, row, frozenset(changes))


def _town(chance: random.Random, row: AddressRow, names: Sequence[str], changes: set[str]) -> str:
    town = row.town
    if chance.random() < 0.12:
        changes.add("typo")
        return _typo(chance, town, names)
    if re.search("[ケヶ]", town):
        changes.add("ke")
        town = re.sub("[ケヶ]", chance.choice(("ケ", "ヶ", "が", "ガ", "")), town)
    if any(sign in OLD for sign in town) and chance.random() < 0.5:
        changes.add("old_kanji")
        town = "".join(OLD.get(sign, sign) for sign in town)
    if town.endswith("丁目") and chance.random() < 0.6:
        unit = chance.choice(("丁目", chance.choice(DASHES)))
        changes.add("chome_in_digits" if unit == "丁目" else "chome_as_dash")
        town = f"{town[:-3]}{NUMERALS.index(town[-3])}{unit}"
    elif town.endswith("町") and len(town) > 2 and chance.random() < 0.1:
        changes.add("no_machi")
        town = town[:-1]
    elif not row.by_block and chance.random() < 0.4:
        changes.add("oaza")
        town = f"大字{town}"
    return town


def _typo(chance: random.Random, town: str, names: Sequence[str]) -> str:
    """One letter changed, lost or doubled; never so that another town's name comes out of it:
    that one nobody could tell from the right one."""
    others = [name for name in names if name != town]
    while True:
        at = chance.randrange(len(town.removesuffix("丁目")))
        letter = chance.choice("".join(names))
        how = chance.choice(("change", "lose", "add"))
        new = {"change": letter, "lose": "", "add": town[at] + letter}[how]
        made = town[:at] + new + town[at + 1 :]
        bases = [re.sub("[一二三四五六七八九十]+丁目$|町$", "", name) for name in (*others, town)]
        bare = re.sub("[一二三四五六七八九十]+丁目$|町$", "", made)
        if made != town and made not in names and bare not in bases:
            return made


def _koaza(chance: random.Random, row: AddressRow, changes: set[str]) -> str:
    if not row.koaza:
        return ""
    how = chance.choice(("字", "小字", "", "left out"))
    if how == "left out":
        changes.add("no_koaza")
        return ""
    if not how:
        changes.add("no_aza_mark")
    name = row.koaza
    if re.search("[ノツケ]", name):
        changes.add("ke")
        letters = {
            "ノ": ("ノ", "の", "之", ""),
            "ツ": ("ツ", "ッ", "つ", ""),
            "ケ": ("ケ", "ヶ", "が", ""),
        }
        name = re.sub("[ノツケ]", lambda found: chance.choice(letters[found[0]]), name)
    return f"{how}{name}"


def _number(chance: random.Random, row: AddressRow, changes: set[str]) -> str:
    first, house = row.block, str(chance.randint(1, 40))
    dash = chance.choice(DASHES)
    forms = {
        "ban_go": f"{first}番{house}号",
        "dash": f"{first}{dash}{house}",
        "banchi": f"{first}番地{house}",
        "no": f"{first}の{house}",
        "banchi_no": f"{first}番地の{house}",
        "kanji": f"{_kanji(int(first))}番{'' if row.by_block else '地'}{_kanji(int(house))}号",
        "alone": first,
    }
    how = chance.choice(list(forms))
    changes.add(how)
    return forms[how]


def _kanji(number: int) -> str:
    """123 -> 百二十三."""
    said = ""
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十")):
        times, number = divmod(number, unit)
        if times:
            said += f"{NUMERALS[times] if times > 1 else ''}{sign}"
    return said + (NUMERALS[number] if number else "")
