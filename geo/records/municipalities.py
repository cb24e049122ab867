"""市町村 and their 保険者: who keeps a register here."""

from sqlalchemy import ForeignKey, Text, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo.errors import NotFound
from geo.records.database import Base, in_scope
from geo.scope import Scope


class Insurer(Base):
    """A 保険者 of long-term care: a municipality itself, or a 広域連合・一部事務組合 of several."""

    __tablename__ = "insurer"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Municipality(Base):
    """One 市町村 that has records here. ``zone`` is its 平面直角座標系 (1..19).

    desk, desk_phone   who answers for what people join where nobody else does: 社協 or 包括, never a
                       host's own telephone
    second_step_for    roles whose people have to have a second step of signing in
    """

    __tablename__ = "municipality"

    code: Mapped[str] = mapped_column(primary_key=True)
    prefecture: Mapped[str]
    name: Mapped[str]
    kana: Mapped[str]
    zone: Mapped[int]
    insurer: Mapped[str] = mapped_column(ForeignKey("insurer.code"))
    desk: Mapped[str] = mapped_column(server_default="")
    desk_phone: Mapped[str] = mapped_column(server_default="")
    second_step_for: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")


def get(db: Session, scope: Scope, code: str) -> Municipality:
    """The municipality of a code. Raises NotFound when it keeps nothing here."""
    row = find(db, scope, code)
    if row is None:
        raise NotFound(thing="municipality", id=code)
    return row


def find(db: Session, scope: Scope, code: str) -> Municipality | None:
    """The municipality of a code, or None."""
    return db.scalar(
        select(Municipality).where(Municipality.code == code, in_scope(scope, Municipality.code))
    )


def list_all(db: Session, scope: Scope) -> list[Municipality]:
    """Municipalities within the scope, by code."""
    return list(
        db.scalars(
            select(Municipality)
            .where(in_scope(scope, Municipality.code))
            .order_by(Municipality.code)
        )
    )


def save(db: Session, scope: Scope, row: Municipality) -> None:
    """Keep a municipality, insured by itself until somebody says otherwise. Twice is once."""
    if scope.municipality not in (None, row.code):
        raise NotFound(thing="municipality", id=row.code)
    db.execute(insert(Insurer).values(code=row.insurer, name=row.name).on_conflict_do_nothing())
    db.execute(
        insert(Municipality)
        .values(
            code=row.code,
            prefecture=row.prefecture,
            name=row.name,
            kana=row.kana,
            zone=row.zone,
            insurer=row.insurer,
        )
        .on_conflict_do_nothing()
    )


def save_second_step_for(db: Session, scope: Scope, code: str, roles: list[str]) -> list[str]:
    """Ask these roles of a municipality for a second step. Returns the roles of before."""
    before = list(get(db, scope, code).second_step_for)
    db.execute(update(Municipality).where(Municipality.code == code).values(second_step_for=roles))
    return before


def save_desk(db: Session, scope: Scope, code: str, desk: str, phone: str) -> None:
    """Who answers where nobody else does; "" for nobody."""
    named = update(Municipality).where(
        Municipality.code == code, in_scope(scope, Municipality.code)
    )
    db.execute(named.values(desk=desk, desk_phone=phone))
