"""名前でさがす: the words by which a resource is found, brought to one form (DATA 11)."""

import sqlalchemy as sa
from alembic import op

from geo.words import search_key

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None

VIEWS = ("resource_staff", "resource_public")


def upgrade() -> None:
    op.add_column("resource", sa.Column("search_key", sa.Text(), server_default="", nullable=False))
    here = op.get_bind()
    rows = here.execute(sa.text("select id, name, kana, other_names from resource order by id"))
    keys = [
        {"id": row.id, "key": " ".join(map(search_key, (row.name, row.kana, *row.other_names)))}
        for row in rows
    ]
    if keys:
        here.execute(sa.text("update resource set search_key = :key where id = :id"), keys)
    for view in VIEWS:  # a new column may stand at the end of a view without making it anew
        kept = here.scalar(
            sa.text("select pg_get_viewdef(cast(:view as regclass))"), {"view": view}
        )
        columns, relations = kept.rstrip(";").rsplit("\n   FROM ", 1)
        op.execute(f"create or replace view {view} as {columns}, r.search_key from {relations}")
