"""住所を読む: where an address is, as far as it can be read and no farther.

The dictionary says which names there are; this file decides which of them were written. Numbers
can be read in several ways (本町3-2 is 三丁目2番 or 3番地2; 上河内町19-37 is 19字37番地 or 19番地37):
every reading that the dictionary bears out is followed, and the answer is the deepest place that
all of them share. What is not understood stays in ``rest``.
"""

import difflib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from geo.addresses.dictionary import LOOSELY, READ, WRITTEN, Dictionary, Entry
from geo.addresses.fold import Folded, fold, fold_name, without_prefix
from geo.addresses.tree import BLOCK, OAZA, TOWN

SEVERAL = 20  # candidates shown at most; our choice
LONGEST = 200  # of an address, in signs: what edits.Line takes
LIKENESS = 0.6  # of difflib, as for areas in tables; our choice

_NUMBER = re.compile(r"(\d+)\.")
# The 47 of JIS X 0401, of which some fold to other signs (埼玉 = 崎玉)
_PREFECTURES = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県", "群馬県", "埼玉県", "千葉県",
    "東京都", "神奈川県", "新潟県", "富山県", "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県",
    "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県", "岡山県", "広島県", "山口県", "徳島県",
    "香川県", "愛媛県", "高知県", "福岡県", "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
)  # fmt: skip
_PREFECTURE = re.compile("|".join(re.escape(fold_name(name)) for name in _PREFECTURES))
_CHOME_UNIT = re.compile("丁目?|チヨウメ")
_BLOCK_UNIT = re.compile("番地|番(?![町館街丁])|バンチ?(?=[0-9-]|$)")
# what turns a number into something that is neither a 丁目 nor a block; another number does, too
_OTHER_UNIT = re.compile("[0-9字条線区組班部階棟地割町街館目丁番号F]|地割|号線")
# what may follow the name of a town whose number is not said
_BOUNDARY = re.compile(
    r"$|[0-9\-]|第[0-9]|大字|小字|字|地内|地先|付近|周辺|一円|内$|(?:[甲乙丙丁戊己庚辛壬癸イロハニホヘトA-Z])[0-9]"
)
_NUMBERED = re.compile(r"(?:[0-9.\-ノ]|丁目?|チヨウメ|番地?|バンチ?|号|ゴウ)*")
_COUNTY = re.compile(r"[^0-9.\-市区町村]{1,7}郡")
_COUNTED = re.compile(r"第(\d+)\.号")  # 越前市: 粟田部町第9号1番地 = 9字1
_SEPARATOR = re.compile(r"[-ノ](?=[0-9])")
_LEFT_OVER = re.compile(r"^[\s　\-‐‑–—―−ー－、,，]+")


@dataclass(frozen=True, slots=True)
class Found:
    """A place, how well it is known, and how far the address was understood.

    lonlat   degrees
    level    block (a 街区, or the 街区 in which a 地番 lies) or district (a town, 丁目 or 小字). No
             gazetteer that is read today knows single houses
    name     the official name of what was found, below the municipality
    matched  the part of the text that led there, as written; rest: what follows it
    """

    lonlat: tuple[float, float]
    level: str
    name: str
    matched: str
    rest: str


@dataclass(frozen=True, slots=True)
class Several:
    """Places that the address may mean; which of them is not said in it."""

    candidates: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No place. ``reason``: empty, elsewhere (it names another place), no_town, no_such_chome, no_place (the name is known, but to no
    gazetteer with places). ``like``: the town whose name is most like it, to be shown, never used.
    """

    reason: str
    like: str = ""


Answer = Found | Several | Unknown


def find(dictionary: Dictionary, text: str) -> Answer:
    """Where an address of the dictionary's municipality is. The text is neither kept nor logged."""
    asked = _Asked(dictionary, text, fold(text[:LONGEST]))
    if not asked.signs.strip("-"):
        return Unknown("empty")
    for by in (WRITTEN, LOOSELY, READ):
        readings = list(_readings(asked, by))
        if readings:
            return _answer(asked, readings)
    start, _ = _after_municipality(dictionary, asked.signs)
    return Unknown("elsewhere" if start is None else "no_town", _like(asked))


