"""What residents tell without an account: what they saw and when, what became of it, who sends how often."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0025"
branch_labels = None
depends_on = None

KINDS = "'still_running', 'changed', 'ended', 'new'"
SEEN = "'was_closed', 'other_hours', 'seems_ended', 'otherwise'"
OUTCOMES = "'', 'confirmed', 'corrected', 'closed', 'added'"


def upgrade() -> None:
    op.add_column("suggestion", sa.Column("seen_on", sa.Date(), nullable=True))
    op.add_column("suggestion", sa.Column("outcome", sa.Text(), server_default="", nullable=False))
    _say_kinds(f"kind in ({KINDS}, {SEEN})")
    op.create_check_constraint(
        op.f("ck_suggestion_outcome"), "suggestion", f"outcome in ({OUTCOMES})"
    )
    op.create_check_constraint(
        op.f("ck_suggestion_seen_on"), "suggestion", "(kind = 'was_closed') = (seen_on is not null)"
    )
    op.create_table(
        "told_try",
        sa.Column("number", sa.Integer(), sa.Identity(always=True), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address_hash", sa.Text(), nullable=False),
    )
    op.create_index("ix_told_try_address_hash_at", "told_try", ["address_hash", "at"])


def downgrade() -> None:
    op.drop_table("told_try")
    op.execute(f"delete from suggestion where kind in ({SEEN})")
    op.drop_constraint(op.f("ck_suggestion_seen_on"), "suggestion")
    op.drop_constraint(op.f("ck_suggestion_outcome"), "suggestion")
    _say_kinds(f"kind in ({KINDS})")
    op.drop_column("suggestion", "outcome")
    op.drop_column("suggestion", "seen_on")


def _say_kinds(rule: str) -> None:
    op.drop_constraint(op.f("ck_suggestion_kind"), "suggestion")
    op.create_check_constraint(op.f("ck_suggestion_kind"), "suggestion", rule)
