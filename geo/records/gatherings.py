"""通いの場: what the yearly 実施状況調査 asks of each, as the register has it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.scope import Scope

_YEAR_VALUES = text("""
    select r.id, r.name, r.kind, k.name as kind_name, r.provider, r.provider_type, r.address,
           r.openings, r.main_activity, r.venue_type, r.frequency, r.subsidised, r.started_on,
           r.paused_on, r.closed_on, r.counted_on, r.participants, r.participants_men,
           r.participants_women, r.participants_65_74, r.participants_75, r.confirmed_on,
           coalesce((
               select d.name from district d
               where d.municipality = r.municipality and d.level = :level and d.valid_to is null
                 and st_covers(d.geom, r.place)
               order by d.code limit 1), '') as district
    from resource_staff r
         join kind k on k.municipality = r.municipality and k.code = r.kind
    where (cast(:municipality as text) is null or r.municipality = :municipality)
      and r.kind = any(:kinds) and r.merged_into is null
      and (r.started_on is null or r.started_on <= :last)
      and (r.closed_on is null or r.closed_on > :first)
    order by k.position, r.kana, r.name, r.number
""")


def list_of_time(
    db: Session, scope: Scope, kinds: Iterable[str], first: date, last: date, level: str
) -> list[Row[Any]]:
    """Resources of these kinds that ran on some day from ``first`` to ``last``, as far as is known,
    by kind and name, with the area of a level in which each lies."""
    asked = {"municipality": scope.municipality, "kinds": sorted(kinds)}
    return list(db.execute(_YEAR_VALUES, asked | {"first": first, "last": last, "level": level}))
