"""似たもの: entries as they are compared, the pairs worth comparing, and what people decided of them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, func, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.database import Base
from geo.scope import Scope


class TwinDecision(Base):
    """What a person said of two entries that look alike. The newest counts; written once.

    one, other  in the order of their ids
    verdict     different (two things), open (to be asked again)
    """

    __tablename__ = "twin_decision"
    __table_args__ = (
        CheckConstraint("one < other", name="ordered"),
        CheckConstraint("verdict in ('different', 'open')", name="verdict"),
        Index("ix_twin_decision_pair", "one", "other"),
    )

    number: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    one: Mapped[UUID] = mapped_column(ForeignKey("resource.id"))
    other: Mapped[UUID] = mapped_column(ForeignKey("resource.id"))
    verdict: Mapped[str]
    account: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


@dataclass(frozen=True, slots=True)
class Compared:
    """A resource that runs today, as far as it is compared; element, viewpoints, fields and reach of
    its kind. Without host, contact and notes: nobody reads those here."""

    id: UUID
    name: str
    kana: str
    other_names: Sequence[str]
    kind: str
    element: str
    viewpoints: Sequence[str]
    fields: Sequence[str]
    reach: str
    address: str
    phone: str
    provider: str
    lon: float | None
    lat: float | None
    place_level: str
    do_not_list: bool


_COLUMNS = """
    select r.id, r.name, r.kana, r.other_names, r.kind, k.element, k.viewpoints, k.fields, k.reach,
           r.address, r.phone, coalesce(p.name, ''), st_x(r.place), st_y(r.place), r.place_level,
           r.do_not_list
    from resource r join kind k on k.municipality = r.municipality and k.code = r.kind
         left join provider p on p.id = r.provider
    where r.municipality = :municipality and r.merged_into is null
"""
# Whatever shares a place, a telephone or part of a name: some dozens of ten thousand
_AROUND = f"""{_COLUMNS} and r.closed_on is null and (
        r.place && st_makeenvelope(:west, :south, :east, :north, 4326)
        or (:phone <> '' and regexp_replace(normalize(r.phone, nfkc), '[^0-9]', '', 'g') like :phone)
        or exists (select from unnest(cast(:words as text[])) w where r.search_key like w))
"""
_NEAREST = """
    order by case when cast(:west as float8) is null then 0
             else r.place <-> st_setsrid(st_makepoint((:west + :east) / 2, (:south + :north) / 2), 4326)
             end nulls last, r.id
    limit :most
"""

# A word that so many share tells nothing, and everybody beside everybody would be millions of pairs: our
# choice. Pairs of signs of names (b…) are asked only of what stands near.
_CROWD = 60
_CELL_LON, _CELL_LAT = 0.02, 0.016  # more than 1,400 m anywhere in Japan
_PAIRS = f"""
    with word as materialized (
        select w.id::uuid as id, w.word, r.place, floor(st_x(r.place) / {_CELL_LON})::int as x,
               floor(st_y(r.place) / {_CELL_LAT})::int as y, left(w.word, 1) = 'b' as is_part
        from jsonb_to_recordset(cast(:words as jsonb)) as w(id text, word text)
             join resource r on r.id = w.id::uuid and r.municipality = :municipality),
    counted as materialized (
        select id, place, word, is_part, x, y,
               count(*) over (partition by word) as n, count(*) over (partition by word, x, y) as here
        from word),
    whole as (
        select a.id, b.id as other from counted a join counted b on b.word = a.word and b.id > a.id
        where not a.is_part and a.n <= {_CROWD}),
    asked as (
        select c.id, c.word, c.place, c.x + dx as x, c.y + dy as y
        from counted c, generate_series(-1, 1) as dx, generate_series(-1, 1) as dy
        where c.is_part and c.here <= {_CROWD}),
    near as (
        select a.id, b.id as other
        from asked a join counted b on b.word = a.word and b.x = a.x and b.y = a.y and b.id > a.id
        where b.is_part and b.here <= {_CROWD}
              and st_distancesphere(a.place, b.place) <= :within_m),
    found as (select id, other from whole union select id, other from near),
    decided as (
        select distinct on (one, other) one, other, verdict from twin_decision
        where municipality = :municipality order by one, other, number desc)
    select f.id, f.other from found f
    where not exists (
        select from decided d where d.one = f.id and d.other = f.other and d.verdict = 'different')
"""


def list_compared(db: Session, scope: Scope) -> list[Compared]:
    """Everything that runs today in the scope's municipality, by id."""
    asked = text(f"{_COLUMNS} and r.closed_on is null order by r.id")
    rows = db.execute(asked, {"municipality": scope.municipality})
    return [Compared(*row) for row in rows]


def list_around(
    db: Session,
    scope: Scope,
    *,
    lonlat: tuple[float, float] | None,
    within_deg: float,
    phone: str,
    words: Iterable[str],
    most: int,
) -> list[Compared]:
    """What stands near a place, has this telephone (digits) or one of these words (keys) in its names;
    in the order by how near it is."""
    lon, lat = lonlat or (None, None)
    box = {
        "west": None if lon is None else lon - within_deg,
        "east": None if lon is None else lon + within_deg,
        "south": None if lat is None else lat - within_deg,
        "north": None if lat is None else lat + within_deg,
    }
    given = {"municipality": scope.municipality, "most": most, "phone": phone and f"%{phone}%"}
    rows = db.execute(
        text(_AROUND + _NEAREST), given | box | {"words": [f"%{word}%" for word in words]}
    )
    return [Compared(*row) for row in rows]


def list_candidates(
    db: Session, scope: Scope, words: Mapping[UUID, Iterable[str]], *, within_m: float
) -> list[tuple[UUID, UUID]]:
    """Pairs that share a word, the lower id first, by ids: whole words wherever they are, parts of names
    ("b…") within so many metres. Pairs of which a person said that they are two are left out."""
    rows = [{"id": str(id_), "word": word} for id_, some in words.items() for word in some]
    # nothing is known of rows that come as JSON: each loop over them would be taken for short
    db.execute(text("select set_config('enable_nestloop', 'off', true)"))
    found = db.execute(
        text(f"{_PAIRS} order by f.id, f.other"),
        {
            "municipality": scope.municipality,
            "words": json.dumps(rows, ensure_ascii=False),
            "within_m": within_m,
        },
    ).all()
    db.execute(text("select set_config('enable_nestloop', 'on', true)"))
    return [(row[0], row[1]) for row in found]


def save_decision(db: Session, scope: Scope, one: UUID, other: UUID, verdict: str) -> None:
    """Write down what a person said of two entries."""
    first, second = sorted((one, other))
    row: dict[str, Any] = {"municipality": scope.municipality, "account": scope.account}
    db.add(TwinDecision(one=first, other=second, verdict=verdict, **row))
    db.flush()
