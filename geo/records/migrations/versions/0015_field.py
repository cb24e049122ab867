"""The field: conflicts kept with both values, and photos with their bytes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    def moment(name: str, nullable: bool = True) -> sa.Column:
        default = None if nullable else sa.text("clock_timestamp()")
        return sa.Column(
            name, sa.DateTime(timezone=True), server_default=default, nullable=nullable
        )

    op.create_table(
        "conflict",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("resource", sa.Uuid(), nullable=False),
        sa.Column("account", sa.Uuid(), nullable=True),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("ours", postgresql.JSONB(), nullable=False),
        sa.Column("theirs", postgresql.JSONB(), nullable=False),
        moment("written_at"),
        moment("at", nullable=False),
        moment("settled_at"),
        sa.Column("settled_how", sa.Text(), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "settled_how in ('ours', 'theirs', 'resent', 'dropped')",
            name=op.f("ck_conflict_settled_how"),
        ),
        sa.CheckConstraint(
            "(settled_at is null) = (settled_how is null)", name=op.f("ck_conflict_settled")
        ),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_conflict_municipality")
        ),
        sa.ForeignKeyConstraint(["resource"], ["resource.id"], name=op.f("fk_conflict_resource")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict")),
    )
    op.create_index(
        "ix_conflict_open",
        "conflict",
        ["municipality", "at"],
        postgresql_where=sa.text("settled_at is null"),
    )
    op.create_table(
        "photo_file",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_photo_file")),
    )
    op.create_table(
        "photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("resource", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("account", sa.Uuid(), nullable=True),
        moment("taken_at"),
        sa.Column("place_source", postgresql.JSONB(), nullable=True),
        sa.Column("has_faces", sa.Text(), nullable=False),
        sa.Column("is_public", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("caption", sa.Text(), server_default="", nullable=False),
        moment("at", nullable=False),
        moment("removed_at"),
        sa.CheckConstraint(
            "has_faces in ('yes', 'no', 'unknown')", name=op.f("ck_photo_has_faces")
        ),
        sa.CheckConstraint(
            "not is_public or has_faces = 'no'", name=op.f("ck_photo_faces_stay_inside")
        ),
        sa.CheckConstraint(
            "(sha256 is null) = (removed_at is not null)", name=op.f("ck_photo_removed")
        ),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_photo_municipality")
        ),
        sa.ForeignKeyConstraint(["resource"], ["resource.id"], name=op.f("fk_photo_resource")),
        sa.ForeignKeyConstraint(["sha256"], ["photo_file.sha256"], name=op.f("fk_photo_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
    )
    op.create_index("ix_photo_resource", "photo", ["resource"])
    op.create_index("ix_photo_sha256", "photo", ["sha256"])


def downgrade() -> None:
    op.drop_table("photo")
    op.drop_table("photo_file")
    op.drop_table("conflict")
