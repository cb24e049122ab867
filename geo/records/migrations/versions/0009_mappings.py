"""The office's own door for files: previews, column mappings of lists, decisions on reports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0011"
branch_labels = None
depends_on = None

STATES = "'waiting', 'working', 'asking', 'ready', 'unreadable', 'applying', 'applied', 'stopped', 'failed'"


def _text(name: str, **more: object) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False, **more)


def _moment(name: str) -> sa.Column:
    now = sa.func.clock_timestamp()
    return sa.Column(name, sa.DateTime(timezone=True), server_default=now, nullable=False)


def _municipality(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_municipality")
    return sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name=name)


def upgrade() -> None:
    op.create_table(
        "preview",
        sa.Column("id", sa.Uuid(), nullable=False),
        _text("municipality"),
        sa.Column("account", sa.Uuid(), nullable=True),
        _text("dataset"),
        _text("file_name"),
        _text("sha256"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("options", JSONB(), nullable=False),
        _text("state"),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("finding", JSONB(), server_default="{}", nullable=False),
        sa.Column("intake", sa.Uuid(), nullable=True),
        _moment("made_at"),
        _moment("seen_at"),
        sa.CheckConstraint(f"state in ({STATES})", name=op.f("ck_preview_state")),
        sa.ForeignKeyConstraint(["intake"], ["intake.id"], name=op.f("fk_preview_intake")),
        _municipality("preview"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preview")),
    )
    op.create_index(op.f("ix_preview_municipality"), "preview", ["municipality"])
    op.create_table(
        "mapping",
        _text("municipality"),
        _text("fingerprint"),
        _text("name"),
        sa.Column("spec", JSONB(), nullable=False),
        sa.Column("account", sa.Uuid(), nullable=True),
        _moment("at"),
        _municipality("mapping"),
        sa.PrimaryKeyConstraint("municipality", "fingerprint", name=op.f("pk_mapping")),
    )
    op.create_table(
        "decision",
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        _text("municipality"),
        sa.Column("intake", sa.Uuid(), nullable=False),
        _text("line"),
        _text("choice"),
        sa.Column("resource", sa.Uuid(), nullable=True),
        sa.Column("account", sa.Uuid(), nullable=True),
        _moment("at"),
        sa.ForeignKeyConstraint(["intake"], ["intake.id"], name=op.f("fk_decision_intake")),
        sa.ForeignKeyConstraint(["resource"], ["resource.id"], name=op.f("fk_decision_resource")),
        _municipality("decision"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_decision")),
        sa.UniqueConstraint("intake", "line", name=op.f("uq_decision_intake_line")),
    )
    op.create_index(op.f("ix_decision_resource"), "decision", ["resource"])
