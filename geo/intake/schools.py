"""学校の取り込み: P29 into a municipality's schools, and the names they give to areas without one."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

import shapely
from sqlalchemy.orm import Session

from geo.intake.report import Delivery, Report, begin, finish, open_municipality, source
from geo.records import schools
from geo.records.database import take_turns
from geo.records.intakes import Intake
from geo.records.schools import SchoolPoint
from geo.scope import Scope
from geo.sources import schools as school_files
from geo.sources.districts import DistrictRow
from geo.sources.schools import SchoolRow
from geo.words import search_key

# Whose districts a level has: 義務教育学校 are both
KINDS_OF_LEVEL = {
    "elementary": ("elementary", "compulsory"),
    "junior_high": ("junior_high", "compulsory", "secondary"),
}
BRANCH = "分校"


def run_schools(
    db: Session,
    scope: Scope,
    delivery: Delivery,
    *,
    name: str = "",
    layer_name: str = "",
    crs: str = "",
) -> Intake:
    """Read a file of P29 into the scope's municipality. Schools no longer delivered stay and are
    reported. Raises Unreadable, Invalid."""
    place = open_municipality(db, scope, name)
    take_turns(db, scope, "schools")
    file = school_files.read(delivery.path, layer_name=layer_name, crs=crs)
    report = Report(
        source(
            layer="p29",
            edition=file.edition,
            encoding=file.encoding,
            crs=file.crs,
            name_field=file.name_field,
            publisher=file.publisher,
            licence=file.licence,
        ),
        list(file.assumptions),
    )
    for refused in file.refused:
        report.say(refused.row, refused.detail, refused.reason, refused=True)
    own = []
    for row in file.rows:
        if row.municipality in (None, place.code):
            own.append(row)
        else:
            report.say(
                row.row, row.name, "other_municipality", refused=True, detail=row.municipality
            )
    run = begin(db, scope, delivery, "schools", "school")
    known = schools.list_points(db, scope)
    wanted = _to_keep(own, known)
    today = {row.id: row for row in known}
    differing = [row for row in wanted if today.get(row.id) != row]
    schools.save_many(db, scope, differing, run.id)
    kept = {row.id for row in wanted}
    report.missing = [row.name for row in known if row.id not in kept]
    run.added = sum(row.id not in today for row in wanted)
    run.changed = len(differing) - run.added
    run.unchanged = len(wanted) - len(differing)
    return finish(db, scope, run, report, "schools" if differing else None)


def named_by_schools(
    db: Session, scope: Scope, level: str, rows: list[DistrictRow], report: Report
) -> list[DistrictRow]:
    """Rows without a name take that of the one school of their level inside them.

    A 分校 does not compete with its school. Where several schools remain, nobody is guessed at:
    the row stays nameless and the report says which they were.
    """
    if level not in KINDS_OF_LEVEL or all(row.name for row in rows):
        return rows
    candidates = schools.list_points(db, scope, KINDS_OF_LEVEL[level])
    return [row if row.name else _named(row, candidates, report) for row in rows]


def _named(row: DistrictRow, candidates: Sequence[SchoolPoint], report: Report) -> DistrictRow:
    inside = [
        school
        for school in candidates
        if shapely.intersects_xy(row.geometry, school.lon, school.lat)
    ]
    if len(inside) > 1:
        inside = [school for school in inside if not school.name.endswith(BRANCH)] or inside
    if len(inside) > 1:
        names = "、".join(school.name for school in inside)
        report.say(row.row, "", "several_schools", refused=False, detail=names)
    if len(inside) != 1:
        return row
    report.say(row.row, inside[0].name, "named_by_school", refused=False)
    return replace(row, name=inside[0].name)


def _to_keep(rows: list[SchoolRow], known: list[SchoolPoint]) -> list[SchoolPoint]:
    """Rows under the id of the school they are (by code, else by name), new ones under a new id."""
    by_code = {(row.kind, row.code): row.id for row in known}
    by_name = {(row.kind, search_key(row.name)): row.id for row in known}
    taken: set[UUID] = set()
    wanted = []
    for row in rows:
        before = by_code.get((row.kind, row.code)) or by_name.get((row.kind, search_key(row.name)))
        own = before if before and before not in taken else uuid4()
        taken.add(own)
        wanted.append(SchoolPoint(own, row.kind, row.code, row.name, row.address, row.lon, row.lat))
    return wanted
