"""What has paused has no planned days from then on, as everybody reads it: its plan ends on the day before."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

PUBLIC = """
create or replace view resource_public as
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
       ) as as_open_data
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
    op.execute(_public("least(o.last_on, r.paused_on - 1)"))


def downgrade() -> None:
    op.execute(_public("o.last_on"))


def _public(last_on: str) -> str:
    """The view of 0014, with what it says of the last day of an opening."""
    return PUBLIC.replace("{last_on}", last_on)
