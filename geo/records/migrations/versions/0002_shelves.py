"""Two views of 地域資源: what staff read, and the only one that everybody may read (DATA 6)."""

from alembic import op

revision = "0002"
down_revision = "0001"
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

STAFF = f"""
create view resource_staff as
select r.id, r.number, r.municipality, r.kind, r.name, r.kana, r.other_names, r.description,
       coalesce(p.name, '') as provider,
       r.place, st_x(r.place) as lon, st_y(r.place) as lat, r.place_level, r.place_shown,
       r.address, r.eligibility, r.eligibility_note, r.scheme, r.fee, r.booking, r.capacity,
       r.phone, r.contact, r.url, r.staff_note, r.public, r.confirmed_on, r.closed_on,
       r.closed_reason, r.merged_into, r.revision, r.intake,
       {OPENINGS},
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
       r.phone, r.contact, r.url, r.public, r.confirmed_on, r.closed_on,
       r.merged_into, r.revision, r.intake,
       {OPENINGS},
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
    op.execute(STAFF)
    op.execute(PUBLIC)
