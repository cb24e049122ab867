"""控え: what a whole database is made of, counted and added up, and the words that put it in another's place."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from secrets import token_hex

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.errors import BackupRefused
from geo.records.accounts import assert_house
from geo.scope import Scope

_SCRATCH = "engawa_scratch_"
# How rows become text must not hang on the session that asks.
_SETTINGS = (
    "set local timezone = 'UTC'; set local extra_float_digits = 1; set local search_path = public"
)
_TABLES = """
    select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p')
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    order by relname collate "C"
"""
# Rows in any order: two sums over 60 bits each of every row's digest.
_SUM = """
    select count(*),
           coalesce(sum(('x' || substr(h, 1, 15))::bit(60)::bigint), 0)::text || '/' ||
           coalesce(sum(('x' || substr(h, 16, 15))::bit(60)::bigint), 0)::text
    from (select md5(t::text) as h from "{table}" t) as rows
"""
# Everything of ours goes, what belongs to an extension (PostGIS) stays.
EMPTY = """
do $$ declare what record; begin
  for what in
    select case c.relkind when 'v' then 'view' when 'm' then 'materialized view'
                          when 'S' then 'sequence' else 'table' end as kind,
           format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm', 'S')
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    order by c.relkind = 'S', c.oid
  loop execute format('drop %s if exists %s cascade', what.kind, what.name); end loop;
  for what in
    select p.oid::regprocedure as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public'
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
  loop execute format('drop routine if exists %s cascade', what.name); end loop;
  for what in
    select format('%I.%I', n.nspname, t.typname) as name
    from pg_type t join pg_namespace n on n.oid = t.typnamespace
      left join pg_class c on c.oid = t.typrelid
    where n.nspname = 'public' and (t.typtype in ('e', 'd') or c.relkind = 'c')
      and not exists (select from pg_depend d where d.objid = t.oid and d.deptype = 'e')
  loop execute format('drop type if exists %s cascade', what.name); end loop;
end $$;
"""
# A database that came out of a file lets nobody in who was signed in before.
END_SESSIONS = """
update account_session set ended_at = clock_timestamp() where ended_at is null;
update reset_link set used_at = clock_timestamp() where used_at is null;
delete from half_sign_in;
"""


@dataclass(frozen=True, slots=True)
class Digest:
    """One table: how many rows, and a sum over them that does not hang on their order."""

    rows: int
    sum: str


def list_digests(db: Session, scope: Scope) -> dict[str, Digest]:
    """Every table of the installation, in the session's transaction; order by name."""
    assert_house(scope)
    for setting in _SETTINGS.split(";"):
        db.execute(text(setting))
    found = {}
    for table in db.scalars(text(_TABLES)).all():
        rows, total = db.execute(text(_SUM.format(table=table))).one()
        found[table] = Digest(rows, total)
    return found


def find_check(scope: Scope, digests: dict[str, Digest]) -> str:
    """A statement that fails where the tables are not those of ``digests``."""
    assert_house(scope)
    lines = [f"{setting};" for setting in _SETTINGS.split(";")]
    for table, digest in digests.items():
        lines.append(
            "do $$ declare n bigint; s text; begin\n"
            f"select * into n, s from ({_SUM.format(table=table)}) as found(n, s);\n"
            f"if n <> {int(digest.rows)} or s <> '{_sum_of(digest)}' then\n"
            f"raise exception 'differs: {table}'; end if; end $$;"
        )
    return "\n".join(lines)


def find_schema(db: Session, scope: Scope) -> str | None:
    """The version of the tables; None where there are none."""
    assert_house(scope)
    if db.scalar(text("select to_regclass('public.alembic_version')")) is None:
        return None
    version: str | None = db.scalar(text("select version_num from alembic_version"))
    return version


def count_municipalities(db: Session, scope: Scope) -> int:
    """How many municipalities keep a register here; 0 also where there are no tables yet."""
    assert_house(scope)
    if db.scalar(text("select to_regclass('public.municipality')")) is None:
        return 0
    return db.scalar(text("select count(*) from municipality")) or 0


def count_others(db: Session, scope: Scope) -> int:
    """How many others are connected to this database. The server's own workers have no name; what another
    role's session is, who is no superuser is not told."""
    assert_house(scope)
    return (
        db.scalar(
            text(
                "select count(*) from pg_stat_activity where datname = current_database()"
                " and pid <> pg_backend_pid() and usename is not null"
            )
        )
        or 0
    )


def take_snapshot(db: Session, scope: Scope) -> str:
    """A name by which others see exactly what this transaction sees, while it lasts."""
    assert_house(scope)
    db.execute(text("set transaction isolation level repeatable read, read only"))
    return str(db.scalar(text("select pg_export_snapshot()")))


def _sum_of(digest: Digest) -> str:
    if not all(part.isdigit() for part in digest.sum.split("/")):
        raise ValueError(digest.sum)
    return digest.sum


@contextmanager
def take_scratch(scope: Scope, maker: str, owner: str) -> Iterator[str]:
    """An empty database with PostGIS on the server of ``maker`` (libpq; may make databases), for the role of
    ``owner``, gone afterwards. One at a time: so what a killed run left can be swept. Raises
    BackupRefused (no_scratch)."""
    assert_house(scope)
    name = _SCRATCH + token_hex(6)
    role = sql.Identifier(str(conninfo_to_dict(owner).get("user") or "engawa_owner"))
    try:
        with psycopg.connect(maker, autocommit=True) as server:
            server.execute("select pg_advisory_lock(hashtextextended('engawa scratch', 0))")
            left = "select datname from pg_database where datname like %s order by datname"
            _drop(server, [row[0] for row in server.execute(left, [f"{_SCRATCH}%"]).fetchall()])
            make = sql.SQL("create database {} owner {} template template0 encoding 'UTF8'")
            server.execute(make.format(sql.Identifier(name), role))
            try:
                with psycopg.connect(make_conninfo(maker, dbname=name), autocommit=True) as empty:
                    empty.execute("create extension postgis")
                    empty.execute(sql.SQL("alter schema public owner to {}").format(role))
                yield make_conninfo(owner, dbname=name)
            finally:
                _drop(server, [name])
    except psycopg.errors.InsufficientPrivilege as error:
        raise BackupRefused(reason="no_scratch", found=str(error).splitlines()[0]) from error


def _drop(server: psycopg.Connection, names: list[str]) -> None:
    for name in names:
        statement = sql.SQL("drop database if exists {} with (force)")
        server.execute(statement.format(sql.Identifier(name)))
