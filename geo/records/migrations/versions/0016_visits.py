"""The visit diary with what was promised, and the columns a municipality wants its reports in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)

    def words(name: str) -> sa.Column:
        return sa.Column(name, sa.Text(), server_default="", nullable=False)

    op.create_table(
        "visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("account", sa.Uuid(), nullable=False),
        sa.Column("resource", sa.Uuid(), nullable=True),
        sa.Column("district", sa.Uuid(), nullable=True),
        words("place"),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        words("note"),
        sa.Column("met", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("accuracy_m", sa.Float(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), server_default="false", nullable=False),
        words("next_step"),
        words("next_by"),
        sa.Column("next_on", sa.Date(), nullable=True),
        words("promised"),
        sa.Column("next_owner", sa.Uuid(), nullable=True),
        sa.Column("next_done_at", moment, nullable=True),
        sa.Column("next_done_by", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("claimed_at", moment, nullable=True),
        sa.Column("at", moment, server_default=sa.func.clock_timestamp(), nullable=False),
        sa.Column("removed_at", moment, nullable=True),
        sa.CheckConstraint("met >= 0", name=op.f("ck_visit_met")),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_visit_minutes")),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_visit_municipality")
        ),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_visit_account")),
        sa.ForeignKeyConstraint(["next_owner"], ["account.id"], name=op.f("fk_visit_next_owner")),
        sa.ForeignKeyConstraint(["resource"], ["resource.id"], name=op.f("fk_visit_resource")),
        sa.ForeignKeyConstraint(["district"], ["district.id"], name=op.f("fk_visit_district")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    op.create_index("ix_visit_municipality_visited_on", "visit", ["municipality", "visited_on"])
    op.create_index("ix_visit_resource", "visit", ["resource"])
    op.create_table(
        "report_layout",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("columns", postgresql.JSONB(), nullable=False),
        sa.Column("account", sa.Uuid(), nullable=True),
        sa.Column("at", moment, server_default=sa.func.clock_timestamp(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_report_layout_municipality")
        ),
        sa.PrimaryKeyConstraint("municipality", "report", name=op.f("pk_report_layout")),
    )
