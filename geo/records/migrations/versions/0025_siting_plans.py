"""Where to open: plans that workers reckon in the background."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "siting_plan",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("municipality", sa.Text(), sa.ForeignKey("municipality.code"), nullable=False),
        sa.Column("account", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("candidates", postgresql.JSONB(), nullable=False),
        sa.Column("left_out", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("stage", sa.Text(), server_default="", nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("limit", sa.Float(), nullable=True),
        sa.Column("turns", sa.Integer(), server_default="0", nullable=False),
        sa.Column("result", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("made_at", MOMENT, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("seen_at", MOMENT, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint(
            "state in ('waiting', 'working', 'done', 'failed', 'cancelled')",
            name=op.f("ck_siting_plan_state"),
        ),
    )
    op.create_index("ix_siting_plan_municipality_kind", "siting_plan", ["municipality", "kind"])
    op.create_index(
        "ix_siting_plan_open",
        "siting_plan",
        ["seen_at"],
        postgresql_where=sa.text("state in ('waiting', 'working')"),
    )
