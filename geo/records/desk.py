"""受け箱: entries of the register that wait for a person, and why. Only what runs today."""

from datetime import date
from typing import Any

from sqlalchemy import Row, and_, func, or_, select, text
from sqlalchemy.orm import Session

from geo.records.consulted import Consulted
from geo.records.database import in_scope
from geo.records.kinds import Kind
from geo.records.own_areas import covers_place
from geo.records.shelf_views import STAFF
from geo.scope import Scope
from geo.words import BLOCK_ENDING

_SHOWN = (
    *("id", "name", "kana", "kind", "address", "confirmed_on", "lon", "lat", "public", "phone"),
    *("paused_on", "resumes_on"),
)


def count_unconfirmed(
    db: Session, scope: Scope, since: date, grey: date
) -> tuple[int, int, int, int, date | None]:
    """(entries, those last confirmed before ``since`` or never, those of them before ``grey``, those
    never, the oldest day of any) in the scope's areas."""
    last = STAFF.c.confirmed_on
    row = db.execute(
        _running(
            select(
                func.count(),
                func.count().filter(or_(last.is_(None), last < since)),
                func.count().filter(last < grey),
                func.count().filter(last.is_(None)),
                func.min(last).filter(last < since),
            ),
            scope,
        )
    ).one()
    return row[0], row[1], row[2], row[3], row[4]


def list_unconfirmed(
    db: Session, scope: Scope, since: date, looks_since: date, limit: int, offset: int = 0
) -> list[Row[Any]]:
    """What nobody confirmed since a day: columns of a card and ``looks``, how often it was opened since
    another; the most consulted first, then what was confirmed longest ago."""
    looks = (
        select(Consulted.resource, func.sum(Consulted.times).label("looks"))
        .where(Consulted.day >= looks_since, in_scope(scope, Consulted.municipality))
        .group_by(Consulted.resource)
        .subquery()
    )
    times = func.coalesce(looks.c.looks, 0).label("looks")
    last = STAFF.c.confirmed_on
    asked = _running(select(*(STAFF.c[name] for name in _SHOWN), times), scope)
    return list(
        db.execute(
            asked.outerjoin(looks, looks.c.resource == STAFF.c.id)
            .join(Kind, and_(Kind.municipality == STAFF.c.municipality, Kind.code == STAFF.c.kind))
            .where(or_(last.is_(None), last < since))
            .order_by(
                times.desc(), last.asc().nulls_first(), Kind.position, STAFF.c.kana, STAFF.c.id
            )
            .limit(limit)
            .offset(offset)
        )
    )


def count_unasked(db: Session, scope: Scope) -> tuple[int, int]:
    """(published entries that people join, those of them whose host nobody has asked for the web)."""
    row = db.execute(_joined(select(func.count(), func.count().filter(_unasked())), scope)).one()
    return row[0], row[1]


def list_unasked(db: Session, scope: Scope, limit: int, offset: int = 0) -> list[Row[Any]]:
    """Published entries that people join and whose host nobody has asked whether it may stand on the
    web, by kind and name."""
    asked = _joined(select(*(STAFF.c[name] for name in _SHOWN)), scope).where(_unasked())
    ordered = asked.order_by(Kind.position, STAFF.c.kana, STAFF.c.name, STAFF.c.id)
    return list(db.execute(ordered.limit(limit).offset(offset)))


# A place lies oddly where it is farther than :metres from the outline of its municipality (outlines are
# thinned), or where its address begins with another town of the municipality than the one around it.
# Towns are compared without their 丁目, of which numerals are written in four ways; of several names in
# an address the longest is meant (南本町 is not 本町). A town between two is a neighbour's and not odd
# when the place is within :metres of the named one.
_ODD = """
    with here as (
        select s.id, s.name, s.kana, s.kind, s.address, s.confirmed_on, s.lon, s.lat, s.public,
               s.phone, s.place, s.place_level, s.municipality, s.paused_on, s.resumes_on
        from resource_staff s
        where s.closed_on is null and s.place is not null
          and s.municipality = cast(:municipality as text)
          and (cast(:areas as uuid[]) is null or exists (
              select from district a where a.id = any(:areas) and st_covers(a.geom, s.place)))
    ), outline as (
        select geom from district
        where municipality = :municipality and level = 'municipality' and valid_to is null
    ), town as (
        select regexp_replace(name, :block, '') as base, geom
        from district
        where municipality = :municipality and level = 'town' and valid_to is null
    ), named as (
        select h.id, (
            select base from town t where length(base) > 1 and position(base in h.address) > 0
            order by length(base) desc, base limit 1) as base
        from here h where h.address <> '' and h.place_level in ('surveyed', 'building')
    ), odd as (
        select h.*, 'outside' as why, '' as town, '' as said
        from here h
        where exists (select from outline) and not exists (
            select from outline o where st_dwithin(o.geom, h.place, :metres / 111320.0))
        union all
        select h.*, 'other_town', coalesce(t.base, ''), n.base
        from here h join named n on n.id = h.id
             left join lateral (
                 select base from town where st_covers(town.geom, h.place) order by base limit 1
             ) t on true
        where n.base is not null and t.base is distinct from n.base and t.base is not null
          and not exists (
              select from town near where near.base = n.base
                 and st_dwithin(near.geom, h.place, :metres / 111320.0))
    )
"""


def count_odd_places(db: Session, scope: Scope, metres: float) -> int:
    """How many lines ``list_odd_places`` has."""
    return db.scalar(text(f"{_ODD} select count(*) from odd"), _odd_given(scope, metres)) or 0


def list_odd_places(db: Session, scope: Scope, metres: float) -> list[Row[Any]]:
    """Entries whose place does not fit: columns of a card, ``why`` (outside the municipality, other_town),
    ``town`` around it and the one its address names (``said``); outside first, then by kind and name.

    metres  as far a place may lie off, for outlines are thinned
    """
    asked = text(f"{_ODD} select * from odd order by why desc, kind, kana, name, id")
    return list(db.execute(asked, _odd_given(scope, metres)))


def _odd_given(scope: Scope, metres: float) -> dict[str, Any]:
    areas = None if scope.areas is None else sorted(scope.areas)
    given = {"municipality": scope.municipality, "areas": areas, "metres": metres}
    return given | {"block": BLOCK_ENDING}


def _running(asked: Any, scope: Scope) -> Any:
    return asked.select_from(STAFF).where(
        STAFF.c.closed_on.is_(None),
        in_scope(scope, STAFF.c.municipality),
        covers_place(scope, STAFF.c.place, STAFF.c.municipality),
    )


def _joined(asked: Any, scope: Scope) -> Any:
    """Published, of a kind that people join: somebody hosts it, mostly at home or unpaid."""
    return (
        _running(asked, scope)
        .join(Kind, and_(Kind.municipality == STAFF.c.municipality, Kind.code == STAFF.c.kind))
        .where(STAFF.c.public, Kind.viewpoints.contains(["activity"]), ~Kind.staff_only)
    )


def _unasked() -> Any:
    return ~STAFF.c.consents.contains([{"medium": "web"}])
