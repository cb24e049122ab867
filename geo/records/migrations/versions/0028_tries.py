"""Wrong codes and things told are counted in one table: which of the two it was is in the key of the hash."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BEFORE = ("code_try", "told_try")


def upgrade() -> None:
    _make("address_try")
    both = " union ".join(f"select at, address_hash from {table}" for table in BEFORE)
    op.execute(f"insert into address_try (at, address_hash) {both} order by at")
    for table in BEFORE:
        op.drop_table(table)


def downgrade() -> None:
    # whose they were cannot be told: each counts its own hashes and never meets the other's
    for table in BEFORE:
        _make(table)
        op.execute(
            f"insert into {table} (at, address_hash) select at, address_hash from address_try order by number"
        )
    op.drop_table("address_try")


def _make(table: str) -> None:
    op.create_table(
        table,
        sa.Column("number", sa.Integer(), sa.Identity(always=True), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address_hash", sa.Text(), nullable=False),
    )
    op.create_index(f"ix_{table}_address_hash_at", table, ["address_hash", "at"])
