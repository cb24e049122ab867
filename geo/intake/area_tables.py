"""区域の表の取り込み: areas from a table of towns, or from a table of smaller areas."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from geo.errors import Invalid
from geo.intake.areas import follow, open_level
from geo.intake.report import Delivery, Report, begin, finish, source
from geo.records import districts, groupings
from geo.records.groupings import Grouping, TownLine
from geo.records.intakes import Intake
from geo.scope import Scope
from geo.sources import area_tables
from geo.sources.area_tables import AreaLine, AreaTable
from geo.sources.delivery import name_key
from geo.words import area_key, search_key, town_key

TOWN = "town"
NO_POLYGONS = "no_town_polygons"


@dataclass(slots=True)
class _Area:
    """An area while its lines are gathered; parts and towns without repetition."""

    name: str
    lines: dict[str, TownLine] = field(default_factory=dict)
    parts: set[UUID] = field(default_factory=set)


class _Parts:
    """The areas that may be parts, found by what a table calls them."""

    def __init__(self, rows: Sequence[districts.District], is_town: bool) -> None:
        self.is_town = is_town
        self.by_key: dict[str, list[UUID]] = {}
        self.by_bare: dict[str, list[UUID]] = {}
        self.names = {}
        for row in rows:
            key = self.key(row.name)
            self.by_key.setdefault(key, []).append(row.id)
            bare = key.partition("丁目")[0].rstrip("0123456789") if is_town else area_key(key)
            if bare != key:
                self.by_bare.setdefault(bare, []).append(row.id)
            self.names[key] = row.name

    def key(self, name: str) -> str:
        """How names are compared."""
        return town_key(name) if self.is_town else search_key(name)

    def find(self, name: str) -> tuple[list[UUID], str]:
        """Ids and a remark: of the one called so; of all 丁目 of a town named without; else none."""
        key = self.key(name)
        if key in self.by_key:
            several = len(self.by_key[key]) > 1
            return self.by_key[key], "several_towns" if several else ""
        if self.is_town:
            return self.by_bare.get(key, []), "all_blocks"
        alike = self.by_bare.get(area_key(key), []) or self.by_key.get(area_key(key), [])
        return (alike, "") if len(alike) == 1 else ([], "")

    def nearest(self, name: str) -> str:
        """The name that is most like it, "" when none is."""
        close = difflib.get_close_matches(self.key(name), self.names, n=1)
        return self.names[close[0]] if close else ""


def run_area_table(
    db: Session,
    scope: Scope,
    delivery: Delivery,
    level: str,
    *,
    by: str = TOWN,
    name: str = "",
    member_column: str = "",
    area_column: str = "",
) -> Intake:
    """Read a table of towns (``by`` town) or of areas of another level into areas of one level.

    An area is the one that was there before when its name is. A town under two areas stays under
    both, with what is said of its part. Outlines are the union of the parts; without any town
    polygons there is the list only. Raises Unreadable, Invalid.
    """
    if by == level:
        raise Invalid(fields={"by": "unknown_choice"})
    place, _ = open_level(db, scope, level, name)
    smaller = districts.list_at_level(db, scope, by)
    if not smaller and by != TOWN:
        raise Invalid(fields={"by": "unknown_choice"})
    table = area_tables.read(
        delivery.path, by, level, member_column=member_column, area_column=area_column
    )
    report = _report(table, by, has_parts=bool(smaller))
    parts = _Parts(smaller, by == TOWN)
    areas = _gathered(_own(table.lines, place.name), parts, bool(smaller), report)
    if by == TOWN and smaller:
        _say_who_is_left(smaller, areas, report)
    run = begin(db, scope, delivery, "districts", level)
    known = groupings.list_groupings(db, scope, level)
    wanted = _to_keep(areas, known, "towns" if by == TOWN else "grouping")
    today = {row.id: row for row in known}
    differing = [row for row in wanted if today.get(row.id) != row]
    groupings.save_groupings(db, scope, level, differing, run.id)
    if differing:
        follow(db, scope, level, place)
    kept = {row.id for row in wanted}
    report.missing = [row.name for row in known if row.id not in kept]
    run.added = sum(row.id not in today for row in wanted)
    run.changed = len(differing) - run.added
    run.unchanged = len(wanted) - len(differing)
    return finish(db, scope, run, report, "districts" if differing else None)


def _report(table: AreaTable, by: str, *, has_parts: bool) -> Report:
    """The report with what the table says of itself."""
    said = source(
        layer=f"table:{by}",
        encoding=table.encoding,
        key_column=table.columns[0],
        name_field=table.columns[1],
    )
    report = Report(said, [*table.assumptions, *([] if has_parts else [NO_POLYGONS])])
    for refused in table.refused:
        report.say(refused.row, refused.detail, refused.reason, refused=True)
    return report


def _own(lines: Iterable[AreaLine], municipality: str) -> list[AreaLine]:
    """Lines without the municipality's name before the town, and without the line of its total."""
    own = []
    for line in lines:
        member = line.member.removeprefix(municipality).strip()
        if member:
            own.append(AreaLine(line.row, member, line.area, line.note))
    return own


def _gathered(
    lines: Sequence[AreaLine], parts: _Parts, has_parts: bool, report: Report
) -> list[_Area]:
    """Areas in the order of the table, with what they are made of; and what is odd about it."""
    areas: dict[str, _Area] = {}
    holders: dict[str, dict[str, AreaLine]] = {}
    for line in lines:
        key = parts.key(line.member)
        found, remark = parts.find(line.member)
        if has_parts and not found:
            code = "unknown_town" if parts.is_town else "unknown_part"
            nearest = parts.nearest(line.member)
            report.say(line.row, line.member, code, refused=not parts.is_town, detail=nearest)
            if not parts.is_town:
                continue
        elif found and remark:
            report.say(line.row, line.member, remark, refused=False, detail=len(found))
        area = areas.setdefault(search_key(line.area), _Area(line.area))
        area.parts.update(found)
        before = area.lines.get(key)
        notes = dict.fromkeys(filter(None, (before.note if before else "", line.note)))
        town = before.town if before else line.member
        area.lines[key] = TownLine(town, key, "、".join(notes))
        holders.setdefault(key, {}).setdefault(search_key(line.area), line)
    for held in holders.values():
        if len(held) > 1:
            code = "split_town" if parts.is_town else "split_part"
            names = "、".join(line.area for line in held.values())
            for line in held.values():
                report.say(line.row, line.member, code, refused=False, detail=names)
    return list(areas.values())


def _say_who_is_left(
    smaller: Sequence[districts.District], areas: Sequence[_Area], report: Report
) -> None:
    """Towns with a polygon that no area has: on the map they would be a hole."""
    held = {part for area in areas for part in area.parts}
    for row in smaller:
        if row.id not in held:
            report.say(0, row.name, "town_without_area", refused=False)


def _to_keep(areas: Iterable[_Area], known: list[Grouping], made_of: str) -> list[Grouping]:
    """Areas under the id of the area of that name, new ones under a new id."""
    by_name = {search_key(row.name): row for row in known}
    wanted = []
    for area in areas:
        before = by_name.get(search_key(area.name))
        lines = area.lines.values() if made_of == "towns" else ()
        wanted.append(
            Grouping(
                before.id if before else uuid4(),
                before.code if before else name_key(area.name),
                area.name,
                made_of,
                tuple(sorted(area.parts)),
                tuple(sorted(lines, key=lambda line: line.town)),
            )
        )
    return wanted
