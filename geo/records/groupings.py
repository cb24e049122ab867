"""区域の組み立て: areas made of towns or of other areas, their lists, and outlines from their parts."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo.records.database import in_scope
from geo.records.districts import District, DistrictTown
from geo.scope import Scope


@dataclass(frozen=True, slots=True)
class TownLine:
    """One line of a table 町名 → area: the town as written, its key, what a split is said to be."""

    town: str
    key: str
    note: str


@dataclass(frozen=True, slots=True)
class Grouping:
    """An area to be written: its parts (ids of areas of one other level, in the order of the ids)
    and, when it is made of towns, the lines of its table by town."""

    id: UUID
    code: str
    name: str
    made_of: str
    parts: tuple[UUID, ...]
    towns: tuple[TownLine, ...]


def list_groupings(db: Session, scope: Scope, level: str) -> list[Grouping]:
    """Today's areas of a level with what they are made of, by code."""
    lines: dict[UUID, list[TownLine]] = {}
    for row in db.execute(
        select(DistrictTown.district, DistrictTown.town, DistrictTown.town_key, DistrictTown.note)
        .join(District, District.id == DistrictTown.district)
        .where(in_scope(scope, DistrictTown.municipality), District.level == level)
        .order_by(DistrictTown.district, DistrictTown.town)
    ):
        lines.setdefault(row[0], []).append(TownLine(*row[1:]))
    rows = db.execute(
        select(District.id, District.code, District.name, District.made_of, District.parts)
        .where(
            in_scope(scope, District.municipality),
            District.level == level,
            District.valid_to.is_(None),
        )
        .order_by(District.code)
    )
    return [
        Grouping(
            *(id_, code, name, made_of, tuple(parts)),
            tuple(sorted(lines.get(id_, []), key=lambda line: line.town)),
        )
        for id_, code, name, made_of, parts in rows
    ]


def load_sizes(db: Session, scope: Scope, level: str) -> dict[UUID, list[Any]]:
    """Area → [km² on the ellipsoid, checksum of its outline]; areas without an outline are absent."""
    rows = db.execute(
        select(
            District.id,
            func.ST_Area(func.geography(District.geom)) / 1e6,
            func.md5(func.ST_AsBinary(District.geom, "NDR")),
        )
        .where(
            in_scope(scope, District.municipality),
            District.level == level,
            District.valid_to.is_(None),
            District.geom.is_not(None),
        )
        .order_by(District.id)
    )
    return {row[0]: [round(row[1], 3), row[2]] for row in rows}


def save_groupings(
    db: Session, scope: Scope, level: str, rows: list[Grouping], intake: UUID
) -> None:
    """Write areas with their lists and the outlines that their parts have."""
    for row in rows:
        values = {
            "code": row.code,
            "name": row.name,
            "made_of": row.made_of,
            "parts": list(row.parts),
            "intake": intake,
        }
        db.execute(
            insert(District)
            .values(id=row.id, municipality=scope.municipality, level=level, **values)
            .on_conflict_do_update(index_elements=[District.id], set_=values)
        )
        db.execute(delete(DistrictTown).where(DistrictTown.district == row.id))
        for line in row.towns:
            db.execute(
                insert(DistrictTown).values(
                    district=row.id,
                    town=line.town,
                    municipality=scope.municipality,
                    town_key=line.key,
                    note=line.note,
                )
            )
    _outline(db, scope, [row.id for row in rows])


def save_outlines_above(db: Session, scope: Scope, level: str) -> None:
    """Outlines anew of every area that has parts at a level whose outlines have changed, and of
    what is made of those in turn."""
    seen: set[str] = set()
    waiting = [level]
    while waiting:
        below = waiting.pop()
        seen.add(below)
        rows = db.execute(
            text("""
                select distinct d.id, d.level from district d, district p
                where d.municipality = :municipality and p.municipality = :municipality
                  and p.level = :below and p.id = any(d.parts) and d.valid_to is null
                order by d.id
            """),
            {"municipality": scope.municipality, "below": below},
        ).all()
        _outline(db, scope, [row[0] for row in rows])
        waiting += sorted({row[1] for row in rows} - seen - set(waiting))


def _outline(db: Session, scope: Scope, ids: list[UUID]) -> None:
    """The union of the parts as outline; where no part has one, it stays as it was."""
    db.execute(
        text("""
            update district d set geom = made.geom
            from (
                select w.id, st_multi(st_collectionextract(st_union(p.geom), 3)) as geom
                from district w join district p on p.id = any(w.parts)
                where w.id = any(:ids) and w.municipality = :municipality
                  and p.municipality = :municipality and p.geom is not null
                group by w.id
            ) made
            where d.id = made.id
        """),
        {"ids": ids, "municipality": scope.municipality},
    )
