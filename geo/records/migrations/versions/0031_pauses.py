"""休止 is told to everybody, with the day on which it means to end: a plan is no longer cut off where a pause begins."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

STAFF = """
create view resource_staff as
select r.id, r.number, r.municipality, r.kind, r.name, r.kana, r.other_names, r.description,
       coalesce(p.name, '') as provider,
       r.place, st_x(r.place) as lon, st_y(r.place) as lat, r.place_level, r.place_shown,
       r.address, r.eligibility, r.eligibility_note, r.scheme, r.fee, r.booking, r.capacity,
       r.accepting, r.phone, r.contact, r.url, r.staff_note, r.public, r.confirmed_on,
       r.closed_on, r.closed_reason, r.merged_into, r.revision, r.intake, r.search_key,
    coalesce((
        select jsonb_agg(jsonb_build_object(
            'rrule', o.rrule, 'first_on', o.first_on, 'last_on', o.last_on,
            'opens_at', to_char(o.opens_at, 'HH24:MI'),
            'closes_at', to_char(o.closes_at, 'HH24:MI'),
            'months', o.months, 'on_holidays', o.on_holidays,
            'except_on', o.except_on, 'also_on', o.also_on,
            'irregular', o.irregular, 'note', o.note) order by o.position)
        from opening o where o.resource = r.id), '[]') as openings,
    coalesce((
        select jsonb_agg(jsonb_build_object('name', a.name, 'note', a.note) order by a.position)
        from service_area a where a.resource = r.id), '[]') as service_areas,
    coalesce((
        select jsonb_agg(jsonb_build_object(
            'name', s.name, 'lon', s.lon, 'lat', s.lat, 'shown', s.shown,
            'landmark', s.landmark, 'arrives_at', to_char(s.arrives_at, 'HH24:MI'),
            'leaves_at', to_char(s.leaves_at, 'HH24:MI')) order by s.position)
        from stop s where s.resource = r.id), '[]') as stops,
       r.viewpoints, r.provider_type, r.pick_up, r.may_visit, r.seating, r.entrance,
       r.western_toilet, r.parking, r.wheelchair, r.dementia_welcome, r.can_help, r.can_help_note,
       r.main_activity, r.venue_type, r.frequency, r.subsidised, r.started_on, r.paused_on,
       r.counted_on, r.participants, r.participants_men, r.participants_women,
       r.participants_65_74, r.participants_75, r.fragility, r.host, r.host_contact,
       r.do_not_list, r.consents, r.place_source{more}
from resource r left join provider p on p.id = r.provider
"""
PUBLIC = """
create view resource_public as
select r.id, r.number, r.municipality, r.kind, r.name, r.kana, r.other_names, r.description,
       coalesce(p.name, '') as provider,
       r.shown_place as place, st_x(r.shown_place) as lon, st_y(r.shown_place) as lat,
       r.place_level, r.place_shown,
       case when r.place_shown = 'exact' then r.address else '' end as address,
       r.eligibility, r.eligibility_note, r.scheme, r.fee, r.booking, r.capacity,
       r.accepting,
       case when desk.answers then m.desk_phone else r.phone end as phone,
       case when desk.answers then m.desk else r.contact end as contact,
       r.url, r.public, r.confirmed_on, r.closed_on,
       r.merged_into, r.revision, r.intake, r.search_key,
       coalesce((
        select jsonb_agg(jsonb_build_object(
            'rrule', o.rrule, 'first_on', o.first_on, 'last_on', {last_on},
            'opens_at', to_char(o.opens_at, 'HH24:MI'),
            'closes_at', to_char(o.closes_at, 'HH24:MI'),
            'months', o.months, 'on_holidays', o.on_holidays,
            'except_on', o.except_on, 'also_on', o.also_on,
            'irregular', o.irregular, 'note', o.note) order by o.position)
        from opening o where o.resource = r.id), '[]') as openings, coalesce((
        select jsonb_agg(jsonb_build_object('name', a.name, 'note', a.note) order by a.position)
        from service_area a where a.resource = r.id), '[]') as service_areas,
    coalesce((
        select jsonb_agg(jsonb_build_object(
            'name', case s.shown when 'public' then s.name else s.landmark end,
            'lon', case s.shown when 'public' then s.lon end,
            'lat', case s.shown when 'public' then s.lat end,
            'arrives_at', to_char(s.arrives_at, 'HH24:MI'),
            'leaves_at', to_char(s.leaves_at, 'HH24:MI')) order by s.position)
        from stop s where s.resource = r.id and s.shown <> 'hidden'), '[]') as stops,
       r.viewpoints, r.provider_type, r.pick_up, r.may_visit, r.seating, r.entrance,
       r.western_toilet, r.parking, r.wheelchair, r.dementia_welcome, r.can_help, r.can_help_note,
       not r.consents @> '[{"medium": "paper", "answer": "no"}]' as on_paper,
       r.consents @> '[{"medium": "open_data", "answer": "yes"}]' or (
           r.intake is not null and not r.consents @> '[{"medium": "open_data", "answer": "no"}]'
       ) as as_open_data{more}
from resource r
     join kind k on k.municipality = r.municipality and k.code = r.kind
     join municipality m on m.code = r.municipality
     left join provider p on p.id = r.provider
     cross join lateral (
         select r.phone = '' and r.contact = '' and 'activity' = any(k.viewpoints) as answers
     ) desk
where r.public and not r.do_not_list and not k.staff_only
      and not r.consents @> '[{"medium": "web", "answer": "no"}]'
"""


def upgrade() -> None:
    op.add_column("resource", sa.Column("resumes_on", sa.Date(), nullable=True))
    _views("o.last_on", ", r.paused_on, r.resumes_on", ", r.resumes_on")


def downgrade() -> None:
    _views("least(o.last_on, r.paused_on - 1)", "", "")
    op.drop_column("resource", "resumes_on")


def _views(last_on: str, public: str, staff: str) -> None:
    """Both views of 0029, with what everybody reads of the last day of an opening, and the columns at their ends."""
    for view in ("resource_public", "resource_staff"):
        op.execute(f"drop view {view}")
    op.execute(STAFF.replace("{more}", staff))
    op.execute(PUBLIC.replace("{more}", public).replace("{last_on}", last_on))
