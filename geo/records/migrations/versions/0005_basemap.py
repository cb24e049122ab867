"""The base map, derived from an extract of OSM and droppable, and how far its streets are known."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

DRAWN = {"basemap_line": "LINESTRING", "basemap_area": "MULTIPOLYGON", "basemap_point": "POINT"}


def _geometry(name: str, kind: str, srid: int) -> sa.Column:
    form = Geometry(kind, srid=srid, dimension=2, spatial_index=False)
    return sa.Column(name, form, nullable=False)


def upgrade() -> None:
    for table, kind in DRAWN.items():
        op.create_table(
            table,
            sa.Column("municipality", sa.Text(), nullable=False),
            sa.Column("key", sa.Text(), nullable=False),
            sa.Column("drawn", sa.Text(), nullable=False),
            sa.Column("min_zoom", sa.SmallInteger(), nullable=False),
            sa.Column("name", sa.Text(), nullable=False),
            sa.Column("kana", sa.Text(), nullable=False),
            sa.Column("digest", sa.BigInteger(), nullable=False),
            _geometry("geom", kind, 3857),
            sa.ForeignKeyConstraint(
                ["municipality"], ["municipality.code"], name=op.f(f"fk_{table}_municipality")
            ),
            sa.PrimaryKeyConstraint("municipality", "key", name=op.f(f"pk_{table}")),
        )
        op.create_index(f"idx_{table}_geom", table, ["geom"], postgresql_using="gist")
    op.create_table(
        "street_extract",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("intake", sa.Uuid(), nullable=False),
        _geometry("coverage", "MULTIPOLYGON", 4326),
        sa.Column("made_of", sa.Text(), nullable=False),
        sa.Column("edition", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "made_of in ('file', 'box', 'hull')", name=op.f("ck_street_extract_made_of")
        ),
        sa.ForeignKeyConstraint(["intake"], ["intake.id"], name=op.f("fk_street_extract_intake")),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_street_extract_municipality")
        ),
        sa.PrimaryKeyConstraint("municipality", name=op.f("pk_street_extract")),
    )
    op.create_index(
        "idx_street_extract_coverage", "street_extract", ["coverage"], postgresql_using="gist"
    )
