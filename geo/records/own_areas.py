"""担当の区域: the condition that a place lies where the reader works."""

from typing import Any

from sqlalchemy import ColumnElement, Uuid, exists, func, true
from sqlalchemy.orm import InstrumentedAttribute

from geo.records.database import any_of
from geo.records.districts import District
from geo.scope import Scope


def covers_place(
    scope: Scope,
    place: ColumnElement[Any],
    municipality: ColumnElement[Any] | InstrumentedAttribute[Any],
) -> ColumnElement[bool]:
    """Whether one of the scope's areas holds a place; true where it names no areas. What has no place
    lies in none."""
    if scope.areas is None:
        return true()
    return exists().where(
        District.id == any_of(scope.areas, Uuid),
        District.municipality == municipality,
        func.ST_Covers(District.geom, place),
    )
