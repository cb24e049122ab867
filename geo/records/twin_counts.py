"""似たものの数: the pairs that were found at the last count, so that a page need not search again."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Integer, Row, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.database import Base, in_scope
from geo.scope import Scope


class TwinCount(Base):
    """What the last count of a municipality found.

    version     of the noun ``resources`` when it began: another one now means that something changed since
    entries     how many ran then and were compared
    pairs       [[one, other, score, [reason, …]], …], the likeliest first
    """

    __tablename__ = "twin_count"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    counted_at: Mapped[datetime]
    entries: Mapped[int] = mapped_column(Integer)
    pairs: Mapped[list[Any]] = mapped_column(JSONB)


def find(db: Session, scope: Scope) -> TwinCount | None:
    """The last count of the scope's municipality, or None."""
    return db.scalar(
        select(TwinCount)
        .where(in_scope(scope, TwinCount.municipality))
        .execution_options(populate_existing=True)
    )


# What was merged, closed or decided since the count no longer waits
_WAITING_VALUES = text("""
    select (p.pair ->> 0)::uuid as one, (p.pair ->> 1)::uuid as other, (p.pair ->> 2)::int as score,
           p.pair -> 3 as reasons
    from twin_count c
         cross join lateral jsonb_array_elements(c.pairs) with ordinality as p(pair, place)
         join resource a on a.id = (p.pair ->> 0)::uuid
         join resource b on b.id = (p.pair ->> 1)::uuid
    where c.municipality = :municipality
      and a.closed_on is null and a.merged_into is null
      and b.closed_on is null and b.merged_into is null
      and coalesce((
          select d.verdict from twin_decision d
          where d.one = least(a.id, b.id) and d.other = greatest(a.id, b.id)
            and d.municipality = :municipality
          order by d.number desc limit 1), 'open') <> 'different'
    order by p.place
""")


def list_waiting(db: Session, scope: Scope) -> list[Row[Any]]:
    """``one``, ``other``, ``score`` and ``reasons`` of the pairs of the last count that still wait, the
    likeliest first."""
    return list(db.execute(_WAITING_VALUES, {"municipality": scope.municipality}))


def save(
    db: Session, scope: Scope, *, version: int, counted_at: datetime, entries: int, pairs: list[Any]
) -> None:
    """Keep a count in the place of the last one."""
    values = {"version": version, "counted_at": counted_at, "entries": entries, "pairs": pairs}
    statement = insert(TwinCount).values(municipality=scope.municipality, **values)
    db.execute(statement.on_conflict_do_update(index_elements=["municipality"], set_=values))
