"""区域 in a box: which areas whoever lives somewhere in it may live in."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.records.database import LONLAT, in_scope
from geo.records.districts import District
from geo.scope import Scope

# Our choice, of a box: of a square of 250 m some 65 m2, less than a house with its garden.
SLIVER = 0.001


def list_touching(
    db: Session, scope: Scope, levels: Sequence[str], box: tuple[float, float, float, float]
) -> list[District]:
    """Areas of some levels that hold a part of a box (west, south, east, north), of which whoever lives in the box
    may live in any: the largest part first, then by code. Slivers of less than ``SLIVER`` are drawn, not lived in."""
    envelope = func.ST_MakeEnvelope(*box, LONLAT)
    part = func.ST_Area(func.ST_Intersection(District.geom, envelope)) / func.ST_Area(envelope)
    return list(
        db.scalars(
            select(District)
            .where(
                in_scope(scope, District.municipality),
                District.level.in_(levels),
                District.valid_to.is_(None),
                func.ST_Intersects(District.geom, envelope),
                part >= SLIVER,
            )
            .order_by(part.desc(), District.level, District.code)
        )
    )
