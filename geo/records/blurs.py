"""ぼかしの下調べ: how many homes stand in which half mesh, and how places were blurred before."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, exists, select, text
from sqlalchemy.orm import Session

from geo.records.basemap import BasemapArea
from geo.records.database import any_of, in_scope
from geo.records.resources import Resource
from geo.scope import Scope

# A half mesh (2分の1地域メッシュ, JIS X 0410): 22.5 seconds of longitude by 15 of latitude, about 500 m.
CELL_LON_DEG = 22.5 / 3600
CELL_LAT_DEG = 15 / 3600

_COUNTS = """
    with block as (
        select st_transform(st_makeenvelope(
                   x * :lon, y * :lat, (x + 1) * :lon, (y + 1) * :lat, 4326), 3857) as box
        from unnest(cast(:xs as int[]), cast(:ys as int[])) as b(x, y)),
    home as (
        select distinct a.key, st_transform(st_centroid(a.geom), 4326) as middle
        from block b join basemap_area a on a.geom && b.box
        where a.municipality = :municipality and a.drawn = 'building')
    select floor(st_x(middle) / :cell_lon)::int as x, floor(st_y(middle) / :cell_lat)::int as y,
           count(*)
    from home group by 1, 2
"""


def find_any_home(db: Session, scope: Scope) -> bool:
    """Whether the base map knows any building in which somebody may live."""
    mine = (in_scope(scope, BasemapArea.municipality), BasemapArea.drawn == "building")
    return bool(db.scalar(select(exists().where(*mine))))


def load_counts(
    db: Session, scope: Scope, blocks: Sequence[tuple[int, int]], side: int
) -> dict[tuple[int, int], int]:
    """Half mesh (column, row) → buildings in which somebody may live, in blocks of ``side`` half meshes each
    way, by columns and rows; those without any are left out."""
    given = {
        "municipality": scope.municipality,
        "xs": [block[0] for block in blocks],
        "ys": [block[1] for block in blocks],
        **{"lon": CELL_LON_DEG * side, "lat": CELL_LAT_DEG * side},
        **{"cell_lon": CELL_LON_DEG, "cell_lat": CELL_LAT_DEG},
    }
    rows = db.execute(text(f"{_COUNTS} order by 1, 2"), given)
    return {(row[0], row[1]): row[2] for row in rows}


def list_kept(db: Session, scope: Scope, resources: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Resource → how its place was blurred last, of those that were; by id."""
    rows = db.execute(
        select(Resource.id, Resource.blur)
        .where(
            Resource.id == any_of(resources, Uuid),
            Resource.blur.is_not(None),
            in_scope(scope, Resource.municipality),
        )
        .order_by(Resource.id)
    )
    return {row[0]: row[1] for row in rows}
