"""Gazetteers of towns and blocks, and which dictionary made of them is in use."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gazetteer",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("ward", sa.Text(), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("koaza", sa.Text(), nullable=False),
        sa.Column("block", sa.Text(), nullable=False),
        sa.Column("by_block", sa.Boolean(), nullable=True),
        sa.Column(
            "place", Geometry("POINT", srid=4326, dimension=2, spatial_index=False), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_gazetteer_municipality")
        ),
        sa.PrimaryKeyConstraint("municipality", "layer", "key", name=op.f("pk_gazetteer")),
    )
    op.create_table(
        "address_dictionary",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("intake", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["intake"], ["intake.id"], name=op.f("fk_address_dictionary_intake")
        ),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_address_dictionary_municipality")
        ),
        sa.PrimaryKeyConstraint("municipality", name=op.f("pk_address_dictionary")),
    )
