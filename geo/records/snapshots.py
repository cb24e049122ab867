"""届きにくさの控え: people by area and kind as they were counted on a day. Written once: what was, was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.database import Base, in_scope
from geo.scope import Scope


class GapSnapshot(Base):
    """One counting of all kinds.

    made_of  versions of what it was counted from (noun → version), the streets, the 年度: the same again is not
             counted again
    people   [{title, as_of}] of the population sources
    """

    __tablename__ = "gap_snapshot"
    __table_args__ = (UniqueConstraint("municipality", "taken_on", "level", "age"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    taken_on: Mapped[date]
    taken_at: Mapped[datetime]
    level: Mapped[str]
    age: Mapped[int]
    minutes: Mapped[int]
    made_of: Mapped[dict] = mapped_column(JSONB)
    people: Mapped[list] = mapped_column(JSONB)


class GapSnapshotRow(Base):
    """People of one area and one kind; code "" for whoever lives in no area. Area names are those of the day."""

    __tablename__ = "gap_snapshot_row"

    snapshot: Mapped[UUID] = mapped_column(ForeignKey("gap_snapshot.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    name: Mapped[str]
    resources: Mapped[int]
    unconfirmed: Mapped[int]
    reached: Mapped[int]
    beyond: Mapped[int]
    beyond_min: Mapped[int]
    beyond_max: Mapped[int]
    unknown: Mapped[int]
    people: Mapped[int]
    practical_beyond: Mapped[int | None]
    practical_unknown: Mapped[int | None]
    limit_min: Mapped[int | None]


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to an entry between two countings. what: opened, closed, moved, paused, resumed; reason: why it
    closed."""

    resource: UUID
    name: str
    what: str
    on: date
    reason: str


# An entry is of a kind by what it is now: a corrected kind is no opening. What residents see counts from
# the moment the register said so, which may be later than the day it happened.
_CHANGE_VALUES = text("""
    select r.id, r.name, what, (v.at at time zone 'Asia/Tokyo')::date as on, coalesce(r.closed_reason, '') as reason
    from resource_revision v join resource r on r.id = v.resource
         cross join lateral (values
             ('opened', v.revision = 1 or (v.before ->> 'closed_on' is not null
                        and v.changed ? 'closed_on' and v.changed ->> 'closed_on' is null)),
             ('closed', v.changed ->> 'closed_on' is not null),
             ('moved', v.revision > 1 and v.changed ? 'place' and v.changed ->> 'place' is not null
                       and v.before ->> 'place' is not null)) as told(what, holds)
    where holds and r.kind = :kind and v.at > :since and v.at <= :until and r.merged_into is null
      and (cast(:municipality as text) is null or r.municipality = :municipality)
    order by v.at, r.name, r.id, what
""")
# A pause begins on its day, or when the register learnt of it; it ends on its day, or when somebody took it back.
_PAUSE_VALUES = text("""
    with said as (
        select v.resource, v.at, v.changed ->> 'paused_on' as since, v.before ->> 'paused_on' as was,
               lead(v.at) over (partition by v.resource order by v.at) as next_at
        from resource_revision v where v.changed ? 'paused_on'
    ), happened as (
        select resource, 'paused' as what, next_at,
               greatest(at, since::date::timestamp at time zone 'Asia/Tokyo') as at
        from said where since is not null
             and (was is null or was::date > (at at time zone 'Asia/Tokyo')::date)
        union all
        select resource, 'resumed', null, at
        from said where since is null and was::date <= (at at time zone 'Asia/Tokyo')::date
        union all
        select r.id, 'resumed', null, greatest(
            (select max(v.at) from resource_revision v where v.resource = r.id and v.changed ? 'resumes_on'),
            r.resumes_on::timestamp at time zone 'Asia/Tokyo')
        from resource r where r.resumes_on > r.paused_on
    )
    select r.id, r.name, what, (h.at at time zone 'Asia/Tokyo')::date as on, '' as reason
    from happened h join resource r on r.id = h.resource
    where r.kind = :kind and h.at > :since and h.at <= :until and (h.next_at is null or h.next_at > h.at)
      and r.merged_into is null and r.closed_on is null
      and (cast(:municipality as text) is null or r.municipality = :municipality)
    order by h.at, r.name, r.id, what
""")


def list_all(db: Session, scope: Scope) -> list[GapSnapshot]:
    """The countings of the scope's municipality, the newest first."""
    asked = select(GapSnapshot).where(in_scope(scope, GapSnapshot.municipality))
    return list(db.scalars(asked.order_by(GapSnapshot.taken_at.desc(), GapSnapshot.id)))


def list_rows(
    db: Session, scope: Scope, snapshots: Sequence[UUID], kind: str
) -> list[GapSnapshotRow]:
    """People of a kind in some countings, by area."""
    asked = select(GapSnapshotRow).where(
        in_scope(scope, GapSnapshotRow.municipality),
        GapSnapshotRow.snapshot.in_(snapshots),
        GapSnapshotRow.kind == kind,
    )
    return list(db.scalars(asked.order_by(GapSnapshotRow.code, GapSnapshotRow.snapshot)))


def list_changes(
    db: Session, scope: Scope, kind: str, since: datetime, until: datetime
) -> list[Change]:
    """What opened, closed and moved of a kind after one moment and up to another, in that order of time; then what
    began to pause and what runs again."""
    asked = {"kind": kind, "since": since, "until": until, "municipality": scope.municipality}
    rows = [*db.execute(_CHANGE_VALUES, asked), *db.execute(_PAUSE_VALUES, asked)]
    return [Change(row.id, row.name, row.what, row.on, row.reason) for row in rows]


def save(
    db: Session, scope: Scope, snapshot: dict[str, Any], rows: Sequence[dict[str, Any]]
) -> bool:
    """Keep a counting; False where that day has one already."""
    own = {"municipality": scope.municipality}
    kept = db.execute(
        insert(GapSnapshot)
        .values(**snapshot, **own)
        .on_conflict_do_nothing()
        .returning(GapSnapshot.id)
    ).first()
    if kept is None:
        return False
    if rows:
        db.execute(
            insert(GapSnapshotRow), [{**row, **own, "snapshot": snapshot["id"]} for row in rows]
        )
    return True
