"""検討案: what staff try out over the register."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0026"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("clock_timestamp()")


def upgrade() -> None:
    op.create_table(
        "scenario",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("municipality", sa.Text(), sa.ForeignKey("municipality.code"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("question", postgresql.JSONB(), nullable=False),
        sa.Column("steps", postgresql.JSONB(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("copied_from", sa.Uuid(), sa.ForeignKey("scenario.id"), nullable=True),
        sa.Column("made_by", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("made_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("changed_by", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("changed_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("closed_by", sa.Uuid(), sa.ForeignKey("account.id"), nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.CheckConstraint("cardinality(kinds) > 0", name=op.f("ck_scenario_kinds")),
        sa.CheckConstraint(
            "(closed_at is null) = (closed_by is null)", name=op.f("ck_scenario_closed")
        ),
    )
    op.create_index(
        "ix_scenario_municipality_changed_at", "scenario", ["municipality", "changed_at"]
    )


def downgrade() -> None:
    op.drop_table("scenario")
