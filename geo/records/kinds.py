"""種別: the kinds of resource of a municipality, started from data/kinds.csv and its own to edit."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ForeignKey, delete, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import Text

from geo.errors import NotFound
from geo.kinds import KindDefault, finding_key
from geo.records.database import Base, in_scope
from geo.scope import Scope


class Kind(Base):
    """One 種別 as a municipality uses it: how it is reached and what limit is practical.

    limit_min  practical limit in minutes by ``profile``, None where distance says nothing
    limit_m    the same in metres where its source speaks in metres
    staff_only  never shown to residents, whatever a resource says (お宝)
    edited     a person changed the row: a newer kinds.csv no longer overwrites it
    synonyms   other words for it; search_key: what finds it (kinds.finding_key)
    hidden     no longer offered where one is chosen; what is registered under it stays
    own        made by the municipality: no kinds.csv has it
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
    synonyms: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    search_key: Mapped[str] = mapped_column(server_default="")
    hidden: Mapped[bool] = mapped_column(server_default="false")
    own: Mapped[bool] = mapped_column(server_default="false")


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


def count_used(db: Session, scope: Scope, code: str) -> int:
    """Resources of a kind, whether they run or ended."""
    asked = text("select count(*) from resource where municipality = :m and kind = :code")
    return db.scalar(asked, {"m": scope.municipality, "code": code}) or 0


def save_defaults(db: Session, scope: Scope, defaults: Iterable[KindDefault]) -> None:
    """Bring the kinds of a municipality up to kinds.csv, leaving what a person edited."""
    rows = [
        {"municipality": scope.municipality, "position": position, **_delivered(kind)}
        for position, kind in enumerate(defaults)
    ]
    statement = insert(Kind)  # one for all rows: spelled out for 76, it took longer than they do
    newer = {name: statement.excluded[name] for name in rows[0] if name not in KEY}
    newest = statement.on_conflict_do_update(
        index_elements=KEY, set_=newer, where=Kind.edited.is_(False)
    )
    db.execute(newest, rows)


def save(db: Session, scope: Scope, row: Kind) -> None:
    """Keep a kind that a municipality made for itself."""
    if row.municipality != scope.municipality:
        raise NotFound(thing="municipality", id=row.municipality)
    db.add(row)
    db.flush()


def save_as_delivered(db: Session, scope: Scope, kind: KindDefault) -> None:
    """Take a kind back to what kinds.csv says of it."""
    values = {name: value for name, value in _delivered(kind).items() if name != "code"}
    save_values(db, scope, kind.code, values | {"edited": False, "hidden": False})


def save_values(db: Session, scope: Scope, code: str, values: Mapping[str, Any]) -> None:
    """Change columns of a kind."""
    changed = update(Kind).where(in_scope(scope, Kind.municipality), Kind.code == code)
    db.execute(changed.values(**values))
    db.expire_all()


def save_without(db: Session, scope: Scope, code: str) -> None:
    """Forget a kind that nothing is registered under."""
    db.execute(delete(Kind).where(in_scope(scope, Kind.municipality), Kind.code == code))


def _delivered(kind: KindDefault) -> dict[str, Any]:
    """The columns of a kind as kinds.csv has it."""
    return {
        "code": kind.code,
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
        "synonyms": list(kind.synonyms),
        "search_key": finding_key(kind.name, kind.synonyms),
    }


KEY = ("municipality", "code")
