"""検討案: what would change if one stood here, moved, closed or opened on other days.

Both sides are answers of the gap map (geo.gap_map), today's register and the register after the steps: a plan without
steps is today's map. Who gains or loses is asked home by home.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from geo import crs
from geo.access.coverage import people_between
from geo.area import Area
from geo.errors import NotFound
from geo.gap_map import GapMap, GapRow, OfKind, There, gap_maps, together
from geo.gap_offers import Entry, entries
from geo.gap_questions import GapQuestion
from geo.gap_reach import Reached
from geo.means import OnStreets
from geo.possible_homes import Residents
from geo.records import municipalities, shelf
from geo.records.service_areas import Meaning
from geo.scenario_steps import Means, Step, entries_after
from geo.scope import Scope
from geo.service_areas import open_areas
from geo.streets.network import frozen
from geo.streets.snap import Join


@dataclass(frozen=True, slots=True)
class Change:
    """People of one area at one limit whom a plan brings within reach, and for whom it is no longer so: float64,
    never rounded here.

    _min, _max  at least and at most, wherever in their square they live and wherever in its town lies what is only
                known to it (MEANING 4)
    """

    gained: float
    gained_min: float
    gained_max: float
    lost: float
    lost_min: float
    lost_max: float


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One area before and after; id None: who lives in none. practical None where the kinds have no such limit."""

    id: UUID | None
    code: str
    name: str
    before: GapRow
    after: GapRow
    leading: Change
    practical: Change | None


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a plan changes: today's answer, the plan's, and area by area what lies between."""

    before: GapMap
    after: GapMap
    rows: tuple[ChangeRow, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """A step that changes nothing any more: its entry was closed, merged into another, or is of another kind.

    into  the entry that it was merged into
    """

    step: UUID
    name: str
    closed_on: date | None
    into: UUID | None


def weigh(
    db: Session,
    scope: Scope,
    residents: Residents,
    area: Area,
    question: GapQuestion,
    steps: Sequence[Step],
    as_of: date,
) -> Weighed | None:
    """What the steps change. None where no people were imported.

    Raises NotFound for a kind or a level that the municipality does not have.
    """
    asked = (db, scope, residents, area, [question], as_of)
    before = next(gap_maps(*asked), None)
    if before is None:
        return None
    after = before
    if steps:
        after = next(gap_maps(*asked, there_after(db, scope, steps, as_of)))
    group = residents.areas(db, scope, area, before.living, question.level).group
    return weighed(group, before, after)


def there_after(db: Session, scope: Scope, steps: Sequence[Step], as_of: date) -> There:
    """What there is of a kind after the steps."""
    means = means_of(db, scope, steps)

    def there(db: Session, scope: Scope, kind: str) -> tuple[Entry, ...]:
        return entries_after(entries(db, scope, kind), steps, kind, means, as_of)

    return there


def means_of(db: Session, scope: Scope, steps: Sequence[Step]) -> Means:
    """What the names of service areas mean; nothing is read where no step has any."""
    if not any(step.service_areas for step in steps):
        return lambda _name, _note: Meaning(False, None, ())
    place = municipalities.get(db, scope, scope.municipality or "")
    areas = open_areas(db, scope, place.name)

    def means(name: str, note: str) -> Meaning:
        found = areas.meaning(name, note)
        return Meaning(found.whole, found.district, found.without)

    return means


def gone(
    db: Session, scope: Scope, kinds: Sequence[str], steps: Sequence[Step]
) -> dict[UUID, Gone]:
    """Step → why it changes nothing, of those whose entry no longer runs as one of the kinds."""
    there = {entry.id for kind in kinds for entry in entries(db, scope, kind)}
    found = {}
    for step in steps:
        if step.resource is None or step.resource in there:
            continue
        try:
            row = shelf.get(db, scope, step.resource)
        except NotFound:
            found[step.id] = Gone(step.id, "", None, None)
        else:
            found[step.id] = Gone(step.id, row.name, row.closed_on, row.merged_into)
    return found


def off_streets(area: Area, of: Sequence[OfKind], steps: Sequence[Step]) -> dict[UUID, str]:
    """Step → why nobody knows how to get to its place, in a code, of those that stand far from every street: that
    nobody gains by them means nothing."""
    by_kind = {one.kind.code: one for one in of}
    found = {}
    for step in steps:
        one = by_kind.get(step.kind, of[0])
        if step.place is None or one.by_area:
            continue
        place = crs.to_plane_m(np.array([step.place], np.float64), area.network.zone)
        state = OnStreets(area, one.leading.profile).join(frozen(place)).state[0]
        if state != Join.JOINED:
            found[step.id] = "no_street_near" if state == Join.FAR else "street_apart"
    return found


def total(found: Weighed) -> ChangeRow:
    """All areas, and who lives in none, as one: float64, so that nobody is rounded twice."""
    narrow = [row.practical for row in found.rows if row.practical]
    return ChangeRow(
        None,
        "",
        "",
        together([row.before for row in found.rows]),
        together([row.after for row in found.rows]),
        _sum([row.leading for row in found.rows]),
        _sum(narrow) if len(narrow) == len(found.rows) else None,
    )


def _sum(parts: Sequence[Change]) -> Change:
    names = Change.__dataclass_fields__
    return Change(**{name: sum(getattr(part, name) for part in parts) for name in names})


def weighed(group: NDArray[np.int32], before: GapMap, after: GapMap) -> Weighed:
    """Two answers of one question, side by side.

    group  (homes,) row of the answers' areas that each home lies in (geo.possible_homes.HomeAreas)
    """
    leading = _changes(group, before, before.leading, after.leading)
    practical = None
    if before.practical is not None and after.practical is not None:
        practical = _changes(group, before, before.practical, after.practical)
    rows = zip(before.rows, after.rows, strict=True)
    return Weighed(
        before,
        after,
        tuple(
            ChangeRow(
                old.id,
                old.code,
                old.name,
                old,
                new,
                leading[at],
                practical[at] if practical else None,
            )
            for at, (old, new) in enumerate(rows)
        ),
    )


def _changes(
    group: NDArray[np.int32], found: GapMap, before: Reached, after: Reached
) -> list[Change]:
    """Row for row as the areas of the answer."""
    living, band, groups = found.living, found.question.band, len(found.rows)
    people = living.people[:, band : band + 1]
    sides = []
    for old, new in ((before, after), (after, before)):
        differ = [getattr(new, name) & ~getattr(old, name) for name in ("usual", "best", "worst")]
        least, most = np.logical_and.reduce(differ), np.logical_or.reduce(differ)
        if not most.any():
            sides.append(np.zeros((3, groups)))
            continue
        counted = (people, living.homes.cell, differ[0], least, most, group, groups)
        sides.append(people_between(*counted)[:, :, 0])
    return [Change(*map(float, row)) for row in np.concatenate(sides).T]
