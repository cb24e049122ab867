"""Two that are one: decided, merged, set back; and what a host wants forgotten, wiped from history too."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None

# The entry that stands for one: itself, or the last of those it was merged into.
SURVIVOR = """
create function resource_survivor(resource uuid) returns uuid language sql stable as $$
    with recursive step(id, depth) as (
        select $1, 0
        union all
        select r.merged_into, s.depth + 1 from step s join resource r on r.id = s.id
        where r.merged_into is not null and s.depth < 50)
    select id from step order by depth desc limit 1
$$
"""
# The application may not rewrite history (DATA 8). This runs as the owner and can do one thing: take
# chosen fields of one entry out of what was kept of it, and write down who did so and when, in the same
# breath. It gives nothing back and takes no statement.
WIPE = """
create function wipe_history(
    of_resource uuid, in_municipality text, chosen text[], by_account uuid
) returns void language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    known constant text[] := array[
        'name', 'kana', 'other_names', 'description', 'provider', 'address', 'place', 'place_source',
        'phone', 'contact', 'url', 'staff_note', 'closed_reason', 'eligibility_note', 'booking',
        'can_help_note', 'host', 'host_contact', 'consents', 'stops', 'openings', 'fee'];
begin
    if in_municipality is null or chosen is null or cardinality(chosen) = 0 or not chosen <@ known then
        raise exception 'only chosen fields of one entry can be wiped';
    end if;
    if not exists (select from resource r
                   where r.id = of_resource and r.municipality = in_municipality) then
        raise exception 'no such entry';
    end if;
    update resource_revision set before = before - chosen, changed = changed - chosen
    where resource = of_resource and municipality = in_municipality;
    update audit set before = before - chosen, after = after - chosen
    where thing = 'resource' and thing_id = of_resource::text and municipality = in_municipality;
    insert into audit (municipality, account, action, thing, thing_id, before, after)
    values (in_municipality, by_account, 'wipe', 'resource', of_resource::text, null,
            jsonb_build_object('wiped', to_jsonb(chosen)));
end
$$
"""


def upgrade() -> None:
    op.create_table(
        "twin_decision",
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("one", sa.Uuid(), nullable=False),
        sa.Column("other", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("account", sa.Uuid(), nullable=True),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("one < other", name="ordered"),
        sa.CheckConstraint("verdict in ('different', 'open')", name="verdict"),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"]),
        sa.ForeignKeyConstraint(["one"], ["resource.id"]),
        sa.ForeignKeyConstraint(["other"], ["resource.id"]),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_twin_decision_pair", "twin_decision", ["one", "other"])
    op.create_table(
        "merger",
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("draft", sa.Uuid(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("kept", sa.Uuid(), nullable=False),
        sa.Column("gone", sa.Uuid(), nullable=False),
        sa.Column("kept_revision", sa.Integer(), nullable=True),
        sa.Column("gone_revision", sa.Integer(), nullable=True),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("account", sa.Uuid(), nullable=True),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("kept <> gone", name="two"),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"]),
        sa.ForeignKeyConstraint(["kept"], ["resource.id"]),
        sa.ForeignKeyConstraint(["gone"], ["resource.id"]),
        sa.ForeignKeyConstraint(["draft"], ["draft.id"]),
        sa.ForeignKeyConstraint(["undoes"], ["merger.number"]),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("draft"),
        sa.UniqueConstraint("undoes"),
    )
    op.create_index(op.f("ix_merger_gone"), "merger", ["gone"])
    op.create_index(op.f("ix_merger_kept"), "merger", ["kept"])
    op.create_table(
        "wiping",
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("resource", sa.Uuid(), nullable=False),
        sa.Column("fields", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("account", sa.Uuid(), nullable=True),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"]),
        sa.ForeignKeyConstraint(["resource"], ["resource.id"]),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index(op.f("ix_wiping_resource"), "wiping", ["resource"])
    op.create_index(
        "ix_resource_merged_into",
        "resource",
        ["merged_into"],
        postgresql_where=sa.text("merged_into is not null"),
    )
    op.add_column("resource", sa.Column("blur", postgresql.JSONB(), nullable=True))
    op.execute(SURVIVOR)
    op.execute(WIPE)
    # a function is everybody's until somebody says otherwise
    op.execute("revoke all on function wipe_history(uuid, text, text[], uuid) from public")
