"""提供主体: who runs a resource."""

import json
from collections.abc import Iterable
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Identity, Text, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.database import Base, any_of, in_scope
from geo.scope import Scope
from geo.words import search_key


class Provider(Base):
    """One 提供主体. ``type`` is a code of the vocabulary provider_type, '' while unknown."""

    __tablename__ = "provider"
    __table_args__ = (
        UniqueConstraint("municipality", "name_key"),
        UniqueConstraint("number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Identity(always=True))
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    name: Mapped[str]
    name_key: Mapped[str]
    type: Mapped[str] = mapped_column(server_default="")


def find_name(db: Session, scope: Scope, provider: UUID | None) -> str | None:
    """The name of a provider, or None."""
    return db.scalar(
        select(Provider.name).where(Provider.id == provider, in_scope(scope, Provider.municipality))
    )


_ADD = text("""
    insert into provider (id, municipality, name, name_key)
    select id, :municipality, name, name_key
    from jsonb_to_recordset(cast(:rows as jsonb)) as r(id uuid, name text, name_key text)
    order by name_key
    on conflict do nothing
""")


def save_names(db: Session, scope: Scope, names: list[str]) -> dict[str, UUID]:
    """Ids of providers by their names as written, adding those not known yet."""
    by_key = {search_key(name): name for name in names if search_key(name)}
    known = _list_ids(db, scope, by_key)
    new = [
        {"id": str(uuid4()), "name": name, "name_key": key}
        for key, name in by_key.items()
        if key not in known
    ]
    if new:
        rows = json.dumps(new, ensure_ascii=False)
        db.execute(_ADD, {"rows": rows, "municipality": scope.municipality})
        known = _list_ids(db, scope, by_key)
    return {name: known[search_key(name)] for name in names if search_key(name)}


def _list_ids(db: Session, scope: Scope, keys: Iterable[str]) -> dict[str, UUID]:
    """Provider ids by search key, in its order."""
    rows = db.execute(
        select(Provider.name_key, Provider.id)
        .where(in_scope(scope, Provider.municipality), Provider.name_key == any_of(keys, Text))
        .order_by(Provider.name_key)
    )
    return {row[0]: row[1] for row in rows}
