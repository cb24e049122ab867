"""Who lives where: tables of areas, squares of the census, surveys, and what they say of each area."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0010"
branch_labels = None
depends_on = None

BANDS = ("people", "people_65", "people_75", "people_85")


def _municipality(table: str) -> list:
    return [
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f(f"fk_{table}_municipality")
        ),
    ]


def _source(table: str) -> list:
    key = sa.ForeignKeyConstraint(
        ["source"], ["population_source.id"], name=op.f(f"fk_{table}_source")
    )
    return [sa.Column("source", sa.Uuid(), nullable=False), key]


def _district(table: str, nullable: bool) -> list:
    key = sa.ForeignKeyConstraint(["district"], ["district.id"], name=op.f(f"fk_{table}_district"))
    return [sa.Column("district", sa.Uuid(), nullable=nullable), key]


def _counts(kind: type) -> list:
    return [sa.Column(name, kind(), nullable=True) for name in BANDS]


def upgrade() -> None:
    op.create_table(
        "population_source",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        *_municipality("population_source"),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("as_of_unit", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("side_m", sa.Integer(), nullable=True),
        sa.Column("intake", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind in ('cells', 'table', 'survey')", name=op.f("ck_population_source_kind")
        ),
        sa.CheckConstraint(
            "as_of_unit in ('day', 'month', 'year', '') and (as_of is null) = (as_of_unit = '')",
            name=op.f("ck_population_source_as_of"),
        ),
        sa.ForeignKeyConstraint(
            ["intake"], ["intake.id"], name=op.f("fk_population_source_intake")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_population_source")),
        sa.UniqueConstraint("number", name=op.f("uq_population_source_number")),
        sa.UniqueConstraint(
            "municipality", "series", name=op.f("uq_population_source_municipality_series")
        ),
    )
    op.create_table(
        "population_line",
        *_source("population_line"),
        sa.Column("line", sa.Integer(), nullable=False),
        *_municipality("population_line"),
        *_district("population_line", nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("within", sa.Text(), nullable=False),
        sa.Column("town_key", sa.Text(), nullable=False),
        sa.Column("is_total", sa.Boolean(), nullable=False),
        *_counts(sa.Integer),
        sa.Column("households", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("source", "line", name=op.f("pk_population_line")),
    )
    op.create_index(op.f("ix_population_line_district"), "population_line", ["district"])
    op.create_table(
        "population_figure",
        sa.Column("source", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_municipality("population_figure"),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("age_from", sa.SmallInteger(), nullable=False),
        sa.Column("age_to", sa.SmallInteger(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "sex in ('both', 'men', 'women')", name=op.f("ck_population_figure_sex")
        ),
        sa.ForeignKeyConstraint(
            ["source", "line"],
            ["population_line.source", "population_line.line"],
            name=op.f("fk_population_figure_source_line"),
        ),
        sa.PrimaryKeyConstraint("source", "line", "position", name=op.f("pk_population_figure")),
    )
    op.create_table(
        "mesh_cell",
        *_source("mesh_cell"),
        sa.Column("code", sa.BigInteger(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column(
            "geom", Geometry("POLYGON", srid=4326, dimension=2, spatial_index=False), nullable=False
        ),
        *_counts(sa.Integer),
        sa.Column("households", sa.Integer(), nullable=True),
        sa.Column("counted_in", sa.BigInteger(), nullable=True),
        sa.Column("inside", sa.Double(), nullable=False),
        sa.CheckConstraint("inside between 0 and 1", name=op.f("ck_mesh_cell_inside")),
        sa.PrimaryKeyConstraint("source", "code", name=op.f("pk_mesh_cell")),
    )
    op.create_table(
        "population_of_district",
        *_source("population_of_district"),
        *_district("population_of_district", nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        *_municipality("population_of_district"),
        *_counts(sa.Double),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("missing", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("split", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("spread_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "how in ('towns', 'table', 'spread', 'cells')",
            name=op.f("ck_population_of_district_how"),
        ),
        sa.ForeignKeyConstraint(
            ["spread_by"],
            ["population_source.id"],
            name=op.f("fk_population_of_district_spread_by"),
        ),
        sa.PrimaryKeyConstraint(
            "source", "district", "how", name=op.f("pk_population_of_district")
        ),
    )
    op.create_index(
        op.f("ix_population_of_district_district"), "population_of_district", ["district"]
    )
