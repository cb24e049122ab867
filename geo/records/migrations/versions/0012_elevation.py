"""Which tiles of an elevation model a municipality has, and in which original each lies."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "elevation",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("intake", sa.Uuid(), nullable=False),
        sa.Column("piece", sa.Integer(), nullable=False),
        sa.Column("made", sa.Date(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["intake"], ["intake.id"], name=op.f("fk_elevation_intake")),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_elevation_municipality")
        ),
        sa.PrimaryKeyConstraint("municipality", "kind", "name", name=op.f("pk_elevation")),
    )
