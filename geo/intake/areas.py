"""区域の取り込み: a file of areas into one level of a municipality."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import shapely
from sqlalchemy.orm import Session

from geo import service_areas
from geo.errors import Invalid
from geo.intake.report import Delivery, Report, begin, finish, open_municipality, source
from geo.intake.residents import count_residents
from geo.intake.schools import named_by_schools
from geo.records import districts, groupings
from geo.records.database import take_turns
from geo.records.districts import DistrictToKeep, Level
from geo.records.intakes import Intake
from geo.records.municipalities import Municipality
from geo.scope import Scope
from geo.sources import apart, vector
from geo.sources import districts as district_files
from geo.sources.districts import DistrictFile, DistrictRow
from geo.words import search_key

# Levels by their usual names, the widest first (PRACTICE, "Areas"); any other code is free.
LEVELS = {
    "municipality": ("市町村", 0),
    "living_area": ("日常生活圏域", 10),
    "center_area": ("地域包括支援センターの担当区域", 20),
    "second_layer": ("第2層の区域", 30),
    "junior_high": ("中学校区", 40),
    "elementary": ("小学校区", 50),
    "chiku": ("地区", 60),
    "town": ("町丁・字", 70),
}
OTHER_RANK = 80


def run_districts(
    db: Session,
    scope: Scope,
    delivery: Delivery,
    level: str,
    *,
    name: str = "",
    name_field: str | None = None,
    layer_name: str = "",
    crs: str = "",
) -> Intake:
    """Read a file of areas (in any format of sources/vector) into one level of the scope's
    municipality.

    An area is the one that was there before when its code is, else when its name is: what hangs
    on it (accounts, later counts) stays. Areas that are no longer delivered stay and are reported.
    Raises Unreadable, Invalid.
    """
    place, title = open_level(db, scope, level, name)
    file = district_files.read(
        delivery.path, place.zone, name_field, layer_name=layer_name, crs=crs
    )
    report = Report(_source_of_districts(file), list(file.assumptions))
    for refused in file.refused:
        report.say(refused.row, refused.detail, refused.reason, refused=True)
    rows = _own_districts(file.rows, place.code, report)
    unnamed = {row.row for row in rows if row.name is None}
    rows = named_by_schools(db, scope, level, _named_alone(rows, level, place.name), report)
    with apart.private_folder() as folder:
        original = replace(delivery, path=vector.packed(delivery.path, folder))
        run = begin(db, scope, original, "districts", level)
    known = districts.list_at_level(db, scope, level)
    wanted = _to_keep(rows, known, title, unnamed, report)
    outlines = districts.load_wkb(db, scope, level)
    today = {row.id: (row.code, row.name) for row in known}
    differing = [
        row
        for row in wanted
        if today.get(row.id) != (row.code, row.name)
        or outlines[row.id] != shapely.to_wkb(row.geometry, byte_order=1)
    ]
    districts.save_many(db, scope, level, differing, run.id)
    if differing:
        follow(db, scope, level, place)
    kept = {row.id for row in wanted}
    report.missing = [row.name for row in known if row.id not in kept]
    run.added = sum(row.id not in today for row in wanted)
    run.changed = len(differing) - run.added
    run.unchanged = len(wanted) - len(differing)
    return finish(db, scope, run, report, "districts" if differing else None)


def open_level(db: Session, scope: Scope, level: str, name: str = "") -> tuple[Municipality, str]:
    """The municipality and the usual name of a level, both kept, and the turn of this run.

    Raises Invalid.
    """
    if not level.isidentifier() or len(level) > 40:
        raise Invalid(fields={"level": "unknown_choice"})
    place = open_municipality(db, scope, name)
    take_turns(db, scope, "districts")
    title, rank = LEVELS.get(level, (level, OTHER_RANK))
    kept = Level(municipality=place.code, code=level, name=title, rank=rank)
    districts.save_level(db, scope, kept)
    return place, title


def follow(db: Session, scope: Scope, level: str, place: Municipality) -> None:
    """Bring up to date what hangs on the areas of a level: outlines made of them, how many people
    live in them, and which areas the names in lists of services mean."""
    groupings.save_outlines_above(db, scope, level)
    count_residents(db, scope)
    service_areas.match_again(db, scope, place.name)


def _own_districts(
    rows: Iterable[DistrictRow], municipality: str, report: Report
) -> list[DistrictRow]:
    """The rows of this municipality; a layer without codes is taken to be its own."""
    own = []
    for row in rows:
        for note in row.notes:
            code, _, detail = note.partition("=")
            report.say(row.row, row.name, code, refused=False, detail=detail)
        if row.municipality in (None, municipality):
            own.append(row)
        else:
            report.say(
                row.row, row.name, "other_municipality", refused=True, detail=row.municipality
            )
    return own


def _named_alone(rows: list[DistrictRow], level: str, name: str) -> list[DistrictRow]:
    """An outline alone, without a name, is the municipality's."""
    if level != "municipality" or len(rows) != 1 or rows[0].name is not None:
        return rows
    return [replace(rows[0], name=name)]


def _to_keep(
    rows: list[DistrictRow],
    known: list[districts.District],
    title: str,
    unnamed: set[int],
    report: Report,
) -> list[DistrictToKeep]:
    """Rows under the id of the area they are, new ones under a new id."""
    by_code = {row.code: row for row in known}
    by_name = {search_key(row.name): row for row in known}
    taken: set[UUID] = set()
    wanted = []
    for position, row in enumerate(rows, start=1):
        numbered = f"{title}{position}"
        name = row.name or numbered
        before = by_code.get(row.code or "") or by_name.get(search_key(name))
        if before is None and row.row in unnamed:  # numbered last time, named by its school today
            before = by_name.get(search_key(numbered))
        if before is not None and before.id in taken:
            before = None
        code = row.code or (before.code if before else f"{position:02d}")
        wanted.append(DistrictToKeep(before.id if before else uuid4(), code, name, row.geometry))
        taken.add(wanted[-1].id)
        if row.name is None:
            report.say(row.row, name, "numbered", refused=False)
    return wanted


def _source_of_districts(file: DistrictFile) -> dict[str, Any]:
    return source(
        layer=file.layer,
        edition=file.edition,
        encoding=file.encoding,
        crs=file.crs,
        name_field=file.name_field,
        publisher=file.publisher,
        licence=file.licence,
    )
