"""学校: points that name school districts (国土数値情報 P29)."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_geospatial_table(
        "school",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "place",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("intake", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["intake"], ["intake.id"], name=op.f("fk_school_intake")),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_school_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school")),
        sa.UniqueConstraint(
            "municipality", "kind", "code", name=op.f("uq_school_municipality_kind_code")
        ),
        sa.UniqueConstraint("number", name=op.f("uq_school_number")),
    )
    op.create_geospatial_index(
        "idx_school_place",
        "school",
        ["place"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
