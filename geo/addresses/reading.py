"""住所を読む: where an address is, as far as it can be read and no farther.

The dictionary says which names there are; this file decides which of them were written. Numbers
can be read in several ways (本町3-2 is 三丁目2番 or 3番地2; 上河内町19-37 is 19字37番地 or 19番地37):
every reading that the dictionary bears out is followed, and the answer is the deepest place that
all of them share. What is not understood stays in ``rest``.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from geo.addresses.dictionary import Dictionary, Entry
from geo.addresses.fold import Folded, fold, fold_name, without_prefix
from geo.addresses.tree import BLOCK, TOWN

SEVERAL = 20  # candidates shown at most; our choice
LONGEST = 200  # of an address, in signs: what edits.Line takes
LIKENESS = 0.6  # of difflib, as for areas in tables; our choice

_NUMBER = re.compile(r"(\d+)\.")
_CHOME_UNIT = re.compile("丁目?")
_BLOCK_UNIT = re.compile("番地|番(?![町館街丁])")
# what turns a number into something that is neither a 丁目 nor a block; another number does, too
_OTHER_UNIT = re.compile("[0-9字条線区組班部階棟地割町街館目丁番号F]|地割|号線")
# what may follow the name of a town whose number is not said
_BOUNDARY = re.compile(
    r"$|[0-9\-]|第[0-9]|大字|小字|字|地内|地先|付近|周辺|一円|内$|(?:[甲乙丙丁戊己庚辛壬癸イロハニホヘトA-Z])[0-9]"
)
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
    """No place. ``reason``: empty, no_town, no_such_chome, no_place (the name is known, but to no
    gazetteer with places). ``like``: the town whose name is most like it, to be shown, never used.
    """

    reason: str
    like: str = ""


Answer = Found | Several | Unknown


def find(dictionary: Dictionary, text: str) -> Answer:
    """Where an address of the dictionary's municipality is. The text is neither kept nor logged."""
    folded = fold(text[:LONGEST])
    if not folded.signs.strip("-"):
        return Unknown("empty")
    for loosely in (False, True):
        readings = list(_readings(dictionary, folded, loosely=loosely))
        if readings:
            return _answer(dictionary, text, folded, readings)
    return Unknown("no_town", _like(dictionary, folded))


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


def _readings(dictionary: Dictionary, asked: Folded, *, loosely: bool) -> Iterator[_Reading]:
    """Every reading of the text, from the town with the longest name that fits; ``loosely`` the name
    may lack what people leave out."""
    start, ward = _after_municipality(dictionary, asked.signs)
    if start is None:
        return
    for skip in _skips(asked.signs[start:]):
        signs = asked.signs[start + skip :]
        found = dictionary.towns_before(signs, ward, loosely=loosely)
        for length, towns in sorted(found.items(), reverse=True):
            end = start + skip + length
            fitting = [town for town in towns if length and _fits(dictionary, asked, town, end)]
            for town in _spelt_alike(fitting, signs[:length]):
                yield from _read(dictionary, asked, (_Step(town, end),))
            if fitting:
                return
    for town in dictionary.towns_before("", ward).get(0, []):  # （大字なし）
        below = _read(dictionary, asked, (_Step(town, start),))
        yield from (reading for reading in below if len(reading.steps) > 1)


def _after_municipality(dictionary: Dictionary, signs: str) -> tuple[int | None, str]:
    """Where the town's name begins, and the ward if one is named; None where the address names
    another place: a prefecture without our municipality behind it."""
    whose = dictionary.whose
    prefecture = fold_name(whose.prefecture)
    at = len(prefecture) if signs.startswith(prefecture) else 0
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


def _spelt_alike(entries: list[Entry], signs: str) -> list[Entry]:
    """Of names that fall together, those that are spelt as written, if there are such."""
    return [entry for entry in entries if fold_name(entry.name) == signs] or entries


def _fits(dictionary: Dictionary, asked: Folded, town: Entry, end: int) -> bool:
    """Whether a town's name may end here: also before a 小字 that the town has."""
    return _may_end(asked, end) or bool(_koaza(dictionary, asked, town.id, end))


def _may_end(asked: Folded, at: int) -> bool:
    """Whether a name may end here: 本町 in 本町3-2 and 本町 会館, not in 本町東3-2."""
    return at in asked.gaps or bool(_BOUNDARY.match(asked.signs, at))


