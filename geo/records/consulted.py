"""よく見られているもの: how often the page of a resource was opened on a day, and by nobody in particular."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Uuid, delete, func, literal, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.accounts import assert_house
from geo.records.database import Base, any_of, in_scope
from geo.scope import Scope


class Consulted(Base):
    """Times that one page was opened by people without an account, on one day."""

    __tablename__ = "consulted"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    resource: Mapped[UUID] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    times: Mapped[int]


# Only of what is there: a page may have been opened whose writing was then undone. In one order, so
# that two who add at once never wait for each other in a circle.
_ADD = text("""
    insert into consulted (municipality, resource, day, times)
    select r.municipality, r.id, l.day, l.times
    from unnest(cast(:resources as uuid[]), cast(:days as date[]), cast(:times as integer[]))
         as l(resource, day, times)
         join resource r on r.id = l.resource
    order by r.id, l.day
    on conflict (resource, day) do update set times = consulted.times + excluded.times
""")


def count_times(
    db: Session, scope: Scope, resources: Iterable[UUID], since: date
) -> dict[UUID, int]:
    """Resource → how often its page was opened since a day; those that never were are not in it."""
    rows = db.execute(
        select(Consulted.resource, func.sum(Consulted.times))
        .where(
            in_scope(scope, Consulted.municipality),
            Consulted.day >= since,
            Consulted.resource == any_of(resources, Uuid),
        )
        .group_by(Consulted.resource)
        .order_by(Consulted.resource)
    )
    return {row[0]: row[1] for row in rows}


def save_looks(db: Session, scope: Scope, looks: Mapping[tuple[UUID, date], int]) -> None:
    """Add what was counted meanwhile: (resource, day) → times. Who works on one of the resources is not
    waited for: then nothing is added (an OperationalError)."""
    assert_house(scope)
    db.execute(text("set local lock_timeout = '1s'"))
    lines = list(looks.items())
    given = {
        "resources": [resource for (resource, _), _ in lines],
        "days": [day for (_, day), _ in lines],
        "times": [times for _, times in lines],
    }
    db.execute(_ADD, given)


def sweep(db: Session, scope: Scope, before: date) -> int:
    """Forget days before one. Returns how many lines went."""
    assert_house(scope)
    gone = delete(Consulted).where(Consulted.day < before).returning(literal(1))
    return len(db.execute(gone).all())
