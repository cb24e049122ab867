"""Lists of towns say how a town is read; what was imported before says so once it is imported again."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every row without a reading."""
    op.execute("alter table gazetteer add column kana text not null default ''")


def downgrade() -> None:
    """As before; readings are lost."""
    op.execute("alter table gazetteer drop column kana")
