"""訪問の空白: where nobody has been, read over places and areas by the last day of a visit."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.scope import Scope

# What people join, or who runs it, and what the staff keep to themselves (お宝): places that are gone
# to. Who looks after two areas sees the places of both; who has none of her own sees all.
_PLACES = """
    with seen as (
        select case when v_at.merged_into is null then v_at.id else resource_survivor(v_at.id) end
                   as resource, max(v.visited_on) as last_on
        from visit v join resource v_at on v_at.id = v.resource
        where v.removed_at is null
          and (cast(:municipality as text) is null or v.municipality = :municipality)
        group by 1),
    gone_to as (
        select r.id, r.name, r.kind, k.name as kind_name, r.address, r.place, r.confirmed_on,
               r.paused_on, r.resumes_on,
               seen.last_on
        from resource r
             join kind k on k.municipality = r.municipality and k.code = r.kind
             left join seen on seen.resource = r.id
        where (cast(:municipality as text) is null or r.municipality = :municipality)
          and r.closed_on is null and r.merged_into is null
          and case when r.viewpoints = '{}' then k.viewpoints else r.viewpoints end
              && array['activity'])
"""
_MINE = """
    (cast(:areas as uuid[]) is null or exists (
        select from district own where own.id = any(:areas) and st_covers(own.geom, p.place)))
"""
_UNVISITED_VALUES = text(f"""
    {_PLACES}
    select p.id, p.name, p.kind, p.kind_name, p.address, p.confirmed_on, p.last_on,
           p.paused_on, p.resumes_on, count(*) over () as total
    from gone_to p
    where (p.last_on is null or p.last_on < :before) and {_MINE}
    order by p.last_on nulls first, p.confirmed_on nulls first, p.name, p.id
    limit :most
""")
_CHOICE_VALUES = text(f"""
    {_PLACES}
    select p.id, p.name, p.kind, p.kind_name from gone_to p
         join kind k on k.municipality = :municipality and k.code = p.kind
    where {_MINE}
    order by k.position, p.name, p.id
""")
_LYING_VALUES = text("""
    select r.id as resource, d.name
    from resource r
         join district d on d.municipality = r.municipality and d.level = :level
              and d.valid_to is null and st_covers(d.geom, r.place)
    where r.id = any(:ids)
      and (cast(:municipality as text) is null or r.municipality = :municipality)
    order by r.id, d.code desc
""")
_AREA_VALUES = text(f"""
    {_PLACES},
    of_area as (
        select d.id, d.code, d.name, d.geom, st_pointonsurface(d.geom) as middle
        from district d
        where (cast(:municipality as text) is null or d.municipality = :municipality)
          and d.level = :level and d.valid_to is null),
    noted as (
        select v.id, v.visited_on, v.district, n.level,
               coalesce(stays.place, r.place, st_setsrid(st_makepoint(v.lon, v.lat), 4326),
                        st_pointonsurface(n.geom)) as at
        from visit v
             left join resource r on r.id = v.resource
             left join resource stays
                  on r.merged_into is not null and stays.id = resource_survivor(r.id)
             left join district n on n.id = v.district
        where v.removed_at is null and v.visited_on between :since and :until
          and (cast(:municipality as text) is null or v.municipality = :municipality))
    select a.id, a.name,
           (select count(*) from noted v where v.district = a.id
               or (coalesce(v.level, '') <> :level and st_covers(a.geom, v.at))) as visits,
           (select max(v.visited_on) from noted v where v.district = a.id
               or (coalesce(v.level, '') <> :level and st_covers(a.geom, v.at))) as last_on,
           (select count(*) from gone_to p where st_covers(a.geom, p.place)) as places,
           (select count(*) from gone_to p
             where st_covers(a.geom, p.place) and p.last_on >= :since) as places_seen
    from of_area a
    where cast(:areas as uuid[]) is null or exists (
        select from district own
        where own.id = any(:areas) and (own.id = a.id or st_covers(own.geom, a.middle)))
    order by a.code, a.id
""")


def list_unvisited(db: Session, scope: Scope, before: date, most: int) -> list[Row[Any]]:
    """Places that are gone to (what people join) in the scope's areas, without a visit since a day:
    never visited first, then the longest ago. Each row has how many there are in ``total``."""
    return list(db.execute(_UNVISITED_VALUES, _of(scope) | {"before": before, "most": most}))


def list_places(db: Session, scope: Scope) -> list[Row[Any]]:
    """id, name and kind of every place of the scope's areas that is gone to, by kind and name."""
    return list(db.execute(_CHOICE_VALUES, _of(scope)))


def list_areas_of(db: Session, scope: Scope, level: str, resources: list[UUID]) -> list[Row[Any]]:
    """resource and name of the area of a level in which it lies, by resource; on a border the lowest
    code comes last, so that it stays in a dictionary."""
    asked = {"municipality": scope.municipality, "level": level, "ids": resources}
    return list(db.execute(_LYING_VALUES, asked))


def list_by_area(db: Session, scope: Scope, level: str, since: date, until: date) -> list[Row[Any]]:
    """Areas of a level within the scope's own, by code: visits of a time and the last of them, how
    many places are gone to there, and how many were. A visit belongs to the area it was noted for,
    else to the one in which its place lies."""
    asked = _of(scope) | {"level": level, "since": since, "until": until}
    return list(db.execute(_AREA_VALUES, asked))


def _of(scope: Scope) -> dict[str, Any]:
    areas: list[UUID] | None = None if scope.areas is None else sorted(scope.areas)
    return {"municipality": scope.municipality, "areas": areas}
