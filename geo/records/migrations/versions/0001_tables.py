"""Tables of municipalities, areas, kinds, resources, imports, accounts and their history."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("municipality", sa.Text(), nullable=True),
        sa.Column("account", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("thing_id", sa.Text(), nullable=False),
        sa.Column(
            "before", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column(
            "after", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_municipality"), "audit", ["municipality"], unique=False)
    op.create_index(op.f("ix_audit_thing_id"), "audit", ["thing_id"], unique=False)
    op.create_table(
        "insurer",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_insurer")),
    )
    op.create_table(
        "sign_in_try",
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("email_hash", sa.Text(), nullable=False),
        sa.Column("address_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_sign_in_try")),
    )
    op.create_index(
        "ix_sign_in_try_address_hash_at", "sign_in_try", ["address_hash", "at"], unique=False
    )
    op.create_index(
        "ix_sign_in_try_email_hash_at", "sign_in_try", ["email_hash", "at"], unique=False
    )
    op.create_table(
        "municipality",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("prefecture", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kana", sa.Text(), nullable=False),
        sa.Column("zone", sa.Integer(), nullable=False),
        sa.Column("insurer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["insurer"], ["insurer.code"], name=op.f("fk_municipality_insurer")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_municipality")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "municipality is not null or role = 'administrator'",
            name=op.f("ck_account_has_a_municipality"),
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_account_email_is_lower")),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_account_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("resource", sa.Uuid(), nullable=False),
        sa.Column("account", sa.Uuid(), nullable=True),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_draft_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    op.create_table(
        "intake",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("account", sa.Uuid(), nullable=True),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_intake_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
        sa.UniqueConstraint("number", name=op.f("uq_intake_number")),
    )
    op.create_index(op.f("ix_intake_municipality"), "intake", ["municipality"], unique=False)
    op.create_table(
        "kind",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("viewpoints", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("fields", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("reach", sa.Text(), nullable=False),
        sa.Column("limit_min", sa.Integer(), nullable=True),
        sa.Column("limit_m", sa.Integer(), nullable=True),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("limit_note", sa.Text(), nullable=False),
        sa.Column("rhythm", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("icon", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("staff_only", sa.Boolean(), nullable=False),
        sa.Column("edited", sa.Boolean(), server_default="false", nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_kind_municipality")
        ),
        sa.PrimaryKeyConstraint("municipality", "code", name=op.f("pk_kind")),
    )
    op.create_table(
        "level",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_level_municipality")
        ),
        sa.PrimaryKeyConstraint("municipality", "code", name=op.f("pk_level")),
    )
    op.create_table(
        "provider",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_provider_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
        sa.UniqueConstraint(
            "municipality", "name_key", name=op.f("uq_provider_municipality_name_key")
        ),
        sa.UniqueConstraint("number", name=op.f("uq_provider_number")),
    )
    op.create_table(
        "version",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_version_municipality")
        ),
        sa.PrimaryKeyConstraint("municipality", "noun", name=op.f("pk_version")),
    )
    op.create_table(
        "account_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account", sa.Uuid(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name=op.f("fk_account_session_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_session_token_hash")),
    )
    op.create_index(
        op.f("ix_account_session_account"), "account_session", ["account"], unique=False
    )
    op.create_geospatial_table(
        "district",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made_of", sa.Text(), nullable=False),
        sa.Column("parts", postgresql.ARRAY(sa.UUID()), server_default="{}", nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("intake", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "made_of in ('polygon', 'grouping', 'towns')", name=op.f("ck_district_made_of")
        ),
        sa.ForeignKeyConstraint(["intake"], ["intake.id"], name=op.f("fk_district_intake")),
        sa.ForeignKeyConstraint(
            ["municipality", "level"],
            ["level.municipality", "level.code"],
            name=op.f("fk_district_municipality_level"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_district")),
        sa.UniqueConstraint("number", name=op.f("uq_district_number")),
    )
    op.create_geospatial_index(
        "idx_district_geom",
        "district",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(
        "uq_district_code_today",
        "district",
        ["municipality", "level", "code"],
        unique=True,
        postgresql_where="valid_to is null",
    )
    op.create_table(
        "reset_link",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_reset_link_account")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_reset_link")),
    )
    op.create_index(op.f("ix_reset_link_account"), "reset_link", ["account"], unique=False)
    op.create_geospatial_table(
        "resource",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kana", sa.Text(), server_default="", nullable=False),
        sa.Column("other_names", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("provider", sa.Uuid(), nullable=True),
        sa.Column(
            "place",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("place_level", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("place_shown", sa.Text(), server_default="exact", nullable=False),
        sa.Column(
            "shown_place",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("eligibility", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("eligibility_note", sa.Text(), server_default="", nullable=False),
        sa.Column("scheme", sa.Text(), server_default="", nullable=False),
        sa.Column("fee", sa.Text(), server_default="", nullable=False),
        sa.Column("booking", sa.Text(), server_default="", nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("contact", sa.Text(), server_default="", nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("staff_note", sa.Text(), server_default="", nullable=False),
        sa.Column("public", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("intake", sa.Uuid(), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_resource_has_a_name")),
        sa.CheckConstraint(
            "place_level in ('surveyed', 'building', 'block', 'district', 'unknown')",
            name=op.f("ck_resource_place_level"),
        ),
        sa.CheckConstraint(
            "place_shown in ('exact', 'blurred', 'hidden')", name=op.f("ck_resource_place_shown")
        ),
        sa.ForeignKeyConstraint(["intake"], ["intake.id"], name=op.f("fk_resource_intake")),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["resource.id"], name=op.f("fk_resource_merged_into")
        ),
        sa.ForeignKeyConstraint(
            ["municipality", "kind"],
            ["kind.municipality", "kind.code"],
            name=op.f("fk_resource_municipality_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_resource_municipality")
        ),
        sa.ForeignKeyConstraint(["provider"], ["provider.id"], name=op.f("fk_resource_provider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint("number", name=op.f("uq_resource_number")),
    )
    op.create_geospatial_index(
        "idx_resource_place",
        "resource",
        ["place"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_index(
        "idx_resource_shown_place",
        "resource",
        ["shown_place"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(
        "ix_resource_municipality_kind", "resource", ["municipality", "kind"], unique=False
    )
    op.create_table(
        "account_area",
        sa.Column("account", sa.Uuid(), nullable=False),
        sa.Column("district", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_account_area_account")),
        sa.ForeignKeyConstraint(
            ["district"], ["district.id"], name=op.f("fk_account_area_district")
        ),
        sa.PrimaryKeyConstraint("account", "district", name=op.f("pk_account_area")),
    )
    op.create_table(
        "district_town",
        sa.Column("district", sa.Uuid(), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("town_key", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["district"], ["district.id"], name=op.f("fk_district_town_district")
        ),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_district_town_municipality")
        ),
        sa.PrimaryKeyConstraint("district", "town", name=op.f("pk_district_town")),
    )
    op.create_index(op.f("ix_district_town_town_key"), "district_town", ["town_key"], unique=False)
    op.create_table(
        "opening",
        sa.Column("resource", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("rrule", sa.Text(), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("opens_at", sa.Time(), nullable=True),
        sa.Column("closes_at", sa.Time(), nullable=True),
        sa.Column("months", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("on_holidays", sa.Text(), nullable=False),
        sa.Column("except_on", postgresql.ARRAY(sa.Date()), server_default="{}", nullable=False),
        sa.Column("also_on", postgresql.ARRAY(sa.Date()), server_default="{}", nullable=False),
        sa.Column("irregular", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("rrule is null or not irregular", name=op.f("ck_opening_irregular")),
        sa.CheckConstraint(
            "on_holidays in ('open', 'closed', 'unknown')", name=op.f("ck_opening_on_holidays")
        ),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_opening_municipality")
        ),
        sa.ForeignKeyConstraint(["resource"], ["resource.id"], name=op.f("fk_opening_resource")),
        sa.PrimaryKeyConstraint("resource", "position", name=op.f("pk_opening")),
    )
    op.create_table(
        "resource_revision",
        sa.Column("resource", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("draft", sa.Uuid(), nullable=True),
        sa.Column("intake", sa.Uuid(), nullable=True),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("account", sa.Uuid(), nullable=True),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["draft"], ["draft.id"], name=op.f("fk_resource_revision_draft")),
        sa.ForeignKeyConstraint(
            ["intake"], ["intake.id"], name=op.f("fk_resource_revision_intake")
        ),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_resource_revision_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["resource"], ["resource.id"], name=op.f("fk_resource_revision_resource")
        ),
        sa.PrimaryKeyConstraint("resource", "revision", name=op.f("pk_resource_revision")),
        sa.UniqueConstraint("draft", name=op.f("uq_resource_revision_draft")),
    )
    op.create_table(
        "source_row",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("resource", sa.Uuid(), nullable=False),
        sa.Column("intake", sa.Uuid(), nullable=False),
        sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["intake"], ["intake.id"], name=op.f("fk_source_row_intake")),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_source_row_municipality")
        ),
        sa.ForeignKeyConstraint(["resource"], ["resource.id"], name=op.f("fk_source_row_resource")),
        sa.PrimaryKeyConstraint("municipality", "dataset", "key", name=op.f("pk_source_row")),
    )
    op.create_index(op.f("ix_source_row_resource"), "source_row", ["resource"], unique=False)
    op.create_table(
        "stop",
        sa.Column("resource", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("landmark", sa.Text(), server_default="", nullable=False),
        sa.Column("arrives_at", sa.Time(), nullable=True),
        sa.Column("leaves_at", sa.Time(), nullable=True),
        sa.CheckConstraint("shown in ('public', 'landmark', 'hidden')", name=op.f("ck_stop_shown")),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_stop_municipality")
        ),
        sa.ForeignKeyConstraint(["resource"], ["resource.id"], name=op.f("fk_stop_resource")),
        sa.PrimaryKeyConstraint("resource", "position", name=op.f("pk_stop")),
    )
