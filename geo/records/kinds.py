"""種別: the kinds of resource of a municipality, started from data/kinds.csv and its own to edit."""

from collections.abc import Iterable

from sqlalchemy import ForeignKey, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import Text

from geo.errors import NotFound
from geo.kinds import KindDefault
from geo.records.database import Base, in_scope
from geo.scope import Scope


class Kind(Base):
    """One 種別 as a municipality uses it: how it is reached and what limit is practical.

    limit_min  practical limit in minutes by ``profile``, None where distance says nothing
    limit_m    the same in metres where its source speaks in metres
    staff_only  never shown to residents, whatever a resource says (お宝)
    edited     a person changed the row: a newer kinds.csv no longer overwrites it
    """

    __tablename__ = "kind"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[str]
    element: Mapped[str]
    viewpoints: Mapped[list[str]] = mapped_column(ARRAY(Text))
    fields: Mapped[list[str]] = mapped_column(ARRAY(Text))
    reach: Mapped[str]
    limit_min: Mapped[int | None]
    limit_m: Mapped[int | None]
    profile: Mapped[str]
    limit_note: Mapped[str]
    rhythm: Mapped[str]
    scheme: Mapped[str]
    icon: Mapped[str]
    source: Mapped[str]
    staff_only: Mapped[bool]
    edited: Mapped[bool] = mapped_column(server_default="false")


def get(db: Session, scope: Scope, code: str) -> Kind:
    """A kind of the scope's municipality. Raises NotFound."""
    row = find(db, scope, code)
    if row is None:
        raise NotFound(thing="kind", id=code)
    return row


def find(db: Session, scope: Scope, code: str) -> Kind | None:
    """A kind of the scope's municipality, or None."""
    return db.scalar(select(Kind).where(in_scope(scope, Kind.municipality), Kind.code == code))


def list_all(db: Session, scope: Scope) -> list[Kind]:
    """The kinds of the scope's municipality in the order of kinds.csv."""
    return list(
        db.scalars(
            select(Kind)
            .where(in_scope(scope, Kind.municipality))
            .order_by(Kind.municipality, Kind.position, Kind.code)
        )
    )


def save_defaults(db: Session, scope: Scope, defaults: Iterable[KindDefault]) -> None:
    """Bring the kinds of a municipality up to kinds.csv, leaving what a person edited."""
    rows = [
        {
            "municipality": scope.municipality,
            "code": kind.code,
            "position": position,
            "name": kind.name,
            "element": kind.element,
            "viewpoints": list(kind.viewpoints),
            "fields": list(kind.fields),
            "reach": kind.reach,
            "limit_min": kind.limit_min,
            "limit_m": kind.limit_m,
            "profile": kind.profile,
            "limit_note": kind.limit_note,
            "rhythm": kind.rhythm,
            "scheme": kind.scheme,
            "icon": kind.icon,
            "source": kind.source,
            "staff_only": kind.is_staff_only,
        }
        for position, kind in enumerate(defaults)
    ]
    statement = insert(Kind).values(rows)
    newer = {name: statement.excluded[name] for name in rows[0] if name not in KEY}
    db.execute(
        statement.on_conflict_do_update(
            index_elements=KEY, set_=newer, where=Kind.edited.is_(False)
        )
    )


KEY = ("municipality", "code")
