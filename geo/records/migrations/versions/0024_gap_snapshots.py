"""The gap map as it was counted on a day, to look back at."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gap_snapshot",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("municipality", sa.Text(), sa.ForeignKey("municipality.code"), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("age", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("made_of", postgresql.JSONB(), nullable=False),
        sa.Column("people", postgresql.JSONB(), nullable=False),
        sa.UniqueConstraint(
            *("municipality", "taken_on", "level", "age"),
            name=op.f("uq_gap_snapshot_municipality_taken_on_level_age"),
        ),
    )
    op.create_table(
        "gap_snapshot_row",
        sa.Column("snapshot", sa.Uuid(), sa.ForeignKey("gap_snapshot.id"), primary_key=True),
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("code", sa.Text(), primary_key=True),
        sa.Column("municipality", sa.Text(), sa.ForeignKey("municipality.code"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("resources", sa.Integer(), nullable=False),
        sa.Column("unconfirmed", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("reached", "beyond", "beyond_min", "beyond_max", "unknown", "people")
        ),
        sa.Column("practical_beyond", sa.Integer(), nullable=True),
        sa.Column("practical_unknown", sa.Integer(), nullable=True),
        sa.Column("limit_min", sa.Integer(), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("gap_snapshot_row")
    op.drop_table("gap_snapshot")