@dataclass(frozen=True, slots=True)
class _Step:
    """One name that was read, and the sign behind it."""

    entry: Entry
    end: int


@dataclass(frozen=True, slots=True)
class _Reading:
    """The names that were read from the town down. ``problem`` is set when what follows them
    contradicts the dictionary."""

    steps: tuple[_Step, ...]
    problem: str = ""

    @property
    def name(self) -> str:
        return "".join(step.entry.name for step in self.steps)

    def placed(self) -> "_Reading":
        """As far down as a gazetteer knows a place: a 小字 without one is where its town is."""
        known = [depth for depth, step in enumerate(self.steps, start=1) if step.entry.place]
        return _Reading(self.steps[: known[-1] if known else 0])


@dataclass(frozen=True, slots=True)
class _Asked:
    """The address that is read, and the dictionary it is read by.

    is_oaza  whether 大字 is written: then a bare number is no 丁目
    """

    book: Dictionary
    text: str
    folded: Folded
    is_oaza: bool = False

    @property
    def signs(self) -> str:
        return self.folded.signs


def _readings(asked: _Asked, by: str) -> Iterator[_Reading]:
    """Every reading of the text, from the town with the longest name that fits; ``by`` as in towns_before."""
    start, ward = _after_municipality(asked.book, asked.signs)
    if start is None:
        return
    for skip in _skips(asked.signs[start:]):
        signs = asked.signs[start + skip :]
        found = asked.book.towns_before(signs, ward, by)
        for length, towns in sorted(found.items(), reverse=True):
            end = start + skip + length
            fits = _fits_as_read if by == READ else _fits
            fitting = [town for town in towns if length and fits(asked, town, end)]
            if not fitting:
                continue
            is_oaza = asked.signs.startswith(OAZA, start)
            whole = replace(asked, is_oaza=is_oaza)
            for town in _spelt_alike(fitting, signs[:length], is_oaza=is_oaza):
                yield from _read(whole, (_Step(town, end),))
            return
    for town in asked.book.towns_before("", ward).get(0, []):  # （大字なし）
        below = _read(asked, (_Step(town, start),))
        yield from (reading for reading in below if len(reading.steps) > 1)


def _after_municipality(dictionary: Dictionary, signs: str) -> tuple[int | None, str]:
    """Where the town's name begins, and the ward if one is named; None where the address names
    another place: a prefecture without our municipality behind it."""
    whose = dictionary.whose
    prefecture = fold_name(whose.prefecture)
    at = len(prefecture) if signs.startswith(prefecture) else 0
    if not at and _PREFECTURE.match(signs):
        return None, ""
    names = [fold_name(whose.name)]
    if "市" in whose.name[:-1] and whose.name.endswith("区"):  # 札幌市中央区 is also called 中央区
        names.append(fold_name(whose.name.partition("市")[2]))
    county = _COUNTY.match(signs, at)
    for start in (at, county.end() if county else at):
        for name in names:
            if signs.startswith(name, start):
                end = start + len(name)
                end += len(name) if signs.startswith(name, end) else 0  # 越前市越前市府中
                ward = next((w for w in dictionary.wards if signs.startswith(w, end)), "")
                return end + len(ward), ward
    if at:
        return None, ""
    ward = next((ward for ward in dictionary.wards if signs.startswith(ward)), "")
    return len(ward), ward


def _skips(signs: str) -> list[int]:
    """How many signs before the town's name say nothing: 大字, 字."""
    before = len(signs) - len(without_prefix(signs))
    return [0, before] if before else [0]


