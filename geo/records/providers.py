"""提供主体: who runs a resource."""

from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Identity, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.records.database import Base, in_scope
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


def save_names(db: Session, scope: Scope, names: list[str]) -> dict[str, UUID]:
    """Ids of providers by their names as written, adding those not known yet."""
    by_key = {search_key(name): name for name in names if search_key(name)}
    if not by_key:
        return {}
    db.execute(
        insert(Provider)
        .values(
            [
                {
                    "id": uuid4(),
                    "municipality": scope.municipality,
                    "name": name,
                    "name_key": key,
                }
                for key, name in sorted(by_key.items())
            ]
        )
        .on_conflict_do_nothing()
    )
    known = {
        row[0]: row[1]
        for row in db.execute(
            select(Provider.name_key, Provider.id)
            .where(in_scope(scope, Provider.municipality), Provider.name_key.in_(by_key))
            .order_by(Provider.name_key)
        )
    }
    return {name: known[search_key(name)] for name in names if search_key(name)}
