"""来てくれる地域 and 受けつけ: where a service comes to, as its list says it, and whether it takes people."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0005"
branch_labels = None
depends_on = None

OPENINGS = """
    coalesce((
        select jsonb_agg(jsonb_build_object(
            'rrule', o.rrule, 'first_on', o.first_on, 'last_on', o.last_on,
            'opens_at', to_char(o.opens_at, 'HH24:MI'),
            'closes_at', to_char(o.closes_at, 'HH24:MI'),
            'months', o.months, 'on_holidays', o.on_holidays,
            'except_on', o.except_on, 'also_on', o.also_on,
            'irregular', o.irregular, 'note', o.note) order by o.position)
        from opening o where o.resource = r.id), '[]') as openings
"""
SERVICE_AREAS = """
    coalesce((
        select jsonb_agg(jsonb_build_object('name', a.name, 'note', a.note) order by a.position)
        from service_area a where a.resource = r.id), '[]') as service_areas
"""
STAFF = f"""
create view resource_staff as
select r.id, r.number, r.municipality, r.kind, r.name, r.kana, r.other_names, r.description,
       coalesce(p.name, '') as provider,
       r.place, st_x(r.place) as lon, st_y(r.place) as lat, r.place_level, r.place_shown,
       r.address, r.eligibility, r.eligibility_note, r.scheme, r.fee, r.booking, r.capacity,
       r.accepting, r.phone, r.contact, r.url, r.staff_note, r.public, r.confirmed_on,
       r.closed_on, r.closed_reason, r.merged_into, r.revision, r.intake,
       {OPENINGS}, {SERVICE_AREAS},
    coalesce((
        select jsonb_agg(jsonb_build_object(
            'name', s.name, 'lon', s.lon, 'lat', s.lat, 'shown', s.shown,
            'landmark', s.landmark, 'arrives_at', to_char(s.arrives_at, 'HH24:MI'),
            'leaves_at', to_char(s.leaves_at, 'HH24:MI')) order by s.position)
        from stop s where s.resource = r.id), '[]') as stops
from resource r left join provider p on p.id = r.provider
"""
# A halt at a house is told by its landmark, without a point, or not at all.
PUBLIC = f"""
create view resource_public as
select r.id, r.number, r.municipality, r.kind, r.name, r.kana, r.other_names, r.description,
       coalesce(p.name, '') as provider,
       r.shown_place as place, st_x(r.shown_place) as lon, st_y(r.shown_place) as lat,
       r.place_level, r.place_shown,
       case when r.place_shown = 'exact' then r.address else '' end as address,
       r.eligibility, r.eligibility_note, r.scheme, r.fee, r.booking, r.capacity,
       r.accepting, r.phone, r.contact, r.url, r.public, r.confirmed_on, r.closed_on,
       r.merged_into, r.revision, r.intake,
       {OPENINGS}, {SERVICE_AREAS},
    coalesce((
        select jsonb_agg(jsonb_build_object(
            'name', case s.shown when 'public' then s.name else s.landmark end,
            'lon', case s.shown when 'public' then s.lon end,
            'lat', case s.shown when 'public' then s.lat end,
            'arrives_at', to_char(s.arrives_at, 'HH24:MI'),
            'leaves_at', to_char(s.leaves_at, 'HH24:MI')) order by s.position)
        from stop s where s.resource = r.id and s.shown <> 'hidden'), '[]') as stops
from resource r
     join kind k on k.municipality = r.municipality and k.code = r.kind
     left join provider p on p.id = r.provider
where r.public and not k.staff_only
"""


def upgrade() -> None:
    op.add_column(
        "resource", sa.Column("accepting", sa.Text(), server_default="unknown", nullable=False)
    )
    op.create_check_constraint(
        "accepting", "resource", "accepting in ('yes', 'waiting', 'no', 'unknown')"
    )
    op.create_table(
        "service_area",
        sa.Column("resource", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("district", sa.Uuid(), nullable=True),
        sa.Column("without", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["district"], ["district.id"], name=op.f("fk_service_area_district")
        ),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipality.code"], name=op.f("fk_service_area_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["resource"], ["resource.id"], name=op.f("fk_service_area_resource")
        ),
        sa.PrimaryKeyConstraint("resource", "position", name=op.f("pk_service_area")),
    )
    op.create_index(op.f("ix_service_area_district"), "service_area", ["district"], unique=False)
    op.create_index(
        op.f("ix_service_area_municipality"), "service_area", ["municipality"], unique=False
    )
    op.execute("drop view resource_public")
    op.execute("drop view resource_staff")
    op.execute(STAFF)
    op.execute(PUBLIC)
