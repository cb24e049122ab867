"""Names on the base map that people ask by: stations."""

from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from geo.records.basemap import BasemapPoint
from geo.records.database import LONLAT, in_scope
from geo.scope import Scope


def list_named(db: Session, scope: Scope, drawn: str) -> list[Row[Any]]:
    """name, kana, lon, lat of the points of a class (station …) that have a name, by name."""
    lonlat = func.ST_Transform(BasemapPoint.geom, LONLAT)
    columns = (
        BasemapPoint.name,
        BasemapPoint.kana,
        func.ST_X(lonlat).label("lon"),
        func.ST_Y(lonlat).label("lat"),
    )
    mine = (
        in_scope(scope, BasemapPoint.municipality),
        BasemapPoint.drawn == drawn,
        BasemapPoint.name != "",
    )
    return list(
        db.execute(select(*columns).where(*mine).order_by(BasemapPoint.name, BasemapPoint.key))
    )
