"""What a host wants forgotten, out of visits, captions and what was said; and the pairs that look alike, kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0017"
branch_labels = None
depends_on = None

# As wipe_history (0018): the owner's own, and it can do one thing. It takes the free words of chosen visits,
# photos and suggestions out of the audit, and fields out of what it says of conflicts about some entries, and
# writes down who did so.
WORDS = """
create function wipe_words(
    in_municipality text, of_visits uuid[], of_photos uuid[], of_suggestions uuid[], by_account uuid
) returns void language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    words constant text[] := array['place', 'note', 'next_step', 'next_by', 'promised'];
begin
    if in_municipality is null
       or exists (select from unnest(of_visits) i where not exists (
                  select from visit v where v.id = i and v.municipality = in_municipality))
       or exists (select from unnest(of_photos) i where not exists (
                  select from photo p where p.id = i and p.municipality = in_municipality))
       or exists (select from unnest(of_suggestions) i where not exists (
                  select from suggestion s where s.id = i and s.municipality = in_municipality)) then
        raise exception 'only words of one municipality can be wiped';
    end if;
    update audit set before = before - words, after = after - words
    where thing = 'visit' and municipality = in_municipality
          and thing_id = any(of_visits::text[]);
    update audit set before = before - 'caption', after = after - 'caption'
    where thing = 'photo' and municipality = in_municipality
          and thing_id = any(of_photos::text[]);
    update audit set after = after - 'reason'
    where thing = 'suggestion' and municipality = in_municipality
          and thing_id = any(of_suggestions::text[]);
    insert into audit (municipality, account, action, thing, thing_id, before, after)
    select in_municipality, by_account, 'wipe', one.thing, one.id::text, null, one.told
    from (select 'visit' as thing, unnest(of_visits) as id,
                 jsonb_build_object('wiped', to_jsonb(words)) as told
          union all
          select 'photo', unnest(of_photos), '{"wiped": ["caption"]}'::jsonb
          union all
          select 'suggestion', unnest(of_suggestions), '{"wiped": ["words", "reason"]}'::jsonb) one;
end
$$
"""
CONFLICTS = """
create function wipe_conflicts(
    in_municipality text, of_resources uuid[], chosen text[]
) returns void language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if in_municipality is null or not exists (
        select from wiping w where w.municipality = in_municipality
               and w.resource = any(of_resources) and chosen <@ w.fields) then
        raise exception 'only what was wiped of an entry can be wiped of its conflicts';
    end if;
    update conflict set ours = ours - chosen, theirs = theirs - chosen
    where resource = any(of_resources) and municipality = in_municipality;
    update audit set after = jsonb_set(after, '{ours}', (after -> 'ours') - chosen)
    where thing = 'conflict' and municipality = in_municipality
          and after ->> 'resource' = any(of_resources::text[]) and after ? 'ours';
end
$$
"""


def upgrade() -> None:
    op.execute(WORDS)
    op.execute("revoke all on function wipe_words(text, uuid[], uuid[], uuid[], uuid) from public")
    op.execute(CONFLICTS)
    op.execute("revoke all on function wipe_conflicts(text, uuid[], text[]) from public")
    op.create_table(
        "twin_count",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("pairs", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"]),
        sa.PrimaryKeyConstraint("municipality"),
    )
