"""What a municipality changed of how fast people move, and where its numbers are from."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "travel_profile",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("metres_per_min", sa.Float(), nullable=False),
        sa.Column("max_slope_percent", sa.Float(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("metres_per_min > 0", name=op.f("ck_travel_profile_speed")),
        sa.CheckConstraint("source <> ''", name=op.f("ck_travel_profile_source")),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_travel_profile_municipality")
        ),
        sa.PrimaryKeyConstraint("municipality", "code", name=op.f("pk_travel_profile")),
    )