def _spelt_alike(entries: list[Entry], signs: str, *, is_oaza: bool = False) -> list[Entry]:
    """Of names that fall together, those that are spelt as written, if there are such. Where a town
    has 大字北野 beside 北野一丁目, only a written 大字 tells them apart."""
    alike = [entry for entry in entries if fold_name(entry.name) == signs] or entries
    return [entry for entry in alike if is_oaza and entry.name.startswith(OAZA)] or alike


def _fits(asked: _Asked, town: Entry, end: int) -> bool:
    """Whether a town's name may end here: also before a 小字 that the town has."""
    return _may_end(asked, end) or bool(_koaza(asked, town.id, end))


def _fits_as_read(asked: _Asked, town: Entry, end: int) -> bool:
    """Whether a town's reading may end here: only numbers follow, as far as the text goes on without a gap. みどり may
    be 緑町, but in みどり1号館 it is what a house is called."""
    stop = min((gap for gap in asked.folded.gaps if gap > end), default=len(asked.signs))
    is_numbered = _NUMBERED.fullmatch(asked.signs, end, stop)
    return bool(is_numbered) or bool(_koaza(asked, town.id, end))


def _may_end(asked: _Asked, at: int) -> bool:
    """Whether a name may end here: 本町 in 本町3-2 and 本町 会館, not in 本町東3-2."""
    return at in asked.folded.gaps or bool(_BOUNDARY.match(asked.signs, at))


def _read(asked: _Asked, steps: tuple[_Step, ...]) -> Iterator[_Reading]:
    """Every reading of what follows a name that the dictionary bears out."""
    here, at = steps[-1].entry, steps[-1].end
    start = at + 1 if _SEPARATOR.match(asked.signs, at) else at
    chome, problem = _chome(asked, here, start)
    below = [*_koaza(asked, here.id, start), *_blocks(asked, here.id, start)]
    is_said = _is_said(asked, start)
    if problem or not (chome or below) or (chome and not below and here.place and not is_said):
        yield _Reading(steps, problem)
    for step in chome if is_said else [*chome, *below]:
        if step.entry.level == BLOCK:
            yield _Reading((*steps, step))
        else:
            yield from _read(asked, (*steps, step))


def _is_said(asked: _Asked, start: int) -> bool:
    """Whether 丁目 is written behind a number."""
    number = _NUMBER.match(asked.signs, start)
    return bool(number and _CHOME_UNIT.match(asked.signs, number.end()))


def _chome(asked: _Asked, here: Entry, start: int) -> tuple[list[_Step], str]:
    """丁目 that are written here: 三丁目, 3丁, and 3 before a dash or nothing; and what is wrong."""
    number = _NUMBER.match(asked.signs, start)
    if not number or here.level != TOWN:
        return [], ""
    unit = _CHOME_UNIT.match(asked.signs, number.end())
    if not unit and (asked.is_oaza or _OTHER_UNIT.match(asked.signs, number.end())):
        return [], ""
    end = unit.end() if unit else number.end()
    found = [_Step(entry, end) for entry in asked.book.children(here.id, f"c{number[1]}")]
    return found, "no_such_chome" if unit and not found else ""


def _koaza(asked: _Asked, here: int, start: int) -> list[_Step]:
    """小字 that are written here: 字山ノ神, 山ノ神, 19字, and 19 before a dash."""
    skip = len(asked.signs[start:]) - len(without_prefix(asked.signs[start:]))
    named = asked.book.children_before(here, "k", asked.signs[start + skip :])
    for length, entries in sorted(named.items(), reverse=True):
        end = start + skip + length
        if _may_end(asked, end):
            spelt = _spelt_alike(entries, asked.signs[start + skip : end])
            return [_Step(entry, end) for entry in spelt]
    number = _COUNTED.match(asked.signs, start)
    if not number:
        number = _NUMBER.match(asked.signs, start)
        if not number or _OTHER_UNIT.match(asked.signs, number.end()):
            return []
    counted = asked.book.children(here, f"k{number[1]}.字")
    return [_Step(entry, number.end()) for entry in counted]


