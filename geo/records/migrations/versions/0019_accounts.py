"""A second step of signing in, names of devices, and what the audit is asked by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "second_step",
        sa.Column("account", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("begun_at", moment, nullable=False),
        sa.Column("confirmed_at", moment, nullable=True),
        sa.Column("last_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_second_step_account")),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_second_step")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("account", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("used_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_recovery_code_account")),
        sa.PrimaryKeyConstraint("account", "code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "half_sign_in",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account", sa.Uuid(), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("ends_at", moment, nullable=False),
        sa.Column("used_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_half_sign_in_account")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_half_sign_in")),
    )
    op.create_index(op.f("ix_half_sign_in_account"), "half_sign_in", ["account"])
    op.add_column(
        "municipality",
        sa.Column(
            "second_step_for", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False
        ),
    )
    op.add_column(
        "account_session", sa.Column("name", sa.Text(), server_default="", nullable=False)
    )
    op.create_index("ix_audit_municipality_number", "audit", ["municipality", "number"])
    op.create_index("ix_audit_account_number", "audit", ["account", "number"])
    op.drop_index("ix_audit_municipality", "audit")