def _read(dictionary: Dictionary, asked: Folded, steps: tuple[_Step, ...]) -> Iterator[_Reading]:
    """Every reading of what follows a name that the dictionary bears out."""
    here, at = steps[-1].entry, steps[-1].end
    start = at + 1 if _SEPARATOR.match(asked.signs, at) else at
    chome, problem = _chome(dictionary, asked, here, start)
    found = [
        *chome,
        *_koaza(dictionary, asked, here.id, start),
        *_blocks(dictionary, asked, here.id, start),
    ]
    if not found or problem:
        yield _Reading(steps, problem)
    for step in found:
        if step.entry.level == BLOCK:
            yield _Reading((*steps, step))
        else:
            yield from _read(dictionary, asked, (*steps, step))


def _chome(
    dictionary: Dictionary, asked: Folded, here: Entry, start: int
) -> tuple[list[_Step], str]:
    """丁目 that are written here: 三丁目, 3丁, and 3 before a dash or nothing; and what is wrong."""
    number = _NUMBER.match(asked.signs, start)
    if not number or here.level != TOWN:
        return [], ""
    unit = _CHOME_UNIT.match(asked.signs, number.end())
    if not unit and _OTHER_UNIT.match(asked.signs, number.end()):
        return [], ""
    end = unit.end() if unit else number.end()
    found = [_Step(entry, end) for entry in dictionary.children(here.id, f"c{number[1]}")]
    return found, "no_such_chome" if unit and not found else ""


def _koaza(dictionary: Dictionary, asked: Folded, here: int, start: int) -> list[_Step]:
    """小字 that are written here: 字山ノ神, 山ノ神, 19字, and 19 before a dash."""
    skip = len(asked.signs[start:]) - len(without_prefix(asked.signs[start:]))
    named = dictionary.children_before(here, "k", asked.signs[start + skip :])
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
    counted = dictionary.children(here, f"k{number[1]}.字")
    return [_Step(entry, number.end()) for entry in counted]


def _blocks(dictionary: Dictionary, asked: Folded, here: int, start: int) -> list[_Step]:
    """街区 and 地番 that are written here: 3番, 3番地, 3, 甲3."""
    written = dictionary.children_before(here, "b", asked.signs[start:])
    for length, entries in sorted(written.items(), reverse=True):
        end = start + length
        unit = _BLOCK_UNIT.match(asked.signs, end)
        if unit:
            return [_Step(entry, unit.end()) for entry in entries]
        if not _OTHER_UNIT.match(asked.signs, end):
            return [_Step(entry, end) for entry in entries]
    return []


def _answer(dictionary: Dictionary, text: str, asked: Folded, readings: list[_Reading]) -> Answer:
    """One answer from all readings: the deepest place that they share."""
    problem = next((reading.problem for reading in readings if reading.problem), "")
    if problem:
        return Unknown(problem, readings[0].name)
    shared = _shared(readings)
    if shared.placed().steps:
        return _found(dictionary, text, asked, shared.placed())
    if len(readings) == 1:
        last = shared.steps[-1]
        chome = dictionary.children(last.entry.id, "c")
        readings = [_Reading((*shared.steps, _Step(entry, last.end))) for entry in chome]
    placed = [reading.placed() for reading in readings]
    found = tuple(_found(dictionary, text, asked, one) for one in placed[:SEVERAL] if one.steps)
    return Several(found) if found else Unknown("no_place", shared.name)


def _shared(readings: list[_Reading]) -> _Reading:
    """How far all readings go together."""
    depth = 0
    for steps in zip(*(reading.steps for reading in readings), strict=False):
        if len({step.entry.id for step in steps}) > 1:
            break
        depth += 1
    return _Reading(readings[0].steps[:depth])


def _found(dictionary: Dictionary, text: str, asked: Folded, reading: _Reading) -> Found:
    last = reading.steps[-1]
    cut = asked.starts[last.end]
    return Found(
        lonlat=last.entry.place or (0.0, 0.0),
        level="block" if last.entry.level == BLOCK else "district",
        name=f"{dictionary.ward_of(reading.steps[0].entry)}{reading.name}",
        matched=text[:cut].strip(),
        rest=_LEFT_OVER.sub("", text[cut:]).strip(),
    )


def _like(dictionary: Dictionary, asked: Folded) -> str:
    """The town whose name is most like what stands where a town should."""
    start, _ = _after_municipality(dictionary, asked.signs)
    if start is None:
        return ""
    written = re.match(r"(?:[^0-9\-]|\d+\.(?=[^0-9\-番号]))*", asked.signs[start:])
    signs = without_prefix(written[0]) if written else ""
    close = difflib.get_close_matches(signs, dictionary.towns, n=1, cutoff=LIKENESS)
    return dictionary.towns[close[0]] if close else ""
