"""The year's campaign: codes, what others suggest, what was mailed, what people look at."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0020"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _campaigns()
    _suggestions()
    _mails()
    _tries()
    _looks()


def _municipality() -> sa.Column:
    return sa.Column("municipality", sa.Text(), sa.ForeignKey("municipality.code"), nullable=False)


def _campaigns() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _municipality(),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("areas", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
    )
    op.create_index(
        "ix_campaign_running",
        "campaign",
        ["municipality"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "campaign_entry",
        sa.Column("campaign", sa.Uuid(), sa.ForeignKey("campaign.id"), primary_key=True),
        sa.Column("resource", sa.Uuid(), sa.ForeignKey("resource.id"), primary_key=True),
        _municipality(),
        sa.Column("seed", postgresql.BYTEA(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.UniqueConstraint("code_hash", name=op.f("uq_campaign_entry_code_hash")),
    )
    op.create_index("ix_campaign_entry_resource", "campaign_entry", ["resource"])


def _suggestions() -> None:
    op.create_table(
        "suggestion",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        _municipality(),
        sa.Column("resource", sa.Uuid(), sa.ForeignKey("resource.id"), nullable=True),
        sa.Column("base", sa.Integer(), nullable=True),
        sa.Column("campaign", sa.Uuid(), sa.ForeignKey("campaign.id"), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("values", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("draft", sa.Uuid(), nullable=True),
        sa.UniqueConstraint("number", name=op.f("uq_suggestion_number")),
        sa.CheckConstraint(
            "origin in ('code', 'link', 'resident', 'provider')", name=op.f("ck_suggestion_origin")
        ),
        sa.CheckConstraint(
            "kind in ('still_running', 'changed', 'ended', 'new')", name=op.f("ck_suggestion_kind")
        ),
        sa.CheckConstraint(
            "state in ('open', 'applied', 'declined')", name=op.f("ck_suggestion_state")
        ),
        sa.CheckConstraint(
            "resource is not null or kind = 'new'", name=op.f("ck_suggestion_about")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at is null)", name=op.f("ck_suggestion_decided")
        ),
    )
    op.create_index("ix_suggestion_municipality_state", "suggestion", ["municipality", "state"])
    op.create_index("ix_suggestion_campaign_resource", "suggestion", ["campaign", "resource"])
    op.create_index("ix_suggestion_resource", "suggestion", ["resource"])


def _mails() -> None:
    op.create_table(
        "campaign_mail",
        sa.Column("campaign", sa.Uuid(), sa.ForeignKey("campaign.id"), primary_key=True),
        sa.Column("step", sa.Text(), primary_key=True),
        sa.Column("reader", sa.Text(), primary_key=True),
        sa.Column("reader_id", sa.Uuid(), primary_key=True),
        _municipality(),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "step in ('opening', 'halfway', 'last_week')", name=op.f("ck_campaign_mail_step")
        ),
        sa.CheckConstraint(
            "reader in ('host', 'coordinator', 'official')", name=op.f("ck_campaign_mail_reader")
        ),
        sa.CheckConstraint(
            "state in ('sending', 'sent', 'failed')", name=op.f("ck_campaign_mail_state")
        ),
    )


def _tries() -> None:
    op.create_table(
        "code_try",
        sa.Column("number", sa.Integer(), sa.Identity(always=True), primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("address_hash", sa.Text(), nullable=False),
    )
    op.create_index("ix_code_try_address_hash_at", "code_try", ["address_hash", "at"])


def _looks() -> None:
    op.create_table(
        "consulted",
        _municipality(),
        sa.Column("resource", sa.Uuid(), sa.ForeignKey("resource.id"), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("times", sa.Integer(), nullable=False),
    )