def _blocks(asked: _Asked, here: int, start: int) -> list[_Step]:
    """街区 and 地番 that are written here: 3番, 3番地, 3, 甲3."""
    written = asked.book.children_before(here, "b", asked.signs[start:])
    for length, entries in sorted(written.items(), reverse=True):
        end = start + length
        unit = _BLOCK_UNIT.match(asked.signs, end)
        if unit:
            return [_Step(entry, unit.end()) for entry in entries]
        if not _OTHER_UNIT.match(asked.signs, end):
            return [_Step(entry, end) for entry in entries]
    return []


def _answer(asked: _Asked, readings: list[_Reading]) -> Answer:
    """One answer from all readings: the deepest place that they share.

    The place of a town with 丁目 is that of what lies outside them, so that readings of which one
    goes into a 丁目 share nothing there.
    """
    possible = [reading for reading in readings if not reading.problem]
    if not possible:
        return Unknown(readings[0].problem, readings[0].name)
    readings = possible
    shared = _shared(readings).placed()
    if shared.steps and (len(readings) == 1 or not _chome_of(asked, shared)):
        readings = [shared]
    opened = [one for reading in readings for one in _opened(asked, reading)]
    placed = [one for reading in opened if (one := reading.placed()).steps]
    if not placed:
        placed = [one for reading in readings for one in _chome_of(asked, reading)]
    last = {one.steps[-1].entry.id: one for one in placed}
    found = tuple(_found(asked, one) for one in list(last.values())[:SEVERAL])
    if not found:
        return Unknown("no_place", _shared(readings).name or readings[0].name)
    return found[0] if len(found) == 1 else Several(found)


def _shared(readings: list[_Reading]) -> _Reading:
    """How far all readings go together."""
    depth = 0
    for steps in zip(*(reading.steps for reading in readings), strict=False):
        if len({step.entry.id for step in steps}) > 1:
            break
        depth += 1
    return _Reading(readings[0].steps[:depth])


def _opened(asked: _Asked, reading: _Reading) -> list[_Reading]:
    """A town that is named alone is any of its 丁目, too."""
    end = reading.steps[-1].end
    is_alone = end == len(asked.signs) or end in asked.folded.gaps
    return [reading, *(_chome_of(asked, reading) if is_alone else [])]


def _chome_of(asked: _Asked, reading: _Reading) -> list[_Reading]:
    """The 丁目 of the town in which a reading ends."""
    last = reading.steps[-1]
    if last.entry.level != TOWN:
        return []
    chome = asked.book.children(last.entry.id, "c")
    return [_Reading((*reading.steps, _Step(entry, last.end))) for entry in chome]


def _found(asked: _Asked, reading: _Reading) -> Found:
    last = reading.steps[-1]
    cut = asked.folded.starts[last.end]
    return Found(
        lonlat=last.entry.place or (math.nan, math.nan),  # placed() leaves no such end
        level="block" if last.entry.level == BLOCK else "district",
        name=f"{asked.book.ward_of(reading.steps[0].entry)}{reading.name}",
        matched=asked.text[:cut].strip(),
        rest=_LEFT_OVER.sub("", asked.text[cut:]).strip(),
    )


def _like(asked: _Asked) -> str:
    """The town whose name is most like what stands where a town should."""
    start, _ = _after_municipality(asked.book, asked.signs)
    if start is None:
        return ""
    written = re.match(r"(?:[^0-9\-]|\d+\.(?=[^0-9\-番号]))*", asked.signs[start:])
    signs = without_prefix(written[0]) if written else ""
    close = difflib.get_close_matches(signs, asked.book.towns, n=1, cutoff=LIKENESS)
    return asked.book.towns[close[0]] if close else ""
