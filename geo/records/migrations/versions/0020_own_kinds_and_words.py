"""A municipality's own kinds and words: what finds a kind, what is hidden, what levels and 包括 are called."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from geo.kinds import defaults, finding_key

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    synonyms = postgresql.ARRAY(sa.Text())
    op.add_column("kind", sa.Column("synonyms", synonyms, server_default="{}", nullable=False))
    op.add_column("kind", sa.Column("search_key", sa.Text(), server_default="", nullable=False))
    for name in ("hidden", "own"):
        op.add_column("kind", sa.Column(name, sa.Boolean(), server_default="false", nullable=False))
    for kind in defaults():
        op.execute(
            sa.text(
                "update kind set synonyms = :synonyms, search_key = :key where code = :code"
            ).bindparams(
                sa.bindparam("synonyms", list(kind.synonyms), synonyms),
                key=finding_key(kind.name, kind.synonyms),
                code=kind.code,
            )
        )
    op.create_table(
        "wording",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("words <> ''", name=op.f("ck_wording_words")),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_wording_municipality")
        ),
        sa.PrimaryKeyConstraint("municipality", "term", name=op.f("pk_wording")),
    )
