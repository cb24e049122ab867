"""The table of who is hard to reach, as residents see it where a municipality shows one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gap_publication",
        sa.Column("municipality", sa.Text(), sa.ForeignKey("municipality.code"), primary_key=True),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("told", postgresql.JSONB(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("gap_publication")
