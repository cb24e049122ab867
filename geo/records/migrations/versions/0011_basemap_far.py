"""The base map from afar: indexes of the few things that are seen in tiles of a whole city."""

from alembic import op

revision = "0011"
down_revision = "0007"
branch_labels = None
depends_on = None

FAR = {"line": 11, "area": 13}


def upgrade() -> None:
    for kind, zoom in FAR.items():
        op.execute(
            f"create index idx_basemap_{kind}_far on basemap_{kind} using gist (geom) "
            f"where min_zoom <= {zoom}"
        )
