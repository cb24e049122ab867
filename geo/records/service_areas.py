"""来てくれる地域: the areas a service comes to, by the names its list gives them.

Rows are written with their resource (geo.records.resources); what this file does is to know which
of our areas a name means, again whenever areas are imported.
"""

import json
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Uuid, func, literal_column, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from geo.records.database import Base, any_of, in_scope
from geo.records.districts import District
from geo.records.in_box import SLIVER
from geo.scope import Scope
from geo.words import LESS_SOME, ONLY_A_PART


class ServiceArea(Base):
    """One area of one resource.

    name, note  as its list writes it: 高岡地区, の一部
    whole       the whole municipality (市内全域)
    district    the area of ours that the name means, None while nothing is called so
    without     areas of ours that the note takes out (奥沢を除く)
    """

    __tablename__ = "service_area"

    resource: Mapped[UUID] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), index=True)
    name: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    whole: Mapped[bool]
    district: Mapped[UUID | None] = mapped_column(ForeignKey("district.id"), index=True)
    without: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")


_IS_PART = f"(a.note ~ '{ONLY_A_PART}' or (a.note ~ '{LESS_SOME}' and cardinality(a.without) = 0))"


@dataclass(frozen=True, slots=True)
class AreaName:
    """An area that a list may mean, under its level."""

    id: UUID
    level: str
    name: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a service area of a resource means: the whole municipality or one area of ours, less some; neither
    where nothing of ours is called so. is_part: only some of it, nobody knows which."""

    whole: bool
    district: UUID | None
    without: tuple[UUID, ...]
    is_part: bool = False

    @property
    def is_known(self) -> bool:
        """Whether it means a place that we know."""
        return self.whole or self.district is not None


def load_meanings(db: Session, scope: Scope, resources: list[UUID]) -> dict[UUID, list[Meaning]]:
    """Resource → what its service areas mean, of the resources that have any, in their order."""
    area = aliased(ServiceArea, name="a")
    rows = db.execute(
        select(
            area.resource,
            area.whole,
            area.district,
            area.without,
            literal_column(_IS_PART, Boolean),
        )
        .where(in_scope(scope, area.municipality), area.resource == any_of(resources, Uuid))
        .order_by(area.resource, area.position)
    )
    found: dict[UUID, list[Meaning]] = {}
    for resource, whole, district, without, is_part in rows:
        found.setdefault(resource, []).append(Meaning(whole, district, tuple(without), is_part))
    return found


def list_area_names(db: Session, scope: Scope) -> list[AreaName]:
    """Every area of today, by level and code: what a list may call by its name."""
    rows = db.execute(
        select(District.id, District.level, District.name)
        .where(in_scope(scope, District.municipality), District.valid_to.is_(None))
        .order_by(District.level, District.code)
    )
    return [AreaName(*row) for row in rows]


def list_written(db: Session, scope: Scope) -> list[tuple[str, str]]:
    """Every (name, note) that a service area has, in their order."""
    rows = db.execute(
        select(ServiceArea.name, ServiceArea.note)
        .where(in_scope(scope, ServiceArea.municipality))
        .distinct()
        .order_by(ServiceArea.name, ServiceArea.note)
    )
    return [(row[0], row[1]) for row in rows]


def list_covering(
    db: Session, scope: Scope, box: tuple[float, float, float, float]
) -> dict[UUID, bool]:
    """Resources that say they come to (or fetch from) some of a box (west, south, east, north), by id → whether they
    say so of all of it that lies in the municipality: False where it is a part of the box, only a part of an area,
    or less some that nobody knows here: they have to be asked. What a note takes out is none of theirs."""
    rows = db.execute(
        text(f"""
            with box as (select st_makeenvelope(:west, :south, :east, :north, 4326) as geom),
            here as (
                select coalesce(st_intersection(st_union(d.geom), box.geom), box.geom) as geom,
                       st_area(coalesce(st_intersection(st_union(d.geom), box.geom), box.geom)) as size
                from box left join district d on d.municipality = :municipality and d.level = 'municipality'
                                              and d.valid_to is null and st_intersects(d.geom, box.geom)
                group by box.geom
            ),
            touched as (
                select d.id, st_intersection(d.geom, here.geom) as part
                from here join district d on st_intersects(d.geom, here.geom)
                where d.municipality = :municipality and d.valid_to is null
            ),
            said as (
                select a.resource, not {_IS_PART} as is_sure, case when a.without = '{{}}' then given.geom
                       else st_difference(given.geom, coalesce(
                           (select st_union(w.part) from touched w where w.id = any(a.without)),
                           'srid=4326;polygon empty')) end as ground
                from service_area a cross join here left join touched t on t.id = a.district
                     cross join lateral (select case when a.whole then here.geom else t.part end as geom) given
                where a.municipality = :municipality and given.geom is not null
            )
            select resource, coalesce(
                bool_or(is_sure and st_area(ground) >= (1 - :sliver) * size)
                or st_area(st_union(ground) filter (where is_sure)) >= (1 - :sliver) * max(size), false)
            from said cross join here
            where st_area(ground) >= :sliver * size
            group by resource
            order by resource
        """),
        dict(zip(("west", "south", "east", "north"), box, strict=True))
        | {"municipality": scope.municipality, "sliver": SLIVER},
    )
    return {row[0]: row[1] for row in rows}


def list_overlapping(db: Session, scope: Scope, district: UUID) -> list[tuple[District, float]]:
    """Today's areas of the scope that share ground with one (itself among them), by level and code, each with
    the share of that one's surface that it holds, 0 to 1."""
    here, other = aliased(District), aliased(District)
    shared = func.ST_Area(func.ST_Intersection(other.geom, here.geom)) / func.ST_Area(here.geom)
    rows = db.execute(
        select(other, shared)
        .join(here, func.ST_Intersects(other.geom, here.geom))
        .where(
            here.id == district,
            in_scope(scope, here.municipality),
            other.municipality == here.municipality,
            other.valid_to.is_(None),
        )
        .order_by(other.level, other.code)
    )
    return [(row[0], float(row[1])) for row in rows if row[1] > 0]


def save_meanings(db: Session, scope: Scope, meanings: list[dict]) -> None:
    """Say anew what names mean: {name, note, whole, district, without} for each name and note."""
    db.execute(
        text("""
            update service_area a
            set whole = m.whole, district = m.district, without = m.without
            from jsonb_to_recordset(cast(:meanings as jsonb))
                 as m(name text, note text, whole boolean, district uuid, without uuid[])
            where a.municipality = :municipality and a.name = m.name and a.note = m.note
              and (a.whole, a.district, a.without) is distinct from (m.whole, m.district, m.without)
        """),
        {"meanings": json.dumps(meanings, default=str), "municipality": scope.municipality},
    )
