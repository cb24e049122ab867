"""合計の行: lines of 計, 小計, 合計 and headings with numbers, told apart from areas and compared with
what they sum, so that nobody is counted twice."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from geo.ages import EVERYBODY, Ages, at_least, contradiction
from geo.sources.delivery import Refused
from geo.sources.population_labels import PEOPLE
from geo.sources.population_rows import Key, Noticed

_TOTAL = re.compile(
    "(総|総合|合)?計|総数|総人口|全体|全[市町村域]|[市町村](合?計|全体)|total", re.IGNORECASE
)
_SUBTOTAL = re.compile(".*(小計|合計|計)")
_WIDER = re.compile("(地区|圏域|区域|校区|学区|センター)$")


@dataclass(frozen=True, slots=True)
class AreaCount:
    """What a table says of one area.

    row     as Excel counts; name as written; within: of the wider area it stands under, or ""
    counts  (measure, sex, ages) → a number, None where nobody says
    """

    row: int
    name: str
    within: str
    counts: Mapping[Key, int | None]

    def ages(self, measure: str = PEOPLE) -> dict[Ages, int | None]:
        """Both sexes by class of age: as said, else men and women together."""
        of = {key[1:]: people for key, people in self.counts.items() if key[0] == measure}
        found: dict[Ages, int | None] = {}
        for ages in dict.fromkeys(ages for _, ages in of):
            both, men, women = (of.get((who, ages)) for who in ("both", "men", "women"))
            apart = men + women if men is not None and women is not None else None
            found[ages] = both if both is not None else apart
        return found


@dataclass(frozen=True, slots=True)
class Sorted:
    """The lines of a table. wider: headings with numbers of their own (東地区 above its 町)."""

    areas: tuple[AreaCount, ...]
    wider: tuple[AreaCount, ...]
    totals: tuple[AreaCount, ...]


def is_sound(area: AreaCount, noticed: Noticed) -> bool:
    """Whether its numbers can be true together; what does not quite add up is remarked upon."""
    ages = area.ages()
    total = ages.get(EVERYBODY)
    old = at_least(ages, 65)
    if total is not None and old is not None and old > total:
        detail = f"{area.name} {old} / {total}"
        noticed.refused.append(Refused(area.row, "parts_exceed_total", detail))
        return False
    odd = contradiction(ages)
    if odd:
        noticed.remarks.append(Refused(area.row, "ages_differ", area.name))
    for both, men, women in _by_sex(area):
        if both is not None and men is not None and women is not None and both != men + women:
            detail = f"{area.name} {both} / {men}+{women}"
            noticed.remarks.append(Refused(area.row, "sexes_differ", detail))
            break
    return True


def _by_sex(area: AreaCount) -> list[tuple[int | None, ...]]:
    """Both, men, women of each class of age."""
    ages = dict.fromkeys(key[2] for key in area.counts if key[0] == PEOPLE)
    sexes = ("both", "men", "women")
    return [tuple(area.counts.get((PEOPLE, sex, one)) for sex in sexes) for one in ages]


def sort_lines(counted: Sequence[AreaCount], own: str, noticed: Noticed) -> Sorted:
    """Areas, headings and lines of everybody (``own``: the municipality's name). Each sum is compared
    with its parts and remarked upon where it differs: total_differs; 小計 are then left out."""
    names = ["".join(line.name.split()) for line in counted]
    is_wider = [bool(_WIDER.search(name)) for name in names]
    has_headings = _are_headings(counted, is_wider, own)
    areas: list[AreaCount] = []
    wider: list[AreaCount] = []
    totals: list[AreaCount] = []
    since = 0
    for line, name, wide in zip(counted, names, is_wider, strict=True):
        if _is_total(name, own):
            totals.append(line)
        elif _SUBTOTAL.fullmatch(name):
            group = [area for area in areas if line.within and area.within == line.within]
            _compare(line, group or areas[since:], noticed)
            since = len(areas)
        elif wide and has_headings:
            wider.append(line)
        else:
            above = wider[-1].name if has_headings and wider else line.within
            areas.append(replace(line, within=above))
    for heading in wider:
        _compare(heading, [one for one in areas if one.within == heading.name], noticed)
    for total in totals:
        _compare(total, areas, noticed)
    return Sorted(tuple(areas), tuple(wider), tuple(totals))


def _are_headings(counted: Sequence[AreaCount], is_wider: Sequence[bool], own: str) -> bool:
    """Whether lines called 〜地区 stand above what they sum: most of them must, since 地区 may simply
    be called so beside others that are not."""
    sums: list[tuple[int | None, int]] = []
    for line, wide in zip(counted, is_wider, strict=True):
        people = at_least(line.ages(), 0)
        if wide:
            sums.append((people, 0))
        elif sums and not _is_total("".join(line.name.split()), own):
            sums[-1] = (sums[-1][0], sums[-1][1] + (people or 0))
    return sum(said == parts for said, parts in sums) * 2 > len(sums)


def _is_total(name: str, own: str) -> bool:
    return not name or name == own or bool(_TOTAL.fullmatch(name))


def _compare(total: AreaCount, parts: Sequence[AreaCount], noticed: Noticed) -> None:
    """A remark where a sum is not that of its parts."""
    for key, said in sorted(total.counts.items(), key=lambda one: one[0][0] != PEOPLE):
        people = [part.counts.get(key) for part in parts]
        known = [one for one in people if one is not None]
        if said is None or not parts or len(known) < len(people) or sum(known) == said:
            continue
        name = total.name or "合計"
        noticed.remarks.append(Refused(total.row, "total_differs", f"{name} {said} / {sum(known)}"))
        return
