"""となりどうし: resources at one place or one address, which may be one and the same thing."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.scope import Scope

# An address in one form: 「福井県越前市府中一丁目１１番２号」 and 「府中1丁目11-2」 are one. Without a number
# it names a town and not a place.
_ADDRESS = """
    rtrim(regexp_replace(
        translate(regexp_replace(
            regexp_replace(normalize({0}.address, nfkc), '\\s', '', 'g'),
            '^(' || :prefecture || ')?(' || :name || ')?', ''),
            :signs, :plain_signs),
        :ends, '-', 'g'), '-')
"""
# Cells that are more than 50 m wide anywhere in Japan (at 46 N a degree of longitude has 77 km):
# whatever is within 50 m of a place lies in its cell or in one of the eight around it
_CELL_LON, _CELL_LAT = 0.0007, 0.0005
# our choice: a spot that so many share (the middle of a town, a market) tells nothing, and everybody
# beside everybody would be millions of pairs
_CROWD = 200
_PAIRS = f"""
    with place as materialized (
        select r.id, r.kind, r.name, r.place, k.element, k.reach,
               case when r.place_level in ('building', 'surveyed')
                    then floor(st_x(r.place) / {_CELL_LON})::int end as x,
               floor(st_y(r.place) / {_CELL_LAT})::int as y,
               {_ADDRESS.format("r")} as address
        from resource r join kind k on k.municipality = r.municipality and k.code = r.kind
        where r.municipality = :municipality and r.closed_on is null and r.merged_into is null),
    counted as materialized (
        select p.*, count(*) over (partition by p.x, p.y) as here,
               count(*) over (partition by p.address) as there
        from place p),
    new as materialized (
        select p.* from counted p
        where p.id in (select resource from resource_revision where intake = :intake)),
    asked as (
        select n.id, n.place, n.x + dx as x, n.y + dy as y
        from new n, generate_series(-1, 1) as dx, generate_series(-1, 1) as dy),
    near as (
        select a.id, b.id as other, st_distancesphere(a.place, b.place) as apart_m
        from asked a join counted b on b.x = a.x and b.y = a.y and b.id <> a.id
        where b.here <= {_CROWD} and st_distancesphere(a.place, b.place) <= :within_m),
    same as (
        select a.id, b.id as other, null::float8 as apart_m
        from new a join counted b on b.address = a.address and b.id <> a.id
        where a.there <= {_CROWD} and a.address ~ '[0-9]'),
    pairs as (
        select id, other, min(apart_m) as apart_m from (
            select * from near union all select * from same) as found
        group by id, other)
    select a.id, a.name, b.id, b.name, a.kind = b.kind, p.apart_m
    from pairs p join new a on a.id = p.id join place b on b.id = p.other
    where a.kind = b.kind or (a.element = b.element and a.reach = b.reach and a.reach <> 'there')
"""


@dataclass(frozen=True, slots=True)
class AddressWords:
    """How addresses are brought to one form.

    prefecture, name    of the municipality, which they may begin with or leave out
    signs, plain_signs  each sign of the one is written as that of the other: 一 as 1
    ends                regular expression of what stands behind numbers: 丁目, 番
    """

    prefecture: str
    name: str
    signs: str
    plain_signs: str
    ends: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A resource that an intake wrote, and another at its place or its address.

    apart_m  metres between them, None where only the address is the same
    """

    resource: UUID
    name: str
    other: UUID
    other_name: str
    same_kind: bool
    apart_m: float | None


def list_beside(
    db: Session,
    scope: Scope,
    intake: UUID,
    *,
    within_m: float,
    address: AddressWords,
) -> Iterator[Pair]:
    """Every pair of what an intake wrote and what runs at the same place (known to the building)
    or address, of one kind or of kinds that reach people alike; by their ids.
    """
    # Nothing is known yet of rows that were just written, and each loop over them would be taken for
    # short: everything here joins by equality, and is hashed
    db.execute(text("select set_config('enable_nestloop', 'off', true)"))
    rows = db.execute(
        text(f"{_PAIRS} order by a.id, b.id").execution_options(yield_per=5_000),
        {
            "municipality": scope.municipality,
            "intake": intake,
            "within_m": within_m,
            **asdict(address),
        },
    )
    yield from (Pair(*row) for row in rows)
    db.execute(text("select set_config('enable_nestloop', 'on', true)"))


@dataclass(frozen=True, slots=True)
class UnlistedRow:
    """An entry whose host asked not to be listed. keys: of the rows of one list that are it."""

    id: UUID
    name: str
    address: str
    lon: float | None
    lat: float | None
    keys: frozenset[str]


def list_unlisted(db: Session, scope: Scope, dataset: str) -> list[UnlistedRow]:
    """What asked not to be listed, running or ended, by id; with its rows in a list."""
    rows = db.execute(
        text("""
            select r.id, r.name, r.address, st_x(r.place), st_y(r.place),
                   coalesce(array_agg(s.key) filter (where s.key is not null), '{}')
            from resource r
                 left join source_row s on s.resource = r.id and s.municipality = r.municipality
                                           and s.dataset = :dataset
            where r.municipality = :municipality and r.do_not_list
            group by r.id order by r.id
        """),
        {"municipality": scope.municipality, "dataset": dataset},
    )
    return [UnlistedRow(row[0], row[1], row[2], row[3], row[4], frozenset(row[5])) for row in rows]
